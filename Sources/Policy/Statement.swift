import Domain

/// What a statement says of the requests it applies to.
package enum Effect: String, Sendable, Codable, CaseIterable {
    case permit, forbid
    /// Neither permits nor forbids: lays obligations on whatever is granted.
    case oblige
}

/// Which members of a closed vocabulary a statement speaks of.
enum Selector<Member: Hashable & Sendable>: Sendable {
    case all
    case only(Set<Member>)
    case except(Set<Member>)

    /// The members that are named, whichever way.
    var named: Set<Member> {
        switch self {
        case .all: []
        case .only(let members), .except(let members): members
        }
    }

    /// Whether `member` is meant.
    ///
    /// - Parameter isSound: every named member is known. A name that means nothing may have been meant for any
    ///   member that is not named, so for those the answer is unknown (`nil`).
    func contains(_ member: Member, isSound: Bool) -> Bool? {
        switch self {
        case .all: true
        case .only(let members): members.contains(member) ? true : (isSound ? false : nil)
        case .except(let members): members.contains(member) ? false : (isSound ? true : nil)
        }
    }
}

/// What must be so for a statement to apply; every part that is given must hold.
struct Condition: Sendable {
    /// The person is under protection (支援措置), or is not.
    var protected: Bool?
    /// The request comes from the clock, or from somebody.
    var scheduled: Bool?
    /// What the person said of the use. Permits may ask for `given` and all others for `refused`, so that less consent never
    /// grants more.
    var consent: Consent?

    /// `nil`: cannot be told from the situation.
    func holds(in situation: Situation) -> Bool? {
        if let scheduled, scheduled != situation.isScheduled { return false }
        guard protected != nil || consent != nil else { return true }
        guard let standing = situation.standing else { return nil }
        return standing.isProtected == protected ?? standing.isProtected
            && standing.consent == consent ?? standing.consent
    }
}

/// One permit, forbid or obligation of `Guidelines/policies`.
struct Statement: Sendable {
    let id: String
    let effect: Effect
    /// Why, in Japanese; shown to whoever asks.
    let reason: String
    let roles: Selector<RoleID>
    let actions: Set<Action>
    let items: Selector<ItemCode>
    /// Narrows `items` to these kinds of secrecy; `nil`: whatever the secrecy.
    let sensitivities: Set<Sensitivity>?
    let purposes: Selector<PurposeID>
    let condition: Condition
    let obligations: Set<Obligation>
}
