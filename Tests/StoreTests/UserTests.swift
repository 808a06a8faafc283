import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

private let password = "若葉の道をゆっくり歩く"
private let wrong = "ちがうことばをいれてみる"

private func minutes(_ count: Double) -> Date { noon.addingTimeInterval(count * 60) }

@Test func aUserLogsInWorksAndLogsOut() throws {
    let world = try World()
    try world.service.addUser(
        "tanaka", displayName: "田中", roles: ["staff", "lead"], password: password + "!", at: noon)
    #expect(try world.service.logIn(user: "tanaka", password: password, at: noon) == nil)
    let new = try #require(try world.service.logIn(user: "tanaka", password: password + "!", at: noon))
    let session = try #require(try world.service.session(token: new.token, at: noon))
    #expect(session == Session(user: "tanaka", displayName: "田中", roles: ["lead", "staff"], csrf: new.csrf))
    #expect(new.token.count == 43 && new.csrf != new.token)
    // A role taken away counts from the next request on.
    try world.sql("DELETE FROM user_role WHERE role = 'lead'")
    #expect(try world.service.session(token: new.token, at: noon)?.roles == ["staff"])
    #expect(try world.service.session(token: new.csrf, at: noon) == nil)
    try world.service.logOut(token: new.token, at: noon)
    #expect(try world.service.session(token: new.token, at: noon) == nil)
    try world.service.logOut(token: new.token, at: noon)
    for secret in [new.token, new.csrf, password] {
        let file = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
        let log = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite-wal")))
        #expect((file + log).range(of: Data(secret.utf8)) == nil)
    }
}

@Test func aSessionEndsAfterHalfAnHourIdleAndAfterTwelveHoursInAnyCase() throws {
    let world = try World()
    try world.service.addUser("tanaka", displayName: "田中", roles: [], password: password + "!", at: noon)
    let new = try #require(try world.service.logIn(user: "tanaka", password: password + "!", at: noon))
    for minute in stride(from: 25.0, to: 720, by: 25) {
        #expect(try world.service.session(token: new.token, at: minutes(minute)) != nil, "\(minute)")
    }
    #expect(try world.service.session(token: new.token, at: minutes(720)) == nil)
    let other = try #require(try world.service.logIn(user: "tanaka", password: password + "!", at: noon))
    #expect(try world.service.session(token: other.token, at: minutes(30)) == nil)
}

@Test func fiveFailuresShutAUserOutForFiveMinutesAndOthersNot() throws {
    let world = try World()
    for user: UserID in ["tanaka", "sato"] {
        try world.service.addUser(user, displayName: "", roles: [], password: password + "!", at: noon)
    }
    for _ in 0..<5 { #expect(try world.service.logIn(user: "tanaka", password: wrong, at: noon) == nil) }
    #expect(try world.service.logIn(user: "tanaka", password: password + "!", at: minutes(4.9)) == nil)
    #expect(try world.service.logIn(user: "sato", password: password + "!", at: noon) != nil)
    #expect(try world.service.logIn(user: "tanaka", password: password + "!", at: minutes(5)) != nil)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%session.refuse%'") == 6)
}

@Test func anUnknownNameIsRefusedAndNotWrittenDown() throws {
    let world = try World()
    #expect(try world.service.logIn(user: "himitsu-no-kotoba", password: wrong, at: noon) == nil)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%himitsu%'") == 0)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%user:unknown%'") == 1)
}

@Test func aUserIsAddedOnceAndWithALongPassword() throws {
    let world = try World()
    #expect(
        fault { try world.service.addUser("a", displayName: "", roles: [], password: "short", at: noon) }?
            .code
            == "user.password")
    try world.service.addUser("a", displayName: "", roles: [], password: password + "!", at: noon)
    #expect(
        fault {
            try world.service.addUser("a", displayName: "", roles: [], password: password + "!", at: noon)
        }?.code
            == "user.exists")
}
