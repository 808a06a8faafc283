import Domain
import Foundation
import Linkage
import Tables

/// `renkei link blocking`: what each rule makes, and what it will cost.
enum LinkBlockingCommand {
    static let usage = Usage(
        "link blocking", "規則ごとに、作る組・大きなまとまり・要るメモリを示します",
        options: LinkWork.options + [
            Option("forecast", nil, "数えるだけで、実際に比べません（ほかの規則と重なる組は除けません）")
        ],
        discussion: """
            「単独」は、その規則だけで作る組です。「初めて」は、前の規則が作らなかった組で、規則を足す値打ちはこれで分かります。
            1つの鍵に記録が集まりすぎるまとまりは、値ではない値（不明など）のことがあります。大きすぎるまとまりは、何で分けたかを示します。
            正解の列があれば、規則が作った同じ人の組の割合（これより再現率は上がりません）も示します。

            例: renkei link blocking --work unit.json
            """)

    private struct Rule: Encodable {
        let sql: String
        let pairs: Int
        let firstMade: Int?
        let blocks: Int
        let largestBlock: Int
    }
    private struct Result: Encodable {
        let outcome = "counted"
        let records: Int
        let rules: [Rule]
        let pairs: Int
        let distinctPairs: Int?
        let blockingRecall: Double?
        let forecastMebibytes: Int
        let suspectKeys: Int
        let oversizedBlocks: Int
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        progress.begin("prepare")
        // What is too much is told here, not refused.
        var limits = LinkageLimits()
        limits.block = work.limits.block
        let linker = try work.linker(limits: limits, weighs: false)
        let forecast = linker.forecast
        progress.begin("check")
        let suspects = try work.tell(forecast, console)
        let isTooMuch = forecast.pairs > work.limits.pairs || forecast.bytes > work.limits.bytes
        var prediction: TableLinker.Prediction?
        var recall: Double?
        if !arguments.has("forecast"), !isTooMuch {
            progress.begin("predict")
            let truth = try work.unit.truthColumn.map { try work.table.terms(of: $0) }
            let made = linker.predict(threshold: .infinity, truth: truth) { _ in }
            if let truth {
                let actual = TruePairs.count(
                    truth, linkType: work.model.linkType, datasets: work.table.datasets)
                if actual > 0 { recall = made.curve.points(actual: actual).last?.recall }
            }
            prediction = made
        }
        progress.end()
        let rules = forecast.rules.enumerated().map { place, rule in
            Rule(
                sql: rule.sql, pairs: rule.pairs, firstMade: prediction?.pairsByRule[place],
                blocks: rule.blocks, largestBlock: rule.largest)
        }
        try console.result(
            Result(
                records: work.table.count, rules: rules, pairs: forecast.pairs,
                distinctPairs: prediction?.pairCount, blockingRecall: recall,
                forecastMebibytes: forecast.bytes >> 20, suspectKeys: suspects.count,
                oversizedBlocks: forecast.oversized.count, peakMebibytes: peakMebibytes()))
        console.say(
            TextTable.text(
                ["単独", "初めて", "まとまり", "最大のまとまり", "規則"],
                rules.map { rule in
                    [
                        "\(rule.pairs)", rule.firstMade.map(String.init) ?? "－", "\(rule.blocks)",
                        "\(rule.largestBlock)", rule.sql,
                    ]
                }))
        console.say(
            "組 \(prediction.map { "\($0.pairCount)" } ?? "多くて \(forecast.pairs)")"
                + (recall.map { "、同じ人の組のうち規則が作った割合 \(String(format: "%.4f", $0))" } ?? ""))
        if isTooMuch {
            console.say("上限（--max-pairs、--max-memory）を超えるため、比べていません。規則に列を足してください。")
        }
        console.say(
            "次に: " + arguments.next(LinkTrainCommand.usage, console, [("out", "model.json")]))
    }
}
