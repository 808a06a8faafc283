import AdminAPI
import Domain
import Foundation
import Nightly
import Policy

/// `renkei policy why`: one decision, with everything that decided it.
enum PolicyWhyCommand {
    static let usage = Usage(
        "policy why", "一つの問いの答えと、そう決まる規定を示します",
        options: [
            .workspace, NamedGuideline.option, Option("role", "ROLE", "役割（いくつかあるときは , で区切る）"),
            Option("action", "ACTION", "操作（read、list、flag など）"), Option("purpose", "PURPOSE", "利用目的"),
            Option("item", "CODE", "項目（A02 など。いくつかあるときは , で区切る。省略時はすべて）"),
            Option("case", "WORDS", "場合（支援措置・同意・利用停止・不明・定時・申告。「・」で区切る）"),
            Option("scope", "WORD", "範囲の要る役割で、利用者の範囲の中か（within、省略時）、外か（outside）、分からないか（unknown）"),
            Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）"),
        ],
        discussion: """
            理由を書くこと、2人で開くことが義務のときは、それをした場合の答えです。

            例: renkei policy why --role school-management --action read --purpose support --item D05 --workspace /srv/renkei
            例: renkei policy why --role center-staff --action read --purpose support --item A02 --case 支援措置
            """)

    private struct Result: Encodable {
        struct Statement: Encodable {
            let statement: String
            let effect: String
            let verdict: String
            let reason: String
            let items: [String]
        }
        let outcome: String
        let revision: String
        let items: [String]
        let obligations: [String]
        let ground: String?
        let message: String?
        let statements: [Statement]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .inForce)
        let guideline = named.guideline
        let request = try request(arguments, guideline)
        let decision = guideline.decide(request)
        let statements = guideline.verdicts(on: request).filter { $0.verdict != .doesNotApply }
        let items = decision.grant.map { $0.items.union($0.bandedItems).sorted() } ?? []
        let obligations = (decision.grant?.obligations.all ?? []).sorted { $0.rawValue < $1.rawValue }
        var denial: Denial?
        if case .deny(let found) = decision { denial = found }
        try console.result(
            Result(
                outcome: denial == nil ? "permit" : "deny", revision: guideline.revision,
                items: items.map(\.rawValue), obligations: obligations.map(\.rawValue),
                ground: denial?.ground.rawValue, message: denial?.message,
                statements: statements.map {
                    .init(
                        statement: $0.statement, effect: $0.effect.rawValue, verdict: $0.verdict.rawValue,
                        reason: $0.reason, items: $0.items.sorted().map(\.rawValue))
                }))
        console.say("\(named.title)（版 \(guideline.revision.prefix(12))）")
        if let denial {
            console.say("不許可: \(denial.message)")
        } else {
            let what =
                request.action.concernsItems
                ? "（\(items.map { guideline.title($0) }.joined(separator: "、"))）" : ""
            console.say("許可\(what)")
            if !obligations.isEmpty { console.say("義務: \(obligations.titles)") }
        }
        let kinds = guideline.reach(of: request.roles, given: []).required.sorted()
        if !kinds.isEmpty, request.action.heedsScope {
            console.say(
                "  この役割には範囲（\(kinds.map(\.title).joined(separator: "、"))）が要ります。範囲の付いていない利用者には、何も見えません。")
        }
        for one in statements {
            let limit = request.action.concernsItems && one.items.count < request.items.count
            console.say(
                "  \(GuidelineViews.word(one)) \(one.statement): \(one.reason)"
                    + (limit ? "（\(one.items.sorted().map(\.rawValue).joined(separator: "、"))）" : ""))
        }
        if statements.isEmpty { console.say("  当てはまる規定はありません。") }
    }

    private static func request(
        _ arguments: ParsedArguments, _ guideline: Guideline
    ) throws -> AccessRequest {
        func needed(_ name: String, _ known: [String]) throws(Fault) -> String {
            guard let text = arguments.values[name] else {
                throw usageFault("「--\(name)」がありません。", "次のどれかを書いてください: \(known.joined(separator: "、"))")
            }
            return text
        }
        func checked(_ word: String, _ name: String, _ known: [String]) throws(Fault) {
            guard !known.contains(word) else { return }
            throw usageFault(
                "「\(word)」という\(name)はありません。",
                nearest(word, in: known).map { "「\($0)」のことでしょうか。" }
                    ?? "次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        let roles = guideline.roles.keys.map(\.rawValue).sorted()
        let actions = Action.allCases.map(\.rawValue)
        let purposes = guideline.purposes.keys.map(\.rawValue).sorted()
        let given = try needed("role", roles).split(separator: ",").map(String.init)
        for role in given { try checked(role, "役割", roles) }
        let word = try needed("action", actions)
        try checked(word, "操作", actions)
        let purpose = try needed("purpose", purposes)
        try checked(purpose, "利用目的", purposes)
        let items = arguments.values["item"]?.split(separator: ",").map(String.init) ?? []
        for item in items { try checked(item, "項目", guideline.catalogue.items.keys.map(\.rawValue).sorted()) }
        var situation = try PolicyCase.situation(arguments.values["case"] ?? "")
        if let word = arguments.values["scope"] {
            let remits = Remit.allCases.map(\.rawValue)
            try checked(word, "範囲", remits)
            situation.remit = Remit(rawValue: word) ?? .unknown
        }
        return GuidelineViews.request(
            roles: given.map { RoleID($0) }, Action(rawValue: word) ?? .read,
            items: Set(items.map { ItemCode($0) }), for: PurposeID(purpose), in: situation, of: guideline,
            on: try arguments.day("date") ?? Day(inJapanAt: Date()))
    }
}

/// `renkei policy who-can-see`: everybody who may use an item.
enum PolicyWhoCommand {
    static let usage = Usage(
        "policy who-can-see", "ある項目を、だれが、何の目的で使えるかを示します", arguments: ["CODE"],
        options: [.workspace, NamedGuideline.option, Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）")],
        discussion: """
            例: renkei policy who-can-see D05 --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        struct Use: Encodable {
            let role: String
            let action: String
            let purpose: String
            let open: [String]?
            let protected: [String]?
            let isDeclared: Bool
        }
        let outcome = "listed"
        let item: String
        let revision: String
        let uses: [Use]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .inForce)
        let guideline = named.guideline
        let item = ItemCode(arguments.positionals[0])
        guard let entry = guideline.catalogue[item] else {
            throw Fault(
                .notFound, code: "policy.item", message: "項目「\(item)」は定められていません。",
                fix: "Guidelines/items の code（A02 など）を書いてください。")
        }
        let uses = guideline.accesses(on: try arguments.day("date") ?? Day(inJapanAt: Date())).filter {
            $0.item == item
        }
        try console.result(
            Result(
                item: item.rawValue, revision: guideline.revision,
                uses: uses.map {
                    .init(
                        role: $0.role.rawValue, action: $0.action.rawValue, purpose: $0.purpose.rawValue,
                        open: $0.open?.map(\.rawValue), protected: $0.protected?.map(\.rawValue),
                        isDeclared: $0.isDeclared)
                }))
        console.say(
            "\(item) \(entry.title)（\(entry.holder)、\(entry.sensitivity.rawValue)）を使えるのは（\(named.title)）")
        guard !uses.isEmpty else { return console.say("  だれもいません。") }
        console.say(
            TextTable.text(
                GuidelineViews.columns,
                uses.map { GuidelineViews.row($0, guideline) }))
    }
}
