package import Domain

/// What of a request statements may look at besides role, action, purpose and item; few enough to be enumerated.
package struct Situation: Hashable, Sendable, CaseIterable {
    /// `nil`: not known, so that what depends on it is decided the safe way.
    package var standing: PersonStanding?
    package var isScheduled: Bool
    package var isDeclared: Bool
    /// Whether what is asked about lies in the asker's range.
    package var remit: Remit

    package init(
        standing: PersonStanding?, isScheduled: Bool = false, isDeclared: Bool = false,
        remit: Remit
    ) {
        self.standing = standing
        self.isScheduled = isScheduled
        self.isDeclared = isDeclared
        self.remit = remit
    }

    /// Every standing, the unknown one first.
    package static let standings: [PersonStanding?] =
        [nil]
        + [false, true].flatMap { isProtected in
            Consent.allCases.map { PersonStanding(isProtected: isProtected, consent: $0) }
        }

    /// In the order of `position`.
    package static let allCases: [Situation] = Remit.allCases.flatMap { remit in
        [false, true].flatMap { isScheduled in
            [false, true].flatMap { isDeclared in
                standings.map {
                    Situation(
                        standing: $0, isScheduled: isScheduled, isDeclared: isDeclared, remit: remit)
                }
            }
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
        let remit =
            switch remit {
            case .within: 0
            case .outside: 1
            case .unknown: 2
            }
        return (remit * 4 + (isScheduled ? 2 : 0) + (isDeclared ? 1 : 0)) * Self.standings.count
            + (standing ?? 0)
    }
}
