import Domain
import Foundation
import HTTP
import Policy
import Store
import TestSupport
import Testing

@testable import AdminAPI

@Suite("Who may see what")
struct AccessTests {
    static let paths = [
        "/", "/cases", "/runs/latest", "/runs/latest/linkage", "/audit", "/api/v1/cases",
        "/api/v1/runs/latest", "/cases/X",
        "/api/v1/cases/X",
    ]

    @Test("every route that is not open asks for the log-in")
    func logInIsRequired() throws {
        let world = try World()
        let stranger = Browser(world.service)
        let open = world.service.routes.filter { $0.needs == .nothing }.map(\.name).sorted()
        #expect(
            open == [
                "draftScript", "health", "icon", "keyScript", "logIn", "readOpenAPI", "showLogIn",
                "stylesheet",
            ])
        for route in world.service.routes where route.needs != .nothing {
            let path = route.path.replacing("{id}", with: world.cases[0])
            let answer = route.method == "POST" ? stranger.post(path, [:]) : stranger.get(path)
            if route.isAPI {
                #expect(answer.status == 401 && answer.json["type"] == "urn:renkei:problem:not-logged-in")
            } else {
                #expect(answer.status == 303 && answer.header("Location") == "/login", "\(route.path)")
            }
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(route.path)") }
        }
    }

    @Test("each personal answer writes exactly one audit event, and nothing else does")
    func oneAuditEvent() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let id = world.cases[0]
        for (path, events) in [
            ("/cases", 1), ("/cases/\(id)", 1), ("/api/v1/cases", 1), ("/api/v1/cases/\(id)", 1),
            ("/cases/C-NONE", 1), ("/login", 0), ("/healthz", 0), ("/", 0), ("/api/v1/openapi.json", 0),
            ("/assets/renkei.css", 0), ("/assets/icon.svg", 0),
        ] {
            let before = try world.store.auditVerify().events
            _ = center.get(path)
            #expect(try world.store.auditVerify().events == before + events, "\(path)")
        }
        #expect(try world.store.auditVerify().problems.isEmpty)
    }

    @Test(
        "a role without permission gets 403 in Japanese and no personal text",
        arguments: ["officer", "nobody"])
    func denied(_ user: String) throws {
        let world = try World(UserID(user))
        let reader = try Browser(world.service, as: UserID(user), token: world.session)
        let id = world.cases[0]
        for path in ["/cases", "/cases/\(id)", "/cases/C-NONE", "/api/v1/cases", "/api/v1/cases/\(id)"] {
            let answer = reader.get(path)
            #expect(answer.status == 403 && answer.text.contains("権限がありません"), "\(path)")
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(path) \(secret)") }
        }
    }

    @Test("the night's report is for those who run the night")
    func runReport() throws {
        let world = try World("officer", "center")
        let officer = try Browser(world.service, as: "officer", token: world.session)
        #expect(officer.get("/runs/latest").text.contains("夜間処理の報告"))
        #expect(officer.get("/").header("Location") == "/runs/latest")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/runs/latest").status == 403 && center.get("/runs/latest/linkage").status == 403)
        #expect(center.get("/").header("Location") == "/cases")
        #expect(!center.get("/cases").text.contains("/runs/latest"))
    }

    @Test("a protected child's address, phone, guardian and school are in no answer to anybody")
    func protection() throws {
        let world = try World("center", "officer", "school", "nobody")
        for (user, _) in World.roles {
            let reader = try Browser(world.service, as: user, token: world.session)
            for path in Self.paths
                + world.cases.flatMap({ ["/cases/\($0)", "/api/v1/cases/\($0)"] })
            {
                let answer = reader.get(path)
                for secret in World.secrets { #expect(!answer.text.contains(secret), "\(user) \(path)") }
            }
        }
    }

    @Test("the center sees who, why and what to confirm")
    func center() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let queue = center.get("/cases").text
        #expect(
            queue.contains("2件中") && queue.contains(World.openName) && queue.contains(World.protectedName))
        let pages = world.cases.map { center.get("/cases/\($0)").text }
        let open = try #require(pages.first { $0.contains(World.openName) })
        for text in ["若葉台二丁目", "09011112222", "3歳児健診が未受診です", "受診の予定を保護者に", "kenshin_20261001.csv 2行"] {
            #expect(open.contains(text), "\(text)")
        }
        let hidden = try #require(pages.first { $0.contains(World.protectedName) })
        #expect(hidden.components(separatedBy: "非表示（支援措置）").count > 4)
    }

    @Test("a school does not learn that a child is in the queue for reasons of health alone")
    func school() throws {
        let world = try World("school")
        let school = try Browser(world.service, as: "school", token: world.session)
        for id in world.cases {
            for path in ["/cases/\(id)", "/api/v1/cases/\(id)"] {
                let text = school.get(path).text
                #expect(!text.contains("未受診") && !text.contains("3歳児健診"), "\(path)")
            }
            #expect(school.get("/cases/\(id)").status == 404)
        }
        let queue = school.get("/cases").text
        #expect(!queue.contains(World.openName) && !queue.contains(World.protectedName))
    }

    @Test("a head sees the pupils of their own school, and hears at the log-in where no school was given")
    func scope() throws {
        let truant = { (person: PersonID) in
            Flag(
                rule: "S1", version: 1, title: "欠席が増えています", person: person, urgency: .normal,
                difficulties: [.truancy],
                reasons: [Reason(sentence: "理由", facts: [], items: ["F03"], sources: [])], confirm: [],
                since: World.day)
        }
        let world = try World("school", more: ["P-OPEN", "P-HIDDEN"].map(truant))
        let school = try Browser(world.service, as: "school", token: world.session)
        func statuses() -> [Int] { world.cases.map { school.get("/cases/\($0)").status } }
        #expect(school.get("/cases").text.contains("2件中") && statuses() == [200, 200])
        func set(_ scopes: Set<Scope>) throws {
            try world.store.setRoles(
                ["school-management"], scopes: scopes, of: "school", by: .user("cli:root"),
                at: World.night + 3600)
        }
        try set([.school("みなみ小学校")])
        let own = school.get("/cases").text
        #expect(own.contains("1件中") && own.contains(World.openName) && !own.contains(World.protectedName))
        #expect(statuses() == [200, 404])
        try set([.school("きた小学校")])
        #expect(school.get("/cases").text.contains("0件") && statuses() == [404, 404])
        try set([])
        for path in ["/", "/cases", "/cases/\(world.cases[0])"] {
            let answer = school.get(path)
            #expect(answer.status == 403 && answer.text.contains("範囲（学校）が要ります"), "\(path)")
        }
        #expect(school.get("/api/v1/cases").status == 403)
    }
}

@Suite("What became of a department's extracts")
struct ExtractsPageTests {
    @Test("is told to that department, without what was made of them, and of another's as if there were none")
    func own() throws {
        let world = try World("center", "officer")
        try world.store.addUser(
            "clerk", displayName: "架空 clerk", roles: ["department-staff"], scopes: [.department("学務課")],
            password: World.password, by: .user("cli:root"), at: World.night)
        let clerk = try Browser(world.service, as: "clerk", token: world.session)
        #expect(clerk.get("/").header("Location") == "/extracts")
        let page = clerk.get("/extracts").text
        #expect(page.contains("学齢簿") && page.contains("row.columns"))
        let list = clerk.get("/api/v1/extracts")
        for text in ["乳幼児健診", "kenshin", "date.unreadable", "3歳児健診", "/runs/latest", "/cases"] {
            #expect(!page.contains(text) && !list.text.contains(text), "\(text)")
        }
        #expect(list.text.contains("gakurei_20261001.csv"))
        for path in ["/cases", "/runs/latest", "/audit", "/api/v1/runs/latest", "/cases/\(world.cases[0])"] {
            #expect(clerk.get(path).status == 403, "\(path)")
        }
        func set(_ scopes: Set<Scope>) throws {
            try world.store.setRoles(
                ["department-staff"], scopes: scopes, of: "clerk", by: .user("cli:root"),
                at: World.night + 3600)
        }
        try set([.department("保育課")])
        #expect(clerk.get("/extracts").text.contains("扱える抽出はありません"))
        try set([])
        #expect(clerk.get("/extracts").status == 403 && clerk.get("/extracts").text.contains("範囲（課）が要ります"))
        // Who mends all departments' rows sees them all; who mends none sees nothing.
        let officer = try Browser(world.service, as: "officer", token: world.session).get("/extracts").text
        #expect(officer.contains("学齢簿") && officer.contains("乳幼児健診"))
        #expect(try Browser(world.service, as: "center", token: world.session).get("/extracts").status == 403)
    }
}

@Suite("The privacy officer's page")
struct AuditPageTests {
    @Test("begins there, and tells who read what, when and for what, without any contents")
    func whoReadWhat() throws {
        let world = try World("center", "privacy")
        let center = try Browser(world.service, as: "center", token: world.session)
        let id = world.cases[0]
        _ = center.get("/cases/\(id)")
        _ = center.get("/api/v1/cases")
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        #expect(privacy.get("/").header("Location") == "/audit")
        let page = privacy.get("/audit")
        #expect(page.status == 200)
        for text in [
            "架空 center（center）", "ケースを見た", "ケース \(id)", "こどもの状況確認と支援", "確認の一覧を見た", "2人", "氏名", "住所",
        ] {
            #expect(page.text.contains(text), "\(text)")
        }
        for secret in World.personal where secret != "未受診" {
            #expect(!page.text.contains(secret), "\(secret)")
        }
        #expect(privacy.get("/audit").text.contains("閲覧の記録を見た"))
    }

    @Test("narrows down by user, case and day, and leads on page by page")
    func filters() throws {
        let world = try World("center", "privacy")
        let center = try Browser(world.service, as: "center", token: world.session)
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        let id = world.cases[1]
        _ = center.get("/cases/\(id)")
        for _ in 0..<60 { _ = center.get("/cases") }
        func count(_ query: String, _ text: String) -> Int {
            privacy.get("/audit?\(query)").text.components(
                separatedBy: "<td data-title=\"したこと・対象\" role=\"cell\"><div><div>\(text)"
            ).count - 1
        }
        #expect(count("user=center&case=&from=&to=", "確認の一覧を見た") == 50)
        #expect(count("user=center&case=\(id)", "ケースを見た") == 0)
        #expect(count("user=nobody", "") == 0)
        #expect(count("user=center&from=2026-10-01&to=2026-10-01", "") == 50)
        #expect(count("user=center&to=2026-09-30", "") == 0)
        let first = privacy.get("/audit?user=center&from=2026-10-01").text
        let next = try #require(first.firstMatch(of: /href="(\/audit\?[^"]+)" rel="next"/)?.1)
        let rest = privacy.get(String(next).replacing("&amp;", with: "&").replacing("%2D", with: "-"))
        #expect(rest.text.contains("ケースを見た") && !rest.text.contains("rel=\"next\""))
        for query in [
            "from=yesterday", "to=2026-02-30", "before=-1", "before=x", "user=a&user=b", "person=x",
        ] {
            #expect(privacy.get("/audit?\(query)").status == 400, "\(query)")
        }
    }

    @Test("lists who changed users and rules, by user and day")
    func changes() throws {
        let world = try World("center", "privacy")
        try world.store.setRoles(
            ["school-management"], scopes: [.school("みなみ小学校")], of: "center", by: .user("cli:root"),
            at: World.night)
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        let page = privacy.get("/audit?kind=changes")
        for text in [
            "変更の記録", "役割を入れ替えた", "利用者 center（役割 school-management、範囲 school:みなみ小学校）", "root（コマンド）", "利用者を加えた",
        ] {
            #expect(page.status == 200 && page.text.contains(text), "\(text)")
        }
        #expect(!page.text.contains("ケースを見た") && page.text.contains("value=\"changes\""))
        #expect(privacy.get("/audit").text.contains("href=\"/audit?kind=changes\""))
        #expect(privacy.get("/audit?kind=changes&user=nobody").text.contains("当てはまる変更はありません"))
        #expect(privacy.get("/audit?kind=all").status == 400)
    }

    @Test("is for that role alone, and a refused attempt is in the trail")
    func others() throws {
        let world = try World("center", "officer", "school", "nobody", "privacy")
        for user: UserID in ["center", "officer", "school", "nobody"] {
            let reader = try Browser(world.service, as: user, token: world.session)
            let before = try world.store.auditVerify().events
            let answer = reader.get("/audit")
            #expect(answer.status == 403 && !answer.text.contains("見た人"), "\(user)")
            #expect(try world.store.auditVerify().events == before + 1)
            #expect(reader.get("/audit?from=yesterday&before=x").status == 403)
            #expect(try world.store.auditVerify().events == before + 2)
            #expect(!reader.get("/").text.contains("href=\"/audit\""))
        }
        let privacy = try Browser(world.service, as: "privacy", token: world.session)
        #expect(privacy.get("/audit").text.contains("断られました（見せても、変えてもいません）"))
        for path in ["/cases", "/runs/latest"] { #expect(privacy.get(path).status == 403) }
    }
}

@Suite("What a role may not see")
struct WithheldTests {
    @Test("changes no byte of the queue's pages and lists")
    func noByte() throws {
        func seen(_ person: PersonID, _ rule: RuleID, _ urgency: Urgency, _ items: [ItemCode], since: Int)
            -> Flag
        {
            Flag(
                rule: rule, version: 1, title: "規則\(rule)", person: person, urgency: urgency,
                difficulties: rule == "S1" ? [.truancy] : [.abuse, .poverty, .development],
                reasons: [Reason(sentence: "理由", facts: [], items: items, sources: [])], confirm: [],
                since: World.day.adding(days: -since))
        }
        let people = (0..<90).map { PersonID("P-\($0)") }
        var generator = SeededGenerator(seed: testSeed)
        let forSchool = people.map { person in
            let urgency: Urgency = [.immediate, .normal, .offer][Int.random(in: 0..<3, using: &generator)]
            return seen(person, "S1", urgency, ["F03"], since: Int.random(in: 0..<5, using: &generator))
        }
        // Of every kind a school may not see, on children it knows of and on others, urgent and old.
        let withheld: [[ItemCode]] = [["B06"], ["D01"], ["F03", "D05"]]
        var hidden: [Flag] = []
        for person in people + (90..<120).map({ PersonID("P-\($0)") }) {
            for items in withheld where Bool.random(using: &generator) {
                hidden.append(seen(person, RuleID("X-\(items[0])"), .immediate, items, since: 300))
            }
        }
        let pupils = (0..<120).map { PersonID("P-\($0)") }
        let bare = try World("school", more: forSchool, pupils: pupils)
        let full = try World("school", more: forSchool + hidden, pupils: pupils, twin: bare)
        func bytes(_ world: World) throws -> [String] {
            let school = try Browser(world.service, as: "school", token: world.session)
            var texts: [String] = []
            for start in ["/cases", "/api/v1/cases?limit=7"] {
                var path: String? = start
                while let here = path {
                    let answer = school.get(here)
                    #expect(answer.status == 200)
                    texts.append(answer.text.replacing(school.csrf, with: ""))
                    let next =
                        answer.text.firstMatch(of: /after=([-0-9A-Z.]+)"/)?.1
                        ?? answer.text.firstMatch(of: /"next":"([^"]+)"/)?.1
                    path = next.map { "\(start)\(start.contains("?") ? "&" : "?")after=\($0)" }
                }
            }
            return texts
        }
        let (one, other) = (try bytes(bare), try bytes(full))
        #expect(one.count == 2 + 13 && one[0].contains("90件中"))
        #expect(one == other, "seed \(testSeed)")
    }
}

extension World {
    func session(_ token: String) throws -> Session? {
        try store.session(token: token, at: Self.night + 3600)
    }
}
