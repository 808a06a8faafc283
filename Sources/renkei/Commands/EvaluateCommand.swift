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
            Option("groups", "FILE", "結びにくい人たちのファイル（sample が書く groups.csv）。双子などの集団ごとに示します"),
            Option("curve", nil, "自動で結ぶ基準を変えたときの値も示します（もう一度比べます）"),
            Option("mistakes", "FILE", "誤って結んだ記録と結べなかった記録の、ファイルと行を書き出します"),
        ],
        discussion: """
            同じ人とした組のうち正しい割合（適合率）と、同じ人の組のうち結べた割合（再現率）を、全体と抽出の組ごとに示します。
            --curve は本人確認情報を読みます。読んだことは、実行した人の名前で監査記録に残ります。
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

    private struct Group: Encodable {
        let group: String
        let records: Int
        let pairwise: Figures
        let bCubed: Figures
        let wrong: Int
        let missed: Int
    }

    /// Records of two people of one set, such as twins, that were put together.
    private struct Kin: Encodable {
        let group: String
        let pairs: Int
        let together: Int
        let share: Double

        init(_ kin: LinkageEvaluation.Kin) {
            (group, pairs, together, share) = (kin.name, kin.pairs, kin.together, kin.share)
        }
    }

    private struct CurvePoint: Encodable {
        let threshold: Double
        let pairwise: Figures
        let wrong: Int
        let kin: [Kin]
    }

    private struct Result: Encodable {
        let records: Int
        let unknown: Int
        let pairwise: Figures
        let bCubed: Figures
        let wrongPairs: Int
        let sourcePairs: [SourcePair]
        let groups: [Group]
        let kin: [Kin]
        let curve: [CurvePoint]?
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
        let truth = try Truth.load(
            path: path, planted: arguments.values["planted"], groups: arguments.values["groups"])
        let evaluation = try Evaluation.measure(workspace, truth: truth)
        let findings = try arguments.values["planted"].map { _ in
            try FindingsEvaluation.measure(workspace, truth: truth, now: { Date() })
        }
        let curve =
            arguments.has("curve")
            ? try Evaluation.curve(
                workspace, truth: truth, thresholds: thresholds, user: UserID("cli:" + NSUserName()),
                at: Date()) : nil
        if let out = arguments.values["mistakes"] { try write(evaluation.mistakes, to: out) }
        let measured = evaluation.measured
        let result = Result(
            records: measured.records, unknown: evaluation.unknown, pairwise: figures(measured.pairs),
            bCubed: figures(measured.bCubed),
            wrongPairs: measured.pairs.predicted - measured.pairs.common,
            sourcePairs: measured.sourcePairs.filter { $0.pairs.actual + $0.pairs.predicted > 0 }.map {
                SourcePair(
                    first: $0.first.rawValue, second: $0.second.rawValue, pairs: figures($0.pairs),
                    wrong: $0.pairs.predicted - $0.pairs.common, missed: $0.pairs.actual - $0.pairs.common)
            },
            groups: measured.groups.map {
                Group(
                    group: $0.name, records: $0.records, pairwise: figures($0.pairs),
                    bCubed: figures($0.bCubed), wrong: $0.pairs.predicted - $0.pairs.common,
                    missed: $0.pairs.actual - $0.pairs.common)
            }, kin: measured.kin.map(Kin.init),
            curve: curve?.map {
                CurvePoint(
                    threshold: $0.threshold, pairwise: figures($0.pairs),
                    wrong: $0.pairs.predicted - $0.pairs.common, kin: $0.kin.map(Kin.init))
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
        if !result.groups.isEmpty {
            console.say("集団ごと（その人たちの記録の組）:")
            console.say(
                TextTable.text(
                    ["集団", "記録", "適合率", "再現率", "F1", "B-cubed F1", "誤り", "漏れ"],
                    result.groups.map {
                        [
                            title(of: $0.group), "\($0.records)", figure($0.pairwise.precision),
                            figure($0.pairwise.recall), figure($0.pairwise.f1), figure($0.bCubed.f1),
                            "\($0.wrong)",
                            "\($0.missed)",
                        ]
                    }
                ))
        }
        for kin in result.kin {
            console.say(
                "\(title(of: kin.group))どうしの記録の組 \(kin.pairs)のうち、結んだもの \(kin.together)（\(percent(kin.share))）"
            )
        }
        if let curve = result.curve {
            console.say("自動で結ぶ基準（重み）を変えたとき:")
            let kin = curve.first?.kin.map { title(of: $0.group) + "を結んだ組" } ?? []
            console.say(
                TextTable.text(
                    ["基準", "適合率", "再現率", "F1", "誤り"] + kin,
                    curve.map { point in
                        [
                            String(format: "%.0f", point.threshold), figure(point.pairwise.precision),
                            figure(point.pairwise.recall), figure(point.pairwise.f1), "\(point.wrong)",
                        ] + point.kin.map { "\($0.together)" }
                    }
                ))
            if let best = curve.max(by: { $0.pairwise.f1 < $1.pairwise.f1 }) {
                console.say(
                    "F1 のもっとも高い基準 \(String(format: "%.0f", best.threshold)): \(figure(best.pairwise.f1))")
            }
            let strict = curve.filter { $0.pairwise.precision >= 0.999 }.map(\.pairwise.recall).max()
            console.say("適合率 0.999 以上での再現率: " + (strict.map(figure) ?? "なし"))
        }
        if let findings { console.say(text(of: findings)) }
    }

    /// Bits, from where nearly everything is linked to where nearly nothing is.
    private static let thresholds = stride(from: 2.0, through: 30, by: 2).map { $0 }

    private static let titles = [
        "twins": "双子", "siblings": "きょうだい", "foreign": "外国の氏名", "moved-in": "転入", "single-parent": "ひとり親",
        "family-name-changed": "氏の変更",
    ]

    private static func title(of group: String) -> String { titles[group] ?? group }

    private static func percent(_ share: Double) -> String { String(format: "%.2f%%", 100 * share) }

    /// Files and lines alone: who they are is in the extracts.
    private static func write(_ mistakes: [Evaluation.Mistake], to path: String) throws {
        var text = "mistake,file,line,subject,other_file,other_line,other_subject\n"
        for mistake in mistakes {
            let (left, right) = (mistake.left, mistake.right)
            text +=
                "\(mistake.isWrongLink ? "linked" : "missed"),\(left.file),\(left.line),\(left.subject.rawValue),"
                + "\(right.file),\(right.line),\(right.subject.rawValue)\n"
        }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch is CocoaError {
            throw Fault(
                .inputOutput, code: "evaluate.unwritable", message: "まちがいの一覧を書けません。", file: path,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
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

    private static func figures(_ bCubed: LinkageEvaluation.BCubed) -> Figures {
        Figures(precision: bCubed.precision, recall: bCubed.recall, f1: bCubed.f1)
    }

    private static func figure(_ value: Double) -> String { String(format: "%.5f", value) }

    private static func line(_ figures: Figures) -> String {
        "適合率 \(figure(figures.precision))、再現率 \(figure(figures.recall))、F1 \(figure(figures.f1))"
    }
}
