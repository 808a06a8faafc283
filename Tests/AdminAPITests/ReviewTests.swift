import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Link review, by page and API")
struct ReviewTests {
    /// みのり and しずか: in the open.
    private let open = ReviewPair.id(of: "key-0", "key-2")
    /// はるか and しずか: はるか is protected.
    private let protected = ReviewPair.id(of: "key-1", "key-2")
    private static let sent: [Request.Field] = [
        .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
    ]

    private func reviewer(_ world: World, _ user: UserID = "reviewer") throws -> Browser {
        try Browser(world.service, as: user, token: world.session)
    }

    private func judge(
        _ reviewer: Browser, _ pair: String, _ answer: String, _ reason: String = "窓口で確認"
    ) -> Response {
        reviewer.post(
            "/review/\(pair)", ["csrf": reviewer.csrf, "answer": answer, "reason": reason])
    }

    @Test("the queue tells ids, sources and weights, of a protected pair no weight, and of nobody a name")
    func list() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        #expect(reviewer.get("/").header("Location") == "/review")
        let page = reviewer.get("/review")
        #expect(page.status == 200 && page.text.contains(open) && page.text.contains(protected))
        #expect(page.text.contains("8.5") && !page.text.contains("6.25") && !page.text.contains("6.3"))
        for name in World.personal { #expect(!page.text.contains(name), "\(name)") }
        let list = reviewer.get("/api/v1/review")
        #expect(Schema.named("ReviewList").mismatch(list.json) == nil, "\(list.text)")
        #expect(list.json["total"] == .integer(2))
        let first = reviewer.get("/api/v1/review?limit=1")
        guard case .string(let next)? = first.json["next"] else {
            Issue.record("no second page: \(first.text)")
            return
        }
        let second = reviewer.get("/api/v1/review?limit=1&after=\(next)")
        // Whose weight stays untold comes first.
        #expect(first.text.contains(protected) && !first.text.contains(open))
        #expect(second.text.contains(open) && second.json["next"] == .null)
        #expect(reviewer.get("/review?after=R-1").status == 400)
    }

    @Test("a pair stands side by side with what differs in words, its weights as a chart and a table")
    func pair() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        let page = reviewer.get("/review/\(open)")
        #expect(page.status == 200)
        for words in [
            World.openName, World.quietName, "≠ 違う", "＝ 同じ", "<svg", "何も比べる前", "自動で結ぶ基準",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        let answer = reviewer.get("/api/v1/review/\(open)")
        #expect(Schema.named("ReviewPair").mismatch(answer.json) == nil, "\(answer.text)")
        // What is known of them beside who they are is nobody's business here.
        // A token drawn at random may hold a rule's id.
        let told = page.text.replacing(reviewer.csrf, with: "")
        for words in ["未受診", "就学", "H1"] { #expect(!told.contains(words), "\(words)") }
        #expect(reviewer.get("/review/R-0000000000000000").status == 404)
        #expect(reviewer.get("/review/\(open)?last=javascript:1").status == 400)
    }

    @Test("of a protected pair neither weights nor hidden parts are told, nor whether they agree")
    func protectedPair() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        for path in ["/review/\(protected)", "/api/v1/review/\(protected)"] {
            let answer = reviewer.get(path)
            #expect(answer.status == 200 && answer.text.contains(World.protectedName))
            for secret in World.secrets + ["6.25", "6.3", "<svg viewBox", "名が一致"] {
                #expect(!answer.text.contains(secret), "\(path) \(secret)")
            }
        }
        #expect(reviewer.get("/review/\(protected)").text.contains("示しません"))
    }

    @Test("a verdict wants a reason, is kept once, leads to the next pair, and is taken back with a reason")
    func verdict() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        let bare = judge(reviewer, open, "same", " ")
        #expect(bare.status == 422 && bare.text.contains("checked=\"\""), "what was chosen stays chosen")
        #expect(judge(reviewer, open, "").status == 422)
        #expect(judge(reviewer, open, "same", "0901111222233").status == 422, "a number of somebody")
        #expect(try world.store.verdicts().isEmpty)
        let kept = judge(reviewer, open, "different")
        #expect(kept.status == 303)
        #expect(kept.header("Location") == "/review/\(protected)?last=\(open)")
        #expect(try world.store.verdicts().map(\.isSame) == [false])
        let page = reviewer.get("/review/\(open)").text
        #expect(page.contains("V-1") && page.contains("窓口で確認") && !page.contains("type=\"radio\""))
        let again = judge(reviewer, open, "same")
        #expect(again.status == 409 && !again.text.contains("renkei review"))
        #expect(reviewer.get("/review/decided").text.contains("V-1"))
        #expect(judge(reviewer, open, "withdrawn").status == 303)
        #expect(try world.store.verdicts().allSatisfy(\.isWithdrawn))
        #expect(judge(reviewer, open, "withdrawn").status == 409)
    }

    @Test("who puts a pair off comes to the next one, round to the first, and nothing is kept")
    func later() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        #expect(
            judge(reviewer, protected, "later").header("Location") == "/review/\(open)?last=\(protected)")
        #expect(
            judge(reviewer, open, "later").header("Location") == "/review/\(protected)?last=\(open)")
        #expect(try world.store.verdicts().isEmpty)
    }

    @Test("a verdict sent again under its key is kept once, and no token of a program judges")
    func api() throws {
        let world = try World("reviewer", isCompared: true)
        let reviewer = try reviewer(world)
        let body = Array(#"{"answer":"same","reason":"窓口で確認"}"#.utf8)
        let headers = Self.sent + [.init("idempotency-key", "k-1")]
        let path = "/api/v1/review/\(open)/verdicts"
        let first = reviewer.send(path, body, headers)
        #expect(first.status == 200, "\(first.text)")
        #expect(Schema.named("ReviewVerdict").mismatch(first.json) == nil, "\(first.text)")
        #expect(reviewer.send(path, body, headers).text == first.text)
        #expect(try world.store.verdicts().count == 1)
        #expect(reviewer.send(path, body, Self.sent).status == 409)
        #expect(
            world.service.routes.filter { $0.path.contains("/review") }.allSatisfy { $0.tokenScope == nil })
    }

    @Test("with two persons the second one judges without being told what the first one said")
    func twoPersons() throws {
        let world = try World("reviewer", "reviewer2", isCompared: true, reviewNeedsSecond: true)
        let (first, second) = (try reviewer(world), try reviewer(world, "reviewer2"))
        #expect(judge(first, open, "same", "届書を見た").status == 303)
        #expect(judge(first, open, "same").status == 409, "nobody is one's own second")
        for path in ["/review", "/review/\(open)", "/review/decided", "/api/v1/review/\(open)"] {
            let answer = second.get(path)
            #expect(answer.status == 200 && answer.text.contains("V-1"), "\(path)")
            #expect(!answer.text.contains("届書を見た"), "\(path)")
        }
        #expect(!second.get("/review/decided").text.contains("同じ人"))
        #expect(judge(second, open, "same").status == 303)
        #expect(try world.store.verdicts().allSatisfy(\.isInForce))
    }

    @Test("a drawn pair is judged blind: no weight, person or reason on any page before its verdict")
    func blind() throws {
        let world = try World("reviewer", isCompared: true)
        let decision = world.guideline.decide(
            AccessRequest(
                actor: .user("reviewer"), roles: ["link-reviewer"], action: .review,
                items: Set(world.guideline.identifierItems.values), purpose: "operations",
                standing: PersonStanding(), on: World.day))
        try world.store.keep(
            ReviewSample(
                seed: 1, joined: 0, apart: 2,
                pairs: [ReviewSample.Pair(left: "key-0", right: "key-2", isJoined: false)]),
            actor: .user("reviewer"), decision: decision, at: World.night)
        let reviewer = try reviewer(world)
        for path in ["/review", "/review/\(open)", "/api/v1/review", "/api/v1/review/\(open)"] {
            let text = reviewer.get(path).text
            for told in ["8.5", "何も比べる前", "P-OPEN"] { #expect(!text.contains(told), "\(path) \(told)") }
            #expect(text.contains("無作為に選んだ組です"), "\(path)")
        }
        #expect(reviewer.get("/review").text.contains("標本のうち判断の済んだ組"))
        #expect(judge(reviewer, open, "different").status == 303)
        #expect(reviewer.get("/review/\(open)").text.contains("何も比べる前"))
    }

    @Test("whoever may not review sees neither menu nor pair, and the trail says who tried")
    func denied() throws {
        let world = try World("center", "privacy", isCompared: true)
        for user in ["center", "privacy"] as [UserID] {
            let browser = try Browser(world.service, as: user, token: world.session)
            for path in ["/review", "/review/\(open)", "/review/decided", "/api/v1/review"] {
                let answer = browser.get(path)
                #expect(answer.status == 403 && !answer.text.contains(World.openName), "\(path)")
            }
            #expect(judge(browser, open, "same").status == 403)
            #expect(!browser.get("/").text.contains("/review"))
        }
        let refused = try world.store.exclusively { database in
            try database.statement(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' LIKE 'review.%' AND event ->> '$.outcome' = 'deny'"
            ).first { $0.int(0) } ?? 0
        }
        #expect(refused >= 8)
    }

    @Test("where nothing was compared there is nothing to review, and no error")
    func nothing() throws {
        let world = try World("reviewer")
        let reviewer = try reviewer(world)
        #expect(reviewer.get("/review").text.contains("確かめる組はありません"))
        #expect(reviewer.get("/api/v1/review").json["total"] == .integer(0))
    }
}
