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

    @Test(
        "an event that cannot be read: every page that looks at the trail says so in its place, and the check names it"
    )
    func overwritten() throws {
        let world = try World("privacy", "center")
        let service = service(world)
        _ = try Browser(service, as: "center", token: world.session).get("/cases/\(world.cases[0])")
        let privacy = try Browser(service, as: "privacy", token: world.session)
        let place = try world.store.exclusively { database in
            let place = try database.statement(
                "SELECT sequence FROM audit_event WHERE event ->> '$.what' = 'case.read'"
            ).first { $0.int(0) }
            try database.execute("DROP TRIGGER audit_event_kept")
            try database.statement("UPDATE audit_event SET event = '読めない' WHERE sequence = ?").run(place)
            return try #require(place)
        }
        for path in ["/audit", "/audit?case=\(world.cases[0])", "/audit?kind=changes", "/audit?user=center"] {
            let page = privacy.get(path)
            #expect(page.status == 200 && page.text.contains("\(place)番目の出来事"), "\(path)")
            #expect(page.text.contains("読み取れません（書きかえられたか、壊れています）"), "\(path)")
        }
        #expect(privacy.get("/audit").text.contains("監査記録の\(place)番目の出来事を読み取れません"))
        let list = privacy.get("/api/v1/audit/records?case=\(world.cases[0])").json
        #expect(Schema.named("AuditRecordList").mismatch(list) == nil)
        let analysis = privacy.get("/audit/analysis?from=2026-01-01&to=2027-12-31")
        #expect(analysis.status == 200 && analysis.text.contains("出来事 1件（\(place)番目）は読み取れず"))
        let found = privacy.get("/api/v1/audit/analyses?from=2026-01-01&to=2027-12-31").json
        #expect(found["unreadable"] == .array([.integer(place)]))
        #expect(privacy.get("/policy/proposal").status == 200)
        #expect(privacy.get("/audit/verify").text.contains("監査記録の\(place)番目の出来事を読み取れません"))
        #expect(privacy.post("/audit/verify", ["csrf": privacy.csrf]).status == 303)
        let page = privacy.settled("/audit/verify").text
        #expect(page.contains("監査記録に食い違いがあります"))
        #expect(page.contains("監査記録の\(place)番目は、出来事として読み取れません"))
        let told = privacy.get("/api/v1/audit/verifications").json["result"]
        #expect(told?["isIntact"] == .bool(false))
        let problems = told?["problems"]?.text ?? ""
        #expect(problems.contains("\(place)番目"), "\(problems)")
    }

    @Test("the record of changes says which step of a case's work it was")
    func steps() throws {
        let world = try World("privacy", "center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let version = center.get("/api/v1/cases/\(world.cases[0])").json["summary"]?["work"]?["version"] ?? 0
        let form = ["csrf": center.csrf, "step": "claim", "version": "\(version.text)", "note": "訪問する"]
        #expect(center.post("/cases/\(world.cases[0])", form).status == 303)
        let changes = try Browser(world.service, as: "privacy", token: world.session).get(
            "/audit?kind=changes")
        #expect(changes.text.contains("ケースに記録した（担当）"))
        for step in ["claim", "release", "assign", "offer", "accept", "decline", "move", "due", "close"]
            + ["approve", "reject", "reopen", "note", "undo", "open", "draft"]
        {
            #expect(AccessWording.step(step) != step, "\(step)")
        }
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
