import AdminAPI
import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei rights correct`: what an accepted row is to say instead (訂正).
enum RightsCorrectCommand {
    static let usage = Usage(
        "rights correct", "訂正の請求に応じて受け付けた行の値を直し、誤った訂正を取りやめます",
        options: [
            .workspace, Option("row", "FILE:LINE", "訂正する行。公開中の抽出のファイルと行番号"),
            Option("values", "FILE", "列と正しい値の表（CSV。1行目は「列,正しい値」）"),
            Option("request", "TEXT", "請求書の受付番号。氏名は書かないでください"),
            Option("reason", "TEXT", "何を確かめて訂正するか。監査記録に残ります。氏名や番号は書かないでください"),
            Option("other-person", nil, "訂正すると別の人の行になることを、担当課に確かめました。--second も要ります"),
            Option("second", "ID", "別の人の行にする訂正を、いっしょに確かめた、もう1人の利用者ID"),
            Option("end", "N-番号", "誤っていた訂正を取りやめます。訂正した人とは別の人がします"),
            .user,
        ],
        discussion: """
            パスワードは標準入力の1行目から（--second の人のものは2行目から）読みます。役割に rectify の許可が要ります。行の内容は、だれにも示しません。

            すぐに: その行の事実を根拠とするきっかけを取り消し、だれも手を付けていない、それだけのケースを取り下げます。手を付けたケースは
            開いたままで、経過に「訂正」と残ります。そのケースで動いた人は「renkei rights told」に並びます。
            次の夜から: 訂正した行が、届いた行の代わりになります。担当課がその行を別の内容で届けると、訂正は止まり、夜の注意に出ます。
            止まった訂正は、前の内容がまた届いても、ひとりでには戻りません。
            --end N-1 --reason … は、その訂正を取りやめます。次の夜から、届いた行をそのまま使います。

            例: renkei rights correct --row shukketsu_20261001.csv:15 --values naoshi.csv --request 令和8年第4号
                  --reason "学校の原本と照らした" --user privacy
                （naoshi.csv）
                列,正しい値
                6月欠席,1
            """)

    private struct Result: Encodable {
        let outcome = "corrected"
        let correction: String
        let flags: Int
        let cases: [CaseID]
        let withdrawn: Int
        let tellings: Int
    }

    private struct Ended: Encodable {
        let outcome = "ended"
        let correction: String
    }

    private static func end(
        _ word: String, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        guard word.hasPrefix("N-"), let number = Int(word.dropFirst(2)) else {
            throw usageFault("訂正の番号が読めません。", "「N-2」のように書いてください。")
        }
        let user = try arguments.user()
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        try Rectifier(workspace, user: user, password: Password.read(console), at: Date()).end(
            number, reason: arguments.values["reason"] ?? "")
        try console.result(Ended(correction: "N-\(number)"))
        console.say("N-\(number) を取りやめました。次の夜間処理から、届いた行（前の訂正があれば、その行）を使い、きっかけを改めて判定します。")
        console.say("次に: \(console.program) run --workspace \(workspace.root)")
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        func needed(_ name: String, _ fix: String) throws(Fault) -> String {
            guard let value = arguments.values[name], !value.isEmpty else {
                throw usageFault("「--\(name)」がありません。", fix)
            }
            return value
        }
        if let word = arguments.values["end"] { return try end(word, arguments, console) }
        let (file, line) = try PersonArgument.row(
            needed("row", "「shukketsu_20261001.csv:15」のように、ファイルと行番号を書いてください。"))
        let values = try needed("values", "列と正しい値を書いたCSVを指定してください。")
        let number = try needed("request", "請求書の受付番号（「令和8年第4号」など）を書いてください。")
        let user = try arguments.user()
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let password = try Password.read(console)
        let second = try arguments.values["second"].map {
            (user: UserID($0), password: try Password.read(console))
        }
        let done = try Rectifier(
            workspace, user: user, password: password, second: second, at: Date()
        ).correct(
            Rectifier.Request(
                number: number, file: file, line: line, values: values,
                reason: arguments.values["reason"] ?? "", allowsOtherPerson: arguments.has("other-person")))
        try console.result(
            Result(
                correction: "N-\(done.id)", flags: done.flags, cases: done.cases, withdrawn: done.withdrawn,
                tellings: done.tellings))
        console.say("N-\(done.id): 訂正を記録しました。次の夜間処理から、正しい値を使います。")
        console.say(
            "この行を根拠とするきっかけ \(done.flags)件（ケース \(done.cases.count)件）を取り消し、うち \(done.withdrawn)件のケースを取り下げました。")
        if done.tellings > 0 {
            console.say(
                "知らせる職員が\(done.tellings)人います。次に: \(console.program) rights told --user ID --workspace \(workspace.root)"
            )
        }
        console.say("正しい値の表（\(values)）は、もう要りません。消してください。担当課の元の記録も直してもらってください。")
        console.say("次に: \(console.program) run --workspace \(workspace.root)")
    }
}

/// `renkei rights told`: who acted on a case behind which a fact was wrong, and who of them knows.
enum RightsToldCommand {
    static let usage = Usage(
        "rights told", "訂正や取消しを知らせる職員を示し、知らせたことを記録します", arguments: ["[番号]"],
        options: [
            .workspace, Option("how", "TEXT", "どう知らせたか（「電話」など）。番号を書いたとき"),
            .user,
        ],
        discussion: """
            パスワードは標準入力の1行目から読みます。役割に rectify の許可が要ります。

            番号を書かなければ、訂正された事実（T-番号）や、担当課が取り消した記録・別の人のものだった記録（B-番号）をもとに、
            ケースを担当したり記録したりした職員を並べます。
            知らせたら、番号とどう知らせたかを書いて記録します。市の外に提供していたときは、提供先にも書面で知らせてください（法第97条）。

            例: renkei rights told --user privacy
                renkei rights told T-2 --how 電話 --user privacy
            """)

    private struct Entry: Encodable {
        let telling: String
        /// Of what was corrected at a person's request.
        let correction: String?
        let request: String?
        /// Of what was taken back.
        let rule: RuleID?
        let why: String?
        let caseID: CaseID
        let user: UserID
        let since: Date
        let toldAt: Date?
        let how: String?

        init(_ telling: Telling) {
            self.telling = telling.number
            switch telling.cause {
            case .rectified(let number, let request):
                (correction, self.request, rule, why) = ("N-\(number)", request, nil, nil)
            case .takenBack(let rule, let why):
                (correction, request, self.rule, self.why) = (nil, nil, rule, why)
            }
            caseID = telling.caseID
            user = telling.user
            since = telling.since
            toldAt = telling.told?.at
            how = telling.told?.how
        }
    }

    private struct Result: Encodable {
        let outcome: String
        let tellings: [Entry]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let user = try arguments.user()
        let number = arguments.positionals.first
        if let number {
            guard number.hasPrefix("T-") || number.hasPrefix("B-"), Int(number.dropFirst(2)) != nil else {
                throw usageFault(
                    "番号が読めません。", "「T-2」や「B-1」のように書いてください。番号は「renkei rights told」で分かります。")
            }
        }
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let rectifier = try Rectifier(
            workspace, user: user, password: Password.read(console), at: Date())
        if let number {
            let telling = try rectifier.tell(number, how: arguments.values["how"] ?? "")
            try console.result(Result(outcome: "told", tellings: [Entry(telling)]))
            console.say("\(number): \(telling.displayName)に知らせたことを記録しました。")
            return
        }
        let tellings = try rectifier.tellings()
        try console.result(Result(outcome: "listed", tellings: tellings.map(Entry.init)))
        guard !tellings.isEmpty else { return console.say("知らせる職員はいません。") }
        console.say(
            TextTable.text(
                ["番号", "訂正か規則", "受付番号か理由", "ケース", "職員", "知らせた"],
                tellings.map { telling in
                    let entry = Entry(telling)
                    return [
                        telling.number, entry.correction ?? entry.rule?.rawValue ?? "",
                        entry.request ?? entry.why ?? "", telling.caseID.rawValue, telling.displayName,
                        telling.told.map { "\($0.at.japaneseTime) \($0.how)" } ?? "まだ",
                    ]
                }))
    }
}
