package import Domain

/// Somebody's permitted use of an item: who, what for, and what comes with it.
package struct Access: Sendable, Hashable {
    package let role: RoleID
    package let action: Action
    package let purpose: PurposeID
    /// `nil` for an action that is about no item.
    package let item: ItemCode?
    /// Of a person who is not protected, sorted; `nil` where only protected persons are permitted.
    package let open: [Obligation]?
    /// Of a person under 支援措置, sorted; `nil` where it is not permitted.
    package let protected: [Obligation]?
    /// Only while an emergency is declared.
    package let isDeclared: Bool
}

extension Guideline {
    /// Every permitted use, in the order of role, action, purpose and item.
    ///
    /// The machine's roles are asked as by the clock, people's as by hand; consent is taken as not recorded, except where it is
    /// the basis.
    package func accesses(on day: Day) -> [Access] {
        var accesses: [Access] = []
        for (role, id) in table.roles.enumerated() {
            let isSystem = roles[id]?.isSystem == true
            for (action, word) in Action.allCases.enumerated() {
                for (purpose, purposeID) in table.purposes.enumerated() {
                    guard let entry = purposes[purposeID], entry.isActive(on: day) else { continue }
                    let consent: Consent = entry.basis == .consent ? .given : .notRecorded
                    let items = word.concernsItems ? Array(table.items.indices) : [table.items.count]
                    for item in items {
                        func obligations(_ isProtected: Bool) -> [Obligation]? {
                            let situation = Situation(
                                standing: PersonStanding(isProtected: isProtected, consent: consent),
                                isScheduled: isSystem, isDeclared: entry.isEmergency, remit: .within)
                            let point = DecisionTable.Point(
                                role: role, action: action, purpose: purpose, item: item,
                                situation: situation.position)
                            guard table.grants(point) else { return nil }
                            return answer(at: point, of: table).obligations.sorted {
                                $0.rawValue < $1.rawValue
                            }
                        }
                        let (open, protected) = (obligations(false), obligations(true))
                        guard open != nil || protected != nil else { continue }
                        accesses.append(
                            Access(
                                role: id, action: word, purpose: purposeID,
                                item: word.concernsItems ? table.items[item] : nil, open: open,
                                protected: protected,
                                isDeclared: entry.isEmergency))
                    }
                }
            }
        }
        return accesses
    }
}
