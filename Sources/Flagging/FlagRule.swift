package import Domain

/// A flag rule as published in `Guidelines/rules`: whom to look at, on what grounds, and who answers for it.
package struct FlagRule: Sendable {
    package let id: RuleID
    package let version: Int
    package let title: String
    package let purpose: PurposeID
    /// Every item the rule reads, in code order; empty for a combination of other rules' flags.
    package let items: [ItemCode]
    package let difficulties: [Difficulty]
    package let urgency: Urgency
    /// What the staff should confirm, in Japanese.
    package let confirm: [String]
    /// Why the rule exists, and the guideline or literature it stands on.
    package let rationale: String
    package let source: String
    package let author: String
    /// Somebody other than the author.
    package let approver: String
    /// First and last day in force; without a last day until changed.
    package let effectiveFrom: Day
    package let effectiveTo: Day?
    /// Share of the population that is expected to be flagged, 0...1.
    package let expectedShare: Double

    /// What was agreed beforehand that it must reach to go on; `nil`: nothing was.
    package let proceed: Proceed?

    let population: Population
    let search: Search
    let suppressions: [SuppressionRule]
    /// What is shown beside a finding as speaking for the family.
    let protective: [Condition]
    /// The catalogue's titles of `items`.
    let itemTitles: [ItemCode: String]

    /// The rules whose findings this one looks at.
    package var dependencies: Set<RuleID> {
        if case .condition(let condition) = search { condition.rules } else { [] }
    }

    /// What a rule must reach to go on (続ける目安), agreed before its cases are known.
    package struct Proceed: Sendable, Hashable {
        /// Of the assessed cases, the share that was connected to support or is watched, 0...1.
        package let share: Double
        /// Cases that must be assessed before anything is said, at least 10.
        package let assessed: Int
    }

    /// What makes the rule find somebody.
    enum Search: Sendable {
        case condition(Condition)
        /// Flags of at least so many rules, others than those excepted, that share no kind of difficulty with each other.
        case combination(atLeast: Int, except: Set<RuleID>, say: Sentence)
    }

    /// The items that decide whether it finds somebody.
    var searched: [ItemCode] {
        if case .condition(let condition) = search { condition.indicators.flatMap(\.items) } else { [] }
    }

    func isInEffect(on day: Day, until horizon: Horizon? = nil) -> Bool {
        horizon?.note(effectiveFrom)
        horizon?.note(effectiveTo?.adding(days: 1))
        return effectiveFrom <= day && effectiveTo.map { day <= $0 } ?? true
    }

    func flag(
        _ person: PersonID, for finding: Finding, protective: [Reason] = [], missing: [Reason] = [],
        on day: Day
    ) -> Flag {
        // Undated facts: as old as the extract that says so.
        let since = finding.since ?? finding.reasons.flatMap(\.sources).compactMap(\.asOf).min() ?? day
        return Flag(
            rule: id, version: version, title: title, person: person, urgency: urgency,
            difficulties: difficulties, reasons: finding.reasons, confirm: confirm, since: since,
            protective: protective, missing: missing, ground: finding.ground.once,
            others: finding.others.sorted())
    }
}

extension [GroundFact] {
    /// The same in the same order, each once.
    fileprivate var once: [GroundFact] {
        var seen: Set<GroundFact> = []
        return filter { seen.insert($0).inserted }
    }
}

/// What keeps a person whom a rule finds out of the queue; a rule file names those that apply.
enum SuppressionRule: String, Sendable, Codable, CaseIterable {
    /// An open registration with the council (要対協).
    case alreadySupported
    /// The resident register's last status is 転出 or 死亡.
    case movedOutOrDeceased
    /// A source the finding stands on was not loaded or is stale: then the rule counts as not evaluated.
    case staleSource

    private static func selector(_ item: ItemCode, _ kind: String) -> FactSelector {
        FactSelector(keys: [FactKey(item: item, kind: kind, title: "", unit: "")])
    }
    private static let registration = selector("D07", "registration")
    private static let closed = selector("D07", "closed")
    private static let residence = selector("A07", "status")
    private static let (movedOut, deceased) = ("転出", "死亡")

    /// The item a rule must declare to use this.
    var item: ItemCode? {
        switch self {
        case .alreadySupported: "D07"
        case .movedOutOrDeceased: "A07"
        case .staleSource: nil
        }
    }

    /// What becomes of a finding; `nil`: it stands.
    ///
    /// A register that was not loaded suppresses nothing: a child must not drop out because an extract is late.
    func outcome(of finding: Finding, in evaluation: Evaluation) -> RuleOutcome? {
        switch self {
        case .alreadySupported:
            return Self.isRegistered(evaluation) ? .suppressed(.alreadySupported) : nil
        case .movedOutOrDeceased:
            let state = Self.lastState(evaluation)
            if state == .code(Self.deceased) { return .suppressed(.deceased) }
            return state == .code(Self.movedOut) ? .suppressed(.movedOut) : nil
        case .staleSource:
            let stale = finding.reasons.flatMap(\.sources).filter { !$0.isFresh(on: evaluation.day) }
            return stale.isEmpty ? nil : .notEvaluated(.staleSources(Set(stale.map(\.source)).sorted()))
        }
    }

    /// Whether a row that nobody has read could still suppress a finding that this lets stand: the register has each person
    /// once, the council as often as somebody is registered.
    func isOpen(in evaluation: Evaluation) -> Bool {
        switch self {
        case .alreadySupported: !Self.isRegistered(evaluation)
        case .movedOutOrDeceased: Self.lastState(evaluation) == nil
        case .staleSource: false
        }
    }

    private static func lastState(_ evaluation: Evaluation) -> FactValue? {
        residence.look(among: evaluation.own.facts, on: evaluation.day, birth: nil, until: evaluation.horizon)
            .found
            .last?.fact.value
    }

    private static func isRegistered(_ evaluation: Evaluation) -> Bool {
        func all(_ selector: FactSelector) -> [SourcedFact] {
            selector.look(
                among: evaluation.own.facts, on: evaluation.day, birth: nil, repeats: true,
                until: evaluation.horizon
            )
            .found
        }
        return evaluation.open(registration, all(registration), closings: all(closed)) != nil
    }
}
