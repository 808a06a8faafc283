import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

/// The second factor as the pages ask for it, under the guideline as it is shipped: every role needs one.
@Suite("Log-in with a second factor")
struct LogInTests {
    private func browser(_ office: Office, _ code: String? = nil) throws -> Browser {
        var browser = Browser(office.service)
        var form = ["user": "center", "password": World.password]
        form["code"] = code
        let answer = browser.post("/login", form)
        try #require(answer.status == 303)
        try browser.take(answer, office)
        return browser
    }

    private func code(_ office: Office, _ browser: Browser) throws -> String {
        let token = String((browser.cookie ?? "").dropFirst("renkei_sid=".count))
        let offer = office.world.store.secondFactorOffer(for: "center", token: token)
        #expect(browser.get("/second-factor").text.contains(offer.key.prefix(4)))
        let secret = Array(
            office.world.store.keys.pseudonyms.mac("second factor", [token]).prefix(TimeCode.secretLength))
        return TimeCode.code(secret, step: TimeCode.step(at: office.clock.now))
    }

    @Test("whoever needs one and has none sees the page to register it, and nothing else")
    func nothingElse() throws {
        let office = Office(try World("center", guideline: World.shipped.get()))
        let center = try browser(office)
        for route in office.service.routes where route.needs != .nothing && route.path != "/logout" {
            let answer = center.knock(at: route, in: office.world)
            switch (route.needs, route.isAPI) {
            case (.registering, _): #expect([200, 422].contains(answer.status), "\(route.path)")
            case (_, true):
                #expect(
                    answer.status == 403
                        && answer.json["type"] == "urn:renkei:problem:second-factor-missing", "\(route.path)")
            case (_, false):
                #expect(
                    answer.status == 303 && answer.header("Location") == "/second-factor", "\(route.path)")
            }
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(route.path)") }
        }
        #expect(center.post("/logout", ["csrf": center.csrf]).header("Location") == "/login")
    }

    @Test("the registration gives another token and ten codes for paper, shown once")
    func registration() throws {
        let office = Office(try World("center", guideline: World.shipped.get()))
        var center = try browser(office)
        let old = center
        #expect(center.get("/second-factor").text.contains("<svg class=\"qr\""))
        let wrong = center.post("/second-factor", ["csrf": center.csrf, "code": "12"])
        #expect(wrong.status == 422 && wrong.text.contains("SHA-256"))
        #expect(center.post("/second-factor", ["code": try code(office, center)]).status == 403, "no csrf")
        let code = try code(office, center)
        let done = center.post("/second-factor", ["csrf": center.csrf, "code": code])
        #expect(done.status == 200 && done.text.matches(of: /<li><code>[0-9A-Z]{5}-[0-9A-Z]{5}</).count == 10)
        try center.take(done, office)
        #expect(center.get("/cases").status == 200 && old.get("/cases").header("Location") == "/login")
        #expect(center.get("/second-factor").text.contains("登録されています"))
        #expect(!center.get("/second-factor").text.contains("<svg class=\"qr\""))
    }

    @Test("a wrong code is answered like a wrong password and an unknown name")
    func alike() throws {
        let office = Office(try World("center"))
        _ = try office.world.store.registerSecondFactor(
            of: "center", by: .user("cli:root"), at: office.clock.now)
        let answers = [
            ["user": "center", "password": World.password], ["user": "center", "password": "wrong"],
            ["user": "center", "password": World.password, "code": "000000"],
            ["user": "stranger", "password": World.password, "code": "000000"],
        ].map { Browser(office.service).post("/login", $0) }
        #expect(answers.allSatisfy { $0.status == 401 && $0.header("Set-Cookie") == nil })
        #expect(Set(answers.map(\.body)).count == 1)
    }

    @Test("a guideline that comes to demand one counts from the next request on")
    func atOnce() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(center.get("/cases").status == 200)
        let shipped = try World.shipped.get()
        let stricter = AdminService(
            store: office.world.store, guideline: { shipped }, cookie: .plain,
            clock: { [clock = office.clock] in clock.now }, report: { _ in })
        var same = Browser(stricter)
        same.cookie = center.cookie
        #expect(same.get("/cases").header("Location") == "/second-factor")
    }

    @Test("log-ins are listed and ended: one's own by everybody, all by whoever runs the service")
    func logIns() throws {
        let office = Office(try World("center", "other", "officer"))
        let (center, other) = (try office.browser("center"), try office.browser("other"))
        let officer = try office.browser("officer")
        func items(_ browser: Browser) -> [JSON] {
            guard case .array(let items) = browser.get("/api/v1/sessions").json["items"] else { return [] }
            return items
        }
        #expect(items(center).map { $0["user"] } == ["center"] && items(center)[0]["isThis"] == true)
        #expect(items(officer).count == 3 && officer.get("/sessions").text.contains("架空 other"))
        #expect(!center.get("/sessions").text.contains("架空 other"))
        let number = try #require(items(other)[0]["number"]).text
        let end = "/sessions/\(number)/end"
        #expect(center.post(end, ["csrf": center.csrf]).status == 404)
        #expect(other.get("/cases").status == 200)
        #expect(officer.post(end, ["csrf": officer.csrf]).header("Location") == "/sessions")
        #expect(other.get("/cases").header("Location") == "/login")
        #expect(try office.event("session.end")["references"]?["user"] == "other")
        let sent: [Request.Field] = [
            .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
        ]
        let own = try #require(items(center)[0]["number"]).text
        #expect(center.send("/api/v1/sessions/\(own)/end", Array("{}".utf8), sent).status == 200)
        #expect(center.get("/api/v1/sessions").status == 401)
    }

    @Test("a session is over half an hour after its last use, and after twelve hours in any case")
    func limits() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        office.clock.pass(minutes: 29)
        #expect(center.get("/cases").status == 200)
        office.clock.pass(minutes: 31)
        #expect(center.get("/cases").header("Location") == "/login")
        let again = try office.browser("center")
        for _ in 0..<28 {
            office.clock.pass(minutes: 25)
            #expect(again.get("/api/v1/sessions").status == 200)
        }
        office.clock.pass(minutes: 21)
        #expect(again.get("/api/v1/sessions").status == 401)
    }
}

/// Machines at the API.
@Suite("Tokens of machines")
struct MachineTests {
    private func machine(_ office: Office, _ scopes: Set<TokenScope>) throws -> String {
        try office.world.store.createToken(
            for: "center", scopes: scopes, days: 30, by: .user("cli:root"), at: office.clock.now
        ).token
    }

    private func ask(
        _ office: Office, _ method: String, _ path: String, _ authorization: [String], cookie: String? = nil,
        body: String = ""
    ) -> Response {
        var headers = [Request.Field("host", "127.0.0.1:8080")]
        headers += authorization.map { .init("authorization", $0) }
        headers += cookie.map { [.init("cookie", $0)] } ?? []
        if method == "POST" {
            headers += [.init("content-type", "application/json"), .init("if-match", "\"1\"")]
        }
        return office.service.respond(
            to: Request(method: method, path: path, headers: headers, body: Array(body.utf8)))
    }

    @Test("a token asks within its scopes, without cookie, origin or form token")
    func scopes() throws {
        let office = Office(try World("center", guideline: World.shipped.get()))
        let bearer = ["Bearer " + (try machine(office, [.casesRead, .casesWrite]))]
        let id = office.world.cases[0]
        #expect(ask(office, "GET", "/api/v1/cases", bearer).status == 200)
        let read = ask(office, "GET", "/api/v1/cases/\(id)", bearer)
        #expect(read.status == 200)
        let body = #"{"step":"note","note":"電話した"}"#
        #expect(ask(office, "POST", "/api/v1/cases/\(id)/steps", bearer, body: body).status == 200)
        for (method, path) in [
            ("GET", "/api/v1/support"), ("GET", "/api/v1/runs/latest"), ("GET", "/api/v1/declarations"),
            ("GET", "/api/v1/sessions"), ("POST", "/api/v1/emergencies"),
        ] {
            let answer = ask(office, method, path, bearer, body: "{}")
            #expect(
                answer.status == 403 && answer.json["type"] == "urn:renkei:problem:token-scope", "\(path)")
        }
        // Pages are for people.
        #expect(ask(office, "GET", "/cases", bearer).header("Location") == "/login")
        #expect(try office.event("token.use")["references"]?["token"] == "T-1")
    }

    @Test("a wrong token is a problem, whatever is wrong, and a cookie beside it counts for nothing")
    func wrong() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        let token = try machine(office, [.casesRead])
        var bodies: Set<[UInt8]> = []
        for authorization in [
            ["Bearer x"], ["Bearer "], ["Bearer"], ["Basic \(token)"], [token], ["Bearer  \(token)"],
            ["Bearer \(token) x"], ["Bearer \(token)", "Bearer \(token)"], [""],
        ] {
            let answer = ask(office, "GET", "/api/v1/cases", authorization, cookie: center.cookie)
            #expect(answer.status == 401 && answer.header("WWW-Authenticate") != nil, "\(authorization)")
            #expect(answer.header("Content-Type") == "application/problem+json")
            bodies.insert(answer.body)
        }
        #expect(bodies.count == 1)
        for _ in 0..<11 { _ = ask(office, "GET", "/api/v1/cases", ["Bearer x"]) }
        let waiting = ask(office, "GET", "/api/v1/cases", ["Bearer x"])
        #expect(waiting.status == 429 && waiting.header("Retry-After") == "60")
        #expect(ask(office, "GET", "/api/v1/cases", ["bearer \(token)"]).status == 200)
    }

    @Test("roles count from the next request on, and an ended token is over")
    func atOnce() throws {
        let office = Office(try World("center"))
        let bearer = ["Bearer " + (try machine(office, [.casesRead]))]
        #expect(ask(office, "GET", "/api/v1/cases", bearer).status == 200)
        try office.world.store.setRoles(
            ["linkage-officer"], of: "center", by: .user("cli:root"), at: office.clock.now)
        #expect(ask(office, "GET", "/api/v1/cases", bearer).json["type"] == "urn:renkei:problem:denied")
        try office.world.store.endToken(1, by: .user("cli:root"), at: office.clock.now)
        #expect(ask(office, "GET", "/api/v1/cases", bearer).status == 401)
    }
}

extension Browser {
    /// Takes the cookie of an answer, and the form token that goes with it.
    mutating func take(_ answer: Response, _ office: Office) throws {
        cookie = answer.header("Set-Cookie")?.split(separator: ";").first.map(String.init)
        let token = String((cookie ?? "").dropFirst("renkei_sid=".count))
        csrf = try #require(try office.world.store.session(token: token, at: office.clock.now)).csrf
    }
}
