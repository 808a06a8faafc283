import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei explain`: from a row to its fate, from a case back to file and line.
enum ExplainCommand {
    static let usage = Usage(
        "explain", "行の行き先や、ケースのもとになった行をたどります", arguments: ["row|person|flag|case", "ID"],
        options: [
            .workspace,
            Option("as-known", "YYYY-MM-DD", "その日に公開していた結果でたどります（person のとき）"),
        ],
        discussion: """
            row     抽出ファイルの行がどうなったか     例: renkei explain row jumin_20261001.csv:12
            person  その人の記録がどの行から来たか     例: renkei explain person P-…
            flag    規則の該当のもとになった行         例: renkei explain flag C-…/U1
            case    ケースのもとになった規則と行       例: renkei explain case C-…

            person に --as-known 2026-10-01 を付けると、その日の終わりに公開していた結果でたどります（開示や漏えいの調べに）。
            その実行が残っていないときは、今の公開の行のうち、その日までに届いていたものを示します。

            行の場所・項目・名寄せの理由だけを示し、記録の内容（氏名や値）は出しません。支援措置の対象者では、重みとその内訳も
            示しません。見たことは監査記録に残ります。
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let explainer = try Explainer(workspace)
        let (what, id) = (arguments.positionals[0], arguments.positionals[1])
        switch what {
        case "row":
            let explanation = try explainer.row(id)
            try console.result(RowView(explanation))
            console.say(RowView(explanation).text)
            if case .rejected = explanation.fate {
                console.say("次に: \(console.program) rejected show \(id) --workspace \(workspace.root)")
            }
            if let person = explanation.records.compactMap(\.person).first {
                console.say("次に: \(console.program) explain person \(person) --workspace \(workspace.root)")
            }
        case "person":
            let known = try arguments.values["as-known"].map { text throws(Fault) -> Day in
                guard let day = Day(iso: text) else {
                    throw usageFault("「--as-known」の日付が読めません。", "2026-10-01 のように書いてください。")
                }
                return day
            }
            let view = PersonView(try explainer.person(PersonID(id), asKnown: known))
            try console.result(view)
            console.say(view.text)
        case "case":
            let view = CaseLineageView(try explainer.caseLineage(CaseID(id)))
            try console.result(view)
            console.say(view.text)
        case "flag":
            let parts = id.split(separator: "/")
            guard parts.count == 2 else {
                throw usageFault("該当の指定が読めません。", "「C-…/U1」のように、ケースの番号と規則を / でつないでください。")
            }
            let lineage = try explainer.caseLineage(CaseID(String(parts[0])))
            guard let flag = lineage.flags.first(where: { $0.rule.rawValue == parts[1] }) else {
                throw notFound("ケースに、その規則の該当はありません。", "「renkei explain case \(parts[0])」で規則を確かめてください。")
            }
            let view = FlagLineageView(flag)
            try console.result(view)
            console.say(view.text)
        default:
            let near = nearest(what, in: ["row", "person", "flag", "case"])
            throw usageFault(
                "「\(what)」はたどれません。", near.map { "「\($0)」のことでしょうか。" } ?? "row、person、flag、case のどれかを書いてください。")
        }
    }

    static func notFound(_ message: String, _ fix: String) -> Fault {
        Fault(.notFound, code: "explain.unknown", message: message, fix: fix)
    }
}

/// Asks the store, as the data-linkage officer who sits at this machine.
private struct Explainer {
    let service: ServiceStore
    let actor: Actor
    let decide: Decisions

    init(_ workspace: Workspace) throws {
        // No mapping is needed for it, so that a broken one does not stand in the way.
        service = try workspace.openService()
        let guideline = try GuidelineInForce.load(workspace, service).guideline
        actor = .operating
        guard let current = try service.currentPublication() else {
            throw ExplainCommand.notFound(
                "まだ公開されたものがありません。", "「renkei run --workspace \(workspace.root)」を実行してください。")
        }
        decide = guideline.decisions(
            for: AccessRequest(
                actor: actor, roles: ["linkage-officer"], action: .explain, items: [], purpose: "operations",
                standing: nil, on: current.asOf))
    }

    func row(_ id: String) throws -> RowExplanation {
        guard let colon = id.lastIndex(of: ":"), let line = Int(id[id.index(after: colon)...]), line > 0
        else {
            throw usageFault("行の指定が読めません。", "「ファイル名:行番号」の形で書いてください（例 jumin_20261001.csv:12）。")
        }
        guard
            let found = try service.explainRow(
                file: String(id[..<colon]), line: line, actor: actor, deciding: decide, at: Date())
        else {
            throw ExplainCommand.notFound(
                "公開中の実行に、そのファイルか行はありません。", "ファイル名と、行の始まる行番号（見出しは1行目）を確かめてください。")
        }
        return found
    }

    func person(_ id: PersonID, asKnown known: Day? = nil) throws -> PersonExplanation {
        let found = try service.explainPerson(
            id, asKnown: known, actor: actor, deciding: decide, at: Date())
        guard let found else {
            throw ExplainCommand.notFound(
                known.map { "\($0)に公開していた実行に、その番号の人はいません。" } ?? "公開中の実行に、その人はいません。", "人の番号（P-…）を確かめてください。")
        }
        return found
    }

    func caseLineage(_ id: CaseID) throws -> CaseExplanation {
        guard let found = try service.explainCase(id, actor: actor, deciding: decide, at: Date()) else {
            throw ExplainCommand.notFound(
                "公開中の実行に、そのケースか、その方の記録がありません。",
                "ケースの番号（C-…）を確かめてください。記録が届かなくなったか、消去された方のケースは、たどれません。")
        }
        return found
    }
}
