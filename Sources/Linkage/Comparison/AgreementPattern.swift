/// The agreement levels of one pair, packed into one integer of eighteen bits, so that weights are one table look-up.
struct AgreementPattern: Hashable, Sendable {
    /// Number of bit patterns, not all of which are levels.
    static let count = 1 << 18

    var bits: UInt32 = 0

    init(bits: UInt32) { self.bits = bits }

    init(
        given: GivenLevel, family: FamilyLevel, birth: BirthLevel, sex: SexLevel, household: HouseholdLevel,
        school: SchoolLevel, number: NumberLevel
    ) {
        bits =
            UInt32(given.rawValue) | UInt32(family.rawValue) << 3 | UInt32(birth.rawValue) << 6
            | UInt32(sex.rawValue) << 9 | UInt32(household.rawValue) << 11 | UInt32(school.rawValue) << 14
            | UInt32(number.rawValue) << 16
    }

    /// The raw level of one comparison; 0 where there was nothing to compare.
    func level(_ kind: ComparisonKind) -> UInt8 { UInt8(bits >> kind.shift & kind.mask) }

    var given: GivenLevel { GivenLevel(rawValue: level(.given)) ?? .missing }
    var family: FamilyLevel { FamilyLevel(rawValue: level(.family)) ?? .missing }
    var birth: BirthLevel { BirthLevel(rawValue: level(.birth)) ?? .missing }
    var sex: SexLevel { SexLevel(rawValue: level(.sex)) ?? .missing }
    var household: HouseholdLevel { HouseholdLevel(rawValue: level(.household)) ?? .missing }
    var school: SchoolLevel { SchoolLevel(rawValue: level(.school)) ?? .missing }
    var number: NumberLevel { NumberLevel(rawValue: level(.number)) ?? .missing }

    /// In the order of `ComparisonKind.allCases`.
    var levels: [UInt8] { ComparisonKind.allCases.map(level) }

    init(levels: [UInt8]) {
        for (kind, level) in zip(ComparisonKind.allCases, levels) {
            bits |= (UInt32(level) & kind.mask) << kind.shift
        }
    }

    /// As if there were nothing to compare by `kind`.
    func without(_ kind: ComparisonKind) -> AgreementPattern {
        AgreementPattern(bits: bits & ~(kind.mask << kind.shift))
    }

    /// Same birth day (or nothing against it) and family, another given name: a twin, not a spelling.
    ///
    /// A school's list names no household; there, one school and one family name stand for it. Where addresses end with the town,
    /// so do one town and one family name with one birth day. A number that both have speaks for a reading heard wrong, not for another
    /// name: the commonest slip of a clerk is the twin's number.
    var isTwin: Bool {
        birth.mayBeTwins
            && (household.isOneHousehold || school == .same && family.isAgreement
                || household == .area && family.isAgreement && birth == .sameDay)
            && (number == .same ? given == .different : !given.isAgreement && given != .missing)
    }

    /// Whether the pair may be linked without a person looking at it: a weight alone never suffices in a family.
    ///
    /// Nor does a given name in one household without a birth date, where the family name is another: it may be a relative's.
    var mayBeAutomatic: Bool {
        number == .same && given != .different && !isContradiction
            || given.isAgreement && !isContradiction && !(birth == .missing && family == .different)
    }

    /// Whether the two may not stand in one cluster, however they came there.
    var isContradiction: Bool {
        number == .different || isTwin || birth == .different && number != .same
    }
}
