import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let officer = Actor.user("hogo")

private func reads(
    _ world: borrowing World, _ filter: AccessFilter = AccessFilter(), before: Int? = nil, limit: Int = 100
) throws -> AccessPage {
    try world.service.accessRecords(
        filter, before: before, limit: limit, actor: officer,
        deciding: { _ in grant(.audit, items: [], actor: officer) }, at: noon)
}

/// Two people with a case each; 田中 lists both on a day and reads the first one's case the day after.
private func readWorld() throws -> World {
    let world = try World()
    try world.service.addUser(
        "tanaka", displayName: "田中", roles: [], password: "若葉の道をゆっくり歩く!", by: operating, at: noon)
    try world.run("r", [Invented("P-1"), Invented("P-2")])
    try world.publish("r", [flag("P-1"), flag("P-2")])
    _ = try world.service.cases(
        actor: staff, deciding: { _ in grant(.list) }, after: nil, limit: 9, at: noon)
    _ = try world.service.caseDetail(
        world.keys.caseID(person: "P-1", sequence: 1), actor: staff, deciding: { _ in grant(.read) },
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

    @Test func theListingIsARead() throws {
        let world = try readWorld()
        #expect(try reads(world).records.count == 2)
        let again = try reads(world).records
        #expect(again.first?.what == "audit.read" && again.first?.actor == "user:hogo" && again.count == 3)
        let fault = fault {
            _ = try world.service.accessRecords(
                AccessFilter(), before: nil, limit: 9, actor: staff, deciding: { _ in refusal }, at: noon)
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
}
