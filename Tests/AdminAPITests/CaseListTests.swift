import Domain
import Foundation
import HTTP
import Policy
import TestSupport
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Lists narrowed down, ended, kept")
struct CaseListTests {
    private func world(guideline: Guideline? = nil) throws -> (world: World, center: Browser) {
        let world = try World("center", "other", "officer", guideline: guideline)
        return (world, try Browser(world.service, as: "center", token: world.session))
    }

    private func step(_ browser: Browser, _ id: String, _ step: String, _ fields: [String: String] = [:]) {
        let version = browser.get("/api/v1/cases/\(id)").json["summary"]?["work"]?["version"]
        guard case .integer(let version) = version else { return }
        let form = ["csrf": browser.csrf, "step": step, "version": "\(version)", "note": "理由"]
        #expect(browser.post("/cases/\(id)", form.merging(fields) { $1 }).status == 303, "\(step)")
    }

    @Test("counts stand beside the tabs, on the page and in the API")
    func counts() throws {
        let (world, center) = try world()
        step(center, world.cases[0], "claim")
        step(center, world.cases[0], "due", ["due": "2026-10-05"])
        #expect(center.get("/cases").text.contains(">自分の担当 1</a>"))
        #expect(center.get("/cases").text.contains(">期限切れ 0</a>"))
        let list = center.get("/api/v1/cases?queue=mine").json
        #expect(list["total"] == 1 && list["mine"] == 1 && list["overdue"] == 0)
        let later = Office(world)
        later.clock.pass(minutes: 60 * 24 * 5)
        let browser = try later.browser("other")
        #expect(browser.get("/cases").text.contains(">期限切れ 1</a>"))
        #expect(browser.get("/cases").text.contains(">自分の担当 0</a>"))
        #expect(browser.get("/api/v1/cases?queue=overdue").json["total"] == 1)
    }

    @Test("pages and API take the same filters, together, and refuse what is none")
    func filters() throws {
        let (world, center) = try world()
        step(center, world.cases[0], "claim")
        for (query, total) in [
            ("holder=@me", 1), ("holder=@nobody", 1), ("holder=center", 1), ("holder=other", 0),
            ("difficulty=発達", 2), ("difficulty=貧困", 0), ("rule=H1", 2), ("rule=H9", 0),
            ("ageFrom=4&ageTo=4", 2), ("ageFrom=5", 0), ("ageTo=3", 0),
            ("queue=candidates&holder=@me&rule=H1&ageFrom=2&ageTo=6&difficulty=発達", 1),
        ] {
            #expect(center.get("/api/v1/cases?\(query)").json["total"] == .integer(total), "\(query)")
            let page = center.get("/cases?\(query)")
            #expect(page.status == 200 && page.text.contains("\(total)件中"), "\(query)")
        }
        // A form sends its empty fields.
        #expect(center.get("/cases?queue=&holder=&difficulty=&rule=&ageFrom=&ageTo=").text.contains("2件中"))
        #expect(center.get("/api/v1/cases?holder=").status == 400)
        for query in [
            "holder=090", "rule=1 2", "difficulty=x", "ageFrom=x", "ageFrom=-1", "ageTo=121",
            "ageFrom=9&ageTo=3", "queue=x",
        ] {
            #expect(center.get("/api/v1/cases?\(query)").status == 400, "\(query)")
        }
        let bar = center.get("/cases?holder=center&rule=H1").text
        for part in [
            "<details class=\"panel\" open=\"\">",
            "<option value=\"center\" selected=\"\">架空 center</option>",
            "<option value=\"H1\" selected=\"\">3歳児健診の記録がありません</option>",
            "href=\"/sheets/ledger?holder=center&amp;rule=H1\"",
        ] {
            #expect(bar.contains(part), "\(part)")
        }
        let ledger = center.get("/sheets/ledger?holder=@me&difficulty=虐待&ageFrom=3").text
        #expect(ledger.contains("範囲: すべて、担当: 自分、養育（虐待の予防）、3〜歳　1件"), "\(ledger.suffix(2500))")
    }

    @Test("ended cases have a list with the day of the end, from which none is given to anybody")
    func ended() throws {
        let (world, center) = try world()
        let (id, other) = (world.cases[0], try Browser(world.service, as: "other", token: world.session))
        step(center, id, "claim")
        step(center, id, "move", ["state": "アセスメント待ち"])
        step(center, id, "close", ["state": "対象外", "why": NotApplicableReason.unfitRule.rawValue])
        #expect(center.get("/api/v1/cases?queue=ended").json["total"] == 0)
        step(other, id, "approve")
        let list = center.get("/api/v1/cases?queue=ended")
        #expect(list.json["total"] == 1 && list.text.contains("\"endedOn\":\"2026-10-01\""))
        #expect(Schema.named("CaseList").mismatch(list.json) == nil)
        #expect(center.get("/api/v1/cases").json["total"] == 1)
        let page = center.get("/cases?queue=ended").text
        #expect(page.contains("令和8年10月1日に終了") && page.contains(World.openName))
        #expect(!page.contains("担当にする職員") && page.contains("進行管理票を印刷する"))
        #expect(!page.contains("class=\"urgency"))
        #expect(!page.contains(World.protectedName))
    }

    @Test("a list is kept under a name of one's own, shown as a tab, and forgotten")
    func kept() throws {
        let (world, center) = try world()
        let other = try Browser(world.service, as: "other", token: world.session)
        let form = ["csrf": center.csrf, "name": "小さい子 <1>", "queue": "candidates", "ageTo": "4"]
        let kept = center.post("/case-views", form)
        #expect(kept.status == 303 && kept.header("Location") == "/cases?queue=candidates&ageTo=4")
        let tab = "<a href=\"/cases?queue=candidates&amp;ageTo=4\" aria-current=\"page\">小さい子 &lt;1&gt;</a>"
        #expect(center.get("/cases?queue=candidates&ageTo=4").text.contains(tab))
        #expect(!other.get("/cases").text.contains("小さい子"))
        for wrong in [
            ["name": ""], ["name": String(repeating: "長", count: 41)], ["name": "１２３４ ５６７８ ９０１８"],
            ["queue": "", "ageTo": ""],
        ] {
            #expect(center.post("/case-views", form.merging(wrong) { $1 }).status == 422, "\(wrong)")
        }
        #expect(center.post("/case-views", form.merging(["queue": "x"]) { $1 }).status == 400)
        let gone = ["csrf": center.csrf, "name": "小さい子 <1>"]
        #expect(other.post("/case-views/delete", gone.merging(["csrf": other.csrf]) { $1 }).status == 303)
        #expect(center.get("/cases").text.contains("小さい子"))
        #expect(center.post("/case-views/delete", gone).status == 303)
        #expect(!center.get("/cases").text.contains("小さい子"))
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(officer.post("/case-views", form.merging(["csrf": officer.csrf]) { $1 }).status == 403)
    }
}
