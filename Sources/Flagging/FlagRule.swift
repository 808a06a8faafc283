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

    let population: Population
    let search: Search
    let suppressions: [SuppressionRule]

    /// What makes the rule find somebody.
    enum Search: Sendable {
        case condition(Condition)
        /// Flags of at least so many rules that share no kind of difficulty with each other.
        case combination(atLeast: Int, say: Sentence)
    }

    func isInEffect(on day: Day) -> Bool { effectiveFrom <= day && effectiveTo.map { day <= $0 } ?? true }

    func flag(_ person: PersonID, for finding: Finding, on day: Day) -> Flag {
        // Undated facts: as old as the extract that says so.
        let since = finding.since ?? finding.reasons.flatMap(\.sources).compactMap(\.asOf).min() ?? day
        return Flag(
            rule: id, version: version, title: title, person: person, urgency: urgency,
            difficulties: difficulties, reasons: finding.reasons, confirm: confirm, since: since)
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

    static let registration = (item: ItemCode("D07"), kind: "registration", closed: "closed")
    static let residence = (item: ItemCode("A07"), kind: "status", movedOut: "転出", deceased: "死亡")

    /// The item a rule must declare to use this.
    var item: ItemCode? {
        switch self {
        case .alreadySupported: Self.registration.item
        case .movedOutOrDeceased: Self.residence.item
        case .staleSource: nil
        }
    }

    /// What becomes of a finding; `nil`: it stands.
    ///
    /// A register that was not loaded suppresses nothing: a child must not drop out because an extract is late.
    func outcome(of finding: Finding, person: JoinedPerson, on day: Day) -> RuleOutcome? {
        switch self {
        case .alreadySupported:
            return Self.isRegistered(person.facts, on: day) ? .suppressed(.alreadySupported) : nil
        case .movedOutOrDeceased:
            let state = Self.lastState(person.facts, on: day)
            if state == .code(Self.residence.deceased) { return .suppressed(.deceased) }
            return state == .code(Self.residence.movedOut) ? .suppressed(.movedOut) : nil
        case .staleSource:
            let stale = finding.reasons.flatMap(\.sources).filter { !$0.isFresh(on: day) }.map(\.source)
            return stale.isEmpty ? nil : .notEvaluated(.staleSources(Set(stale).sorted()))
        }
    }

    /// Whether a row that nobody has read could still suppress a finding that this lets stand: the register has each person
    /// once, the council as often as somebody is registered.
    func isOpen(for person: JoinedPerson, on day: Day) -> Bool {
        switch self {
        case .alreadySupported: !Self.isRegistered(person.facts, on: day)
        case .movedOutOrDeceased: Self.lastState(person.facts, on: day) == nil
        case .staleSource: false
        }
    }

    private static func lastState(_ facts: [SourcedFact], on day: Day) -> FactValue? {
        facts.filter {
            $0.fact.item == residence.item && $0.fact.kind == residence.kind
                && $0.fact.firstDay.map { $0 <= day } ?? true
        }.inOrder.last?.fact.value
    }

    /// A registration is closed by the closing day in its own row; one in a row without a registration closes all before it.
    private static func isRegistered(_ facts: [SourcedFact], on day: Day) -> Bool {
        func all(_ kind: String) -> [SourcedFact] {
            facts.filter {
                $0.fact.item == registration.item && $0.fact.kind == kind
                    && $0.fact.firstDay.map { $0 <= day } ?? true
            }
        }
        let registrations = all(registration.kind)
        let closings = all(registration.closed)
        return registrations.contains { registered in
            !closings.contains { closing in
                if closing.position == registered.position { return true }
                if registrations.contains(where: { $0.position == closing.position }) { return false }
                return closing.fact.firstDay?.number ?? .max >= registered.fact.firstDay?.number ?? .min
            }
        }
    }
}
