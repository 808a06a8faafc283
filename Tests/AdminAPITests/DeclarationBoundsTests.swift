import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("What a declaration does not open, and what is kept of the attempt")
struct DeclarationBoundsTests {
    private static let adult: PersonID = "P-GROWN"
    private static let sibling: PersonID = "P-SIBLING"

    private func world(_ users: UserID...) throws -> World {
        try World(
            users[0], users.count > 1 ? users[1] : users[0], users.count > 2 ? users[2] : users[0],
            pupils: ["P-PUPIL"],
            kin: [
                (Self.adult, Day(1990, 5, 1)), (Self.sibling, Day(2019, 8, 3)), ("P-NOBIRTH", nil),
                ("P-EIGHTEEN", World.day.adding(months: -12 * 18)),
                ("P-SEVENTEEN", World.day.adding(months: -12 * 18 + 1)),
            ])
    }

    @Test(
        "an emergency opens children alone: no adult, and nobody of unknown age whom no school register names"
    )
    func children() throws {
        let office = Office(try world("center"))
        let center = try office.browser("center")
        for whom in [Self.adult.rawValue, "kenshin_20261001.csv:6", "P-EIGHTEEN", "P-NOBIRTH"] {
            let answer = office.declare(center, whom)
            #expect(answer.status == 422 && answer.text.contains("18歳以上の方か"), "\(whom) \(answer.status)")
            let event = try office.event("declaration.begin")
            #expect(event["outcome"] == "deny" && event["references"]?["declaration"] == nil)
        }
        for whom in [Self.sibling.rawValue, "P-PUPIL", "P-SEVENTEEN", "P-OPEN"] {
            #expect(office.declare(center, whom).status == 303, "\(whom)")
        }
    }

    @Test("who reviews sees in numbers whom it opened")
    func whom() throws {
        let office = Office(try world("center", "privacy"))
        let (center, privacy) = (try office.browser("center"), try office.browser("privacy"))
        #expect(office.declare(center, office.world.cases[0]).status == 303)
        #expect(office.declare(center, "kenshin_20261001.csv:4").status == 303)
        let page = privacy.get("/declarations").text
        for text in [
            "P-OPEN　18歳未満", "ケース: \(office.world.cases[0])", "P-QUIET　18歳未満", "ケースはありません",
            "書かれた番号: kenshin_20261001.csv:4", "P-GROWN", "P-SIBLING",
        ] { #expect(page.contains(text), "\(text)") }
        for secret in World.personal where secret != "未受診" { #expect(!page.contains(secret), "\(secret)") }
        let list = privacy.get("/api/v1/declarations")
        #expect(Schema.named("DeclarationList").mismatch(list.json) == nil)
        #expect(list.text.contains("\"isMinor\":true") && list.text.contains("P-QUIET"))
        #expect(page.contains("<option value=\"\">選んでください</option>") || !page.contains("<option"))
        _ = center.post("/declarations/1/end", ["csrf": center.csrf])
        #expect(privacy.get("/declarations").text.contains("<option value=\"\">選んでください</option>"))
    }

    @Test("notes follow who the person is today, are of emergencies alone")
    func notes() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(office.declare(center, "P-OPEN").status == 303)
        #expect(center.post("/declarations/1/notes", ["csrf": center.csrf, "note": "祖母宅にいる"]).status == 303)
        try office.world.store.transaction { database in
            // A merge that was taken back: both live.
            try database.statement(
                "INSERT INTO person_merge(absorbed, survivor) VALUES ('P-OPEN', 'P-QUIET')"
            )
            .run()
            try database.statement(
                """
                INSERT INTO declaration(kind, user, session, person, reason, minutes, at, needs_second, overrides)
                SELECT 'unlock', user, session, 'P-QUIET', reason, 10, at, 1, '[]' FROM declaration
                """
            ).run()
            try database.statement(
                "INSERT INTO declaration_step(declaration, what, user, at, words) VALUES (2, 'note', 'center', 1, '伏せた所')"
            ).run()
        }
        #expect(office.declare(center, "P-QUIET").header("Location") == "/declarations/3")
        let page = center.get("/declarations/3").text
        #expect(page.contains(World.quietName) && !page.contains("祖母宅にいる") && !page.contains("伏せた所"))
        #expect(center.get("/declarations/1").text.contains("祖母宅にいる"))
    }

    @Test("a member of the household whose own use is stopped is left out, and that is said")
    func household() throws {
        let office = Office(try world("center"))
        let center = try office.browser("center")
        try office.refuse(Self.sibling)
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(center.get("/declarations/1").text.contains("ほかに1人は、ご自身の利用停止の申出があるため示しません"))
        let read = center.get("/api/v1/declarations/1").json
        #expect(read["householdWithheld"] == 1)
        guard case .array(let members) = read["household"] else {
            Issue.record("no household")
            return
        }
        #expect(members.count == 4)
        #expect(try office.event("person.read")["counts"]?["withheld"] == 1)
    }

    @Test("saying to have been told is not being told: by this user, in this log-in, not long ago")
    func told() throws {
        let office = Office(try World("center", "other"))
        let (center, again, other) = (
            try office.browser("center"), try office.browser("center"), try office.browser("other")
        )
        try office.refuse("P-OPEN")
        #expect(office.declare(other, "P-OPEN").status == 409)
        #expect(office.declare(again, "P-OPEN").status == 409)
        #expect(office.declare(center, "P-OPEN", despite: "P-OPEN").status == 409, "never told")
        office.clock.pass(minutes: 11)
        #expect(office.declare(center, "P-OPEN", despite: "P-OPEN").status == 409, "told long ago")
        #expect(try office.world.store.declarationCounts(at: office.clock.now).running == 0)
        #expect(office.declare(center, "P-OPEN", despite: "P-OPEN").status == 303)
    }

    @Test("whatever is refused stands as refused in the trail, with the number where there is one")
    func refusals() throws {
        let office = Office(try World("center", "other", "privacy", "unit", "second"))
        let (center, other) = (try office.browser("center"), try office.browser("other"))
        let (privacy, unit, second) = (
            try office.browser("privacy"), try office.browser("unit"), try office.browser("second")
        )
        func refused(_ what: String, _ number: String?, line: Int = #line) throws {
            let event = try office.event(what)
            #expect(event["outcome"] == "deny", "\(what) line \(line)")
            let expected = number.map(JSON.string)
            #expect(event["references"]?["declaration"] == expected, "\(what) line \(line)")
        }
        let nobody = office.declare(center, "P-NOBODY")
        #expect(nobody.status == 422 && nobody.text.contains("「だれについて」") && !nobody.text.contains("whom」"))
        try refused("declaration.begin", nil)
        #expect(office.declare(unit, "P-OPEN", at: "/unlocks").status == 422)
        try refused("declaration.begin", nil)
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(office.declare(center, "P-QUIET").status == 409)
        try refused("declaration.begin", nil)
        let theirs = other.get("/declarations/1")
        try refused("person.read", "K-1")
        #expect(try office.event("person.read")["purpose"] == "emergency")
        let none = other.get("/declarations/99")
        #expect(theirs.status == 403 && none.status == 403)
        #expect(theirs.text.replacing(other.csrf, with: "") == none.text.replacing(other.csrf, with: ""))
        try refused("person.read", nil)
        #expect(other.post("/declarations/1/notes", ["csrf": other.csrf, "note": "見た"]).status == 403)
        try refused("declaration.note", "K-1")
        #expect(center.post("/declarations/1/notes", ["csrf": center.csrf, "note": " "]).status == 422)
        try refused("declaration.note", "K-1")
        #expect(other.post("/declarations/1/end", ["csrf": other.csrf]).status == 404)
        try refused("declaration.end", "K-1")
        _ = center.post("/declarations/1/end", ["csrf": center.csrf])
        for status in [303, 409] {
            #expect(
                privacy.post(
                    "/declarations/1/review",
                    ["csrf": privacy.csrf, "finding": "appropriate", "words": "通話の記録と照らした"]
                ).status == status)
        }
        try refused("declaration.review", "K-1")
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        office.clock.pass(minutes: 11)
        #expect(
            second.post("/declarations/2/confirm", ["csrf": second.csrf, "password": World.password]).status
                == 409)
        try refused("declaration.confirm", "K-2")
        #expect(try office.world.store.auditVerify().problems.isEmpty)
    }

    @Test("numbers are read as they come from a telephone")
    func telephone() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        let spoken = String(
            office.world.cases[0].lowercased().map { $0 == "0" ? "O" : $0 == "1" ? "l" : $0 }
        ).replacing("-", with: "－")
        #expect(office.declare(center, spoken, minutes: "３０").status == 303, "\(spoken)")
        #expect(try office.event("declaration.begin")["references"]?["minutes"] == "30")
        #expect(office.declare(center, "　ｐ－ｑｕｉｅｔ ").status == 303)
        #expect(office.declare(center, "ｋｅｎｓｈｉｎ＿２０２６１００１．ｃｓｖ：３").status == 303)
    }

    @Test("who would see nothing more for another role of theirs is told so before a second person is asked")
    func otherRole() throws {
        let office = Office(try World("unit", "second"))
        let unit = try office.browser("unit")
        try office.world.store.setRoles(
            ["protection-unit", "center-staff"], of: "unit", by: .user("cli:root"), at: office.clock.now)
        let answer = office.declare(unit, "P-HIDDEN", at: "/unlocks")
        let title = try #require(office.world.guideline.roles["center-staff"]?.title)
        #expect(answer.status == 403 && answer.text.contains(title), "\(answer.text)")
        #expect(try office.event("declaration.begin")["outcome"] == "deny")
    }

    @Test("a second person who is shut out is told to wait, not that the password is wrong")
    func shutOut() throws {
        let office = Office(try World("unit", "second"))
        let (unit, second) = (try office.browser("unit"), try office.browser("second"))
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        func confirm(_ password: String) -> Response {
            second.post("/declarations/1/confirm", ["csrf": second.csrf, "password": password])
        }
        for _ in 0..<5 { #expect(confirm("違うパスワード").status == 422) }
        let answer = confirm(World.password)
        #expect(answer.status == 422 && answer.text.contains("5分ほど"))
    }

    @Test("ends with the log-in: the banner tells no more, and another password ends it")
    func logIn() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        for _ in 0..<35 {
            office.clock.pass(minutes: 20)
            #expect(center.get("/cases").status == 200)
        }
        office.clock.pass(minutes: 10)
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(center.get("/cases").text.contains("あと10分"))
        try office.world.store.setPassword(
            World.password + " 二つ目", of: "center", by: .user("cli:root"), at: office.clock.now)
        let counts = try office.world.store.declarationCounts(at: office.clock.now)
        #expect(counts.running == 0 && counts.awaitingReview == 1)
    }

    @Test("gives nothing from the next request on once the role is taken away, and ends with the user")
    func roleAndUser() throws {
        let office = Office(try World("center", "privacy"))
        let (center, privacy) = (try office.browser("center"), try office.browser("privacy"))
        let store = office.world.store
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(center.get("/declarations/1").text.contains(World.quietName))
        try store.setRoles(["linkage-officer"], of: "center", by: .user("cli:root"), at: office.clock.now)
        for path in ["/declarations/1", "/api/v1/declarations/1"] {
            let answer = center.get(path)
            #expect(answer.status == 403 && !answer.text.contains(World.quietName), "\(path)")
        }
        #expect(try office.event("person.read")["outcome"] == "deny")
        try store.setRoles(["center-staff"], of: "center", by: .user("cli:root"), at: office.clock.now)
        #expect(center.get("/declarations/1").status == 200)
        try store.removeUser("center", by: .user("cli:root"), at: office.clock.now)
        #expect(center.get("/declarations/1").status == 303, "to the log-in")
        let counts = try store.declarationCounts(at: office.clock.now)
        #expect(counts.running == 0 && counts.awaitingReview == 1)
        #expect(privacy.get("/declarations").text.contains("K-1"))
    }
}
