import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Several cases given at once")
struct AssigningTests {
    private func world() throws -> (world: World, center: Browser) {
        let world = try World("center", "other", "officer")
        return (world, try Browser(world.service, as: "center", token: world.session))
    }

    private func post(
        _ browser: Browser, _ cases: [String], to: String = "other", note: String = "夏休みの間", path: String = ""
    ) -> Response {
        let fields = [("csrf", browser.csrf), ("to", to), ("note", note)] + cases.map { ("case", $0) }
        let body = fields.map { name, value in
            name + "="
                + value.utf8.map { "%" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        return browser.send(
            "/assign-cases" + path, Array(body.joined(separator: "&").utf8),
            [
                .init("sec-fetch-site", "same-origin"), .init("origin", "null"),
                .init("content-type", "application/x-www-form-urlencoded"),
            ])
    }

    private func send(_ browser: Browser, _ body: String, key: String? = nil) -> Response {
        browser.send(
            "/api/v1/cases/assign", Array(body.utf8),
            [.init("sec-fetch-site", "same-origin"), .init("content-type", "application/json")]
                + (key.map { [.init("idempotency-key", $0)] } ?? []))
    }

    private func holder(_ browser: Browser, _ id: String) -> JSON? {
        browser.get("/api/v1/cases/\(id)").json["summary"]?["work"]?["holder"]
    }

    private func steps(_ word: String, _ world: World) throws -> Int {
        try world.count(
            """
            SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'case.work'
                AND event ->> '$.references.step' = '\(word)' AND event ->> '$.outcome' = 'permit'
            """)
    }

    @Test("each is a step of its own in its history and in the trail; one that changed is told, and stays")
    func assigned() throws {
        let (world, center) = try world()
        let (open, hidden) = (world.cases[0], world.cases[1])
        let list = center.get("/cases").text
        for id in [open, hidden] { #expect(list.contains("value=\"\(id):0\" form=\"assign\"")) }
        let claim = ["csrf": center.csrf, "step": "claim", "version": "0"]
        #expect(center.post("/cases/\(hidden)", claim).status == 303)
        let answer = post(center, ["\(open):0", "\(hidden):0"])
        #expect(answer.status == 200 && answer.text.contains("1件を割り当てました。"), "\(answer.text)")
        #expect(answer.text.contains("画面を開いたあとに、このケースが変わりました。"))
        #expect(holder(center, open) == "other" && holder(center, hidden) == "center")
        let page = center.get("/cases/\(open)").text
        #expect(page.contains("担当の指定") && page.contains("夏休みの間"))
        #expect(try steps("assign", world) == 1)
        let events = "SELECT count(*) FROM case_event WHERE note = '夏休みの間'"
        #expect(try world.count(events) == 1)
    }

    @Test("what was given at once is taken back at once within half a minute, each as it was")
    func undone() throws {
        let (world, center) = try world()
        let cases = world.cases.map { "\($0):0" }
        #expect(post(center, cases).text.contains("2件を割り当てました。"))
        let given = world.cases.map { "\($0):1" }
        let other = try Browser(world.service, as: "other", token: world.session)
        #expect(post(other, given, path: "/undo").text.contains("0件を取り消しました。"))
        #expect(post(center, given, path: "/undo").text.contains("2件を取り消しました。"))
        for id in world.cases { #expect(holder(center, id) == .null) }
        #expect(try steps("undo", world) == 2)
    }

    @Test("what lacks is told on the list, with what was chosen and typed, and nothing is given")
    func refused() throws {
        let (world, center) = try world()
        let cases = world.cases.map { "\($0):0" }
        for (chosen, to, note) in [
            (cases, "other", " "), ([], "other", "理由"), (cases, "", "理由"),
            (cases + [cases[0]], "other", "理由"),
            (cases, "other", "番号は１２３４ ５６７８ ９０１８です"),
            ((0...50).map { "C-\($0):0" }, "other", "理由"), (["C-1"], "other", "理由"),
        ] {
            let answer = post(center, chosen, to: to, note: note)
            #expect(answer.status == 422 && answer.text.contains("role=\"alert\""))
            #expect(note == " " || answer.text.contains("\(note)</textarea>"))
            if chosen == cases { #expect(answer.text.matches(of: /checked=""/).count == 2) }
        }
        #expect(try steps("assign", world) == 0)
    }

    @Test(
        "own family, a colleague who may not, a case out of sight: refused as single ones are, without a hint"
    )
    func rights() throws {
        let (world, center) = try world()
        #expect(post(center, [world.cases[0] + ":0"], to: "officer").text.contains("担当できません"))
        _ = try world.store.relate("other", to: ["P-OPEN"], by: .user("cli:root"), at: World.night + 3600)
        let family = post(center, world.cases.map { "\($0):0" }).text
        #expect(family.contains("1件を割り当てました。") && family.contains("家族として登録されています"))
        #expect(holder(center, world.cases[0]) == .null && holder(center, world.cases[1]) == "other")
        #expect(post(center, ["C-NONE:0"]).text.contains("番号やアドレスを確かめてください。"))
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(post(officer, [world.cases[0] + ":0"]).status == 403)
    }

    @Test("by the API each case answers for itself, once a key, in the declared shape")
    func api() throws {
        let (world, center) = try world()
        let (open, hidden) = (world.cases[0], world.cases[1])
        let body = #"""
            {"to":"other","reason":"夏休みの間","cases":[{"id":"\#(open)","version":0},{"id":"\#(hidden)","version":7}]}
            """#
        let answer = send(center, body, key: "k-1")
        #expect(answer.status == 200, "\(answer.text)")
        #expect(Schema.named("CaseAssignment").mismatch(answer.json) == nil, "\(answer.text)")
        #expect(
            answer.text.contains(#""version":1"#) && answer.text.contains("urn:renkei:problem:case-changed"))
        #expect(send(center, body, key: "k-1").json == answer.json)
        #expect(holder(center, open) == "other" && holder(center, hidden) == .null)
        for (body, status) in [
            ("{}", 422), (#"{"to":"other","reason":"x","cases":{}}"#, 422),
            (#"{"to":"other","reason":"x","cases":[]}"#, 422),
            (#"{"to":"other","reason":"x","cases":[{"id":"C-1"}]}"#, 422),
            (#"{"to":"other","reason":"x","cases":[{"id":"C-1","version":"0"}]}"#, 422),
            (#"{"to":"other","reason":"x","cases":["C-1"]}"#, 422), ("[]", 400),
        ] {
            let refused = send(center, body)
            #expect(
                refused.status == status && Schema.named("Problem").mismatch(refused.json) == nil, "\(body)")
        }
        #expect(try steps("assign", world) == 1)
    }
}

extension World {
    fileprivate func count(_ sql: String) throws -> Int {
        try store.exclusively { try $0.statement(sql).first { $0.int(0) } ?? 0 }
    }
}
