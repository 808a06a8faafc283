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
        "tanaka", displayName: "田中", roles: ["staff", "lead"], password: password + "!", by: operating,
        at: noon)
    #expect(try world.service.logIn(user: "tanaka", password: password, at: noon).session == nil)
    let new = try #require(
        try world.service.logIn(user: "tanaka", password: password + "!", at: noon).session)
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
    try world.service.addUser(
        "tanaka", displayName: "田中", roles: [], password: password + "!", by: operating, at: noon)
    let new = try #require(
        try world.service.logIn(user: "tanaka", password: password + "!", at: noon).session)
    for minute in stride(from: 25.0, to: 720, by: 25) {
        #expect(try world.service.session(token: new.token, at: minutes(minute)) != nil, "\(minute)")
    }
    #expect(try world.service.session(token: new.token, at: minutes(720)) == nil)
    let other = try #require(
        try world.service.logIn(user: "tanaka", password: password + "!", at: noon).session)
    #expect(try world.service.session(token: other.token, at: minutes(30)) == nil)
}

@Test(
    "Five failures shut a name out for five minutes, alike whether anybody has it",
    arguments: ["tanaka", "nobody"])
func failuresShutOut(name: String) throws {
    let world = try World()
    for user: UserID in ["tanaka", "sato"] {
        try world.service.addUser(
            user, displayName: "あ", roles: [], password: password + "!", by: operating, at: noon)
    }
    func answer(_ minute: Double, _ word: String = wrong) throws -> LogInAnswer {
        try world.service.logIn(user: UserID(name), password: word, at: minutes(minute))
    }
    for _ in 0..<4 { #expect(try answer(0) == .wrong) }
    #expect(try answer(0) == .wait)
    #expect(try answer(4.9, password + "!") == .wait)
    #expect(try world.service.logIn(user: "sato", password: password + "!", at: noon).session != nil)
    if name == "tanaka" {
        #expect(try answer(5, password + "!").session != nil)
    } else {
        #expect(try answer(5, password + "!") == .wrong)
    }
    // An hour without one, and they are forgotten.
    for _ in 0..<3 { #expect(try answer(10) == .wrong) }
    for _ in 0..<4 { #expect(try answer(71) == .wrong) }
    #expect(try world.count("SELECT count(*) FROM log_in_failure") == 1)
}

@Test func anOperatorUnlocksAUser() throws {
    let world = try World()
    try world.service.addUser(
        "a", displayName: "あ", roles: [], password: password + "!", by: operating, at: noon)
    for _ in 0..<5 { _ = try world.service.logIn(user: "a", password: wrong, at: noon) }
    #expect(try world.service.users(by: operating, at: noon).map(\.isLocked) == [true])
    try world.service.unlock("a", by: operating, at: noon)
    #expect(try world.service.users(by: operating, at: noon).map(\.isLocked) == [false])
    #expect(try world.service.logIn(user: "a", password: password + "!", at: noon).session != nil)
}

@Test func newRolesCountFromTheNextRequestOn() throws {
    let world = try World()
    try world.service.addUser(
        "a", displayName: "あ", roles: ["staff", "lead"], password: password + "!", by: operating, at: noon)
    let session = try #require(try world.service.logIn(user: "a", password: password + "!", at: noon).session)
    try world.service.setRoles(["school", "school"], of: "a", by: operating, at: noon)
    #expect(try world.service.session(token: session.token, at: noon)?.roles == ["school"])
    #expect(
        try world.count(
            "SELECT count(*) FROM audit_event WHERE event LIKE '%user:cli:root%\"roles\":\"school\"%user.roles%'"
        ) == 1)
}

@Test func aNewPasswordEndsTheSessionsOfTheOldOne() throws {
    let world = try World()
    for user: UserID in ["a", "b"] {
        try world.service.addUser(
            user, displayName: "あ", roles: [], password: password + "!", by: operating, at: noon)
    }
    let tokens = try ["a", "b"].map {
        try #require(try world.service.logIn(user: $0, password: password + "!", at: noon).session).token
    }
    try world.service.setPassword(password + "?", of: "a", by: operating, at: noon)
    #expect(try world.service.session(token: tokens[0], at: noon) == nil)
    #expect(try world.service.session(token: tokens[1], at: noon) != nil)
    #expect(try world.service.logIn(user: "a", password: password + "!", at: noon).session == nil)
    #expect(try world.service.logIn(user: "a", password: password + "?", at: noon).session != nil)
    #expect(
        fault { try world.service.setPassword("short", of: "a", by: operating, at: noon) }?.code
            == "user.password")
}

@Test func aRemovedUserIsOutAtOnceAndTheNameIsNobodyElses() throws {
    let world = try World()
    try world.service.addUser(
        "a", displayName: "あきら", roles: ["staff"], password: password + "!", by: operating, at: noon)
    let session = try #require(try world.service.logIn(user: "a", password: password + "!", at: noon).session)
    try world.service.removeUser("a", by: operating, at: noon)
    #expect(try world.service.session(token: session.token, at: noon) == nil)
    #expect(try world.service.logIn(user: "a", password: password + "!", at: noon) == .wrong)
    #expect(try world.service.logIn(user: "a", password: "", at: noon) == .wrong)
    let user = try #require(try world.service.users(by: operating, at: noon).first)
    #expect(user.displayName == "あきら" && user.removedAt == noon && user.roles.isEmpty)
    let again = fault {
        try world.service.addUser(
            "a", displayName: "別", roles: [], password: password + "!", by: operating, at: noon)
    }
    #expect(again?.code == "user.removed")
    for change: (UserID) throws -> Void in [
        { try world.service.removeUser($0, by: operating, at: noon) },
        { try world.service.unlock($0, by: operating, at: noon) },
        { try world.service.setRoles(["staff"], of: $0, by: operating, at: noon) },
        { try world.service.setPassword(password + "!", of: $0, by: operating, at: noon) },
    ] {
        for id: UserID in ["a", "nobody"] { #expect(fault { try change(id) }?.kind == .notFound) }
    }
    let words = ["user.add", "user.remove", "user.list"]
    for word in words {
        #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\(word)%'") == 1)
    }
}

@Test func anUnknownNameIsRefusedAndNotWrittenDown() throws {
    let world = try World()
    #expect(try world.service.logIn(user: "himitsu-no-kotoba", password: wrong, at: noon).session == nil)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%himitsu%'") == 0)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%user:unknown%'") == 1)
}

@Test func aUserIsAddedOnceAndWithALongPassword() throws {
    let world = try World()
    #expect(
        fault {
            try world.service.addUser(
                "a", displayName: "あ", roles: [], password: "short", by: operating, at: noon)
        }?
        .code
            == "user.password")
    try world.service.addUser(
        "a", displayName: "あ", roles: [], password: password + "!", by: operating, at: noon)
    #expect(
        fault {
            try world.service.addUser(
                "a", displayName: "あ", roles: [], password: password + "!", by: operating, at: noon)
        }?.code
            == "user.exists")
}

@Test(arguments: [
    ("佐藤　花子", true), ("O'Brien", true), ("Jean-Luc B.", true), ("こども家庭センター 見本", true), ("", false),
    ("　 ", false),
    ("佐藤（sato）", false), ("a\n令和8年11月21日", false), ("a\u{202E}b", false), ("a／b", false),
    (String(repeating: "あ", count: 41), false),
])
func aNameCannotForgeALineOfTheListOfReads(name: String, isTaken: Bool) throws {
    let world = try World()
    let fault = fault {
        try world.service.addUser(
            "a", displayName: name, roles: [], password: password + "!", by: operating, at: noon)
    }
    #expect(fault?.code == (isTaken ? nil : "user.name"))
}
