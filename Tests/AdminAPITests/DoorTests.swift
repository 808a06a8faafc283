import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

/// No route is added without saying what it asks for.
@Suite("Doors")
struct DoorTests {
    @Test("docs/doors.md says of exactly every route what it asks for")
    func routes() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/doors.md")
        let written = try String(contentsOf: page, encoding: .utf8).matches(
            of: /\| `((?:GET|POST|PUT|DELETE|PATCH) [^`]+)` \| ([^|]+) \|/)
        let listed = Dictionary(
            written.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { one, _ in one })
        #expect(listed.count == written.count, "a route stands twice")
        let world = try World()
        let routes = Dictionary(
            world.service.routes.map { ("\($0.method) \($0.path)", $0.needs.word) },
            uniquingKeysWith: { one, _ in one })
        for (route, needs) in routes { #expect(listed[route] == needs, "\(route)") }
        for route in listed.keys { #expect(routes[route] != nil, "\(route) is no route") }
    }

    /// A route that asks for an action denies it to whoever has no role, and what is open to a log-in shows nobody.
    @Test("whoever has no role is shown nothing by any route")
    func nobody() throws {
        let world = try World("nobody", "center")
        let center = try Browser(world.service, as: "center", token: world.session)
        try center.declare(in: world)
        let nobody = try Browser(world.service, as: "nobody", token: world.session)
        for route in world.service.routes where route.path != "/logout" {
            let answer = nobody.knock(at: route, in: world)
            if case .permission = route.needs {
                #expect([400, 403, 404, 422].contains(answer.status), "\(route.path) \(answer.status)")
            }
            if route.path.contains("declarations/{id}") {
                #expect([403, 404, 409].contains(answer.status), "\(route.path) \(answer.status)")
            }
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(route.path)") }
        }
        #expect(center.get("/declarations/1").text.contains(World.quietName), "nobody ended it either")
    }

    @Test("what is denied before the store is asked is in the trail all the same")
    func deniedBefore() throws {
        let world = try World("nobody")
        let nobody = try Browser(world.service, as: "nobody", token: world.session)
        func refused(_ what: String) throws -> Int {
            try world.store.exclusively { database in
                try database.statement(
                    """
                    SELECT count(*) FROM audit_event WHERE event ->> '$.what' = ? AND event ->> '$.outcome' = 'deny'
                        AND event ->> '$.actor' = 'user:nobody' AND event ->> '$.purpose' IS NOT NULL
                    """
                ).first(what) { $0.int(0) } ?? 0
            }
        }
        for path in ["/runs/latest", "/api/v1/extracts"] { #expect(nobody.get(path).status == 403) }
        #expect(try refused("page.refuse") == 2)
        #expect(nobody.post("/emergencies", ["csrf": nobody.csrf, "whom": "?"]).status == 403)
        #expect(try refused("declaration.begin") == 1)
    }
}

extension Browser {
    /// Opens しずか, who has no case, as declaration K-1.
    func declare(in world: World) throws {
        let form = ["csrf": csrf, "whom": "P-QUIET", "reason": "通報を受けて所在を確かめる"]
        #expect(post("/emergencies", form).status == 303)
        #expect(get("/declarations/1").text.contains(World.quietName))
    }

    /// Asks a route as its page or a program would: with a number that is there, and a form or body that it takes.
    func knock(at route: Route, in world: World) -> Response {
        let path = route.path.replacing(
            "{id}", with: route.path.contains("declarations") ? "1" : world.cases[0])
        if route.method == "GET" { return get(path) }
        let words: [String: String] =
            switch route.path.split(separator: "/").last {
            case "emergencies", "unlocks":
                ["whom": "P-QUIET", "reason": "通報を受けて所在を確かめる", "minutes": "5"]
            case "notes": ["note": "会えた"]
            case "confirm": ["password": World.password]
            case "review": ["finding": "appropriate", "words": "通報の記録を見た"]
            case "steps": ["step": "note", "note": "電話した"]
            case "verdicts": ["answer": "same", "reason": "窓口で確認"]
            default: [:]
            }
        func send(_ type: String, _ body: [UInt8]) -> Response {
            self.send(
                path, body,
                [
                    .init("sec-fetch-site", "same-origin"), .init("content-type", type),
                    .init("if-match", "\"1\""),
                ])
        }
        switch route.medium {
        case .form: return post(path, words.merging(["csrf": csrf]) { $1 })
        case .json:
            return send("application/json", JSON.object(words.mapValues { .string($0) }).bytes)
        case .csv: return send("text/csv", Array("1,2\r\n".utf8))
        case .upload(let name): return upload(path, "1,2\r\n", as: name)
        }
    }

    /// Sends a form with a file.
    func upload(
        _ path: String, _ file: String?, as name: String = "file", _ fields: [String: String] = [:]
    ) -> Response {
        var parts = fields.merging(["csrf": csrf]) { one, _ in one }.sorted { $0.key < $1.key }.map { one in
            "\"\(one.key)\"\r\n\r\n\(one.value)"
        }
        if let file {
            parts.append("\"\(name)\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\(file)")
        }
        let text = parts.map { "--b\r\nContent-Disposition: form-data; name=\($0)\r\n" }.joined()
        return send(
            path, Array("\(text)--b--\r\n".utf8),
            [
                .init("sec-fetch-site", "same-origin"),
                .init("content-type", "multipart/form-data; boundary=b"),
            ])
    }
}

extension Route.Needs {
    fileprivate var word: String {
        switch self {
        case .nothing: "open"
        case .logIn: "log-in"
        case .registering: "log-in, or the beginning of one"
        case .permission(let action): action.rawValue
        }
    }
}
