import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("What overseers' pages tell, the API tells under the same permission")
struct OversightAPITests {
    private static let paths = [
        "/api/v1/policy", "/api/v1/policy/accesses", "/api/v1/policy/proposal",
        "/api/v1/policy/decisions?role=analyst&action=read&purpose=support", "/api/v1/users",
        "/api/v1/audit/records", "/api/v1/audit/analyses",
    ]

    private func items(_ answer: Response) -> [JSON] {
        guard case .array(let items) = answer.json["items"] else { return [] }
        return items
    }

    @Test("accesses are those of the guideline, by purpose and item")
    func accesses() throws {
        let world = try World("privacy")
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        let all = items(privacy.get("/api/v1/policy/accesses"))
        #expect(all.count == world.guideline.accesses(on: World.day).count && !all.isEmpty)
        let some = items(privacy.get("/api/v1/policy/accesses?purpose=support&item=D05"))
        #expect(!some.isEmpty && some.count < all.count)
        #expect(some.allSatisfy { $0["purpose"] == .string("support") && $0["item"] == .string("D05") })
        for query in ["purpose=none", "item=Z99"] {
            #expect(privacy.get("/api/v1/policy/accesses?\(query)").status == 400, "\(query)")
        }
        #expect(privacy.get("/api/v1/policy").json["revision"] == .string(world.guideline.revision))
        #expect(privacy.get("/api/v1/policy/proposal").status == 404, "none waits")
    }

    @Test("a decision names the statements that made it; a question that is not whole is refused")
    func decisions() throws {
        let world = try World("privacy")
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        let denied = privacy.get(Self.paths[3])
        #expect(denied.json["isPermitted"] == .bool(false) && denied.text.contains("analyst-no-persons"))
        let asked =
            "/api/v1/policy/decisions?role=center-staff&action=read&purpose=support&item=A02&scope=within"
        #expect(privacy.get(asked).json["isPermitted"] == .bool(true))
        for query in ["", "?role=center-staff&action=read", "?role=nobody&action=read&purpose=support"] {
            #expect(privacy.get("/api/v1/policy/decisions\(query)").status == 400, "\(query)")
        }
    }

    @Test("a proposal is read and approved by another person with the password, as on the page")
    func proposal() throws {
        let world = try World("privacy", "manager")
        let service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            approveGuideline: { _, _, _, password, _ in
                guard password == World.password else {
                    throw Fault(.denied, code: "policy.log-in", message: "違います。", fix: "")
                }
            }, clock: { World.night + 3600 }, report: { Issue.record("\($0)") })
        let revision = try PolicyPageTests.proposed(world, by: "privacy")
        let manager = try Browser(service, as: "manager", token: world.session)
        let told = manager.get("/api/v1/policy/proposal").json
        #expect(told["revision"] == .string(revision) && told["mayApprove"] == .bool(true))
        func approve(_ revision: String, _ password: String) -> Response {
            manager.send(
                "/api/v1/policy/proposal",
                JSON.object([
                    "revision": .string(revision), "reason": .string("確かめた"), "password": .string(password),
                ]).bytes, [.init("sec-fetch-site", "same-origin"), .init("content-type", "application/json")])
        }
        #expect(approve(String(repeating: "0", count: 64), World.password).status == 409)
        #expect(approve(revision, "違う").status == 403)
        #expect(approve(revision, World.password).status == 200)
    }

    @Test("records and users are those of the pages; reading them is in the trail")
    func records() throws {
        let world = try World("privacy", "center", "school")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/cases/\(world.cases[0])").status == 200)
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        let reads = privacy.get("/api/v1/audit/records?user=center")
        let newest = try #require(items(reads).first)
        #expect(newest["what"] == .string("case.read") && newest["case"] == .string(world.cases[0]))
        for name in World.personal { #expect(!reads.text.contains(name)) }
        #expect(
            items(privacy.get("/api/v1/audit/records?user=privacy")).first?["what"] == .string("audit.read"))
        #expect(privacy.get("/api/v1/audit/records?kind=some").status == 400)
        let users = items(privacy.get("/api/v1/users"))
        let school = try #require(users.first { $0["user"] == .string("school") })
        #expect(school["roles"] == .strings(["school-management"]))
        #expect(school["scopes"] == .strings(["school:ひみつ小学校", "school:みなみ小学校"]))
        let found = privacy.get("/api/v1/audit/analyses?from=2026-01-01&to=2027-12-31").json
        #expect(found["hasLimits"] == .bool(true))
        #expect(privacy.get("/api/v1/audit/analyses?from=2026-02-01&to=2026-01-01").status == 400)
    }

    @Test("whoever does not oversee is refused everywhere, and the trail says who tried")
    func denied() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        for path in Self.paths + ["/api/v1/rules", "/api/v1/rules/H1", "/api/v1/rules/trials"] {
            #expect(center.get(path).status == 403, "\(path)")
        }
        #expect(center.begin("/api/v1/rules/trials").status == 403)
        let refused = try world.store.exclusively { database in
            try database.statement(
                """
                SELECT count(*) FROM audit_event
                WHERE event ->> '$.actor' = 'user:center' AND event ->> '$.outcome' = 'deny'
                """
            ).first { $0.int(0) } ?? 0
        }
        #expect(refused == Self.paths.count + 4)
    }
}
