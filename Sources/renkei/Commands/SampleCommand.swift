import Domain
import Foundation
import SampleCity

/// `renkei sample`: an invented city.
enum SampleCommand {
    static let usage = Usage(
        "sample", "架空の市の抽出ファイルと正解を作ります", arguments: ["OUT"],
        options: [
            Option("children", "N", "こどもの数（1〜2000000、省略時は400）"), Option("seed", "S", "乱数の種（省略時は1）"),
            Option("date", "YYYY-MM-DD", "抽出の基準日（省略時は2026-10-01）"),
            Option("habits", "own|other", "部署の書き方のくせ。other は、空白のない氏名、入れ替わった姓と名、仮の生年月日などのある、もう一つの市です"),
            Option("showcase", nil, "まれなことも数百人の中に必ず出る、見本用の市にします"),
        ],
        discussion: """
            部署ごとの書き方のくせをもつ13種類の抽出ファイルと、どの行がどのこどもかの正解（truth.csv）、
            どのこどもにどの困難を植え付けたか（planted.csv）、だれが双子や外国の氏名などか（groups.csv）を書きます。
            出てくる人はすべて架空です。同じ種からは、いつも同じ市ができます。

            例: renkei sample --children 100000 --seed 7 /tmp/city
            """)

    private struct Result: Encodable {
        let outcome = "written"
        let folder: String
        let children: Int
        let rows: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let out = arguments.positionals[0]
        let inbox = out + "/inbox"
        guard !FileManager.default.fileExists(atPath: inbox) else {
            throw Fault(
                .usage, code: "sample.exists", message: "すでに市があります。", file: inbox,
                fix: "別のフォルダを指定するか、古い市を消してください。")
        }
        let children = try arguments.number("children", in: 1...2_000_000) ?? 400
        let seed = UInt64(try arguments.number("seed", in: 0...Int.max) ?? 1)
        let asOf = try arguments.day("date") ?? Day(number: 20_727)
        guard let habits = CityParameters.Habits(rawValue: arguments.values["habits"] ?? "own") else {
            throw usageFault("くせの名前が違います。", "「--habits」には own か other を指定してください。")
        }
        var parameters =
            arguments.has("showcase")
            ? CityParameters.showcase(children: children, seed: seed, asOf: asOf)
            : CityParameters(children: children, seed: seed, asOf: asOf)
        parameters.habits = habits
        let summary = try SampleCity(parameters).write(to: out) { done in
            guard console.isTerminal else { return }
            console.write(note: "\r\u{1B}[Kこども \(done)人")
        }
        if console.isTerminal { console.note("") }
        let rows = summary.files.reduce(0) { $0 + $1.rows }
        try console.result(Result(folder: out, children: summary.children, rows: rows))
        console.say(
            """
            架空の市を「\(out)」に作りました（こども \(summary.children)人、\(rows)行）。
            次に: \(console.program) init 作業フォルダ --sample \(out)
            """)
    }
}
