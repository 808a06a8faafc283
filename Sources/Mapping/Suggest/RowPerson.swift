internal import Domain
internal import JapaneseText

/// Finds who a row is about where no header says so, from how the columns go together.
///
/// The birth date is the date that no other date in the row precedes, that falls on weekends as often as birthdays do,
/// and that makes some people minors; the person's name is the column in which one name has one birth date. A guardian
/// with two children has two, so that a guardian's column does not pass; in small files nobody passes.
struct RowPerson {
    private(set) var name: Int?
    private(set) var kana: Int?
    private(set) var birth: Int?

    /// Distinct names needed before their having one birth date each says anything.
    static let least = 30

    init(_ profile: ExtractProfile) {
        let columns = profile.columns
        let names = columns.filter {
            $0.fillRate >= 0.5 && $0.share([.letters, .words]) - $0.share([.kana, .words]) >= 0.6
        }
        let readings = columns.filter {
            $0.fillRate >= 0.5 && $0.share(.kana) >= 0.9 && $0.share([.kana, .words]) >= 0.5
        }
        guard let birth = Self.birth(profile) else { return }
        func belongs(_ column: ColumnProfile) -> Bool {
            let (groups, split) = Self.dependence(of: birth, on: column.index, profile.sample)
            return groups >= Self.least && split * 33 <= groups
        }
        let ownNames = names.filter(belongs)
        let ownReadings = readings.filter(belongs)
        guard ownNames.count <= 1, ownReadings.count <= 1, ownNames.count + ownReadings.count > 0 else {
            return
        }
        self.birth = birth
        name = ownNames.first?.index
        kana = ownReadings.first?.index
    }

    private static func birth(_ profile: ExtractProfile) -> Int? {
        let dated = profile.columns.filter { $0.share(.date) >= 0.95 && $0.fillRate >= 0.05 }
        let births = dated.filter { column in
            let dates = column.dates
            guard column.fillRate >= 0.5, dates.count >= least, dates.future == 0,
                dates.minors * 20 >= dates.count,
                dates.weekend * 100 >= dates.count * 15, let first = dates.first, let last = dates.last,
                last.year - first.year >= 3, dates.count * 10 >= column.filled * 9
            else { return false }
            return dated.allSatisfy { $0.index == column.index || precedes(column.index, $0.index, profile) }
        }
        return births.count == 1 ? births.first?.index : nil
    }

    /// Whether the date in one column is hardly ever after the one in the other.
    private static func precedes(_ early: Int, _ late: Int, _ profile: ExtractProfile) -> Bool {
        var (both, after) = (0, 0)
        for fields in profile.sample {
            guard case .date(let first) = JapaneseDate.parse(Cell.trimmed(fields[early]), asOf: profile.asOf),
                case .date(let second) = JapaneseDate.parse(Cell.trimmed(fields[late]), asOf: profile.asOf)
            else { continue }
            both += 1
            if first.range.lowerBound > second.range.upperBound { after += 1 }
        }
        return after * 33 <= both
    }

    /// How many distinct values of `column` there are, and how many of them go with several values of `other`.
    private static func dependence(of other: Int, on column: Int, _ rows: [[String]]) -> (
        groups: Int, split: Int
    ) {
        var first: [String: String] = [:]
        var split: Set<String> = []
        for fields in rows {
            let (key, value) = (Cell.folded(fields[column]), Cell.folded(fields[other]))
            if key.isEmpty || value.isEmpty { continue }
            if let known = first[key] {
                if known != value { split.insert(key) }
            } else {
                first[key] = value
            }
        }
        return (first.count, split.count)
    }
}
