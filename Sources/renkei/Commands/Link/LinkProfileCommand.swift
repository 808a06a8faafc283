import Domain
import Foundation
import Linkage
import Tables

/// `renkei link profile`: what each column holds, in figures.
enum LinkProfileCommand {
    static let usage = Usage(
        "link profile", "列ごとに、埋まり方・種類・偏り・値ではなさそうなものを示します",
        options: LinkWork.options + [Option("show-values", nil, "最も多い値も示します（人の情報です）")],
        discussion: """
            規則や比較に使う列を選ぶための数です。埋まっている割合が低い列や、同じ値の多い列だけの規則は、組を作りすぎるか作れません。
            20件以上あれば、「値ではなさそう」（不明・unknown・0000・1900-01-01 など）と「ほかの値よりずっと多い」の件数を示します（JSON では
            placeholder と far_more）。そのままでは、関係のない人どうしが一致します。入力を直すか、条件で nullif を使ってください。

            例: renkei link profile --work unit.json
            """)

    private struct Column: Encodable {
        let column: String
        let filledShare: Double
        let distinct: Int
        let mostFrequentShare: Double
        let lengths: [Int]
        let pairsAsOnlyKey: Int
        let suspects: [String: Int]
        let mostFrequentValue: String?
    }
    private struct Result: Encodable {
        let outcome = "profiled"
        let records: Int
        let columns: [Column]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        var progress = LinkProgress(console)
        let work = try LinkWork(arguments, &progress)
        progress.begin("prepare")
        let profiles = try work.table.profiles()
        progress.end()
        let isOpen = arguments.has("show-values")
        let columns = profiles.map { profile in
            Column(
                column: profile.column, filledShare: profile.filledShare, distinct: profile.distinct,
                mostFrequentShare: profile.filled == 0
                    ? 0 : Double(profile.mostFrequent) / Double(profile.filled),
                lengths: [profile.lengths.least, profile.lengths.median, profile.lengths.most],
                pairsAsOnlyKey: profile.pairs,
                suspects: profile.suspects.reduce(into: [:]) {
                    $0[$1.reason.rawValue, default: 0] += $1.records
                },
                mostFrequentValue: isOpen ? profile.mostFrequentText : nil)
        }
        try console.result(Result(records: work.table.count, columns: columns))
        console.say("記録 \(work.table.count)件")
        console.say(
            TextTable.text(
                ["列", "埋まり", "種類", "最多の値", "長さ（最短・中央・最長）", "この列だけの規則の組", "偏り・値ではなさそうな記録"],
                columns.map { column in
                    [
                        column.column, percent(column.filledShare), "\(column.distinct)",
                        percent(column.mostFrequentShare),
                        column.lengths.map(String.init).joined(separator: "・"), "\(column.pairsAsOnlyKey)",
                        column.suspects.sorted { $0.key < $1.key }.map { reason, records in
                            let isFar = reason == SuspectKey.Reason.farMore.rawValue
                            return "\(isFar ? "ほかの値よりずっと多い" : "値ではなさそう") \(records)"
                        }.joined(separator: "、"),
                    ]
                }))
        if isOpen {
            console.say("")
            for column in columns {
                console.say("\(column.column): 最多「\(column.mostFrequentValue ?? "")」")
            }
        }
        console.say(
            "次に: \(arguments.next(LinkBlockingCommand.usage, console)) で、規則の作る組を確かめてください。"
        )
    }

    private static func percent(_ share: Double) -> String { String(format: "%.2f%%", 100 * share) }
}
