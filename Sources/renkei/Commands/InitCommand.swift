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
            データベースを作ります。鍵とデータは作った人だけが読めます。

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
        if sample != nil { logins = try SampleUsers.create(in: workspace, at: Date()) }
        try console.result(Result(workspace: root, logins: logins))
        console.say(
            """
            作業フォルダ「\(root)」を作りました。
            次に: \(sample == nil ? "各課の抽出ファイルを \(workspace.inbox) に置いて、" : "")\(console.program) run --workspace \(root)
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
