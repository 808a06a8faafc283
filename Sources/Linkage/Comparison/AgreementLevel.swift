/// A comparison: one question asked of every candidate pair.
package enum ComparisonKind: String, Sendable, Codable, CaseIterable {
    case given, family, birth, sex, household, school, number

    /// The machine names of its levels, strongest first, as the model file lists them; level 0 ("nothing to
    /// compare", weight 0) is not listed.
    package var levels: [String] {
        switch self {
        case .given: GivenLevel.allCases.dropFirst().map(\.name)
        case .family: FamilyLevel.allCases.dropFirst().map(\.name)
        case .birth: BirthLevel.allCases.dropFirst().map(\.name)
        case .sex: SexLevel.allCases.dropFirst().map(\.name)
        case .household: HouseholdLevel.allCases.dropFirst().map(\.name)
        case .school: SchoolLevel.allCases.dropFirst().map(\.name)
        case .number: NumberLevel.allCases.dropFirst().map(\.name)
        }
    }

    /// Where its level stands in an agreement pattern.
    var shift: UInt32 {
        switch self {
        case .given: 0
        case .family: 3
        case .birth: 6
        case .sex: 9
        case .household: 11
        case .school: 14
        case .number: 16
        }
    }

    /// The level's bits, before shifting.
    var mask: UInt32 {
        switch self {
        case .given, .family, .birth, .household: 0b111
        case .sex, .school, .number: 0b11
        }
    }
}

/// How far the given names agree; the best over all name forms of both sides.
enum GivenLevel: UInt8, CaseIterable {
    case missing, kanjiEqual, kanaEqual
    /// Family and given name stand in each other's column.
    case swapped
    /// One character off, and the readings close; or a foreign name without its middle names; or, where no kanji speak, readings
    /// that differ in voicing marks alone.
    case kanjiNear
    case kanaClose, different
    /// One side has no given name or a reading one character off, or both have one number, and the register knows nobody else of
    /// that birth day and family:
    /// there is no twin whom it could mean.
    case sole

    /// Agreement enough for an automatic link; families share everything else.
    var isAgreement: Bool {
        switch self {
        case .kanjiEqual, .kanaEqual, .swapped, .kanjiNear, .sole: true
        case .missing, .kanaClose, .different: false
        }
    }
}

/// How far the family names agree.
enum FamilyLevel: UInt8, CaseIterable {
    case missing, kanjiEqual, kanaEqual
    /// Equal to the other side's former name, or to a guardian's: divorce, remarriage, adoption.
    case formerOrGuardian
    case kanjiNear, kanaClose, different

    /// Evidence of one family, as the twin guard asks.
    var isAgreement: Bool {
        switch self {
        case .kanjiEqual, .kanaEqual, .formerOrGuardian: true
        case .missing, .kanjiNear, .kanaClose, .different: false
        }
    }
}

/// How far the birth dates agree.
enum BirthLevel: UInt8, CaseIterable {
    case missing, sameDay
    /// Day and month exchanged, one digit or one day off, or another month.
    case slip
    case sameMonth
    /// Same month and day of the year before or after.
    case yearOff
    /// One side knows only month, year or age, and the other does not contradict it.
    case consistent
    case different

    /// As twins' birth dates are.
    var mayBeTwins: Bool {
        switch self {
        case .sameDay, .consistent: true
        case .missing, .slip, .sameMonth, .yearOff, .different: false
        }
    }
}

enum SexLevel: UInt8, CaseIterable {
    case missing, same, different
}

/// How strongly the two seem to live in one household. Address, telephone and guardian are not independent of each
/// other: counted each for itself they make siblings one person, so they are one comparison, and the best counts.
enum HouseholdLevel: UInt8, CaseIterable {
    case missing, address, phone, guardian
    /// Same town and block, another or an unknown building.
    case building
    /// Same town or postcode, and one side says no more of the address.
    case area
    /// Same town, another block.
    case town
    case different

    /// Evidence of one household, as the twin guard asks.
    var isOneHousehold: Bool {
        switch self {
        case .address, .phone, .guardian, .building: true
        case .missing, .area, .town, .different: false
        }
    }
}

/// Schools and nurseries, by their comparable names. Not part of the household: brothers and sisters of one school are
/// told apart by given name and birth date, and a school holds hundreds of others.
enum SchoolLevel: UInt8, CaseIterable {
    case missing, same, different
}

/// Person numbers are compared only inside one certified number space.
enum NumberLevel: UInt8, CaseIterable {
    case missing, same, different
}

extension RawRepresentable where RawValue == UInt8 {
    /// The case's name, `kanjiEqual`.
    fileprivate var name: String { String(describing: self) }
}
