/// Compares two records by all comparisons, on integers only.
struct PairComparison: Sendable {
    let columns: RecordColumns
    let name: NameComparison

    init(_ columns: RecordColumns, similarity: LinkageModel.Similarity) {
        self.columns = columns
        name = NameComparison(text: columns.text, closeness: similarity.kanaCloseness)
    }

    /// The agreement pattern of two records; the same for (j, i).
    func pattern(_ i: Int, _ j: Int) -> AgreementPattern {
        let birth = Self.birth(columns.births[i], columns.births[j])
        let sex = sex(i, j)
        var (given, family) = names(i, j)
        var household = household(i, j)
        let number = number(i, j)
        if given == .different, birth == .sameDay, isGuardianNamed(i, j) || isGuardianNamed(j, i) {
            given = .missing
            if household == .missing { household = .guardian }
        }
        if !given.isAgreement, birth == .sameDay, family.isAgreement, sex != .different,
            columns.isSole[i] || columns.isSole[j],
            given == .missing && household.isOneHousehold || number == .same || resemble(i, j)
        {
            given = .sole
        }
        return AgreementPattern(
            given: given, family: family, birth: birth, sex: sex, household: household, school: school(i, j),
            number: number)
    }

    private func resemble(_ i: Int, _ j: Int) -> Bool {
        columns.names.range(i).contains { left in
            columns.names.range(j).contains { right in
                name.resemble(
                    columns.forms[Int(columns.names.values[left])],
                    columns.forms[Int(columns.names.values[right])])
            }
        }
    }

    private func names(_ i: Int, _ j: Int) -> (GivenLevel, FamilyLevel) {
        // Over pairs of name forms the best level is the one that stands first; "missing" is none.
        var (given, family) = (UInt8.max, UInt8.max)
        let (left, right) = (columns.names.range(i), columns.names.range(j))
        for a in left {
            for b in right {
                let levels = name.levels(
                    columns.forms[Int(columns.names.values[a])], columns.forms[Int(columns.names.values[b])])
                if levels.given != .missing { given = min(given, levels.given.rawValue) }
                if levels.family != .missing { family = min(family, levels.family.rawValue) }
            }
        }
        let givenLevel = GivenLevel(rawValue: given) ?? .missing
        if givenLevel == .swapped { return (.swapped, .missing) }
        if family > FamilyLevel.formerOrGuardian.rawValue,
            columns.families.meets(i, columns.guardianFamilies, j)
                || columns.families.meets(j, columns.guardianFamilies, i)
        {
            return (givenLevel, .formerOrGuardian)
        }
        return (givenLevel, FamilyLevel(rawValue: family) ?? .missing)
    }

    /// Whether `i` bears the name of a guardian of `j`: with the child's own birth day, a guardian typed in the child's place says
    /// nothing of the child's name.
    private func isGuardianNamed(_ i: Int, _ j: Int) -> Bool {
        let guardians = columns.guardians.range(j)
        guard !guardians.isEmpty else { return false }
        return columns.names.range(i).contains { place in
            let form = columns.forms[Int(columns.names.values[place])]
            return guardians.contains { guardian in
                let name = columns.guardians.values[guardian]
                return name == form.whole || name == form.wholeKana
            }
        }
    }

    static func birth(_ a: EncodedBirth, _ b: EncodedBirth) -> BirthLevel {
        if a.precision == .missing || b.precision == .missing { return .missing }
        guard a.precision == .day, b.precision == .day else {
            return a.first <= b.last && b.first <= a.last ? .consistent : .different
        }
        if a.digits == b.digits { return .sameDay }
        // One bit for each decimal digit that differs.
        let difference = a.digits ^ b.digits
        let digits = (difference | difference >> 1 | difference >> 2 | difference >> 3) & 0x1111_1111
        let exchanged = a.digits & 0xFFFF_0000 | a.digits << 8 & 0xFF00 | a.digits >> 8 & 0xFF
        let isOtherMonth = difference & 0xFFFF_00FF == 0
        let isNextDay = abs(a.first - b.first) == 1
        if digits.nonzeroBitCount == 1 || exchanged == b.digits || isOtherMonth || isNextDay { return .slip }
        if difference >> 8 == 0 { return .sameMonth }
        if difference & 0xFFFF == 0, abs(a.year - b.year) == 1 { return .yearOff }
        return .different
    }

    private func sex(_ i: Int, _ j: Int) -> SexLevel {
        let (a, b) = (columns.sexes[i], columns.sexes[j])
        return a == 0 || b == 0 ? .missing : a == b ? .same : .different
    }

    private func household(_ i: Int, _ j: Int) -> HouseholdLevel {
        if columns.homes[i] != 0, columns.homes[i] == columns.homes[j] { return .address }
        let hasPhones = !columns.phones.range(i).isEmpty && !columns.phones.range(j).isEmpty
        if hasPhones, columns.phones.meets(i, columns.phones, j) { return .phone }
        let haveGuardians = !columns.guardians.range(i).isEmpty && !columns.guardians.range(j).isEmpty
        if haveGuardians, columns.guardians.meets(i, columns.guardians, j) { return .guardian }
        if columns.lots[i] != 0, columns.lots[i] == columns.lots[j] { return .building }
        let haveTowns = columns.towns[i] != 0 && columns.towns[j] != 0
        if haveTowns, columns.towns[i] == columns.towns[j] {
            return columns.lots[i] == 0 || columns.lots[j] == 0 ? .area : .town
        }
        if !haveTowns, columns.postcodes[i] != 0, columns.postcodes[i] == columns.postcodes[j] {
            return .area
        }
        return hasPhones || haveGuardians || haveTowns ? .different : .missing
    }

    private func school(_ i: Int, _ j: Int) -> SchoolLevel {
        let (a, b) = (columns.schools[i], columns.schools[j])
        return a == 0 || b == 0 ? .missing : a == b ? .same : .different
    }

    private func number(_ i: Int, _ j: Int) -> NumberLevel {
        guard columns.numberSpaces[i] != 0, columns.numberSpaces[i] == columns.numberSpaces[j] else {
            return .missing
        }
        return columns.numbers[i] == columns.numbers[j] ? .same : .different
    }
}
