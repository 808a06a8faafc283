import Domain
import Foundation
import Linkage
import Tables

/// `renkei link blocking`: what each rule makes, and what it will cost.
enum LinkBlockingCommand {
    static let usage = Usage(
        "link blocking", "規則ごとに、作る組・大きなまとまり・要るメモリを示します",
        options: LinkWork.options + [
            Option("forecast", nil, "数えるだけで、実際に比べません（ほかの規則と重なる組は除けません）"),
            Option("show-values", nil, "大きなまとまりの鍵の値も示します（人の情報です）"),
        ],
        discussion: """
            「単独」は、その規則だけで作る組です。「初めて」は、前の規則が作らなかった組で、規則を足す値打ちはこれで分かります。
            1つの鍵に記録が集まりすぎるまとまりは、値ではない値（不明など）のことがあります。
            正解の列があれば、規則が作った同じ人の組の割合（これより再現率は上がりません）も示します。

            例: renkei link blocking --work unit.json
            """)

    private struct Rule: Encodable {
        let sql: String
        let pairs: Int
        let firstMade: Int?
        let recordsWithKey: Int
        let largestBlocks: [Int]
        let largestKeys: [String]?
    }
    private struct Result: Encodable {
        let outcome = "counted"
        let records: Int
        let rules: [Rule]
        let pairs: Int
        let distinctPairs: Int?
        let blockingRecall: Double?
        let mebibytesForPairs: Double?
        let mebibytesAtMost: Double
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        progress.begin("prepare")
        let report = try TableBlockingReport(work.model, table: &work.table)
        var prediction: TableLinker.Prediction?
        var recall: Double?
        if !arguments.has("forecast"), report.pairs <= work.maxPairs {
            let linker = try work.linker()
            progress.begin("predict")
            let truth = try work.unit.truthColumn.map { try work.table.terms(of: $0) }
            let made = linker.predict(threshold: .infinity, truth: truth)
            if let truth {
                let actual = TruePairs.count(
                    truth, linkType: work.model.linkType, datasets: work.table.datasets)
                recall = made.curve.points(actual: actual).last?.recall
            }
            prediction = made
        }
        progress.end()
        let rules = try report.rules.enumerated().map { place, rule in
            Rule(
                sql: rule.sql, pairs: rule.pairs, firstMade: prediction?.pairsByRule[place],
                recordsWithKey: rule.records, largestBlocks: rule.largest.map(\.records),
                largestKeys: arguments.has("show-values")
                    ? try rule.largest.map { try key(work, place, $0.example) } : nil)
        }
        let bytes = Double(TableBlockingReport.bytesPerPair) / 1_048_576
        // Kept are the pairs from 0 bits on, unless somebody asks for more; a model that is not trained cannot tell.
        let isTrained = work.model.comparisons.contains { $0.levels.contains { $0.m != nil } }
        let likely = (isTrained ? prediction : nil).map { made in
            Double(
                made.curve.points(actual: 0).last { $0.weight >= 0 }.map { $0.matches + $0.others } ?? 0)
                * bytes
        }
        let result = Result(
            records: work.table.count, rules: rules, pairs: report.pairs,
            distinctPairs: prediction?.pairCount, blockingRecall: recall, mebibytesForPairs: likely,
            mebibytesAtMost: Double(prediction?.pairCount ?? report.pairs) * bytes,
            peakMebibytes: peakMebibytes())
        try console.result(result)
        console.say("記録 \(result.records)件")
        console.say(
            TextTable.text(
                ["単独", "初めて", "鍵のある記録", "大きなまとまり", "規則"],
                rules.map { rule in
                    [
                        "\(rule.pairs)", rule.firstMade.map(String.init) ?? "－", "\(rule.recordsWithKey)",
                        rule.largestBlocks.prefix(3).map(String.init).joined(separator: "・"), rule.sql,
                    ]
                }))
        for rule in rules {
            if let keys = rule.largestKeys {
                console.say("「\(rule.sql)」の大きなまとまり: \(keys.joined(separator: "、"))")
            }
        }
        console.say(
            "組 \(prediction.map { "\($0.pairCount)" } ?? "多くて \(report.pairs)")"
                + (recall.map { "、同じ人の組のうち規則が作った割合 \(String(format: "%.4f", $0))" } ?? ""))
        console.say(
            "組のためのメモリ: "
                + (likely.map { String(format: "重み0以上を残すなら %.0f MiB、", $0) } ?? "")
                + String(format: "全部残すなら %.0f MiB", result.mebibytesAtMost))
        if report.pairs > work.maxPairs {
            console.say("組が上限（--max-pairs \(work.maxPairs)）を超えるため、比べていません。規則に列を足してください。")
        }
        console.say(
            "次に: \(console.program) link train --work \(arguments.values["work"] ?? "") --out model.json")
    }

    private static func key(_ work: LinkWork, _ rule: Int, _ record: Int) throws -> String {
        try work.model.rules[rule].leftColumns.map { try work.table.texts(of: $0)[record] }
            .joined(separator: "＋")
    }
}
