package import Domain

/// What matters most of a difference between two guidelines: which safeguards fall, who gains what, how much was narrowed.
package struct GuidelineHeadline: Sendable, Hashable {
    /// What a role may do with an item for a purpose, whatever the situation.
    private struct Use: Hashable {
        let role: RoleID
        let action: Action
        let purpose: PurposeID
        let item: ItemCode?
    }

    /// What a role gains for a purpose.
    package struct Gain: Sendable, Hashable {
        package let role: RoleID
        package let purpose: PurposeID
        /// In the order of `Action.allCases`.
        package let actions: [Action]
        /// Sorted; empty where none of the actions is about items.
        package let items: [ItemCode]
    }

    /// Masks that fall for persons under 支援措置: one for each use and kind of mask.
    package let masksFallen: Int
    /// Uses that open to persons under 支援措置, and were open to the others alone.
    package let openedToProtected: Int
    /// Uses that a 利用停止 stopped and does not stop any more.
    package let refusalsFallen: Int
    /// Uses that wanted a consent (同意) and want none any more.
    package let consentsFallen: Int
    /// In the order of role and purpose.
    package let gains: [Gain]
    /// Uses that are denied, or are given under more obligations, in some situation.
    package let narrowed: Int

    static let masks: Set<Obligation> = [.maskAddress, .maskPhone, .maskGuardians, .maskSchool]

    /// - Parameter before: whether the old guideline permitted a change's use in another situation.
    init(
        _ changes: [GuidelineDifference.Change],
        before: (GuidelineDifference.Change, Situation) -> Bool
    ) {
        var masks: Set<[String]> = []
        var (protected, refused, consented, narrowed): (Set<Use>, Set<Use>, Set<Use>, Set<Use>) = (
            [], [], [], []
        )
        struct Side: Hashable {
            let role: RoleID
            let purpose: PurposeID
        }
        var gained: [Side: (actions: Set<Action>, items: Set<ItemCode>)] = [:]
        for change in changes {
            let use = Use(
                role: change.role, action: change.action, purpose: change.purpose, item: change.item)
            let standing = change.situation.standing
            func was(_ alter: (inout PersonStanding) -> Void) -> Bool {
                guard var other = standing else { return false }
                alter(&other)
                var situation = change.situation
                situation.standing = other
                return before(change, situation)
            }
            switch change.kind {
            case .gained:
                gained[Side(role: change.role, purpose: change.purpose), default: ([], [])].actions.insert(
                    change.action)
                if let item = change.item {
                    gained[Side(role: change.role, purpose: change.purpose)]?.items.insert(item)
                }
                if standing?.isProtected == true, was({ $0.isProtected = false }) { protected.insert(use) }
                if standing?.consent == .refused, was({ $0.consent = .notRecorded }) { refused.insert(use) }
                if standing?.consent == .notRecorded, was({ $0.consent = .given }) { consented.insert(use) }
            case .revoked: narrowed.insert(use)
            case .obliged:
                if !Set(change.after).isSubset(of: change.before) { narrowed.insert(use) }
                guard standing?.isProtected == true else { continue }
                for mask in Set(change.before).intersection(Self.masks).subtracting(change.after) {
                    masks.insert([
                        use.role.rawValue, use.action.rawValue, use.purpose.rawValue,
                        use.item?.rawValue ?? "",
                        mask.rawValue,
                    ])
                }
            }
        }
        (masksFallen, openedToProtected) = (masks.count, protected.count)
        (refusalsFallen, consentsFallen, self.narrowed) = (refused.count, consented.count, narrowed.count)
        gains = gained.map { side, what in
            Gain(
                role: side.role, purpose: side.purpose,
                actions: Action.allCases.filter(what.actions.contains), items: what.items.sorted())
        }.sorted { ($0.role, $0.purpose) < ($1.role, $1.purpose) }
    }
}
