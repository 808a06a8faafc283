import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private func pupil(_ id: PersonID, _ school: String?) -> Invented {
    var person = Invented(id)
    person.school = school
    return person
}

/// Of a head of a school: granted within, denied elsewhere.
private func head(_ action: Action, of schools: String..., tellers: [ItemCode: ScopeKind] = ["F01": .school])
    -> Decisions
{
    let reach = Reach(required: [.school], given: Set(schools.map(Scope.school)), tellers: tellers)
    return Decisions(for: "support", reach: reach) { $1 == .within ? grant(action) : refusal }
}

@Suite("Scopes in the store")
struct ScopeStoreTests {
    private func list(_ world: borrowing World, _ deciding: Decisions) throws -> [PersonID] {
        try world.service.cases(actor: staff, deciding: deciding, after: nil, limit: 50, at: noon).items.map(
            \.person
        ).sorted()
    }

    @Test("a list holds and counts the pupils of the asker's schools alone")
    func ownPupils() throws {
        let world = try World()
        let people = [pupil("P-1", "東小"), pupil("P-2", "西小"), pupil("P-3", "東小"), pupil("P-4", nil)]
        try world.run("r", people)
        try world.publish("r", people.map { flag($0.id) })
        #expect(try list(world, head(.list, of: "東小")) == ["P-1", "P-3"])
        #expect(try list(world, head(.list, of: "東小", "西小")) == ["P-1", "P-2", "P-3"])
        let page = try world.service.cases(
            actor: staff, deciding: head(.list, of: "東小"), after: nil, limit: 1, at: noon)
        #expect(page.total == 2 && page.queues.values.reduce(0, +) == 2 && page.next != nil)
        // Nothing tells of a school: nobody is known to be a pupil.
        #expect(try list(world, head(.list, of: "東小", tellers: ["Z9": .school])).isEmpty)
    }

    @Test("who was given no school hears so, and nothing else")
    func noSchool() throws {
        let world = try World()
        try world.run("r", [pupil("P-1", "東小")])
        try world.publish("r", [flag("P-1")])
        let refused = fault { _ = try list(world, head(.list)) }
        #expect(refused?.kind == .denied)
    }

    @Test("another school's case is read and changed by nobody of this one, and the attempt is in the trail")
    func otherCase() throws {
        let world = try World()
        try world.run("r", [pupil("P-1", "東小")])
        try world.publish("r", [flag("P-1")])
        let id = try world.firstCase()
        let detail = { (school: String) in
            try world.service.caseDetail(id, actor: staff, deciding: head(.read, of: school), at: noon)
        }
        #expect(try detail("東小")?.summary.person == "P-1")
        let before = try world.service.auditVerify().events
        #expect(fault { _ = try detail("西小") }?.kind == .denied)
        #expect(try world.service.auditVerify().events == before + 1)
        func act(_ school: String) throws -> CaseOutcome? {
            let desk = CaseDesk(
                actor: "tanaka", recording: head(.record, of: school), reading: head(.read, of: school),
                mayWork: { _, _, place in place?.schools == [school] }, needsSecond: false)
            return try world.service.act(
                CaseRequest(.step(.note), note: "電話した", version: 0), on: id, at: desk, at: noon)
        }
        try world.service.addUser(
            "tanaka", displayName: "田中", roles: ["school"], password: "架空の合言葉 夜明けの若葉野", by: operating,
            at: noon)
        #expect(try act("西小") == nil)
        #expect(try act("東小") != nil)
    }

    @Test("a pupil who moves to another school is the new one's from the next publication on")
    func moving() throws {
        let world = try World()
        try world.run("r1", [pupil("P-1", "東小")])
        try world.publish("r1", [flag("P-1")])
        #expect(try list(world, head(.list, of: "東小")) == ["P-1"])
        try world.run("r2", [pupil("P-1", "西小")])
        #expect(try list(world, head(.list, of: "西小")).isEmpty)
        try world.publish("r2", [flag("P-1")])
        #expect(try list(world, head(.list, of: "西小")) == ["P-1"])
        #expect(try list(world, head(.list, of: "東小")).isEmpty)
    }

    @Test("colleagues are asked with where the person belongs")
    func colleagues() throws {
        let world = try World()
        try world.run("r", [pupil("P-1", "東小")])
        try world.publish("r", [flag("P-1")])
        for (user, school) in [("a", "東小"), ("b", "西小")] {
            try world.service.addUser(
                UserID(user), displayName: user, roles: ["school"], scopes: [.school(school)],
                password: "架空の合言葉 夜明けの若葉野", by: operating, at: noon)
        }
        let workers = try world.service.workers(
            for: "P-1", PersonStanding(), toldBy: ["F01": .school]
        ) { worker, _, place in
            Reach(required: [.school], given: worker.scopes, tellers: [:]).remit(of: place) == .within
        }
        #expect(workers.map(\.id) == ["a"])
    }

    @Test("schools are known by the records that tell of pupils")
    func known() throws {
        let world = try World()
        #expect(try world.service.schools(toldBy: ["F01": .school]) == nil)
        try world.run("r", [pupil("P-1", "東小"), pupil("P-2", "西小"), pupil("P-3", nil)])
        try world.publish("r", [flag("P-1")])
        #expect(try world.service.schools(toldBy: ["F01": .school]) == ["東小", "西小"])
    }

    @Test("ranges are kept, replaced with the roles, and taken away with the user")
    func users() throws {
        let world = try World()
        let password = "架空の合言葉 夜明けの若葉野"
        try world.service.addUser(
            "a", displayName: "あ", roles: ["school"], scopes: [.school("東小"), .age(0...6)],
            password: password,
            by: operating, at: noon)
        let token = try #require(
            try world.service.logIn(user: "a", password: password, at: noon).session?.token)
        #expect(try world.service.session(token: token, at: noon)?.scopes == [.school("東小"), .age(0...6)])
        try world.service.setRoles(
            ["clerk"], scopes: [.department("学務課")], of: "a", by: operating, at: noon)
        #expect(try world.service.session(token: token, at: noon)?.scopes == [.department("学務課")])
        #expect(try world.service.users(by: operating, at: noon).map(\.scopes) == [[.department("学務課")]])
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.references.scopes' = 'department:学務課'")
                == 1)
        try world.service.removeUser("a", by: operating, at: noon)
        #expect(try world.count("SELECT count(*) FROM user_scope") == 0)
    }
}
