internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Store

/// A rejected row as somebody typed it on its page.
struct TypedRow: Codable {
    /// Whence the page's row came; comes back with the form, since a night may have put another extract in its place.
    struct Origin: Codable {
        let source: String
        let title: String
        let file: String
        let line: Int
        let columns: [String]

        init(_ row: RejectedRow) {
            (source, title, file) = (row.file.source.rawValue, row.file.title, row.file.file)
            line = row.rejection.position.line
            columns = row.cells.map(\.title)
        }

        /// As the form holds it.
        var text: String {
            (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    let id: String
    /// By their place.
    let cells: [Int: String]
    let isOtherPerson: Bool
    /// Who had the page.
    let writer: String
    let origin: Origin?

    /// `nil` where no cell was sent.
    init?(_ request: Request, id: String) {
        var cells: [Int: String] = [:]
        for field in request.form ?? [] {
            guard field.name.hasPrefix("c"), let index = Int(field.name.dropFirst()) else { continue }
            cells[index] = field.value
        }
        cells = Self.possible(cells)
        guard !cells.isEmpty else { return nil }
        (self.id, self.cells) = (id, cells)
        isOtherPerson = request.form(RejectedForm.otherPerson) == "yes"
        writer = request.form(RejectedForm.writer) ?? ""
        origin = request.form(RejectedForm.origin).flatMap {
            try? JSONDecoder().decode(Origin.self, from: Data($0.utf8))
        }
    }

    /// As the log-in's form brings it back, which anybody may have written.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        cells = Self.possible(try container.decode([Int: String].self, forKey: .cells))
        isOtherPerson = try container.decode(Bool.self, forKey: .isOtherPerson)
        writer = try container.decode(String.self, forKey: .writer)
        origin = try container.decodeIfPresent(Origin.self, forKey: .origin)
    }

    /// No extract has more columns.
    private static func possible(_ cells: [Int: String]) -> [Int: String] {
        cells.filter { (0..<10_000).contains($0.key) }
    }

    /// What was typed, by the titles of its columns.
    var told: [TypedRowPage.Cell] {
        cells.sorted { $0.key < $1.key }.map { index, value in
            let columns = origin?.columns ?? []
            return .init(
                column: columns.indices.contains(index) ? columns[index] : "\(index + 1)番目の列", value: value)
        }
    }
}

extension RouteTable {
    /// Answers what was typed with it where its row cannot be written to any more, instead of with the error alone.
    func keeping(_ typed: TypedRow?, _ exchange: Exchange, _ body: () throws -> Response) throws -> Response {
        do { return try body() } catch {
            guard let typed else { throw error }
            let problem = try Problem.mendable(error, [403, 404, 409, 422, 503])
            let source = typed.origin?.source
            // Who may not look is not looked up for either.
            let file =
                problem.status == 403
                ? nil
                : try? rows(exchange)?.files.first { $0.source.rawValue == source && !$0.rows.isEmpty }
            let view = TypedRowPage(
                row: typed.origin.map { "\($0.title) \($0.file) \($0.line)行" } ?? "もとの行",
                message: problem.status == 404
                    ? "この行は、いまは却下されていません。新しい抽出に替わったか、夜間処理が前の直しを使いました。" : problem.told,
                cells: typed.told,
                now: file.map {
                    ($0.title, "\(RejectedPage.path)?source=\($0.source.rawValue.encodedForQuery)")
                })
            return Response(
                status: problem.status, type: "text/html; charset=utf-8",
                text: view.render(in: try frame(exchange)), headers: problem.headers)
        }
    }
}
