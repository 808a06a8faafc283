import Domain
import Foundation
import HTTP
import Store
import Testing

@testable import AdminAPI

@Suite("Who may see what")
struct AccessTests {
    static let paths = [
        "/", "/cases", "/runs/latest", "/api/v1/cases", "/api/v1/runs/latest", "/cases/X", "/api/v1/cases/X",
    ]

    @Test("every route that is not open asks for the log-in")
    func logInIsRequired() throws {
        let world = try World()
        let stranger = Browser(world.service)
        let open = world.service.routes.filter { $0.needs == .nothing }.map(\.name).sorted()
        #expect(open == ["health", "icon", "logIn", "readOpenAPI", "showLogIn", "stylesheet"])
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
        #expect(center.get("/runs/latest").status == 403)
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
}

extension World {
    func session(_ token: String) throws -> Session? {
        try store.session(token: token, at: Self.night + 3600)
    }
}
