import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("What two persons open")
struct UnlockTests {
    private func confirm(_ browser: Browser, _ number: Int = 1, password: String = World.password) -> Response
    {
        browser.post("/declarations/\(number)/confirm", ["csrf": browser.csrf, "password": password])
    }

    private func opened(_ browser: Browser, _ number: Int = 1) -> Bool {
        let answers = ["/declarations/\(number)", "/api/v1/declarations/\(number)"].map { browser.get($0) }
        let sees = answers.map { $0.text.contains("秘密野三丁目99-8 かくれ荘") }
        #expect(sees[0] == sees[1] && answers.allSatisfy { $0.status == (sees[0] ? 200 : 403) })
        return sees[0]
    }

    @Test("is seen by who asked, in that log-in, for ten minutes from the second person's word")
    func opens() throws {
        let office = Office(try World("unit", "second", "center"))
        let (unit, second) = (try office.browser("unit"), try office.browser("second"))
        let (sameUser, center) = (try office.browser("unit"), try office.browser("center"))
        #expect(unit.get("/").header("Location") == "/unlocks")
        #expect(!second.get("/unlocks").text.contains("支援措置の開示（"))
        let asked = office.declare(unit, "P-HIDDEN", at: "/unlocks")
        #expect(asked.status == 303 && asked.header("Location") == "/unlocks", "\(asked.text)")
        #expect(!opened(unit) && unit.get("/unlocks").text.contains("確認を待っているもの"))
        #expect(try office.event("declaration.begin")["purpose"] == "safety")

        let waiting = second.get("/unlocks").text
        for text in ["支援措置の開示（1）", "架空 unit", Office.reason, "P-HIDDEN"] {
            #expect(waiting.contains(text), "\(text)")
        }
        for secret in World.personal { #expect(!waiting.contains(secret)) }
        #expect(!center.get("/cases").text.contains("（1）"))
        #expect(confirm(second, password: "違うパスワード").status == 422)
        #expect(
            confirm(unit).status == 403 && confirm(sameUser).status == 403)
        #expect(!opened(unit))
        #expect(confirm(center).status == 409)
        #expect(try office.event("declaration.confirm")["outcome"] == "deny")
        #expect(confirm(second).status == 303)
        let confirmed = try office.event("declaration.confirm")
        #expect(confirmed["references"]?["declaration"] == "K-1" && confirmed["actor"] == "user:second")
        #expect(confirmed["purpose"] == "safety" && confirmed["outcome"] == "permit")
        #expect(confirm(second).status == 409, "once")

        #expect(opened(unit))
        for text in ["09099998888", "隠里　まもる", "ひみつ小学校", "支援措置の開示の申告中です（K-1）"] {
            #expect(unit.get("/declarations/1").text.contains(text), "\(text)")
        }
        let read = try office.event("person.read")
        #expect(read["purpose"] == "safety" && read["references"]?["declaration"] == "K-1")
        #expect(read["outcome"] == "permit")
        for other in [second, sameUser, center] { #expect(!opened(other)) }
        for path in ["/cases", "/emergencies", "/api/v1/cases", "/cases/\(office.world.cases[1])"] {
            for secret in World.secrets { #expect(!unit.get(path).text.contains(secret)) }
        }
        office.clock.pass(minutes: 9.9)
        #expect(opened(unit))
        office.clock.pass(minutes: 0.1)
        #expect(!opened(unit))
    }

    @Test("waits ten minutes for the second person and no longer")
    func patience() throws {
        let office = Office(try World("unit", "second", "privacy"))
        let (unit, second) = (try office.browser("unit"), try office.browser("second"))
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        office.clock.pass(minutes: 10)
        #expect(!second.get("/unlocks").text.contains("P-HIDDEN"))
        #expect(confirm(second).status == 409 && !opened(unit))
        #expect(try office.browser("privacy").get("/declarations").text.contains("確認がないまま終わりました"))
        // It was taken back.
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        #expect(unit.post("/declarations/2/end", ["csrf": unit.csrf]).status == 303)
        #expect(confirm(second, 2).status == 409 && !opened(unit, 2))
    }

    @Test("is somebody under 支援措置, found by case, person or row, never by another person's record")
    func whom() throws {
        let office = Office(try World("unit", "second", "center"))
        let (unit, second) = (try office.browser("unit"), try office.browser("second"))
        for whom in ["P-OPEN", "P-QUIET", office.world.cases[0], "P-NOBODY"] {
            #expect(office.declare(unit, whom, at: "/unlocks").status == 422, "\(whom)")
        }
        for (index, whom) in [office.world.cases[1], "kenshin_20261001.csv:3", "P-HIDDEN"].enumerated() {
            let number = index + 1
            #expect(office.declare(unit, whom, at: "/unlocks").status == 303, "\(whom)")
            #expect(confirm(second, number).status == 303)
            #expect(opened(unit, number))
            #expect(unit.post("/declarations/\(number)/end", ["csrf": unit.csrf]).status == 303)
            #expect(!opened(unit, number))
        }
        #expect(unit.get("/declarations/3").status == 403)
        let center = try office.browser("center")
        #expect(center.get("/unlocks").status == 403)
        #expect(office.declare(center, "P-HIDDEN", at: "/unlocks").status == 403)
        // No note is kept of what two persons opened.
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        #expect(confirm(second, 4).status == 303 && opened(unit, 4))
        #expect(unit.post("/declarations/4/notes", ["csrf": unit.csrf, "note": "住所"]).status == 403)
        #expect(!unit.get("/declarations/4").text.contains("世帯</h2>"))
    }

    @Test("is not opened by somebody who has lost the role meanwhile")
    func roleLost() throws {
        let office = Office(try World("unit", "second"))
        let (unit, second) = (try office.browser("unit"), try office.browser("second"))
        #expect(office.declare(unit, "P-HIDDEN", at: "/unlocks").status == 303)
        try office.world.store.setRoles([], of: "second", by: .user("cli:root"), at: office.clock.now)
        #expect(confirm(second).status == 403)
        try office.world.store.setRoles(
            ["protection-unit"], of: "second", by: .user("cli:root"), at: office.clock.now)
        #expect(confirm(second).status == 303 && opened(unit))
        try office.world.store.setRoles(
            ["center-staff"], of: "unit", by: .user("cli:root"), at: office.clock.now)
        #expect(!opened(unit))
    }
}
