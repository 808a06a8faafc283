import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

/// Every route of the API, every parameter, header field and member of it written wrong: each is told by its name.
@Suite("What is written wrong")
struct MalformedTests {
    private static let json: [Request.Field] = [
        .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
        .init("if-match", "\"1\""),
    ]

    /// Somebody who may ask the route, with a number that is there.
    private func reader(_ route: Route, _ readers: [String: Browser]) throws -> Browser {
        let user =
            switch true {
            case route.path.contains(/v1\/(policy|rules|users|audit)/): "privacy"
            case route.path.contains("unlocks"): "unit"
            case route.path.contains("v1/review"): "reviewer"
            case route.path.contains("rejected"): "officer"
            case route.path.contains("review"), route.name == "listDeclarations": "privacy"
            case route.path.contains("runs"), route.path.contains("extracts"): "officer"
            default: "center"
            }
        return try #require(readers[user])
    }

    private func path(_ route: Route, _ world: World) -> String {
        route.path.replacing(
            "{id}",
            with: route.path.contains("declarations")
                ? "1" : route.path.contains("support") ? "P-OPEN" : world.cases[0])
    }

    private func world() throws -> (World, [String: Browser]) {
        let users: [UserID] = ["center", "officer", "privacy", "unit", "reviewer"]
        let world = try World(of: users, isCompared: true)
        let readers = try users.map(\.rawValue).reduce(into: [String: Browser]()) {
            $0[$1] = try Browser(world.service, as: UserID($1), token: world.session)
        }
        try #require(readers["center"]).declare(in: world)
        return (world, readers)
    }

    private func expect(_ answer: Response, _ status: Int, naming field: String, _ place: String) {
        #expect(answer.status == status, "\(place): \(answer.status) \(answer.text)")
        #expect(answer.header("Content-Type") == "application/problem+json", "\(place)")
        guard case .string(let detail) = answer.json["detail"] else {
            Issue.record("no detail at \(place)")
            return
        }
        #expect(detail.contains("「\(field)」") && detail.contains("。"), "\(place): \(detail)")
        for inner in ["SELECT", "sqlite", "Swift", "090-1234-5678"] {
            #expect(!answer.text.contains(inner), "\(place): \(inner)")
        }
    }

    @Test("every parameter of every route: another word, twice, and one that does not exist")
    func parameters() throws {
        let (world, readers) = try world()
        for route in world.service.routes where route.isAPI && route.needs != .nothing {
            let (reader, path) = (try reader(route, readers), path(route, world))
            func ask(_ query: String) -> Response {
                if route.method == "GET" { return reader.get("\(path)?\(query)") }
                let fields = query.split(separator: "&").map { pair in
                    let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
                    return Request.Field(halves[0], halves.count > 1 ? halves[1] : "")
                }
                let type = route.medium == .csv ? "text/csv" : "application/json"
                return reader.send(
                    path, Array("{}".utf8),
                    Self.json.filter { $0.name != "content-type" } + [.init("content-type", type)],
                    query: fields)
            }
            expect(ask("x=1"), 400, naming: "x", "\(route.method) \(route.path)")
            for parameter in route.query {
                for value in ["090-1234-5678", "%00", ""]
                where !(value.isEmpty && ["after", "reason"].contains(parameter.name))
                    // Who is gone stands in the trail under whatever id.
                    && (value.isEmpty || parameter.name != "user")
                {
                    expect(
                        ask("\(parameter.name)=\(value)"), 400, naming: parameter.name,
                        "\(path)?\(parameter.name)=\(value)")
                }
                let name = parameter.name
                expect(ask("\(name)=1&\(name)=2"), 400, naming: name, "\(path)?\(name) twice")
            }
        }
        // What looks like a value is not written back.
        let answer = readers["center"]?.get("/api/v1/cases?090-1234-5678=1")
        #expect(answer?.status == 400 && answer?.text.contains("090") == false)
    }

    @Test(
        "every body: no JSON, no object, and each member missing, unknown, of another make and of another word"
    )
    func bodies() throws {
        let (world, readers) = try world()
        for route in world.service.routes where route.body != nil {
            guard case .request(let members, let required)? = route.body else {
                Issue.record("\(route.path) takes another shape")
                continue
            }
            let (reader, path) = (try reader(route, readers), path(route, world))
            func send(_ body: String) -> Response { reader.send(path, Array(body.utf8), Self.json) }
            for body in ["", "{", "[]", "null", "1", "\"\u{FEFF}\"", "{\"a\":}", "電話 090-1234-5678"] {
                expect(send(body), 400, naming: "本文", "\(path) \(body)")
            }
            expect(
                reader.send(path, [0x7B, 0xFF, 0x7D], Self.json), 400, naming: "本文", "\(path) no UTF-8")
            let whole = members.mapValues(\.sound).filter { required.contains($0.key) }
            func body(_ changes: [String: JSON]) -> String {
                JSON.object(whole.merging(changes) { $1 }).text
            }
            expect(send(body(["nonsense": "1"])), 422, naming: "nonsense", path)
            expect(send(body(["090-1234-5678": "1"])), 422, naming: "本文", path)
            for (name, schema) in members {
                for value: JSON in [1, true, .null, [], ["a": "b"]] {
                    expect(send(body([name: value])), 422, naming: name, "\(path) \(name) \(value.text)")
                }
                switch schema {
                case .word, .date:
                    for value: JSON in ["090-1234-5678", "2026-02-30", ""] {
                        expect(send(body([name: value])), 422, naming: name, "\(path) \(name) \(value.text)")
                    }
                default: break
                }
            }
            for name in required {
                let rest = JSON.object(whole.filter { $0.key != name })
                expect(send(rest.text), 422, naming: name, "\(path) without \(name)")
            }
        }
    }

    @Test("every header field that means something")
    func headers() throws {
        let (world, readers) = try world()
        for route in world.service.routes where route.isAPI && !route.headers.isEmpty {
            let (reader, path) = (try reader(route, readers), path(route, world))
            guard case .request(let members, let required)? = route.body else { continue }
            let body = JSON.object(members.mapValues(\.sound).filter { required.contains($0.key) }).bytes
            for header in route.headers {
                let values =
                    header.name == "If-Match"
                    ? ["1", "*", "\"1", "\"1\", \"2\"", ""]
                    : ["", "a b", "電話", String(repeating: "a", count: 65)]
                for value in values {
                    let fields = Self.json.filter { $0.name != header.name.lowercased() }
                    let answer = reader.send(path, body, fields + [.init(header.name.lowercased(), value)])
                    expect(
                        answer, header.name == "If-Match" ? 400 : 422, naming: header.name,
                        "\(path) \(header.name): \(value)")
                }
            }
        }
    }

    @Test("every number in a path: one that is none is as one that is not there")
    func numbers() throws {
        let (world, readers) = try world()
        for route in world.service.routes where route.isAPI && route.path.contains("{id}") {
            let reader = try reader(route, readers)
            guard case .request(let members, let required) = route.body ?? .request([:], required: []) else {
                continue
            }
            let body = JSON.object(members.mapValues(\.sound).filter { required.contains($0.key) }).bytes
            for id in ["x", "0", "-1", "99999999999999999999", "電話", "C-NONE", "' OR 1=1"] {
                let path = route.path.replacing("{id}", with: id)
                let answer = route.method == "GET" ? reader.get(path) : reader.send(path, body, Self.json)
                #expect(answer.status == 404, "\(route.method) \(path): \(answer.status) \(answer.text)")
                #expect(answer.header("Content-Type") == "application/problem+json")
            }
        }
    }
}

/// A request that is sent again.
@Suite("Idempotency-Key")
struct KeyedRequestTests {
    private func send(_ browser: Browser, _ path: String, _ body: String, key: String) -> Response {
        browser.send(
            path, Array(body.utf8),
            [
                .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
                .init("idempotency-key", key),
            ])
    }

    @Test("has one effect and the same answer, and its key stands for nothing else")
    func once() throws {
        let office = Office(try World("center", "other"))
        let (center, other) = (try office.browser("center"), try office.browser("other"))
        let body = #"{"whom":"P-QUIET","reason":"泣き声の通報を受けた"}"#
        let first = send(center, "/api/v1/emergencies", body, key: "a-1")
        let again = send(center, "/api/v1/emergencies", body, key: "a-1")
        #expect(first.status == 200 && again.status == 200 && first.json == again.json)
        #expect(send(center, "/api/v1/emergencies", body, key: "a-2").status == 409, "it runs already")
        let different = send(center, "/api/v1/emergencies", body.replacing("泣き声", with: "怒鳴り声"), key: "a-1")
        #expect(different.status == 422 && different.text.contains("Idempotency-Key"))
        let note = #"{"note":"会えた"}"#
        for _ in 0..<3 {
            #expect(send(center, "/api/v1/declarations/1/notes", note, key: "n-1").status == 200)
        }
        #expect(center.get("/declarations/1").text.matches(of: /会えた/).count == 1)
        // Another person's keys are another's.
        #expect(send(other, "/api/v1/declarations/1/notes", note, key: "n-1").status != 200)
    }

    @Test("what was refused may be sent again, what nobody knows of is not done twice")
    func refused() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        let short = #"{"whom":"P-QUIET","reason":"短い"}"#
        for _ in 0..<2 { #expect(send(center, "/api/v1/emergencies", short, key: "k").status == 422) }
        let sound = #"{"whom":"P-QUIET","reason":"泣き声の通報を受けた"}"#
        #expect(send(center, "/api/v1/emergencies", sound, key: "k").status == 200)
        try office.world.store.exclusively { try $0.execute("UPDATE keyed_request SET result = NULL") }
        let unknown = send(center, "/api/v1/emergencies", sound, key: "k")
        #expect(unknown.status == 409 && unknown.json["type"] == "urn:renkei:problem:request-begun")
        office.clock.pass(minutes: 24 * 60 + 1)
        let tomorrow = try office.browser("center")
        #expect(
            send(tomorrow, "/api/v1/emergencies", sound, key: "k").status == 200, "a key is kept for a day")
    }
}

extension Schema {
    /// A value that fits.
    fileprivate var sound: JSON {
        switch self {
        case .word(let words): .string(words[0])
        case .date: "2026-10-01"
        case .integer: 0
        case .array(let element): [element.sound]
        case .object(let properties): .object(properties.mapValues(\.sound))
        default: "あたりさわりのない文"
        }
    }
}
