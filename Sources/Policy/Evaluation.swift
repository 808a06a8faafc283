package import Domain

/// Whether a statement bears on a request.
package enum Verdict: String, Sendable, Hashable {
    case applies
    case doesNotApply
    /// Cannot be told: a forbid or an obligation then counts, a permit does not.
    case undecidable
}

/// One statement's part in a decision.
package struct StatementVerdict: Sendable, Hashable {
    package let statement: String
    package let effect: Effect
    /// The statement's reason, in Japanese.
    package let reason: String
    package let verdict: Verdict
    /// The requested items it permits, forbids or lays obligations on.
    package let items: Set<ItemCode>
}

/// A statement with its vocabularies resolved once.
struct CompiledStatement: Sendable {
    let statement: Statement
    /// Catalogue items that are meant, and those of which it cannot be told.
    let sureItems: Set<ItemCode>
    let unsureItems: Set<ItemCode>
    private let rolesAreSound: Bool
    private let purposesAreSound: Bool

    init(_ statement: Statement, catalogue: Catalogue, roles: Set<RoleID>, purposes: Set<PurposeID>) {
        self.statement = statement
        rolesAreSound = statement.roles.named.isSubset(of: roles)
        purposesAreSound = statement.purposes.named.isSubset(of: purposes)
        let itemsAreSound = statement.items.named.allSatisfy { catalogue[$0] != nil }
        var sure: Set<ItemCode> = []
        var unsure: Set<ItemCode> = []
        for item in catalogue.items.values {
            if let sensitivities = statement.sensitivities, !sensitivities.contains(item.sensitivity) {
                continue
            }
            switch statement.items.contains(item.code, isSound: itemsAreSound) {
            case true?: sure.insert(item.code)
            case nil: unsure.insert(item.code)
            case false?: break
            }
        }
        sureItems = sure
        unsureItems = unsure
    }

    /// The items it bears on where it counts: in doubt, forbids and obligations do and permits do not.
    var items: Set<ItemCode> { statement.effect == .permit ? sureItems : sureItems.union(unsureItems) }

    /// Whether it bears on an action that is about no item: a limit to some items is no limit to such an action, while a permit
    /// of it is about the action.
    var bearsOnActionsWithoutItems: Bool {
        if statement.effect == .permit { return true }
        if case .all = statement.items { return statement.sensitivities == nil }
        return false
    }

    func speaks(of role: RoleID) -> Bool? { statement.roles.contains(role, isSound: rolesAreSound) }

    func speaks(of purpose: PurposeID) -> Bool? {
        statement.purposes.contains(purpose, isSound: purposesAreSound)
    }

    /// Whether the statement counts, given what is known of each thing it asks for.
    func counts(_ known: Bool?...) -> Bool {
        if known.contains(false) { return false }
        return statement.effect != .permit || !known.contains(nil)
    }

    /// The statement's part in a decision about `candidates`, the items that are in question at all.
    func verdict(on request: AccessRequest, candidates: Set<ItemCode>) -> StatementVerdict {
        let (verdict, items) = judge(request, candidates)
        return StatementVerdict(
            statement: statement.id, effect: statement.effect, reason: statement.reason, verdict: verdict,
            items: items)
    }

    private func judge(_ request: AccessRequest, _ candidates: Set<ItemCode>) -> (Verdict, Set<ItemCode>) {
        guard statement.actions.contains(request.action) else { return (.doesNotApply, []) }
        let known = [
            holdsRole(request.roles), speaks(of: request.purpose),
            statement.condition.holds(in: request.situation),
        ]
        if known.contains(false) { return (.doesNotApply, []) }
        let isDoubtful = known.contains(nil)
        guard request.action.concernsItems else {
            if !bearsOnActionsWithoutItems { return (.doesNotApply, []) }
            return (isDoubtful ? .undecidable : .applies, [])
        }
        let items = items.intersection(candidates)
        if items.isEmpty { return (.doesNotApply, []) }
        return (isDoubtful || sureItems.isDisjoint(with: candidates) ? .undecidable : .applies, items)
    }

    /// Any role that is meant is enough: a second role never lifts a forbid or an obligation.
    private func holdsRole(_ roles: [RoleID]) -> Bool? {
        let answers = roles.map(speaks(of:))
        return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    }
}
