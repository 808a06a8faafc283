package import Domain
import Flagging
import Foundation
package import Mapping
import Policy
import Store

/// What the rules found.
struct FlagResult {
    /// In person and rule order.
    var flags: [Flag] = []
    var counts: [RuleCount] = []
    /// Rules that could not be applied, by person.
    var undecided: [PersonID: Set<RuleID>] = [:]
    /// Households there are; of those, whom nothing had changed of, so that they were not judged again.
    var households = 0
    var known = 0
    /// Everybody of the households that were not known.
    var judged: [PersonID] = []
    /// What the next night may take over.
    var tonight: KeptEvaluations?
}

/// What a rule says of somebody whom it does not flag, as far as it is kept.
enum Said: Hashable {
    case notApplicable
    /// Nothing found, or nothing due yet.
    case nothing
    case suppressed
    /// By the gap's code.
    case undecided(String)

    /// `nil` for a flag.
    init?(_ outcome: RuleOutcome) {
        switch outcome {
        case .flag: return nil
        case .suppressed: self = .suppressed
        case .notApplicable: self = .notApplicable
        case .notYetDue, .noFinding: self = .nothing
        case .notEvaluated(let gap): self = .undecided(gap.code)
        }
    }

    private static let plain: [Said] = [.notApplicable, .nothing, .suppressed]

    var byte: UInt8 {
        if case .undecided(let code) = self {
            return UInt8(3 + (Gap.codes.firstIndex(of: code) ?? 0))
        }
        return UInt8(Self.plain.firstIndex(of: self) ?? 0)
    }

    init(byte: UInt8) {
        self = byte < 3 ? Self.plain[Int(byte)] : .undecided(Gap.codes[Int(byte - 3) % Gap.codes.count])
    }

    var isUndecided: Bool { if case .undecided = self { true } else { false } }
}

/// Joins facts household by household as far as policy allows for each purpose, and applies the flag rules.
struct RaiseFlags {
    let rules: RuleSet
    let guideline: Guideline
    let mappings: MappingSet
    let extracts: [ExtractSummary]
    let asOf: Day
    let store: RunStore
    let service: ServiceStore
    let now: @Sendable () -> Date
    let log: NightLog
    /// Of a run that is not in service yet; `nil`: those of the publication in service.
    var consents: ConsentsInForce?
    /// Persons of earlier nights of whom no record came tonight.
    var absent: [PersonID] = []
    /// Sources with a rejected row that may be of one of them.
    var doubtful: Set<SourceID> = []
    /// Whether towns are asked for too, for counts by area.
    var tellsAreas = false

    /// Who tries rules out by this pass, as the trail names it; `nil`: it is the night's own.
    var asker: Actor?
    /// Threads that judge.
    var threads = 1
    /// What the night before said of households, and what tonight's are known by; `nil`: everybody is judged, and nothing kept.
    var memory: Memory?

    struct Memory {
        let last: LastEvaluations
        /// Revision of the rulebook.
        let rulebook: String
        let identity: (Int) -> ContentPrint
    }

    /// The rules of one purpose with what policy lets them join; nothing of one purpose reaches another.
    private struct PurposePass {
        let rules: [FlagRule]
        let items: Set<ItemCode>
        let decide: Decisions
    }

    /// A household as it is judged: for each purpose who is joined, and what policy holds back.
    private struct Household: Sendable {
        let members: [PersonID]
        let print: ContentPrint?
        let joined: [(people: [JoinedPerson], withheld: Set<ItemCode>)]
    }

    /// By purpose and person, in the order joined.
    private typealias Judged = [[Assessment]]

    /// Households judged at a time.
    private static let batch = 512

    /// - Parameter observe: told what each rule says of each person who is judged; combinations of flags excepted.
    func run(
        observing observe: (JoinedPerson, RuleID, RuleOutcome) -> Void = { _, _, _ in }
    ) throws -> FlagResult {
        let freshness = sources()
        let night = RuleNight(day: asOf, sources: freshness, sourcesOf: mappings.sourcesOfItems)
        // A rule that can find nobody before a source comes is told as waiting, not person by person.
        let waiting = rules.waiting { night.sourcesOf[$0] != nil }
        var result = FlagResult()
        var tally: [RuleID: RuleCount] = [:]
        for rule in rules.rules {
            tally[rule.id] = RuleCount(rule: rule.id, title: rule.title)
            tally[rule.id]?.waiting = waiting[rule.id]
        }
        let passes = rules.purposes.map { pass(for: $0, without: waiting) }
        log.progress(
            .flag, 0, of: 1, "目的" + rules.purposes.map { "「\($0)」" }.joined(separator: "、") + "の規則")
        let read = try service.auditedRead(
            of: store, actor: Night.actor, triedBy: asker, purposes: passes.map(\.decide),
            consents: consents, at: now())
        let head = memory.map { KeptEvaluations.Head(rulebook: $0.rulebook, night: night) }
        let kept = head.flatMap { memory?.last.holding($0, log: log) }
        var tonight = head.map(KeptEvaluations.init(head:))
        /// By number of the pattern, how many households it is still true of.
        var held = [Int](repeating: 0, count: kept?.patterns.count ?? 0)
        var flags: [[Flag]] = passes.map { _ in [] }

        func note(_ said: Said, of rule: RuleID, times: Int = 1) {
            if said != .notApplicable { tally[rule]?.countApplied(times) }
            switch said {
            case .suppressed: tally[rule]?.suppressed += times
            case .undecided(let code): tally[rule]?.countGap(code, times)
            case .notApplicable, .nothing: break
            }
        }
        func take(_ household: Household, _ judged: Judged) {
            var pattern: KeptEvaluations.Pattern? = household.members.count <= 256 ? [] : nil
            var until: Day?
            for (purpose, assessments) in judged.enumerated() {
                for (person, assessment) in zip(household.joined[purpose].people, assessments) {
                    until = [until, assessment.holdsUntil].compactMap(\.self).min()
                    let place = household.members.firstIndex(of: person.id) ?? 0
                    pattern? += [UInt8(purpose), UInt8(truncatingIfNeeded: place)]
                    for (rule, outcome) in zip(passes[purpose].rules, assessment.outcomes) {
                        observe(person, rule.id, outcome)
                        guard let said = Said(outcome) else {
                            tally[rule.id]?.countApplied()
                            tally[rule.id]?.count += 1
                            if case .flag(let flag) = outcome { flags[purpose].append(flag) }
                            pattern = nil
                            continue
                        }
                        note(said, of: rule.id)
                        if said.isUndecided { result.undecided[person.id, default: []].insert(rule.id) }
                        pattern?.append(said.byte)
                    }
                }
            }
            result.households += 1
            if let print = household.print, let pattern { tonight?.keep(print, until: until, pattern) }
        }
        /// What a household of which nothing changed is, and was, said to be.
        func recall(_ members: [PersonID], _ print: ContentPrint) -> Bool {
            guard let kept, let (number, until) = kept.household(print, on: asOf) else { return false }
            held[number] += 1
            result.households += 1
            result.known += 1
            tonight?.keep(print, until: until, kept.patterns[number])
            Self.each(kept.patterns[number], passes.map(\.rules)) { place, rule, said in
                if said.isUndecided { result.undecided[members[place], default: []].insert(rule) }
            }
            return true
        }

        var waitingHouseholds: [Household] = []
        func judge() {
            let judged = judged(waitingHouseholds, passes.map(\.rules), on: night)
            for (household, judged) in zip(waitingHouseholds, judged) { take(household, judged) }
            waitingHouseholds.removeAll(keepingCapacity: true)
        }
        var current: (members: [PersonID], print: ContentPrint)?
        let known = memory.map { memory in
            KnownHouseholds(identity: memory.identity) { members, print in
                current = (members, print)
                if recall(members, print) { return true }
                result.judged += members
                return false
            }
        }
        try store.households(read, besides: known) { households in
            let joined = zip(passes, households).map { pass, household in
                // What policy holds back for one member is not missing for anybody in the household.
                let standings = Set(household.members.map(\.standing))
                let withheld = standings.reduce(into: Set<ItemCode>()) {
                    $0.formUnion(pass.items.subtracting(pass.decide($1).grant?.items ?? []))
                }
                return (people: people(of: household), withheld: withheld)
            }
            waitingHouseholds.append(
                Household(members: current?.members ?? [], print: current?.print, joined: joined))
            if waitingHouseholds.count >= Self.batch { judge() }
        }
        judge()
        for (number, times) in held.enumerated() where times > 0 {
            Self.each(kept?.patterns[number] ?? [], passes.map(\.rules)) { note($2, of: $1, times: times) }
        }
        result.tonight = tonight
        try combine(flags.flatMap(\.self), waiting, freshness, &result, &tally)
        return result
    }

    /// What the rules say of each household, in order, on any number of threads.
    private func judged(
        _ households: [Household], _ rulesOf: [[FlagRule]], on night: RuleNight
    ) -> [Judged] {
        let (rules, share) = (rules, (households.count + threads - 1) / max(threads, 1))
        let slices = Guarded([[Judged]](repeating: [], count: threads))
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let slice = min(thread * share, households.count)..<min((thread + 1) * share, households.count)
            let judged = households[slice].map { household in
                zip(rulesOf, household.joined).map { own, joined in
                    joined.people.map { rules.assess($0, by: own, on: night, withheld: joined.withheld) }
                }
            }
            slices.withLock { $0[thread] = judged }
        }
        return slices.withLock { $0.flatMap(\.self) }
    }

    /// The member's place, rule and word of a pattern, one by one.
    private static func each(
        _ pattern: KeptEvaluations.Pattern, _ rulesOf: [[FlagRule]], _ body: (Int, RuleID, Said) -> Void
    ) {
        var place = 0
        while place + 1 < pattern.count {
            let (purpose, member) = (Int(pattern[place]), Int(pattern[place + 1]))
            place += 2
            for rule in rulesOf[purpose] {
                body(member, rule.id, Said(byte: pattern[place]))
                place += 1
            }
        }
    }

    /// Adds what follows from everybody's flags together.
    private func combine(
        _ found: [Flag], _ waiting: [RuleID: [ItemCode]], _ freshness: [SourceID: SourceFreshness],
        _ result: inout FlagResult, _ tally: inout [RuleID: RuleCount]
    ) throws {
        var undecided = result.undecided
        // Of somebody known only from a source that stays away nobody is joined, and no rule can tell.
        let untold = mappings.all.filter {
            freshness[$0.source]?.isFresh(on: asOf) != true || doubtful.contains($0.source)
        }
        let open = rules.rules(reading: untold.reduce(into: []) { $0.formUnion($1.items) }, on: asOf)
        if !open.isEmpty { for person in absent { undecided[person, default: []].formUnion(open) } }
        var flags = found
        for flag in rules.combine(flags, on: asOf) {
            tally[flag.rule, default: RuleCount(rule: flag.rule, title: flag.title)].count += 1
            flags.append(flag)
        }
        // What another source could still bring together must not look as if it had come apart.
        let byPerson = Dictionary(grouping: flags, by: \.person)
        for (person, open) in undecided {
            for rule in rules.openCombinations(byPerson[person] ?? [], undecided: open, on: asOf) {
                tally[rule]?.notEvaluated += 1
                undecided[person]?.insert(rule)
            }
        }
        // A source that is not mapped any more withdraws no case.
        if !waiting.isEmpty {
            for person in try service.casesByPerson().keys {
                undecided[person, default: []].formUnion(waiting.keys)
            }
        }
        flags.sort { ($0.person, $0.rule) < ($1.person, $1.rule) }
        (result.flags, result.undecided) = (flags, undecided)
        result.counts = tally.values.sorted { $0.rule < $1.rule }
    }

    private func pass(for purpose: PurposeID, without waiting: [RuleID: [ItemCode]]) -> PurposePass {
        let items = rules.items(for: purpose)
        let request = AccessRequest(
            actor: Night.actor, roles: Night.roles, action: .join,
            items: tellsAreas ? items.union([addressItem]) : items, purpose: purpose,
            standing: nil, on: asOf, isScheduled: true)
        return PurposePass(
            rules: rules.rules.filter { $0.purpose == purpose && waiting[$0.id] == nil }, items: items,
            decide: guideline.decisions(for: request))
    }

    /// Each member as the rules see it, with the others around.
    private func people(of household: HouseholdFacts) -> [JoinedPerson] {
        let register = mappings.all.first(where: \.isSpine)?.source
        return household.members.map { member in
            let isRegisterRead = register.map { !member.unread.contains($0) } ?? true
            return JoinedPerson(
                id: member.id, birth: member.birth,
                isResident: member.isResident || isRegisterRead ? member.isResident : nil,
                facts: member.facts,
                household: household.members.filter { $0.id != member.id }
                    .map {
                        HouseholdMember(id: $0.id, birth: $0.birth, facts: $0.facts, unread: $0.unread)
                    },
                unread: member.unread, isHouseholdWhole: isRegisterRead,
                isHouseholdShown: household.isWhole, area: member.area)
        }
    }

    private func sources() -> [SourceID: SourceFreshness] {
        let limits = Dictionary(
            mappings.all.map { ($0.source, $0.freshnessDays) }, uniquingKeysWith: { first, _ in first })
        return Dictionary(
            extracts.map {
                (
                    $0.source,
                    SourceFreshness(
                        source: $0.source, title: $0.title, asOf: $0.asOf, limit: limits[$0.source] ?? 0,
                        unplaced: $0.unplaced)
                )
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension MappingSet {
    /// The sources that supply an item; none for an item that no mapping supplies.
    package var sourcesOfItems: [ItemCode: [SourceID]] {
        var suppliers: [ItemCode: [SourceID]] = [:]
        for mapping in all {
            for item in mapping.items.sorted() { suppliers[item, default: []].append(mapping.source) }
        }
        return suppliers
    }
}
