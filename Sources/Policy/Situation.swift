package import Domain

/// What of a request statements may look at besides role, action, purpose and item; few enough to be enumerated.
package struct Situation: Hashable, Sendable, CaseIterable {
    /// `nil`: not known, so that what depends on it is decided the safe way.
    package var standing: PersonStanding?
    package var isScheduled: Bool
    package var isDeclared: Bool

    package init(standing: PersonStanding?, isScheduled: Bool = false, isDeclared: Bool = false) {
        self.standing = standing
        self.isScheduled = isScheduled
        self.isDeclared = isDeclared
    }

    /// Every standing, the unknown one first.
    package static let standings: [PersonStanding?] =
        [nil]
        + [false, true].flatMap { isProtected in
            Consent.allCases.map { PersonStanding(isProtected: isProtected, consent: $0) }
        }

    /// In the order of `position`.
    package static let allCases: [Situation] = [false, true].flatMap { isScheduled in
        [false, true].flatMap { isDeclared in
            standings.map { Situation(standing: $0, isScheduled: isScheduled, isDeclared: isDeclared) }
        }
    }

    package static let count = allCases.count

    package var position: Int {
        let standing = standing.map { standing in
            let consent =
                switch standing.consent {
                case .refused: 0
                case .notRecorded: 1
                case .given: 2
                }
            return 1 + (standing.isProtected ? 3 : 0) + consent
        }
        return ((isScheduled ? 2 : 0) + (isDeclared ? 1 : 0)) * Self.standings.count + (standing ?? 0)
    }
}
