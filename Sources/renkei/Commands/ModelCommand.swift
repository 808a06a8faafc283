import Domain
import Foundation
import Linkage
import Nightly

/// `renkei model`: a linkage model counted on records whose persons are known.
enum ModelCommand {
    static let usage = Usage(
        "model", "正解のある記録か、自分の市の記録と人の判断から、名寄せの重みを数え直します",
        options: [
            .workspace, Option("truth", "FILE", "正解のファイル（sample が書く truth.csv）"),
            Option("verdicts", nil, "正解の代わりに、公開中の記録そのものと、名寄せの確認での判断から推し量ります"),
            Option("out", "FILE", "書き出すモデルのファイル"), Option("seed", "S", "別人の組を選ぶ乱数の種（省略時は1）"),
            Option("anyway", nil, "今のモデルより悪くても書き出します（--verdicts のとき）"),
        ],
        discussion: """
            公開中の結果の本人確認情報を正解と照らし、一致の段階ごとの割合（m と u）を数えます。比べ方の規則、双子の確認、
            しきい値は、作業フォルダの今のモデルのままです。本人確認情報を読んだことは、実行した人の名前で監査記録に残ります。
            できたモデルは、別の正解付きの記録で「renkei evaluate」により確かめてから、Guidelines/linkage/model.json に
            置いてください。

            --verdicts は正解を使いません。標本についての判断（renkei review sample）は、確かさを見積もるために取っておき、学習には使いません。
            生年月日で分けた半分の記録だけで学んだモデルと、今のモデルとを、残り半分の、番号か標本の判断で同じ人かどうか分かる組で比べ、
            今のモデルより悪ければ書き出しません。分かる組が少なすぎるときは、比べられなかったことをお知らせします。

            例: renkei model --workspace workspace --truth samples/wakabano/truth.csv --out model.json --seed 1
            """)

    private struct Result: Encodable {
        let outcome = "written"
        let file: String
        let version: Int
        let records: Int
        let leftOut: Int
        let matchingPairs: Int
        let sampledPairs: Int
        let unseen: [String]
        let verdicts: Int
        let trial: Trial?

        /// Beside the model in force, on the half of the records that taught nothing.
        struct Trial: Encodable {
            let outcome: String
            let matches: Int
            let others: Int
            let inForce: Score
            let own: Score

            init(_ trial: ModelTrial) {
                outcome = String(describing: trial.outcome)
                (matches, others) = (trial.matches, trial.others)
                (inForce, own) = (Score(trial.inForce), Score(trial.own))
            }
        }

        struct Score: Encodable {
            let loss: Double
            let right: Int
            let wrong: Int

            init(_ score: ModelTrial.Score) {
                (loss, right, wrong) = ((score.loss * 10_000).rounded() / 10_000, score.right, score.wrong)
            }
        }
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let path = arguments.values["truth"]
        guard (path != nil) != arguments.has("verdicts") else {
            throw usageFault(
                "何から数えるかが決まりません。", "「--truth」で truth.csv を指定するか、「--verdicts」を書いてください（どちらか一方）。")
        }
        guard let out = arguments.values["out"] else {
            throw usageFault("書き出し先がありません。", "「--out」でモデルのファイルを指定してください。")
        }
        let seed = UInt64(try arguments.number("seed", in: 0...1 << 53) ?? 1)
        let user = UserID("cli:" + NSUserName())
        let training =
            try path.map {
                try ModelTraining.train(
                    workspace, truth: try Truth.load(path: $0), user: user, seed: seed, at: Date())
            } ?? ModelTraining.refine(workspace, user: user, seed: seed, at: Date())
        let model = training.model
        if let trial = training.trial, trial.outcome == .worse, !arguments.has("anyway") {
            throw Fault(
                .conflict, code: "model.worse",
                message: "学んだモデルは今のモデルより悪いので、書き出しませんでした。" + compared(trial),
                fix: "今のモデルを使い続けてください。記録や確認の判断が増えてから、もう一度試せます。それでも書き出すなら「--anyway」を付けてください。")
        }
        do {
            try model.json().write(toFile: out, atomically: true, encoding: .utf8)
        } catch is CocoaError {
            throw Fault(
                .inputOutput, code: "model.unwritable", message: "モデルのファイルを書けません。", file: out,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
        let provenance = model.provenance
        let result = Result(
            file: out, version: model.version, records: training.records, leftOut: training.leftOut,
            matchingPairs: provenance.matchingPairs ?? 0, sampledPairs: provenance.sampledPairs ?? 0,
            unseen: provenance.unseen ?? [], verdicts: training.verdicts,
            trial: training.trial.map(Result.Trial.init))
        try console.result(result)
        console.say(
            """
            モデルを「\(out)」に書きました（第\(result.version)版）。
            数えた記録 \(result.records)件（除いた記録 \(result.leftOut)件）、同じ人の組 \(result.matchingPairs)、別人の組 \(result.sampledPairs)
            """)
        switch training.trial?.outcome {
        case .unknown:
            console.say(
                "お知らせ: 同じ人と分かる組が少なすぎ（\(training.trial?.matches ?? 0)組）、今のモデルより良いかどうか比べられませんでした。少ない記録から学んだモデルは、今のモデルより悪いことがあります。"
            )
        case .good, .worse: console.say(training.trial.map(compared) ?? "")
        case nil: break
        }
        for comparison in model.comparisons {
            console.say("\(comparison.title):")
            for level in comparison.levels {
                console.say("  \(String(format: "%+6.2f", level.weight))  \(level.title)")
            }
        }
        if !result.unseen.isEmpty {
            console.say("一度も現れず、前の重みのままの段階: \(result.unseen.joined(separator: "、"))")
        }
        console.say("次に: 別の正解付きの記録で「renkei evaluate」により、しきい値の精度を確かめてください。")
    }

    private static func compared(_ trial: ModelTrial) -> String {
        func told(_ score: ModelTrial.Score) -> String {
            "外れ \(String(format: "%.4f", score.loss)) ビット、結べる組 \(score.right)、誤って結ぶ組 \(score.wrong)"
        }
        return "学習に使わない、同じ人かどうか分かる組 \(trial.matches + trial.others)（うち同じ人 \(trial.matches)）で比べた結果: "
            + "半分の記録で学んだモデルは\(told(trial.own))、今のモデルは\(told(trial.inForce))。"
    }
}
