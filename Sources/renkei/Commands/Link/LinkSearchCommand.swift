import Domain
import Foundation
import Linkage
import Tables

/// `renkei link search`: who in an index may be the person of one new record.
enum LinkSearchCommand {
    static let usage = Usage(
        "link search", "新しい記録1件が、索引のどの記録と同じ人らしいかを調べます",
        options: [
            Option("index", "FILE", "「link index」が作った索引"),
            Option("record", "TEXT", "新しい記録。「列=値;列=値」か、JSON の { \"列\": \"値\" }"),
            Option("threshold", "BITS", "示す組の重みの下限（省略時は 0）"),
            Option("work", "FILE", "測るとき: この作業ファイルの記録を、新しい記録として順に調べます（--repeat と）"),
            Option("folder", "NAME=DIR", "入力の「$NAME」の場所（省略時は環境変数）"),
            Option("repeat", "N", "測るとき: 調べる記録の数（表から均等に選びます）"),
        ],
        discussion: """
            規則の鍵が等しい記録だけと比べ、重みの大きい順に示します。重みは、その記録を表の最後に加えて link predict をしたときと
            同じです（ただし、値の珍しさは索引の表で数えます）。書いていない列は、値なしとします。

            例: renkei link search --index people.index --record '姓=山田;名=花子;生年月日=2015-04-02'
                renkei link search --index people.index --work unit.json --repeat 10000
            """)

    private struct Result: Encodable {
        struct Hit: Encodable {
            let id: String
            let dataset: String
            let weight: Double
            let probability: Double
        }
        let outcome = "searched"
        let compared: Int
        let hits: [Hit]
        let milliseconds: Double
        let openMilliseconds: Double
    }
    private struct Times: Encodable {
        let outcome = "measured"
        let searches: Int
        let records: Int
        let medianMilliseconds: Double
        let p95Milliseconds: Double
        let worstMilliseconds: Double
        let meanCompared: Double
        let openMilliseconds: Double
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let path = arguments.values["index"] else {
            throw usageFault("索引がありません。", "「--index」で、link index が作ったファイルを指定してください。")
        }
        let threshold = try arguments.bits("threshold") ?? 0
        let start = ContinuousClock.now
        let (index, head) = try IndexFile.open(path)
        let opened = start.duration(to: .now) / .milliseconds(1)
        if let count = try arguments.number("repeat", in: 1...100_000_000) {
            try measure(index, count, opened, threshold, arguments, console)
            return
        }
        guard let text = arguments.values["record"] else {
            throw usageFault("新しい記録がありません。", "「--record '列=値;列=値'」で書いてください。")
        }
        let record = try record(text)
        var found: (hits: [RecordIndex.Hit], compared: Int) = ([], 0)
        let elapsed = try ContinuousClock().measure {
            found = try index.search(record, threshold: threshold)
        }
        let hits = found.hits.map {
            Result.Hit(
                id: $0.id, dataset: head.datasets[$0.dataset], weight: $0.weight,
                probability: matchProbability(weight: $0.weight))
        }
        try console.result(
            Result(
                compared: found.compared, hits: hits, milliseconds: elapsed / .milliseconds(1),
                openMilliseconds: opened))
        console.say("鍵の等しい記録 \(found.compared)件と比べ、下限以上は \(hits.count)件でした。")
        if !hits.isEmpty {
            console.say(
                TextTable.text(
                    ["記録", "入力", "重み", "確率"],
                    hits.prefix(20).map {
                        [
                            $0.id, $0.dataset, String(format: "%.2f", $0.weight),
                            String(format: "%.6f", $0.probability),
                        ]
                    }, alignsNumbers: false))
            if hits.count > 20 { console.say("ほかに \(hits.count - 20)件（「--json」で全部を示します）") }
        }
        console.say(String(format: "%.3fミリ秒（索引を開くのに %.1fミリ秒）", elapsed / .milliseconds(1), opened))
        console.say("次に: 重みの内訳は、記録を表に加えて「\(console.program) link compare」で確かめられます。")
    }

    /// `{ "column": "value" }`, or `column=value;column=value`.
    private static func record(_ text: String) throws -> [String: String] {
        if text.hasPrefix("{") {
            guard let record = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
                throw usageFault("「--record」のJSONが読めません。", "{ \"列\": \"値\" } の形で、値はすべて文字列にしてください。")
            }
            return record
        }
        var record: [String: String] = [:]
        for part in text.split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty else {
                throw usageFault("「--record」の書き方が違います。", "「列=値;列=値」の形で書いてください。値に「;」があるときは JSON にしてください。")
            }
            record[String(sides[0])] = String(sides[1])
        }
        return record
    }

    private static func measure(
        _ index: RecordIndex, _ count: Int, _ opened: Double, _ threshold: Double,
        _ arguments: ParsedArguments, _ console: Console
    ) throws {
        var progress = LinkProgress(console)
        let work = try LinkWork(arguments, &progress)
        guard work.table.count > 0 else {
            throw usageFault("作業ファイルの表に記録がありません。", "調べる記録のあるCSVを inputs に書いてください。")
        }
        progress.begin("predict")
        let columns = try work.table.columnNames.filter { index.layout.columns.contains($0) }.map {
            ($0, try work.table.texts(of: $0))
        }
        let step = max(1, work.table.count / count)
        var (times, compared): ([Double], Int) = ([], 0)
        for place in stride(from: 0, to: work.table.count, by: step).prefix(count) {
            let record = Dictionary(uniqueKeysWithValues: columns.map { ($0, $1[place]) })
            let elapsed = try ContinuousClock().measure {
                compared += try index.search(record, threshold: threshold).compared
            }
            times.append(elapsed / .milliseconds(1))
        }
        progress.end()
        times.sort()
        let result = Times(
            searches: times.count, records: index.layout.records,
            medianMilliseconds: times[times.count / 2], p95Milliseconds: times[times.count * 95 / 100],
            worstMilliseconds: times[times.count - 1],
            meanCompared: Double(compared) / Double(times.count), openMilliseconds: opened,
            peakMebibytes: peakMebibytes())
        try console.result(result)
        console.say(
            String(
                format:
                    "%d件を調べました: 中央値 %.3fミリ秒、95%%点 %.3fミリ秒、最も遅い %.3fミリ秒（1件あたり平均 %.0f件と比較、索引は %d件、開くのに %.1fミリ秒）",
                result.searches, result.medianMilliseconds, result.p95Milliseconds, result.worstMilliseconds,
                result.meanCompared, result.records, result.openMilliseconds))
    }
}
