/// What a column holds, in figures: whether it can tell records apart, and what in it is no value.
package struct ColumnProfile: Sendable {
    package let column: String
    package let records: Int
    package let filled: Int
    package let distinct: Int
    /// Records that have the most frequent text.
    package let mostFrequent: Int
    package let mostFrequentText: String
    /// Characters: the least, the middle, the most; 0 where nothing is filled.
    package let lengths: (least: Int, median: Int, most: Int)
    /// Pairs that a rule of this column alone would make.
    package let pairs: Int
    /// Texts that are probably no value, most frequent first.
    package let suspects: [SuspectKey]

    package var filledShare: Double { records == 0 ? 0 : Double(filled) / Double(records) }
}

extension RecordTable {
    /// A profile of every column, in the table's order.
    package func profiles() throws -> [ColumnProfile] {
        try columnNames.indices.map { try profile(of: $0) }
    }

    private func profile(of column: Int) throws -> ColumnProfile {
        var counts = [Int](repeating: 0, count: terms.count)
        for term in columns[column] { counts[Int(term)] += 1 }
        counts[0] = 0
        let present = counts.indices.filter { counts[$0] > 0 }
        let filled = present.reduce(0) { $0 + counts[$1] }
        // Of equally frequent ones the one that came first.
        let most = present.min { (counts[$1], $0) < (counts[$0], $1) }
        var byLength: [Int: Int] = [:]
        for term in present {
            byLength[text(term).unicodeScalars.count, default: 0] += counts[term]
        }
        var (seen, median) = (0, 0)
        for (length, count) in byLength.sorted(by: { $0.key < $1.key }) {
            seen += count
            if 2 * seen >= filled {
                median = length
                break
            }
        }
        return ColumnProfile(
            column: columnNames[column], records: count, filled: filled, distinct: present.count,
            mostFrequent: most.map { counts[$0] } ?? 0,
            mostFrequentText: most.map { text($0) } ?? "",
            lengths: (byLength.keys.min() ?? 0, median, byLength.keys.max() ?? 0),
            pairs: present.reduce(0) { $0 + counts[$1] * (counts[$1] - 1) / 2 },
            suspects: try SuspectKey.find(TextExpression(column: columnNames[column]), in: self))
    }

    private func text(_ term: Int) -> String { terms.text(of: UInt32(term)) }
}
