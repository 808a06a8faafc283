import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Cases on paper")
struct SheetTests {
    private func world() throws -> (world: World, center: Browser) {
        let world = try World("center", "school", "officer")
        return (world, try Browser(world.service, as: "center", token: world.session))
    }

    private func events(_ what: String, _ world: World) throws -> [JSON] {
        var events: [JSON] = []
        try world.store.exclusively { database in
            try database.statement(
                "SELECT event FROM audit_event WHERE event ->> '$.what' = ? ORDER BY sequence"
            ).rows(what) { row in
                events.append(try JSONDecoder().decode(JSON.self, from: Data(row.text(0).utf8)))
            }
        }
        return events
    }

    private func chosen(_ browser: Browser, _ cases: [String]) -> Response {
        let body = (["csrf=\(browser.csrf)"] + cases.map { "case=\($0)%3A0" }).joined(separator: "&")
        return browser.send(
            "/sheets/progress", Array(body.utf8),
            [
                .init("sec-fetch-site", "same-origin"), .init("origin", "null"),
                .init("content-type", "application/x-www-form-urlencoded"),
            ])
    }

    @Test(
        "each form says who printed it, when and for what, and is an event of its own",
        arguments: CaseForm.ofOne)
    func ofOne(form: CaseForm) throws {
        let (world, center) = try world()
        let id = world.cases[0]
        let answer = center.get("/cases/\(id)/sheets/\(form.code)")
        #expect(answer.status == 200 && answer.text.contains(World.openName))
        #expect(answer.text.contains("<h2>\(form.rawValue)</h2>") && !answer.text.contains("<nav"))
        let mark = "center　令和8年10月1日 3時6分　こどもの状況確認と支援"
        #expect(
            answer.text.contains("class=\"watermark\"") && answer.text.contains("<div>\(mark)　　"),
            "\(answer.text)")
        #expect(answer.text.contains("若葉台二丁目") == (form == .progress))
        let printed = try #require(try events("case.print", world).first)
        #expect(printed["references"]?["case"] == .string(id))
        #expect(printed["references"]?["form"] == .string(form.code))
        #expect(printed.text.contains("\"address\"") == (form == .progress))
        #expect(try events("case.read", world).isEmpty)
    }

    @Test("what was done with a case stands on its sheets, with author, old and new value")
    func history() throws {
        let (world, center) = try world()
        let id = world.cases[0]
        #expect(
            center.post("/cases/\(id)", ["csrf": center.csrf, "step": "claim", "version": "0"]).status == 303)
        let note = ["csrf": center.csrf, "step": "note", "note": "母と電話で話した", "version": "1"]
        #expect(center.post("/cases/\(id)", note).status == 303)
        let history = center.get("/cases/\(id)/sheets/history").text
        for text in ["母と電話で話した", "架空 center", "担当: なし → center"] {
            #expect(history.contains(text), "\(text) \(history)")
        }
        let progress = center.get("/cases/\(id)/sheets/progress").text
        #expect(progress.contains("架空 center") && !progress.contains("母と電話で話した"))
        let conference = center.get("/cases/\(id)/sheets/conference").text
        #expect(conference.contains("受診の予定を保護者に聞いてください。") && conference.contains("class=\"blank\""))
    }

    @Test("what 支援措置 hides is on no sheet, and drafts are on none")
    func masked() throws {
        let (world, center) = try world()
        let id = world.cases[1]
        let draft = ["csrf": center.csrf, "form": "note", "text": "書きかけ", "version": "0"]
        _ = center.post("/cases/\(id)/drafts", draft)
        for path in CaseForm.ofOne.map({ "/cases/\(id)/sheets/\($0.code)" }) + ["/sheets/ledger"] {
            let text = center.get(path).text
            #expect(text.contains(World.protectedName), "\(path)")
            for secret in World.secrets + ["書きかけ"] { #expect(!text.contains(secret), "\(path) \(secret)") }
        }
    }

    @Test(
        "several chosen cases are printed at once, each with its event; what is not to be seen is told as absent"
    )
    func several() throws {
        let (world, center) = try world()
        let answer = chosen(center, world.cases + ["C-NONE"])
        #expect(answer.status == 200 && answer.text.matches(of: /class="sheet"/).count == 2)
        #expect(answer.text.contains("ケース C-NONEは印刷できません。"))
        #expect(try events("case.print", world).compactMap { $0["references"]?["case"] }.count == 2)
        for wrong in [[], world.cases + [world.cases[0]], (0...50).map { "C-\($0)" }] {
            #expect(chosen(center, wrong).status == 422)
        }
    }

    @Test("the ledger has the list's range and is one event about all whom it shows")
    func ledger() throws {
        let (world, center) = try world()
        let list = center.get("/cases").text
        #expect(list.contains("href=\"/sheets/ledger\"") && list.contains("formaction=\"/sheets/progress\""))
        let answer = center.get("/sheets/ledger")
        #expect(answer.status == 200 && answer.text.contains("範囲: すべて　2件"))
        for name in [World.openName, World.protectedName] { #expect(answer.text.contains(name)) }
        #expect(center.get("/sheets/ledger?queue=mine").text.contains("範囲: 自分の担当　0件"))
        #expect(center.get("/sheets/ledger?queue=x").status == 400)
        let printed = try events("cases.print", world)
        #expect(printed.map { $0["counts"]?["cases"] } == [.integer(2), .integer(0)])
    }

    @Test("a ledger of more than 500 cases tells how many more there are")
    func most() throws {
        let people = (0..<501).map { PersonID("P-\($0)") }
        let flags = people.map { person in
            Flag(
                rule: "H1", version: 1, title: "3歳児健診の記録がありません", person: person, urgency: .offer,
                difficulties: [.development],
                reasons: [Reason(sentence: "理由", facts: [], items: ["B06"], sources: [])],
                confirm: [], since: World.day)
        }
        let world = try World("center", more: flags)
        let center = try Browser(world.service, as: "center", token: world.session)
        let text = center.get("/sheets/ledger").text
        #expect(text.contains("500件<strong>（ほかに3件あります。"), "\(text.prefix(3000))")
    }

    @Test("who may not see cases prints none, and the attempt is in the trail")
    func refused() throws {
        let (world, _) = try world()
        let officer = try Browser(world.service, as: "officer", token: world.session)
        for form in CaseForm.ofOne {
            #expect(officer.get("/cases/\(world.cases[0])/sheets/\(form.code)").status == 403)
        }
        #expect(officer.get("/sheets/ledger").status == 403 && chosen(officer, world.cases).status == 403)
        #expect(try events("case.print", world).allSatisfy { $0["outcome"] == "deny" })
        #expect(try events("page.refuse", world).count == 1 && events("cases.print", world).count == 1)
        let school = try Browser(world.service, as: "school", token: world.session)
        #expect(school.get("/cases/\(world.cases[0])/sheets/progress").status == 404)
    }
}
