package import Domain
import Foundation
package import Policy
package import Store

/// Who asks at a command.
package enum Asker: Sendable {
    /// Whoever may run the program on this workspace.
    case operating(Actor)
    /// Somebody of the workspace's users, in the roles and ranges they have: the only way for two persons of one machine.
    case user(UserID, password: String)
    /// Somebody at the pages.
    case loggedIn(Session)

    /// Whether it is one of the workspace's users.
    var isUser: Bool {
        if case .operating = self { false } else { true }
    }

    /// - Parameter role: in which whoever operates the machine acts.
    /// - Throws: `policy.log-in`.
    func rights(
        in service: ServiceStore, as role: RoleID, at: Date
    ) throws -> (actor: Actor, roles: [RoleID], scopes: Set<Scope>) {
        switch self {
        case .operating(let operating): return (operating, [role], [])
        case .user(let user, let password):
            let session = try service.identify(user: user, password: password, at: at)
            return (.user(session.user), session.roles, session.scopes)
        case .loggedIn(let session): return (.user(session.user), session.roles, session.scopes)
        }
    }
}
