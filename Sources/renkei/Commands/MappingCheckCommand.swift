import Domain
import Foundation
import Mapping
import Nightly
import Policy
import Store

/// `renkei mapping check`: what every mapping receives, for which purpose, and what it leaves.
enum MappingCheckCommand {
    static let usage = Usage(
        "mapping check", "対応づけを確かめ、何を何のために受け取るかを示します", options: [.workspace],
        discussion: """
            すべての対応づけを、項目の一覧・利用目的と照らし合わせます。誤りは、ファイル・行・項目・直し方をまとめて表示します。
            Mappings/drafts の下書きは、残っている問いを一覧します（夜の処理は読まないため、誤りには数えません）。
            個人のデータは読みません。設定や規則も含めた点検は「renkei check」です。

            例: renkei mapping check --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "ok"
        let mappings: [MappingView]
        let drafts: [DraftView]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let settings = try NightSettings.load(path: workspace.settings)
        let day = settings.asOf ?? Day(inJapanAt: Date())
        let guideline = try Guideline.load(folder: workspace.guidelines, digest: { Digest.sha256($0) })
        let mappings = try MappingSet.load(folder: workspace.mappings, catalogue: guideline.catalogue)
        let views = mappings.all.map { MappingView($0, guideline, on: day) }
        let drafts = MappingSet.waiting(folder: workspace.mappings, catalogue: guideline.catalogue).map(
            DraftView.init)
        try console.result(Result(mappings: views, drafts: drafts))
        for view in views { console.say(view.text + "\n") }
        for draft in drafts { console.say(draft.text(console.program, workspace.root) + "\n") }
        let without = Set(views.flatMap(\.items).filter { !$0.isReceived }.map(\.code)).sorted()
        console.say(
            """
            誤りはありません（対応づけ \(views.count)件\(drafts.isEmpty ? "" : "。ほかに下書き \(drafts.count)件")）。\(without.isEmpty ? "" : "目的がないため受け取らない項目: \(without.joined(separator: "、"))。受け取るなら、Guidelines/purposes の目的に加えてください。")
            次に: \(console.program) check --workspace \(workspace.root)
            """)
    }
}

/// What one mapping does, for people and machines.
private struct MappingView: Encodable {
    struct ItemPart: Encodable {
        let code: String
        let title: String
        let columns: [String]
        let purposes: [String]
        let isReceived: Bool
    }
    struct DroppedPart: Encodable {
        let column: String
        let reason: String
    }

    let source: String
    let title: String
    let department: String
    let file: String
    /// Columns that say who a person is.
    let identifying: [String]
    let items: [ItemPart]
    /// Columns read only for dates, conditions and checks.
    let supporting: [String]
    let dropped: [DroppedPart]

    init(_ mapping: ExtractMapping, _ guideline: Guideline, on day: Day) {
        let active = guideline.activeItems(for: Night.actor, roles: Night.roles, on: day)
        source = mapping.source.rawValue
        title = mapping.title
        department = mapping.department
        file = mapping.path
        identifying = mapping.identifyingColumns
        supporting = mapping.supportingColumns
        dropped = mapping.dropped.map { DroppedPart(column: $0.header, reason: $0.reason) }
        items = mapping.items.sorted().map { code in
            let purposes = guideline.purposes.values.filter {
                $0.isActive(on: day) && $0.items.contains(code)
            }
            return ItemPart(
                code: code.rawValue, title: guideline.catalogue[code]?.title ?? "",
                columns: mapping.columns(of: code), purposes: purposes.sorted { $0.id < $1.id }.map(\.title),
                isReceived: active.contains(code))
        }
    }

    var text: String {
        var lines = ["\(title)（\(department)、\(file)）"]
        lines.append("  本人確認の列: \(identifying.joined(separator: "、"))")
        for item in items {
            let use = item.isReceived ? item.purposes.joined(separator: "、") : "目的がないため受け取りません"
            lines.append("  \(item.code) \(item.title): \(item.columns.joined(separator: "、")) → \(use)")
        }
        if !supporting.isEmpty { lines.append("  日付や条件に使うだけの列: \(supporting.joined(separator: "、"))") }
        for part in dropped { lines.append("  受け取らない列 \(part.column): \(part.reason)") }
        return lines.joined(separator: "\n")
    }
}

/// A draft that waits, with what is still to be done about it.
private struct DraftView: Encodable {
    struct Place: Encodable {
        let line: Int?
        let field: String?
        let message: String
    }

    let name: String
    let file: String
    let questions: [Place]
    let faults: [Place]

    init(_ draft: MappingAside) {
        func places(_ faults: [Fault]) -> [Place] {
            faults.map { Place(line: $0.line, field: $0.field, message: $0.message) }
        }
        name = draft.name
        file = draft.path
        questions = places(draft.questions)
        faults = places(draft.faults)
    }

    func text(_ program: String, _ workspace: String) -> String {
        var lines = ["下書き \(file)（夜の処理は読みません）"]
        for place in questions + faults {
            let line = place.line.map { "\($0)行目 " } ?? ""
            lines.append(
                "  \(line)\(place.field.map { "「\($0)」 " } ?? "")\(place.message.replacing("問いが残っています。\(OpenQuestion.mark): ", with: ""))"
            )
        }
        if questions.isEmpty, faults.isEmpty {
            lines.append("  問いは残っていません。加えるには: \(program) mapping adopt \(name) フォルダ --workspace \(workspace)")
        }
        return lines.joined(separator: "\n")
    }
}
