package import Domain
import Extracts
import Foundation
import Policy
package import Store

/// The columns of a review file; who works on it fills the last two.
private enum ReviewColumns {
    static let (pair, answer, reason) = ("組", "判断", "判断の理由")
    static let parts = ["抽出", "氏名", "ふりがな", "生年月日", "性別", "住所", "電話", "保護者", "学校", "番号"]
    static let names =
        [pair, "確かめる理由", "重み"] + parts.map { $0 + "1" } + parts.map { $0 + "2" } + ["内訳", answer, reason]
    static let (same, different) = ("同じ", "別")
}

/// What became of one row of a review file that came back.
package struct ReviewedRow: Sendable {
    package enum Outcome: Sendable {
        case kept(KeptVerdict)
        /// Nobody wrote anything in it.
        case open
        case refused(Fault)
    }

    /// In the file.
    package let line: Int
    package let pair: String
    package let outcome: Outcome
}

extension Review {
    /// Writes the queue as CSV for work in a spreadsheet: UTF-8 with byte order mark, safe from formulas, for its owner only.
    ///
    /// - Returns: how many pairs.
    /// - Throws: `Fault`: `.notFound` where nothing waits, `output.exists`, `.denied`.
    package func export(to path: String) throws -> Int {
        let items = try queue().items
        guard !items.isEmpty else {
            throw Fault(
                .notFound, code: "review.none", message: "確かめる組はありません。",
                fix: "「renkei review list」で確かめてください。")
        }
        let seen = try read(items)
        let byPair = Dictionary(items.map { ($0.pair.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = seen.compactMap { seen -> [String]? in
            guard let item = byPair[seen.pair.id] else { return nil }
            var row = [seen.pair.id, item.sentence, String(format: "%.1f", seen.pair.weight)]
            row += cells(seen.left, of: seen.pair.left.source, masked: seen.masked)
            row += cells(seen.right, of: seen.pair.right.source, masked: seen.masked)
            row += [seen.levels.map(\.sentence).joined(separator: " / "), "", ""]
            return row
        }
        try PrivateFile.write(SpreadsheetText.bytes([ReviewColumns.names] + rows), to: path)
        return rows.count
    }

    /// Takes the verdicts of a file that `export` wrote; rows without one are passed over.
    ///
    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable.
    package func importVerdicts(_ path: String) throws -> [ReviewedRow] {
        let name = URL(filePath: path).lastPathComponent
        func unusable(_ message: String, line: Int? = nil, column: String? = nil) -> Fault {
            Fault(
                .gate, code: "review.unusable", message: message, file: path, line: line, field: column,
                fix: "「renkei review export」で書き出したファイルを、列を変えずに「CSV UTF-8」で保存したものか確かめてください。")
        }
        let reader: ExtractReader
        do {
            reader = try ExtractReader(path: path, source: "review", file: name, format: ExtractFormat())
        } catch let fault { throw unusable(fault.message, line: fault.line) }
        let header = reader.header.map(SpreadsheetText.unprotected)
        func place(_ column: String) throws(Fault) -> Int {
            guard let place = header.firstIndex(of: column) else {
                throw unusable("列「\(column)」がありません。", line: 1, column: column)
            }
            return place
        }
        let (pair, answer, reason) = (
            try place(ReviewColumns.pair), try place(ReviewColumns.answer), try place(ReviewColumns.reason)
        )
        // Read once: a city's pairs are many.
        let known = Dictionary(
            (try queue().items + queue(decided: true).items).map { ($0.pair.id, $0.pair) },
            uniquingKeysWith: { first, _ in first })
        var results: [ReviewedRow] = []
        while true {
            let next: ExtractLine?
            do { next = try reader.next() } catch let fault {
                throw unusable(fault.message, line: fault.line)
            }
            guard let next else { break }
            switch next {
            case .outside: break
            case .unreadable(let rejection):
                throw unusable(rejection.message, line: rejection.position.line)
            case .row(let row):
                let cells = row.fields.map(SpreadsheetText.unprotected)
                func cell(_ place: Int) -> String {
                    cells.indices.contains(place) ? cells[place].trimmingCharacters(in: .whitespaces) : ""
                }
                results.append(
                    ReviewedRow(
                        line: row.position.line, pair: cell(pair),
                        outcome: try outcome(known[cell(pair)], cell(pair), cell(answer), cell(reason))))
            }
        }
        return results
    }

    private func outcome(
        _ known: ReviewPair?, _ id: String, _ answer: String, _ reason: String
    ) throws -> ReviewedRow.Outcome {
        guard !answer.isEmpty else { return .open }
        guard [ReviewColumns.same, ReviewColumns.different].contains(answer) else {
            return .refused(
                Fault(
                    .gate, code: "review.answer",
                    message: "判断が「\(ReviewColumns.same)」でも「\(ReviewColumns.different)」でもありません。",
                    field: ReviewColumns.answer,
                    fix: "「\(ReviewColumns.same)」か「\(ReviewColumns.different)」を書くか、空にしてください。"))
        }
        do {
            let pair = try known ?? pair(id)
            return .kept(try decide(pair, isSame: answer == ReviewColumns.same, reason: reason))
        } catch let fault as Fault where fault.kind != .denied { return .refused(fault) }
    }

    private func cells(_ person: Identifiers, of source: SourceID, masked: [IdentifierPart]) -> [String] {
        [titles[source] ?? source.rawValue] + IdentifierLine.all(person, masked: masked).map(\.text)
    }
}
