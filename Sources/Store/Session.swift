package import Domain
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

/// A valid session, with the user's roles and ranges of this moment.
package struct Session: Sendable, Hashable {
    package let user: UserID
    package let displayName: String
    /// Sorted.
    package let roles: [RoleID]
    /// What the user is bound to.
    package let scopes: Set<Scope>
    package let csrf: String

    package init(
        user: UserID, displayName: String, roles: [RoleID], scopes: Set<Scope> = [], csrf: String
    ) {
        self.user = user
        self.displayName = displayName
        self.roles = roles
        self.scopes = scopes
        self.csrf = csrf
    }
}
