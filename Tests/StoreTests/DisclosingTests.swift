import Domain
import Foundation
import Programmes
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let privacy = Actor.user("privacy")
private let manager = Actor.user("manager")

/// One row of a file about a person, with the facts it gave.
private struct Row {
    let person: PersonID
    let source: SourceID
    let facts: [Fact]
}

extension World {
    /// A published run of `rows`; every row is an identity of its own.
    fileprivate func publish(_ rows: [Row], protected: Set<PersonID> = [], household: HouseholdID? = nil)
        throws
    {
        let run = try RunStore.create(folder: runFolder("r"), keys: keys)
        var files: [SourceID: Int] = [:]
        var lines: [SourceID: Int] = [:]
        for (entity, row) in rows.enumerated() {
            let file =
                try files[row.source]
                ?? run.addFile(
                    source: row.source, title: row.source.rawValue, file: "\(row.source)_20261001.csv",
                    sha256: row.source.rawValue, asOf: today)
            files[row.source] = file
            let line = (lines[row.source] ?? 1) + 1
            lines[row.source] = line
            try run.addRow(file: file, line: line, offset: line * 100, fate: .accepted)
            try run.addEntity(
                entity, source: row.source, key: "\(entity)", identifiers: Invented(row.person).identifiers)
            try run.addRecord(
                file: file, line: line, offset: line * 100, subject: .child, entity: entity, facts: row.facts)
        }
        for (source, file) in files {
            try run.addIntake(FileIntake(lines: (lines[source] ?? 1) - 1), of: file)
        }
        for person in Set(rows.map(\.person)).sorted() {
            try run.addPerson(
                person, entities: rows.indices.filter { rows[$0].person == person },
                display: Invented(person).identifiers, household: household,
                standing: PersonStanding(isProtected: protected.contains(person)), isResident: true)
        }
        try run.finish()
        try publish("r", [])
    }

    fileprivate func disclose(
        _ person: PersonID, _ requester: Requester = .person, items: Set<ItemCode>,
        second: Set<ItemCode>? = nil, whole: Set<SourceID> = [], ward: Bool = false, at: Date = noon,
        deciding: (@Sendable (PersonStanding) -> Decision)? = nil
    ) throws -> HeldRecords {
        func decisions(_ actor: Actor, _ items: Set<ItemCode>) -> Decisions {
            Decisions(for: "rights") { standing in
                deciding?(standing)
                    ?? grant(requester.action, items: items, parts: [.name, .birth], actor: actor)
            }
        }
        return try service.heldRecords(
            DisclosureOrder(
                number: "令和8年第3号", requester: requester, person: person, reason: "本人を確かめた",
                second: manager, isUnderGuardianship: ward, wholeSources: whole),
            actor: privacy, deciding: decisions(privacy, items),
            confirming: decisions(manager, second ?? items), at: at)
    }

    /// The facts of a person's permitted items, read from the run's files without any of the product's selection.
    fileprivate func naive(_ person: PersonID, items: Set<ItemCode>) throws -> [String] {
        let run = try RunStore.open(folder: folder.file("runs/r"), keys: keys)
        var found: [String] = []
        try run.facts.statement(
            "SELECT r.entity, d.name, r.line, r.facts FROM record r JOIN file d ON d.id = r.file"
        ).rows { row in
            let owner = try run.vault.statement(
                "SELECT p.person FROM membership m JOIN person p ON p.id = m.person WHERE m.entity = ?"
            ).first(row.int(0)) { $0.text(0) }
            guard owner == person.rawValue else { return }
            for (_, _, fact) in try run.words.unpack(row.blob(3), permitted: { _ in true })
            where items.contains(fact.item) {
                found.append("\(row.text(1)):\(row.int(2)) \(fact)")
            }
        }
        return found.sorted()
    }
}

@Suite("The copy of what is held about a person")
struct DisclosingTests {
    private let codes: [ItemCode] = ["A07", "B06", "D06", "F03"]

    private func rows(_ generator: inout SeededGenerator) -> [Row] {
        (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            Row(
                person: ["P-1", "P-2", "P-3"].randomElement(using: &generator) ?? "P-1",
                source: ["jumin", "soudan", "kesseki"].randomElement(using: &generator) ?? "jumin",
                facts: (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    Fact(
                        item: codes.randomElement(using: &generator) ?? "A07", kind: "k",
                        value: .number(Double(Int.random(in: 0...9, using: &generator))),
                        on: Bool.random(using: &generator) ? .day(today) : nil)
                })
        }
    }

    @Test(
        "for random persons it holds exactly the permitted facts, as a plain reading of the files finds them")
    func exactlyThePermitted() throws {
        var generator = SeededGenerator(seed: testSeed)
        for number in 0..<caseCount(20) {
            let world = try World()
            let rows = rows(&generator)
            try world.publish(rows)
            let person = rows[0].person
            let items = Set(codes.filter { _ in Bool.random(using: &generator) })
            let held = try world.disclose(person, items: items)
            let told = held.facts.map { "\($0.position.file):\($0.position.line) \($0.fact)" }.sorted()
            #expect(told == (try world.naive(person, items: items)), "seed \(testSeed) case \(number)")
            let rest = try world.naive(person, items: Set(codes).subtracting(items))
            #expect(held.withheld.values.reduce(0, +) == rest.count, "seed \(testSeed) case \(number)")
            // A row that gives nothing is not told of, nor who its source says the person is.
            let telling = Set(held.facts.map(\.position))
            #expect(Set(held.identities.flatMap(\.rows)) == telling, "seed \(testSeed) case \(number)")
        }
    }

    @Test("two persons who differ only in what is withheld get the same")
    func withheldChangesNothing() throws {
        let plain = [
            Row(
                person: "P-1", source: "jumin",
                facts: [Fact(item: "A07", kind: "status", value: .code("住登"), on: nil)])
        ]
        let report = Row(
            person: "P-1", source: "soudan",
            facts: [Fact(item: "D06", kind: "report", value: .code("虐待"), on: .day(today))])
        func told(_ rows: [Row]) throws -> (String, Int) {
            let world = try World()
            try world.publish(rows)
            let held = try world.disclose("P-1", .guardian, items: ["A01", "A07"])
            return ("\(held.identities) \(held.facts) \(held.findings)", held.withheld.count)
        }
        let (with, without) = (try told(plain + [report]), try told(plain))
        #expect(with.0 == without.0)
        #expect((with.1, without.1) == (1, 0))
    }

    @Test("only what both persons may give is given")
    func bothPersons() throws {
        let world = try World()
        try world.publish([
            Row(
                person: "P-1", source: "jumin",
                facts: [
                    Fact(item: "A07", kind: "status", value: .code("住登"), on: nil),
                    Fact(item: "B06", kind: "3y", value: .code("受診"), on: nil),
                ])
        ])
        let held = try world.disclose("P-1", items: ["A07", "B06"], second: ["A07"])
        #expect(held.facts.map(\.fact.item) == ["A07"])
        #expect(held.withheld == ["B06": 1] && held.items == ["A07"])
        #expect(held.identities.first?.identifiers.address == nil)
        #expect(held.identities.first?.identifiers.names.isEmpty == false)
    }

    @Test("a measure of anybody in the household decides, and the refusal is in the trail")
    func householdProtected() throws {
        let world = try World()
        try world.publish(
            ["P-1", "P-2"].map {
                Row(
                    person: $0, source: "jumin",
                    facts: [Fact(item: "A07", kind: "status", value: .code("住登"), on: nil)])
            }, protected: ["P-2"], household: "h")
        let problem = fault {
            _ = try world.disclose(
                "P-1", .guardian, items: ["A07"],
                deciding: { $0.isProtected ? refusal : grant(.discloseToGuardian, actor: privacy) })
        }
        #expect(problem?.kind == .denied)
        let events = try world.count(
            "SELECT count(*) FROM audit_event WHERE event LIKE '%\"records.disclose\"%' AND event LIKE '%\"outcome\":\"deny\"%'"
        )
        #expect(events == 1)
    }

    @Test("a measure that a case of anybody in the household remembers decides too, also an ended one")
    func casesRemember() throws {
        for (person, state) in [("P-1", "候補"), ("P-2", "候補"), ("P-2", "既支援")] {
            let world = try World()
            let fact = Fact(item: "A07", kind: "status", value: .code("住登"), on: nil)
            try world.publish(
                ["P-1", "P-2"].map { Row(person: $0, source: "jumin", facts: [fact]) }, household: "h")
            #expect(try !world.disclose("P-1", items: ["A07"]).isProtected)
            try world.publish("r2", of: "r", [flag(PersonID(person))])
            try world.sql("UPDATE cases SET protected = 1, state = '\(state)'")
            #expect(try world.disclose("P-1", items: ["A07"]).isProtected, "\(person) \(state)")
        }
    }

    @Test("a parent gets nothing of somebody of 18 or of whom no age is known, but as an adult's guardian")
    func adults() throws {
        let born = Day(number: 19_000)
        for (day, isRefused) in [
            (born.adding(months: 216).adding(days: -1), false), (born.adding(months: 216), true),
        ] {
            let world = try World()
            let fact = Fact(item: "A07", kind: "status", value: .code("住登"), on: nil)
            try world.publish([Row(person: "P-1", source: "jumin", facts: [fact])])
            let at = noon.addingTimeInterval(Double(day.number - today.number) * 86_400)
            let problem = fault { _ = try world.disclose("P-1", .guardian, items: ["A07"], at: at) }
            #expect((problem?.code == "rights.adult") == isRefused, "\(day)")
            #expect(try world.disclose("P-1", .guardian, items: ["A07"], ward: true, at: at).facts.count == 1)
            #expect(try world.disclose("P-1", .agent, items: ["A07"], at: at).facts.count == 1)
            let denied = try world.count(
                "SELECT count(*) FROM audit_event WHERE event LIKE '%\"records.disclose\"%' AND event LIKE '%\"outcome\":\"deny\"%'"
            )
            #expect(denied == (isRefused ? 1 : 0))
        }
    }

    @Test("the trail says who made it, with whom, for which request, before anything is read")
    func audited() throws {
        let world = try World()
        try world.publish([
            Row(
                person: "P-1", source: "jumin",
                facts: [Fact(item: "A07", kind: "status", value: .code("住登"), on: nil)])
        ])
        _ = try world.disclose("P-1", items: ["A07"])
        let event = try world.service.exclusively { database in
            try database.statement("SELECT event FROM audit_event WHERE event LIKE '%records.disclose%'")
                .first {
                    $0.text(0)
                } ?? ""
        }
        for part in [
            "\"actor\":\"user:privacy\"", "\"second\":\"user:manager\"", "\"request\":\"令和8年第3号\"",
            "\"requester\":\"self\"", "\"fields\":[\"A07\",\"birth\",\"name\"]", "\"facts\":1",
        ] { #expect(event.contains(part), "\(part) in \(event)") }
        #expect(event.contains("\"secondStatements\":\"s1\"") && !event.contains("guardianship"))
        #expect(try world.refusals("records.disclose") == 0)
        #expect(fault { _ = try world.disclose("P-9", items: ["A07"]) }?.code == "person.unknown")
        #expect(try world.refusals("records.disclose") == 1)
        // Who may give nothing of anybody does not learn who there is.
        let denied = (["P-1", "P-9"] as [PersonID]).map { person in
            fault { _ = try world.disclose(person, items: [], deciding: { _ in refusal }) }
        }
        #expect(denied[0]?.kind == .denied && denied[0] == denied[1])
        #expect(try world.refusals("records.disclose") == 3)
        _ = try world.disclose("P-1", .guardian, items: ["A07"], ward: true)
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.references.guardianship' = 'adult'") == 1
        )
        #expect(
            fault {
                _ = try world.disclose("P-1", items: [], deciding: { _ in grant(.disclose, actor: staff) })
            }?.code == "store.grant")
    }

    @Test("what rules found is told only with the reasons that rest on what is given")
    func findings() throws {
        let world = try World()
        let kept = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: nil)
        try world.publish([Row(person: "P-1", source: "kenshin", facts: [kept])])
        try world.publish("r2", of: "r", [flag("P-1", reasons: [["B06"], ["D06"]])])
        let all = try world.disclose("P-1", items: ["B06", .findings])
        #expect(all.findings.map(\.reasons.count) == [1])
        #expect(try world.disclose("P-1", items: ["B06"]).findings.isEmpty)
    }

    @Test(
        "what stood on records of somebody who may not be told of goes, also where it is gone already and its files are others"
    )
    func goneGround() throws {
        let world = try World()
        let seen = SourcedFact(
            Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 5)),
            from: RowPosition(source: "kenshin", file: "kenshin_20260901.csv", line: 2, offset: 200))
        let flags = ["P-1", "P-3"].map { person in
            Flag(
                rule: "U1", version: 1, title: "", person: PersonID(person), urgency: .normal,
                difficulties: [],
                reasons: [Reason(sentence: "理由", facts: [seen], items: ["B06"], sources: [])], confirm: [],
                since: today, ground: [GroundFact(seen, of: person == "P-1" ? "P-2" : "P-3", by: "U1")])
        }
        try world.run("r", ["P-1", "P-2", "P-3"].map { Invented(PersonID($0)) })
        try world.publish("r", flags)
        try world.sql("UPDATE case_flag SET is_gone = 1")
        _ = try world.service.transaction { database in
            try Docket(
                database: database, keys: world.keys, asOf: today, at: 1, standing: { _ in nil }
            ).remove(flagsRestingOn: [], about: ["P-2"], why: Docket.notUsed)
        }
        #expect(try world.count("SELECT count(*) FROM case_flag") == 1)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE flag LIKE '%P-2%'") == 0)
    }

    @Test("a reason is told although the night wrote down since when its fact is known")
    func datedFindings() throws {
        let world = try World()
        let kept = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 5))
        try world.publish([
            Row(person: "P-1", source: "jumin", facts: []),
            Row(person: "P-1", source: "kenshin", facts: [kept]),
        ])
        try world.publish("r2", of: "r", [flag("P-1", restingOn: 2)])
        let stored = try world.count("SELECT count(*) FROM case_flag WHERE flag LIKE '%\"known\"%'")
        #expect(stored == 1)
        let found = try world.service.exclusively { database in
            try world.service.dated(
                [
                    Flag(
                        rule: "U1", version: 1, title: "", person: "P-1", urgency: .normal, difficulties: [],
                        reasons: [
                            Reason(
                                sentence: "理由",
                                facts: [
                                    SourcedFact(
                                        kept,
                                        from: RowPosition(
                                            source: "kenshin", file: "kenshin_20261001.csv", line: 2,
                                            offset: 200))
                                ], items: ["B06"], sources: [])
                        ], confirm: [], since: today)
                ], besides: KnownTonight(),
                in: RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys), database)
        }
        #expect(found[0].flag.reasons[0].facts[0].known == today)
        try world.publish("r3", of: "r", found.map(\.flag))
        #expect(try world.disclose("P-1", items: ["B06", .findings]).findings.map(\.reasons.count) == [1])
    }

    @Test(
        "what was found of who was drawn, and what became of offers, is told where policy gives it, without words of others"
    )
    func ownRecords() throws {
        let world = try World()
        let kept = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: nil)
        try world.publish([Row(person: "P-1", source: "kenshin", facts: [kept])])
        try world.sql(
            """
            INSERT INTO spot_check_draw VALUES ('2026-10', 'r', 1, 1, 0);
            INSERT INTO spot_check VALUES (1, '2026-10', 'P-1');
            INSERT INTO spot_check_answer VALUES (1, 1, '確認できなかった', 'ほかの人のこと', 'user:x', 0),
                (2, 1, '支援が要る', 'ほかの人のこと', 'user:x', 86400000);
            INSERT INTO support_outcome VALUES (1, 'P-1', 'um1', 'sent', 'text', 'user:x', 0),
                (2, 'P-2', 'um1', 'sent', 'text', 'user:x', 0);
            """)
        let all = try world.disclose("P-1", items: ["B06", .spotChecks, .supportOutcomes])
        #expect(all.spotChecks.map(\.answer) == [.support] && all.spotChecks.map(\.month) == ["2026-10"])
        #expect(all.outcomes.map(\.psid) == ["um1"] && all.outcomes.map(\.what) == [.sent])
        let less = try world.disclose("P-1", items: ["B06"])
        #expect(less.spotChecks.isEmpty && less.outcomes.isEmpty)
    }
}

extension World {
    /// Publishes the finished run of `folder` once more under another name, with flags.
    fileprivate func publish(_ name: String, of folder: String, _ flags: [Flag]) throws {
        _ = try service.publish(
            NewPublication(
                summary: RunSummary(run: RunID(name), asOf: today), folder: folder, flags: flags,
                undecided: [:], standings: [:], aliases: [:], regained: [:], consentReach: [:],
                rules: ["support": ["U1"]]), at: noon)
    }

    @Test(
        "no copy is made of somebody whose row was corrected until a night has used that, and of others it is"
    )
    func pendingCorrection() throws {
        let world = try World()
        let fact = Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .day(today))
        try world.publish([
            Row(person: "P-1", source: "kenshin", facts: [fact]),
            Row(person: "P-2", source: "kenshin", facts: [fact]),
        ])
        _ = try world.service.rectify(
            NewRectification(
                source: "kenshin", content: "aa",
                position: RowPosition(source: "kenshin", file: "kenshin_20261001.csv", line: 2, offset: 200),
                patch: ["3歳児健診": "受診"], request: "令和8年第4号", reason: "原本と照らした"),
            actor: privacy, decision: grant(.rectify, actor: privacy), at: noon + 1,
            checking: { _, _ in false })
        let refused = #expect(throws: Fault.self) {
            _ = try world.disclose("P-1", items: ["B06"], at: noon + 2)
        }
        #expect(refused?.code == "rights.pending")
        #expect(try world.disclose("P-2", items: ["B06"], at: noon + 2).facts.count == 1)
        // A night that began before it knows nothing of it, whenever it published; one that knew it used it, until it is ended.
        func publish(_ run: String, knowing last: Int, at: Date) throws {
            var publication = NewPublication(
                summary: RunSummary(run: RunID(run), asOf: today), folder: "r", flags: [], standings: [:])
            publication.lastRectification = last
            publication.rectificationsReadAt = at - 0.5
            _ = try world.service.publish(publication, at: at)
        }
        func isRefused(at: Date) -> Bool {
            fault { _ = try world.disclose("P-1", items: ["B06"], at: at) }?.code == "rights.pending"
        }
        try publish("s", knowing: 0, at: noon + 3)
        #expect(isRefused(at: noon + 4))
        try publish("t", knowing: 1, at: noon + 5)
        #expect(!isRefused(at: noon + 6))
        try world.service.endRectification(
            1, reason: "原本を見直した", actor: manager, decision: grant(.rectify, actor: manager),
            at: noon + 7)
        #expect(isRefused(at: noon + 8))
        // Also where a night had read it before, and publishes after.
        try publish("v", knowing: 1, at: noon + 7.25)
        #expect(isRefused(at: noon + 8))
        try publish("u", knowing: 1, at: noon + 9)
        #expect(!isRefused(at: noon + 10))
    }
}
