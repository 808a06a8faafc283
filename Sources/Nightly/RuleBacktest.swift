package import Domain
import Foundation
package import Store

/// What became of the cases that each version of a rule opened, and what the rules as they are now say of the same people.
package struct RuleBacktest: Sendable {
    package struct Line: Sendable {
        package let rule: RuleID
        package let version: Int
        package let group: String
        /// Cases the flag belongs to; of those, closed or watched by a person, and with which end.
        package private(set) var cases = 0
        package private(set) var ends: [CaseState: Int] = [:]
        /// Days from the flag to the first thing a person did.
        package private(set) var days: [Int] = []
        /// Of the assessed, and of those helped or watched: whom the rule as it is now finds again.
        package private(set) var foundAssessed = 0
        package private(set) var foundHelped = 0

        package var assessed: Int { ends.values.reduce(0, +) }
        package var helped: Int { (ends[.supported] ?? 0) + (ends[.watching] ?? 0) }
        /// Of the assessed, how many were helped or watched (0...1); `nil` where nobody was assessed.
        package var precision: Double? { assessed == 0 ? nil : Double(helped) / Double(assessed) }
        package var medianDays: Int? { days.isEmpty ? nil : days.sorted()[days.count / 2] }

        fileprivate init(_ rule: RuleID, _ version: Int, _ group: String) {
            (self.rule, self.version, self.group) = (rule, version, group)
        }

        fileprivate mutating func add(_ disposition: Disposition, isFound: Bool) {
            cases += 1
            if let at = disposition.firstTouch {
                days.append(max(0, Day(inJapanAt: at).number - disposition.raisedOn.number))
            }
            guard disposition.isAssessed else { return }
            ends[disposition.state, default: 0] += 1
            guard isFound else { return }
            foundAssessed += 1
            if [.supported, .watching].contains(disposition.state) { foundHelped += 1 }
        }
    }

    /// By rule and version; then the same by group.
    package let lines: [Line]
    package let groups: [Line]

    package init(_ dispositions: [Disposition], trial: RuleTrial) {
        func collected(_ group: (Disposition) -> String) -> [Line] {
            var lines: [String: Line] = [:]
            for disposition in dispositions {
                let word = group(disposition)
                let key = "\(disposition.rule) \(disposition.version) \(word)"
                lines[key, default: Line(disposition.rule, disposition.version, word)].add(
                    disposition, isFound: trial.found[disposition.rule]?.contains(disposition.person) == true)
            }
            return lines.values.sorted { ($0.rule, $0.version, $0.group) < ($1.rule, $1.version, $1.group) }
        }
        lines = collected { _ in "" }
        groups = collected { trial.places[$0.person]?.group ?? "不明" }
    }
}
