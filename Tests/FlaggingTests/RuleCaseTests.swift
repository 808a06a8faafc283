import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

@Suite("Shipped rules")
struct RuleCaseTests {
    let set: RuleSet

    init() throws { set = try Fixture.shipped() }

    @Test("say what they should of each case", arguments: Fixture.cases)
    func outcome(_ ruleCase: RuleCase) {
        #expect(ruleCase.outcome(set)?.summary == ruleCase.expected)
    }

    @Test("each have a case that is flagged and one that is not")
    func everyRuleIsCovered() {
        for rule in set.rules where rule.id != "M1" {
            let expected = Fixture.cases.filter { $0.rule == rule.id }.map(\.expected)
            #expect(expected.contains { $0.hasPrefix("該当") } && expected.contains("なし"), "\(rule.id)")
        }
    }

    @Test("are in id order, serve two purposes and read only what they declare")
    func shape() {
        #expect(
            set.rules.map(\.id) == [
                "C6", "E1", "E2", "E3", "F1", "F2", "F3", "H1", "H2", "H2P", "H3", "H4", "M1", "S1", "S2",
                "S3",
                "S4", "U1", "U2", "U3", "U4", "U5", "X1",
            ])
        #expect(set.purposes == ["programmes", "support"])
        #expect(set.items(for: "programmes") == ["C02", "C03", "C05", "D01", "F02"])
    }

    @Test("give reasons that name source and date, their items, and what the sources are current to")
    func reasonsAreWhole() {
        for ruleCase in Fixture.cases {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            let rule = set.rule(flag.rule)
            #expect(!flag.reasons.isEmpty && !flag.confirm.isEmpty)
            for reason in flag.reasons {
                #expect(!reason.sources.isEmpty && !reason.items.isEmpty)
                // What another rule found is told by its title; to whom follows from that rule's items.
                guard !reason.sentence.contains("の候補にもなっています") else { continue }
                #expect(Set(reason.items).isSubset(of: rule?.items ?? []))
                #expect(reason.sources.allSatisfy { reason.sentence.contains($0.title) })
                #expect(reason.facts.allSatisfy { reason.items.contains($0.fact.item) })
                #expect(reason.facts.isEmpty == reason.sentence.contains("データがありません"))
                #expect(reason.sentence.contains("令和"))
            }
        }
    }

    @Test("never speak of the council's register, but for the one rule about its children's siblings")
    func councilStaysUnspoken() {
        for ruleCase in Fixture.cases {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            let told = flag.reasons.flatMap(\.items)
            #expect(flag.rule == "F3" ? told == ["D07"] : !told.contains("D07") && !told.contains("D06"))
        }
    }

    @Test("give the golden reasons")
    func goldenReasons() throws {
        var lines: [String] = []
        for ruleCase in Fixture.cases {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            lines.append("# \(ruleCase.testDescription) | \(flag.title) | \(flag.urgency.rawValue)")
            lines += flag.reasons.map {
                "\($0.items.map(\.rawValue).joined(separator: ",")) | \($0.sentence)"
            }
            lines += flag.protective.map { "支えになる記録 | \($0.sentence)" }
            lines += flag.missing.map { "分からないこと | \($0.sentence)" }
        }
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "reasons.txt").path
        let actual = lines.joined(separator: "\n") + "\n"
        #expect(try actual == golden(actual, path))
    }

    @Test("rest on every fact that a reason names or a due day is counted from, with whose it is")
    func ground() throws {
        var silent: Set<RuleID> = []
        for ruleCase in Fixture.cases {
            guard case .flag(let flag)? = ruleCase.outcome(set) else { continue }
            let person = ruleCase.person
            let holders = Dictionary(
                uniqueKeysWithValues: [(person.id, person.facts)] + person.household.map { ($0.id, $0.facts) }
            )
            for ground in flag.ground {
                #expect(
                    holders[ground.person]?.contains(ground.sourced) == true, "\(ruleCase.testDescription)")
            }
            let named = Set(flag.reasons.flatMap(\.facts))
            let grounds = Set(flag.ground.map(\.sourced))
            #expect(grounds.isSuperset(of: named), "\(ruleCase.testDescription)")
            #expect(flag.ground.count == Set(flag.ground).count)
            if !grounds.subtracting(named).isEmpty { silent.insert(flag.rule) }
        }
        // Months compared with, and when somebody came to live here.
        #expect(silent.isSuperset(of: ["S2", "F2"]), "\(silent)")
    }

    @Test("do not depend on the order of facts or household")
    func orderDoesNotMatter() {
        var generator = SeededGenerator(seed: testSeed)
        for ruleCase in Fixture.cases {
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
        for ruleCase in Fixture.cases {
            guard let outcome = ruleCase.outcome(set) else { continue }
            for source in Fixture.sources.sources.map(\.id) {
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
        for ruleCase in Fixture.cases {
            for item in Fixture.sources.sourcesOf.keys.sorted() where item != "D07" && item != "A07" {
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
            let ruleCase = Fixture.cases.first { $0.rule == rule && $0.name == name }
            guard case .flag(let flag)? = ruleCase?.outcome(set) else { return nil }
            return flag
        }
    }

    @Test("two kinds of difficulty make one more flag, with a reason that needs every item behind it")
    func twoKinds() throws {
        let both = flags([("C6", "連絡のない欠席が3日"), ("H1", "9点")])
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
        let one = flags([("C6", "連絡のない欠席が3日")])
        func open(_ flags: [Flag], _ undecided: Set<RuleID>) -> [RuleID] {
            set.openCombinations(flags, undecided: undecided, on: Fixture.night)
        }
        #expect(open(one, ["H1"]) == ["M1"] && open([], ["H1", "S1"]) == ["M1"])
        #expect(open(one, []).isEmpty && open([], ["H1"]).isEmpty && open(one, ["E1"]).isEmpty)
        let both = flags([("C6", "連絡のない欠席が3日"), ("H1", "9点")])
        #expect(open(both + set.combine(both, on: Fixture.night), ["S1"]).isEmpty)
    }

    @Test("flags of one kind are not independent")
    func oneKind() {
        let same = flags([
            ("U1", "未受診で受診を勧め、その後だれも会っていない"),
            ("U2", "所属がなく1年会えていない"),
            ("X1", "転入から60日、記録がない"),
        ])
        #expect(same.count == 3 && set.combine(same, on: Fixture.night).isEmpty)
    }

    @Test("an offer of support is no concern and does not count")
    func offers() {
        let mixed = flags([("S1", "1年に30日"), ("E1", "生活保護")])
        #expect(mixed.count == 2 && set.combine(mixed, on: Fixture.night).isEmpty)
    }

    @Test("flags of different persons do not meet")
    func persons() {
        let both = flags([("C6", "連絡のない欠席が3日"), ("H1", "9点")])
        let apart = both.enumerated().map { index, flag in
            Flag(
                rule: flag.rule, version: flag.version, title: flag.title, person: PersonID("P-\(index)"),
                urgency: flag.urgency, difficulties: flag.difficulties, reasons: flag.reasons,
                confirm: flag.confirm, since: flag.since)
        }
        #expect(set.combine(apart, on: Fixture.night).isEmpty)
    }
}
