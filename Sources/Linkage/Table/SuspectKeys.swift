/// A text in a blocking column that stands in far more records than others do, or looks like none: it makes large blocks of
/// people who have nothing in common. The text itself is never told.
package struct SuspectKey: Sendable, Hashable {
    package enum Reason: String, Sendable, Encodable {
        /// In at least five times as many records as the next common text.
        case farMore = "far_more"
        /// A word for "unknown", one digit repeated, a day that stands for none.
        case placeholder
    }

    package let column: String
    package let records: Int
    /// Of the records that have a text in this column.
    package let share: Double
    package let reason: Reason

    /// - Throws: `link.column`.
    package static func find(_ rules: [TableModel.Rule], in table: RecordTable) throws -> [SuspectKey] {
        var asked: [TextExpression] = []
        for key in rules.flatMap(\.keys) {
            for side in [key.left, key.right] where !asked.contains(where: { $0.column == side.column }) {
                asked.append(side)
            }
        }
        return try asked.flatMap { try find($0, in: table) }
    }

    private static func find(_ expression: TextExpression, in table: RecordTable) throws -> [SuspectKey] {
        var counts = [Int](repeating: 0, count: table.terms.count)
        for term in try table.terms(of: expression.column) { counts[Int(term)] += 1 }
        counts[0] = 0
        var texts: [(text: String?, term: UInt32, count: Int)] = []
        if expression.list == nil {
            texts = counts.enumerated().filter { $1 > 0 }.map { (nil, UInt32($0), $1) }
        } else {
            var values: [String: Int] = [:]
            for (term, count) in counts.enumerated() where count > 0 {
                for value in expression.values(of: table.terms.text(of: UInt32(term))) {
                    values[value, default: 0] += count
                }
            }
            texts = values.sorted { $0.key < $1.key }.map { ($0.key, 0, $0.value) }
        }
        let known = texts.reduce(0) { $0 + $1.count }
        let mean = Double(known) / Double(max(texts.count, 1))
        // A name or a day that many have is no suspect: only what stands out from all others.
        let least = max(20, Int(10 * mean))
        let sorted = texts.filter { $0.count >= min(least, max(20, known / 100)) }
            .sorted { ($0.count, $1.term) > ($1.count, $0.term) }
        let common = sorted.prefix { $0.count >= least }.map(\.count)
        let rest = texts.reduce(1) { $1.count < least ? max($0, $1.count) : $0 }
        let far = (0..<min(common.count, 100)).last { place in
            common[place] >= 5 * (place + 1 < common.count ? common[place + 1] : rest)
        }
        return sorted.enumerated().compactMap { place, one in
            let isFar = far.map { place <= $0 } ?? false
            guard isFar || isPlaceholder(one.text ?? table.terms.text(of: one.term)) else { return nil }
            return SuspectKey(
                column: expression.column, records: one.count, share: Double(one.count) / Double(known),
                reason: isFar ? .farMore : .placeholder)
        }
    }

    private static let words: Set<String> = [
        "不明", "不詳", "未詳", "未定", "未登録", "未入力", "未記入", "なし", "無し", "無", "該当なし", "該当無し", "匿名", "名無し", "テスト",
        "ダミー", "ふめい", "フメイ", "-", "ー", "―", "?", "？", "*", "x", "xx", "xxx", "na", "n/a", "null", "none",
        "nil", "nan",
        "unknown", "not known", "missing", "test", "dummy", "anonymous", "tbd",
    ]
    /// Days that systems write for none: their first, their last.
    private static let days: Set<String> = [
        "19000101", "18991230", "18991231", "19700101", "00010101", "11111111", "99991231", "99999999",
        "20991231",
        "18680101", "19010101",
    ]

    static func isPlaceholder(_ text: String) -> Bool {
        let text = text.lowercased()
        if words.contains(text) { return true }
        let digits = text.unicodeScalars.filter { ("0"..."9").contains($0) }
        guard digits.count >= 3,
            text.unicodeScalars.allSatisfy({
                ("0"..."9").contains($0) || "-/. ()".unicodeScalars.contains($0)
            })
        else { return false }
        return Set(digits).count == 1 || days.contains(String(String.UnicodeScalarView(digits)))
    }
}
