import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let privacy = Actor.user("privacy")

extension World {
    fileprivate func rectify(
        _ patch: [String: String], content: String = "aa", line: Int = 2, decision: Decision? = nil,
        checking: (_ before: [String: String], _ patch: [String: String]) throws -> Bool = { _, _ in false }
    ) throws -> Rectified {
        try service.rectify(
            NewRectification(
                source: "kenshin", content: content,
                position: RowPosition(
                    source: "kenshin", file: "kenshin_20261001.csv", line: line, offset: line * 50),
                patch: patch, request: "令和8年第4号", reason: "原本と照らした"),
            actor: privacy, decision: decision ?? grant(.rectify, actor: privacy), at: noon,
            checking: checking)
    }

    fileprivate func end(_ id: Int, by actor: Actor = .user("manager")) throws {
        try service.endRectification(
            id, reason: "原本を見直した", actor: actor, decision: grant(.rectify, actor: actor), at: noon)
    }

    fileprivate func publish(_ name: String, _ lapsed: [Rectifications.Entry]) throws {
        _ = try service.publish(
            NewPublication(
                summary: RunSummary(run: RunID(name), asOf: today), folder: name, flags: [], standings: [:],
                lapsed: lapsed), at: noon)
    }

    fileprivate func standing() throws -> [String: String]? {
        try service.rectifications().entries["kenshin"]?["aa"].flatMap { $0.isUsed ? $0.patch : nil }
    }

    /// A flag that rests on a row of the check-ups.
    ///
    /// - Parameter support: the row of what speaks for the family.
    fileprivate func resting(
        _ person: PersonID, _ rule: RuleID = "U1", line: Int, support: Int? = nil
    ) -> Flag {
        let fact = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: nil)
        let position = RowPosition(
            source: "kenshin", file: "kenshin_20261001.csv", line: line, offset: line * 50)
        func reason(_ position: RowPosition) -> Reason {
            Reason(sentence: "理由", facts: [SourcedFact(fact, from: position)], items: ["B06"], sources: [])
        }
        return Flag(
            rule: rule, version: 1, title: "規則\(rule)", person: person, urgency: .normal,
            difficulties: [.abuse], reasons: [reason(position)], confirm: [], since: today,
            protective: support.map {
                [
                    reason(
                        RowPosition(
                            source: "kenshin", file: "kenshin_20261001.csv", line: $0, offset: $0 * 50))
                ]
            } ?? [])
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

    @Test(
        "what a flag said because of a wrong row is kept nowhere, on open cases, ended ones and of flags that were gone before"
    )
    func nothingIsKept() throws {
        for state in ["候補", "確認中", "支援接続"] {
            for isGone in [false, true] {
                let world = try world()
                try world.sql("UPDATE cases SET state = '\(state)' WHERE person = 'P-1'")
                if isGone { try world.sql("UPDATE case_flag SET is_gone = 1") }
                _ = try world.rectify(["3歳児健診": "受診"])
                let said = try world.count(
                    "SELECT count(*) FROM case_flag f JOIN cases c ON c.id = f.case_id WHERE c.person = 'P-1' AND instr(flag, '未受診')"
                )
                #expect(said == 0, "\(state), \(isGone)")
                // Another's row says the same rightly.
                #expect(try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '未受診')") == 1)
                let open = try world.count(
                    "SELECT count(*) FROM case_flag f JOIN cases c ON c.id = f.case_id WHERE c.person = 'P-1' AND NOT is_gone"
                )
                #expect(open == (state == "支援接続" && !isGone ? 1 : 0), "\(state), \(isGone)")
            }
        }
    }

    @Test(
        "a sentence that names no fact goes with the wrong row its flag rests on, also where an earlier extract brought that"
    )
    func quoted() throws {
        let world = try World()
        try world.run("r", [Invented("P-1"), Invented("P-2")])
        // What the run says of P-1 in line 2 of the file in service; the flag was raised on an earlier one.
        let fact = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 5))
        let before = RowPosition(source: "kenshin", file: "kenshin_20260901.csv", line: 7, offset: 9)
        func flag(_ person: PersonID, _ rule: RuleID) -> Flag {
            var flag = absence(person, rule)
            flag.ground = [GroundFact(SourcedFact(fact, from: before), of: person, by: rule)]
            return flag
        }
        try world.publish("r", [flag("P-1", "U1"), flag("P-1", "S1"), flag("P-2", "U1")])
        try world.sql("UPDATE case_flag SET is_gone = 1 WHERE rule = 'S1'")
        _ = try world.rectify(["3歳児健診": "受診"])
        let quoting = try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '令和8年5月から')")
        #expect(quoting == 1, "P-2's alone: another child's row says the same")
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '未受診')") == 1)
    }

    /// A finding of absence, whose sentence quotes what it was counted from.
    private func absence(_ person: PersonID, _ rule: RuleID) -> Flag {
        Flag(
            rule: rule, version: 1, title: "規則\(rule)", person: person, urgency: .normal,
            difficulties: [.abuse],
            reasons: [
                Reason(sentence: "データがありません（令和8年5月から）", facts: [], items: ["B06"], sources: [])
            ], confirm: [], since: today)
    }

    @Test("what speaks for a family goes with the wrong row it rests on, and the flag stays")
    func protective() throws {
        let world = try World()
        try world.run("r", [Invented("P-1")])
        try world.publish("r", [world.resting("P-1", line: 2, support: 3)])
        let done = try world.rectify(["3歳児健診": "受診"], line: 3)
        #expect((done.flags, done.withdrawn) == (0, 0))
        let flags = try world.count(
            "SELECT count(*) FROM case_flag WHERE NOT is_gone AND instr(flag, '\"line\":2')")
        #expect(flags == 1)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '\"line\":3')") == 0)
        #expect(try world.count("SELECT count(*) FROM case_event WHERE what = '訂正'") == 1)
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
        var nights = 0
        for (used, arrived, expected) in [
            (Set([1]), Set<SourceID>(["kenshin"]), 0), ([], ["jumin"], 0), ([], ["kenshin"], 1),
            ([], ["kenshin"], 1), ([1], ["kenshin"], 1),
        ] {
            let lapsed = try world.service.rectifications().lapsed(used: used, arrived: arrived)
            nights += 1
            let name = "n\(nights)"
            // A night that does not come into service notes nothing.
            #expect(throws: (any Error).self) { try world.publish(name, lapsed) }
            try world.run(name, [Invented("P-1")])
            try world.publish(name, lapsed)
            #expect(try lapses() == expected)
        }
        // It stays so until a person makes it again, and what it said is not taken over.
        #expect(try world.standing() == nil)
        _ = try world.rectify(["乙": "2"])
        #expect(try world.standing() == ["乙": "2"])
    }

    @Test("a wrong correction is taken back by another person, the newest of a row first, and once")
    func ended() throws {
        let world = try world()
        _ = try world.rectify(["甲": "1"])
        _ = try world.rectify(["乙": "2"])
        let before = try world.service.rectifications().revision
        #expect(fault { try world.end(1) }?.code == "rectification.newer")
        #expect(fault { try world.end(2, by: privacy) }?.code == "rectification.own")
        #expect(fault { try world.end(9) }?.code == "rectification.unknown")
        #expect(try world.refusals("row.restore") == 3)
        #expect(try world.standing() == ["甲": "1", "乙": "2"])
        try world.end(2)
        #expect(try world.standing() == ["甲": "1"])
        #expect(try world.service.rectifications().revision != before)
        try world.end(1)
        #expect(try world.standing() == nil)
        #expect(fault { try world.end(1) }?.code == "rectification.ended")
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event LIKE '%row.restore%' AND event LIKE '%permit%'")
                == 2)
        #expect(fault { try world.sql("DELETE FROM rectification_end") } != nil)
    }

    @Test("what a row would say after all its corrections is judged before any of it is kept")
    func mergedIsChecked() throws {
        let world = try world()
        _ = try world.rectify(["氏名": "甲"])
        var seen: [[String: String]] = []
        let problem = fault {
            _ = try world.rectify(["生年月日": "乙"]) { before, merged in
                seen = [before, merged]
                throw Fault(.usage, code: "rights.other-person", message: "", fix: "")
            }
        }
        #expect(problem?.code == "rights.other-person")
        #expect(seen == [["氏名": "甲"], ["氏名": "甲", "生年月日": "乙"]])
        #expect(try world.count("SELECT count(*) FROM rectification") == 1)
    }

    @Test("a correction that was made while the night ran is not undone by its publication")
    func duringTheNight() throws {
        let world = try world()
        let known = try world.service.rectifications().last
        _ = try world.rectify(["3歳児健診": "受診"])
        try world.run("s", [Invented("P-1"), Invented("P-2")])
        func publish(_ name: String, knowing last: Int) throws -> Int {
            let counts = try world.service.publish(
                NewPublication(
                    summary: RunSummary(run: RunID(name), asOf: today), folder: "s",
                    flags: [world.resting("P-1", line: 2)], standings: [:], rules: ["support": ["U1"]],
                    lastRectification: last), at: noon)
            let open = try world.count("SELECT count(*) FROM queue WHERE person = 'P-1'")
            // What was taken back is counted neither as new nor as open.
            #expect(counts.new == open)
            #expect(try counts.open == world.count("SELECT count(*) FROM queue"))
            return open
        }
        #expect(try publish("s", knowing: known) == 0)
        #expect(try publish("t", knowing: known + 1) == 1)
    }
}
