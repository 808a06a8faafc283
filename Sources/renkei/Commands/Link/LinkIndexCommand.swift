import Domain
import Foundation
import Linkage
import Tables

/// `renkei link index`: a file to score one new record against.
enum LinkIndexCommand {
    static let usage = Usage(
        "link index", "新しい記録を1件ずつ調べるための索引を作ります",
        options: LinkWork.options + [Option("out", "FILE", "索引を書き出すファイル")],
        discussion: """
            表とモデルから、規則の鍵ごとの記録の一覧と、比べる列の値を1つのファイルにします。「link search」は、このファイルを
            読み込まずにその場で引き、鍵の等しい記録だけと比べます。表やモデルが変わったら作り直してください。
            索引には、番号と、規則や比較が読む列の値がそのまま入ります。書いた人だけが読める権限（0600）で書きます。

            例: renkei link index --work unit.json --model model.json --out people.index
            """)

    private struct Result: Encodable {
        let outcome = "indexed"
        let file: String
        let records: Int
        let bytes: Int
        let seconds: [String: Double]
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let out = arguments.values["out"] else {
            throw usageFault("書き出し先がありません。", "「--out」で索引のファイルを指定してください。")
        }
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        try work.checkWeights()
        _ = try work.names()
        progress.begin("write")
        let records = work.table.count
        let bytes: Int
        do {
            bytes = try IndexFile.write(
                &work.table, model: work.model, idColumn: work.unit.idColumn, datasets: work.unit.datasets,
                source: work.modelSource, engine: "renkei \(Renkei.version)", to: out)
        } catch { throw LinkWork.located(error, work.modelSource) }
        progress.end()
        try console.result(
            Result(
                file: out, records: records, bytes: bytes, seconds: progress.seconds,
                peakMebibytes: peakMebibytes()))
        console.say("記録 \(records)件の索引を「\(out)」に書きました（\(bytes / 1_048_576) MiB）。")
        console.say(progress.text + "、メモリ最大 \(peakMebibytes()) MiB")
        console.say(
            "次に: \(console.program) link search --index \(ParsedArguments.quoted(out)) --record '列=値;列=値'")
    }
}
