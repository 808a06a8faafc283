/// What a column holds, in figures: whether it can tell records apart, and what in it is no value.
package struct ColumnProfile: Sendable {
    /// A text that is probably no value, or one that stands for too many records.
    package struct Suspect: Sendable, Hashable {
        package enum Reason: String, Sendable, Hashable {
            /// A word or sign for "not known" (不明, unknown, -).
            case placeholder
            /// One character over and over (0000, xxx).
            case repeated
            /// A date that systems put where there is none (1900-01-01).
            case defaultDate
            /// Many times as frequent as the values that come next.
            case skewed
        }
        package let text: String
        package let records: Int
        package let reason: Reason
    }

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
    /// Most frequent first, twenty at most.
    package let suspects: [Suspect]

    package var filledShare: Double { records == 0 ? 0 : Double(filled) / Double(records) }
}

extension RecordTable {
    /// A profile of every column, in the table's order.
    package func profiles() -> [ColumnProfile] {
        columnNames.indices.map { profile(of: $0) }
    }

    private func profile(of column: Int) -> ColumnProfile {
        var counts = [Int](repeating: 0, count: terms.count)
        for term in columns[column] { counts[Int(term)] += 1 }
        counts[0] = 0
        let present = counts.indices.filter { counts[$0] > 0 }
        let filled = present.reduce(0) { $0 + counts[$1] }
        // The more frequent first, then in the order they came.
        let ordered = present.sorted { (counts[$1], $0) < (counts[$0], $1) }
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
            mostFrequent: ordered.first.map { counts[$0] } ?? 0,
            mostFrequentText: ordered.first.map { text($0) } ?? "",
            lengths: (byLength.keys.min() ?? 0, median, byLength.keys.max() ?? 0),
            pairs: present.reduce(0) { $0 + counts[$1] * (counts[$1] - 1) / 2 },
            suspects: suspects(ordered, counts, filled: filled))
    }

    private func text(_ term: Int) -> String { terms.text(of: UInt32(term)) }

    private func suspects(_ ordered: [Int], _ counts: [Int], filled: Int) -> [ColumnProfile.Suspect] {
        var suspects: [ColumnProfile.Suspect] = []
        for (rank, term) in ordered.enumerated() {
            // Names have common ones, but each next is nearly as common (Zipf); what stands for "none" towers above them.
            let next = counts[ordered[min(rank + 4, ordered.count - 1)]]
            let text = text(term)
            let reason: ColumnProfile.Suspect.Reason? =
                if Placeholder.words.contains(text.lowercased()) {
                    .placeholder
                } else if text.count >= 3, Set(text.filter { !"-/. ".contains($0) }).count == 1 {
                    .repeated
                } else if Placeholder.dates.contains(text.filter(\.isNumber)) {
                    .defaultDate
                } else if ordered.count >= 100, counts[term] > 8 * next, counts[term] * 200 > filled {
                    .skewed
                } else {
                    nil
                }
            guard let reason else { continue }
            suspects.append(ColumnProfile.Suspect(text: text, records: counts[term], reason: reason))
            if suspects.count == 20 { break }
        }
        return suspects
    }
}

/// Texts that stand where nothing is known.
private enum Placeholder {
    static let words: Set<String> = [
        "-", "--", "?", ".", "*", "ー", "－", "―", "・", "x", "xx", "na", "n/a", "nan", "nil", "none", "null",
        "unknown",
        "unk", "missing", "tbc", "tbd", "test", "不明", "不詳", "なし", "無し", "無", "未定", "未入力", "未登録", "未記入",
        "該当なし",
        "空欄", "フメイ", "ふめい", "ナシ", "同上", "\\n",
    ]
    static let dates: Set<String> = [
        "19000101", "18991230", "18991231", "19700101", "19010101", "99991231", "00010101", "00000000",
        "11111111",
    ]
}
