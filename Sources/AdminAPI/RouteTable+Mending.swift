internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// How rejected rows are mended without a shell: one on its page, many by a file that goes out and comes back. The night's room judges
/// them, by the same code as at the command line.
extension RouteTable {
    /// Of an extract whose columns are not its mapping's any more: nothing that was sent is at fault.
    private static let misfit = "mapping.columns"
    /// Of a file that was returned, how many rows an answer tells one by one.
    private static let mostRowsTold = 1000
    static let sheetPath = "\(RejectedPage.path)/sheet"

    var mendingRoutes: [Route] {
        let conflict = Self.conflict
        return [
            Route(
                "POST", "\(RejectedPage.path)/{id}", "mendRow", "却下された行を直す", needs: .permission(.mend),
                form: [
                    RejectedForm.name(ofColumn: 0), RejectedForm.otherPerson, RejectedForm.writer,
                    RejectedForm.origin,
                ],
                answers: [.init(303, "直しを受け取った行へ進みます")]
                    + [
                        (401, "ログインの画面（書いたものとともに）"), (404, "その行はもうない（書いたものとともに）"), (409, conflict),
                        (422, "行の画面（直すところとともに）"),
                    ].map { .init($0, $1, type: "text/html") },
                unsent: unsentRow, handle: mendRow),
            Route(
                "GET", Self.sheetPath, "downloadSheet", "担当課に戻す行のCSV", needs: .permission(.mend),
                query: [.init(name: "file", description: "抽出ファイル（ハッシュのはじめの12文字）", schema: .string)],
                answers: [
                    .init(200, "直しを待っている行のCSV（UTF-8、BOM付き、CRLF）", type: "text/csv"),
                    .init(404, "直しを待っている行がない", type: "text/html"),
                    .init(409, conflict, type: "text/html"),
                ], handle: downloadSheet),
            Route(
                "POST", ReturnedFilePage.path, "takeFile", "直されたファイルを受け取る", needs: .permission(.mend),
                form: [RejectedForm.otherPerson], medium: .upload(ReturnedFilePage.file),
                answers: [.page("行ごとの結果")]
                    + [(409, conflict), (422, "受け取れるものがない（わけとともに）")].map {
                        .init($0, $1, type: "text/html")
                    }, handle: takeFile),
            Route(
                "POST", "/api/v1/rejected/{id}/correction", "correctRow",
                "却下された行を直す。書かない列は抽出の値のまま（値を示さない列は、前に受け取った直しのまま）",
                needs: .permission(.mend), headers: [Self.idempotencyKey],
                body: .request(
                    [
                        "fields": .array(.object(["column": .string, "value": .string])),
                        "otherPerson": .word(["no", "yes"]),
                    ], required: ["fields"]),
                answers: [
                    .json("受け取った直し", .named("Correction")), .problem(409, conflict), .problem(422, "受け取れない"),
                ],
                handle: correctRow),
            Route(
                "POST", "/api/v1/rejected/corrections", "takeCorrections", "直されたCSVを受け取る",
                needs: .permission(.mend),
                query: [
                    .init(
                        name: "otherPerson", description: "yes: 別の人の行や、ほとんど空の行になる直しも受け取る",
                        schema: .word(["yes"]))
                ], headers: [Self.idempotencyKey], medium: .csv,
                answers: [
                    .json("行ごとの結果", .named("Corrections")), .problem(409, conflict),
                    .problem(422, "使えないファイル"),
                ], handle: takeCorrections),
        ]
    }

    /// What a row's answers with 409 mean.
    static let conflict = "対応付けがないか誤っているため、いまは扱えない"

    // MARK: one row

    func mendRow(_ exchange: Exchange) throws -> Response {
        let typed = TypedRow(exchange.request, id: exchange.path["id"] ?? "")
        return try keeping(typed, exchange) { try mend(typed, exchange) }
    }

    private func mend(_ typed: TypedRow?, _ exchange: Exchange) throws -> Response {
        let (rows, place) = try place(exchange)
        let (name, line) = (place.file.file, place.row.position.line)
        let row = try Self.mending { try rows.row(file: name, line: line) }
        let cells = row.cells
        let meant = (typed?.cells ?? [:]).filter { index, text in
            cells.indices.contains(index) && cells[index].isOpen
                && !((cells[index].isMasked || row.isHidden(index)) && text.isEmpty)
        }
        let isOtherPerson = exchange.request.form(RejectedForm.otherPerson) == "yes"
        let taken = try Self.mending {
            try rows.mend(file: name, line: line, cells: meant, allowsOtherPersons: isOtherPerson)
        }
        guard var refusal = taken.refusal else {
            return Response(status: 303, headers: [.init("Location", RejectedPage.path(of: place.id))])
        }
        if cells.contains(where: { $0.title == refusal.column && !$0.isOpen }) {
            refusal.fix += "この列は伏せているため、この画面では直せません。「却下された行」からファイルをダウンロードして直し、戻してください。"
        }
        return Response(
            status: 422, type: "text/html; charset=utf-8",
            text: rowPage(
                place, row, in: rows, typed: typed?.cells ?? [:], refusal: refusal,
                isOtherPerson: isOtherPerson, exchange
            ).render(in: try frame(exchange)))
    }

    func correctRow(_ exchange: Exchange) throws -> Response {
        guard let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(exchange.request.body)) else {
            throw Problem.malformedBody
        }
        return try once(exchange) {
            guard !wanted.fields.isEmpty else { throw Problem.incomplete("fields", "直す列を1つ以上書いてください。") }
            let (rows, place) = try place(exchange)
            let cells = try Self.mending {
                try rows.row(file: place.file.file, line: place.row.position.line).cells
            }
            var meant: [Int: String] = [:]
            for field in wanted.fields {
                let column = field.column.trimmingCharacters(in: .whitespaces)
                guard let index = cells.firstIndex(where: { $0.title == column }),
                    meant.updateValue(field.value, forKey: index) == nil
                else { throw Problem.incomplete("fields", "この行にない列か、2度書かれた列があります。") }
                guard cells[index].isOpen else {
                    throw Problem.incomplete("fields", "伏せた列「\(field.column)」があります。書かないでください。もとの値のまま使います。")
                }
            }
            let taken = try Self.mending {
                try rows.mend(
                    file: place.file.file, line: place.row.position.line, cells: meant,
                    allowsOtherPersons: wanted.otherPerson == "yes")
            }
            if let problem = taken.problem { throw problem }
            return String(
                decoding: JSON.object(["row": .string(place.id)].merging(taken.json) { $1 }).bytes,
                as: UTF8.self)
        } answer: { kept in
            json(try JSONDecoder().decode(JSON.self, from: Data(kept.utf8)))
        }
    }

    private struct Wanted: Decodable {
        struct Field: Decodable {
            let column: String
            let value: String
        }

        let fields: [Field]
        let otherPerson: String?
    }

    // MARK: files

    func downloadSheet(_ exchange: Exchange) throws -> Response {
        let wanted = try exchange.typed("file")
        guard let rows = try rows(exchange),
            let file = rows.files.first(where: { $0.sha256.prefix(12) == wanted }),
            file.rows.contains(where: { !rows.isCorrected(file, line: $0.position.line) })
        else { throw Problem.notFound }
        let sheet = try Self.mending { try rows.sheet(of: file) }
        return Response(
            status: 200,
            headers: [
                .init("Content-Type", "text/csv; charset=utf-8"),
                // The second form is for names in Japanese.
                .init(
                    "Content-Disposition",
                    "attachment; filename=\"rejected.csv\"; filename*=UTF-8''\(sheet.name.encodedForQuery)"),
            ], body: sheet.bytes)
    }

    func takeFile(_ exchange: Exchange) throws -> Response {
        let view: ReturnedFilePage
        do {
            guard let file = exchange.upload?.file, file.name == ReturnedFilePage.file, !file.bytes.isEmpty
            else {
                throw Problem.incomplete(ReturnedFilePage.file, "ファイルが選ばれていないか、空です。")
            }
            view = try page(
                of: take(
                    file.bytes, exchange,
                    allowsOtherPersons: exchange.upload?.field(RejectedForm.otherPerson) == "yes"))
        } catch {
            view = ReturnedFilePage(refused: try Problem.mendable(error, [422]).told)
        }
        let isTaken =
            view.rows.contains { $0.place == .kept }
            || view.refused == nil && !view.rows.contains { $0.place == .refused }
        return Response(
            status: isTaken ? 200 : 422, type: "text/html; charset=utf-8",
            text: view.render(in: try frame(exchange)))
    }

    func takeCorrections(_ exchange: Exchange) throws -> Response {
        let allows = try exchange.choice("otherPerson", among: ["yes"]) != nil
        return try once(exchange) {
            let (taken, waiting) = try take(exchange.request.body, exchange, allowsOtherPersons: allows)
            let answer: JSON = [
                "outcome": .string(taken.word), "kept": .integer(taken.kept),
                "refused": .integer(taken.refused),
                "more": .integer(max(0, taken.count - Self.mostRowsTold)),
                "rows": .array(
                    taken.prefix(Self.mostRowsTold).map { row in
                        .object(
                            [
                                "line": .integer(row.line), "file": .optional(row.file),
                                "row": row.row.map(JSON.integer) ?? .null,
                            ].merging(row.json) { $1 })
                    }),
                "waiting": .array(
                    waiting.map {
                        [
                            "title": .string($0.file.title), "file": .string($0.file.file),
                            "code": .string($0.code), "rows": .integer($0.rows),
                        ]
                    }),
            ]
            return String(decoding: answer.bytes, as: UTF8.self)
        } answer: { kept in
            json(try JSONDecoder().decode(JSON.self, from: Data(kept.utf8)))
        }
    }

    private func take(
        _ bytes: [UInt8], _ exchange: Exchange, allowsOtherPersons: Bool
    ) throws -> ([ReturnedRow], [WaitingRows]) {
        guard let rows = try rows(exchange) else { throw Problem.notFound }
        return try Self.mending {
            (try rows.reload(bytes, allowsOtherPersons: allowsOtherPersons), try rows.waiting())
        }
    }

    private func page(of taken: ([ReturnedRow], [WaitingRows])) throws -> ReturnedFilePage {
        guard !taken.0.isEmpty else {
            throw Problem.incomplete(ReturnedFilePage.file, "見出しのほかに、行が1つもありません。直した行を残して送ってください。")
        }
        return ReturnedFilePage(
            tally: taken.0.tally, rows: taken.0.map(\.told),
            waiting: taken.1.map {
                "\($0.file.title) \($0.file.file): \($0.code) \($0.rows)行"
            })
    }

    /// Faults of the night's room that whoever sent something can mend, or see the reason of.
    static func mending<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as Fault
            where fault.kind == .gate && fault.code != Self.misfit
        {
            let place = [fault.line.map { "\($0)行目" }, fault.field.map { "列「\($0)」" }].compactMap(\.self)
            throw Problem.incomplete(
                ReturnedFilePage.file,
                "\(place.joined(separator: " "))\(place.isEmpty ? "" : ": ")\(fault.message) \(fault.fix)")
        } catch let fault as Fault where fault.kind == .configuration || fault.code == Self.misfit {
            throw Problem(
                status: 409, code: "mapping", title: "いまは扱えません",
                detail: "\(fault.message) データ連携担当に知らせてください。")
        }
    }
}

extension ReturnedRow {
    /// What a form says of it where it was not taken; `nil` where it was, now or before.
    fileprivate var refusal: RejectedForm.Refusal? {
        switch outcome {
        case .kept, .known: nil
        case .unchanged:
            .init(
                column: nil, message: "どの列も変わっていません。", fix: "誤りのある列を直してから送ってください。",
                asks: false)
        case .lapsed:
            .init(column: nil, message: message ?? "", fix: "一覧を開き直してください。", asks: false)
        case .refused(_, let column, let message, let fix):
            .init(column: column, message: message, fix: fix, asks: isQuestion)
        }
    }

    /// What programs are told of it where it was not taken.
    fileprivate var problem: Problem? {
        guard let refusal else { return nil }
        let question: String? =
            switch outcome {
            case .refused(Self.otherPerson, _, _, _): "other-person"
            case .refused(Self.emptied, _, _, _): "emptied"
            default: nil
            }
        return Problem(
            status: 422, code: question ?? "row-refused", title: "直しを受け取れません",
            detail: "\(refusal.message) \(refusal.fix)", field: refusal.column)
    }

    fileprivate var json: [String: JSON] {
        [
            "outcome": .string(word), "changed": .strings(changed), "restored": .strings(restored),
            "shortened": .strings(shortened), "column": .optional(column), "message": .optional(message),
            "fix": .optional(fix),
        ]
    }

    /// On the page of a returned file.
    fileprivate var told: ReturnedFilePage.Row {
        .init(
            place: isKept ? .kept : isRefused || outcome == .lapsed ? .refused : .other, line: line,
            origin: row.map { "\(file ?? "") \($0)行" },
            column: isKept ? changed.joined(separator: "、") : column,
            message: message ?? "", remarks: (fix.map { ["対処: \($0)"] } ?? []) + remarks)
    }
}
