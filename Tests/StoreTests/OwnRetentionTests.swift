import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

/// Answers of 抜き取り確認 and what became of offers have periods of their own.
@Suite("What people recorded besides cases, past its period")
struct OwnRetentionTests {
    /// A day of 2020 and one of 2024, as milliseconds.
    private func at(_ year: Int) -> Int { ((Day(year, 6, 1) ?? today).number) * 86_400_000 }

    private func world() throws -> World {
        let world = try World()
        try world.run("r", [Invented("P-1"), Invented("P-2")])
        try world.publish("r", [])
        try world.sql(
            """
            INSERT INTO retention VALUES ('h', '{}', 'user:officer', 0, '');
            INSERT INTO spot_check_draw VALUES ('2020-06', 'r', 3, 3, 0), ('2024-06', 'r', 3, 3, 0);
            INSERT INTO spot_check VALUES (1, '2020-06', 'P-1'), (2, '2020-06', 'P-2'), (3, '2024-06', 'P-1'),
                (4, '2020-06', 'P-9');
            INSERT INTO spot_check_answer VALUES (1, 1, '気になる点なし', '', 'user:x', \(at(2020))),
                (2, 4, '気になる点なし', '', 'user:x', \(at(2020))), (3, 4, '支援が要る', 'x', 'user:x', \(at(2024)));
            INSERT INTO support_outcome VALUES (1, 'P-1', 'um1', 'sent', 'text', 'user:x', \(at(2020))),
                (2, 'P-1', 'um1', 'declined', NULL, 'user:x', \(at(2024)));
            """)
        return world
    }

    private func periods(_ items: [ItemCode] = [.spotChecks, .supportOutcomes]) -> RetentionPeriods {
        RetentionPeriods(
            years: Dictionary(uniqueKeysWithValues: items.map { ($0, 5) }), on: Day(2026, 1, 1) ?? today)
    }

    @Test("they are counted by item, with how many persons they are of")
    func counts() throws {
        let world = try world()
        let counts = try world.service.retentionCounts(
            periods(), actor: staff, action: .operate, decision: grant(.operate), at: noon
        )
        let facts = counts.facts
        #expect(facts[.spotChecks]?.facts == 2 && facts[.spotChecks]?.persons == 2)
        #expect(facts[.supportOutcomes]?.facts == 1 && facts[.supportOutcomes]?.persons == 1)
        // P-2 of 2020 was never answered about.
        #expect(counts.unansweredDraws == 1)
    }

    @Test(
        "by an approved list they go, with who was drawn so long ago; what is newer stays, and nothing goes otherwise"
    )
    func erased() throws {
        let world = try world()
        for table in ["spot_check_answer", "support_outcome", "spot_check"] {
            #expect(throws: Fault.self) { try world.sql("DELETE FROM \(table)") }
        }
        func erase(_ periods: RetentionPeriods, unanswered: Bool = true) throws -> Int {
            try world.service.eraseOwnRecords(periods, approved: "h", unanswered: unanswered, at: noon)
        }
        #expect(try erase(periods([])) == 0)
        let later = try world.service.ownRecords(past: periods(), besides: periods([]), drawsOfApproved: true)
        #expect(later == 4)
        // A list that did not count who was never answered about lets them stay.
        #expect(try erase(periods(), unanswered: false) == 4)
        #expect(try world.count("SELECT sum(id) FROM spot_check") == 9)
        #expect(
            try world.service.ownRecords(past: periods(), besides: periods(), drawsOfApproved: false) == 1)
        #expect(try erase(periods()) == 1)
        #expect(
            try world.service.ownRecords(past: periods(), besides: periods([]), drawsOfApproved: true) == 0)
        #expect(try world.count("SELECT group_concat(id) FROM spot_check_answer") == 3)
        #expect(try world.count("SELECT sum(id) FROM spot_check") == 7)
        #expect(try world.count("SELECT sum(id) FROM support_outcome") == 2)
        #expect(throws: Fault.self) { try world.sql("DELETE FROM support_outcome") }
        #expect(
            try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%retention.erase%'") == 2)
        #expect(try erase(periods()) == 0)
    }

    @Test("what is left in the log because somebody was reading is folded the next time")
    func folded() throws {
        let world = try world()
        #expect(try world.service.foldErasures())
        _ = try world.service.eraseOwnRecords(periods(), approved: "h", unanswered: true, at: noon)
        let reader = try Database(path: world.folder.file("service.sqlite"), mode: .readOnly)
        try reader.execute("BEGIN; SELECT count(*) FROM cases")
        try world.sql("PRAGMA busy_timeout = 10")
        #expect(try !world.service.foldErasures())
        #expect(try world.count("SELECT count(*) FROM unfolded") == 1)
        try reader.execute("COMMIT")
        #expect(try world.service.foldErasures())
        #expect(try world.count("SELECT count(*) FROM unfolded") == 0)
    }
}
