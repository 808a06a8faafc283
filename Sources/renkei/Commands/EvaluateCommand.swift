import Domain
import Foundation
import Linkage
import Nightly

/// `renkei evaluate`: how good the links are, where the truth is known.
enum EvaluateCommand {
    static let usage = Usage(
        "evaluate", "名寄せと判定の結果を正解と比べます（見本の市）",
        options: [
            .workspace, Option("truth", "FILE", "正解のファイル（sample が書く truth.csv）"),
            Option("planted", "FILE", "植え付けた困難のファイル（sample が書く planted.csv。省略すると名寄せだけ）"),
        ],
        discussion: """
            同じ人とした組のうち正しい割合（適合率）と、同じ人の組のうち結べた割合（再現率）を、全体と抽出の組ごとに示します。
            --planted を付けると、公開中の結果に今の判定規則を当て、植え付けた困難のうち見付けた人数を示します。

            例: renkei evaluate --workspace workspace --truth samples/wakabano/truth.csv
            """)

    private struct Figures: Encodable {
        let precision: Double
        let recall: Double
        let f1: Double
    }

    private struct SourcePair: Encodable {
        let first: String
        let second: String
        let pairs: Figures
        let wrong: Int
        let missed: Int
    }

    private struct Result: Encodable {
        let records: Int
        let unknown: Int
        let pairwise: Figures
        let bCubed: Figures
        let wrongPairs: Int
        let sourcePairs: [SourcePair]
        let findings: [FoundGroup]?
    }

    /// People with the same planted signs, and how many of them each rule raises, holds back or cannot tell about.
    private struct FoundGroup: Encodable {
        let signs: [String]
        let persons: Int
        let raised: [String: Int]
        let suppressed: [String: Int]
        let notEvaluated: [String: Int]

        init(_ group: FindingsEvaluation.Group) {
            func plain(_ counts: [RuleID: Int]) -> [String: Int] {
                Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
            }
            (signs, persons) = (group.signs, group.persons)
            (raised, suppressed) = (plain(group.raised), plain(group.suppressed))
            notEvaluated = plain(group.notEvaluated)
        }
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        guard let path = arguments.values["truth"] else {
            throw usageFault("正解のファイルがありません。", "「--truth」で truth.csv を指定してください。")
        }
        let truth = try Truth.load(path: path, planted: arguments.values["planted"])
        let evaluation = try Evaluation.measure(workspace, truth: truth)
        let findings = try arguments.values["planted"].map { _ in
            try FindingsEvaluation.measure(workspace, truth: truth, now: { Date() })
        }
        let measured = evaluation.measured
        let result = Result(
            records: measured.records, unknown: evaluation.unknown, pairwise: figures(measured.pairs),
            bCubed: Figures(
                precision: measured.bCubed.precision, recall: measured.bCubed.recall, f1: measured.bCubed.f1),
            wrongPairs: measured.pairs.predicted - measured.pairs.common,
            sourcePairs: measured.sourcePairs.filter { $0.pairs.actual + $0.pairs.predicted > 0 }.map {
                SourcePair(
                    first: $0.first.rawValue, second: $0.second.rawValue, pairs: figures($0.pairs),
                    wrong: $0.pairs.predicted - $0.pairs.common, missed: $0.pairs.actual - $0.pairs.common)
            }, findings: findings?.groups.map(FoundGroup.init))
        try console.result(result)
        console.say(
            """
            名寄せの評価（記録 \(result.records)件、正解にない記録 \(result.unknown)件）
            組ごと:   \(line(result.pairwise))、誤った組 \(result.wrongPairs)
            人ごと:   \(line(result.bCubed))（B-cubed）
            """)
        let weakest = result.sourcePairs.filter { $0.missed + $0.wrong > 0 }
            .sorted { ($0.missed + $0.wrong, $0.first) > ($1.missed + $1.wrong, $1.first) }.prefix(8)
        if !weakest.isEmpty { console.say("まちがいの多い抽出の組:") }
        for pair in weakest {
            console.say("  \(pair.first) と \(pair.second): 結べなかった組 \(pair.missed)、誤った組 \(pair.wrong)")
        }
        if let findings { console.say(text(of: findings)) }
    }

    /// Sign by sign how many the rules found, then rule by rule how many nothing was planted for.
    private static func text(of findings: FindingsEvaluation) -> String {
        func counts(_ groups: [FindingsEvaluation.Group]) -> [(rule: RuleID, count: Int)] {
            groups.reduce(into: [RuleID: Int]()) { $0.merge($1.raised, uniquingKeysWith: +) }
                .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        var lines = ["植え付けた困難と、該当とした規則:"]
        for sign in Set(findings.groups.flatMap(\.signs)).sorted() {
            let groups = findings.groups.filter { $0.signs.contains(sign) }
            let found = counts(groups).map { "\($0.rule) \($0.count)" }.joined(separator: "、")
            lines.append(
                "  \(sign) \(groups.reduce(0) { $0 + $1.persons })人: \(found.isEmpty ? "なし" : found)")
        }
        lines.append("何も植え付けていない人の該当:")
        let others = counts(findings.groups.filter(\.signs.isEmpty))
        lines.append(
            "  " + (others.isEmpty ? "なし" : others.map { "\($0.rule) \($0.count)" }.joined(separator: "、")))
        return lines.joined(separator: "\n")
    }

    private static func figures(_ pairs: LinkageEvaluation.Pairs) -> Figures {
        Figures(precision: pairs.precision, recall: pairs.recall, f1: pairs.f1)
    }

    private static func line(_ figures: Figures) -> String {
        let text = { (value: Double) in String(format: "%.5f", value) }
        return "適合率 \(text(figures.precision))、再現率 \(text(figures.recall))、F1 \(text(figures.f1))"
    }
}
