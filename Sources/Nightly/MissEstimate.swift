package import Domain
package import Linkage

/// How many children whom no rule found may need support all the same, from those who were drawn and looked at (抜き取り確認).
package struct MissEstimate: Sendable {
    /// `2026-10`; `nil`: all months together.
    package let month: String?
    /// Children whom the (newest) draw was made from.
    package let children: Int
    package let drawn: Int
    package let answers: [SpotCheckAnswer: Int]

    /// The answers it rests on; whoever could not be reached says nothing.
    package var rests: Int { needing + (answers[.nothing] ?? 0) }
    package var needing: Int { answers[.support] ?? 0 }
    package var unanswered: Int { drawn - answers.values.reduce(0, +) }
    /// Wilson, 95 %; `nil` where nobody was looked at.
    package var share: ShareInterval? { rests > 0 ? .wilson(needing, of: rests) : nil }
    /// The share of all whom the draw was made from.
    package var number: ShareInterval? {
        share.map { share in
            func persons(_ part: Double) -> Double { (part * Double(children)).rounded() }
            return ShareInterval(
                middle: persons(share.middle), low: persons(share.low), high: persons(share.high))
        }
    }

    package init(_ tally: SpotCheckTally) {
        (month, children, drawn, answers) = (tally.month, tally.children, tally.drawn, tally.answers)
    }

    /// Of all months together, each drawn child counting alike; `nil` of none.
    package init?(_ tallies: [SpotCheckTally]) {
        guard let newest = tallies.last else { return nil }
        month = nil
        children = newest.children
        drawn = tallies.reduce(0) { $0 + $1.drawn }
        answers = tallies.reduce(into: [:]) { $0.merge($1.answers, uniquingKeysWith: +) }
    }
}
