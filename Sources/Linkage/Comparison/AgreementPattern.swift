/// The agreement levels of one pair, packed into one integer: sixteen bits, so that weights are one table look-up.
struct AgreementPattern: Hashable, Sendable {
    /// Number of bit patterns, not all of which are levels.
    static let count = 1 << 16

    var bits: UInt16 = 0

    init(bits: UInt16) { self.bits = bits }

    init(
        given: GivenLevel, family: FamilyLevel, birth: BirthLevel, sex: SexLevel, household: HouseholdLevel,
        number: NumberLevel
    ) {
        bits =
            UInt16(given.rawValue) | UInt16(family.rawValue) << 3 | UInt16(birth.rawValue) << 6
            | UInt16(sex.rawValue) << 9 | UInt16(household.rawValue) << 11 | UInt16(number.rawValue) << 14
    }

    /// The raw level of one comparison; 0 where there was nothing to compare.
    func level(_ kind: ComparisonKind) -> UInt8 { UInt8(bits >> kind.shift & kind.mask) }

    var given: GivenLevel { GivenLevel(rawValue: level(.given)) ?? .missing }
    var family: FamilyLevel { FamilyLevel(rawValue: level(.family)) ?? .missing }
    var birth: BirthLevel { BirthLevel(rawValue: level(.birth)) ?? .missing }
    var sex: SexLevel { SexLevel(rawValue: level(.sex)) ?? .missing }
    var household: HouseholdLevel { HouseholdLevel(rawValue: level(.household)) ?? .missing }
    var number: NumberLevel { NumberLevel(rawValue: level(.number)) ?? .missing }

    /// In the order of `ComparisonKind.allCases`.
    var levels: [UInt8] { ComparisonKind.allCases.map(level) }

    init(levels: [UInt8]) {
        for (kind, level) in zip(ComparisonKind.allCases, levels) {
            bits |= (UInt16(level) & kind.mask) << kind.shift
        }
    }

    /// Same birth day and household, another given name: a twin, not a spelling.
    var isTwin: Bool {
        birth == .sameDay && household.isOneHousehold && !given.isAgreement && given != .missing
            && number != .same
    }

    /// Whether the pair may be linked without a person looking at it: a weight alone never suffices in a family.
    var mayBeAutomatic: Bool {
        (given.isAgreement || number == .same) && number != .different && !isTwin
    }

    /// Whether the two may not stand in one cluster, however they came there.
    var isContradiction: Bool { number == .different || isTwin }
}
