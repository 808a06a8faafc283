internal import Domain

/// How many keys records may have where cells hold several values: they multiply, column by column.
enum RecordKeys {
    /// Of one record; nobody has so many telephones.
    static let most = 10_000
    /// Of all records by one rule.
    static let mostInAll = 500_000_000

    /// - Parameters:
    ///   - counts: values that a record has in each column.
    ///   - before: keys of the records before.
    /// - Throws: `link.values` with columns and counts.
    static func check(_ counts: [Int], of columns: [String], after before: Int = 0) throws(Fault) {
        if counts.contains(0) { return }
        var keys = 1
        for count in counts {
            keys *= count
            if keys > most { break }
        }
        guard keys > most || before + keys > mostInAll else { return }
        let told = zip(columns, counts).map { "\($0)に\($1)" }.joined(separator: "、")
        throw Fault(
            .configuration, code: "link.values",
            message: keys > most
                ? "1つの記録の値が多すぎて、規則の鍵にできません（\(told)個、組み合わせの上限\(most)）。"
                : "値がいくつもあるセルが多く、規則の鍵が多すぎます（上限\(mostInAll)）。",
            field: columns.joined(separator: "、"),
            fix: "セルの値の区切り（arrays_to_explode）が正しいか、その列に値でないものが入っていないかを確かめるか、1つの規則で広げる列を減らしてください。")
    }
}
