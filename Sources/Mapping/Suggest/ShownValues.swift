internal import Domain

/// Which values of a column may be shown: codes, never what could be somebody's name or number.
struct ShownValues {
    /// Words of closed lists: of the catalogue, sexes, relations, marks.
    private let known: Set<String>
    /// A header with one of these has words of some closed list under it.
    private static let closed = ["区分", "種別", "状況", "状態", "結果", "事由", "有無"]
    /// Not so with one of these too: there may be names under it (担当者区分), however short and frequent they are.
    private static let personal = [
        "氏", "名", "カナ", "かな", "者", "担当", "員", "親", "父", "母", "師", "医", "主", "ワーカー",
    ]

    init(_ catalogue: Catalogue) { known = catalogue.closedWords }

    /// The values with their counts, the most frequent first; `nil` where the column does not look like codes.
    ///
    /// A word that is on no list is shown only under a header that promises a list, short, and often: five times and in
    /// one row of fifty. Surnames of the few who hold cases are as short and as frequent under any other.
    func list(_ column: ColumnProfile) -> (shown: [(value: String, count: Int)], hidden: Int)? {
        guard column.filled > 0, column.distinct <= 30, column.distinct * 3 <= column.filled else {
            return nil
        }
        let isClosed =
            Self.closed.contains(where: column.header.contains)
            && !Self.personal.contains(where: column.header.contains)
        var shown: [(value: String, count: Int)] = []
        for (value, entry) in column.values {
            let text = Cell.folded(value)
            let isCode = text.count <= 3 && text.utf8.allSatisfy { $0 < 0x80 }
            let isFrequent = entry.count >= 5 && entry.count * 50 >= column.filled
            let isWord =
                text.count <= 12 && entry.look.contains(.letters)
                && entry.look.isDisjoint(with: [.words, .kana, .latin])
            if known.contains(text) || isCode || isClosed && isFrequent && isWord {
                shown.append((text, entry.count))
            }
        }
        shown.sort { ($1.count, $0.value) < ($0.count, $1.value) }
        return (shown, column.distinct - shown.count)
    }
}

extension Catalogue {
    /// Words that are values wherever they stand: codes of items, sexes, marks; folded.
    var closedWords: Set<String> {
        let codes = items.values.flatMap(\.kinds).flatMap { $0.codes ?? [] }
        return Set((codes + SexColumn.usual.keys + CodeTable.usualMarks.keys).map(Cell.folded))
    }
}
