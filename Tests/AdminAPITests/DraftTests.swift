import Domain
import Foundation
import HTTP
import Policy
import Store
import Testing

@testable import AdminAPI

@Suite("Drafts by page")
struct DraftTests {
    private func world() throws -> (world: World, center: Browser, id: String) {
        let world = try World("center", "officer", "other")
        return (world, try Browser(world.service, as: "center", token: world.session), world.cases[0])
    }

    private func draft(
        _ browser: Browser, _ id: String, _ note: String, step: String = "note", version: String = "0"
    ) -> Response {
        browser.post(
            "/cases/\(id)/drafts",
            ["csrf": browser.csrf, "step": step, "version": version, "note": note, "writer": "center"])
    }

    @Test("what is typed comes back on the page, in another log-in of the same user, and to nobody else")
    func kept() throws {
        let (world, center, id) = try world()
        let answer = draft(center, id, "母と<電話>した")
        #expect(answer.status == 200 && answer.json["savedAt"] != nil, "\(answer.text)")
        #expect(center.get("/cases/\(id)").text.contains("\n母と&lt;電話&gt;した</textarea>"))
        let elsewhere = try Browser(world.service, as: "center", token: world.session)
        #expect(elsewhere.get("/cases/\(id)").text.contains("母と&lt;電話&gt;した"))
        let other = try Browser(world.service, as: "other", token: world.session)
        #expect(!other.get("/cases/\(id)").text.contains("母と"))
        #expect(!center.get("/api/v1/cases/\(id)").text.contains("母と"))
        // By one click it is gone.
        let thrown = elsewhere.post("/cases/\(id)/drafts/discard", ["csrf": elsewhere.csrf, "step": "note"])
        #expect(thrown.status == 303 && !center.get("/cases/\(id)").text.contains("母と"))
    }

    @Test("a step that was sent takes its draft with it")
    func sent() throws {
        let (world, center, id) = try world()
        defer { withExtendedLifetime(world) {} }
        #expect(draft(center, id, "電話した").status == 200)
        let form = ["csrf": center.csrf, "step": "note", "version": "0", "note": "電話した。"]
        #expect(center.post("/cases/\(id)", form).status == 303)
        #expect(!center.get("/cases/\(id)").text.contains("下書き"))
    }

    @Test(
        "where the case changed meanwhile, the draft is offered to be copied; of a case out of sight nothing is"
    )
    func changed() throws {
        let (world, center, id) = try world()
        let claim = { ["csrf": $0, "step": "claim", "version": $1] }
        #expect(center.post("/cases/\(id)", claim(center.csrf, "0")).status == 303)
        #expect(draft(center, id, "次へ進む", step: "move", version: "1").status == 200)
        let other = try Browser(world.service, as: "other", token: world.session)
        let note = ["csrf": other.csrf, "step": "note", "version": "1", "note": "電話した"]
        #expect(other.post("/cases/\(id)", note).status == 303)
        #expect(center.get("/cases/\(id)").text.contains("readonly=\"\">\n次へ進む</textarea>"))
        try world.store.setRoles(
            ["linkage-officer"], of: "center", by: .user("cli:root"), at: World.night + 3600)
        #expect(!center.get("/cases/\(id)").text.contains("次へ進む"))
        #expect(draft(center, id, "次へ進む").status == 403)
    }

    @Test(
        "what is no draft is refused and nothing is kept",
        arguments: [
            ("claim", "0", "家へ行った", 400), ("note", "x", "家へ行った", 400),
            ("note", "0", "番号は１２３４ ５６７８ ９０１８です", 422),
        ])
    func refused(step: String, version: String, note: String, status: Int) throws {
        let (world, center, id) = try world()
        let answer = draft(center, id, note, step: step, version: version)
        #expect(answer.status == status)
        #expect(!center.get("/cases/\(id)").text.contains("家へ行った"))
        #expect(draft(center, "C-NONE", "家へ行った").status == 404)
        #expect(center.post("/cases/\(id)/drafts", ["step": "note", "csrf": "x"]).status == 403)
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(draft(officer, id, "家へ行った").status == 403)
    }

    @Test("what was sent after the log-in was over comes back to its writer behind the log-in")
    func expired() throws {
        let (world, center, id) = try world()
        let form = [
            "csrf": center.csrf, "step": "note", "version": "0", "note": "母と\"電話\" & <訪問>",
            "writer": "center",
        ]
        let page = Browser(world.service).post("/cases/\(id)", form)
        #expect(page.status == 401 && page.text.contains("まだ記録していません"))
        // Not to whoever else logs in at the machine.
        let other = try Browser(world.service).logIn(from: page, as: "other")
        #expect(other.status == 303 && other.header("Location") == "/")
        #expect(!center.get("/cases/\(id)").text.contains("訪問"))
        // Nor is it lost by a wrong password.
        let wrong = Browser(world.service).post(
            "/login",
            [
                "user": "center", "password": "ちがう",
                "unsent": #"{"id":"C","step":"note","version":0,"note":"a","writer":"b"}"#,
            ])
        #expect(wrong.status == 401 && wrong.text.contains("name=\"unsent\""))
        let back = try Browser(world.service).logIn(from: page, as: "center")
        #expect(back.status == 303 && back.header("Location") == "/cases/\(id)#work")
        #expect(back.header("Set-Cookie") != nil)
        #expect(center.get("/cases/\(id)").text.contains("\n母と&quot;電話&quot; &amp; &lt;訪問&gt;</textarea>"))
        // Another site's form is not taken into the log-in.
        let foreign = Browser(world.service).send(
            "/cases/\(id)", Array("step=note&version=0&note=x&writer=center".utf8),
            [
                .init("sec-fetch-site", "cross-site"),
                .init("content-type", "application/x-www-form-urlencoded"),
            ])
        #expect(foreign.status == 303 && foreign.header("Location") == "/login")
    }

    @Test("a form from a page of an earlier log-in comes back with what was typed, and is not carried out")
    func otherLogIn() throws {
        let (world, center, id) = try world()
        defer { withExtendedLifetime(world) {} }
        var form = ["csrf": "earlier", "step": "note", "version": "0", "note": "電話した", "writer": "center"]
        let again = center.post("/cases/\(id)", form)
        #expect(again.status == 403 && again.text.contains("data-unkept=\"\">\n電話した</textarea>"))
        #expect(center.get("/api/v1/cases/\(id)").header("ETag") == "\"0\"")
        form["writer"] = "other"
        #expect(!center.post("/cases/\(id)", form).text.contains("電話した"))
    }

    @Test("the script is a file of our own that any page's policy lets in, and pages write none of their own")
    func script() throws {
        let (world, center, id) = try world()
        let answer = Browser(world.service).get("/assets/drafts.js")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/javascript; charset=utf-8")
        #expect(
            center.get("/cases/\(id)").text.contains(
                "<script type=\"module\" src=\"/assets/drafts.js\"></script>"))
        let policy = answer.header("Content-Security-Policy") ?? ""
        for part in ["script-src 'self';", "connect-src 'self';", "require-trusted-types-for 'script'"] {
            #expect(policy.contains(part), "\(policy)")
        }
        for sink in ["innerHTML", "outerHTML", "eval(", "document.write", "localStorage", "sessionStorage"] {
            #expect(!answer.text.contains(sink))
        }
    }
}
