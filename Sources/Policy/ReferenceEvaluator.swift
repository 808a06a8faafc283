import Domain

/// What a guideline says of one point of the decision space.
struct PointAnswer: Hashable {
    var isPermitted = false
    /// What comes with the permission; empty where there is none.
    var obligations: Set<Obligation> = []
    /// Ids of the statements that count, in the guideline's order.
    var statements: [String] = []
}

/// 「決まり方」 of `Guidelines/README.md`, sentence by sentence: slow and plain.
///
/// The second opinion on `DecisionTable`: it shares nothing with it but the statements as they were read, and is compared with it over
/// the whole space before a guideline comes into force.
struct ReferenceEvaluator {
    let catalogue: Catalogue
    let purposes: [PurposeID: Purpose]
    let roles: [RoleID: Role]
    let statements: [Statement]

    init(_ guideline: Guideline) {
        catalogue = guideline.catalogue
        purposes = guideline.purposes
        roles = guideline.roles
        statements = guideline.statements.map(\.statement)
    }

    /// A statement that may bear on a question, and whether it surely does.
    struct Bearing {
        let statement: Statement
        let isSure: Bool
    }

    /// The statements about a role, an action and a purpose.
    func bearing(role: RoleID, action: Action, purpose: PurposeID) -> [Bearing] {
        statements.compactMap { statement in
            guard statement.actions.contains(action) else { return nil }
            let names = [
                means(statement.roles, role) { roles[$0] != nil },
                means(statement.purposes, purpose) { purposes[$0] != nil },
            ]
            return names.contains(.no)
                ? nil : Bearing(statement: statement, isSure: !names.contains(.unknown))
        }
    }

    /// Those of them that are about an item, or about the action itself.
    func narrowed(_ bearing: [Bearing], to item: ItemCode?) -> [Bearing] {
        guard let item else {
            // A limit to items is none to an action that is about no item, unless the statement permits the action.
            return bearing.filter { bearing in
                if bearing.statement.effect == .permit { return true }
                guard case .all = bearing.statement.items else { return false }
                return bearing.statement.sensitivities == nil
            }
        }
        guard let sensitivity = catalogue[item]?.sensitivity else { return [] }
        return bearing.compactMap { bearing in
            let statement = bearing.statement
            if let kinds = statement.sensitivities, !kinds.contains(sensitivity) { return nil }
            switch means(statement.items, item, isKnown: { catalogue[$0] != nil }) {
            case .no: return nil
            case .yes: return bearing
            case .unknown: return Bearing(statement: statement, isSure: false)
            }
        }
    }

    /// Whether a role may be asked at all: one of a range only of what is known to lie in it, and only where that is told apart.
    func reaches(_ role: RoleID, action: Action, in situation: Situation) -> Bool {
        let toldApart: Set<Action> = [.list, .read, .record, .mend, .export]
        return roles[role]?.scope == .city || toldApart.contains(action) && situation.remit == .within
    }

    /// The answer of a role that reaches what is asked about, from the statements that bear on the question.
    func answer(_ bearing: [Bearing], item: ItemCode?, purpose id: PurposeID, in situation: Situation)
        -> PointAnswer
    {
        guard let purpose = purposes[id] else { return PointAnswer() }
        // An item that is not the purpose's is out of question.
        if let item, !purpose.items.contains(item) { return PointAnswer() }
        // Occasional use is no standing use; consent must be there; an emergency must be declared.
        let occasional: Set<LegalBasis> = [.adHocInternal, .adHocOtherBody]
        if occasional.contains(purpose.basis) && situation.isScheduled { return PointAnswer() }
        if purpose.basis == .consent && situation.standing?.consent != .given { return PointAnswer() }
        if purpose.isEmergency && !situation.isDeclared { return PointAnswer() }

        var answer = PointAnswer()
        var isForbidden = false
        for bearing in bearing {
            let statement = bearing.statement
            switch (holds(statement.condition, situation), bearing.isSure) {
            case (.no, _): continue
            case (.yes, true): break
            // What cannot be told: a forbid forbids, an obligation obliges, a permit does not permit.
            case (.yes, false), (.unknown, _): if statement.effect == .permit { continue }
            }
            answer.statements.append(statement.id)
            switch statement.effect {
            case .permit: answer.isPermitted = true
            case .forbid: isForbidden = true
            case .oblige: break
            }
            if statement.effect != .forbid { answer.obligations.formUnion(statement.obligations) }
        }
        if isForbidden { answer.isPermitted = false }
        if !answer.isPermitted { answer.obligations = [] }
        return answer
    }

    /// The answer about one point, from the beginning.
    func answer(
        role: RoleID, action: Action, purpose: PurposeID, item: ItemCode?, in situation: Situation
    ) -> PointAnswer {
        guard reaches(role, action: action, in: situation) else { return PointAnswer() }
        return answer(
            narrowed(bearing(role: role, action: action, purpose: purpose), to: item), item: item,
            purpose: purpose, in: situation)
    }

    private enum Word { case yes, no, unknown }

    /// Whether a list of names means `name`; a list with a name that means nothing may mean anything it does not name.
    private func means<Name: Hashable & Sendable>(
        _ names: Selector<Name>, _ name: Name, isKnown: (Name) -> Bool
    ) -> Word {
        switch names {
        case .all: return .yes
        case .only(let listed):
            if listed.contains(name) { return .yes }
            return listed.allSatisfy(isKnown) ? .no : .unknown
        case .except(let listed):
            if listed.contains(name) { return .no }
            return listed.allSatisfy(isKnown) ? .yes : .unknown
        }
    }

    private func holds(_ condition: Condition, _ situation: Situation) -> Word {
        if condition.scheduled == !situation.isScheduled { return .no }
        if condition.protected == nil && condition.consent == nil { return .yes }
        guard let standing = situation.standing else { return .unknown }
        if condition.protected == !standing.isProtected { return .no }
        if let consent = condition.consent, consent != standing.consent { return .no }
        return .yes
    }
}
