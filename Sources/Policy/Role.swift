package import Domain

/// The four kinds of bodies that share the work of child data linkage (こどもデータ連携ガイドライン).
package enum Body: String, Sendable, Codable, CaseIterable {
    case governing = "総括管理主体"
    case holding = "保有・管理主体"
    case analysing = "分析主体"
    case using = "活用主体"
}

/// A role that statements name and users are given.
package struct Role: Sendable {
    package let id: RoleID
    package let title: String
    package let body: Body
    /// What people in the role do, in Japanese.
    package let description: String
    /// Held by the machine only; never given to a user.
    package let isSystem: Bool
    /// What users of the role must be bound to.
    package let scope: ScopeKind

    init(
        id: RoleID, title: String, body: Body, description: String, isSystem: Bool, scope: ScopeKind = .city
    ) {
        self.id = id
        self.title = title
        self.body = body
        self.description = description
        self.isSystem = isSystem
        self.scope = scope
    }
}
