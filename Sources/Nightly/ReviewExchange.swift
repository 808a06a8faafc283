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
    /// - Returns: how many pairs, and how many more policy hides.
    /// - Throws: `Fault`: `.notFound` where nothing waits, `output.exists`, `.denied`.
    package func export(
        to path: String, sample: Bool = false
    ) throws -> (pairs: Int, hidden: Int) {
        let (items, hidden) = try queue(sample: sample)
        guard !items.isEmpty else {
            throw Fault(
                .notFound, code: "review.none", message: "確かめる組はありません。",
                fix: "「renkei review list」で確かめてください。")
        }
        let seen = try read(items, isExport: true)
        let byPair = Dictionary(items.map { ($0.pair.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = seen.compactMap { seen -> [String]? in
            guard let item = byPair[seen.pair.id] else { return nil }
            var row = [seen.pair.id, item.sentence, item.weight.map { String(format: "%.1f", $0) } ?? ""]
            row += cells(seen.left, of: seen.pair.left.source, masked: seen.masked)
            row += cells(seen.right, of: seen.pair.right.source, masked: seen.masked)
            row += [seen.levels.map(\.sentence).joined(separator: " / "), "", ""]
            return row
        }
        try PrivateFile.write(SpreadsheetText.bytes([ReviewColumns.names] + rows), to: path)
        return (rows.count, hidden)
    }

    /// Takes the verdicts of a file that `export` wrote; rows without one are passed over.
    ///
    /// The file is read to its end before the first verdict is kept.
    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable, `.notFound` where there is none; then nothing is
    ///   kept.
    package func importVerdicts(_ path: String) throws -> [ReviewedRow] {
        let rows = try filled(path)
        let known = try comparedPairs()
        let decided = Dictionary(
            try decided().map { ($0.pair, $0) }, uniquingKeysWith: { first, _ in first })
        let answers = Dictionary(grouping: rows, by: \.pair).mapValues { Set($0.compactMap(\.isSame)) }
        return try rows.map { row in
            ReviewedRow(
                line: row.line, pair: row.pair,
                outcome: try outcome(
                    row, known[row.pair], decided[row.pair], isDivided: (answers[row.pair]?.count ?? 0) > 1))
        }
    }

    /// A row as somebody filled it in.
    private struct Filled {
        let line: Int
        let pair: String
        let answer: String
        let reason: String

        /// `nil`: neither of the two words.
        var isSame: Bool? {
            [ReviewColumns.same: true, ReviewColumns.different: false][answer]
        }
    }

    private func filled(_ path: String) throws -> [Filled] {
        let name = URL(filePath: path).lastPathComponent
        func unusable(_ message: String, line: Int? = nil, column: String? = nil) -> Fault {
            Fault(
                .gate, code: "review.unusable", message: message, file: path, line: line, field: column,
                fix: "「renkei review export」で書き出したファイルを、列を変えずに「CSV UTF-8」で保存したものか確かめてください。")
        }
        let reader: ExtractReader
        do {
            reader = try ExtractReader(path: path, source: "review", file: name, format: ExtractFormat())
        } catch let fault where fault.code == "extract.missing" {
            throw Fault(
                .notFound, code: "file.not-found", message: "このファイルはありません。", file: path,
                fix: "ファイルの場所と名前を確かめてください。")
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
        var rows: [Filled] = []
        while true {
            let next: ExtractLine?
            do { next = try reader.next() } catch let fault {
                throw unusable(fault.message, line: fault.line)
            }
            guard let next else { return rows }
            switch next {
            case .outside: break
            case .unreadable(let rejection):
                throw unusable(rejection.message, line: rejection.position.line)
            case .row(let row):
                let cells = row.fields.map(SpreadsheetText.unprotected)
                func cell(_ place: Int) -> String {
                    cells.indices.contains(place) ? cells[place].trimmingCharacters(in: .whitespaces) : ""
                }
                rows.append(
                    Filled(
                        line: row.position.line, pair: cell(pair), answer: cell(answer), reason: cell(reason))
                )
            }
        }
    }

    /// - Parameters:
    ///   - standing: the pair's verdict of before.
    ///   - isDivided: whether the file says both of the pair.
    private func outcome(
        _ row: Filled, _ pair: ReviewPair?, _ standing: KeptVerdict?, isDivided: Bool
    ) throws -> ReviewedRow.Outcome {
        guard !row.answer.isEmpty else { return .open }
        guard let isSame = row.isSame else {
            return .refused(
                Fault(
                    .gate, code: "review.answer",
                    message: "判断が「\(ReviewColumns.same)」でも「\(ReviewColumns.different)」でもありません。",
                    field: ReviewColumns.answer,
                    fix: "「\(ReviewColumns.same)」か「\(ReviewColumns.different)」を書くか、空にしてください。"))
        }
        guard !isDivided else {
            return .refused(
                Fault(
                    .gate, code: "review.divided",
                    message: "同じ組に、「\(ReviewColumns.same)」と「\(ReviewColumns.different)」の両方が書かれています。",
                    field: ReviewColumns.answer, fix: "どちらが正しいかを確かめ、その組の行をどれも同じ判断にするか、1行だけ残してください。"))
        }
        do {
            // A pair that is not compared any more is not looked for: a file may hold thousands.
            guard let pair else { throw standing.map { ServiceStore.stands($0) } ?? unknown(row.pair) }
            return .kept(try decide(pair, isSame: isSame, reason: row.reason))
        } catch let fault as Fault where fault.kind != .denied { return .refused(fault) }
    }

    private func cells(_ person: Identifiers, of source: SourceID, masked: [IdentifierPart]) -> [String] {
        [titles[source] ?? source.rawValue] + IdentifierLine.all(person, masked: masked).map(\.text)
    }
}
