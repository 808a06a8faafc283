import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("The register of consents")
struct ConsentPageTests {
    @Test(
        "who keeps it sees what is in force with its papers, by ids alone; nobody else is shown that there is any"
    )
    func register() throws {
        let world = try World("privacy", "center")
        let person: PersonID = "P-OPEN"
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        #expect(privacy.get("/consents").text.contains("記録された申出はありません。"))
        let officer = Actor.user("privacy")
        _ = try world.store.record(
            NewConsent(
                purpose: "support", isRefusal: true, giver: .guardian, evidence: "利用停止請求 令和8年第3号", from: nil,
                until: nil, person: person),
            purposes: [:], reason: "審査のうえ認めた", actor: officer,
            decision: world.guideline.decide(
                AccessRequest(
                    actor: officer, roles: ["privacy-officer"], action: .register, items: [],
                    purpose: "rights", standing: PersonStanding(), on: World.day)), at: World.night + 3600)
        let page = privacy.get("/consents").text
        for text in ["M-1", "利用停止", "保護者", "利用停止請求 令和8年第3号", "有効", person.rawValue] {
            #expect(page.contains(text), "\(text)")
        }
        for secret in World.personal { #expect(!page.contains(secret)) }
        guard case .array(let items)? = privacy.get("/api/v1/consents").json["items"], let item = items.first
        else {
            Issue.record("no list")
            return
        }
        #expect(item["consent"] == "M-1" && item["says"] == "refused" && item["isInForce"] == true)
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/consents").status == 403 && center.get("/api/v1/consents").status == 403)
        #expect(!center.get("/cases").text.contains("/consents"))
    }
}
