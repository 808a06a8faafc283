import Domain
import TestSupport
import Testing

@testable import Flagging

/// What rules say where rows were rejected.
@Suite struct RejectedRowTests {
    let set: RuleSet

    init() throws { set = try Fixture.shipped() }

    private func reasons(_ ruleCase: RuleCase, of person: JoinedPerson? = nil) -> [Reason] {
        guard case .flag(let flag)? = ruleCase.outcome(set, of: person) else { return [] }
        return flag.reasons
    }

    /// As though every row of `source` about the person or somebody of the household had been rejected.
    private func losing(_ source: SourceID, _ person: JoinedPerson) -> JoinedPerson {
        func rest(_ facts: [SourcedFact]) -> [SourcedFact] {
            facts.filter { $0.position.source != source }
        }
        return JoinedPerson(
            id: person.id, birth: person.birth, isResident: person.isResident, facts: rest(person.facts),
            household: person.household.map {
                HouseholdMember(id: $0.id, birth: $0.birth, facts: rest($0.facts), unread: [source])
            }, unread: [source], isHouseholdWhole: source != "jumin")
    }

    @Test func noRuleFindsMoreAndNoAbsenceIsToldWhereARejectedRowMayBeAboutTheChild() {
        for ruleCase in Fixture.cases {
            let before = ruleCase.outcome(set)
            for source in Fixture.sources.sources {
                let lost = losing(source.id, ruleCase.person)
                guard case .flag(let flag)? = ruleCase.outcome(set, of: lost) else { continue }
                guard case .flag? = before else {
                    Issue.record("\(ruleCase.testDescription): flagged only because of \(source.id)")
                    continue
                }
                for reason in flag.reasons where reason.facts.isEmpty {
                    #expect(!reason.sources.map(\.source).contains(source.id), "\(ruleCase.testDescription)")
                }
            }
        }
    }

    /// A finding that a rejected row may undo must not be withdrawn either.
    @Test func whatARejectedRowMayHoldIsNotDenied() {
        let never = RuleCase("S1", "no absences", born: "2015-05-10", ["F03.absent_days=2@2026-09"], "none")
        #expect(never.outcome(set)?.summary == "なし")
        var lost = never
        lost.unread = ["shukketsu"]
        #expect(lost.outcome(set) == .notEvaluated(.rejectedRows(["shukketsu"])))
        // What the rows that came add up to is true whatever else there is.
        var enough = RuleCase("S1", "many absences", born: "2015-05-10", ["F03.absent_days=30@2026-06"], "")
        enough.unread = ["shukketsu"]
        #expect(enough.outcome(set)?.summary.hasPrefix("該当") == true)
    }

    @Test func theDayFromWhichAnAbsenceCountsMayStandInARejectedRow() {
        var ruleCase = RuleCase("U3", "not on the school register", born: "2019-05-10", [], "")
        ruleCase.unread = ["jumin"]
        #expect(ruleCase.outcome(set) == .notEvaluated(.rejectedRows(["jumin"])))
    }

    @Test func rowsThatLeadToNobodyAreToldBesideTheAbsence() throws {
        var ruleCase = RuleCase("U3", "not on the school register", born: "2019-05-10", [], "")
        ruleCase.unplaced = ["gakurei": 2, "kenshin": 5]
        let reason = try #require(reasons(ruleCase).first)
        #expect(reason.sentence.contains("データがありません"))
        #expect(reason.sentence.contains("だれの記録か分からない行が学齢簿に2行あります"), "\(reason.sentence)")
    }

    /// Support may stand in a row that was rejected, and that somebody has gone; that somebody is here was read.
    @Test(
        arguments: [
            ("soudan", "2024-09-15", ["D07.registration=要支援@2026-01-10"]),
            ("jumin", "2024-09-15", ["A07.status=転出@2026-09-01"]),
        ] as [(SourceID, String, [String])])
    func nobodyIsTakenForUnsupportedOrStillHereBecauseARowWasRejected(
        source: SourceID, born: String, word: [String]
    ) throws {
        let missed = ["B06.18m=未受診@2026-05", "B06.encouraged@2026-06-10"]
        let said = RuleCase("U1", "suppressed", born: born, missed + word, "")
        #expect(said.outcome(set)?.summary.hasPrefix("候補にしない") == true)
        #expect(
            said.outcome(set, of: losing(source, said.person)) == .notEvaluated(.rejectedRows([source])))
        var unplaced = RuleCase("U1", "nobody knows whose the row is", born: born, missed, "")
        unplaced.unplaced = [source: 2]
        let sentence = try #require(reasons(unplaced).last?.sentence)
        #expect(sentence.contains("だれの記録か分からない行が") && sentence.contains("に2行あります"), "\(sentence)")
        var here = RuleCase("U1", "here", born: born, missed + ["A07.status=住登@2024-09-15"], "")
        here.unread = ["jumin"]
        #expect(here.outcome(set)?.summary == "該当 2026-06-10")
    }

    @Test func theNewestWordIsToldWithItsDoubt() throws {
        var ruleCase = RuleCase(
            "U3", "left the school register", born: "2019-05-10", ["F01.enrolment=転出"], "")
        #expect(try !#require(reasons(ruleCase).first).sentence.contains("かもしれない"))
        ruleCase.unread = ["gakurei"]
        #expect(try #require(reasons(ruleCase).first).sentence.contains("学齢簿に、この方の記録かもしれない"))
    }

    @Test func whoMayBeOnTheRegisterIsNotTakenForSomebodyElsewhere() {
        let ruleCase = RuleCase("U3", "off the register", born: "2019-05-10", [], resident: false, "n/a")
        #expect(ruleCase.outcome(set)?.summary == "対象外")
        func person(born: String?) -> JoinedPerson {
            JoinedPerson(
                id: "P-0", birth: born.map { .day(Fixture.day($0)) }, isResident: nil, facts: [],
                household: [],
                unread: ["jumin"])
        }
        #expect(
            ruleCase.outcome(set, of: person(born: "2019-05-10"))
                == .notEvaluated(.rejectedRows(["jumin"])))
        #expect(ruleCase.outcome(set, of: person(born: "1990-05-10")) == .notApplicable)
    }

    /// Of a household of which policy leaves somebody out nothing is said that this one's records could undo.
    @Test func whomPolicyLeavesOutIsNotTakenForNobody() {
        var lost = 0
        for ruleCase in Fixture.cases where !ruleCase.person.household.isEmpty {
            let (before, person) = (ruleCase.outcome(set), ruleCase.person)
            let rest = JoinedPerson(
                id: person.id, birth: person.birth, isResident: person.isResident, facts: person.facts,
                household: [], unread: person.unread, isHouseholdShown: false, area: person.area)
            let after = ruleCase.outcome(set, of: rest)
            switch (before, after) {
            case (.flag, .noFinding): Issue.record("\(ruleCase.testDescription): nobody said so")
            case (.noFinding, .flag):
                Issue.record("\(ruleCase.testDescription): flagged because of who is left out")
            case (_, .notEvaluated(.withheld)): lost += 1
            default: break
            }
        }
        #expect(lost > 0)
    }

    /// Nobody knows from when the records count.
    @Test func whoseBirthIsNotKnownIsNotSaidToHaveNothingSinceBirth() {
        var ruleCase = RuleCase("H1", "no birth date", born: "2026-07-10", [], "")
        ruleCase.own.born = nil
        ruleCase.around = [.init(born: "1995-02-03", facts: ["B04.epds_total=12@2026-08-12"])]
        #expect(ruleCase.outcome(set) == .notEvaluated(.birthUnknown))
    }

    /// Neither end of the year is four to eleven months old in April, and most of it is.
    @Test(
        arguments: [
            ("2026-04-15", 2025, nil), ("2026-04-15", 2026, false), ("2026-04-15", 2024, false),
            ("2030-04-15", 2025, false),
        ] as [(String, Int, Bool?)])
    func aBirthKnownToTheYearIsNotOfAnAgeOnlyWhereNoDayOfItIs(day: String, year: Int, expected: Bool?) {
        let population = Population(
            ageMonths: .init(from: 4, to: 11), ageYears: nil, grade: nil, resident: nil)
        #expect(population.isOfAge(.year(year), on: Fixture.day(day)) == expected)
    }

    @Test func nobodyIsMissedAtHomeWhereARowOfTheRegisterMayBeAboutSomebodyThere() {
        let ruleCase = RuleCase("H1", "alone", born: "2026-07-10", [], "none")
        #expect(ruleCase.outcome(set)?.summary == "なし")
        let person = JoinedPerson(
            id: "P-0", birth: .day(Fixture.day("2026-07-10")), isResident: true, facts: [], household: [],
            unread: ["jumin"], isHouseholdWhole: false)
        #expect(ruleCase.outcome(set, of: person) == .notEvaluated(.rejectedRows(["jumin"])))
    }
}
