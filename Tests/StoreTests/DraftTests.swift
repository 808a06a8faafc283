import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let sato: UserID = "sato"
private let tanaka: UserID = "tanaka"

extension World {
    fileprivate func desk(_ user: UserID, mayRead: Bool = true, mayRecord: Bool = true) -> CaseDesk {
        @Sendable func allowed(_ action: Action) -> Decision { grant(action, actor: .user(user)) }
        return CaseDesk(
            actor: user, recording: .support { _ in mayRecord ? allowed(.record) : refusal },
            reading: .support { _ in mayRead ? allowed(.read) : refusal }, mayWork: { _, _, _ in true },
            needsSecond: true)
    }

    fileprivate func keep(
        _ text: String, _ form: String = "note", on id: CaseID, by user: UserID = sato, version: Int = 0,
        at: Date = noon, desk: CaseDesk? = nil
    ) throws -> Bool {
        try service.keep(
            CaseDraft(form: form, text: text, version: version, at: at), on: id, at: desk ?? self.desk(user))
    }

    fileprivate func caseID(of person: PersonID) throws -> CaseID {
        CaseID(
            try service.exclusively { database in
                try database.statement("SELECT id FROM cases WHERE person = ?").first(person.rawValue) {
                    $0.text(0)
                } ?? ""
            })
    }

    fileprivate var texts: Int {
        get throws { try count("SELECT count(*) FROM case_draft") }
    }
}

extension ServiceStore {
    /// What a page gives back to a reader.
    fileprivate func drafts(_ id: CaseID, of user: UserID = "sato", at: Date = noon) throws -> [CaseDraft] {
        try #require(
            try caseDetail(
                id, actor: .user(user), deciding: .support { _ in grant(.read, actor: .user(user)) }, at: at)
        ).drafts
    }
}

@Suite("Drafts on cases")
struct DraftStoreTests {
    private func world(_ people: PersonID...) throws -> World {
        let world = try World()
        try world.run("r", people.map { Invented($0) })
        try world.publish("r", people.map { flag($0) })
        for user in [sato, tanaka] {
            try world.service.addUser(
                user, displayName: "架空 \(user)", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野",
                by: operating, at: noon)
        }
        return world
    }

    @Test(
        "what was typed last comes back to its writer alone, also from a database opened anew, and lies nowhere in the open"
    )
    func kept() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        #expect(try world.keep("母と話した。むらさき", on: id))
        #expect(try world.keep("母と話した。むらさきの傘", on: id))
        #expect(try world.keep("転居のため", "release", on: id))
        let again = try ServiceStore(
            path: world.folder.file("service.sqlite"), keys: world.keys, runsFolder: world.folder.file("runs")
        )
        #expect(try again.drafts(id).map(\.text) == ["母と話した。むらさきの傘", "転居のため"])
        #expect(try again.drafts(id, of: tanaka).isEmpty)
        for name in ["service.sqlite", "service.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: world.folder.file(name)))
            #expect(bytes.range(of: Data("むらさき".utf8)) == nil, "\(name)")
        }
        // An empty text takes it away, and so does its writer; another takes nothing.
        #expect(try world.keep("", "release", on: id))
        try world.service.discardDraft("note", of: tanaka, on: id)
        #expect(try world.service.drafts(id).map(\.form) == ["note"])
        try world.service.discardDraft("note", of: sato, on: id)
        #expect(try world.texts == 0)
    }

    @Test("a draft that is moved to another user, case or form in the database does not open")
    func bound() throws {
        for change in ["user = 'tanaka'", "case_id = (SELECT max(id) FROM cases)", "form = 'reject'"] {
            let world = try world("P-1", "P-2")
            let ids = try world.service.casesByPerson().values.compactMap(\.first).sorted()
            #expect(try world.keep("母と話した", on: ids[0]))
            try world.sql("UPDATE case_draft SET \(change)")
            let sealed = fault {
                _ =
                    try world.service.drafts(ids[0]) + world.service.drafts(ids[1])
                    + world.service.drafts(ids[0], of: tanaka)
            }
            #expect(sealed?.code == "vault.seal", "\(change)")
        }
    }

    @Test(
        "a step's form takes its draft along; other drafts follow their writer's own steps, and nobody else's"
    )
    func steps() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        #expect(try world.keep("電話した", on: id) && world.keep("理由", "move", on: id))
        func act(_ step: CaseStep, by user: UserID = sato, version: Int, isForm: Bool = true) throws {
            _ = try world.service.act(
                CaseRequest(.step(step), note: "した", version: version), on: id, at: world.desk(user),
                isForm: isForm, at: noon)
        }
        try act(.note, version: 0, isForm: false)
        #expect(try world.service.drafts(id).map(\.version) == [1, 1])
        try act(.note, version: 1)
        #expect(try world.service.drafts(id).map { "\($0.form) \($0.version)" } == ["move 2"])
        try act(.claim, by: tanaka, version: 2)
        #expect(try world.service.drafts(id).map(\.version) == [2])
    }

    @Test("who may not see or record keeps nothing, which the trail knows; of what was kept it knows nothing")
    func refused() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        let events = try world.count("SELECT count(*) FROM audit_event")
        #expect(try world.keep("書いた", on: id))
        #expect(try world.count("SELECT count(*) FROM audit_event") == events)
        #expect(try !world.keep("書いた", on: "C-none"))
        #expect(try !world.keep("書いた", on: id, desk: world.desk(tanaka, mayRead: false)))
        let denied = fault { _ = try world.keep("書いた", on: id, desk: world.desk(tanaka, mayRecord: false)) }
        #expect(denied?.kind == .denied)
        #expect(try world.count("SELECT count(*) FROM audit_event") == events + 3)
        #expect(fault { _ = try world.keep("書いた", "claim", on: id) }?.field == "step")
        #expect(fault { _ = try world.keep(String(repeating: "あ", count: 2_667), on: id) }?.field == "note")
        _ = try world.service.relate("tanaka", to: ["P-1"], by: operating, at: noon)
        #expect(fault { _ = try world.keep("書いた", on: id, by: tanaka) }?.code == "case.family")
        #expect(try world.keep("担当を外れる", "release", on: id, by: tanaka))
        #expect(try world.texts == 2)
    }

    @Test("a draft lives for thirty days, and not longer than its writer or the case")
    func goes() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        #expect(try world.keep("書いた", on: id))
        let last = noon + 30 * 86_400
        #expect(try world.service.drafts(id, at: last - 1).count == 1)
        #expect(try world.service.drafts(id, at: last).isEmpty)
        try world.run("s", [Invented("P-1")])
        try world.publish("s", [flag("P-1")], at: last)
        #expect(try world.texts == 0)
        #expect(try world.keep("書いた", on: id, at: last))
        try world.service.removeUser(sato, by: operating, at: last)
        #expect(try world.texts == 0)
    }

    @Test("利用停止 takes drafts along, and no page gives one back")
    func stopped() throws {
        let world = try world("P-1", "P-2")
        let ids = try ["P-1", "P-2"].map { try world.caseID(of: $0) }
        for id in ids { #expect(try world.keep("書いた", on: id)) }
        _ = try world.service.record(
            NewConsent(
                purpose: "support", isRefusal: true, giver: .guardian, evidence: "利用停止請求 令和8年第3号", from: nil,
                until: nil, person: "P-1"),
            purposes: ["U1": "support"], reason: "審査のうえ認めた", actor: staff,
            decision: grant(.register, actor: staff), at: noon)
        #expect(try world.texts == 1 && world.service.drafts(ids[1]).count == 1)
    }

    @Test("a shredding takes drafts along, out of copies of the database too")
    func shredding() throws {
        let world = try world("P-1", "P-2")
        let ids = try ["P-1", "P-2"].map { try world.caseID(of: $0) }
        for id in ids { #expect(try world.keep("書いた", on: id)) }
        let copy = try world.service.exclusively { try SealedDraft.all(of: ids[0], in: $0) }
        let manager = Actor.user("manager")
        let proposed = try world.service.proposeShredding(
            of: "P-1", reason: "消去の請求を認めた", actor: staff, decision: grant(.register), at: noon)
        _ = try world.service.shred(
            proposed.id, reason: "決裁を確かめた", actor: manager, decision: grant(.register, actor: manager),
            at: noon)
        #expect(try world.texts == 1 && world.service.drafts(ids[1]).count == 1)
        #expect(try copy.map { try $0.opened(by: world.keys.ring) } == [nil])
    }

    @Test(
        "where two persons turn out to be one, drafts go over to the case that stays, and both texts with them"
    )
    func merged() throws {
        let world = try world("P-1", "P-2")
        let ids = try ["P-1", "P-2"].map { try world.caseID(of: $0) }
        for (id, text) in zip(ids, ["一つ目", "二つ目"]) { #expect(try world.keep(text, on: id)) }
        try world.run("s", [Invented("P-1")])
        try world.publish("s", [flag("P-1")], aliases: ["P-2": "P-1"], at: noon + 1)
        for (id, text) in zip(ids, ["一つ目", "二つ目"]) {
            #expect(try world.service.drafts(id).map(\.text) == [text])
        }
    }

    @Test("a shredding ends where a reseal stopped before it came to drafts, and they stay readable")
    func stoppedReseal() throws {
        struct Stop: Error {}
        let world = try world("P-1", "P-2")
        let id = try world.caseID(of: "P-1")
        #expect(try world.keep("書いた", on: id))
        #expect(throws: Stop.self) {
            _ = try world.service.reseal(
                reason: "鍵の控えの紛失", actor: operating, at: noon, threads: 1, progress: { _ in throw Stop() })
        }
        let manager = Actor.user("manager")
        let proposed = try world.service.proposeShredding(
            of: "P-2", reason: "消去の請求を認めた", actor: staff, decision: grant(.register), at: noon)
        _ = try world.service.shred(
            proposed.id, reason: "決裁を確かめた", actor: manager, decision: grant(.register, actor: manager),
            at: noon)
        #expect(try world.service.drafts(id).map(\.text) == ["書いた"])
    }

    @Test("drafts open under a new root, and under no other")
    func resealed() throws {
        let world = try world("P-1")
        let id = try world.firstCase()
        #expect(try world.keep("書いた", on: id))
        let before = try world.service.exclusively { try SealedDraft.all(in: $0) }
        _ = try world.service.reseal(reason: "鍵の控えの紛失", actor: operating, at: noon, threads: 1)
        #expect(try world.service.drafts(id).map(\.text) == ["書いた"])
        #expect(try before.map { try $0.opened(by: world.keys.ring) } == [nil])
        #expect(try world.service.exclusively { try SealedDraft.all(in: $0) }.map(\.root) == [2])
    }
}
