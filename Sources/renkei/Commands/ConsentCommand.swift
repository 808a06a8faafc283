import AdminAPI
import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei consent`: what people said of the use of their data.
enum ConsentCommand {
    static let usage = Usage(
        "consent", "同意と利用停止の申出を記録し、守らせます",
        arguments: ["list|record|confirm|end|keep", "[M-番号]"],
        options: [
            .workspace, .user,
            Option("refuse", nil, "利用停止・オプトアウト・同意の撤回として記録します（record）"),
            Option("give", nil, "同意として記録します（record）"),
            Option("purpose", "ID", "どの利用目的についてか（record）"),
            PersonArgument.options[0], PersonArgument.options[1],
            Option("giver", "person|guardian|agent", "申し出た人: 本人・保護者・代理人（record）"),
            Option("evidence", "TEXT", "根拠の書類の件名と受付番号（record）。氏名は書かないでください"),
            Option("from", "YYYY-MM-DD", "同意の始まり（record、省略できます）"),
            Option("until", "YYYY-MM-DD", "同意の終わりの日（record、省略できます）"),
            Option("reason", "TEXT", "理由。監査記録に残ります。氏名や番号は書かないでください"),
        ],
        discussion: """
            パスワードは標準入力の1行目から読みます。役割に register の許可が要ります。

            record   利用停止（--refuse）は、記録したときから効きます。その利用目的では、その方を一覧にも詳細にも出さず、規則の
                     見付けたことを消し、それだけで開いていたケースを終えます。次の夜間処理からは、記録を合わせもしません。
                     何度取り込み直しても、人の番号が変わっても続き、日付では終わりません。
                     例: renkei consent record --refuse --purpose support --row jumin_20261001.csv:12 --giver guardian
                           --evidence "利用停止請求 令和8年第3号" --reason "審査のうえ認めた" --user privacy
                     同意（--give）は、別の人が確かめる（confirm）まで効きません。
            confirm  記録された同意を、別の人が確かめます    例: renkei consent confirm M-2 --reason "原本を見た" --user manager
            end      同意をすぐに終わらせます。利用停止は、別の2人が30日のうちに end と言ったときに終わります
                     例: renkei consent end M-1 --reason "取下げの書面を受けた" --user privacy
            keep     利用停止を終わらせる1人目の申出を、取りやめます
            list     これまでのすべての申出を示します
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let what = try arguments.word(of: "consent", in: ["list", "record", "confirm", "end", "keep"])
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        let asked = what == "record" ? try Asked(arguments) : nil
        let number = ["confirm", "end", "keep"].contains(what) ? try Self.number(arguments) : 0
        let now = Date()
        let register = try ConsentRegister(
            workspace, workspace.openService(), user: user, password: Password.read(console),
            at: now)
        let reason = arguments.values["reason"] ?? ""
        switch what {
        case "list":
            let view = ConsentListView(try register.list(), at: now)
            try console.result(view)
            console.say(view.text)
        case "record":
            guard let asked else { return }
            let person =
                switch asked.subject {
                case .person(let id): id
                case .row(let file, let line): try register.person(file: file, line: line)
                }
            let (consent, unread) = try register.record(asked.consent(of: person), reason: reason)
            try tell(consent, workspace, console, at: now)
            if !unread.isEmpty {
                console.say(
                    "注意: 規則のファイル（\(unread.joined(separator: "、"))）が読めず、どの利用目的のものか分からないため、それらの規則がこの方について見付けたことも消しました。ファイルを直すと、次の夜間処理が改めて判定します。"
                )
            }
        case "confirm": try tell(register.confirm(number, reason: reason), workspace, console, at: now)
        case "keep": try tell(register.keep(number, reason: reason), workspace, console, at: now)
        default: try tell(register.end(number, reason: reason), workspace, console, at: now)
        }
    }

    /// What `record` was asked to record; read before any password.
    private struct Asked {
        let subject: PersonArgument
        private let purpose: PurposeID
        private let isRefusal: Bool
        private let giver: KeptConsent.Giver
        private let evidence: String
        private let from: Day?
        private let until: Day?

        init(_ arguments: ParsedArguments) throws {
            guard arguments.has("refuse") != arguments.has("give") else {
                throw usageFault("利用停止か同意かが決まりません。", "「--refuse」か「--give」のどちらか一方を書いてください。")
            }
            guard let purpose = arguments.values["purpose"] else {
                throw usageFault("利用目的がありません。", "「--purpose」に、Guidelines/purposes の利用目的を書いてください。")
            }
            guard let giver = arguments.values["giver"].flatMap(KeptConsent.Giver.init(rawValue:)) else {
                throw usageFault(
                    "だれが申し出たかが分かりません。", "「--giver」に person（本人）、guardian（保護者）、agent（代理人）のどれかを書いてください。")
            }
            subject = try PersonArgument(arguments, of: "申出")
            self.purpose = PurposeID(purpose)
            self.giver = giver
            isRefusal = arguments.has("refuse")
            evidence = arguments.values["evidence"] ?? ""
            from = try arguments.day("from")
            until = try arguments.day("until")
        }

        func consent(of person: PersonID) -> NewConsent {
            NewConsent(
                purpose: purpose, isRefusal: isRefusal, giver: giver, evidence: evidence, from: from,
                until: until, person: person)
        }
    }

    private static func number(_ arguments: ParsedArguments) throws -> Int {
        guard arguments.positionals.count == 2, arguments.positionals[1].hasPrefix("M-"),
            let number = Int(arguments.positionals[1].dropFirst(2))
        else {
            throw usageFault("申出の番号が読めません。", "「M-3」のように書いてください。番号は「renkei consent list」で分かります。")
        }
        return number
    }

    private static func tell(
        _ consent: KeptConsent, _ workspace: Workspace, _ console: Console, at: Date
    ) throws {
        let view = ConsentView(consent, reach: [consent.person], at: at)
        try console.result(view)
        console.say(view.sentence)
        if consent.isWaiting(at: at) {
            let next = consent.isRefusal ? "end" : "confirm"
            console.say(
                "次に: 別の人が \(console.program) consent \(next) M-\(consent.id) --reason 理由 --user ID --workspace \(workspace.root)"
            )
        } else {
            console.say("次に: \(console.program) run --workspace \(workspace.root)")
        }
    }
}

/// A consent as people and machines see it: ids alone.
struct ConsentView: Encodable {
    let consent: String
    let purpose: String
    let says: String
    let state: String
    let giver: String
    let evidence: String
    let from: String?
    let until: String?
    /// Whom it is about now.
    let persons: [String]
    let recordedBy: String
    let recordedAt: Date
    let sentence: String

    init(_ kept: KeptConsent, reach: Set<PersonID>, at: Date) {
        let isWaiting = kept.isWaiting(at: at)
        consent = "M-\(kept.id)"
        purpose = kept.purpose.rawValue
        says = kept.isRefusal ? "refused" : "given"
        state = kept.isEnded ? "ended" : isWaiting ? "waiting" : "recorded"
        giver = kept.giver.rawValue
        evidence = kept.evidence
        from = kept.from.map { "\($0)" }
        until = kept.until.map { "\($0)" }
        persons = reach.map(\.rawValue).sorted()
        recordedBy = kept.steps.first?.actor ?? ""
        recordedAt = kept.steps.first?.at ?? Date(timeIntervalSince1970: 0)
        let what = kept.isRefusal ? "利用停止" : "同意"
        sentence =
            switch (kept.isRefusal, kept.isEnded, isWaiting) {
            case (_, true, _): "\(consent): \(what)を終わらせました。次の夜間処理から変わります。"
            case (true, _, true): "\(consent): 利用停止を終わらせる申出を記録しました。別の人も30日のうちに終わらせるまで、利用停止は続きます。"
            case (true, _, false): "\(consent): 利用停止が記録されています。今、効いています。"
            case (false, _, true): "\(consent): 同意を記録しました。別の人が確かめるまで、効きません。"
            case (false, _, false): "\(consent): 同意が確かめられました。次の夜間処理から効きます。"
            }
    }

    fileprivate var row: [String] {
        let words = ["ended": "終了", "waiting": "2人目を待つ", "recorded": "有効"]
        return [
            consent, says == "refused" ? "利用停止" : "同意", purpose, words[state] ?? state,
            KeptConsent.Giver(rawValue: giver).map(ConsentViews.word) ?? giver,
            evidence, persons.isEmpty ? "（今夜の記録なし）" : persons.joined(separator: "、"),
        ]
    }
}

/// All of them, by number.
struct ConsentListView: Encodable {
    let outcome = "listed"
    let consents: [ConsentView]

    init(_ list: [(consent: KeptConsent, reach: Set<PersonID>)], at: Date) {
        consents = list.map { ConsentView($0.consent, reach: $0.reach, at: at) }
    }

    var text: String {
        consents.isEmpty
            ? "記録された申出はありません。"
            : TextTable.text(["番号", "申出", "利用目的", "状態", "申し出た人", "書類", "今の対象"], consents.map(\.row))
    }
}
