package import Domain
package import Foundation
package import Policy

/// What a successful log-in gives to the browser; neither value is stored.
package struct NewSession: Sendable, Hashable {
    /// 256 random bits as base64url; goes into the cookie.
    package let token: String
    /// Goes into every form (synchroniser token).
    package let csrf: String

    package init(token: String, csrf: String) {
        self.token = token
        self.csrf = csrf
    }
}

/// A log-in that is not over, as people see it.
package struct LogIn: Sendable, Hashable {
    /// Given once; ends it, and says nothing of its token.
    package let number: Int
    package let user: UserID
    package let displayName: String
    package let createdAt: Date
    /// To the minute.
    package let usedAt: Date
    let mark: [UInt8]

    /// Whether it is the log-in of this token.
    package func isOf(token: String) -> Bool { mark == sessionMark(token) }
}

/// A valid session, with the user's roles and ranges of this moment.
package struct Session: Sendable, Hashable {
    package let user: UserID
    package let displayName: String
    /// Sorted.
    package let roles: [RoleID]
    /// What the user is bound to.
    package let scopes: Set<Scope>
    package let csrf: String
    /// Whether the user has registered one; who has got in with it.
    package let hasSecondFactor: Bool
    /// Whether keys do something on pages, as the user wishes.
    package let hasKeys: Bool
    /// Number of the machine's token that stands for a log-in.
    package let machine: Int?

    package init(
        user: UserID, displayName: String, roles: [RoleID], scopes: Set<Scope> = [], csrf: String,
        hasSecondFactor: Bool = false, hasKeys: Bool = true, machine: Int? = nil
    ) {
        self.hasKeys = hasKeys
        self.hasSecondFactor = hasSecondFactor
        self.machine = machine
        self.user = user
        self.displayName = displayName
        self.roles = roles
        self.scopes = scopes
        self.csrf = csrf
    }
}
