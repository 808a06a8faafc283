import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Children drawn at random, by page and API")
struct SpotCheckTests {
    /// しずか and a sibling of hers are drawn; nobody else has neither flag nor 支援措置 and a birth that is known.
    private func world(_ users: UserID...) throws -> World {
        let kin = [(id: PersonID("P-KIN"), birth: Day(number: 19_500) as Day?)]
        let world =
            users.count > 1
            ? try World(users[0], users[1], kin: kin) : try World(users[0], kin: kin)
        let decide = world.guideline.decisions(
            for: AccessRequest(
                actor: .system("nightly"), roles: ["nightly"], action: .join,
                items: world.guideline.purposes["support"]?.items ?? [], purpose: "support", standing: nil,
                on: World.day, isScheduled: true))
        let drawn = try world.store.drawSpotChecks(
            SpotCheckPlan(perMonth: 20, ages: 0...17), actor: .system("nightly"), deciding: decide,
            at: World.night)
        try #require(drawn ?? 0 > 0)
        return world
    }

    @Test(
        "list and child say that no rule applied and nothing is suspected, and the API answers in the declared shapes"
    )
    func told() throws {
        let world = try world("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let page = center.get("/spot-checks")
        #expect(page.status == 200 && page.text.contains("どの判定規則にも当てはまらなかった"))
        #expect(page.text.contains("疑って選んだのではありません") && page.text.contains("aria-current"))
        let list = center.get("/api/v1/spot-checks")
        #expect(Schema.named("SpotCheckList").mismatch(list.json) == nil, "\(list.text)")
        let number = try world.store.exclusively {
            try $0.statement("SELECT id FROM spot_check ORDER BY id").first { $0.int(0) } ?? 0
        }
        let child = center.get("/spot-checks/\(number)")
        #expect(child.status == 200 && child.text.contains("疑って選んだのではありません"))
        let detail = center.get("/api/v1/spot-checks/\(number)")
        #expect(Schema.named("SpotCheckDetail").mismatch(detail.json) == nil, "\(detail.text)")
        for secret in World.secrets { #expect(!page.text.contains(secret), "\(secret)") }
        #expect(center.get("/spot-checks/999").status == 404)
        #expect(center.get("/api/v1/spot-checks/x").status == 404)
    }

    @Test("an answer is kept from the page and from the API; support without words comes back")
    func answers() throws {
        let world = try world("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let number = try world.store.exclusively {
            try $0.statement("SELECT id FROM spot_check ORDER BY id").first { $0.int(0) } ?? 0
        }
        func post(_ fields: [String: String]) -> Response {
            center.post("/spot-checks/\(number)", fields.merging(["csrf": center.csrf]) { $1 })
        }
        #expect(post(["answer": "支援が要る", "note": "　"]).status == 422)
        #expect(post(["answer": "なんとなく"]).status == 422)
        #expect(post(["answer": "気になる点なし"]).status == 303)
        let headers: [Request.Field] = [
            .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
        ]
        let answer = center.send(
            "/api/v1/spot-checks/\(number)/answers",
            Array(#"{"answer":"支援が要る","note":"<b>学校</b>と相談する"}"#.utf8), headers)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(Schema.named("SpotCheckDetail").mismatch(answer.json) == nil)
        #expect(center.get("/spot-checks/\(number)").text.contains("&lt;b&gt;学校&lt;/b&gt;"))
        #expect(try world.store.spotCheckTallies().map(\.answers) == [[.support: 1]])
    }

    @Test("who may not see all that rules read sees neither the list's children nor the menu's word")
    func withheld() throws {
        let world = try world("school", "officer")
        let school = try Browser(world.service, as: "school", token: { try world.session($0) })
        let page = school.get("/spot-checks")
        // Not that there is nobody: that is not theirs to know.
        #expect(page.status == 200 && page.text.contains("見られません"))
        #expect(!page.text.contains("確かめるこどもはいません"))
        #expect(!school.get("/cases").text.contains("/spot-checks"))
        #expect(school.get("/spot-checks/1").status == 404)
        let officer = try Browser(world.service, as: "officer", token: { try world.session($0) })
        for path in ["/spot-checks", "/spot-checks/1", "/api/v1/spot-checks"] {
            #expect(officer.get(path).status == 403, "\(path)")
        }
    }
}
