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

    /// The rules of one purpose with what policy lets them join; nothing of one purpose reaches another.
    private struct PurposePass {
        let rules: [FlagRule]
        let items: Set<ItemCode>
        let decide: Decisions
        var flags: [Flag] = []
    }

    /// - Parameter observe: told what each rule says of each person; combinations of flags excepted.
    func run(
        observing observe: (JoinedPerson, RuleID, RuleOutcome) -> Void = { _, _, _ in }
    ) throws -> FlagResult {
        let freshness = sources()
        let night = RuleNight(day: asOf, sources: freshness, sourcesOf: mappings.sourcesOfItems)
        // A rule that can find nobody before a source comes is told as waiting, not person by person.
        let waiting = rules.waiting { night.sourcesOf[$0] != nil }
        var undecided: [PersonID: Set<RuleID>] = [:]
        var tally: [RuleID: RuleCount] = [:]
        for rule in rules.rules {
            tally[rule.id] = RuleCount(rule: rule.id, title: rule.title)
            tally[rule.id]?.waiting = waiting[rule.id]
        }
        var passes = rules.purposes.map { pass(for: $0, without: waiting) }
        log.progress(
            .flag, 0, of: 1, "目的" + rules.purposes.map { "「\($0)」" }.joined(separator: "、") + "の規則")
        let read = try service.auditedRead(
            of: store, actor: Night.actor, purposes: passes.map(\.decide),
            consents: consents, at: now())
        try store.households(read) { households in
            for (index, household) in households.enumerated() {
                let pass = passes[index]
                // What policy holds back for one member is not missing for anybody in the household.
                let standings = Set(household.members.map(\.standing))
                let withheld = standings.reduce(into: Set<ItemCode>()) {
                    $0.formUnion(pass.items.subtracting(pass.decide($1).grant?.items ?? []))
                }
                for person in people(of: household) {
                    let outcomes = rules.outcomes(
                        of: person, rules: pass.rules, on: night, withheld: withheld)
                    for (rule, outcome) in zip(pass.rules, outcomes) {
                        observe(person, rule.id, outcome)
                        if outcome != .notApplicable { tally[rule.id]?.countApplied() }
                        switch outcome {
                        case .flag(let flag):
                            tally[rule.id]?.count += 1
                            passes[index].flags.append(flag)
                        case .suppressed: tally[rule.id]?.suppressed += 1
                        case .notEvaluated(let gap):
                            tally[rule.id]?.countGap(gap.code)
                            undecided[person.id, default: []].insert(rule.id)
                        case .notApplicable, .notYetDue, .noFinding: break
                        }
                    }
                }
            }
        }
        // Of somebody known only from a source that stays away nobody is joined, and no rule can tell.
        let untold = mappings.all.filter {
            freshness[$0.source]?.isFresh(on: asOf) != true || doubtful.contains($0.source)
        }
        let open = rules.rules(reading: untold.reduce(into: []) { $0.formUnion($1.items) }, on: asOf)
        if !open.isEmpty { for person in absent { undecided[person, default: []].formUnion(open) } }
        var flags = passes.flatMap(\.flags)
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
        return FlagResult(
            flags: flags, counts: tally.values.sorted { $0.rule < $1.rule }, undecided: undecided)
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
                unread: member.unread, isHouseholdWhole: isRegisterRead, area: member.area)
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
