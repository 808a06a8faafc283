import Domain
import Foundation
import HTTP
import Pages
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("A form to narrow down stays where a value is none")
struct FilterFormTests {
    /// The form with what was typed, the fault beside the field and above the form, and no list.
    private func expect(
        _ page: Response, _ field: String, typed: String, says words: String, without list: [String],
        status: Int = 400
    ) {
        let text = page.text
        #expect(
            page.status == status && page.header("Content-Type")?.hasPrefix("text/html") == true, "\(text)")
        for part in [
            "aria-describedby=\"\(field)-why\" aria-invalid=\"true\"", "id=\"\(field)-why\">",
            "role=\"alert\" tabindex=\"-1\" autofocus=\"\"", "<a href=\"#\(field)\">", words,
            "value=\"\(typed)\"",
        ] {
            #expect(text.contains(part), "\(field): \(part)")
        }
        for part in list { #expect(!text.contains(part), "\(field): \(part)") }
    }

    @Test("the list of cases: ages and words, with the other choices as they were, and nobody is told of")
    func cases() throws {
        let world = try World("center", "officer")
        let center = try Browser(world.service, as: "center", token: world.session)
        for (query, field, typed, words) in [
            ("ageFrom=x&rule=H1", "ageFrom", "x", "0〜120 の数にしてください"),
            ("ageFrom=9&ageTo=3&rule=H1", "ageTo", "3", "「何歳から」以上"),
            ("rule=H1&holder=090", "holder", "090", "選び直してください"),
            ("rule=H1&difficulty=x", "difficulty", "x", "選び直してください"),
        ] {
            let page = center.get("/cases?\(query)")
            expect(
                page, field, typed: typed, says: words,
                without: [World.openName, World.protectedName, "件を表示", "印刷する"])
            #expect(page.text.contains("<option value=\"H1\" selected=\"\">3歳児健診の記録がありません</option>"))
            #expect(page.text.contains("<details class=\"panel\" open=\"\">"))
            #expect(center.get("/api/v1/cases?\(query)").header("Content-Type") == "application/problem+json")
        }
        let told = try world.store.exclusively { database in
            try database.statement(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'cases.list' AND event ->> '$.subjects' IS NOT NULL"
            ).first { $0.int(0) }
        }
        #expect(told == 0, "nobody stood on those pages")
        let kept = center.post("/case-views", ["csrf": center.csrf, "name": "", "queue": "candidates"])
        expect(kept, "name", typed: "", says: "書いて", without: [World.openName, "件を表示"], status: 422)
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(officer.get("/cases?ageFrom=x").status == 403, "who sees no list hears that first")
    }

    @Test("the records of reading and of changes, and the analysis: days and numbers of cases")
    func audit() throws {
        let world = try World("privacy", "center")
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        _ = try Browser(world.service, as: "center", token: world.session).get("/cases")
        for (path, field, typed, words) in [
            ("/audit?user=center&from=2026-02-30", "from", "2026-02-30", "ある日を"),
            ("/audit?user=center&from=2026-10-02&to=2026-10-01", "to", "2026-10-01", "それより後の日"),
            ("/audit?user=center&case=みのり", "case", "みのり", "「C-…」"),
            ("/audit?kind=changes&user=center&to=x", "to", "x", "ある日を"),
        ] {
            let page = privacy.get(path)
            expect(page, field, typed: typed, says: words, without: ["<table", "当てはまる"])
            #expect(page.text.contains("name=\"user\" value=\"center\""), "\(path)")
            let api = path.replacing("/audit", with: "/api/v1/audit/records")
            #expect(privacy.get(api).header("Content-Type") == "application/problem+json", "\(api)")
        }
        expect(
            privacy.get("/audit/analysis?from=2026-02-01&to=2026-01-01"), "to", typed: "2026-01-01",
            says: "それより後の日", without: ["件を調べ"])
        #expect(
            try Browser(world.service, as: "center", token: world.session).get("/audit?from=x").status == 403)
    }

    @Test("the guideline's questions, and the trial of rules")
    func choices() throws {
        let world = try World("privacy")
        let service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            rules: .invented { _, _, _ in .invented }, clock: { World.night + 3600 },
            report: { Issue.record("\($0)") })
        let privacy = try Browser(service, as: "privacy", token: world.session)
        for (path, field) in [
            ("/policy?purpose=x", "purpose"), ("/policy/who?item=x", "item"),
            ("/policy/why?role=center-staff&action=x&purpose=support", "action"),
        ] {
            expect(privacy.get(path), field, typed: "x", says: "選び直してください", without: ["<table", "答え:"])
        }
        #expect(
            privacy.get("/policy/why?role=center-staff&action=x").text
                .contains("<option value=\"center-staff\" selected=\"\">"))
        expect(
            privacy.post("/rules/trial", ["csrf": privacy.csrf, "capacity": "0"]), "capacity", typed: "0",
            says: "1〜100000", without: ["<table"])
    }

    @Test("the search: what is wrong stands beside the words, which stay")
    func search() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let page = center.post("/search", ["csrf": center.csrf, "q": "平成99年1月1日"])
        #expect(page.status == 422)
        for part in [
            "aria-describedby=\"q-example q-why\" aria-invalid=\"true\"", "<a href=\"#q\">",
            "value=\"平成99年1月1日\"", "role=\"alert\" tabindex=\"-1\"",
        ] {
            #expect(page.text.contains(part), "\(part)")
        }
    }
}
