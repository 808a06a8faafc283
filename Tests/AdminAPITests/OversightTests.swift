import Domain
import Foundation
import HTTP
import Pages
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Rules, users and analyses on pages")
struct OversightTests {
    private func browser(_ world: World, _ user: UserID = "privacy") throws -> Browser {
        try Browser(world.service, as: user, token: world.session)
    }

    @Test("unusual reading is analysed where a day is given, and the trail says who asked")
    func analysis() throws {
        let world = try World("privacy", "center")
        let center = try browser(world, "center")
        for _ in 0..<2 { #expect(center.get("/cases/\(world.cases[0])").status == 200) }
        let privacy = try browser(world)
        #expect(!privacy.get("/audit/analysis").text.contains("件を調べ"))
        let page = privacy.get("/audit/analysis?from=2026-01-01&to=2027-12-31")
        #expect(page.status == 200 && page.text.contains("件を調べ"))
        #expect(privacy.get("/audit/analysis?from=2026-02-01&to=2026-01-01").status == 400)
        for name in World.personal { #expect(!page.text.contains(name)) }
        #expect(privacy.get("/audit?kind=reads").status == 200)
        #expect(privacy.get("/audit").text.contains("まだ確かめられていません"))
        try world.store.recordVerification(
            world.store.auditVerify(), actor: .user("cli:root"), at: World.night + 3600)
        #expect(privacy.get("/audit").text.contains("食い違いはありませんでした"))
    }

    @Test("users stand with roles, ranges and log-ins that are not over; rules as they were brought")
    func usersAndRules() throws {
        let world = try World("privacy", "school")
        _ = try browser(world, "school")
        let page = try browser(world).get("/users")
        for words in ["school", "学校管理職", "school:みなみ小学校", "いまのログイン"] {
            #expect(page.text.contains(words), "\(words)")
        }
        let service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            rules: .invented { _, _, _ in .invented }, clock: { World.night + 3600 },
            report: { Issue.record("\($0)") })
        let rules = try Browser(service, as: "privacy", token: world.session).get("/rules")
        #expect(rules.status == 200 && rules.text.contains("健康課"))
    }

    @Test("whoever does not oversee is refused everywhere, and the trail says who tried")
    func denied() throws {
        let world = try World("center")
        let center = try browser(world, "center")
        let paths = ["/audit/analysis", "/users", "/rules", "/rules/H1", "/rules/trial", "/audit/verify"]
        for path in paths { #expect(center.get(path).status == 403, "\(path)") }
        let refused = try world.store.exclusively { database in
            try database.statement(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'page.refuse' AND event ->> '$.outcome' = 'deny'"
            ).first { $0.int(0) } ?? 0
        }
        #expect(refused == paths.count)
    }
}
