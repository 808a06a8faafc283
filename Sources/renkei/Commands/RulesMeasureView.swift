import Domain
import Flagging
import Linkage
import Nightly
import Pages

/// What became of what rules found, for people and machines; small counts are not told.
struct MeasureView: Encodable {
    struct Line: Encodable {
        let rule: String
        let month: String?
        /// `nil`, of every count: too few to be told, or what would tell such a one.
        let fired: Int?
        let assessed: Int?
        let supported, watching, notApplicable, elsewhere: Int?
        /// Of 対象外, by reason in words; `nil` where their number is not told.
        let reasons: ToldCounts?
        let backlog: Int?
        let withdrawn: Int?
        let medianDays: Int?
        let share, low, high: Double?
        let agreed: Double?
        let verdict: RuleMeasure.Verdict?

        init(_ line: RuleMeasure.Line, _ rule: FlagRule?, hiding hidden: Set<RuleMeasure.Column>) {
            func told(_ column: RuleMeasure.Column) -> Int? {
                hidden.contains(column) ? nil : line.count(column)
            }
            let isTold = told(.assessed).map { $0 >= SmallCounts.least } == true
            (self.rule, month, fired) = (line.rule.rawValue, line.month, told(.fired))
            (assessed, backlog, withdrawn) = (told(.assessed), told(.backlog), told(.withdrawn))
            (supported, watching) = (told(.supported), told(.watching))
            (notApplicable, elsewhere) = (told(.notApplicable), told(.elsewhere))
            // Month by month they would tell each other.
            reasons =
                month == nil && told(.notApplicable).map { $0 > 0 } == true
                ? ToldCounts(
                    NotApplicableReason.allCases.reduce(into: [Self.uncoded: line.uncoded]) {
                        $0[$1.rawValue] = line.reasons[$1] ?? 0
                    }) : nil
            medianDays = line.days.count >= SmallCounts.least ? line.medianDays : nil
            func rounded(_ share: Double?) -> Double? {
                isTold ? share.map { ($0 * 1000).rounded() / 1000 } : nil
            }
            share = rounded(line.share?.middle)
            (low, high) = (rounded(line.share?.low), rounded(line.share?.high))
            agreed = month == nil ? rule?.proceed?.share : nil
            verdict = month == nil ? RuleMeasure.Verdict(line, rule?.proceed) : nil
        }

        private static let uncoded = "区分なし（前の記録）"

        /// `nil` where there is nothing that may be told.
        var reasonCells: [String]? {
            reasons.map { reasons in
                [rule, month ?? "すべて"]
                    + (NotApplicableReason.allCases.map(\.rawValue) + [Self.uncoded]).map {
                        reasons.counts[$0].map(String.init) ?? "示さない"
                    }
            }
        }

        static let reasonHeads =
            ["規則", "月"] + NotApplicableReason.allCases.map(\.rawValue) + [uncoded]

        var cells: [String] {
            func told(_ number: Int?) -> String { number.map(String.init) ?? "示さない" }
            let words: [RuleMeasure.Verdict: String] = [
                .notAgreed: "目安なし", .tooFew: "まだ件数が足りない", .reached: "届いている", .missed: "届かない",
            ]
            return [
                rule, month ?? "すべて", told(fired), told(assessed), told(supported), told(watching),
                told(notApplicable), told(elsewhere), told(backlog), told(withdrawn), told(medianDays),
                MeasureView.told(share, low, high), verdict.flatMap { words[$0] } ?? "",
            ]
        }
    }

    /// Children whom no rule found and who may need support, by those drawn and looked at.
    struct Miss: Encodable {
        /// `nil`: all months together.
        let month: String?
        let children, drawn, unanswered, unreached: Int
        /// The answers it rests on.
        let restsOn: Int
        /// `nil`: it rests on too few to be told.
        let share, low, high: Double?
        let persons, personsLow, personsHigh: Int?

        init(_ estimate: MissEstimate) {
            (month, children, drawn) = (estimate.month, estimate.children, estimate.drawn)
            (unanswered, restsOn) = (estimate.unanswered, estimate.rests)
            unreached = estimate.answers[.unreached] ?? 0
            let isTold = estimate.rests >= SmallCounts.least
            let (part, number) = isTold ? (estimate.share, estimate.number) : (nil, nil)
            func rounded(_ share: Double?) -> Double? { share.map { ($0 * 1000).rounded() / 1000 } }
            (share, low, high) = (rounded(part?.middle), rounded(part?.low), rounded(part?.high))
            persons = number.map { Int($0.middle) }
            (personsLow, personsHigh) = (number.map { Int($0.low) }, number.map { Int($0.high) })
        }

        var cells: [String] {
            [
                month ?? "すべて", "\(children)", "\(drawn)", "\(unanswered)", "\(unreached)", "\(restsOn)",
                MeasureView.told(share, low, high),
                persons.map { "\($0)（\(personsLow ?? 0)〜\(personsHigh ?? 0)）" } ?? "示さない",
            ]
        }
    }

    /// A share with its interval, in percent.
    private static func told(_ share: Double?, _ low: Double?, _ high: Double?) -> String {
        share.map { "\(Wording.share($0))（\(Wording.share(low ?? 0))〜\(Wording.share(high ?? 1))）" } ?? "示さない"
    }

    let outcome = "ok"
    let rules: [Line]
    let months: [Line]
    /// All months together first; empty where nobody was drawn.
    let misses: [Miss]

    init(_ measure: RuleMeasure, _ set: RuleSet, misses tallies: [SpotCheckTally]) {
        misses =
            (MissEstimate(tallies).map { [$0] } ?? []).map(Miss.init) + tallies.map { Miss(MissEstimate($0)) }
        rules = measure.rules.map { Line($0, set.rule($0.rule), hiding: $0.hidden) }
        let hidden = measure.hiddenMonths
        months = zip(measure.months, hidden).map { Line($0, set.rule($0.rule), hiding: $1) }
    }

    private static let heads = [
        "規則", "月", "該当", "結果の出た", "支援接続", "見守り", "対象外", "既支援・引継", "未確認", "取下げ", "動くまでの日",
        "支援・見守りの割合", "続ける目安",
    ]
    private static let remark =
        "\(SmallCounts.least)件に満たない数と、引き算でそれが分かる数は示しません。割合の（ ）は95%の区間です。"

    var text: String {
        if rules.isEmpty { return "まだケースがありません。" + missed }
        return TextTable.text(Self.heads, (rules + months).map(\.cells)) + reasons + missed + "\n"
            + Self.remark
    }

    /// The rules, all months together, for a page; `nil` where there are no cases.
    var section: PrintedTables.Section? {
        guard !rules.isEmpty else { return nil }
        return PrintedTables.Section(
            title: "測った結果", text: Self.remark + "月ごとの数は「renkei rules measure」で示します。",
            columns: Self.heads, rows: rules.map(\.cells))
    }

    /// One rule, all months together; `nil` where it has no cases.
    func section(of rule: RuleID) -> PrintedTables.Section? {
        let lines = rules.filter { $0.rule == rule.rawValue }
        guard !lines.isEmpty else { return nil }
        return PrintedTables.Section(
            title: "測った結果", text: Self.remark, columns: Self.heads, rows: lines.map(\.cells))
    }

    private var reasons: String {
        let rows = (rules + months).compactMap(\.reasonCells)
        return rows.isEmpty ? "" : "\n\n対象外の理由\n" + TextTable.text(Line.reasonHeads, rows)
    }

    private var missed: String {
        guard !misses.isEmpty else { return "" }
        let heads = ["月", "くじの対象（人）", "選んだ", "まだ", "確認できなかった", "もとになる答え", "支援が要る割合", "見落としの人数の見積もり"]
        return "\n\nどの規則にも当てはまらなかったこどもの抜き取り確認\n" + TextTable.text(heads, misses.map(\.cells))
            + "\nもとになる答えが\(SmallCounts.least)件に満たない行は、割合と人数を示しません。（ ）は95%の区間（ウィルソン）です。"
    }
}

extension RulesPage {
    init(_ set: RuleSet, _ measured: MeasureView) {
        self.init(
            rules: set.rules.map(Rule.init), measured: measured.section)
    }
}

extension RulesPage.Rule {
    init(_ rule: FlagRule) {
        self.init(
            id: rule.id.rawValue, version: rule.version, title: rule.title, urgency: rule.urgency,
            author: rule.author, approver: rule.approver, from: rule.effectiveFrom, to: rule.effectiveTo,
            rationale: rule.rationale, source: rule.source, confirm: rule.confirm,
            expected: rule.expectedShare,
            proceed: rule.proceed.map {
                "結果の出たケース\($0.assessed)件からみて、支援接続・見守りの割合 \(Wording.share($0.share)) 以上"
            })
    }
}
