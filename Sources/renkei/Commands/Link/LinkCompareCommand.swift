import Domain
import Foundation
import Linkage
import Tables

/// `renkei link compare`: one pair's weight, line by line.
enum LinkCompareCommand {
    static let usage = Usage(
        "link compare", "2つの記録の重みの内訳を、言葉と図で示します", arguments: ["A", "B"],
        options: LinkWork.options + [
            Option("show-values", nil, "比べた列の値も示します（人の情報です）"),
            Option("repeat", "N", "同じ計算をN組くり返して、1組の時間を測ります（省略時は1000）"),
        ],
        discussion: """
            A と B は記録の番号（id_column の値）です。事前の見込みから始め、比較ごとの重みを足していきます。足し終えた数が
            その組の重みで、link predict の重みと同じです。プラスは同じ人らしさ、マイナスは別の人らしさを示します。

            例: renkei link compare 1024 2077 --work unit.json --model model.json
            """)

    private struct Result: Encodable {
        struct Line: Encodable {
            let comparison: String
            let level: String
            let weight: Double
            let sum: Double
        }
        let outcome = "compared"
        let left: String
        let right: String
        let weight: Double
        let probability: Double
        let rule: String?
        let lines: [Line]
        let microsecondsPerPair: Double
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let count = try arguments.number("repeat", in: 1...10_000_000) ?? 1_000
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        let names = try work.names()
        let (a, b) = (
            try names.place(of: arguments.positionals[0]), try names.place(of: arguments.positionals[1])
        )
        guard a != b else { throw usageFault("A と B が同じ記録です。", "2つの違う記録の番号を書いてください。") }
        progress.begin("prepare")
        let linker = try work.linker()
        progress.end()
        var comparer = linker.comparer()
        let pair = comparer.pair(a, b)
        var sum = 0.0
        let lines = linker.explain(pair).map { line in
            sum += line.weight
            return Result.Line(comparison: line.comparison, level: line.level, weight: line.weight, sum: sum)
        }
        let rule = linker.firstRule(making: a, b)
        let result = Result(
            left: names.ids[Int(pair.left)], right: names.ids[Int(pair.right)], weight: pair.weight,
            probability: matchProbability(weight: pair.weight), rule: rule?.sql, lines: lines,
            microsecondsPerPair: Self.time(linker, records: work.table.count, from: a, count))
        try console.result(result)
        console.say("\(result.left) と \(result.right)")
        if arguments.has("show-values") { console.say(try values(work, pair)) }
        console.say(
            TextTable.text(
                ["比較", "一致の度合い", "重み", "ここまで", ""],
                lines.map {
                    [
                        $0.comparison, $0.level, String(format: "%+.2f", $0.weight),
                        String(format: "%+.2f", $0.sum), bar($0.weight),
                    ]
                }))
        console.say(
            """

            重み \(String(format: "%.2f", result.weight))、確率 \(String(format: "%.6f", result.probability))。\(verdict(result.weight))
            \(rule.map { "この組は規則「\($0.sql)」が作ります。" } ?? "この組を作る規則はありません。link predict には出てきません。")
            1組にかかる時間 \(String(format: "%.2f", result.microsecondsPerPair))マイクロ秒（無作為な\(count)組の平均）
            次に: \(arguments.next(work.unit.truthColumn == nil ? LinkClusterCommand.usage : LinkEvaluateCommand.usage, console)) で、全体を確かめてください。
            """)
    }

    /// Pairs of one record with others spread over the table, so that few similarities are remembered.
    private static func time(_ linker: TableLinker, records: Int, from first: Int, _ count: Int) -> Double {
        var comparer = linker.comparer()
        var (other, sum) = (first, 0.0)
        let elapsed = ContinuousClock().measure {
            for _ in 0..<count {
                other = (other + 7919) % records
                if other == first { other = (other + 1) % records }
                sum += comparer.pair(first, other).weight
            }
        }
        withExtendedLifetime(sum) {}
        return elapsed / .microseconds(1) / Double(count)
    }

    private static func bar(_ weight: Double) -> String {
        let length = Int(min(30, abs(weight).rounded()))
        return String(repeating: weight >= 0 ? "＋" : "－", count: length)
    }

    private static func verdict(_ weight: Double) -> String {
        switch weight {
        case 10...: "同じ人と見てよい重みです（およそ1000対1より確か）。"
        case 0..<10: "同じ人らしいが、確かとまでは言えません。"
        case -5..<0: "別の人らしいが、確かとまでは言えません。"
        default: "別の人と見てよい重みです。"
        }
    }

    private static func values(_ work: LinkWork, _ pair: TablePair) throws -> String {
        let rows = try work.table.columnNames.map { column in
            let texts = try work.table.texts(of: column)
            return [column, texts[Int(pair.left)], texts[Int(pair.right)]]
        }
        return TextTable.text(["列", "A", "B"], rows, limit: 40, alignsNumbers: false) + "\n"
    }
}
