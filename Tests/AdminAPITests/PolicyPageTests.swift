import Domain
import Foundation
import HTTP
import Policy
import Synchronization
import Testing

@testable import AdminAPI
@testable import Pages
@testable import Store

@Suite("The guideline on pages")
struct PolicyPageTests {
    private func browser(_ world: World, _ user: UserID = "privacy") throws -> Browser {
        try Browser(world.service, as: user, token: world.session)
    }

    @Test("the matrix tells what the guideline tells, one purpose at a time")
    func matrix() throws {
        let world = try World("privacy")
        let privacy = try browser(world)
        let page = privacy.get("/policy?purpose=support")
        #expect(page.status == 200)
        let section = GuidelineViews.section(
            of: try #require(world.guideline.purposes["support"]), world.guideline.accesses(on: World.day),
            world.guideline)
        #expect(section.rows.count > 20)
        for cell in Set(section.rows.flatMap(\.self)) where !cell.isEmpty {
            #expect(page.text.contains(HTML.escaped(cell)), "\(cell)")
        }
        #expect(privacy.get("/policy").status == 200)
        #expect(privacy.get("/policy?purpose=nothing").status == 400)
        #expect(page.text.contains("承認を待つ案はありません"))
    }

    @Test("why is answered as the decision itself, with the statements that made it")
    func why() throws {
        let world = try World("privacy")
        let privacy = try browser(world)
        let ask = "/policy/why?role=center-staff&action=read&purpose=support&item=A02&scope=within&case="
        #expect(privacy.get(ask).text.contains("許可"))
        let masked = privacy.get(ask + "支援措置").text
        #expect(masked.contains("住所を伏せる"))
        let denied = privacy.get("/policy/why?role=analyst&action=read&purpose=support").text
        #expect(denied.contains("不許可") && denied.contains("analyst-no-persons"))
        #expect(privacy.get("/policy/why").status == 200)
        #expect(privacy.get("/policy/why?role=nobody").status == 400)
        let who = privacy.get("/policy/who?item=D05")
        #expect(who.status == 200 && who.text.contains("この項目を使える役割"))
        #expect(privacy.get("/policy/who?item=Z99").status == 400)
    }

    /// The shipped guideline with one role fewer who may audit, as somebody proposes it.
    static func proposed(_ world: World, by user: UserID) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Guidelines").path
        let files = try GuidelineFiles(folder: folder)
        let guideline = try files.guideline()
        let decision = world.guideline.decide(
            AccessRequest(
                actor: .user(user), roles: ["privacy-officer"], action: .propose, items: [],
                purpose: "operations", standing: PersonStanding(), on: World.day, hasReason: true))
        try world.store.propose(
            guideline: files.canonicalBytes, revision: guideline.revision, reason: "もとの決まりに戻す",
            actor: .user(user), decision: decision, at: World.night)
        return guideline.revision
    }

    @Test("a proposal is told with what it changes; its proposer gets no form, a second person approves it")
    func proposal() throws {
        let world = try World("privacy", "manager")
        let approved = Mutex<[String]>([])
        let service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            approveGuideline: { session, revision, reason, password, _ in
                guard password == World.password else {
                    throw Fault(.denied, code: "policy.log-in", message: "違います。", fix: "")
                }
                approved.withLock { $0.append("\(session.user) \(revision) \(reason)") }
            }, clock: { World.night + 3600 }, report: { Issue.record("\($0)") })
        let revision = try Self.proposed(world, by: "privacy")
        let privacy = try Browser(service, as: "privacy", token: world.session)
        let own = privacy.get("/policy/proposal")
        #expect(own.status == 200 && own.text.contains("まず確かめること") && own.text.contains("これまでの閲覧"))
        #expect(own.text.contains("自分の出した案は承認できません") && !own.text.contains("name=\"password\""))
        #expect(privacy.get("/policy").text.contains(String(revision.prefix(12))))
        let manager = try Browser(service, as: "manager", token: world.session)
        #expect(manager.get("/policy/proposal").text.contains("name=\"password\""))
        func approve(_ revision: String, _ password: String) -> Response {
            manager.post(
                "/policy/proposal",
                [
                    "csrf": manager.csrf, "revision": revision, "reason": "差を確かめた", "password": password,
                ])
        }
        #expect(approve(String(repeating: "0", count: 64), World.password).status == 409)
        let wrong = approve(revision, "違う")
        #expect(wrong.status == 403 && wrong.text.contains("差を確かめた") && !wrong.text.contains("value=\"違う\""))
        #expect(approve(revision, World.password).status == 303)
        #expect(approved.withLock { $0 } == ["manager \(revision) 差を確かめた"])
    }

    @Test("without a way to approve the page says which command does")
    func byCommand() throws {
        let world = try World("privacy", "manager")
        let revision = try Self.proposed(world, by: "privacy")
        let manager = try browser(world, "manager")
        #expect(
            manager.get("/policy/proposal").text.contains("renkei policy approve \(revision.prefix(12))"))
    }

    @Test("whoever does not oversee is refused everywhere, and the trail says who tried")
    func denied() throws {
        let world = try World("center")
        let center = try browser(world, "center")
        let paths = ["/policy", "/policy/why", "/policy/who", "/policy/proposal"]
        for path in paths { #expect(center.get(path).status == 403, "\(path)") }
        #expect(center.post("/policy/proposal", ["csrf": center.csrf]).status == 403)
        let refused = try world.store.exclusively { database in
            try database.statement(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'page.refuse' AND event ->> '$.outcome' = 'deny'"
            ).first { $0.int(0) } ?? 0
        }
        #expect(refused == paths.count + 1)
    }
}
