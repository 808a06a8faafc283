import Domain
import Foundation
import SampleCity

/// `renkei sample`: an invented city.
enum SampleCommand: Command {
    static let usage = Usage(
        "sample", "架空の市の抽出ファイルと正解を作ります", arguments: ["OUT"],
        options: [
            Option("children", "N", "こどもの数（1〜2000000、省略時は400）"), Option("seed", "S", "乱数の種（省略時は1）"),
            Option("date", "YYYY-MM-DD", "抽出の基準日（省略時は2026-10-01）"),
        ],
        discussion: """
            部署ごとの書き方のくせをもつ13種類の抽出ファイルと、どの行がどのこどもかの正解（truth.csv）を書きます。
            出てくる人はすべて架空です。同じ種からは、いつも同じ市ができます。

            例: renkei sample --children 100000 --seed 7 /tmp/city
            """)

    private struct Result: Encodable {
        let outcome = "written"
        let folder: String
        let children: Int
        let rows: Int
    }

    static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let out = arguments.positionals[0]
        let parameters = CityParameters(
            children: try arguments.number("children", in: 1...2_000_000) ?? 400,
            seed: UInt64(try arguments.number("seed", in: 0...Int.max) ?? 1),
            asOf: try arguments.day("date") ?? Day(number: 20_727))
        let summary = try SampleCity(parameters).write(to: out) { done, total in
            guard console.isTerminal else { return }
            FileHandle.standardError.write(Data("\r\u{1B}[Kこども \(done)/\(total)".utf8))
        }
        if console.isTerminal { console.note("") }
        try console.result(Result(folder: out, children: summary.children, rows: summary.rows))
        console.say(
            """
            架空の市を「\(out)」に作りました（こども \(summary.children)人、\(summary.rows)行）。
            次に: renkei init 作業フォルダ --sample \(out)
            """)
    }
}
