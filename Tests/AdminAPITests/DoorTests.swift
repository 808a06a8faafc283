import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI

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
        let world = try World("nobody")
        let nobody = try Browser(world.service, as: "nobody", token: world.session)
        for route in world.service.routes where route.path != "/logout" {
            let path = route.path.replacing(/\{[a-z]+\}/, with: world.cases[0])
            let answer =
                route.method == "GET" ? nobody.get(path) : nobody.post(path, ["csrf": nobody.csrf])
            if case .permission = route.needs {
                #expect([400, 403, 404, 415, 422].contains(answer.status), "\(path) \(answer.status)")
            }
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(path)") }
        }
    }
}

extension Route.Needs {
    fileprivate var word: String {
        switch self {
        case .nothing: "open"
        case .logIn: "log-in"
        case .permission(let action): action.rawValue
        }
    }
}
