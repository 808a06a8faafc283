import Domain
import Foundation
import HTTP
import Pages
import Policy
import Testing

@testable import AdminAPI
@testable import Store

extension OpenRules {
    static func invented(
        _ attempt: @escaping @Sendable (Actor, Int?, String?) throws -> RuleTrialPage.Found
    ) -> OpenRules {
        let rule = RulesPage.Rule(
            id: "H1", version: 2, title: "3歳児健診が未受診", urgency: .normal, author: "健康課",
            approver: "センター", from: World.day, to: nil, rationale: "様子を確かめます。", source: "法",
            confirm: ["受診の予定"], expected: 0.02, proceed: nil)
        return OpenRules(
            all: { RulesPage(rules: [rule], proposals: [.init(hash: "3fa94b0c2d11", title: "提案: H1 第3版")]) },
            waiting: { [.init(hash: "3fa94b0c2d11", title: "提案: H1 第3版")] },
            one: { id in
                id != "H1"
                    ? nil
                    : RulePage(
                        rule: rule, purpose: "支援", difficulties: [], population: "生後42か月から48か月まで",
                        items: ["B06"],
                        looks: ["B06: 生まれてから"], sentences: ["{source}にデータがありません。"], suppressions: ["転出・死亡"],
                        lastNight: nil, measured: nil, history: [], approval: "はじめのまま", text: "{ id: 'H1' }")
            }, attempt: attempt)
    }
}

extension RuleTrialPage.Found {
    static let invented = RuleTrialPage.Found(
        asOf: World.day, tried: "今の規則", persons: 40,
        lines: [
            .init(
                rule: "H1", version: 2, title: "3歳児健診が未受診", persons: nil, expected: 12, suppressed: nil,
                notEvaluated: 0, waiting: [], areas: .init(counts: [("若葉台", 20)], rest: "ほかは示しません。"),
                schools: nil, groups: .init(counts: [], rest: nil))
        ], week: "1週間に20件なら、")
}

@Suite("Rules are read and tried out by pages and by the API")
struct RuleRouteTests {
    private func service(
        _ world: World, _ attempt: @escaping @Sendable (Actor, Int?, String?) throws -> RuleTrialPage.Found
    ) -> AdminService {
        AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            rules: .invented(attempt), clock: { World.night + 3600 }, report: { Issue.record("\($0)") })
    }

    @Test(
        "one rule is shown with its sentences, its population and its file; a rule that is not there is not found"
    )
    func rule() throws {
        let world = try World("officer")
        let officer = try Browser(
            service(world) { _, _, _ in .invented }, as: "officer", token: world.session)
        let page = officer.get("/rules/H1")
        for words in [
            "生後42か月から48か月まで", "{source}にデータがありません。", "受診の予定", "{ id: &#39;H1&#39; }", "公開中の結果に当ててみる",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(officer.get("/rules/H9").status == 404)
        let told = officer.get("/api/v1/rules/H1").json
        #expect(told["population"] == .string("生後42か月から48か月まで") && told["version"] == .integer(2))
        #expect(officer.get("/api/v1/rules/H9").status == 404)
    }

    @Test("a trial runs as of whoever pressed, with what was typed, and tells no small count")
    func trial() throws {
        let world = try World("officer")
        let asked = Guarded<[String]>([])
        let service = service(world) { actor, capacity, proposal in
            asked.withLock { $0.append("\(actor) \(capacity ?? 0) \(proposal ?? "-")") }
            return .invented
        }
        let officer = try Browser(service, as: "officer", token: world.session)
        #expect(officer.get("/api/v1/rules/trials").json["state"] == .string("none"))
        let pressed = officer.post(
            "/rules/trial", ["csrf": officer.csrf, "capacity": "20", "proposal": "3fa94b0c2d11"])
        #expect(pressed.status == 303)
        let page = officer.settled("/rules/trial")
        for words in ["今の規則", "示さない", "若葉台", "ほかは示しません。", "1週間に20件なら"] {
            #expect(page.text.contains(words), "\(words)")
        }
        let result = officer.get("/api/v1/rules/trials").json["result"]
        #expect(result?["persons"] == .integer(40))
        #expect(officer.post("/rules/trial", ["csrf": officer.csrf]).status == 303)
        _ = officer.settled("/rules/trial")
        #expect(asked.withLock { $0 } == ["user:officer 20 3fa94b0c2d11", "user:officer 0 -"])
        for form in [["capacity": "多い"], ["capacity": "0"], ["proposal": "nobody"]] {
            let answer = officer.post("/rules/trial", form.merging(["csrf": officer.csrf]) { $1 })
            #expect(answer.status == 400, "\(form)")
        }
    }

    @Test("a trial that somebody else began is not taken for one's own")
    func twoTrials() throws {
        let world = try World("officer")
        let gate = DispatchSemaphore(value: 0)
        let service = service(world) { _, _, _ in
            gate.wait()
            return .invented
        }
        let officer = try Browser(service, as: "officer", token: world.session)
        #expect(officer.begin("/api/v1/rules/trials").status == 202)
        #expect(officer.post("/rules/trial", ["csrf": officer.csrf, "capacity": "33"]).status == 409)
        #expect(officer.begin("/api/v1/rules/trials").status == 409)
        gate.signal()
        #expect(officer.settled("/rules/trial").text.contains("1週間に20件なら"))
    }

    @Test("what goes wrong in a trial is told on its page")
    func failed() throws {
        let world = try World("officer")
        let service = service(world) { _, _, _ in
            throw Fault(.notFound, code: "publication.none", message: "まだ公開されたものがありません。", fix: "実行してください。")
        }
        let officer = try Browser(service, as: "officer", token: world.session)
        #expect(officer.begin("/api/v1/rules/trials").status == 202)
        #expect(officer.settled("/rules/trial").text.contains("まだ公開されたものがありません。"))
    }
}
