internal import Domain
package import Foundation
internal import HTTP
internal import Pages
internal import Policy
package import Store

/// Opens the rejected rows of the newest night that is whole, for who is logged in: making out rows is the night's work.
///
/// Throws a `Fault` of kind `.notFound` where no night has ended so far.
package typealias OpenRejected = @Sendable (Session, Date) throws -> any RejectedRows

/// Rows that were not accepted, to be seen by who mends them: masked as at the command line.
extension RouteTable {
    var rejectedRoutes: [Route] {
        [
            Route(
                "GET", RejectedPage.path, "showRejected", "却下された行", needs: .permission(.mend),
                query: Self.rejectedQuery, answers: [.page("却下された行")], handle: showRejected),
            Route(
                "GET", "\(RejectedPage.path)/{id}", "showRejectedRow", "却下された行の中身",
                needs: .permission(.mend),
                answers: [.page("却下された行の中身"), .init(409, Self.conflict, type: "text/html")],
                handle: showRejectedRow),
            Route(
                "GET", "/api/v1/rejected", "listRejected", "却下された行", needs: .permission(.mend),
                query: Self.rejectedQuery + [Self.limit],
                answers: [.json("理由ごとの件数と、行の1ページ", .named("RejectedList"))], handle: listRejected),
            Route(
                "GET", "/api/v1/rejected/{id}", "readRejectedRow", "却下された行の中身",
                needs: .permission(.mend),
                answers: [.json("却下された行の中身", .named("RejectedRow")), .problem(409, Self.conflict)],
                handle: readRejectedRow),
        ]
    }

    private static let rejectedQuery: [Route.Parameter] = [
        .init(name: "source", description: "抽出の種類（jumin など）だけ", schema: .string),
        .init(name: "code", description: "理由コードだけ", schema: .string),
        .init(name: "after", description: "前のページの next の値。省略時は先頭から", schema: .string),
    ]

    /// A row with its file.
    struct RejectedPlace {
        let file: RejectedFile
        let row: Rejection
        let isCorrected: Bool
        /// The columns that the correction changes, on a page where they are told.
        var changed: [String] = []

        var id: String { "\(file.sha256.prefix(12))-\(row.position.line)" }

        var line: RejectedPage.Line {
            .init(
                id: id, file: file.file, line: row.position.line, column: row.column, message: row.message,
                fix: row.fix, isCorrected: isCorrected, changed: changed)
        }

        var json: [String: JSON] {
            [
                "id": .string(id), "source": .string(file.source.rawValue), "title": .string(file.title),
                "file": .string(file.file), "line": .integer(row.position.line), "code": .string(row.code),
                "column": .optional(row.column), "message": .string(row.message), "fix": .string(row.fix),
                "isCorrected": .bool(isCorrected), "changed": .strings(changed),
            ]
        }
    }

    /// A page of the rows that were asked for, with the counts of all.
    private struct Found {
        var run: String?
        var isInService = false
        var lapsed: [LapsedCorrections] = []
        var reasons: [(file: RejectedFile, code: String, count: Int, corrected: Int, first: Rejection)] = []
        var sheets: [RejectedPage.Sheet] = []
        var places: [RejectedPlace] = []
        var total = 0
        var next: String?
    }

    // MARK: pages

    func showRejected(_ exchange: Exchange) throws -> Response {
        let found = try found(exchange)
        func address(_ fields: [(String, String)]) -> String {
            let query = fields.filter { !$0.1.isEmpty }.map { name, value in
                "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }
            return "\(RejectedPage.path)?\(query.joined(separator: "&"))"
        }
        let (source, code) = (try exchange.typed("source"), try exchange.typed("code"))
        let view = RejectedPage(
            run: found.run, isInService: found.isInService, lapsed: found.lapsed.map(\.sentence),
            reasons: found.reasons.map {
                .init(
                    title: $0.file.title, file: $0.file.file, code: $0.code, message: $0.first.message,
                    count: $0.count, corrected: $0.corrected, fix: $0.first.fix,
                    path: address([("source", $0.file.source.rawValue), ("code", $0.code)]))
            }, sheets: found.sheets, lines: found.places.map(\.line), total: found.total,
            isChosen: !source.isEmpty || !code.isEmpty,
            next: found.next.map { address([("source", source), ("code", code), ("after", $0)]) })
        return page(view.render(in: try frame(exchange)))
    }

    func showRejectedRow(_ exchange: Exchange) throws -> Response {
        let (rows, place) = try place(exchange)
        let row = try Self.mending { try rows.row(file: place.file.file, line: place.row.position.line) }
        return page(rowPage(place, row, in: rows, exchange).render(in: try frame(exchange)))
    }

    /// - Parameters:
    ///   - typed: cells as they were typed, by their place.
    ///   - refusal: what is still wrong with them.
    func rowPage(
        _ place: RejectedPlace, _ row: RejectedRow, in rows: any RejectedRows, typed: [Int: String] = [:],
        refusal: RejectedForm.Refusal? = nil, isOtherPerson: Bool = false, _ exchange: Exchange
    ) -> RejectedRowPage {
        let rest = places(rows).drop { $0.id != place.id }.dropFirst()
        let changes = Dictionary(row.changes.map { ($0.index, $0) }) { $1 }
        var place = place
        place.changed = row.changes.map(\.column)
        let isWhole = row.content.columns.isEmpty
        return RejectedRowPage(
            title: row.file.title, line: place.line, code: row.rejection.code,
            fields: row.content.fields.map {
                .init(column: $0.column, value: $0.shown, isFaulty: $0.isFaulty, isMasked: $0.isMasked)
            },
            unreadable: row.content.unreadable.map { "0x\($0.hex)　ファイル先頭から\($0.offset)バイト目" },
            note: row.content.note,
            form: RejectedForm(
                fields: row.cells.enumerated().map { index, cell in
                    // Of a row that is written as a whole, what may not be seen of a correction would be missing.
                    let change = isWhole ? nil : changes[index]
                    let isHidden = cell.isMasked || row.isHidden(index)
                    let standing = isHidden ? "" : change?.shown ?? cell.shown
                    return .init(
                        name: RejectedForm.name(ofColumn: index), title: cell.title,
                        value: cell.isOpen ? typed[index] ?? standing : cell.shown,
                        isFaulty: cell.isFaulty && change == nil, isMasked: isHidden,
                        isOpen: cell.isOpen, former: change == nil ? nil : cell.shown)
                }, isWhole: isWhole, refusal: refusal, isOtherPerson: isOtherPerson,
                user: exchange.session?.user.rawValue ?? "", origin: TypedRow.Origin(row).text),
            next: rest.first { !$0.isCorrected }.map { RejectedPage.path(of: $0.id) })
    }

    // MARK: API

    func listRejected(_ exchange: Exchange) throws -> Response {
        let found = try found(exchange)
        return json([
            "run": .optional(found.run), "isInService": .bool(found.isInService),
            "reasons": .array(
                found.reasons.map { reason -> JSON in
                    [
                        "source": .string(reason.file.source.rawValue), "title": .string(reason.file.title),
                        "file": .string(reason.file.file), "sha256": .string(reason.file.sha256),
                        "code": .string(reason.code), "count": .integer(reason.count),
                        "corrected": .integer(reason.corrected), "fix": .string(reason.first.fix),
                    ]
                }),
            "lapsed": .array(
                found.lapsed.map {
                    [
                        "source": .string($0.source.rawValue), "title": .string($0.title),
                        "file": .string($0.file), "count": .integer($0.count),
                    ]
                }), "items": .array(found.places.map { .object($0.json) }), "total": .integer(found.total),
            "next": .optional(found.next),
        ])
    }

    func readRejectedRow(_ exchange: Exchange) throws -> Response {
        let (rows, place) = try place(exchange)
        let row = try Self.mending { try rows.row(file: place.file.file, line: place.row.position.line) }
        var members = place.json
        members["changed"] = .strings(row.changes.map(\.column))
        members["fields"] = .array(
            row.content.fields.map { field -> JSON in
                [
                    "column": .optional(field.column), "value": .string(field.shown),
                    "isFaulty": .bool(field.isFaulty), "isMasked": .bool(field.isMasked),
                ]
            })
        members["unreadable"] = .array(
            row.content.unreadable.map { ["offset": .integer($0.offset), "hex": .string($0.hex)] })
        members["note"] = .optional(row.content.note)
        return json(.object(members))
    }

    // MARK: the night's room

    /// `nil` where no night has ended so far.
    func rows(_ exchange: Exchange) throws -> (any RejectedRows)? {
        guard let rejected, let session = exchange.session else { return nil }
        do { return try rejected(session, exchange.now) } catch let fault as Fault
            where fault.kind == .notFound
        { return nil }
    }

    func places(_ rows: any RejectedRows) -> [RejectedPlace] {
        rows.files.flatMap { file in
            file.rows.map {
                RejectedPlace(
                    file: file, row: $0, isCorrected: rows.isCorrected(file, line: $0.position.line))
            }
        }
    }

    private func found(_ exchange: Exchange) throws -> Found {
        let limit = try exchange.integer("limit", in: 1...200, usual: Self.pageLength)
        let after = try exchange.typed("after", mayBeEmpty: true)
        let rows = try rows(exchange)
        let all = rows.map(places) ?? []
        let source = try exchange.choice("source", among: Set(all.map(\.file.source.rawValue)))
        let code = try exchange.choice("code", among: Set(all.map(\.row.code)))
        var found = Found(
            run: rows?.name, isInService: rows?.isInService ?? false, lapsed: try rows?.lapsed() ?? [])
        for file in rows?.files ?? [] {
            let own = Dictionary(grouping: all.filter { $0.file.number == file.number }, by: \.row.code)
            let waiting = own.values.joined().count { !$0.isCorrected }
            if waiting > 0, source == nil || file.source.rawValue == source {
                found.sheets.append(
                    .init(
                        title: file.title, file: file.file, rows: waiting,
                        path: "\(Self.sheetPath)?file=\(file.sha256.prefix(12))"))
            }
            found.reasons += own.sorted { $0.key < $1.key }.map { code, places in
                (file, code, places.count, places.count(where: \.isCorrected), places[0].row)
            }
        }
        let chosen = all.filter {
            (source == nil || $0.file.source.rawValue == source) && (code == nil || $0.row.code == code)
        }
        var rest = chosen[...]
        if !after.isEmpty {
            guard let place = chosen.firstIndex(where: { $0.id == after }) else {
                throw Problem.invalid(parameter: "after")
            }
            rest = chosen[(place + 1)...]
        }
        found.total = chosen.count
        found.places = Array(rest.prefix(limit))
        if let rows { try tellChanges(&found.places, rows) }
        found.next = rest.count > limit ? found.places.last?.id : nil
        return found
    }

    private func tellChanges(_ places: inout [RejectedPlace], _ rows: any RejectedRows) throws {
        for file in Set(places.filter(\.isCorrected).map(\.file)) {
            let lines = places.filter { $0.file == file && $0.isCorrected }.map(\.row.position.line)
            let changed = try rows.changed(file, lines: lines)
            for index in places.indices where places[index].file == file {
                places[index].changed = changed[places[index].row.position.line] ?? []
            }
        }
    }

    /// The row that the path names, among those that one may mend.
    func place(_ exchange: Exchange) throws -> (any RejectedRows, RejectedPlace) {
        guard let rows = try rows(exchange),
            let place = places(rows).first(where: { $0.id == exchange.path["id"] })
        else { throw Problem.notFound }
        return (rows, place)
    }
}

extension Exchange {
    /// The parameter as one of `known`; `nil` where it was not given.
    func choice(_ name: String, among known: Set<String>) throws(Problem) -> String? {
        guard request.query.contains(where: { $0.name == name }) else { return nil }
        guard let text = request.query(name), known.contains(text) else { throw .invalid(parameter: name) }
        return text
    }
}
