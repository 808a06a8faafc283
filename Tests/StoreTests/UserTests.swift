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
    #expect(try world.service.logIn(user: "sato", password: password + "!", at: minutes(4.9)).session != nil)
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

@Suite struct WeakPasswordTests {
    @Test(arguments: [
        ("aaaaaaaaaaaa", "文字の種類"), ("abababababab", "文字の種類"), ("111122223333", "文字の種類"),
        ("minatominato", "繰り返し"), ("海山川空森海山川空森海山川空森", "繰り返し"), ("12345a12345a", "繰り返し"),
        ("123456789012", "順に"), ("abcdefghijkl", "順に"), ("lkjihgfedcba", "順に"), ("qwertyuiopas", "順に"),
        ("qwertyuiop@[", "順に"), ("tanaka-tanaka-1", "利用者ID"), ("tanaka20261001", "利用者ID"),
        ("TANAKA!!!2026", "利用者ID"), ("password12345", "よく使われる"), ("P@ssw0rd2026!", "よく使われる"),
        ("Admin-2026-10", "よく使われる"), ("welcome2026!!", "よく使われる"), ("パスワード2026年10月", "よく使われる"),
        ("renkei-kodomo-1", "よく使われる"),
    ])
    func whatAnybodyWouldTryFirstIsRefusedWithItsReason(word: String, reason: String) throws {
        let world = try World()
        let fault = fault {
            try world.service.addUser(
                "tanaka", displayName: "田中", roles: [], password: word, by: operating, at: noon)
        }
        #expect(fault?.code == "user.password-weak", "\(word)")
        #expect(fault?.message.contains(reason) == true, "\(word): \(fault?.message ?? "")")
        #expect(fault?.description.contains(word) == false)
    }

    @Test(arguments: [
        "若葉の道をゆっくり歩く!", "correct horse battery", "tanaka likes green tea", "My password is green tea",
        "k7#mQ2x!vB9z", "雨の火曜に鯖を二匹買う", "abcdefg-umi-to-yama", "19850423-hana-machi",
    ])
    func aPasswordOfSeveralWordsIsTaken(word: String) {
        #expect(WeakPassword(word, names: ["tanaka", "田中"]) == nil)
    }

    @Test func randomPasswordsAreTaken() {
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        for _ in 0..<caseCount(1_000) {
            let word = String(
                (0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
            #expect(
                WeakPassword(word, names: ["center", "こども家庭センター 見本"]) == nil, "seed \(testSeed): \(word)")
        }
    }
}

@Test func theLastWhoSeesWhoReadsWhatStays() throws {
    let world = try World()
    func add(_ id: UserID, _ roles: [RoleID]) throws {
        try world.service.addUser(
            id, displayName: "あ", roles: roles, password: password + "!", by: operating, at: noon)
    }
    func refusal(_ change: () throws -> Void) -> String? { fault(change)?.code }
    try add("hogo", ["privacy-officer"])
    try add("sato", ["center-staff"])
    #expect(refusal { try world.service.removeUser("hogo", by: operating, at: noon) } == "user.last-officer")
    #expect(
        refusal { try world.service.setRoles(["center-staff"], of: "hogo", by: operating, at: noon) }
            == "user.last-officer")
    try world.service.setRoles(["privacy-officer", "center-staff"], of: "hogo", by: operating, at: noon)
    try world.service.removeUser("sato", by: operating, at: noon)

    try add("suzuki", ["privacy-officer"])
    try world.service.removeUser("hogo", by: operating, at: noon)
    // Who was removed is no officer any more.
    #expect(
        refusal { try world.service.removeUser("suzuki", by: operating, at: noon) } == "user.last-officer")
    #expect(try world.service.users(by: operating, at: noon).first { $0.id == "suzuki" }?.removedAt == nil)
}
