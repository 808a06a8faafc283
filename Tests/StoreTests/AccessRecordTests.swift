import Audit
import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let officer = Actor.user("hogo")

/// After everything that was read and changed: the clock does not go back.
private let asked = noon.addingTimeInterval(2 * 86_400)

private func reads(
    _ world: borrowing World, _ filter: AccessFilter = AccessFilter(), before: Int? = nil, limit: Int = 100,
    at: Date = asked
) throws -> AccessPage {
    try world.service.accessRecords(
        filter, before: before, limit: limit, actor: officer,
        deciding: .support { _ in grant(.audit, items: [], actor: officer) }, at: at)
}

/// Two people with a case each; 田中 lists both on a day and reads the first one's case the day after.
private func readWorld() throws -> World {
    let world = try World()
    try world.service.addUser(
        "tanaka", displayName: "田中", roles: [], password: "若葉の道をゆっくり歩く!", by: operating, at: noon)
    try world.run("r", [Invented("P-1"), Invented("P-2")])
    try world.publish("r", [flag("P-1"), flag("P-2")])
    _ = try world.service.cases(
        actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
    _ = try world.service.caseDetail(
        world.keys.caseID(person: "P-1", sequence: 1), actor: staff, deciding: .support { _ in grant(.read) },
        at: noon.addingTimeInterval(86_400))
    return world
}

@Suite struct AccessRecordTests {
    @Test func whoReadWhatIsListedNewestFirst() throws {
        let world = try readWorld()
        let records = try reads(world).records
        #expect(records.map(\.what) == ["case.read", "cases.list"])
        let read = try #require(records.first)
        #expect(read.actor == "user:tanaka" && read.actorName == "田中" && read.purpose == "support")
        #expect(read.isPermitted && read.persons == 1 && read.fields.contains("address"))
        #expect(read.caseID == world.keys.caseID(person: "P-1", sequence: 1))
        #expect(read.at == noon.addingTimeInterval(86_400))
    }

    @Test func aCaseIsFoundByItsOwnReadsAndByThoseOfItsPerson() throws {
        let world = try readWorld()
        func found(_ filter: AccessFilter) throws -> [String] { try reads(world, filter).records.map(\.what) }
        let first = world.keys.caseID(person: "P-1", sequence: 1)
        let second = world.keys.caseID(person: "P-2", sequence: 1)
        #expect(try found(.init(caseID: first)) == ["case.read", "cases.list"])
        // The officer's own questions about it follow.
        #expect(try found(.init(caseID: second)) == ["cases.list"])
        #expect(try found(.init(person: "P-2")) == ["audit.read", "cases.list"])
        #expect(try found(.init(person: "P-3")).isEmpty)
        #expect(try found(.init(user: "sato")).isEmpty)
        #expect(try found(.init(user: "tanaka")) == ["case.read", "cases.list"])
        #expect(try found(.init(caseID: "C-none")).isEmpty)
    }

    @Test func daysAreThoseOfJapan() throws {
        let world = try readWorld()
        let day = Day(number: 20_727)
        func found(_ filter: AccessFilter) throws -> [String] {
            var filter = filter
            filter.user = "tanaka"
            return try reads(world, filter).records.map(\.what)
        }
        #expect(try found(.init(from: day, to: day)) == ["cases.list"])
        #expect(try found(.init(from: day.adding(days: 1))) == ["case.read"])
        #expect(try found(.init(to: day.adding(days: -1))).isEmpty)
    }

    @Test func whatPeopleSaidOfTheUseIsReadAndChangedToo() throws {
        let world = try readWorld()
        let right = grant(.register, actor: officer)
        _ = try world.service.record(
            NewConsent(
                purpose: "support", isRefusal: true, giver: .person, evidence: "請求書", from: nil, until: nil,
                person: "P-1"), purposes: [:], reason: "理由", actor: officer, decision: right, at: asked)
        _ = try world.service.consents(actor: officer, decision: right, at: asked)
        #expect(try reads(world, .init(person: "P-1")).records.first?.what == "consent.list")
        #expect(try reads(world, .init(.changes)).records.first?.what == "consent.record")
    }

    @Test func policyWasAskedForEveryReadOfPersons() throws {
        let world = try World()
        try world.service.transaction { database in
            for what in AuditEvent.What.allCases {
                var event = AuditEvent(what, actor: "user:tanaka", at: noon.milliseconds)
                event.references = ["requester": "guardian"]
                try world.service.append(event, in: database)
            }
        }
        let unasked = try reads(world).records.filter { $0.asked == nil }.map(\.what)
        #expect(
            Set(unasked) == [
                "audit.verify-begin", "audit.verify", "user.list", "retention.list", "token.list",
                "session.list",
            ])
        let changes = try reads(world, .init(.changes)).records
        #expect(changes.count > 30 && changes.allSatisfy { $0.asked == nil })
    }

    @Test func whoLooksThroughTheTrailWaitsForNobodyWhoWrites() throws {
        let world = try readWorld()
        try world.service.transaction { database in
            try database.statement("DELETE FROM failed_run").run()
            let seen = try world.service.beside {
                try world.service.page(AccessFilter(), before: nil, limit: 9, in: $0)
            }
            #expect(seen.records.count == 2)
        }
    }

    @Test func theListingIsARead() throws {
        let world = try readWorld()
        #expect(try reads(world).records.count == 2)
        let again = try reads(world).records
        #expect(again.first?.what == "audit.read" && again.first?.actor == "user:hogo" && again.count == 3)
        let fault = fault {
            _ = try world.service.accessRecords(
                AccessFilter(), before: nil, limit: 9, actor: staff, deciding: .support { _ in refusal },
                at: asked)
        }
        #expect(fault?.kind == .denied)
        let refused = try #require(try reads(world).records.first)
        #expect(refused.what == "audit.read" && !refused.isPermitted && refused.actor == "user:tanaka")
        #expect(try world.service.auditVerify().problems.isEmpty)
    }

    @Test func pagesNeitherSkipNorRepeatThoughEachIsAReadItself() throws {
        let world = try readWorld()
        for _ in 0..<7 { _ = try reads(world) }
        let before = try reads(world).records.map(\.sequence)
        var (seen, cursor): ([Int], Int?) = ([], nil)
        repeat {
            let page = try reads(world, before: cursor, limit: 2)
            seen += page.records.map(\.sequence)
            cursor = page.next
        } while cursor != nil
        #expect(seen.filter(Set(before).contains) == before && Set(seen).count == seen.count)
    }

    /// A became B on one night and B became C on another: what was read of each is found by the case.
    @Test func aCaseIsFoundUnderEveryIdItsPersonEverHad() throws {
        let world = try World()
        try world.run("r1", [Invented("P-A"), Invented("P-B"), Invented("P-C")])
        try world.publish("r1", [flag("P-A")])
        let id = world.keys.caseID(person: "P-A", sequence: 1)
        func explain(_ person: PersonID) throws {
            _ = try world.service.explainPerson(
                person, actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
        }
        func found() throws -> Int {
            try reads(world, .init(caseID: id), at: noon).records.count { $0.what == "person.explain" }
        }
        try explain("P-B")
        try explain("P-C")
        #expect(try found() == 0)
        try world.run("r2", [Invented("P-B"), Invented("P-C")])
        try world.publish("r2", [flag("P-B")], aliases: ["P-A": "P-B"])
        #expect(try found() == 1)
        try world.run("r3", [Invented("P-C")])
        try world.publish("r3", [flag("P-C")], aliases: ["P-B": "P-C"])
        #expect(try found() == 2)
        // By the person as well.
        let byPerson = try reads(world, .init(person: "P-C")).records
        #expect(byPerson.count { $0.what == "person.explain" } == 2)
    }

    @Test func changesAreListedByActorAndDay() throws {
        let world = try readWorld()
        try world.service.setRoles(
            ["center-staff", "lead"], of: "tanaka", by: officer, at: noon.addingTimeInterval(86_400))
        try world.service.unlock("tanaka", by: officer, at: asked)
        let changes = try reads(world, .init(.changes)).records
        #expect(changes.map(\.what) == ["user.unlock", "user.roles", "user.add"])
        #expect(
            changes[1].references["user"] == "tanaka" && changes[1].references["roles"] == "center-staff lead"
        )
        #expect(changes[1].actor == "user:hogo")
        let day = Day(number: 20_728)
        #expect(
            try reads(world, .init(.changes, user: "hogo", from: day, to: day)).records.map(\.what) == [
                "user.roles"
            ])
        // Reads are no changes; looking at the changes is a read.
        #expect(try reads(world).records.prefix(2).map(\.what) == ["audit.read", "audit.read"])
    }
}
