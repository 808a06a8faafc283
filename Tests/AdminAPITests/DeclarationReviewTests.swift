import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("What is said of an emergency afterwards")
struct DeclarationReviewTests {
    @Test("stands with who oversees at once, who ends it or says afterwards whether it was right")
    func review() throws {
        let office = Office(try World("center", "privacy"))
        let center = try office.browser("center")
        let privacy = try office.browser("privacy")
        #expect(!privacy.get("/audit").text.contains("緊急の申告（"))
        #expect(office.declare(center, "P-QUIET").status == 303)
        _ = center.get("/declarations/1")
        #expect(
            center.get("/declarations/K-1").status == 200 && center.get("/declarations/X-1").status == 404)
        #expect(privacy.get("/audit").text.contains("緊急の申告（1）"))
        let page = privacy.get("/declarations")
        for text in ["K-1", "架空 center（center）", Office.reason, "続いています", "申告した方の記録を見た", "氏名"] {
            #expect(page.status == 200 && page.text.contains(text), "\(text)")
        }
        for secret in World.personal where secret != "未受診" {
            #expect(!page.text.contains(secret), "\(secret)")
        }
        #expect(try office.event("declaration.list")["actor"] == "user:privacy")
        func review(_ browser: Browser, _ finding: String = "appropriate", _ words: String = "通話の記録と照らした")
            -> Response
        {
            browser.post(
                "/declarations/1/review", ["csrf": browser.csrf, "finding": finding, "words": words])
        }
        #expect(review(privacy).status == 409, "it still runs")
        #expect(privacy.post("/declarations/1/end", ["csrf": privacy.csrf]).status == 303)
        #expect(center.get("/declarations/1").status == 403)
        #expect(review(center).status == 403)
        #expect(review(privacy, "fine").status == 422 && review(privacy, "appropriate", "").status == 422)
        #expect(review(privacy).status == 303)
        let done = try office.event("declaration.review")
        #expect(review(privacy, "inappropriate").status == 409, "once")
        #expect(try office.event("declaration.review")["outcome"] == "deny")
        #expect(
            done["outcome"] == "permit" && privacy.get("/declarations").text.contains("適切だった「通話の記録と照らした」"))
        #expect(!privacy.get("/audit").text.contains("緊急の申告（"))
        #expect(center.get("/declarations").status == 403)
    }

    @Test("is not reviewed by who declared it, and is overdue after a week")
    func ownReview() throws {
        let office = Office(try World("center", "privacy"))
        try office.world.store.setRoles(
            ["center-staff"], of: "center", by: .user("cli:root"), at: office.clock.now)
        let center = try office.browser("center")
        #expect(office.declare(center, "P-QUIET").status == 303)
        _ = center.post("/declarations/1/end", ["csrf": center.csrf])
        try office.world.store.setRoles(
            ["privacy-officer"], of: "center", by: .user("cli:root"), at: office.clock.now)
        let answer = center.post(
            "/declarations/1/review",
            ["csrf": center.csrf, "finding": "appropriate", "words": "自分で確かめた"])
        #expect(answer.status == 403 && answer.text.contains("ほかの人"))
        #expect(try office.event("declaration.review")["outcome"] == "deny")
        office.clock.pass(minutes: 8 * 24 * 60)
        #expect(try office.world.store.declarationCounts(at: office.clock.now).overdue == 1)
        #expect(try office.browser("privacy").get("/declarations").text.contains("期限を過ぎています"))
    }
}
