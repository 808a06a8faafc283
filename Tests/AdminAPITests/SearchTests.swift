import Domain
import Foundation
import HTTP
import Policy
import TestSupport
import Testing

@testable import AdminAPI
@testable import Store

/// Looking persons up by name, as page and as API.
@Suite("Search")
struct SearchTests {
    private func names(_ answer: Response) -> [String] {
        guard case .array(let items)? = answer.json["items"] else { return [] }
        return items.compactMap { item in
            if case .string(let name)? = item["name"] { name } else { nil }
        }
    }

    @Test("a person is found by a beginning, with or without a case, in the shape that is documented")
    func finds() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        for words in ["わ", "ﾜｶ", "若", "若葉みのり", "わかば　みの", "若葉 R4.4.10"] {
            let answer = center.get("/api/v1/persons?q=\(words)")
            #expect(names(answer) == [World.openName], "\(words) \(answer.text)")
            #expect(Schema.named("PersonList").mismatch(answer.json) == nil)
            #expect(answer.text.contains(world.cases[0]))
        }
        let quiet = center.get("/api/v1/persons?q=ミナトノ")
        #expect(names(quiet) == [World.quietName] && quiet.text.contains(#""case":null"#))
        // By a guardian; of somebody under 支援措置 by no guardian, and nothing that hides.
        #expect(names(center.get("/api/v1/persons?q=湊野　なぎさ")) == [World.quietName])
        #expect(names(center.get("/api/v1/persons?q=まもる")).isEmpty)
        let hidden = center.get("/api/v1/persons?q=かくれ")
        #expect(names(hidden) == [World.protectedName] && hidden.text.contains(#""isProtected":true"#))
        for secret in World.secrets { #expect(!hidden.text.contains(secret), "\(secret)") }
    }

    @Test("pages follow one another, and a place that nobody may know is answered as a wrong one")
    func paging() throws {
        let world = try World("center", "school")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let first = center.get("/api/v1/persons?q=R4.4.10&limit=2")
        #expect(names(first) == [World.protectedName, World.quietName], "\(first.text)")
        guard case .string(let next)? = first.json["next"] else {
            Issue.record("no next page")
            return
        }
        let last = center.get("/api/v1/persons?q=R4.4.10&limit=2&after=\(next)")
        #expect(names(last) == [World.openName] && last.json["next"] == .null)
        // The school of しずか is another: her place tells this reader nothing.
        let school = try Browser(world.service, as: "school", token: { try world.session($0) })
        #expect(Set(names(school.get("/api/v1/persons?q=R4.4.10"))) == [World.openName, World.protectedName])
        let (quiet, nobody) = (
            school.get("/api/v1/persons?q=ワ&after=P-QUIET"), school.get("/api/v1/persons?q=ワ&after=P-NOBODY")
        )
        #expect(quiet.status == 409 && quiet.text == nobody.text)
    }

    @Test(
        "what cannot be looked up is told with its field, in Japanese, without the words",
        arguments: [
            ("q=", 400, "「q」"), ("q=若葉 99.99.99", 400, "生年月日"), ("q=令和2年4月", 400, "日まで"),
            ("q=若葉&limit=51", 400, "limit"), ("q=若葉&x=1", 400, "x"), ("", 400, "「q」"),
        ])
    func wrong(query: String, status: Int, told: String) throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let answer = center.get("/api/v1/persons" + (query.isEmpty ? "" : "?\(query)"))
        #expect(answer.status == status && answer.text.contains(told), "\(answer.text)")
        #expect(!answer.text.contains("若葉"))
    }

    @Test("the page finds by a form, keeps what was typed, and links to the case")
    func page() throws {
        let world = try World("center", "officer")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let empty = center.get("/search")
        #expect(empty.status == 200 && empty.text.contains(#"action="/search""#))
        let found = center.post("/search", ["csrf": center.csrf, "q": "わかば"])
        #expect(found.status == 200 && found.text.contains("1人が見つかりました"))
        #expect(found.text.contains("/cases/\(world.cases[0])") && found.text.contains(#"value="わかば""#))
        // On from whom was found, as far as this reader may: none has a programme in this world, the way leads there all the same.
        let quiet = center.post("/search", ["csrf": center.csrf, "q": "ミナトノ"]).text
        for path in ["/open-case?person=P-QUIET", "/support/P-QUIET"] {
            #expect(quiet.contains("href=\"\(path)\""), "\(path)")
        }
        #expect(center.get("/open-case?person=P-QUIET").text.contains("value=\"P-QUIET\""))
        #expect(!found.text.contains("/open-case") && found.text.contains("/support/P-OPEN"))
        let none = center.post("/search", ["csrf": center.csrf, "q": "ヌ"])
        #expect(none.text.contains("当てはまる方はいません"))
        let wrong = center.post("/search", ["csrf": center.csrf, "q": "若葉 99.99.99"])
        #expect(
            wrong.status == 422 && wrong.text.contains("若葉 99.99.99") && wrong.text.contains("生年月日を読み取れません"))
        #expect(center.post("/search", ["q": "わかば"]).status == 403)
        #expect(center.get("/cases").text.contains(#"href="/search""#))
        // Who lists nobody searches nobody, whatever is typed; each attempt is in the trail.
        let officer = try Browser(world.service, as: "officer", token: { try world.session($0) })
        for words in ["わかば", "", "99.99.99"] {
            let answer = officer.post("/search", ["csrf": officer.csrf, "q": words])
            #expect(answer.status == 403 && !answer.text.contains("みのり"))
        }
        #expect(officer.get("/search").status == 403)
        #expect(!officer.get("/runs/latest").text.contains(#"href="/search""#))
    }

    @Test(
        "where the guideline wants a reason, nobody is found without one, and the reason stays in the trail")
    func reason() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Guidelines").path
        let world = try World("center")
        let strict = world.folder.file("strict")
        try FileManager.default.copyItem(atPath: folder, toPath: strict)
        try Data(
            """
            { statements: [{ id: "search-reason", effect: "oblige", reason: "探す理由を残すためです。", roles: "all",
                actions: ["list"], items: "all", purposes: ["support"], obligations: ["reason"] }] }
            """.utf8
        ).write(to: URL(filePath: strict + "/policies/search.json5"))
        try Data(#"{ secondFactor: { except: ["center-staff"] } }"#.utf8)
            .write(to: URL(filePath: strict + "/log-in/second-factor.json5"))
        let guideline = try Guideline.load(folder: strict, digest: { Digest.sha256($0) })
        let service = AdminService(
            store: world.store, guideline: { guideline }, cookie: .plain, clock: { World.night + 3600 },
            report: { Issue.record("\($0)") })
        let center = try Browser(service, as: "center", token: { try world.session($0) })
        let page = center.get("/search")
        #expect(page.status == 200 && page.text.contains("探す理由"))
        let refused = center.get("/api/v1/persons?q=ワ")
        #expect(refused.status == 400 && refused.text.contains("「reason」"))
        #expect(center.post("/search", ["csrf": center.csrf, "q": "ワ"]).status == 422)
        let found = center.get("/api/v1/persons?q=ワ&reason=通報のこどもを確かめる")
        #expect(names(found) == [World.openName], "\(found.text)")
        let told = try world.store.exclusively { database in
            try database.statement(
                """
                SELECT event FROM audit_event WHERE event ->> '$.what' = 'persons.search'
                ORDER BY sequence DESC LIMIT 1
                """
            ).first { $0.text(0) }
        }
        #expect(told?.contains("通報のこどもを確かめる") == true && told?.contains("\"q\"") == false)
    }
}
