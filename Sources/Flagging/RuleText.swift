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
    let protective: [ConfigurationNode]?
    let suppress: [Placed<SuppressionRule>]
    let confirm: [Placed<String>]
    let rationale: Rationale
    let author: Placed<String>
    let approver: Placed<String>
    let effective: Effective
    let expected: Expected
    let proceed: ProceedText?

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
        /// Rules whose flags do not count.
        let except: [Placed<RuleID>]?
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
    struct ProceedText: Decodable {
        let share: Placed<Double>
        let assessed: Placed<Int>
    }
}

struct AgeText: Decodable {
    let months: RuleText.BoundsText?
    let years: RuleText.BoundsText?
    let grade: RuleText.BoundsText?
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
    let schoolYear: Bool?
    let sinceBirth: Bool?
}

/// Facts of which the older ones may count half.
struct FadingText: Decodable {
    let facts: SelectorText
    /// How far back they count whole.
    let halfBefore: Placed<LookBackText>?

    private enum CodingKeys: CodingKey { case halfBefore }

    init(from decoder: any Decoder) throws {
        facts = try SelectorText(from: decoder)
        halfBefore = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
            Placed<LookBackText>.self, forKey: .halfBefore)
    }
}

struct TrendText: Decodable {
    let of: [Placed<String>]
    let within: Placed<LookBackText>?
    let times: Placed<Double>
    let by: Placed<Double>
    let direction: Direction

    enum Direction: String, Decodable, CaseIterable { case rising, falling }
}

struct OpenText: Decodable {
    let of: [Placed<String>]
    let `is`: [Placed<String>]?
    let closed: [Placed<String>]
}

struct FlaggedText: Decodable {
    let rules: [Placed<RuleID>]
    let atLeast: Placed<Int>?
}

/// An indicator with one number of its own beside the facts, under the key `Name.key`.
struct CountedText<Name: CountName>: Decodable {
    let facts: SelectorText
    /// As `FadingText`.
    let halfBefore: Placed<LookBackText>?
    let number: Placed<Double>

    init(from decoder: any Decoder) throws {
        let fading = try FadingText(from: decoder)
        (facts, halfBefore) = (fading.facts, fading.halfBefore)
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
    let atLeast: Placed<Int>?
    let `where`: ConfigurationNode
}
