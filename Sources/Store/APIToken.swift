package import Domain
package import Foundation

/// What a machine's token may ask of the API; the roles and ranges of its user bound it besides.
package enum TokenScope: String, Sendable, CaseIterable {
    case casesRead = "cases:read"
    case casesWrite = "cases:write"
    case supportRead = "support:read"
    case supportWrite = "support:write"
    case spotChecksRead = "spot-checks:read"
    case spotChecksWrite = "spot-checks:write"
    case runsRead = "runs:read"
    case extractsRead = "extracts:read"
}

/// A machine's token, as people see it; the token itself is told once and not kept.
package struct APIToken: Sendable, Hashable {
    /// Told as `T-3`.
    package let number: Int
    package let user: UserID
    /// The first characters, by which people recognise it.
    package let start: String
    /// Sorted by their words.
    package let scopes: [TokenScope]
    package let createdAt: Date
    package let expiresAt: Date
    /// In Japan.
    package let usedOn: Day?
    package let endedAt: Date?

    package func isUsable(at: Date) -> Bool { endedAt == nil && at < expiresAt }
}

/// What asking with a token comes to.
package enum TokenAnswer: Sendable, Hashable {
    case welcome(Session)
    /// A token in force, without the scope that the route asks for.
    case outside
    /// Unknown, ended, expired, or of a removed user.
    case wrong
    /// Too many wrong ones; a right one is taken all the same.
    case wait
}
