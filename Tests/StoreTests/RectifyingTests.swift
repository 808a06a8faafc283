import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let privacy = Actor.user("privacy")

extension World {
    fileprivate func rectify(
        _ patch: [String: String], content: String = "aa", line: Int = 2, decision: Decision? = nil
    ) throws -> Rectified {
        try service.rectify(
            NewRectification(
                source: "kenshin", content: content,
                position: RowPosition(
                    source: "kenshin", file: "kenshin_20261001.csv", line: line, offset: line * 50),
                patch: patch, request: "令和8年第4号", reason: "原本と照らした", isOtherPerson: false),
            actor: privacy, decision: decision ?? grant(.rectify, actor: privacy), at: noon)
    }

    /// A flag that rests on a row of the check-ups.
    fileprivate func resting(_ person: PersonID, _ rule: RuleID = "U1", line: Int) -> Flag {
        let fact = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: nil)
        let position = RowPosition(
            source: "kenshin", file: "kenshin_20261001.csv", line: line, offset: line * 50)
        return Flag(
            rule: rule, version: 1, title: "規則\(rule)", person: person, urgency: .normal,
            difficulties: [.abuse],
            reasons: [
                Reason(
                    sentence: "理由", facts: [SourcedFact(fact, from: position)], items: ["B06"], sources: [])
            ], confirm: [], since: today)
    }
}

@Suite("Corrections of accepted rows")
struct RectifyingTests {
    private func world() throws -> World {
        let world = try World()
        try world.run("r", [Invented("P-1"), Invented("P-2")])
        try world.publish(
            "r", [world.resting("P-1", line: 2), world.resting("P-2", line: 3), flag("P-2", "S1")])
        return world
    }

    @Test("flags that rest on the row go at once, and a case that stood on them alone is withdrawn")
    func retracts() throws {
        let world = try world()
        let done = try world.rectify(["3歳児健診": "受診"])
        #expect((done.flags, done.withdrawn, done.tellings) == (1, 1, 0))
        #expect(try world.states() == ["P-1": "取下げ", "P-2": "候補"])
        let other = try world.rectify(["3歳児健診": "受診"], content: "bb", line: 3)
        #expect((other.flags, other.withdrawn) == (1, 0))
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE is_gone") == 2)
        #expect(try world.count("SELECT count(*) FROM case_event WHERE what = '訂正' AND rule = 'U1'") == 2)
        let none = try world.rectify(["3歳児健診": "受診"], content: "cc", line: 99)
        #expect(none.flags == 0)
        // The night finds it again on right facts: a new case.
        try world.run("s", [Invented("P-1"), Invented("P-2")])
        try world.publish("s", [world.resting("P-1", line: 2)])
        #expect(try world.count("SELECT count(*) FROM queue WHERE person = 'P-1'") == 1)
    }

    @Test("of one row the last word of each column counts, and the run's id changes with each")
    func newestWins() throws {
        let world = try world()
        var revisions: Set<String?> = [try world.service.rectifications().revision]
        for patch in [["甲": "1", "乙": "2"], ["乙": "3"]] {
            _ = try world.rectify(patch)
            #expect(revisions.insert(try world.service.rectifications().revision).inserted)
        }
        let entry = try #require(try world.service.rectifications().entries["kenshin"]?["aa"])
        #expect(entry.patch == ["甲": "1", "乙": "3"] && entry.id == 2 && entry.isUsed)
    }

    @Test(
        "no value of a correction lies open in the database or the trail, and a denial leaves its event alone"
    )
    func sealed() throws {
        let world = try world()
        _ = try world.rectify(["住所": "鯨岡町一丁目鰐淵"])
        try world.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
        #expect(bytes.range(of: Data("鯨岡町".utf8)) == nil && bytes.range(of: Data("令和8年第4号".utf8)) != nil)
        #expect(fault { _ = try world.rectify(["甲": "1"], decision: refusal) }?.kind == .denied)
        #expect(try world.count("SELECT count(*) FROM rectification") == 1)
        #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%row.rectify%'") == 2)
    }

    @Test("what the night found of the rows is noted only where it changed, and only of sources that came")
    func use() throws {
        let world = try world()
        _ = try world.rectify(["甲": "1"])
        func lapses() throws -> Int {
            try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"what\":\"row.lapse\"%'")
        }
        for (used, arrived, expected) in [
            (Set([1]), Set<SourceID>(["kenshin"]), 0), ([], ["jumin"], 0), ([], ["kenshin"], 1),
            ([], ["kenshin"], 1),
            ([1], ["kenshin"], 2),
        ] {
            try world.service.noteUse(
                of: world.service.rectifications(), used: used, arrived: arrived, at: noon)
            #expect(try lapses() == expected)
        }
    }
}
