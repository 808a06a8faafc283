package import Domain

/// Every point of the decision space at which two guidelines say different things.
package struct GuidelineDifference: Sendable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Permitted now, and was not.
        case gained
        /// Not permitted any more.
        case revoked
        /// Permitted in both, with other obligations.
        case obliged
    }

    /// One role, action, purpose and item in one situation.
    package struct Change: Sendable, Hashable {
        package let kind: Kind
        package let role: RoleID
        package let action: Action
        package let purpose: PurposeID
        /// `nil` for an action that is about no item.
        package let item: ItemCode?
        package let situation: Situation
        /// Sorted; empty where it was not permitted.
        package let before: [Obligation]
        package let after: [Obligation]
    }

    /// In the order of role, action, purpose, item and situation.
    package let changes: [Change]
    package let headline: GuidelineHeadline

    /// Compares them over the union of their vocabularies; what one of them does not know, it denies.
    package init(from old: Guideline, to new: Guideline, on day: Day) {
        var changes: [Change] = []
        let (before, after) = (old.table, new.table)
        let purposes = union(before.purposes, after.purposes).map { id in
            (id: id, old: old.openPlace(of: id, on: day), new: new.openPlace(of: id, on: day))
        }
        let items: [ItemCode?] = union(before.items, after.items)
        for role in union(before.roles, after.roles) {
            let roles = (before.place(of: role), after.place(of: role))
            for (action, word) in Action.allCases.enumerated() {
                let isBounded = [old, new].contains { $0.roles[role].map { $0.scope != .city } ?? false }
                for purpose in purposes {
                    for item in word.concernsItems ? items : [nil] {
                        for (situation, name) in Situation.allCases.enumerated()
                        // A role of the whole city is answered alike within and outside.
                        where isBounded || name.remit == .within {
                            let first = before.point(roles.0, action, purpose.old, item, situation)
                            let second = after.point(roles.1, action, purpose.new, item, situation)
                            let had = first.map { before.grants($0) } ?? false
                            let has = second.map { after.grants($0) } ?? false
                            guard had || has else { continue }
                            let was = had ? old.obligations(at: first) : []
                            let now = has ? new.obligations(at: second) : []
                            if had, has, was == now { continue }
                            let kind: Kind = !had ? .gained : !has ? .revoked : .obliged
                            changes.append(
                                Change(
                                    kind: kind, role: role, action: word, purpose: purpose.id, item: item,
                                    situation: name, before: was, after: now))
                        }
                    }
                }
            }
        }
        self.changes = changes
        headline = GuidelineHeadline(changes) { change, situation in
            guard let action = Action.places[change.action] else { return false }
            let point = before.point(
                before.place(of: change.role), action, old.openPlace(of: change.purpose, on: day),
                change.item,
                situation.position)
            return point.map { before.grants($0) } ?? false
        }
    }
}

private func union<ID: TypedID>(_ left: [ID], _ right: [ID]) -> [ID] { Set(left).union(right).sorted() }

extension DecisionTable {
    /// `nil` where one of the parts is not known here.
    fileprivate func point(
        _ role: Int?, _ action: Int, _ purpose: Int?, _ item: ItemCode?, _ situation: Int
    ) -> Point? {
        let place: Int? = if let item { self.place(of: item) } else { items.count }
        guard let role, let purpose, let place else { return nil }
        return Point(role: role, action: action, purpose: purpose, item: place, situation: situation)
    }
}

extension Guideline {
    fileprivate func openPlace(of purpose: PurposeID, on day: Day) -> Int? {
        purposes[purpose]?.isActive(on: day) == true ? table.place(of: purpose) : nil
    }

    fileprivate func obligations(at point: DecisionTable.Point?) -> [Obligation] {
        guard let point else { return [] }
        return answer(at: point, of: table).obligations.sorted { $0.rawValue < $1.rawValue }
    }
}
