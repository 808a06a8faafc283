package import Domain
package import Foundation

/// That a person's keys are to be taken away, or were; kept for ever, without a name.
package struct KeptShredding: Sendable, Hashable {
    /// One step in its life; steps are only added.
    package struct Step: Sendable, Hashable {
        package enum What: String, Sendable, Codable {
            case proposed
            case withdrawn
            /// By another person; the keys go now.
            case approved
            /// Keys, flags and facts are gone.
            case done
        }
        package let what: What
        /// As audit events name actors.
        package let actor: String
        package let at: Date
        package let reason: String
    }

    /// Counts up from 1; `S-1` for people.
    package let id: Int
    /// Who was meant when it was proposed.
    package let person: PersonID
    package let steps: [Step]

    package var state: Step.What { steps.last?.what ?? .proposed }
}
