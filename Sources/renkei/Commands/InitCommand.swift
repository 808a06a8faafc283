import Domain
import Foundation
import Nightly

/// `renkei init`: makes a workspace.
enum InitCommand {
    static let usage = Usage(
        "init", "作業フォルダを作ります", arguments: ["DIR"],
        options: [
            Option("municipality", "NAME", "自治体名（画面と報告書に出ます）"),
            Option("sample", "DIR", "見本の市のフォルダ。抽出ファイルを受け取りフォルダに写します"),
            Option("templates", "DIR", "もとになる Mappings と Guidelines のあるフォルダ"),
        ],
        discussion: """
            設定 renkei.json5、受け取りフォルダ inbox、対応づけ Mappings、指針 Guidelines の写し、鍵 keys、
            データベースを作ります。鍵とデータは作った人だけが読めます。決まり（Guidelines）は、一人が案を出し、別の人が承認するまで
            効きません。見本の市（--sample）では、見本の利用者を作り、そのうちの二人で効かせます。

            例: renkei init /srv/renkei --municipality 若葉野市
            """)

    private struct Result: Encodable {
        let outcome = "created"
        let workspace: String
        let logins: String?
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let root = arguments.positionals[0]
        let sample = arguments.values["sample"]
        let workspace = try Workspace.initialise(
            root, templates: try Templates.folder(arguments.values["templates"]),
            municipality: arguments.values["municipality"] ?? (sample == nil ? "（自治体名）" : "若葉野市（見本）"),
            asOf: sample.flatMap(newestDay), inboxFrom: sample)
        var logins: String?
        if let sample { logins = try SampleLogins.create(in: workspace, sample: sample, at: Date()) }
        try console.result(Result(workspace: root, logins: logins))
        console.say("作業フォルダ「\(root)」を作りました。")
        let next = { (words: String) in "\(console.program) \(words) --workspace \(root)" }
        console.say(
            sample != nil
                ? "次に: \(next("run"))"
                : """
                次に: 利用者を二人加え、一人が決まりの案を出し、別の人が承認します。それから抽出ファイルを \(workspace.inbox) に置いて run です。
                  \(next("user add ID --role linkage-officer"))
                  \(next("user add ID --role data-manager"))
                  \(next("policy propose --user ID --reason 理由"))
                  \(next("policy approve 版の番号 --user 別の人のID --reason 理由"))
                  \(next("run"))
                """)
    }

    /// The newest day in the sample's file names: its night is fixed there.
    private static func newestDay(_ sample: String) -> Day? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sample + "/inbox")) ?? []
        return names.compactMap { name -> Day? in
            guard let digits = name.split(separator: "_").last?.prefix(8), let number = Int(digits) else {
                return nil
            }
            return Day(number / 10_000, number / 100 % 100, number % 100)
        }.max()
    }
}
