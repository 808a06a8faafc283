import Domain
import Foundation
import HTTP
import Policy
import TestSupport
import Testing

@testable import AdminAPI
@testable import Store

/// What stops the trail from taking an event.
enum Stop: String, CaseIterable, CustomTestStringConvertible {
    case fullDisk
    case readOnly
    case clock
    var testDescription: String { rawValue }

    func happen(to store: ServiceStore) throws {
        switch self {
        case .readOnly: try store.exclusively { try $0.execute("PRAGMA query_only = ON") }
        case .fullDisk:
            try store.exclusively { database in
                let pages = try database.statement("PRAGMA page_count").first { $0.int(0) } ?? 0
                try database.execute("PRAGMA max_page_count = \(pages)")
            }
            // The pages that are there take a few more events.
            while true {
                do { try store.recordGuideline(revision: "r", at: World.night + 3600) } catch { break }
            }
        case .clock: try store.recordGuideline(revision: "r", at: World.night + 86_400)
        }
    }
}

@Suite("Where a read cannot be recorded, it is not answered")
struct NoRecordNoAnswerTests {
    /// Every address that needs a log-in, with what a form or a body would hold.
    ///
    /// - Parameter ending: also those that end what is open.
    private static func answers(
        _ world: World, _ reader: Browser, ending: Bool = true
    ) -> [(String, Response)] {
        world.service.routes.filter { route in
            route.needs != .nothing && route.path != "/logout" && (ending || !route.path.hasSuffix("/end"))
        }.map { ("\($0.method) \($0.path)", reader.knock(at: $0, in: world)) }
    }

    @Test("at no door, in none of the ways in which the trail can fail", arguments: Stop.allCases)
    func noDoor(_ stop: Stop) throws {
        let world = try World("center", "privacy", "officer")
        let service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            clock: { World.night + 3600 }, report: { #expect($0.contains(" failed: ")) })
        let readers = try ["center", "privacy"].map {
            try Browser(service, as: $0, token: { try world.session($0) })
        }
        try readers[0].declare(in: world)
        let before = try world.store.auditSize()
        for reader in readers { _ = Self.answers(world, reader, ending: false) }
        #expect(readers[0].get("/declarations/1").text.contains(World.quietName))
        #expect(try world.store.auditSize() > before, "the doors are open while the trail works")
        try stop.happen(to: world.store)
        for reader in readers {
            for (door, answer) in Self.answers(world, reader) {
                for secret in World.personal { #expect(!answer.text.contains(secret), "\(door) \(secret)") }
            }
        }
        let id = world.cases[0]
        for path in ["/cases", "/cases/\(id)", "/api/v1/cases", "/api/v1/cases/\(id)"] {
            let answer = readers[0].get(path)
            #expect(answer.status == 503 && answer.text.contains("記録できないため"), "\(path) \(answer.status)")
            #expect(answer.header("Retry-After") != nil)
        }
        let audit = readers[1].get("/audit")
        #expect(audit.status == 503 && audit.text.contains("記録できないため"))
        if stop == .clock { #expect(audit.text.contains("時計")) }
        // Nobody logs in unrecorded either.
        let logIn = Browser(service).post("/login", ["user": "center", "password": World.password])
        #expect(logIn.header("Set-Cookie") == nil && logIn.status == 503)
    }
}
