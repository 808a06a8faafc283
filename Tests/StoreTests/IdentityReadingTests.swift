import Domain
import Policy
import TestSupport
import Testing

@testable import Store

private func identities(
    _ world: borrowing World, _ run: RunStore, _ deciding: @escaping @Sendable (PersonStanding) -> Decision
) throws -> [StoredIdentity] {
    var found: [StoredIdentity] = []
    let read = try world.service.auditedRead(
        .identities, of: run, actor: staff, purposes: [.support(deciding)], at: noon)
    try run.identities(read) { found.append($0) }
    return found
}

@Test func identitiesComeInTheNightsOrderWithinTheGrantOfEachStanding() throws {
    let world = try World()
    let people = [Invented("P-2", isProtected: true), Invented("P-1")]
    let run = try world.run("r", people)
    let all = try identities(world, run) { _ in grant(.review) }
    #expect(all.map(\.entity) == [0, 1, 2, 3])
    #expect(all.map(\.source) == ["jumin", "kenshin", "jumin", "kenshin"])
    #expect(all.map(\.identifiers) == [0, 0, 1, 1].map { people[$0].identifiers })

    // Protected: what could lead to them is masked. Others: denied.
    let some = try identities(world, run) {
        $0.isProtected
            ? grant(.review, obligations: [.maskAddress, .maskPhone, .maskGuardians, .maskSchool]) : refusal
    }
    #expect(some.map(\.entity) == [0, 1])
    for identity in some {
        let seen = identity.identifiers
        #expect(seen.address == nil && seen.phones.isEmpty && seen.guardians.isEmpty && seen.school == nil)
        #expect(seen.names == people[0].identifiers.names && seen.birth == people[0].identifiers.birth)
    }
    let parts = try identities(world, run) { _ in grant(.review, parts: [.birth]) }
    #expect(parts.allSatisfy { $0.identifiers == Identifiers(birth: people[0].identifiers.birth) })
    #expect(try identities(world, run) { _ in refusal }.isEmpty)
}

@Test func theReadingOfIdentitiesIsInTheAuditTrailBeforeTheFirstIsOpened() throws {
    let world = try World()
    let run = try world.run("r", [Invented("P-1")])
    let read = try world.service.auditedRead(
        .identities, of: run, actor: staff, purposes: [.support { _ in grant(.review) }], at: noon)
    #expect(
        try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"identities.read\"%'") == 1)
    try run.identities(read) { _ in }

    try world.sql("CREATE TRIGGER stop BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END")
    #expect(throws: Fault.self) { _ = try identities(world, run) { _ in grant(.review) } }
}

@Test func aTokenForOneKindOfPassIsRefusedByTheOther() throws {
    let world = try World()
    let run = try world.run("r", [Invented("P-1")])
    let households = try world.service.auditedRead(
        of: run, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
    do {
        try run.identities(households) { _ in Issue.record("an identity was read") }
        Issue.record("the token was taken")
    } catch let fault as Fault { #expect(fault.code == "store.token") }
    let identities = try world.service.auditedRead(
        .identities, of: run, actor: staff, purposes: [.support { _ in grant(.review) }], at: noon)
    do {
        try run.households(identities) { _ in Issue.record("a household was read") }
        Issue.record("the token was taken")
    } catch let fault as Fault { #expect(fault.code == "store.token") }
    for (kind, action) in [(ReadKind.identities, Action.join), (.households, .review)] {
        #expect(
            fault {
                _ = try world.service.auditedRead(
                    kind, of: run, actor: staff, purposes: [.support { _ in grant(action) }], at: noon)
            }?.code == "store.grant")
    }
}

@Test func entitiesAreReadWithoutATokenOnlyWhileTheNightBuildsTheRun() throws {
    let world = try World()
    let people = [Invented("P-1"), Invented("P-2")]
    let run = try world.run("r", people, finished: false)
    #expect(try run.identifiers(ofEntity: 3) == people[1].identifiers)
    try run.finish()
    #expect(fault { _ = try run.identifiers(ofEntity: 0) }?.code == "run.built")
}
