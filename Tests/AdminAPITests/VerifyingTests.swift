import Domain
import Foundation
import HTTP
import Pages
import Policy
import Testing

@testable import AdminAPI
@testable import Store

extension Browser {
    /// The page when nothing is under way any more.
    func settled(_ path: String) -> Response {
        for _ in 0..<1500 {
            let answer = get(path)
            if answer.header("Refresh") == nil { return answer }
            usleep(20_000)
        }
        return get(path)
    }

    func begin(_ path: String) -> Response {
        send(
            path, Array("{}".utf8),
            [.init("sec-fetch-site", "same-origin"), .init("content-type", "application/json")])
    }
}

@Suite("The audit trail is checked by a page and by the API")
struct VerifyingTests {
    private func service(
        _ world: World, checkpoints: @escaping ReadCheckpoints = { ([], false) }
    ) -> AdminService {
        AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            checkpoints: checkpoints, clock: { World.night + 3600 }, report: { Issue.record("\($0)") })
    }

    private func events(_ world: World) throws -> [String] {
        try world.store.exclusively { database in
            var found: [String] = []
            try database.statement(
                """
                SELECT event ->> '$.what' || ' ' || (event ->> '$.actor') || ' ' || (event ->> '$.outcome')
                FROM audit_event WHERE event ->> '$.what' LIKE 'audit.verify%' ORDER BY sequence
                """
            ).rows { found.append($0.text(0)) }
            return found
        }
    }

    @Test("begin and result are events of whoever pressed; the page tells how far the trail is covered")
    func intact() throws {
        let world = try World("privacy")
        let note = AuditNote(place: "控え", text: try world.store.auditCheckpoint(at: World.night + 3600))
        let service = service(world, checkpoints: { ([note], true) })
        let privacy = try Browser(service, as: "privacy", token: world.session)
        #expect(privacy.get("/audit").text.contains("今、監査記録を確かめる"))
        #expect(privacy.get("/audit/verify").text.contains("まだ確かめられていません"))
        let pressed = privacy.post("/audit/verify", ["csrf": privacy.csrf])
        #expect(pressed.status == 303 && pressed.header("Location") == "/audit/verify")
        let page = privacy.settled("/audit/verify")
        #expect(page.text.contains("書きかえは見つかりませんでした") && page.text.contains("外に控えた検査点とも合っています"))
        #expect(page.text.contains("まだ外の検査点がありません"), "what came after it is told")
        #expect(
            try events(world) == [
                "audit.verify-begin user:privacy permit", "audit.verify user:privacy permit",
            ])
        #expect(privacy.get("/audit").text.contains("は外の検査点とも一致"))
    }

    @Test("a trail that was rewritten is told with what to keep and whom to tell")
    func broken() throws {
        let world = try World("privacy")
        let privacy = try Browser(service(world), as: "privacy", token: world.session)
        try world.store.exclusively { database in
            try database.execute(
                "DROP TRIGGER audit_event_kept; UPDATE audit_event SET event = replace(event, 'cli:root', 'cli:rook')"
            )
        }
        #expect(privacy.post("/audit/verify", ["csrf": privacy.csrf]).status == 303)
        let page = privacy.settled("/audit/verify")
        for words in ["監査記録に食い違いがあります", "一致しません", "保全してください", "いま知らせてください", "65"] {
            #expect(page.text.contains(words), "\(words)")
        }
        let told = privacy.get("/api/v1/audit/verifications").json["result"]
        #expect(told?["isIntact"] == .bool(false))
    }

    @Test("there is one check at a time, others work meanwhile, and who asks again sees the one under way")
    func oneAtATime() throws {
        let world = try World("privacy", "center")
        let (isAsked, mayGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let service = service(
            world,
            checkpoints: {
                isAsked.signal()
                mayGo.wait()
                return ([], false)
            })
        let privacy = try Browser(service, as: "privacy", token: world.session)
        let center = try Browser(service, as: "center", token: world.session)
        let begun = privacy.begin("/api/v1/audit/verifications")
        #expect(begun.status == 202 && begun.json["state"] == .string("running"))
        isAsked.wait()
        #expect(privacy.post("/audit/verify", ["csrf": privacy.csrf]).status == 303)
        let page = privacy.get("/audit/verify")
        #expect(page.header("Refresh") == "3" && page.text.contains("確かめています"))
        #expect(center.get("/cases/\(world.cases[0])").status == 200)
        mayGo.signal()
        #expect(privacy.settled("/audit/verify").text.contains("外の検査点とは比べていません"))
        #expect(try events(world).count == 2, "the second asker began nothing")
        let done = privacy.get("/api/v1/audit/verifications").json
        #expect(done["state"] == .string("finished") && done["result"]?["isIntact"] == .bool(true))
        #expect(done["by"] == .string("架空 privacy"))
    }

    @Test("a folder of checkpoints that cannot be read is told as that, and nothing else")
    func unreadable() throws {
        let world = try World("privacy")
        let service = service(
            world,
            checkpoints: {
                throw Fault(
                    .notFound, code: "checkpoint.unreadable", message: "検査点のフォルダを読めません。", fix: "接続を確かめてください。")
            })
        let privacy = try Browser(service, as: "privacy", token: world.session)
        #expect(privacy.post("/audit/verify", ["csrf": privacy.csrf]).status == 303)
        let page = privacy.settled("/audit/verify")
        #expect(page.text.contains("確かめられませんでした") && page.text.contains("接続を確かめてください"))
        #expect(privacy.get("/api/v1/audit/verifications").json["state"] == .string("failed"))
    }

    @Test("who does not oversee begins nothing, and the trail says who tried")
    func denied() throws {
        let world = try World("center", "privacy")
        let service = service(world)
        let center = try Browser(service, as: "center", token: world.session)
        #expect(center.post("/audit/verify", ["csrf": center.csrf]).status == 403)
        #expect(center.begin("/api/v1/audit/verifications").status == 403)
        #expect(center.get("/api/v1/audit/verifications").status == 403)
        #expect(try events(world).isEmpty)
        let privacy = try Browser(service, as: "privacy", token: world.session)
        #expect(privacy.get("/api/v1/audit/verifications").json["state"] == .string("none"))
    }
}
