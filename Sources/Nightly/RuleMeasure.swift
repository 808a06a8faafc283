package import Domain
package import Flagging
import Foundation
package import Linkage
package import Store

/// What became of what the rules found, month by month: counts alone, and whether a rule reaches what was agreed for it.
package struct RuleMeasure: Sendable {
    package struct Line: Sendable {
        package let rule: RuleID
        /// By the day on which the flag was raised, `2026-10`; `nil`: all months.
        package let month: String?
        /// Cases that the rule raised.
        package private(set) var fired = 0
        /// Of those, by the end that people found.
        package private(set) var ends: [CaseState: Int] = [:]
        /// Of 対象外, by reason; those ended before reasons were coded are in none.
        package private(set) var reasons: [NotApplicableReason: Int] = [:]
        /// Those that nobody has assessed yet, and those that the night withdrew.
        package private(set) var backlog = 0
        package private(set) var withdrawn = 0
        /// Days from the flag to the first thing a person did.
        package private(set) var days: [Int] = []

        package var assessed: Int { ends.values.reduce(0, +) }
        /// 対象外 without a coded reason.
        package var uncoded: Int { (ends[.notApplicable] ?? 0) - reasons.values.reduce(0, +) }
        package var helped: Int { (ends[.supported] ?? 0) + (ends[.watching] ?? 0) }
        /// Of the assessed, the share that was connected to support or is watched, 95 %; `nil` where nobody was assessed.
        package var share: ShareInterval? { assessed > 0 ? ShareInterval(helped, of: assessed) : nil }
        package var medianDays: Int? { days.isEmpty ? nil : days.sorted()[days.count / 2] }

        fileprivate init(_ rule: RuleID, _ month: String?) { (self.rule, self.month) = (rule, month) }

        fileprivate mutating func add(_ disposition: Disposition) {
            fired += 1
            if let at = disposition.firstTouch {
                days.append(max(0, Day(inJapanAt: at).number - disposition.raisedOn.number))
            }
            if disposition.isAssessed {
                ends[disposition.state, default: 0] += 1
                if disposition.state == .notApplicable, let why = disposition.endReason {
                    reasons[why, default: 0] += 1
                }
            } else if disposition.state == .withdrawn {
                withdrawn += 1
            } else {
                backlog += 1
            }
        }
    }

    /// Whether a rule reaches what was agreed for it.
    package enum Verdict: String, Sendable, Codable {
        case notAgreed
        case tooFew
        case reached
        /// It falls short: whoever answers for the rule decides whether it goes on.
        case missed

        package init(_ line: Line, _ proceed: FlagRule.Proceed?) {
            guard let proceed else {
                self = .notAgreed
                return
            }
            guard line.assessed >= proceed.assessed, let share = line.share else {
                self = .tooFew
                return
            }
            self = share.middle < proceed.share ? .missed : .reached
        }
    }

    /// By rule; then by rule and month.
    package let rules: [Line]
    package let months: [Line]

    package init(_ dispositions: [Disposition]) {
        func collected(_ month: (Disposition) -> String?) -> [Line] {
            var lines: [String: Line] = [:]
            for disposition in dispositions {
                let raised = month(disposition)
                lines[
                    "\(disposition.rule) \(raised ?? "")", default: Line(disposition.rule, raised)
                ].add(disposition)
            }
            return lines.values.sorted { ($0.rule, $0.month ?? "") < ($1.rule, $1.month ?? "") }
        }
        rules = collected { _ in nil }
        months = collected { String($0.raisedOn.description.prefix(7)) }
    }

    /// The rules that fall short of what was agreed, for an official to decide.
    func notices(_ set: RuleSet) -> [String] {
        rules.compactMap { line in
            guard let rule = set.rule(line.rule), let proceed = rule.proceed,
                Verdict(line, proceed) == .missed
            else { return nil }
            let helped = line.helped < SmallCounts.least ? "\(SmallCounts.least)件未満" : "\(line.helped)件"
            return
                "規則「\(rule.id)」（\(rule.title)）は、結果の出た\(line.assessed)件のうち支援接続・見守りが\(helped)で、"
                + "続ける目安（\(Int((proceed.share * 100).rounded()))%）に届きません。\(rule.author)は、続けるかどうかを決めてください（「renkei rules measure」）。"
        }
    }
}
