internal import Domain

/// A rule file as written; `RuleReader` checks it and makes a `FlagRule`.
struct RuleText: Decodable {
    let id: Placed<RuleID>
    let version: Placed<Int>
    let title: Placed<String>
    let purpose: Placed<PurposeID>
    let items: [Placed<ItemCode>]
    let difficulties: [Difficulty]
    let urgency: Urgency
    let population: PopulationText?
    let when: ConfigurationNode?
    let combine: CombinationText?
    let suppress: [Placed<SuppressionRule>]
    let confirm: [Placed<String>]
    let rationale: Rationale
    let author: Placed<String>
    let approver: Placed<String>
    let effective: Effective
    let expected: Expected

    struct PopulationText: Decodable {
        let ageMonths: BoundsText?
        let ageYears: BoundsText?
        let grade: BoundsText?
        let resident: Bool?
    }
    struct BoundsText: Decodable {
        let from: Placed<Int>?
        let to: Placed<Int>?
    }
    struct CombinationText: Decodable {
        let atLeast: Placed<Int>
        let say: Placed<String>
    }
    struct Rationale: Decodable {
        let why: String
        let source: String
    }
    struct Effective: Decodable {
        let from: Day
        let to: Placed<Day>?
    }
    struct Expected: Decodable {
        /// Share of the population, 0...1.
        let share: Placed<Double>
    }
}

/// What every indicator may say of the facts it looks at; written in the same braces as the indicator's own keys.
struct SelectorText: Decodable {
    /// `B06.18m`.
    let of: [Placed<String>]
    let `is`: [Placed<String>]?
    let atLeast: Placed<Double>?
    let atMost: Placed<Double>?
    let within: Placed<LookBackText>?
}

struct LookBackText: Decodable {
    let days: Int?
    let months: Int?
    let sinceBirth: Bool?
}

/// An indicator with one number of its own beside the facts, under the key `Name.key`.
struct CountedText<Name: CountName>: Decodable {
    let facts: SelectorText
    let number: Placed<Double>

    init(from decoder: any Decoder) throws {
        facts = try SelectorText(from: decoder)
        number = try decoder.container(keyedBy: FreeKey.self).decode(
            Placed<Double>.self, forKey: FreeKey(stringValue: Name.key))
    }
}

protocol CountName {
    static var key: String { get }
}
enum Times: CountName { static let key = "times" }
enum Months: CountName { static let key = "months" }

struct FreeKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

struct MissingText: Decodable {
    let of: [Placed<String>]
    let `is`: [Placed<String>]?
    let within: Placed<LookBackText>?
    let due: [ConfigurationNode]
    let grace: Placed<GraceText>?
    let sinceDue: Bool?

    struct GraceText: Decodable {
        let days: Placed<Int>?
        let months: Placed<Int>?
    }
}

struct AnchorText: Decodable {
    let after: SelectorText?
    let ageMonths: Placed<Int>?
    let schoolEntry: Bool?
}

struct HouseholdText: Decodable {
    let members: Condition.Members
    let `where`: ConfigurationNode
}
