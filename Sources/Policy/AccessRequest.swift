package import Domain

/// Who asks: a person who logged in, or a part of the machine that acts on a schedule.
package enum Actor: Hashable, Sendable, CustomStringConvertible {
    case user(UserID)
    /// Named by what it does, such as `nightly`.
    case system(String)

    package var description: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .system(let name): "system:\(name)"
        }
    }

    /// `nil` of a part of the machine.
    package var user: UserID? { if case .user(let id) = self { id } else { nil } }
}

/// What somebody wants to do; a closed list, so that every combination can be enumerated.
package enum Action: String, Sendable, Codable, CaseIterable {
    /// Take a column of an extract in; an item without a grant is dropped before it is stored.
    case collect
    /// Bring facts of several departments together on one person.
    case join
    /// Evaluate flag rules over joined facts.
    case flag
    /// See people in a list or count a search's hits.
    case list
    /// See one person.
    case read
    /// See counts over many people, and never one of them.
    case aggregate
    /// Write on a case: claim, note, close, refer.
    case record
    /// Compare two records' identifiers and say whether they are one person.
    case review
    /// See where a row or a person's records came from and went; never what they hold.
    case explain
    /// Read the audit trail and the decisions.
    case audit
    /// Run the night, see its reports and quarantine counts.
    case operate
    /// See rows that were rejected as their departments wrote them, return them, and take them back corrected: rows that
    /// nobody could make items of yet.
    case mend
    /// Record what persons said of the use of their data (同意, 利用停止), and end it.
    case register
    /// Give the person a copy of what is held about them (開示, 76条): to themselves, to a guardian for a minor, to an agent.
    ///
    /// Three actions, since what may be given depends on who will hold it.
    case disclose, discloseToGuardian, discloseToAgent
    /// Correct what an accepted row says, at a person's request (訂正).
    case rectify
    /// Propose another guideline.
    case propose
    /// Put a guideline in force that somebody else proposed.
    case approve
    /// Take a list that one may see out as a file, which no mask and no log-in follows.
    case export

    /// Whether the action is about items; one that is not grants no item at all.
    package var concernsItems: Bool {
        switch self {
        case .collect, .join, .flag, .list, .read, .aggregate, .review, .disclose, .discloseToGuardian,
            .discloseToAgent:
            true
        case .record, .explain, .audit, .operate, .mend, .register, .rectify, .propose, .approve, .export:
            false
        }
    }

    /// Whether persons and rows are told apart by the asker's range; what is not, is nothing for a role of a range.
    package var heedsScope: Bool {
        switch self {
        case .list, .read, .record, .mend, .export: true
        case .collect, .join, .flag, .aggregate, .review, .explain, .audit, .operate, .register, .disclose,
            .discloseToGuardian, .discloseToAgent, .rectify, .propose, .approve:
            false
        }
    }
}

/// A question to policy: who, in which roles, does what with which items, for which purpose, about whom, when.
package struct AccessRequest: Sendable {
    package var actor: Actor
    package var roles: [RoleID]
    package var action: Action
    /// Every item asked for; the grant covers those that are permitted. Ignored where the action concerns none.
    package var items: Set<ItemCode>
    package var purpose: PurposeID
    /// The person's standing; `nil` where it is not known, so that what depends on it is decided the safe way.
    package var standing: PersonStanding?
    package var day: Day
    /// A run by the clock is standing use, for which an ad hoc legal basis is no basis.
    package var isScheduled: Bool
    /// What the actor declared, with its reason, and still runs; counts for its own purpose only.
    package var declared: Declaration.Running?
    /// The asker wrote down why; met before anything is granted under `Obligation.reason`.
    package var hasReason: Bool
    /// Who proved to be there together with the actor; met before anything is granted under `Obligation.secondPerson`.
    package var second: Actor?
    /// What the asker was bound to.
    package var scopes: Set<Scope>
    /// Whether what is asked about lies in it; heeded for roles of a range alone.
    package var remit: Remit

    package init(
        actor: Actor, roles: [RoleID], action: Action, items: Set<ItemCode>, purpose: PurposeID,
        standing: PersonStanding?, on day: Day, isScheduled: Bool = false,
        declared: Declaration.Running? = nil, hasReason: Bool = false, second: Actor? = nil,
        scopes: Set<Scope> = [],
        remit: Remit = .unknown
    ) {
        self.actor = actor
        self.roles = roles
        self.action = action
        self.items = items
        self.purpose = purpose
        self.standing = standing
        self.day = day
        self.isScheduled = isScheduled
        self.declared = declared
        self.hasReason = hasReason
        self.second = second
        self.scopes = scopes
        self.remit = remit
    }

    var situation: Situation {
        Situation(
            standing: standing, isScheduled: isScheduled, isDeclared: running?.kind == .emergency,
            remit: remit)
    }

    /// The declaration, where it is the actor's and for this purpose.
    var running: Declaration.Running? {
        declared.flatMap { $0.actor == actor && $0.purpose == purpose ? $0 : nil }
    }

    /// Whether what an obligation demands beforehand was done; what it demands of an answer is met in the grant.
    func meets(_ obligation: Obligation) -> Bool {
        switch obligation {
        case .reason: hasReason || running != nil
        case .secondPerson: (second ?? running?.second).map { $0 != actor && !$0.isSystem } ?? false
        case .maskAddress, .maskPhone, .maskGuardians, .maskSchool, .generaliseBirth, .generaliseAddress,
            .band,
            .suppressSmallCounts:
            true
        }
    }
}
