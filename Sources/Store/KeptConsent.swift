package import Domain
package import Foundation

/// What a person, or somebody for a child, said of one use of the data; kept for ever, like a verdict.
///
/// A refusal (利用停止, opting out, a consent taken back) holds from the moment it is recorded until two persons end it; never
/// until a date. A consent holds once a second person confirmed it, within its period, until anybody ends it: what narrows a
/// use is easy, what widens it is not.
package struct KeptConsent: Sendable, Hashable {
    /// Who said it.
    package enum Giver: String, Sendable, Codable, CaseIterable {
        case person, guardian, agent
    }

    /// One step in its life; steps are only added.
    package struct Step: Sendable, Hashable {
        package enum What: String, Sendable, Codable {
            /// Said; of a refusal also said again, which takes back that it was to end.
            case recorded
            /// A consent, by a second person.
            case confirmed
            /// A refusal that one person would end.
            case ending
            case ended
        }
        package let what: What
        /// As audit events name actors.
        package let actor: String
        package let at: Date
        package let reason: String
    }

    /// Counts up from 1; `M-1` for people (申出).
    package let id: Int
    package let purpose: PurposeID
    package let isRefusal: Bool
    package let giver: Giver
    /// Where the paper is, such as 「利用停止請求 令和8年第3号」; no person's value.
    package let evidence: String
    /// Of a consent; a refusal has no period.
    package let from: Day?
    package let until: Day?
    /// Who was meant when it was recorded.
    package let person: PersonID
    /// That person's records then.
    package let records: [KeptRecord]
    package let steps: [Step]

    package var isEnded: Bool { steps.last?.what == .ended }
    /// Of a consent: whether a second person said that it holds.
    package var isConfirmed: Bool { steps.contains { $0.what == .confirmed } }
    /// For how many days the word that a refusal is to end waits for a second person's; then it counts no more.
    package static let patience = 30

    /// A second person's word is awaited: of a consent that it holds, of a refusal that it ends.
    package func isWaiting(at: Date) -> Bool {
        guard let last = steps.last else { return false }
        return switch last.what {
        case .recorded: !isRefusal
        case .ending: at < last.at.addingTimeInterval(Double(Self.patience) * 86_400)
        case .confirmed, .ended: false
        }
    }

    package func isInForce(on day: Day) -> Bool {
        guard !isEnded else { return false }
        return isRefusal
            || isConfirmed && from.map { $0 <= day } ?? true && until.map { day <= $0 } ?? true
    }

    /// What of it decides a night's result.
    package func revision(on day: Day) -> String {
        "\(id) \(purpose) \(isRefusal ? "refused" : "given") \(isInForce(on: day))"
    }
}

/// What is to be recorded.
package struct NewConsent: Sendable {
    package let purpose: PurposeID
    package let isRefusal: Bool
    package let giver: KeptConsent.Giver
    package let evidence: String
    package let from: Day?
    package let until: Day?
    package let person: PersonID

    package init(
        purpose: PurposeID, isRefusal: Bool, giver: KeptConsent.Giver, evidence: String, from: Day?,
        until: Day?, person: PersonID
    ) {
        self.purpose = purpose
        self.isRefusal = isRefusal
        self.giver = giver
        self.evidence = evidence
        self.from = from
        self.until = until
        self.person = person
    }
}

/// What persons of one run said of each use; of all others nothing is recorded.
package struct ConsentsInForce: Sendable {
    private var said: [PurposeID: [PersonID: Consent]] = [:]

    /// - Parameter reach: whom each of `consents` is about, by its number.
    ///
    /// A refusal reaches everybody it may be about; a consent that may be about several is about nobody.
    package init(_ consents: [KeptConsent], reach: [Int: Set<PersonID>], on day: Day) {
        for consent in consents where consent.isInForce(on: day) {
            let persons = reach[consent.id] ?? []
            if !consent.isRefusal, persons.count != 1 { continue }
            for person in persons where said[consent.purpose]?[person] != .refused {
                said[consent.purpose, default: [:]][person] = consent.isRefusal ? .refused : .given
            }
        }
    }

    /// Persons of whom something is recorded.
    package func persons(_ purpose: PurposeID) -> [PersonID: Consent] { said[purpose] ?? [:] }

    /// The purposes that a person has refused.
    package var refused: [PersonID: Set<PurposeID>] {
        said.reduce(into: [:]) { refused, purpose in
            for (person, consent) in purpose.value where consent == .refused {
                refused[person, default: []].insert(purpose.key)
            }
        }
    }
}
