internal import Domain

/// How a column's values go with a meaning.
enum ValueFit: Hashable {
    case fits
    /// There are no values to judge by.
    case silent
    case contradicts
}

/// Confidence, and what it stands for. Nothing below `written` gets into a draft.
///
/// The rule is one table: what the header says, held against what the values say.
///
/// |                     | values fit | no values | values contradict |
/// |---|--:|--:|--:|
/// | header known        | 0.95 | 0.8 | 0.2 |
/// | header means several things, the other columns decide | 0.9 | - | 0.2 |
/// | no header, the values allow one thing only | 0.8 | - | - |
/// | a known word somewhere in the header | 0.4 | 0.4 | 0.2 |
/// | nothing             | 0.1 | 0.1 | 0.1 |
enum Confidence {
    static let known = 0.95
    static let decided = 0.9
    static let silent = 0.8
    static let valuesAlone = 0.8
    static let several = 0.5
    static let hint = 0.4
    static let clash = 0.2
    static let nothing = 0.1
}

extension ColumnProfile {
    /// Whether the column's values can be what `meaning` says.
    func fit(_ meaning: ColumnMeaning, _ catalogue: Catalogue) -> ValueFit {
        switch meaning {
        case .left: return .fits
        case .period: return filled == 0 ? .silent : dated >= 0.95 ? .fits : .contradicts
        case .identity(let column, _): return filled == 0 ? .silent : holds(column) ? .fits : .contradicts
        case .fact(let item, let kind):
            guard let kind = catalogue[item]?.kind(kind) else { return .contradicts }
            if filled == 0 { return .silent }
            switch kind.type {
            case .number: return share(.number) >= 0.95 ? .fits : .contradicts
            case .day: return dated >= 0.95 ? .fits : .contradicts
            case .code: return covers(kind) ? .fits : .contradicts
            }
        }
    }

    /// The part that is dates where dates are due: there bare years and a spreadsheet's day numbers are some too.
    var dated: Double { share(.date) + share(.year) + share(.dayNumber) }

    /// Five digits that are as good as a date whose first zero is lost (41201 of 041201): month and day stand in most.
    var mayHaveLostZeros: Bool {
        let numbers = values.keys.compactMap { value in
            values[value]?.look.contains(.dayNumber) ?? false ? Int(Cell.folded(value)) : nil
        }
        let dates = numbers.count { Day(2000, $0 / 100 % 100, $0 % 100) != nil }
        return dates * 2 >= max(1, numbers.count)
    }

    /// Numbers that may well be days: their header says 日, or all of them lie within a lifetime and spread as days do.
    var mayBeDayNumbers: Bool {
        guard share(.dayNumber) >= 0.95 else { return false }
        if ["日", "月日", "日付"].contains(where: Cell.folded(header).hasSuffix) { return true }
        guard distinct >= 5, let first = dates.first, let last = dates.last else {
            return false
        }
        return last.number - first.number >= 60 && dates.future * 10 <= dates.count
    }

    /// The limits leave room for slips of the pen; a column that breaks them is left to a person.
    private func holds(_ column: IdentityColumn) -> Bool {
        switch column {
        case .number, .household:
            share(.identifier) >= 0.95 && (distinct >= 2 || filled < 5) && share(.sex) < 0.9
        case .relation: share(.relation) >= 0.7
        case .name, .family, .given, .alias, .former: share(.letters) >= 0.9
        case .kana, .familyKana, .givenKana, .aliasKana, .formerKana: share(.kana) >= 0.9
        case .latin: share(.latin) >= 0.8
        case .birth:
            dated >= 0.95 && dates.future * 50 <= dates.count && (dates.first?.year ?? 0) >= 1890
        case .age: share(.age) >= 0.95
        case .sex: share(.sex) >= 0.98 && distinct <= 10
        case .address: share(.address) >= 0.6 && share(.date) < 0.1
        case .postcode: share(.postcode) >= 0.9 || share(.digits) >= 0.9 && share(.date) < 0.9
        case .town: share(.address) + share(.letters) >= 0.8 && share(.date) < 0.1
        case .block: share(.address) + share(.identifier) >= 0.8 && share(.date) < 0.1
        case .building: share(.date) < 0.1 && share(.number) < 0.5 && share(.phone) < 0.1
        case .phone: share(.phone) >= 0.8
        // 所属 and 施設名 are offices and wards too.
        case .school: share(.school) >= 0.5
        }
    }

    /// Nearly every value is one of the kind's words.
    func covers(_ kind: ItemKind) -> Bool {
        guard let codes = kind.codes, filled > 0, isDistinctExact else { return false }
        let marks = Set(codes) == CodeTable.yesAndNo ? Array(CodeTable.usualMarks.keys) : codes
        let words = Set(marks.map(Cell.folded))
        let covered = values.reduce(0) { words.contains(Cell.folded($1.key)) ? $0 + $1.value.count : $0 }
        return Double(covered) >= 0.98 * Double(filled)
    }

    /// The facts whose words the values are, whatever the header; two words at least, since one is chance.
    func factsByValues(_ catalogue: Catalogue) -> [ColumnMeaning] {
        guard distinct >= 2, distinct <= 50, share(.number) < 0.1 else { return [] }
        return catalogue.items.values.sorted { $0.code < $1.code }.flatMap { item in
            item.kinds.filter { $0.type == .code && covers($0) }.map { .fact(item.code, kind: $0.kind) }
        }
    }

    /// Whether one of `words`, which are folded, is among the values.
    func holds(anyOf words: Set<String>) -> Bool { values.keys.contains { words.contains(Cell.folded($0)) } }

    /// Both sexes, by words.
    var isSexByValues: Bool {
        share(.sexWord) >= 0.98 && (2...4).contains(distinct)
            && Set(values.keys.compactMap { SexColumn.usual[Cell.folded($0)] ?? nil }).count == 2
    }

    var isSchoolByValues: Bool { share(.school) >= 0.9 && distinct >= 3 }
}
