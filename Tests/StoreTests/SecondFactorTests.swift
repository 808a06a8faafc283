import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let password = "若葉の道をゆっくり歩く!"

/// What an authenticator holds.
private struct Authenticator {
    let secret: [UInt8]

    init(_ offer: SecondFactorOffer) throws {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = try offer.key.flatMap { letter in
            let value = try #require(alphabet.firstIndex(of: letter))
            return (0..<5).reversed().map { value >> $0 & 1 }
        }
        secret = stride(from: 0, through: bits.count - 8, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
        }
        #expect(TimeCode.base32(secret) == offer.key)
    }

    func code(_ at: Date) -> String { TimeCode.code(secret, step: TimeCode.step(at: at)) }
}

private func later(_ seconds: Double) -> Date { noon.addingTimeInterval(seconds) }

@Suite struct SecondFactorTests {
    private func office() throws -> World {
        let world = try World()
        try world.service.addUser(
            "tanaka", displayName: "田中", roles: ["staff"], password: password, by: operating, at: noon)
        return world
    }

    private func logIn(
        _ world: borrowing World, _ code: String, at: Date = noon, password word: String = password
    ) throws -> LogInAnswer {
        try world.service.logIn(user: "tanaka", password: word, code: code, at: at)
    }

    @Test func whoRegisteredOneGetsInByPasswordAndCodeAlone() throws {
        let world = try office()
        let before = try #require(try logIn(world, "").session)
        let (offer, recovery) = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        let app = try Authenticator(offer)
        #expect(recovery.count == 10 && Set(recovery).count == 10)
        #expect(try world.service.session(token: before.token, at: noon) == nil, "made without it")
        #expect(try logIn(world, "") == .wrong && logIn(world, "000000", at: later(1)) == .wrong)
        #expect(try logIn(world, app.code(noon), password: password + "x") == .wrong)
        let session = try #require(try logIn(world, app.code(noon)).session)
        #expect(try world.service.session(token: session.token, at: noon)?.hasSecondFactor == true)
    }

    @Test func aCodeIsTakenOnceAndNoneOfBeforeItAfterwards() throws {
        let world = try office()
        let app = try Authenticator(
            try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon).offer)
        let codes = [-60, -30, 0, 30, 60].map { app.code(later($0)) }
        #expect(try logIn(world, codes[0]) == .wrong && logIn(world, codes[4]) == .wrong)
        #expect(try logIn(world, codes[2]).session != nil)
        #expect(try logIn(world, codes[2]) == .wrong && logIn(world, codes[1]) == .wrong)
        #expect(try logIn(world, codes[3]).session != nil, "the step after it")
        #expect(try logIn(world, codes[3], at: later(30)) == .wrong)
    }

    @Test func aRecoveryCodeLetsInOnceHoweverItIsTyped() throws {
        let world = try office()
        let (_, recovery) = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        #expect(try logIn(world, " " + recovery[3].lowercased()).session != nil)
        #expect(try logIn(world, recovery[3]) == .wrong)
        #expect(try logIn(world, recovery[4].replacing("-", with: "")).session != nil)
        let account = try #require(try world.service.users(by: operating, at: noon).first)
        #expect(account.recoveryCodes == 8)
        // Another's is worth nothing.
        try world.service.addUser(
            "sato", displayName: "佐藤", roles: ["staff"], password: password, by: operating, at: noon)
        _ = try world.service.registerSecondFactor(of: "sato", by: operating, at: noon)
        #expect(
            try world.service.logIn(user: "sato", password: password, code: recovery[5], at: noon) == .wrong)
    }

    @Test func wrongCodesAreCountedLikeWrongPasswords() throws {
        let world = try office()
        let (offer, recovery) = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        let app = try Authenticator(offer)
        for _ in 0..<2 { #expect(try logIn(world, "", password: "ちがうことばをいれてみる") == .wrong) }
        for _ in 0..<2 { #expect(try logIn(world, "999") == .wrong) }
        #expect(try logIn(world, "999") == .wait)
        #expect(try logIn(world, app.code(noon)) == .wait && logIn(world, recovery[0]) == .wait)
        #expect(try logIn(world, recovery[0], at: later(301)).session != nil, "refused, it was not used up")
    }

    @Test func theTerminalAsksForNoCode() throws {
        let world = try office()
        _ = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        #expect(try world.service.identify(user: "tanaka", password: password, at: noon).user == "tanaka")
    }

    @Test func whoIsLoggedInRegistersAndGetsAnotherToken() throws {
        let world = try office()
        let old = try #require(try logIn(world, "").session)
        let offer = world.service.secondFactorOffer(for: "tanaka", token: old.token)
        #expect(offer == world.service.secondFactorOffer(for: "tanaka", token: old.token))
        #expect(offer != world.service.secondFactorOffer(for: "tanaka", token: old.csrf))
        let app = try Authenticator(offer)
        #expect(try world.service.registerSecondFactor(token: old.token, code: "000000", at: noon) == nil)
        let done = try #require(
            try world.service.registerSecondFactor(token: old.token, code: app.code(noon), at: noon))
        #expect(try world.service.session(token: old.token, at: noon) == nil)
        #expect(try world.service.session(token: done.session.token, at: noon)?.hasSecondFactor == true)
        #expect(try logIn(world, app.code(noon)) == .wrong, "the code that registered is used up")
        #expect(try logIn(world, app.code(later(30)), at: later(30)).session != nil)
        let again = world.service.secondFactorOffer(for: "tanaka", token: done.session.token)
        #expect(
            try #require(throws: Fault.self) {
                try world.service.registerSecondFactor(
                    token: done.session.token, code: Authenticator(again).code(noon), at: noon)
            }.code == "second-factor.registered")
    }

    @Test func aResetTakesItAwayAndEndsTheLogIns() throws {
        let world = try office()
        let (offer, recovery) = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        let session = try #require(try logIn(world, try Authenticator(offer).code(noon)).session)
        try world.service.resetSecondFactor(of: "tanaka", by: operating, at: noon)
        #expect(try world.service.session(token: session.token, at: noon) == nil)
        #expect(try logIn(world, "").session != nil)
        #expect(throws: Fault.self) {
            try world.service.resetSecondFactor(of: "tanaka", by: operating, at: noon)
        }
        let anew = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        #expect(anew.offer != offer && Set(anew.recovery).isDisjoint(with: recovery))
        #expect(try logIn(world, recovery[0]) == .wrong)
    }

    @Test func theFileHoldsNeitherSecretNorRecoveryCode() throws {
        let world = try office()
        let (offer, recovery) = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        let file = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
        let log = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite-wal")))
        let app = try Authenticator(offer)
        for secret in [app.secret, Array(offer.key.utf8)] + recovery.map({ Array($0.utf8) }) {
            #expect((file + log).range(of: Data(secret)) == nil)
        }
    }

    @Test func whatIsSealedAnewStillFits() throws {
        let world = try office()
        let app = try Authenticator(
            try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon).offer)
        _ = try world.service.reseal(reason: "鍵の控えの紛失", actor: operating, at: noon, threads: 1)
        #expect(
            try world.service.exclusively {
                try $0.statement("SELECT root FROM second_factor").first { $0.int(0) }
            } == 2)
        #expect(try logIn(world, app.code(noon)).session != nil)
    }

    @Test func aRemovedUserLeavesNothingToLogInBy() throws {
        let world = try office()
        _ = try world.service.registerSecondFactor(of: "tanaka", by: operating, at: noon)
        try world.service.removeUser("tanaka", by: operating, at: noon)
        for table in ["second_factor", "recovery_code", "session"] {
            #expect(
                try world.service.exclusively {
                    try $0.statement("SELECT count(*) FROM \(table)").first { $0.int(0) }
                } == 0)
        }
    }
}

@Suite struct LogInListTests {
    @Test func aLogInIsEndedByItsNumberAndByItsOwnerAlone() throws {
        let world = try World()
        for user in ["tanaka", "sato"] {
            try world.service.addUser(
                UserID(user), displayName: user, roles: ["staff"], password: password, by: operating, at: noon
            )
        }
        func logIn(_ user: UserID) throws -> NewSession {
            try #require(try world.service.logIn(user: user, password: password, at: noon).session)
        }
        let (first, second, other) = (try logIn("tanaka"), try logIn("tanaka"), try logIn("sato"))
        let own = try world.service.logIns(of: "tanaka", by: nil, at: noon)
        #expect(own.count == 2 && own[0].number > own[1].number)
        #expect(own[0].isOf(token: second.token) && own[1].isOf(token: first.token))
        #expect(try world.service.logIns(of: nil, by: operating, at: noon).count == 3)
        #expect(try world.service.endLogIn(own[1].number, of: "sato", by: .user("sato"), at: noon) == nil)
        #expect(
            try world.service.endLogIn(own[1].number, of: "tanaka", by: .user("tanaka"), at: noon) == "tanaka"
        )
        #expect(try world.service.session(token: first.token, at: noon) == nil)
        #expect(try world.service.endLogIns(of: "tanaka", by: operating, at: noon) == 1)
        #expect(try world.service.session(token: second.token, at: noon) == nil)
        #expect(try world.service.session(token: other.token, at: noon) != nil)
        // A number is never another's later.
        #expect(try logIn("sato").token != other.token)
        #expect(try world.service.logIns(of: "sato", by: nil, at: noon)[0].number == 4)
        #expect(
            try world.service.logIns(of: nil, by: operating, at: later(1801)).isEmpty, "over by themselves")
    }
}

@Suite struct TokenTests {
    private let route = "GET /api/v1/cases"

    private func office() throws -> World {
        let world = try World()
        try world.service.addUser(
            "toukei", displayName: "統計", roles: ["staff"], password: password, by: operating, at: noon)
        return world
    }

    private func use(
        _ world: borrowing World, _ token: String, _ scope: TokenScope? = .casesRead, at: Date = noon
    ) throws -> TokenAnswer {
        try world.service.useToken(token, for: route, scope: scope, at: at)
    }

    @Test func aTokenStandsForItsUserWithinItsScopesUntilItsDay() throws {
        let world = try office()
        let (token, kept) = try world.service.createToken(
            for: "toukei", scopes: [.casesRead, .runsRead], days: 2, by: operating, at: noon)
        #expect(token.hasPrefix(kept.start) && kept.start == "renkei_" + token.dropFirst(7).prefix(4))
        #expect(token.count == 50 && kept.usedOn == nil)
        guard case .welcome(let session) = try use(world, token) else {
            Issue.record("refused")
            return
        }
        #expect(session.user == "toukei" && session.roles == ["staff"] && session.machine == kept.number)
        #expect(try use(world, token, .casesWrite) == .outside && use(world, token, nil) == .outside)
        #expect(try world.service.tokens(by: operating, at: noon).first?.usedOn == Day(inJapanAt: noon))
        try world.service.setRoles(["lead"], of: "toukei", by: operating, at: noon)
        guard case .welcome(let later) = try use(world, token, at: noon + 2 * 86_400 - 1) else {
            Issue.record("refused")
            return
        }
        #expect(later.roles == ["lead"])
        #expect(try use(world, token, at: noon + 2 * 86_400) == .wrong)
    }

    @Test func aTokenEndsAtOnceAndWithItsUser() throws {
        let world = try office()
        let tokens = try (0..<2).map { _ in
            try world.service.createToken(
                for: "toukei", scopes: [.casesRead], days: 365, by: operating, at: noon)
        }
        try world.service.endToken(tokens[0].kept.number, by: operating, at: noon)
        #expect(try use(world, tokens[0].token) == .wrong)
        #expect(throws: Fault.self) {
            try world.service.endToken(tokens[0].kept.number, by: operating, at: noon)
        }
        try world.service.removeUser("toukei", by: operating, at: noon)
        #expect(try use(world, tokens[1].token) == .wrong)
        #expect(try world.service.tokens(by: operating, at: noon).allSatisfy { $0.endedAt != nil })
    }

    @Test func wrongTokensWaitTogetherAndRightOnesDoNot() throws {
        let world = try office()
        let (token, _) = try world.service.createToken(
            for: "toukei", scopes: [.casesRead], days: 1, by: operating, at: noon)
        for _ in 0..<20 { #expect(try use(world, "renkei_wrong") == .wrong) }
        let events = try world.service.auditSize()
        for wrong in ["renkei_wrong", "", token + "x"] { #expect(try use(world, wrong) == .wait) }
        #expect(try world.service.auditSize() == events, "the trail is not filled by them")
        guard case .welcome = try use(world, token) else {
            Issue.record("a right one waits for nobody")
            return
        }
        #expect(try use(world, "renkei_wrong", at: noon + 61) == .wrong)
    }

    @Test func everyUseIsInTheTrailWithTheTokensNumber() throws {
        let world = try office()
        let (token, _) = try world.service.createToken(
            for: "toukei", scopes: [.casesRead], days: 1, by: operating, at: noon)
        _ = try use(world, token)
        _ = try use(world, token, .casesWrite)
        var events: [String] = []
        try world.service.exclusively { database in
            try database.statement("SELECT event FROM audit_event WHERE event ->> '$.what' = 'token.use'")
                .rows {
                    events.append($0.text(0))
                }
        }
        #expect(events.count == 2)
        for event in events {
            #expect(event.contains(#""actor":"user:toukei""#) && event.contains(#""token":"T-1""#))
            #expect(event.contains(#""route":"GET /api/v1/cases""#) && !event.contains(token))
        }
        #expect(events[0].contains(#""outcome":"permit""#) && events[1].contains(#""outcome":"deny""#))
        let file = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
        let log = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite-wal")))
        #expect((file + log).range(of: Data(token.utf8)) == nil)
    }
}
