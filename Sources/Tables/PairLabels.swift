package import Domain
import Extracts
package import Linkage

/// Reads what people said of pairs: a CSV with the two records' numbers and 「同じ」 or 「別」.
package enum PairLabels {
    private static let same: Set<String> = ["同じ", "1", "same", "true", "yes"]
    private static let different: Set<String> = ["別", "0", "different", "false", "no"]

    /// Columns `id_l`, `id_r` and `label` (also 番号1, 番号2, 判断); rows without a label say nothing and are passed over.
    ///
    /// - Throws: `link.labels` and `link.record` with file and line; also where a pair is labelled both ways.
    package static func read(_ path: String, names: RecordNames) throws(Fault) -> PairVerdicts {
        let reader = try TableReader(path, isInput: false)
        let file = reader.name
        func column(_ words: [String]) throws(Fault) -> Int {
            guard let place = reader.header.firstIndex(where: { words.contains($0) }) else {
                throw Fault(
                    .configuration, code: "link.labels", message: "列「\(words[0])」がありません。", file: file,
                    field: words[0], fix: "1行目に id_l,id_r,label と書いてください。")
            }
            return place
        }
        let columns = (
            try column(["id_l", "番号1"]), try column(["id_r", "番号2"]), try column(["label", "判断"])
        )
        var verdicts = PairVerdicts()
        while let line = try reader.next() {
            guard case .row(let row) = line, row.count == reader.header.count else {
                if case .outside = line { continue }
                throw Fault(
                    .gate, code: "link.labels", message: "読めない行があります。", file: file,
                    fix: "列の数と引用符を確かめてください。")
            }
            let number = row.position.line
            func cell(_ column: Int) -> String { String(decoding: row.bytes(column), as: UTF8.self) }
            let label = cell(columns.2).lowercased()
            if label.isEmpty { continue }
            guard same.contains(label) || different.contains(label) else {
                throw Fault(
                    .gate, code: "link.labels", message: "判断として読めない値です。", file: file, line: number,
                    field: reader.header[columns.2], fix: "「同じ」か「別」（1か0）を書いてください。")
            }
            let a = try names.place(of: cell(columns.0), file: file, line: number)
            let b = try names.place(of: cell(columns.1), file: file, line: number)
            guard a != b else {
                throw Fault(
                    .gate, code: "link.labels", message: "同じ記録どうしの組です。", file: file, line: number,
                    fix: "2つの違う記録の番号を書いてください。")
            }
            let pair = PairVerdicts.Pair(a, b)
            if same.contains(label) { verdicts.same.insert(pair) } else { verdicts.different.insert(pair) }
            guard verdicts.same.isDisjoint(with: [pair]) || verdicts.different.isDisjoint(with: [pair]) else {
                throw Fault(
                    .gate, code: "link.labels", message: "1つの組に「同じ」と「別」の両方があります。", file: file, line: number,
                    fix: "どちらか一方にしてください。")
            }
        }
        return verdicts
    }
}
