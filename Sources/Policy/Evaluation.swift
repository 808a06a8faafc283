internal import Domain

/// Whether a statement bears on a request.
enum Verdict: Sendable, Hashable {
    case applies
    case doesNotApply
    /// Cannot be told: a forbid or an obligation then counts, a permit does not.
    case undecidable
}

/// One statement's part in a decision.
struct StatementVerdict: Sendable, Hashable {
    let statement: String
    let effect: Effect
    /// The statement's reason, in Japanese.
    let reason: String
    let verdict: Verdict
    /// The requested items it permits, forbids or lays obligations on.
    let items: Set<ItemCode>
}

/// A statement with its vocabularies resolved once, so that a decision is a few set operations.
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

    /// Whether the statement speaks of whole actions, not of some items only.
    private var concernsEveryItem: Bool {
        if case .all = statement.items { statement.sensitivities == nil } else { false }
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
        var isDoubtful = false
        switch holdsRole(request.roles) {
        case false?: return (.doesNotApply, [])
        case nil: isDoubtful = true
        case true?: break
        }
        switch statement.purposes.contains(request.purpose, isSound: purposesAreSound) {
        case false?: return (.doesNotApply, [])
        case nil: isDoubtful = true
        case true?: break
        }
        switch statement.condition.holds(for: request) {
        case false?: return (.doesNotApply, [])
        case nil: isDoubtful = true
        case true?: break
        }
        guard request.action.concernsItems else {
            // A limit to some items is no limit to an action without items; a permit of it is about the action.
            if statement.effect != .permit, !concernsEveryItem { return (.doesNotApply, []) }
            return (isDoubtful ? .undecidable : .applies, [])
        }
        let sure = sureItems.intersection(candidates)
        let items = statement.effect == .permit ? sure : sure.union(unsureItems.intersection(candidates))
        if items.isEmpty { return (.doesNotApply, []) }
        if sure.isEmpty { isDoubtful = true }
        return (isDoubtful ? .undecidable : .applies, items)
    }

    /// Any role that is meant is enough: a second role never lifts a forbid or an obligation.
    private func holdsRole(_ roles: [RoleID]) -> Bool? {
        var answer: Bool? = false
        for role in roles {
            switch statement.roles.contains(role, isSound: rolesAreSound) {
            case true?: return true
            case nil: answer = nil
            case false?: break
            }
        }
        return answer
    }
}

extension StatementVerdict {
    /// Whether the statement counts: in doubt, forbids and obligations do and permits do not.
    var counts: Bool {
        switch verdict {
        case .applies: true
        case .doesNotApply: false
        case .undecidable: effect != .permit
        }
    }
}
