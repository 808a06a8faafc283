import Domain
import Foundation
import HTTP
import Store
import Testing

@testable import AdminAPI

@Suite("Work on cases by page and API")
struct CaseWorkTests {
    private func world() throws -> (world: World, center: Browser, id: String) {
        let world = try World("center", "officer")
        return (world, try Browser(world.service, as: "center", token: world.session), world.cases[0])
    }

    private func send(
        _ browser: Browser, _ id: String, _ body: String, tag: String? = "\"0\"", key: String? = nil
    ) -> Response {
        var headers: [Request.Field] = [
            .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
        ]
        if let tag { headers.append(.init("if-match", tag)) }
        if let key { headers.append(.init("idempotency-key", key)) }
        return browser.send("/api/v1/cases/\(id)/steps", Array(body.utf8), headers)
    }

    @Test("a step by the API answers the declared shape with the next entity tag, once a key")
    func steps() throws {
        let (world, center, id) = try world()
        defer { withExtendedLifetime(world) {} }
        let read = center.get("/api/v1/cases/\(id)")
        #expect(read.header("ETag") == "\"0\"", "\(read.status) \(read.text)")
        let answer = send(center, id, #"{"step":"claim"}"#, key: "a-1")
        #expect(answer.status == 200 && answer.header("ETag") == "\"1\"", "\(answer.text)")
        #expect(Schema.named("CaseWork").mismatch(answer.json) == nil)
        #expect(send(center, id, #"{"step":"claim"}"#, key: "a-1").header("ETag") == "\"1\"")
        #expect(center.get("/api/v1/cases/\(id)").json["summary"]?["work"]?["holder"] == "center")
        #expect(center.get("/api/v1/cases?queue=mine").json["total"] == 1)
        #expect(center.get("/api/v1/cases?queue=nonsense").status == 400)
    }

    @Test(
        "what is missing, stale or malformed gets a problem that names the field, and changes nothing",
        arguments: [
            (#"{"step":"claim"}"#, nil, 428, ""), (#"{"step":"claim"}"#, "\"7\"", 412, ""),
            (#"{"step":"claim"}"#, "0", 400, "If-Match"), (#"{"step":"fly"}"#, "\"0\"", 422, "step"),
            ("{}", "\"0\"", 422, "step"), ("[1]", "\"0\"", 400, ""), ("{", "\"0\"", 400, ""),
            (#"{"step":"claim","x":"1"}"#, "\"0\"", 422, "x"), (#"{"step":1}"#, "\"0\"", 422, "step"),
            (#"{"step":"due","due":"明日"}"#, "\"0\"", 422, "due"), (#"{"step":"offer"}"#, "\"0\"", 422, "to"),
            (#"{"step":"release","note":"理由"}"#, "\"0\"", 409, ""),
            (#"{"step":"note"}"#, "\"0\"", 422, "reason"),
            (#"{"step":"note","note":"番号は１２３４ ５６７８ ９０１８です"}"#, "\"0\"", 422, "note"),
            (#"{"step":"undo"}"#, "\"0\"", 409, ""),
            (#"{"step":"close","state":"対象外","why":"なんとなく"}"#, "\"0\"", 422, "why"),
        ] as [(String, String?, Int, String)])
    func refusals(body: String, tag: String?, status: Int, field: String) throws {
        let (world, center, id) = try world()
        let answer = send(center, id, body, tag: tag)
        #expect(answer.status == status, "\(answer.text)")
        #expect(
            (field.isEmpty || answer.text.contains(field))
                && Schema.named("Problem").mismatch(answer.json) == nil)
        #expect(center.get("/api/v1/cases/\(id)").header("ETag") == "\"0\"")
        #expect(world.service.routes.first { $0.name == "addCaseStep" }?.statuses.contains(status) == true)
    }

    @Test("a form brings the case on; a refused one comes back with what was typed")
    func forms() throws {
        let (world, center, id) = try world()
        defer { withExtendedLifetime(world) {} }
        func post(_ fields: [String: String]) -> Response {
            center.post("/cases/\(id)", fields.merging(["csrf": center.csrf]) { $1 })
        }
        #expect(post(["step": "claim", "version": "0"]).status == 303)
        let page = center.get("/cases/\(id)").text
        #expect(page.contains("架空 center") && page.contains("直前の操作を取り消す"))
        let stale = post(["step": "move", "state": "アセスメント待ち", "note": "母と<電話>", "version": "0"])
        #expect(stale.status == 412 && stale.text.contains("母と&lt;電話&gt;"))
        #expect(post(["step": "move", "state": "アセスメント待ち", "note": "", "version": "1"]).status == 422)
        #expect(post(["step": "move", "state": "アセスメント待ち", "note": "電話した", "version": "1"]).status == 303)
        let after = center.get("/cases/\(id)").text
        #expect(after.contains("電話した") && after.contains("状態: 候補 → アセスメント待ち"))
        #expect(center.get("/cases?queue=assessment").text.contains(World.openName))
        #expect(!center.get("/cases?queue=candidates").text.contains(World.openName))
    }

    @Test("another site, another role and a guessed number change nothing")
    func others() throws {
        let (world, center, id) = try world()
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(send(officer, id, #"{"step":"claim"}"#).status == 403)
        #expect(send(center, "C-NONE", #"{"step":"claim"}"#).status == 404)
        #expect(send(Browser(world.service), id, #"{"step":"claim"}"#).status == 401)
        let foreign: [Request.Field] = [
            .init("sec-fetch-site", "cross-site"), .init("content-type", "application/json"),
            .init("if-match", "\"0\""),
        ]
        #expect(
            center.send("/api/v1/cases/\(id)/steps", Array(#"{"step":"claim"}"#.utf8), foreign).status == 403)
        #expect(center.post("/cases/\(id)", ["step": "claim", "version": "0", "csrf": "x"]).status == 403)
        #expect(center.get("/api/v1/cases/\(id)").header("ETag") == "\"0\"")
    }
}
