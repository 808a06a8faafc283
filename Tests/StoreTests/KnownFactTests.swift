import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let home: HouseholdID = "若葉世帯"

/// A flag that rests on 未受診 of the person's row, as `World.run` writes it.
private func resting(_ person: PersonID, line: Int = 2) -> Flag {
    flag(person, restingOn: line)
}

extension World {
    fileprivate func night(
        _ name: String, _ people: [Invented], _ flags: [Flag], on day: Day,
        judged: [PersonID]? = nil, aliases: [PersonID: PersonID] = [:],
        changes: [IdentityChange] = []
    ) throws {
        let run = try run(name, people, finished: false)
        for change in changes { try run.addIdentityEvent(change) }
        try run.finish()
        var summary = RunSummary(run: RunID(name), asOf: day)
        summary.extracts = ["jumin", "kenshin"].map {
            ExtractSummary(
                source: $0, title: "", file: "x", sha256: "", asOf: day, ledger: RowLedger(), rejections: [])
        }
        _ = try service.publish(
            NewPublication(
                summary: summary, folder: name, flags: flags, judged: judged,
                standings: [:], aliases: aliases),
            at: noon + Double(day.number - today.number) * 86_400)
    }

    /// The days that the flags of open cases tell.
    fileprivate func days() throws -> [Day?] {
        try service.exclusively { database in
            var days: [Day?] = []
            try database.statement("SELECT flag FROM case_flag WHERE NOT is_gone ORDER BY case_id").rows {
                days += try decoded(Flag.self, $0.text(0)).reasons.flatMap(\.facts).map(\.known)
            }
            return days
        }
    }
}

/// The day on which a fact was first known lasts over every later night.
@Suite struct KnownFactTests {
    @Test func aFactKeepsTheDayOnWhichItCameFirst() throws {
        let world = try World()
        for later in 0..<4 {
            let day = today.adding(days: later)
            try world.night("r\(later)", [Invented("P-1")], [resting("P-1")], on: day)
            #expect(try world.days() == [today])
        }
        // Nothing new was written but by the first night.
        #expect(try world.count("SELECT count(*) FROM known_fact") == 1)
    }

    @Test func aFactThatStayedAwayForANightKeepsItsDayAndANewOneHasItsOwn() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1")], [resting("P-1")], on: today)
        try world.night("r2", [Invented("P-2")], [resting("P-2")], on: today.adding(days: 1))
        try world.night(
            "r3", [Invented("P-1"), Invented("P-2")], [resting("P-1"), resting("P-2", line: 3)],
            on: today.adding(days: 2))
        let days = try Dictionary(
            uniqueKeysWithValues: ["P-1", "P-2"].map { person in
                (
                    person,
                    try world.service.exclusively { database in
                        try database.statement(
                            """
                            SELECT flag FROM case_flag f JOIN cases c ON c.id = f.case_id
                            WHERE c.person = ? AND NOT f.is_gone
                            """
                        ).first(person) { try decoded(Flag.self, $0.text(0)).reasons[0].facts[0].known }
                    }
                )
            })
        #expect(days["P-1"] == today && days["P-2"] == today.adding(days: 1))
    }

    @Test func whoWasTakenForSomebodyElseKeepsTheDaysAndGetsThemBack() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1")], [resting("P-1")], on: today)
        try world.night(
            "r2", [Invented("P-2")], [resting("P-2")], on: today.adding(days: 9), aliases: ["P-1": "P-2"])
        #expect(try world.days().compactMap(\.self) == [today])
        try world.night("r3", [Invented("P-2")], [resting("P-2")], on: today.adding(days: 10))
        #expect(try world.days().compactMap(\.self) == [today])
    }

    @Test func aFactOfABrotherHasTheDayOfTheBrother() throws {
        let world = try World()
        try world.night("r1", [Invented("P-2", household: home)], [], on: today)
        // P-2's row is the second one now; the first child's facts came a day later.
        try world.night(
            "r2", [Invented("P-1", household: home), Invented("P-2", household: home)],
            [resting("P-1", line: 3)], on: today.adding(days: 1))
        #expect(try world.days() == [today])
    }

    @Test func ofWhatIsOlderThanTheLedgerNoDayIsTold() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1")], [resting("P-1")], on: today)
        try world.sql("DELETE FROM known_fact; DELETE FROM known_source")
        try world.night("r2", [Invented("P-1")], [resting("P-1")], on: today.adding(days: 1))
        #expect(try world.days() == [nil])
    }

    /// As if the update had come while one source stayed away.
    @Test func ofASourceThatWasThereBeforeTheLedgerAndStayedAwayNoDayIsTold() throws {
        let world = try World()
        try world.night("r1", [Invented("P-2")], [], on: today)
        try world.sql("DELETE FROM known_source WHERE source = 'kenshin'")
        try world.night(
            "r2", [Invented("P-1"), Invented("P-2")], [resting("P-1")], on: today.adding(days: 1))
        #expect(try world.days() == [nil])
        // From then on its days are kept.
        try world.night(
            "r3", [Invented("P-1"), Invented("P-2"), Invented("P-3")], [resting("P-3", line: 4)],
            on: today.adding(days: 2))
        #expect(try world.days() == [today.adding(days: 2)])
    }

    @Test func ofAPersonWhoComesBackOfWhomNothingWasKeptNoDayIsTold() throws {
        let world = try World()
        try world.night("r1", [Invented("P-2")], [], on: today)
        try world.night(
            "r2", [Invented("P-2"), Invented("P-1"), Invented("P-3")],
            [resting("P-1", line: 3), resting("P-3", line: 4)], on: today.adding(days: 1),
            changes: [.returned("P-1")])
        let days = try world.days()
        #expect(days.count == 2 && days.contains(nil) && days.contains(today.adding(days: 1)))
    }

    @Test func whoWasNotJudgedIsNotLookedAt() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1")], [], on: today)
        try world.night(
            "r2", [Invented("P-1"), Invented("P-2")], [], on: today.adding(days: 1), judged: ["P-2"])
        #expect(
            try world.count("SELECT count(*) FROM known_fact WHERE since = \(today.number + 1)") == 1)
    }

    /// Two persons of whom everything is the same, but who they are.
    @Test func thePrintsOfTwoPersonsHaveNothingInCommon() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1"), Invented("P-2")], [], on: today)
        let prints = try world.service.exclusively { database in
            var prints: [[UInt8]] = []
            try database.statement("SELECT prints FROM known_fact").rows { prints.append($0.blob(0)) }
            return prints.map { bytes in
                Set(stride(from: 0, to: bytes.count, by: 8).map { Array(bytes[$0..<$0 + 8]) })
            }
        }
        try #require(prints.count == 2)
        #expect(prints.allSatisfy { $0.count == 3 } && prints[0].isDisjoint(with: prints[1]))
    }

    @Test func whatWasKnownOnADayIsToldAlsoWhereItsRunIsGone() throws {
        let world = try World()
        try world.night("r1", [Invented("P-1")], [], on: today)
        try world.night("r2", [Invented("P-1"), Invented("P-2")], [], on: today.adding(days: 5))
        try FileManager.default.removeItem(atPath: world.folder.file("runs/r1"))
        func explain(_ person: PersonID, _ day: Day) throws -> PersonExplanation? {
            try world.service.explainPerson(
                person, asKnown: day, actor: operating,
                deciding: Decisions(for: "operations") { _ in grant(.explain, actor: operating) },
                at: noon + 900_000)
        }
        let then = try #require(try explain("P-1", today.adding(days: 1)))
        #expect(then.isOfToday && then.records.count == 2 && then.links.isEmpty)
        #expect(then.records.allSatisfy { $0.known == today })
        #expect(try explain("P-2", today.adding(days: 1)) == nil)
        let now = try #require(try explain("P-2", today.adding(days: 5)))
        #expect(!now.isOfToday && now.records.allSatisfy { $0.known == today.adding(days: 5) })
        #expect(fault { _ = try explain("P-1", today.adding(days: -1)) }?.code == "explain.no-run")
    }
}
