internal import Domain
internal import JapaneseText

/// Finds who a row is about where no header says so, from how the columns go together; `BirthProof` comes first.
///
/// The person's name is the column in which one name has one birth date: a guardian with two children has two, so that a
/// guardian's column does not pass where brothers and sisters are; in small files nobody passes. The sex is the person's
/// where one name has one sex and, where somebody else is named too, that one's names have both. The school is that of
/// today where it is one for the grade.
struct RowPerson {
    private(set) var found: [(column: Int, meaning: IdentityColumn, why: String)] = []

    /// Distinct names needed before their having one birth date each says anything.
    static let least = 30

    init(_ profile: ExtractProfile) {
        let columns = profile.columns
        let rows = SampleRows(profile)
        let names = columns.filter {
            $0.fillRate >= 0.5 && $0.share([.letters, .words]) - $0.share([.kana, .words]) >= 0.6
        }.map(\.index)
        let readings = columns.filter {
            $0.fillRate >= 0.5 && $0.share(.kana) >= 0.9 && $0.share([.kana, .words]) >= 0.5
        }.map(\.index)
        let proof = BirthProof.find(profile)
        if let proof { found.append((proof.column, .birth, proof.why)) }
        var own: [Int] = []
        if let proof, proof.hasSiblings {
            let ownNames = names.filter { Self.belongs(proof.column, to: $0, rows) }
            let ownReadings = readings.filter { Self.belongs(proof.column, to: $0, rows) }
            if ownNames.count <= 1, ownReadings.count <= 1 {
                own = ownNames + ownReadings
                found += ownNames.map { ($0, .name, "氏名ごとに生年月日が1つ") }
                found += ownReadings.map { ($0, .kana, "氏名ごとに生年月日が1つ") }
            }
        }
        if let sex = Self.sex(
            columns, own: own, others: (names + readings).filter { !own.contains($0) }, rows)
        {
            found.append((sex, .sex, "氏名ごとに性別が1つ"))
        }
        if let school = Self.school(profile, proof?.grades ?? [], rows) {
            found.append((school, .school, "学年に合う学校の名前だけ"))
        }
    }

    /// Whether one value of `column` has one of `other`, in all but slips of the pen.
    private static func belongs(_ other: Int, to column: Int, _ rows: SampleRows) -> Bool {
        let (groups, split) = rows.dependence(of: other, on: column)
        return groups >= least && split * 33 <= groups
    }

    private static func sex(
        _ columns: [ColumnProfile], own: [Int], others: [Int], _ rows: SampleRows
    ) -> Int? {
        let sexes = columns.filter(\.isSexByValues).map(\.index)
        guard sexes.count == 1, let sex = sexes.first else { return nil }
        func isOne(_ column: Int) -> Bool { belongs(sex, to: column, rows) }
        // Names that come with both sexes are somebody else's than the sex.
        let foreign = others.filter { column in
            let (groups, split) = rows.dependence(of: sex, on: column)
            return split >= 3 && split * 20 >= groups
        }
        guard own.isEmpty else { return own.allSatisfy(isOne) && foreign.count == others.count ? sex : nil }
        let rest = others.filter { !foreign.contains($0) }
        // One person, by kanji and kana at most: each name has one reading.
        let isOnePerson =
            rest.count == 1
            || rest.count == 2 && belongs(rest[0], to: rest[1], rows) && belongs(rest[1], to: rest[0], rows)
        return isOnePerson && rest.allSatisfy(isOne) ? sex : nil
    }

    private static func school(_ profile: ExtractProfile, _ grades: [Int?], _ rows: SampleRows) -> Int? {
        let schools = profile.columns.filter(\.isSchoolByValues)
        guard schools.count == 1, let school = schools.first else { return nil }
        var (known, right) = (0, 0)
        for case (let grade?, let name) in zip(grades, rows.texts(school.index)) {
            let isElementary = name.hasSuffix("小学校")
            guard isElementary || name.hasSuffix("中学校") else { continue }
            known += 1
            if isElementary == (grade <= 6) { right += 1 }
        }
        return known >= BirthProof.least && right * 100 >= known * 97 ? school.index : nil
    }
}
