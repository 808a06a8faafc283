import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let sato: UserID = "sato"
private let tanaka: UserID = "tanaka"

extension World {
    fileprivate func desk(
        _ user: UserID, mayRead: @escaping @Sendable (PersonStanding) -> Bool = { _ in true },
        mayRecord: Bool = true, needsSecond: Bool = true
    ) -> CaseDesk {
        @Sendable func allowed(_ action: Action) -> Decision { grant(action, actor: .user(user)) }
        return CaseDesk(
            actor: user, recording: .support { _ in mayRecord ? allowed(.record) : refusal },
            reading: .support { mayRead($0) ? allowed(.read) : refusal },
            mayWork: { worker, standing, _ in
                worker.roles.contains("center-staff") && mayRead(standing)
            },
            needsSecond: needsSecond)
    }

    fileprivate func addUsers() throws {
        for user in [sato, tanaka, "ghost"] {
            try service.addUser(
                user, displayName: "架空 \(user)", roles: user == "ghost" ? [] : ["center-staff"],
                password: "架空の合言葉 夜明けの若葉野", by: operating, at: noon)
        }
    }

    @discardableResult
    fileprivate func act(
        _ deed: CaseRequest.Deed, _ id: CaseID, by user: UserID = sato, note: String = "理由",
        version: Int? = nil,
        key: String? = nil, at: Date = noon, desk: CaseDesk? = nil
    ) throws -> CaseOutcome? {
        let version = try version ?? count("SELECT version FROM cases WHERE id = '\(id)'")
        return try service.act(
            CaseRequest(deed, note: note, version: version), on: id, at: desk ?? self.desk(user), key: key,
            at: at)
    }
}

@Suite("Cases that people work on")
struct CaseWorkStoreTests {
    private func world(_ people: PersonID...) throws -> World {
        let world = try World()
        try world.run("r", people.map { Invented($0) })
        try world.publish("r", people.map { flag($0) })
        try world.addUsers()
        return world
    }

    @Test("a step changes the case, its history and the trail together, or nothing")
    func together() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        let outcome = try #require(try world.act(.step(.claim), id))
        #expect(outcome.version == 1 && outcome.work.holder == sato)
        let detail = try #require(
            try world.service.caseDetail(id, actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
        )
        #expect(detail.summary.holderName == "架空 sato" && detail.summary.version == 1)
        #expect(detail.history.last?.changes == [CaseChange(part: .holder, before: nil, after: "sato")])
        #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%case.work%'") == 1)
        try world.sql("CREATE TRIGGER stop BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END")
        #expect(throws: Fault.self) { try world.act(.step(.release), id) }
        #expect(try world.count("SELECT version FROM cases") == 1)
    }

    @Test("who saw an older case changes nothing; a note is added all the same")
    func versions() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        try world.act(.step(.claim), id)
        let late = fault { _ = try world.act(.step(.assign(tanaka)), id, by: tanaka, version: 0) }
        #expect(late?.kind == .conflict && late?.code == "case.changed")
        #expect(try world.act(.step(.note), id, by: tanaka, note: "電話した", version: 0)?.version == 2)
        #expect(fault { _ = try world.act(.step(.note), id, note: "　\n") }?.code == "case.incomplete")
    }

    @Test("a request sent again has one effect; its key does for no other")
    func keys() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        let first = try world.act(.step(.note), id, note: "訪問した", version: 0, key: "k1")
        let again = try world.act(.step(.note), id, note: "訪問した", version: 0, key: "k1")
        #expect(first?.version == 1 && again?.version == 1)
        #expect(try world.count("SELECT count(*) FROM case_event WHERE note = '訪問した'") == 1)
        #expect(fault { _ = try world.act(.step(.claim), id, key: "k1") }?.code == "case.key")
        #expect(
            try world.act(.step(.note), id, by: tanaka, note: "訪問した", version: 0, key: "k1")?.version == 2)
    }

    @Test("an undo takes back one's own last step within half a minute, exactly, and once")
    func undo() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        try world.act(.step(.claim), id)
        #expect(fault { _ = try world.act(.undo, id, by: tanaka) }?.code == "case.undo")
        #expect(fault { _ = try world.act(.undo, id, at: noon + 31) }?.code == "case.undo")
        #expect(try world.act(.undo, id, at: noon + 30)?.work == CaseWork())
        #expect(fault { _ = try world.act(.undo, id) }?.code == "case.undo")
        #expect(try world.count("SELECT count(*) FROM case_event WHERE what = '取消し'") == 1)
        let alone = world.desk(sato, needsSecond: false)
        for step: CaseStep in [.claim, .move(.awaitingAssessment)] { try world.act(.step(step), id) }
        try world.act(.step(.propose(.notApplicable, why: .anotherChild)), id, note: "", desk: alone)
        let ended = "SELECT count(*) FROM cases WHERE end_reason = '別のこどもの記録'"
        #expect(try world.count(ended) == 1)
        #expect(try world.act(.undo, id, desk: alone)?.work.state == .awaitingAssessment)
        #expect(try world.count(ended) == 0)
    }

    @Test("who may not see a case does not learn of it; who may not record is told, and the trail knows")
    func rights() throws {
        let world = try World()
        try world.run("r", [Invented("P-1", isProtected: true)])
        try world.publish("r", [flag("P-1")])
        try world.addUsers()
        try world.sql("UPDATE cases SET protected = 1")
        let id = try world.firstCase()
        #expect(try world.act(.step(.claim), id, desk: world.desk(sato, mayRead: { !$0.isProtected })) == nil)
        #expect(try world.act(.step(.claim), "C-none") == nil)
        let denied = fault { _ = try world.act(.step(.claim), id, desk: world.desk(sato, mayRecord: false)) }
        #expect(denied?.kind == .denied)
        #expect(
            try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"deny\"%case.work%'") == 1)
        #expect(try world.count("SELECT version FROM cases") == 0)
        // Nor can it be given to somebody who may not see such a case.
        try world.act(.step(.claim), id)
        for other: UserID in ["ghost", "nobody"] {
            #expect(fault { _ = try world.act(.step(.offer(other)), id) }?.field == "to")
        }
    }

    @Test("nobody works on a case of the own family, and who holds one can give it away")
    func family() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        _ = try world.service.relate("sato", to: ["P-1"], by: operating, at: noon)
        #expect(fault { _ = try world.act(.step(.claim), id) }?.code == "case.family")
        #expect(fault { _ = try world.act(.step(.note), id) }?.code == "case.family")
        #expect(try world.act(.step(.claim), id, by: tanaka)?.work.holder == tanaka)
        #expect(fault { _ = try world.act(.step(.offer(sato)), id, by: tanaka) }?.code == "case.family")
        // Each try stands in the trail, with whose case it was.
        #expect(try world.refusals("case.work") == 3)
        #expect(try world.count("SELECT count(*) FROM case_event WHERE actor = 'user:sato'") == 0)
        _ = try world.service.relate("tanaka", to: ["P-1"], by: operating, at: noon)
        #expect(try world.act(.step(.release), id, by: tanaka)?.work.holder == nil)
    }

    @Test("the queue a list says is the one the database says, for every state that steps reach")
    func oneQueue() throws {
        let world = try world("P-1", "P-2", "P-3")
        let ids = try world.service.casesByPerson().values.compactMap(\.first).sorted()
        var generator = SeededGenerator(seed: testSeed)
        let steps: [CaseStep] =
            [.claim, .release, .offer(tanaka), .offer(sato), .accept, .decline, .approve, .reject, .reopen]
            + CaseState.allCases.map { .move($0) }
            + CaseState.allCases.map { .propose($0, why: $0 == .notApplicable ? .unfitRule : nil) }
        for round in 0..<600 {
            guard let id = ids.randomElement(using: &generator),
                let step = steps.randomElement(using: &generator),
                let user = [sato, tanaka].randomElement(using: &generator)
            else { continue }
            _ = try? world.act(.step(step), id, by: user)
            guard round % 20 == 0 else { continue }
            let page = try world.service.cases(
                actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
            #expect(page.queues.values.reduce(0, +) == page.total, "seed \(testSeed)")
            for queue in CaseQueue.allCases {
                let stored = try world.count("SELECT count(*) FROM queue WHERE queue = '\(queue.rawValue)'")
                let listed = try world.service.cases(
                    actor: staff, deciding: .support { _ in grant(.list) }, only: CaseFilter(.queue(queue)),
                    after: nil,
                    limit: 9,
                    at: noon)
                #expect(stored == page.queues[queue] ?? 0 && listed.total == stored, "seed \(testSeed)")
            }
        }
    }

    @Test(
        "a flag that people have answered opens no new case until it is gone and comes again, or its quiet time ends"
    )
    func answered() throws {
        let world = try world("P-1", "P-2")
        let ids = try world.service.casesByPerson().mapValues { $0.sorted()[0] }
        for (person, quiet) in [("P-1" as PersonID, nil), ("P-2", today.adding(days: 30))] {
            let id = try #require(ids[person])
            for step: CaseStep in [
                .claim, .move(.awaitingAssessment),
                .propose(.notApplicable, why: .unfitRule, quietUntil: quiet),
            ] {
                try world.act(.step(step), id, at: noon)
            }
            try world.act(.step(.approve), id, by: tanaka)
        }
        var night = 0
        func next(_ flags: [Flag], on day: Day = today.adding(days: 1)) throws -> CaseCounts {
            night += 1
            try world.run("n\(night)", [Invented("P-1"), Invented("P-2")])
            return try world.service.publish(
                NewPublication(
                    summary: RunSummary(run: RunID("n\(night)"), asOf: day), folder: "n\(night)",
                    flags: flags,
                    undecided: [:], standings: [:], aliases: [:], regained: [:]), at: noon)
        }
        let same = try next([flag("P-1"), flag("P-2")])
        #expect(same.new == 0 && same.answered == 2 && same.open == 0)
        let told = try world.service.dispositions().filter { $0.state == .notApplicable }
        #expect(told.map(\.endReason) == [.unfitRule, .unfitRule])
        // Another rule is a new signal.
        #expect(try next([flag("P-1"), flag("P-1", "U2"), flag("P-2")]).new == 1)
        // The quiet time is over; what is not quiet by time stays answered.
        #expect(try next([flag("P-2")], on: today.adding(days: 31)).new == 1)
        let world2 = try World()
        try world2.run("r", [Invented("P-1")])
        try world2.publish("r", [flag("P-1")])
        try world2.addUsers()
        let id = try world2.firstCase()
        for step: CaseStep in [
            .claim, .move(.awaitingAssessment), .propose(.alreadySupported),
        ] {
            try world2.act(.step(step), id)
        }
        try world2.act(.step(.approve), id, by: tanaka)
        try world2.run("a", [Invented("P-1")])
        #expect(try world2.publish("a", []).new == 0)
        try world2.run("b", [Invented("P-1")])
        #expect(try world2.publish("b", [flag("P-1")]).new == 1)
        // One open case a person: the old one cannot be opened beside it.
        #expect(fault { _ = try world2.act(.step(.reopen), id) }?.kind == .conflict)
    }
}
