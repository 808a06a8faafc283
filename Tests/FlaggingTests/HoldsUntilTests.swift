import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

/// What rules say of somebody holds until the day they name, on every day before, whatever newer extracts come meanwhile.
@Suite struct HoldsUntilTests {
    /// What the night keeps of an outcome; `nil` for a flag, which is made anew every night.
    private func kept(_ outcome: RuleOutcome) -> String? {
        switch outcome {
        case .flag: nil
        case .suppressed: "suppressed"
        case .notApplicable: "not applicable"
        case .notYetDue, .noFinding: "nothing"
        case .notEvaluated(let gap): gap.code
        }
    }

    /// Every source fresh for ever, some never loaded, current to some day before `day` that only goes forward.
    private func night(_ day: Day, _ lags: [SourceID: Int]) -> RuleNight {
        let sources = Fixture.sources.sourcesOf.values.joined().map { id in
            SourceFreshness(
                source: id, title: id.rawValue, asOf: lags[id].map { day.adding(days: -$0) }, limit: 100_000)
        }
        return RuleNight(
            day: day, sources: Dictionary(sources.map { ($0.source, $0) }) { first, _ in first },
            sourcesOf: Fixture.sources.sourcesOf)
    }

    @Test func nothingChangesBeforeItsDay() throws {
        var maker = try RuleMaker(seed: testSeed)
        let shipped = try Fixture.shipped()
        let wording = try FlaggingWording.load(folder: Fixture.guidelines)
        var (held, ended, changed) = (0, 0, 0)
        for number in 0..<caseCount(1500) {
            var rules = shipped
            if maker.chance(0.6) {
                let (id, text) = maker.next()
                var reader = RuleReader(
                    wording: wording, catalogue: Fixture.catalogue, purposes: ["support", "programmes"],
                    permits: nil)
                guard let file = try? ConfigurationFile.read(text, name: "rules/\(id).json5"),
                    let rule = try? reader.read(file, stem: id), rule.dependencies.isEmpty
                else { continue }
                rules = RuleSet([rule])
            }
            let person = maker.person()
            var lags: [SourceID: Int] = [:]
            for id in Set(Fixture.sources.sourcesOf.values.joined()).sorted() where maker.chance(0.9) {
                lags[id] = maker.any([0, 0, 1, 20, 200])
            }
            let today = Fixture.night
            let first = rules.assess(person, by: rules.rules, on: night(today, lags))
            let until = first.holdsUntil ?? today.adding(days: 800)
            #expect(until > today)
            let span = until.number - today.number
            let days =
                [1, span - 1, span, span + 1]
                + (0..<8).map { _ in
                    Int.random(in: 1...max(span, 1), using: &maker.generator)
                }
            for ahead in days where ahead > 0 {
                let day = today.adding(days: ahead)
                let newer = lags.mapValues { lag in Int.random(in: 0...lag + ahead, using: &maker.generator) }
                let then = rules.assess(person, by: rules.rules, on: night(day, newer))
                for (rule, (before, after)) in zip(rules.rules, zip(first.outcomes, then.outcomes)) {
                    guard let before = kept(before) else { continue }
                    if ahead < span {
                        held += 1
                        if kept(after) == before { continue }
                        Issue.record(
                            "RENKEI_SEED=\(testSeed), case \(number), rule \(rule.id), \(day), until \(until)"
                        )
                    } else {
                        ended += 1
                        if kept(after) != before { changed += 1 }
                    }
                }
            }
        }
        // What never changed on its day would prove nothing.
        #expect(
            held > 1000 && changed > ended / 1000 && changed > 20,
            "\(held) held, \(changed) of \(ended) changed")
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-03-01"), ("2026-02-28", 1, "2026-03-28"), ("2026-08-31", 6, "2027-03-01"),
        ("2024-02-29", 12, "2025-03-01"), ("2026-12-15", 3, "2027-03-15"),
    ])
    func aPeriodOfMonthsEndsOnTheDayOnWhichTheFactIsOutside(_ first: String, _ months: Int, _ end: String) {
        let (first, end, back) = (Fixture.day(first), Fixture.day(end), LookBack.months(months))
        #expect(back.end(of: first, on: first) == end)
        #expect(back.start(on: end, birth: nil).map { $0 > first } == true)
        #expect(back.start(on: end.adding(days: -1), birth: nil).map { $0 <= first } == true)
    }
}
