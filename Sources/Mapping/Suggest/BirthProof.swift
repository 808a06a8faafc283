internal import Domain
internal import JapaneseText

/// What shows that a column of dates, whose header nobody has, is the birth date of the row's person.
///
/// 転入日, 住民となった日 and 認定日 look like births, are the same day for whoever was born in the city, and may stand
/// alone in a file. So nothing but another column of the same rows is taken for a proof: a school grade, an age of minors,
/// or parents and children in one household.
struct BirthProof {
    let column: Int
    /// Japanese: what it rests on.
    let why: String
    /// Whether brothers and sisters are to be expected in the rows, which tell a child's name from a guardian's.
    let hasSiblings: Bool
    /// Where the proof is a grade: how many school years behind entering school each row of the sample is, 1...9.
    let grades: [Int?]

    /// Rows needed before their agreement says anything.
    static let least = 20

    /// The proof of the one column that has one; two columns that pass are none.
    static func find(_ profile: ExtractProfile) -> BirthProof? {
        let dated = profile.columns.filter {
            $0.share(.date) >= 0.95 && $0.fillRate >= 0.5 && $0.dates.future == 0
                && $0.dates.count * 10 >= $0.filled * 9
        }
        let rows = SampleRows(profile)
        let proofs = dated.compactMap { column -> BirthProof? in
            let days = rows.days(column.index)
            if let proof = byGrade(column.index, days, profile, rows) { return proof }
            if column.dates.minors * 10 >= column.dates.count * 9,
                byAge(days, profile, rows)
            {
                return BirthProof(column: column.index, why: "年齢の列と合う日付", hasSiblings: false, grades: [])
            }
            if byHousehold(days, profile, rows) {
                return BirthProof(
                    column: column.index, why: "世帯の親と子の年の差になる日付", hasSiblings: true, grades: [])
            }
            return nil
        }
        return proofs.count == 1 ? proofs.first : nil
    }

    /// Pupils of one grade are born from 2 April to 1 April.
    private static func byGrade(
        _ column: Int, _ days: [Day?], _ profile: ExtractProfile, _ rows: SampleRows
    ) -> BirthProof? {
        let grades = days.map { $0?.schoolGrade(on: profile.asOf) }
        let isGrade = profile.columns.contains { other in
            guard other.share(.number) >= 0.98, (3...9).contains(other.distinct) else { return false }
            let values = rows.numbers(other.index)
            guard Set(values.compactMap(\.self)).isSubset(of: 1...9) else { return false }
            // 中学1年 is 1 or 7.
            return agree(grades, values) { $0 == $1 || $0 - 6 == $1 && (1...3).contains($1) }
        }
        guard isGrade else { return nil }
        return BirthProof(column: column, why: "学年の列と合う日付", hasSiblings: true, grades: grades)
    }

    private static func byAge(_ days: [Day?], _ profile: ExtractProfile, _ rows: SampleRows) -> Bool {
        // On the extract's day, or on the first of its school year.
        let moments = [profile.asOf, Day(profile.asOf.schoolYear, 4, 1) ?? profile.asOf]
        return profile.columns.contains { other in
            guard other.share(.age) >= 0.98, other.distinct >= 4 else { return false }
            let ages = rows.numbers(other.index)
            return moments.contains { moment in agree(days, ages) { $0.age(on: moment) == $1 } }
        }
    }

    /// Where a column says who of a household somebody is and another which household: the head is a generation older than the
    /// children.
    private static func byHousehold(_ days: [Day?], _ profile: ExtractProfile, _ rows: SampleRows) -> Bool {
        profile.columns.filter { $0.share(.relation) >= 0.9 && $0.fillRate >= 0.9 }.contains { relation in
            let relations = rows.texts(relation.index)
            let groups = profile.columns.filter {
                $0.share(.identifier) >= 0.95 && $0.distinct >= 10 && $0.distinct * 10 <= $0.filled * 9
            }
            return groups.contains { group in
                var heads: [String: Day] = [:]
                let keys = rows.texts(group.index)
                let places = keys.indices.filter { parents.contains(relations[$0]) }
                for row in places { heads[keys[row]] = days[row] }
                // Each household has one head.
                guard Set(places.map { keys[$0] }).count * 100 >= places.count * 97 else { return false }
                let gaps = keys.indices.map { row -> Int? in
                    guard children.contains(relations[row]), let child = days[row],
                        let head = heads[keys[row]]
                    else { return nil }
                    return head.age(on: child)
                }
                return agree(gaps, gaps) { gap, _ in (14...65).contains(gap) }
            }
        }
    }

    private static let parents: Set<String> = ["世帯主", "主", "本人"]
    private static let children: Set<String> = ["子", "長男", "長女", "二男", "次男", "二女", "次女", "三男", "三女"]

    /// Whether nearly all rows that have both agree, and there are enough of them.
    private static func agree<One, Other>(
        _ one: [One?], _ other: [Other?], _ test: (One, Other) -> Bool
    ) -> Bool {
        var (both, agreed) = (0, 0)
        for case (let one?, let other?) in zip(one, other) {
            both += 1
            if test(one, other) { agreed += 1 }
        }
        return both >= least && agreed * 100 >= both * 97
    }
}

/// The kept rows of a profile, column by column.
struct SampleRows {
    private let rows: [[String]]
    private let asOf: Day

    init(_ profile: ExtractProfile) {
        rows = profile.sample
        asOf = profile.asOf
    }

    func texts(_ column: Int) -> [String] { rows.map { Cell.folded($0[column]) } }

    func days(_ column: Int) -> [Day?] {
        rows.map { row in
            guard case .date(let date) = JapaneseDate.parse(Cell.trimmed(row[column]), asOf: asOf) else {
                return nil
            }
            return date.exactDay
        }
    }

    /// Whole numbers and ages (`12歳`).
    func numbers(_ column: Int) -> [Int?] {
        rows.map { row in
            let text = Cell.folded(row[column])
            return Cell.age(text) ?? Cell.number(text).flatMap { Int(exactly: $0) }
        }
    }

    /// How many distinct values of `column` there are, and how many of them go with several values of `other`.
    func dependence(of other: Int, on column: Int) -> (groups: Int, split: Int) {
        var first: [String: String] = [:]
        var split: Set<String> = []
        for (key, value) in zip(texts(column), texts(other)) where !key.isEmpty && !value.isEmpty {
            if let known = first[key] {
                if known != value { split.insert(key) }
            } else {
                first[key] = value
            }
        }
        return (first.count, split.count)
    }
}
