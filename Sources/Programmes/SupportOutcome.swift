package import Foundation

/// What somebody did about an offer, or heard of it.
package struct SupportOutcome: Sendable, Hashable {
    package enum What: String, Sendable, Codable, CaseIterable {
        /// An invitation went out.
        case sent
        case applied
        /// They have it already.
        case receives
        /// They do not want it.
        case declined
        case notReached

        /// Whether nothing is offered any more.
        package var isAnswer: Bool {
            switch self {
            case .applied, .receives, .declined: true
            case .sent, .notReached: false
            }
        }

        /// For people.
        package var title: String {
            switch self {
            case .sent: "案内を送った"
            case .applied: "申請した"
            case .receives: "すでに受けている"
            case .declined: "希望しない"
            case .notReached: "連絡がつかない"
            }
        }
    }

    /// How the family was reached.
    package enum Channel: String, Sendable, Codable, CaseIterable {
        case text, letter, spoken

        /// For people.
        package var title: String {
            switch self {
            case .text: "メールなど"
            case .letter: "手紙"
            case .spoken: "電話・面談"
            }
        }
    }

    package let psid: String
    package let what: What
    package let channel: Channel?
    /// `user:…`
    package let actor: String
    package let at: Date

    package init(psid: String, what: What, channel: Channel?, actor: String, at: Date) {
        (self.psid, self.what, self.channel, self.actor, self.at) = (psid, what, channel, actor, at)
    }
}
