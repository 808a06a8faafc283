import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei person shred`: nobody can read any more what is kept of a person.
enum PersonShredCommand {
    static let usage = Usage(
        "person shred", "ある方の記録を、だれにも読めないように消去します", arguments: ["[S-番号]"],
        options: [
            .workspace, .user,
            Option("person", "P-…", "だれの記録か（申し出るとき）"),
            Option("row", "FILE:LINE", "だれの記録かを、公開中の抽出の行で示します（申し出るとき）"),
            Option("withdraw", nil, "申出を取り下げます"),
            Option("list", nil, "これまでの申出を示します"),
            Option("reason", "TEXT", "理由。監査記録に残ります。氏名や番号は書かないでください"),
        ],
        discussion: """
            1人が申し出て、別の1人が承認すると、その方の記録の鍵を捨てます。元には戻せません。
            パスワードは標準入力の1行目から読みます。役割に register の許可が要ります。

              renkei person shred --person P-… --reason "消去の請求を認めた" --user privacy
              renkei person shred S-1 --reason "決裁を確かめた" --user manager

            承認すると、その方の氏名・住所などは、公開中の結果からも、前の夜の実行フォルダからも、データベースのどの控え
            （バックアップ）からも読めなくなります。規則の見付けたこと、行の事実、確認の判断も消し、ケースを終えます。
            次の夜からは、その方の行が届いても「消去済み」として取り込みません。
            人ごとに分けられない比較の記録と却下された行の控えも読めなくなり、次の夜間処理が作り直します。

            消えないもの: 届いた抽出ファイルとその控え、印刷したもの、職員がケースに書いた記録（どの画面にも出ません）、監査記録。
            承認したら、ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。捨てない限り、古い鍵の控えと
            古いデータベースの控えの両方を持つ人には読めます。くわしくは docs/keys.md にあります。
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        let asked = try Asked(arguments)
        let register = try ConsentRegister(
            workspace, workspace.openService(), user: user, password: Password.read(console),
            at: Date())
        let reason = arguments.values["reason"] ?? ""
        switch asked {
        case .list:
            let view = ShreddingListView(shreddings: try register.shreddings().map { ShreddingView($0) })
            try console.result(view)
            console.say(view.text)
        case .person(let id): try tell(register.proposeShredding(of: id, reason: reason), workspace, console)
        case .row(let file, let line):
            let person = try register.person(file: file, line: line)
            try tell(register.proposeShredding(of: person, reason: reason), workspace, console)
        case .withdrawing(let number):
            try tell(register.withdrawShredding(number, reason: reason), workspace, console)
        case .approving(let number):
            let (shredding, done) = try register.shred(number, reason: reason, in: workspace)
            try tell(shredding, workspace, console, done: done)
        }
    }

    /// What is to be done; read before any password.
    private enum Asked {
        case list
        case person(PersonID)
        case row(file: String, line: Int)
        case approving(Int)
        case withdrawing(Int)

        init(_ arguments: ParsedArguments) throws {
            let given = arguments.positionals.first
            switch (arguments.has("list"), given, arguments.values["person"], arguments.values["row"]) {
            case (true, nil, nil, nil): self = .list
            case (false, let number?, nil, nil):
                guard number.hasPrefix("S-"), let id = Int(number.dropFirst(2)) else {
                    throw usageFault(
                        "申出の番号が読めません。", "「S-3」のように書いてください。番号は「renkei person shred --list」で分かります。")
                }
                self = arguments.has("withdraw") ? .withdrawing(id) : .approving(id)
            case (false, nil, let person?, nil): self = .person(PersonID(person))
            case (false, nil, nil, let row?):
                let (file, line) = try PersonArgument.row(row)
                self = .row(file: file, line: line)
            default:
                throw usageFault(
                    "何をするかが決まりません。",
                    "申し出るなら「--person」か「--row」、承認するなら「S-番号」、一覧なら「--list」のどれか1つを書いてください。")
            }
        }
    }

    private static func tell(
        _ shredding: KeptShredding, _ workspace: Workspace, _ console: Console, done: ShreddingCounts? = nil
    ) throws {
        let view = ShreddingView(shredding, done)
        try console.result(view)
        console.say(view.sentence)
        switch shredding.state {
        case .proposed:
            console.say(
                "次に: 別の人が \(console.program) person shred S-\(shredding.id) --reason 理由 --user ID --workspace \(workspace.root)"
            )
        case .done:
            if done?.isInLog == true {
                console.say(
                    "注意: 消した内容が、データベースの作業用のファイル（service.sqlite-wal）にまだ残っています。画面（serve）を一度止めて、始め直してください。")
            }
            console.say(
                """
                次に: ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。そのあと:
                  \(console.program) run --workspace \(workspace.root)
                """)
        case .withdrawn, .approved: break
        }
    }
}

/// A shredding as people and machines see it: ids alone.
struct ShreddingView: Encodable {
    let shredding: String
    let person: String
    let state: String
    let proposedBy: String
    let proposedAt: Date
    let records: Int?
    let facts: Int?
    let cases: Int?
    let sentence: String

    init(_ kept: KeptShredding, _ done: ShreddingCounts? = nil) {
        shredding = "S-\(kept.id)"
        person = kept.person.rawValue
        state = kept.state.rawValue
        proposedBy = kept.steps.first?.actor ?? ""
        proposedAt = kept.steps.first?.at ?? Date(timeIntervalSince1970: 0)
        (records, facts, cases) = (done?.records, done?.facts, done?.cases)
        sentence =
            switch kept.state {
            case .proposed: "\(shredding): 消去の申出を記録しました。別の人が承認するまで、何も変わりません。"
            case .withdrawn: "\(shredding): 消去の申出を取り下げました。"
            case .approved: "\(shredding): 消去の途中で止まっています。もう一度承認すると、続きから行います。"
            case .done:
                "\(shredding): 消去しました"
                    + (done.map { "（記録 \($0.records)件の鍵、事実のあった行 \($0.facts)行、ケース \($0.cases)件）" } ?? "") + "。"
            }
    }

    fileprivate var row: [String] {
        let words = ["proposed": "承認を待つ", "withdrawn": "取下げ", "approved": "途中", "done": "消去済み"]
        return [shredding, person, words[state] ?? state, proposedBy]
    }
}

/// All of them, by number.
struct ShreddingListView: Encodable {
    let outcome = "listed"
    let shreddings: [ShreddingView]

    var text: String {
        shreddings.isEmpty
            ? "消去の申出はありません。" : TextTable.text(["番号", "人", "状態", "申し出た人"], shreddings.map(\.row))
    }
}
