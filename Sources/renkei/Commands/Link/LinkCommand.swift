import Domain
import Foundation
import Linkage
import Tables

/// `renkei link`: the linkage engine on any CSV, by a work file.
enum LinkCommand {
    /// The steps, then the whole: a command stands after those whose first word it is.
    static let all = [
        Command(usage: LinkTrainCommand.usage, run: LinkTrainCommand.run),
        Command(usage: LinkPredictCommand.usage, run: LinkPredictCommand.run),
        Command(usage: LinkClusterCommand.usage, run: LinkClusterCommand.run),
        Command(usage: LinkEvaluateCommand.usage, run: LinkEvaluateCommand.run),
        Command(usage: LinkCompareCommand.usage, run: LinkCompareCommand.run),
        Command(usage: LinkProfileCommand.usage, run: LinkProfileCommand.run),
        Command(usage: LinkBlockingCommand.usage, run: LinkBlockingCommand.run),
        Command(usage: LinkIndexCommand.usage, run: LinkIndexCommand.run),
        Command(usage: LinkSearchCommand.usage, run: LinkSearchCommand.run),
        Command(usage: usage, run: run),
    ]

    static let usage = Usage(
        "link", "どんなCSVでも、作業ファイルに従って名寄せします",
        options: LinkWork.options + [
            Option("train", nil, "作業ファイルの m・u・事前確率を使わず、入力から学習します"),
            Option("threshold", "BITS", "書き出す組の重みの下限（省略時は 0）"),
            Option("out", "FILE", "組を書き出すCSV"),
        ],
        discussion: """
            比べる組を規則で選び、一致の度合いを重み（ビット）に直して、同じ人らしい組を書き出します。正解の列があれば、
            適合率・再現率・F1も示します。結果はスレッド数によりません。書き方は docs/link.md にあります。

            一つずつ進めるには、次の言葉を続けます。それぞれの説明は「renkei link train --help」のように表示します。
              profile   列の埋まり方・種類・偏り        blocking  規則の作る組と要るメモリ
              train     モデルを学んで書く              predict   組をCSVに書く
              cluster   人ごとにまとめる                evaluate  正解と比べる
              compare   1組の重みの内訳                 index、search  新しい記録を1件ずつ調べる
            「link」だけのときは、（--train があれば学習し、）比べて、正解があれば良さを示すところまでを一度に行います。

            例: renkei link --work unit.json --train --out pairs.csv --threshold 5
            """)

    private struct Result: Encodable {
        struct Best: Encodable {
            let weight: Double
            let precision: Double
            let recall: Double
            let f1: Double
        }
        let work: String
        let records: Int
        let candidatePairs: Int
        let pairsByRule: [Int]
        let kept: Int
        let forecastPairs: Int
        let forecastMebibytes: Int
        let suspectKeys: Int
        let oversizedBlocks: Int
        let seconds: [String: Double]
        let prior: Double
        let best: Best?
        let recallAtPrecision: [String: Double]?
        let blockingRecall: Double?
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let threshold = try arguments.bits("threshold") ?? 0
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        if arguments.has("train") {
            progress.begin("train")
            let (training, _) = try LinkTrainCommand.train(&work, arguments)
            work.model = training.model
            LinkTrainCommand.tell(training, console)
        }
        progress.begin("prepare")
        let linker = try work.linker(weighs: !arguments.has("train"))
        progress.begin("check")
        let suspects = try work.tell(linker.forecast, console)
        progress.begin("predict")
        let truth = try truth(work, console)
        let prediction = try work.predict(
            linker, threshold: threshold, truth: truth, to: arguments.values["out"])
        progress.end()
        let result = result(work, linker.forecast, suspects.count, prediction, truth, progress)
        try console.result(result)
        tell(result, work.model, progress, console)
        console.say(
            arguments.values["out"].map { "次に: 「\($0)」の組を、重みの小さいほうから確かめてください。" }
                ?? "次に: 「--out 組.csv」を付けると、下限以上の組を書き出します。")
    }

    /// `nil` where nobody knows two records of one person: nothing could be said of how good the pairs are.
    private static func truth(_ work: LinkWork, _ console: Console) throws -> [UInt32]? {
        guard let column = work.unit.truthColumn else { return nil }
        let truth = try work.table.terms(of: column)
        if TruePairs.count(truth, linkType: work.model.linkType, datasets: work.table.datasets) > 0 {
            return truth
        }
        console.say("正解の列に、比べうる同じ人の組がありません。良さは示しません。")
        return nil
    }

    private static func result(
        _ work: LinkWork, _ forecast: LinkageForecast, _ suspects: Int,
        _ prediction: TableLinker.Prediction, _ truth: [UInt32]?, _ progress: LinkProgress
    ) -> Result {
        let actual = truth.map {
            TruePairs.count($0, linkType: work.model.linkType, datasets: work.table.datasets)
        }
        let points = actual.map { prediction.curve.points(actual: $0) }
        let best = points?.max { $0.f1 < $1.f1 }
        return Result(
            work: work.unit.name, records: work.table.count, candidatePairs: prediction.pairCount,
            pairsByRule: prediction.pairsByRule, kept: prediction.kept, forecastPairs: forecast.pairs,
            forecastMebibytes: forecast.bytes >> 20, suspectKeys: suspects,
            oversizedBlocks: forecast.oversized.count, seconds: progress.seconds,
            prior: work.model.prior,
            best: best.map {
                Result.Best(weight: $0.weight, precision: $0.precision, recall: $0.recall, f1: $0.f1)
            },
            recallAtPrecision: points?.recallAtPrecision, blockingRecall: points?.last?.recall,
            peakMebibytes: peakMebibytes())
    }

    private static func tell(
        _ result: Result, _ model: TableModel, _ progress: LinkProgress, _ console: Console
    ) {
        console.say("記録 \(result.records)件、比べた組 \(result.candidatePairs)、下限以上の組 \(result.kept)")
        for (rule, pairs) in zip(model.rules, result.pairsByRule) { console.say("  \(pairs)  \(rule.sql)") }
        if let best = result.best {
            console.say(
                String(
                    format: "F1が最もよい重み %.2f: 適合率 %.4f、再現率 %.4f、F1 %.4f", best.weight, best.precision,
                    best.recall, best.f1))
        }
        console.say(progress.text + "、メモリ最大 \(result.peakMebibytes) MiB")
    }
}
