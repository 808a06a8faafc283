import Domain
import Foundation
import HTTP
import Policy
import Store
import Testing

@testable import AdminAPI

@Suite("The admin service")
struct ServiceTests {
    @Test("every answer carries the security headers, and only the assets may be kept")
    func securityHeaders() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let answers =
            AccessTests.paths.map { center.get($0) }
            + AccessTests.paths.map { Browser(world.service).get($0) }
            + [
                center.get("/login"), center.get("/none"), center.post("/none", [:]),
                center.get("/api/v1/none"),
                center.post("/cases", [:]), center.get("/assets/renkei.css"), world.service.refuse(431),
            ]
        for answer in answers {
            for field in SecurityHeaders.all { #expect(answer.header(field.name) == field.value) }
            #expect(answer.header("Cache-Control") != nil)
        }
        for answer in answers where answer.header("Content-Type")?.hasPrefix("text/css") != true {
            #expect(answer.header("Cache-Control") == "no-store")
        }
    }

    @Test(
        "the session cookie is out of reach for scripts and other sites, and of a new value after each log-in"
    )
    func cookies() throws {
        let world = try World("center")
        let answers = (0..<2).map { _ in
            Browser(world.service).post("/login", ["user": "center", "password": World.password])
        }
        for answer in answers {
            let cookie = try #require(answer.header("Set-Cookie"))
            #expect(
                cookie.hasPrefix("renkei_sid=") && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
        }
        #expect(answers[0].header("Set-Cookie") != answers[1].header("Set-Cookie"))
        let secure = SessionCookie.secure.set("t").value
        #expect(secure == "__Host-sid=t; Path=/; HttpOnly; SameSite=Strict; Secure")
    }

    @Test("a log-in ends the session it was made in, and a log-out ends its own")
    func rotation() throws {
        let world = try World("center")
        let first = try Browser(world.service, as: "center", token: world.session)
        var second = first
        let answer = first.post("/login", ["user": "center", "password": World.password])
        second.cookie = answer.header("Set-Cookie")?.split(separator: ";").first.map(String.init)
        #expect(first.get("/cases").status == 303 && second.get("/cases").status == 200)
        second.csrf = try world.session(String((second.cookie ?? "").dropFirst(11)))?.csrf ?? ""
        let out = second.post("/logout", ["csrf": second.csrf])
        #expect(out.status == 303 && out.header("Set-Cookie")?.contains("Max-Age=0") == true)
        #expect(second.get("/cases").status == 303)
    }

    @Test("a wrong log-in is answered alike, whatever is wrong")
    func wrongLogIn() throws {
        let world = try World("center")
        let answers = [
            ("center", "wrong"), ("unknown", "wrong"), ("", ""), ("center", ""), ("unknown", World.password),
        ]
        .map { Browser(world.service).post("/login", ["user": $0, "password": $1]) }
        #expect(answers.allSatisfy { $0.status == 401 && $0.header("Set-Cookie") == nil })
        #expect(Set(answers.map(\.body)).count == 1)
    }

    @Test("whoever fails five times is told to wait, whether there is such a user or not")
    func waiting() throws {
        let world = try World("center")
        func tries(_ user: String) -> [Response] {
            let words = Array(repeating: "wrong", count: 5) + [World.password]
            return words.map { Browser(world.service).post("/login", ["user": user, "password": $0]) }
        }
        let (known, unknown) = (tries("center"), tries("stranger"))
        #expect(known.map(\.status) == [401, 401, 401, 401, 429, 429])
        #expect(known.map(\.body) == unknown.map(\.body) && known.map(\.status) == unknown.map(\.status))
        #expect(known[5].text.contains("しばらくしてから") && known[5].header("Set-Cookie") == nil)
    }

    @Test("a removed user and a changed role count from the next request on")
    func changesCountAtOnce() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/cases").status == 200)
        try world.store.setRoles(
            ["linkage-officer"], of: "center", by: .user("cli:root"), at: World.night + 3600)
        #expect(center.get("/cases").status == 403 && center.get("/runs/latest").status == 200)
        #expect(center.get("/runs/latest/linkage").text.contains("結ばれた割合"))
        try world.store.removeUser("center", by: .user("cli:root"), at: World.night + 3600)
        #expect(center.get("/runs/latest").status == 303)
    }

    @Test("a form of another site is refused")
    func foreignForms() throws {
        let world = try World("center")
        let form = ["user": "center", "password": World.password]
        let type = Request.Field("content-type", "application/x-www-form-urlencoded")
        let (site, origin) = ("sec-fetch-site", "origin")
        for fields in [
            [(site, "cross-site")], [(site, "same-site")], [(site, "none")],
            [(origin, "https://evil.example")],
            [(origin, "null")], [], [(site, "same-origin"), (origin, "https://evil.example")],
        ] {
            let headers = fields.map { Request.Field($0.0, $0.1) } + [type]
            #expect(Browser(world.service).post("/login", form, headers: headers).status == 403, "\(fields)")
        }
        for own in [(site, "same-origin"), (origin, "http://127.0.0.1:8080")] {
            let headers = [Request.Field(own.0, own.1), type]
            #expect(Browser(world.service).post("/login", form, headers: headers).status == 303, "\(own)")
        }
    }

    @Test("a form needs its token, a POST its form type")
    func csrf() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.post("/logout", [:]).status == 403)
        #expect(center.post("/logout", ["csrf": "guess"]).status == 403)
        let own = Request.Field("origin", "http://127.0.0.1:8080")
        #expect(center.post("/logout", ["csrf": center.csrf], headers: [own]).status == 415)
        #expect(center.get("/cases").status == 200)
        let type = Request.Field("content-type", "application/x-www-form-urlencoded")
        #expect(center.post("/logout", ["csrf": center.csrf], headers: [own, type]).status == 303)
    }

    @Test("the OpenAPI document lists exactly the routes, their needs and their statuses")
    func openAPI() throws {
        let world = try World()
        let document = Browser(world.service).get("/api/v1/openapi.json").json
        #expect(document["openapi"] == "3.1.0")
        guard case .object(let paths) = document["paths"] else {
            Issue.record("no paths")
            return
        }
        var listed: [String: JSON] = [:]
        for (path, operations) in paths {
            guard case .object(let operations) = operations else { continue }
            for (method, operation) in operations { listed["\(method.uppercased()) \(path)"] = operation }
        }
        let routes = world.service.routes
        #expect(Set(listed.keys) == Set(routes.map { "\($0.method) \($0.path)" }))
        #expect(Set(routes.map(\.name)).count == routes.count)
        for route in routes {
            let operation = listed["\(route.method) \(route.path)"]
            #expect((operation?["security"] == []) == (route.needs == .nothing), "\(route.path)")
            guard case .object(let responses) = operation?["responses"] else {
                Issue.record("no responses at \(route.path)")
                continue
            }
            #expect(Set(responses.keys) == Set(route.statuses.map(String.init)))
        }
    }

    @Test("every answer of the API has a declared status and the declared shape")
    func shapes() throws {
        let world = try World("center", "officer", "school", "nobody", "privacy")
        let id = world.cases[0]
        for user in World.roles.map(\.user) + [nil] {
            let reader =
                try user.map { try Browser(world.service, as: $0, token: world.session) }
                ?? Browser(world.service)
            for route in world.service.routes where route.isAPI && route.method == "GET" {
                for path in [route.path.replacing("{id}", with: id), route.path + "?nonsense=1", route.path] {
                    let answer = reader.get(path)
                    #expect(route.statuses.contains(answer.status), "\(path): \(answer.status)")
                    let declared = route.answers.first { $0.status == answer.status }
                    let schema = answer.status == 200 ? declared?.schema : Schema.named("Problem")
                    if let schema { #expect(schema.mismatch(answer.json) == nil, "\(path)") }
                    let type = answer.status == 200 ? declared?.type : "application/problem+json"
                    #expect(answer.header("Content-Type") == type, "\(path)")
                }
            }
        }
    }

    @Test("paging neither skips nor repeats, and a cursor of another make is refused")
    func paging() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        let all = world.cases
        var seen: [String] = []
        var path = "/api/v1/cases?limit=1"
        for _ in 0..<all.count {
            let answer = center.get(path).json
            guard case .array(let items) = answer["items"], case .string(let id) = items.first?["id"] else {
                break
            }
            seen.append(id)
            guard case .string(let next) = answer["next"] else { break }
            path = "/api/v1/cases?limit=1&after=\(next)"
        }
        // Alike in everything else, the two stand in the order of their ids.
        #expect(seen == all.sorted() && all.count == 2)
        for query in ["limit=0", "limit=201", "limit=x", "after=x", "after=", "limit=1&limit=2", "other=1"] {
            #expect(center.get("/api/v1/cases?\(query)").status == 400, "\(query)")
        }
    }

    @Test("an unknown address is 404, a known one with another method 405")
    func unknown() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/none").status == 404 && center.get("/api/v1/none").json["status"] == 404)
        #expect(center.get("/cases/").status == 404 && center.get("/cases/a/b").status == 404)
        let answer = center.get("/cases", method: "DELETE")
        #expect(answer.status == 405 && answer.header("Allow") == "GET, HEAD")
        #expect(center.get("/cases", method: "HEAD").status == 200)
        #expect(center.get("/cases/C-NONE").status == 404)
    }

    @Test(
        "a failed night stands above every page until a night is published, with its cause for who runs the night alone",
        arguments: [("center", false), ("officer", true)])
    func banner(role: UserID, isTold: Bool) throws {
        let world = try World(role)
        try world.store.recordFailedRun(
            run: "r-next", message: "出欠のファイルが途中で切れています。", at: World.night + 600)
        let browser = try Browser(world.service, as: role, token: world.session)
        let page = browser.get("/sessions").text
        #expect(page.contains("昨夜の処理は公開されませんでした。"))
        #expect(page.contains("出欠のファイルが途中で切れています。") == isTold)
        #expect(page.contains("令和8年10月1日時点のデータを表示しています。"))
    }

    @Test("a hostile path or cookie is answered, never written back as markup")
    func hostile() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        for text in [
            "<script>alert(1)</script>", "'; DROP TABLE cases;--", String(repeating: "あ", count: 3000),
        ] {
            let answer = center.get("/cases/\(text.replacing("/", with: ""))")
            #expect(answer.status == 404 && !answer.text.contains("<script"))
            var forged = Browser(world.service)
            forged.cookie = "renkei_sid=\(text)"
            #expect(forged.get("/cases").status == 303)
        }
    }
}

extension Schema {
    /// Where the value leaves the shape; `nil` where it fits.
    func mismatch(_ value: JSON, at place: String = "$") -> String? {
        switch (self, value) {
        case (.string, .string), (.date, .string), (.dateTime, .string), (.integer, .integer),
            (.number, .integer),
            (.number, .number), (.boolean, .bool), (.null, .null):
            return nil
        case (.word(let words), .string(let word)): return words.contains(word) ? nil : place
        case (.array(let element), .array(let values)):
            return values.enumerated().compactMap { element.mismatch($1, at: "\(place)[\($0)]") }.first
        case (.object(let properties), .object(let values)):
            guard Set(properties.keys) == Set(values.keys) else { return place }
            return properties.compactMap { name, schema in
                values[name].flatMap { schema.mismatch($0, at: "\(place).\(name)") }
            }.first
        case (.request(let properties, let required), .object(let values)):
            guard Set(required).isSubset(of: values.keys), Set(values.keys).isSubset(of: properties.keys)
            else {
                return place
            }
            return values.compactMap { name, value in
                properties[name].flatMap { $0.mismatch(value, at: "\(place).\(name)") }
            }.first
        case (.either(let schemas), _):
            return schemas.contains { $0.mismatch(value) == nil } ? nil : place
        case (.named(let name), _):
            return Schemas.all[name]?.mismatch(value, at: place) ?? (Schemas.all[name] == nil ? place : nil)
        default: return place
        }
    }
}
