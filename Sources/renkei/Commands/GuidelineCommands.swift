import AdminAPI
import Domain
import Foundation
import Nightly
import Pages
import Policy

/// `renkei guideline matrix`: who may do what with which item, for which purpose, as a table on paper.
enum GuidelineMatrixCommand {
    static let usage = Usage(
        "guideline matrix", "役割・項目・利用目的の表を、HTMLとCSVに書き出します",
        options: [
            .workspace, NamedGuideline.option,
            Option("output", "DIR", "書き出すフォルダ。matrix.html と matrix.csv を置きます"),
            Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）"),
        ],
        discussion: """
            利用目的ごとに、行が項目、列が役割の表になります。升には、許される操作と、支援措置の対象者で加わる義務を書きます。
            CSVは、一つの許可が1行です。すでにあるファイルには書きません。

            例: renkei guideline matrix --output 公表資料 --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "written"
        let files: [String]
        let revision: String
        let uses: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .inForce)
        let day = try arguments.day("date") ?? Day(inJapanAt: Date())
        let uses = named.guideline.accesses(on: day)
        let files = try write(
            [
                ("matrix.html", html(uses, named.guideline, on: day)),
                ("matrix.csv", csv(uses, named.guideline)),
            ],
            to: arguments.values["output"])
        try console.result(Result(files: files, revision: named.guideline.revision, uses: uses.count))
        console.say("\(named.title)（版 \(named.guideline.revision.prefix(12))）の許可 \(uses.count)件を書き出しました。")
        for file in files { console.say("  \(file)") }
    }

    private static func html(_ uses: [Access], _ guideline: Guideline, on day: Day) -> String {
        let sections = guideline.purposes.values.sorted { $0.id < $1.id }.filter { $0.isActive(on: day) }
            .map { GuidelineViews.section(of: $0, uses, guideline) }
        return PrintedTables(
            title: "役割・項目・利用目的の表",
            text: "\(day.wareki)の決まり（版 \(guideline.revision.prefix(12))）。書いていない組は許されません。",
            sections: sections
        ).render()
    }

    private static func csv(_ uses: [Access], _ guideline: Guideline) -> String {
        let head = ["役割", "役割名", "利用目的", "利用目的名", "項目", "項目名", "持っている課", "秘密の種類", "操作", "ふつうは", "支援措置の対象者では"]
        let rows = uses.map { use in
            let item = use.item.flatMap { guideline.catalogue[$0] }
            return [
                use.role.rawValue, guideline.title(use.role), use.purpose.rawValue,
                guideline.title(use.purpose),
                use.item?.rawValue ?? "", item?.title ?? "", item?.holder ?? "",
                item?.sensitivity.rawValue ?? "",
                use.action.title, GuidelineViews.words(use.open), GuidelineViews.words(use.protected),
            ]
        }
        // A byte order mark, so that a spreadsheet takes it for UTF-8.
        return "\u{FEFF}"
            + ([head] + rows).map { row in
                row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\r\n"
            }.joined()
    }

    /// - Throws: `output.exists` where one of the files is there already.
    static func write(_ texts: [(name: String, text: String)], to folder: String?) throws -> [String] {
        guard let folder else {
            throw usageFault("書き出し先がありません。", "「--output」でフォルダを指定してください。")
        }
        let files = FileManager.default
        let paths = texts.map { "\(folder)/\($0.name)" }
        if let taken = paths.first(where: files.fileExists) {
            throw Fault(
                .usage, code: "output.exists", message: "同じ名前のファイルがすでにあります。", file: taken,
                fix: "別のフォルダを指定するか、そのファイルを移してください。")
        }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (path, text) in zip(paths, texts) {
            try text.text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        return paths
    }
}

/// `renkei guideline file-register`: drafts the register of personal information files from the catalogue.
enum FileRegisterCommand {
    static let usage = Usage(
        "guideline file-register", "個人情報ファイル簿の下書きを、項目の一覧から作ります",
        options: [
            .workspace, NamedGuideline.option,
            Option("output", "DIR", "書き出すフォルダ。file-register.html を置きます"),
            Option("date", "YYYY-MM-DD", "この日に有効な利用目的（省略時は今日）"),
        ],
        discussion: """
            利用目的の fileRegister が同じものを、一つの個人情報ファイルとしてまとめます（個人情報の保護に関する法律第75条）。
            決まりからは分からない欄は「（記入）」とします。公表の前に、必ず担当課で確かめてください。

            例: renkei guideline file-register --output 公表資料 --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "drafted"
        let files: [String]
        let registers: [String]
        let revision: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .inForce)
        let day = try arguments.day("date") ?? Day(inJapanAt: Date())
        let municipality = try? arguments.values["workspace"].map {
            try NightSettings.load(path: Workspace.open($0).settings).municipality
        }
        let registers = named.guideline.fileRegisters(on: day)
        let page = PrintedTables(
            title: "個人情報ファイル簿（下書き）",
            text: "\(day.wareki)に有効な利用目的から作りました（版 \(named.guideline.revision.prefix(12))）。",
            sections: registers.map { section($0, named.guideline, municipality) })
        let files = try GuidelineMatrixCommand.write(
            [("file-register.html", page.render())], to: arguments.values["output"])
        try console.result(
            Result(files: files, registers: registers.map(\.name), revision: named.guideline.revision))
        console.say("個人情報ファイル簿の下書きを \(registers.count)件作りました: \(files.joined(separator: "、"))")
    }

    private static func section(
        _ register: FileRegister, _ guideline: Guideline, _ municipality: String?
    ) -> PrintedTables.Section {
        let items = register.items.compactMap { guideline.catalogue[$0] }
        let named = items.map { item in
            let kinds = item.kinds.map(\.title).joined(separator: "・")
            return kinds.isEmpty ? item.title : "\(item.title)（\(kinds)）"
        }
        let holders = Set(items.map(\.holder)).sorted().joined(separator: "、")
        let secret = items.filter { $0.sensitivity != .normal }.map {
            "\($0.title)（\($0.sensitivity.rawValue)）"
        }
        let retention = Dictionary(grouping: items, by: \.retentionYears).sorted { $0.key < $1.key }.map {
            years, items in
            "\(years)年（\(items.map(\.code.rawValue).sorted().joined(separator: "、"))）"
        }
        let uses = register.purposes.map { "\($0.title): \($0.description)" }
        let grounds = register.purposes.map {
            "\($0.title): \($0.articles.joined(separator: "、"))。\($0.council)"
        }
        let blank = "（記入）"
        let rows: [[String]] = [
            ["個人情報ファイルの名称", register.name], ["行政機関等の名称", municipality ?? blank],
            ["個人情報ファイルが利用に供される事務をつかさどる組織の名称", blank],
            ["個人情報ファイルの利用目的", uses.joined(separator: " ")], ["記録項目", named.joined(separator: "、")],
            ["記録範囲", blank], ["記録情報の収集方法", "次の課の抽出ファイルによる: \(holders)"],
            ["要配慮個人情報が含まれるときは、その旨", secret.isEmpty ? "含まない" : "含むものとして扱う: " + secret.joined(separator: "、")],
            ["記録情報の経常的提供先", blank], ["開示請求等を受理する組織の名称及び所在地", blank],
            ["訂正及び利用停止に関する他の法令の規定による特別の手続等", blank], ["保存期間", retention.joined(separator: "、")],
            ["根拠と審議会の記録", grounds.joined(separator: " ")], ["備考", ""],
        ]
        return PrintedTables.Section(
            title: register.name, text: "", columns: ["欄", "内容"], rows: rows)
    }
}
