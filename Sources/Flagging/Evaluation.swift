internal import Domain

/// What a condition comes to; unknown stays unknown through `not`, so that a missing extract never becomes a finding.
enum Verdict {
    case yes(Finding)
    case no
    case notYet(Day)
    case unknown(Gap)
}

/// Why a condition holds, and since when.
struct Finding {
    var reasons: [Reason] = []
    var since: Day?
    /// What could not be told besides.
    var untold: Set<Gap> = []
    /// Every fact it hangs on, whether or not a reason names it.
    var ground: [GroundFact] = []
    /// Rules whose findings it rests on.
    var others: Set<RuleID> = []
}

/// What is known of one person, and which sources may hold more in rows that were rejected.
struct Known: Sendable {
    let id: PersonID
    let facts: FactIndex
    let unread: Set<SourceID>
    let birth: PartialDate?
    /// Stands in where there is nobody to look at.
    var isNobody = false
}

/// A person with everybody around, as the rules look at them: made once for all rules of a night.
final class Scene {
    let person: JoinedPerson
    let own: Known
    /// Until when all holds that was looked at so far.
    let horizon: Horizon
    /// What rules that others look at say of the person.
    private var known: [RuleID: RuleOutcome] = [:]
    /// Made when the first rule looks around.
    private(set) lazy var around: [Known] = person.household.map {
        Known(id: $0.id, facts: FactIndex($0.facts), unread: $0.unread, birth: $0.birth)
    }

    init(_ person: JoinedPerson, on day: Day) {
        self.person = person
        horizon = Horizon(day)
        own = Known(
            id: person.id, facts: FactIndex(person.facts), unread: person.unread, birth: person.birth)
    }

    /// Once for each rule, however many look at it.
    func outcome(of rule: RuleID, _ judge: () -> RuleOutcome) -> RuleOutcome {
        if let known = known[rule] { return known }
        let outcome = judge()
        known[rule] = outcome
        return outcome
    }
}

/// One person under the conditions of one rule, on one night.
struct Evaluation {
    let rule: RuleID
    let scene: Scene
    let night: RuleNight
    let withheld: Set<ItemCode>
    /// What another rule says of the person.
    let outcome: (RuleID) -> RuleOutcome

    var person: JoinedPerson { scene.person }
    var own: Known { scene.own }
    var day: Day { night.day }
    var horizon: Horizon { scene.horizon }
    var sources: [SourceID: SourceFreshness] { night.sources }
    var sourcesOf: [ItemCode: [SourceID]] { night.sourcesOf }

    func verdict(of condition: Condition) -> Verdict { verdict(of: condition, among: own) }

    private func verdict(of condition: Condition, among known: Known) -> Verdict {
        switch condition {
        case .all(let parts): all(parts, among: known)
        case .any(let parts): any(parts.lazy.map { verdict(of: $0, among: known) })
        case .not(let inner, let say): not(inner, say: say, among: known)
        case .household(let members, let least, let inner): household(members, atLeast: least, inner)
        case .age(let ages): age(ages, known)
        case .flagged(let rules, let least, let say): flagged(rules, atLeast: least, say)
        case .indicator(let indicator): verdict(of: indicator, among: known)
        }
    }

    /// As old as the last part that came true.
    private func all(_ parts: [Condition], among known: Known) -> Verdict {
        var finding = Finding()
        var (waiting, gap): (Day?, Gap?) = (nil, nil)
        for part in parts {
            switch verdict(of: part, among: known) {
            case .no: return .no
            case .notYet(let until): waiting = max(waiting ?? until, until)
            case .unknown(let found): gap = gap ?? found
            case .yes(let found):
                finding.reasons += found.reasons
                finding.untold.formUnion(found.untold)
                finding.ground += found.ground
                finding.others.formUnion(found.others)
                finding.since = [finding.since, found.since].compactMap(\.self).max()
            }
        }
        if let waiting { return .notYet(waiting) }
        return gap.map(Verdict.unknown) ?? .yes(finding)
    }

    /// Every part that holds gives its reasons, once at least so many do; as old as the oldest of them.
    private func any(_ verdicts: some Sequence<Verdict>, atLeast least: Int = 1) -> Verdict {
        var (finding, holding) = (Finding(), 0)
        var (waiting, gap, open): (Day?, Gap?, Int) = (nil, nil, 0)
        for verdict in verdicts {
            switch verdict {
            case .no: continue
            case .notYet(let until):
                waiting = min(waiting ?? until, until)
                open += 1
            case .unknown(let found):
                gap = gap ?? found
                finding.untold.insert(found)
                open += 1
            case .yes(let found):
                holding += 1
                finding.reasons += found.reasons
                finding.untold.formUnion(found.untold)
                finding.ground += found.ground
                finding.others.formUnion(found.others)
                finding.since = [finding.since, found.since].compactMap(\.self).min()
            }
        }
        if holding >= least { return .yes(finding) }
        guard holding + open >= least else { return .no }
        if let gap { return .unknown(gap) }
        return waiting.map(Verdict.notYet) ?? .no
    }

    private func not(_ inner: Condition, say: Sentence?, among known: Known) -> Verdict {
        switch verdict(of: inner, among: known) {
        case .yes: return .no
        case .no:
            let items = Set(inner.indicators.flatMap(\.items)).sorted()
            return .yes(Finding(reasons: say.map { [absence($0, of: items, speaksOf: items)] } ?? []))
        case .notYet(let until): return .notYet(until)
        case .unknown(let gap): return .unknown(gap)
        }
    }

    private func household(
        _ members: Condition.Members, atLeast least: Int, _ inner: Condition
    ) -> Verdict {
        func age(_ birth: PartialDate?) -> ClosedRange<Int>? {
            guard let range = birth?.range else { return nil }
            for born in [range.lowerBound, range.upperBound] { horizon.note(born.reaching(months: 18 * 12)) }
            return range.upperBound.age(on: day)...range.lowerBound.age(on: day)
        }
        let around = scene.around.filter { member in
            switch members {
            case .all, .others: true
            case .siblings: age(member.birth).map { $0.upperBound < 18 } ?? false
            case .adults: age(member.birth).map { $0.lowerBound >= 18 } ?? false
            }
        }
        let looked = members == .all ? [own] + around : around
        // With too few to look at, the sources still decide whether "nobody" can be said.
        let nobody = Known(id: person.id, facts: FactIndex([]), unread: [], birth: nil, isNobody: true)
        let found =
            looked.count < least && !inner.indicators.isEmpty
            ? nobodyElse(verdict(of: inner, among: nobody))
            : any(looked.lazy.map { verdict(of: inner, among: $0) }, atLeast: least)
        // Whom a rejected row of the register is about may live here too.
        if case .no = found, !person.isHouseholdWhole {
            return .unknown(.rejectedRows(person.unread.sorted()))
        }
        // Nor does somebody say nothing whom policy does not let be asked.
        if case .no = found, !person.isHouseholdShown {
            return .unknown(inner.indicators.flatMap(\.items).min().map(Gap.withheld) ?? .birthUnknown)
        }
        return found
    }

    /// A finding about nobody is none.
    private func nobodyElse(_ verdict: Verdict) -> Verdict {
        switch verdict {
        case .yes, .notYet, .no: .no
        case .unknown(let gap): .unknown(gap)
        }
    }

    private func age(_ ages: Population, _ known: Known) -> Verdict {
        ages.note(known.birth, on: day, in: horizon)
        return switch known.isNobody ? true : ages.isOfAge(known.birth, on: day) {
        case true?: .yes(Finding())
        case false?: .no
        case nil: .unknown(.birthUnknown)
        }
    }

    private func flagged(_ rules: [RuleID], atLeast least: Int, _ say: Sentence) -> Verdict {
        var flags: [Flag] = []
        let found = any(
            rules.lazy.map { rule -> Verdict in
                switch outcome(rule) {
                case .flag(let flag):
                    flags.append(flag)
                    return .yes(Finding(since: flag.since, ground: flag.ground, others: [flag.rule]))
                case .notYetDue(let until): return .notYet(until)
                case .notEvaluated(let gap): return .unknown(gap)
                case .suppressed, .notApplicable, .noFinding: return .no
                }
            }, atLeast: least)
        guard case .yes(var finding) = found else { return found }
        finding.reasons = [Reason(say, titlesOf: flags, count: flags.count)]
        return .yes(finding)
    }
}
