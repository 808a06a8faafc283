import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

@Suite("Shipped rules")
struct RuleCaseTests {
    let set: RuleSet

    init() throws { set = try Fixture.shipped() }

    @Test("say what they should of each case", arguments: ShippedRuleCases.all)
    func outcome(_ ruleCase: RuleCase) {
        #expect(ruleCase.outcome(set)?.summary == ruleCase.expected)
    }

    @Test("each have a case that is flagged and one that is not")
    func everyRuleIsCovered() {
        for rule in set.rules where rule.id != "M1" {
            let expected = ShippedRuleCases.all.filter { $0.rule == rule.id }.map(\.expected)
            #expect(expected.contains { $0.hasPrefix("flag") } && expected.contains("none"), "\(rule.id)")
        }
    }

    @Test("are in id order, serve two purposes and read only what they declare")
    func shape() {
        #expect(
            set.rules.map(\.id) == [
                "C6", "E1", "H1", "H2", "H2P", "M1", "S1", "S2", "U1", "U2", "U3", "U4", "X1",
            ])
        #expect(set.purposes == ["programmes", "support"])
        #expect(set.items(for: "programmes") == ["C02", "D01", "F02"])
    }

    @Test("give reasons that name source and date, their items, and what the sources are current to")
    func reasonsAreWhole() {
        for ruleCase in ShippedRuleCases.all {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            let rule = set.rule(flag.rule)
            #expect(!flag.reasons.isEmpty && !flag.confirm.isEmpty)
            for reason in flag.reasons {
                #expect(!reason.sources.isEmpty && !reason.items.isEmpty)
                #expect(Set(reason.items).isSubset(of: rule?.items ?? []))
                #expect(reason.sources.allSatisfy { reason.sentence.contains($0.title) })
                #expect(reason.facts.allSatisfy { reason.items.contains($0.fact.item) })
                #expect(reason.facts.isEmpty == reason.sentence.contains("データがありません"))
                #expect(reason.sentence.contains("令和"))
            }
        }
    }

    @Test("never speak of the council's register, though they look at it")
    func councilStaysUnspoken() {
        for ruleCase in ShippedRuleCases.all {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            #expect(flag.reasons.allSatisfy { !$0.items.contains("D07") && !$0.items.contains("D06") })
        }
    }

    @Test("give the golden reasons")
    func goldenReasons() throws {
        var lines: [String] = []
        for ruleCase in ShippedRuleCases.all {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            lines.append("# \(ruleCase.testDescription) | \(flag.title) | \(flag.urgency.rawValue)")
            lines += flag.reasons.map {
                "\($0.items.map(\.rawValue).joined(separator: ",")) | \($0.sentence)"
            }
        }
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "reasons.txt").path
        let actual = lines.joined(separator: "\n") + "\n"
        #expect(try actual == golden(actual, path))
    }

    @Test("do not depend on the order of facts or household")
    func orderDoesNotMatter() {
        var generator = SeededGenerator(seed: testSeed)
        for ruleCase in ShippedRuleCases.all {
            let person = ruleCase.person
            let shuffled = JoinedPerson(
                id: person.id, birth: person.birth, isResident: person.isResident,
                facts: person.facts.shuffled(using: &generator),
                household: person.household.map {
                    HouseholdMember(
                        id: $0.id, birth: $0.birth, facts: $0.facts.shuffled(using: &generator))
                })
            #expect(
                ruleCase.outcome(set) == ruleCase.outcome(set, of: shuffled),
                "\(ruleCase.testDescription), RENKEI_SEED=\(testSeed)")
        }
    }

    @Test("never find more because a source is late")
    func stalenessFindsNothing() {
        for ruleCase in ShippedRuleCases.all {
            guard let outcome = ruleCase.outcome(set) else { continue }
            for source in Fixture.sourceTitles.map(\.id) {
                var late = ruleCase
                late.absent.insert(source)
                guard case .flag? = late.outcome(set) else { continue }
                // A flag may only be one that stood before.
                if case .flag = outcome { continue }
                Issue.record("\(ruleCase.testDescription): flagged only because \(source) is absent")
            }
        }
    }

    @Test("never find more because policy holds an item back")
    func withholdingFindsNothing() {
        for ruleCase in ShippedRuleCases.all {
            for item in Fixture.sourcesOf.keys.sorted() where item != "D07" && item != "A07" {
                let person = ruleCase.person
                let rest = JoinedPerson(
                    id: person.id, birth: person.birth, isResident: person.isResident,
                    facts: person.facts.filter { $0.fact.item != item },
                    household: person.household.map {
                        HouseholdMember(
                            id: $0.id, birth: $0.birth, facts: $0.facts.filter { $0.fact.item != item })
                    })
                var held = ruleCase
                held.withheld.insert(item)
                guard case .flag(let flag)? = held.outcome(set, of: rest) else { continue }
                #expect(
                    flag.reasons.allSatisfy { !$0.items.contains(item) },
                    "\(ruleCase.testDescription) \(item)")
            }
        }
    }
}

@Suite("Combining flags")
struct CombinationTests {
    let set: RuleSet

    init() throws { set = try Fixture.shipped() }

    private func flags(_ cases: [(RuleID, String)]) -> [Flag] {
        cases.compactMap { rule, name in
            let ruleCase = ShippedRuleCases.all.first { $0.rule == rule && $0.name == name }
            guard case .flag(let flag)? = ruleCase?.outcome(set) else { return nil }
            return flag
        }
    }

    @Test("two kinds of difficulty make one more flag, with a reason that needs every item behind it")
    func twoKinds() throws {
        let both = flags([("C6", "three unexplained days"), ("H1", "nine points")])
        let combined = set.combine(both, on: Fixture.night)
        let flag = try #require(combined.first)
        #expect(combined.count == 1 && flag.rule == "M1" && flag.since == Fixture.day("2026-09-01"))
        #expect(flag.reasons.map(\.items) == [["B04", "C06"]])
        #expect(
            flag.reasons.map(\.sentence) == [
                "種類の違う2つの面で、状況確認の候補になっています: 「園の連絡なし欠席」「産後の心の健康への支援」。"
            ])
        #expect(set.combine(both.reversed(), on: Fixture.night) == combined)
    }

    @Test("a rule that cannot tell may still bring a combination about, unless it is an offer or too few")
    func openCombinations() {
        let one = flags([("C6", "three unexplained days")])
        func open(_ flags: [Flag], _ undecided: Set<RuleID>) -> [RuleID] {
            set.openCombinations(flags, undecided: undecided, on: Fixture.night)
        }
        #expect(open(one, ["H1"]) == ["M1"] && open([], ["H1", "S1"]) == ["M1"])
        #expect(open(one, []).isEmpty && open([], ["H1"]).isEmpty && open(one, ["E1"]).isEmpty)
        let both = flags([("C6", "three unexplained days"), ("H1", "nine points")])
        #expect(open(both + set.combine(both, on: Fixture.night), ["S1"]).isEmpty)
    }

    @Test("flags of one kind are not independent")
    func oneKind() {
        let same = flags([
            ("U1", "missed after encouragement, nobody saw the child"),
            ("U2", "no place, not seen for a year"),
            ("X1", "no record 60 days after moving in"),
        ])
        #expect(same.count == 3 && set.combine(same, on: Fixture.night).isEmpty)
    }

    @Test("an offer of support is no concern and does not count")
    func offers() {
        let mixed = flags([("S1", "30 days in a year"), ("E1", "public assistance")])
        #expect(mixed.count == 2 && set.combine(mixed, on: Fixture.night).isEmpty)
    }

    @Test("flags of different persons do not meet")
    func persons() {
        let both = flags([("C6", "three unexplained days"), ("H1", "nine points")])
        let apart = both.enumerated().map { index, flag in
            Flag(
                rule: flag.rule, version: flag.version, title: flag.title, person: PersonID("P-\(index)"),
                urgency: flag.urgency, difficulties: flag.difficulties, reasons: flag.reasons,
                confirm: flag.confirm, since: flag.since)
        }
        #expect(set.combine(apart, on: Fixture.night).isEmpty)
    }
}
