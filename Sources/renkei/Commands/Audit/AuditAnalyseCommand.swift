import AdminAPI
import Audit
import Domain
import Foundation
import Nightly
import Pages
import Store

/// `renkei audit analyse`: who should be asked about which reading; `audit relate`: whose family users are.
enum AuditAnalyseCommand {
    static let usage = Usage(
        "audit analyse", "ふだんと違う閲覧（夜間・休日・大量・番号からの直接・家族など）を調べます",
        options: [.workspace, AuditCommand.from, AuditCommand.to],
        discussion: """
            何をふだんと違うとみなすかは、作業フォルダの Guidelines/audit/analysis.json5 に書きます。二人の案と承認（renkei policy）で
            効きます。祝日は法律のとおりに計算します。
            示すのは利用者・日・件数・出来事の番号だけで、個人の情報は出ません。示されたものが不正とは限りません。声をかけて
            確かめるきっかけにしてください。分析したことも監査記録に残ります。

            夜間・休日           執務時間の外、土日・祝日・閉庁日の閲覧
            大量                 1日に多くの人、1時間に多くの閲覧
            番号からの直接       その日の一覧に出ていない人のケースや、人・行の番号から直接の閲覧
            ほかの職員のケース   ほかの職員が担当しているケースの閲覧
            本人・家族           「renkei audit relate」で登録した人と、その世帯の人の閲覧
            断られた操作         権限がなく断られたもの

            例: renkei audit analyse --from 2026-10-01 --to 2026-10-31 --workspace /srv/renkei
            """)

    static let relating = Usage(
        "audit relate", "利用者本人と家族がだれかを登録し、その記録の閲覧を分析で示します", arguments: ["NAME"],
        options: [
            .workspace, Option("person", "P-…", "本人か家族の番号（いくつかあるときは , で区切る）。書かなければ登録を消します"),
        ],
        discussion: """
            登録した人と同じ世帯の人も、分析の「本人・家族」に含みます。登録は入れ替わります。閲覧は止めません。
            番号はデータベースにだけ残り、監査記録には仮名で残ります。コマンドを使う人は「cli:名前」と書きます。

            例: renkei audit relate tanaka --person P-…,P-… --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        struct Finding: Encodable {
            let kind: String
            let actor: String
            let day: Day
            let count: Int
            let limit: Int
            let events: [Int]
        }
        let outcome = "analysed"
        let events: Int
        let findings: [Finding]
        /// Places of events that cannot be read.
        let unreadable: [Int]
    }

    private struct Related: Encodable {
        let outcome = "related"
        let user: String
        let persons: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let desk = try AuditDesk(arguments)
        let (inForce, decide) = try desk.deciding()
        guard let guideline = try inForce.analysisLimits else {
            throw Fault(
                .configuration, code: "audit.no-limits", message: "効いている決まりに、監査記録の分析の基準がありません。",
                file: desk.workspace.guidelines + "/audit/analysis.json5",
                fix: "ファイルを置き、「renkei policy propose」で案を出し、別の人が承認してください。")
        }
        let (from, to) = (try arguments.day("from"), try arguments.day("to"))
        if let from, let to, to < from {
            throw usageFault("「--to」が「--from」より前の日です。", "期間の始めの日を --from に、終わりの日を --to に書いてください。")
        }
        let found = try desk.service.analyseTrail(
            guideline, from: from, to: to, actor: .operating,
            deciding: decide, at: desk.now)
        try console.result(
            Result(
                events: found.events,
                findings: found.findings.map {
                    .init(
                        kind: $0.kind.rawValue, actor: $0.actor, day: $0.day, count: $0.count,
                        limit: $0.limit,
                        events: $0.examples)
                }, unreadable: found.unreadable))
        if let words = AuditAnalysisPage.words(ofUnreadable: found.unreadable) { console.note(words) }
        if !found.findings.isEmpty {
            console.say(
                TextTable.text(
                    ["分析", "利用者", "日", "件数", "基準", "出来事の番号（はじめの5件まで）"],
                    found.findings.map {
                        [
                            AccessViews.title($0.kind), AccessWording.who($0.actor, name: nil), "\($0.day)",
                            "\($0.count)",
                            "\($0.limit)", $0.examples.map(String.init).joined(separator: " "),
                        ]
                    }))
        }
        console.say(
            """
            出来事 \(found.events)件を調べ、確かめたいものが\(found.findings.count)件ありました。
            次に: \(console.program) audit user 利用者 --from 日 --to 日 --workspace \(desk.workspace.root) で、その日の記録を確かめてください。
            """)
    }

    @Sendable static func relate(_ arguments: ParsedArguments, _ console: Console) throws {
        let desk = try AuditDesk(arguments)
        let user = UserID(arguments.positionals[0])
        let persons = (arguments.values["person"] ?? "").split(separator: ",").map { PersonID(String($0)) }
        guard persons.allSatisfy({ $0.rawValue.hasPrefix("P-") }) else {
            throw usageFault("人の番号（P-…）ではないものがあります。", "「renkei explain」に出る番号を書いてください。")
        }
        let count = try desk.service.relate(user, to: persons, by: .operating, at: desk.now)
        try console.result(Related(user: user.rawValue, persons: count))
        console.say(
            """
            利用者「\(user)」の本人・家族として\(count)人を登録しました。
            次に: \(console.program) audit analyse --workspace \(desk.workspace.root)
            """)
    }
}
