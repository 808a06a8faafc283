package import Domain
package import Foundation

/// A user's word that something is needed now: for a short while, and from one log-in, it widens what that user may do with one
/// person. What it widens, the guideline says.
package struct Declaration: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A child's life or body is in danger (緊急の申告).
        case emergency
        /// Address and contacts of somebody under 支援措置, opened by two persons of the unit that handles it.
        case unlock

        package var purpose: PurposeID {
            switch self {
            case .emergency: "emergency"
            case .unlock: "safety"
            }
        }

        /// Minutes it may run.
        package var longest: Int {
            switch self {
            case .emergency: 60
            case .unlock: 10
            }
        }

        /// Whether somebody else must say afterwards whether it was right.
        package var wantsReview: Bool { self == .emergency }
    }

    /// One step in its life; steps are only added.
    package struct Step: Sendable, Hashable {
        package enum What: String, Sendable, CaseIterable {
            /// By a second person, from which on it runs.
            case confirmed
            /// Before its time.
            case ended
            /// What was found out.
            case note
            /// What the review came to.
            case appropriate, inappropriate
        }
        package let what: What
        package let user: UserID
        package let at: Date
        package let words: String

        package init(what: What, user: UserID, at: Date, words: String) {
            self.what = what
            self.user = user
            self.at = at
            self.words = words
        }
    }

    /// Minutes a second person has to confirm it.
    package static let patience = 10
    /// Days after which a review is overdue.
    package static let reviewDays = 7

    /// Counts up from 1; `K-1` for people.
    package let number: Int
    package let kind: Kind
    package let user: UserID
    /// A mark of the log-in it was made in.
    package let session: [UInt8]
    package let person: PersonID
    /// How the user pointed to the person: another number that a second person can hold against it.
    package let typed: String
    package let reason: String
    package let minutes: Int
    package let askedAt: Date
    package let needsSecond: Bool
    /// Purposes of which the person's use is stopped (利用停止), and which it does not heed.
    package let overrides: [PurposeID]
    /// Oldest first.
    package let steps: [Step]

    package init(
        number: Int, kind: Kind, user: UserID, session: [UInt8], person: PersonID, typed: String,
        reason: String, minutes: Int, askedAt: Date, needsSecond: Bool, overrides: [PurposeID], steps: [Step]
    ) {
        self.number = number
        self.kind = kind
        self.user = user
        self.session = session
        self.person = person
        self.typed = typed
        self.reason = reason
        self.minutes = minutes
        self.askedAt = askedAt
        self.needsSecond = needsSecond
        self.overrides = overrides
        self.steps = steps
    }

    package var name: String { "K-\(number)" }

    private var confirmation: Step? { steps.first { $0.what == .confirmed } }
    package var second: UserID? { confirmation?.user }
    /// `nil`: a second person has not confirmed it.
    package var beganAt: Date? { needsSecond ? confirmation?.at : askedAt }
    /// When its time is over, or when somebody ended it before.
    package var endsAt: Date? {
        beganAt.map { began in
            let end = began.addingTimeInterval(Double(min(minutes, kind.longest)) * 60)
            return steps.first { $0.what == .ended }.map { min($0.at, end) } ?? end
        }
    }
    package var review: Step? { steps.first { [.appropriate, .inappropriate].contains($0.what) } }

    /// Whether a second person may confirm it now.
    package func isWaiting(at: Date) -> Bool {
        beganAt == nil && !steps.contains { $0.what == .ended } && askedAt <= at
            && at < askedAt.addingTimeInterval(Double(Self.patience) * 60)
    }

    package func isRunning(at: Date) -> Bool {
        guard let beganAt, let endsAt else { return false }
        return beganAt <= at && at < endsAt
    }

    package func awaitsReview(at: Date) -> Bool {
        kind.wantsReview && review == nil && endsAt.map { $0 <= at } ?? false
    }

    package func isReviewOverdue(at: Date) -> Bool {
        awaitsReview(at: at)
            && endsAt.map { $0.addingTimeInterval(Double(Self.reviewDays) * 86_400) <= at } ?? false
    }

    /// What the user may put before policy, from the log-in it was made in and while it runs; `nil`: nothing.
    ///
    /// - Parameter latest: the latest time that was ever recorded: a clock that goes back gives no minute twice.
    package func running(user: UserID, session: [UInt8], at: Date, latest: Date) -> Running? {
        guard user == self.user, session == self.session, isRunning(at: at),
            let endsAt, latest < endsAt
        else { return nil }
        return Running(
            kind: kind, number: number, actor: .user(user), purpose: kind.purpose, person: person,
            second: second.map(Actor.user))
    }

    /// A declaration that runs, as policy is asked under it: who has one was checked, and a grant under it holds for its person
    /// alone.
    package struct Running: Sendable, Hashable {
        package let kind: Kind
        package let number: Int
        package let actor: Actor
        package let purpose: PurposeID
        /// `nil`: of a question what policy would say; a grant under it opens nobody.
        package let person: PersonID?
        /// Who opens it together with the actor.
        package let second: Actor?

        fileprivate init(
            kind: Kind, number: Int, actor: Actor, purpose: PurposeID, person: PersonID?, second: Actor?
        ) {
            self.kind = kind
            self.number = number
            self.actor = actor
            self.purpose = purpose
            self.person = person
            self.second = second
        }

        /// As if there were one: to find out what policy would say.
        package static func supposed(
            _ kind: Kind, by actor: Actor, for purpose: PurposeID? = nil, second: Actor? = nil
        ) -> Running {
            Running(
                kind: kind, number: 0, actor: actor, purpose: purpose ?? kind.purpose, person: nil,
                second: second)
        }
    }
}

extension Declaration.Kind {
    /// What policy would say of a declaration about a person of this standing.
    ///
    /// - Parameters:
    ///   - second: who declared it, where `user` is to confirm it.
    ///   - deciding: policy's answers about `Action.read` under a declaration.
    /// - Returns: the decision, which opens nobody, and whether a second person must confirm first.
    package func admission(
        of user: UserID, with second: UserID? = nil, standing: PersonStanding,
        remit: (Reach) throws -> Remit, deciding: (Declaration.Running) -> Decisions
    ) rethrows -> (decision: Decision, needsSecond: Bool) {
        func decision(_ second: Actor?) throws -> Decision {
            let decisions = deciding(.supposed(self, by: .user(user), second: second))
            return decisions(standing, try remit(decisions.reach))
        }
        // Whatever the guideline says, 支援措置 is opened by two.
        let alone = self == .unlock ? nil : try decision(second.map(Actor.user))
        if let alone {
            guard case .deny(let denial) = alone, denial.ground == .secondPersonRequired, second == nil else {
                return (alone, false)
            }
        }
        return (try decision(.user(second ?? UserID("\(user) and another"))), true)
    }
}
