import Domain
import Foundation
import HTTP
import Policy
import Synchronization
import Testing

@testable import AdminAPI
@testable import Store

/// A clock that stands until it is set.
final class StandingClock: Sendable {
    private let time = Mutex(World.night + 3600)
    var now: Date {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
    func pass(minutes: Double) { now = now.addingTimeInterval(minutes * 60) }
}

/// A world whose time passes.
struct Office {
    let world: World
    let clock = StandingClock()
    let service: AdminService

    init(_ world: World) {
        self.world = world
        service = AdminService(
            store: world.store, guideline: { [guideline = world.guideline] in guideline }, cookie: .plain,
            clock: { [clock] in clock.now }, report: { #expect($0.contains(" failed: ")) })
    }

    func browser(_ user: UserID) throws -> Browser {
        try Browser(service, as: user, token: { try world.store.session(token: $0, at: clock.now) })
    }

    static let reason = "泣き声の通報を受け、所在を確かめる"

    func declare(
        _ browser: Browser, _ whom: String, at path: String = "/emergencies", minutes: String = "",
        despite: String? = nil
    ) -> Response {
        var form = ["csrf": browser.csrf, "whom": whom, "reason": Self.reason, "minutes": minutes]
        form["despite"] = despite
        return browser.post(path, form)
    }

    /// What the trail says of the newest event of a word.
    func event(_ what: String) throws -> JSON {
        let text = try world.store.exclusively { database in
            try database.statement(
                "SELECT event FROM audit_event WHERE event ->> '$.what' = ? ORDER BY sequence DESC LIMIT 1"
            ).first(what) { $0.text(0) }
        }
        return try JSONDecoder().decode(JSON.self, from: Data((text ?? "null").utf8))
    }

    func refuse(_ person: PersonID, _ purpose: PurposeID = "support") throws {
        let decision = world.guideline.decide(
            AccessRequest(
                actor: .user("officer"), roles: ["privacy-officer"], action: .register, items: [],
                purpose: "rights", standing: PersonStanding(), on: World.day, hasReason: true))
        _ = try world.store.record(
            NewConsent(
                purpose: purpose, isRefusal: true, giver: .guardian, evidence: "第3号", from: nil, until: nil,
                person: person), purposes: ["H1": purpose], reason: "審査のうえ認めた", actor: .user("officer"),
            decision: decision, at: clock.now)
    }
}

extension JSON {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
