package import Domain
package import Policy

/// Somebody, as people can point to a person without a name.
package enum Whom: Sendable, Hashable {
    case person(PersonID)
    case caseID(CaseID)
    /// Whom a row of the extracts in service is about: never a guardian it names.
    case row(file: String, line: Int)

    /// `P-…`, `C-…` or `jumin_20261001.csv:12`, also as they come from a telephone: in full width, in small letters, with O for 0;
    /// `nil` for anything else.
    package init?(_ text: String) {
        let text = text.inHalfWidth
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let line = Int(parts[1]), line > 0, !parts[0].isEmpty {
            self = .row(file: String(parts[0]), line: line)
            return
        }
        let id = text.uppercased()
        if id.hasPrefix("P-") {
            self = .person(PersonID(Self.asMade(id)))
        } else if id.hasPrefix("C-") {
            self = .caseID(CaseID(Self.asMade(id)))
        } else {
            return nil
        }
    }

    /// As it is kept.
    package var text: String {
        switch self {
        case .person(let id): id.rawValue
        case .caseID(let id): id.rawValue
        case .row(let file, let line): "\(file):\(line)"
        }
    }

    /// The id that was meant: ids hold no I, L or O, which are heard and read for 1 and 0.
    private static func asMade(_ id: String) -> String {
        let body = id.dropFirst(2).filter { $0 != "-" && $0 != " " }
        guard body.count == 13 else { return id }
        let likes: [Character: Character] = ["O": "0", "I": "1", "L": "1"]
        return id.prefix(2) + String(body.map { likes[$0] ?? $0 })
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
    /// Whether the user says to have been told that the use of the person's data is stopped, and goes on; it holds only where the
    /// trail says so too.
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
    /// Titles of those of the user's roles that may not see an address under a declaration: each of them hides it from the user.
    package let hiding: @Sendable (Declaration.Running) -> [String]

    package init(
        user: UserID, token: String,
        hiding: @escaping @Sendable (Declaration.Running) -> [String] = { _ in [] },
        deciding: @escaping @Sendable (Action, Declaration.Running) -> Decisions
    ) {
        self.user = user
        self.token = token
        self.hiding = hiding
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
