package import Domain
package import Foundation
import JapaneseText
import Policy
package import Store

/// Where somebody who names themselves opens a case by hand.
package struct CaseOpeningDesk {
    private let desk: SignedIn

    /// - Throws: `policy.log-in` where name and password fit nobody.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        desk = try SignedIn(
            workspace, service, user: user, password: password, for: CaseOpening.purpose, at: at)
    }

    /// - Throws: as `ServiceStore.open`.
    package func open(_ opening: CaseOpening, for person: PersonID) throws -> CaseID {
        try WrittenNote.require(opening.reason, field: "reason")
        guard case .user(let user) = desk.actor else { preconditionFailure("INVARIANT: users sign in") }
        return try desk.service.open(
            opening, for: person,
            at: CaseDesk(
                actor: user, recording: desk.decisions(.record), reading: desk.decisions(.read),
                mayWork: { _, _, _ in false }, needsSecond: true), at: desk.at)
    }
}
