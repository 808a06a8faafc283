import Domain
import Foundation
import Linkage
import Tables

/// `renkei link predict`: the pairs of a threshold or more.
enum LinkPredictCommand {
    static let usage = Usage(
        "link predict", "規則が作る組をすべて比べ、下限以上の組をCSVに書きます",
        options: LinkWork.options + [
            Option("threshold", "BITS", "書き出す組の重みの下限（省略時は 0）")
        ] + LinkCalibration.options + [Option("out", "FILE", "組を書き出すCSV")] + LinkCharts.options,
        discussion: """
            重みは、同じ人であることのオッズの log2（ビット）です。0 は五分五分、10 はおよそ1000対1です。
            書き出すCSVは Splink と同じ列です（id_l、id_r、match_weight、match_probability、規則の番号、比較ごとの段階）。
            --labels があれば、最後の列 calibrated_probability に、その重みの組が同じ人である割合をラベルで数えて書きます。

            例: renkei link predict --work unit.json --model model.json --threshold 5 --out pairs.csv
            """)

    private struct Result: Encodable {
        let outcome = "predicted"
        let records: Int
        let candidatePairs: Int
        let pairsByRule: [Int]
        let kept: Int
        let threshold: Double
        let calibrated: LinkCalibration.Choice?
        let file: String?
        let charts: String?
        let seconds: [String: Double]
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        try LinkCalibration.check(arguments)
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        progress.begin("prepare")
        let linker = try work.linker()
        progress.begin("check")
        try work.tell(linker.forecast, console)
        progress.begin("predict")
        let (threshold, choice) = try LinkCalibration.threshold(arguments, work, linker, usual: 0, console)
        let labels = try LinkCalibration.labels(
            arguments, linker, RecordNames(work.table, column: work.unit.idColumn))
        let prediction = try work.predict(
            linker, threshold: threshold, calibration: labels, to: arguments.values["out"])
        if let charts = arguments.values["charts"] {
            progress.begin("charts")
            try LinkCharts.write(work, linker, threshold: threshold, to: charts)
        }
        progress.end()
        try console.result(
            Result(
                records: work.table.count, candidatePairs: prediction.pairCount,
                pairsByRule: prediction.pairsByRule, kept: prediction.kept, threshold: threshold,
                calibrated: choice, file: arguments.values["out"], charts: arguments.values["charts"],
                seconds: progress.seconds,
                peakMebibytes: peakMebibytes()))
        console.say(
            "記録 \(work.table.count)件、比べた組 \(prediction.pairCount)、下限以上の組 \(prediction.kept)")
        for (rule, pairs) in zip(work.model.rules, prediction.pairsByRule) {
            console.say("  \(pairs)  \(rule.sql)")
        }
        console.say(progress.text + "、メモリ最大 \(peakMebibytes()) MiB")
        console.say(
            arguments.values["out"].map {
                "次に: 「\($0)」を重みの小さいほうから確かめるか、人ごとにまとめてください。\n  "
                    + arguments.next(
                        LinkClusterCommand.usage, console,
                        [("threshold", "\(threshold)"), ("out", "clusters.csv")])
            } ?? "次に: 「--out pairs.csv」を付けると、下限以上の組を書き出します。")
    }
}
