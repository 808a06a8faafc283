internal import Domain

/// Which values of a column may be shown: codes, never what could be somebody's name or number.
struct ShownValues {
    /// Words of closed lists: of the catalogue, sexes, relations, marks.
    private let known: Set<String>
    /// A header with one of these may have names under it, however short and frequent they are.
    private static let personal = ["氏", "名", "カナ", "かな", "者", "担当", "員", "親", "父", "母", "師", "医"]

    init(_ catalogue: Catalogue) {
        let codes = catalogue.items.values.flatMap(\.kinds).flatMap { $0.codes ?? [] }
        known = Set((codes + SexColumn.usual.keys + CodeTable.usualMarks.keys).map(Cell.folded))
    }

    /// The values with their counts, the most frequent first; `nil` where the column does not look like codes.
    ///
    /// A word that is on no list is shown only under a header, short, and often: five times and in one row of fifty.
    func list(_ column: ColumnProfile) -> (shown: [(value: String, count: Int)], hidden: Int)? {
        guard column.filled > 0, column.distinct <= 30, column.distinct * 3 <= column.filled else {
            return nil
        }
        let isPersonal = column.header.isEmpty || Self.personal.contains(where: column.header.contains)
        var shown: [(value: String, count: Int)] = []
        for (value, entry) in column.values {
            let text = Cell.folded(value)
            let isCode = text.count <= 3 && text.utf8.allSatisfy { $0 < 0x80 }
            let isFrequent = entry.count >= 5 && entry.count * 50 >= column.filled
            let isWord =
                text.count <= 12 && entry.look.contains(.letters)
                && entry.look.isDisjoint(with: [.words, .kana, .latin])
            if known.contains(text) || isCode || !isPersonal && isFrequent && isWord {
                shown.append((text, entry.count))
            }
        }
        shown.sort { ($1.count, $0.value) < ($0.count, $1.value) }
        return (shown, column.distinct - shown.count)
    }
}
