package import Domain
package import Policy

/// Somebody, as people can point to a person without a name.
package enum Whom: Sendable, Hashable {
    case person(PersonID)
    case caseID(CaseID)
    /// The child of a row of the extracts in service.
    case row(file: String, line: Int)

    /// `P-…`, `C-…` or `jumin_20261001.csv:12`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let line = Int(parts[1]), line > 0, !parts[0].isEmpty {
            self = .row(file: String(parts[0]), line: line)
        } else if text.hasPrefix("P-") {
            self = .person(PersonID(text))
        } else if text.hasPrefix("C-") {
            self = .caseID(CaseID(text))
        } else {
            return nil
        }
    }
}

/// What somebody would declare.
package struct NewDeclaration: Sendable {
    package let kind: Declaration.Kind
    package let whom: Whom
    /// Without names or numbers of persons: it stays in the audit trail.
    package let reason: String
    /// From 1 to the kind's longest.
    package let minutes: Int
    /// Whether the user was told that the use of the person's data is stopped, and goes on.
    package let overrides: Bool

    package init(kind: Declaration.Kind, whom: Whom, reason: String, minutes: Int, overrides: Bool) {
        self.kind = kind
        self.whom = whom
        self.reason = reason
        self.minutes = min(max(minutes, 1), kind.longest)
        self.overrides = overrides
    }
}

/// What a declaration came to.
package enum DeclarationOutcome: Sendable, Hashable {
    case declared(Declaration)
    /// Nothing was declared yet: the use of the person's data is stopped for these purposes (利用停止), which must be told first.
    case stopped([PurposeID])
}

/// From where a user declares, and how policy answers there.
package struct DeclarationDesk: Sendable {
    package let user: UserID
    /// Of the log-in.
    package let token: String
    /// Policy's answers about an action under a declaration.
    package let deciding: @Sendable (Action, Declaration.Running) -> Decisions

    package init(
        user: UserID, token: String,
        deciding: @escaping @Sendable (Action, Declaration.Running) -> Decisions
    ) {
        self.user = user
        self.token = token
        self.deciding = deciding
    }

    var actor: Actor { .user(user) }

    /// - Parameters:
    ///   - second: who declared it, where this user is to confirm it.
    ///   - remit: whether the person lies in a range.
    package func admission(
        of kind: Declaration.Kind, with second: UserID? = nil, standing: PersonStanding,
        remit: (Reach) throws -> Remit
    ) rethrows -> (decision: Decision, needsSecond: Bool) {
        try kind.admission(of: user, with: second, standing: standing, remit: remit) {
            deciding(.read, $0)
        }
    }

    /// The denial, where the user may declare it about nobody.
    package func denial(of kind: Declaration.Kind) -> Denial? {
        let decisions = [false, true].map {
            admission(of: kind, standing: PersonStanding(isProtected: $0), remit: \.inside).decision
        }
        return decisions.contains { $0.grant != nil } ? nil : decisions[0].denial
    }
}
