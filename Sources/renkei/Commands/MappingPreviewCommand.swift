import Domain
import Foundation
import Mapping
import Nightly
import Policy

/// `renkei mapping preview`: what a mapping makes of a file, before any night.
enum MappingPreviewCommand {
    static let usage = Usage(
        "mapping preview", "抽出の先頭の行が、どの項目として読まれるかを示します", arguments: ["FILE"],
        options: MappingKnowledge.options + [
            Option("mapping", "NAME", "対応づけか下書きの名前かファイル（省略時は、ファイル名に合うもの。なければ下書きを作ります）"),
            Option("rows", "N", "示す行の数（省略時は10）"), Option("unmask", nil, "値を伏せずに示します"),
        ],
        discussion: """
            先頭の行と、受け付けられない先頭の行について、列ごとに元の値と読み取った項目を並べます。ファイル全体の受け付け、
            却下、重複の数と理由、できた事実の数も示します。何も保存しません。問いの残る下書きでも使えます。
            値は、値の形（漢漢　漢漢、9999-99-99）だけを示します。伏せずに見るときは、画面を残さないでください。

            例: renkei mapping preview teate_20261001.csv --workspace /srv/renkei
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let extract = try GivenExtract(arguments)
        let shownRows = try arguments.number("rows", in: 0...1000) ?? 10
        let isMasked = !arguments.has("unmask")
        let knowledge = try MappingKnowledge.load(arguments)
        let (mapping, questions) = try chosen(arguments.values["mapping"], extract, knowledge, console)
        let (file, asOf) = (extract.name, extract.asOf)
        let preview = try MappingPreview.read(
            path: extract.path, file: file, mapping: mapping, catalogue: knowledge.guideline.catalogue,
            asOf: asOf, shownRows: shownRows, isMasked: isMasked)
        let active = knowledge.guideline.activeItems(for: Night.actor, roles: Night.roles, on: asOf)
        let view = PreviewView(
            preview, file: file, mapping: mapping, questions: questions, asOf: asOf, isMasked: isMasked,
            active: active, catalogue: knowledge.guideline.catalogue)
        try console.result(view)
        console.say(view.text)
        if !isMasked { console.note("個人の値を示しました。画面や記録を残さないでください。") }
        guard !console.isJSON else { return }
        let isDraft = mapping.path.hasPrefix("Mappings/\(MappingSet.drafts)/")
        let name = URL(filePath: mapping.path).deletingPathExtension().lastPathComponent
        let next = isDraft ? "adopt \(name) フォルダ" : "check"
        console.note(
            questions > 0
                ? "次に: 「\(mapping.path)」の「\(OpenQuestion.mark)」\(questions)か所に答え、もう一度 preview してください。"
                : "次に: \(console.program) mapping \(next)\(arguments.workspaceWords)")
    }

    /// The mapping asked for, the one whose files are named so, the draft that waits for it, or a fresh one; and how many
    /// questions it has.
    ///
    /// - Throws: what is wrong with that very mapping, rather than to read the file by another.
    private static func chosen(
        _ name: String?, _ extract: GivenExtract, _ knowledge: MappingKnowledge, _ console: Console
    ) throws -> (ExtractMapping, questions: Int) {
        let catalogue = knowledge.guideline.catalogue
        func open(_ path: String, as name: String? = nil) throws -> (ExtractMapping, questions: Int) {
            let written = try ConfigurationFile.load(path, name: name)
            let mapping = try ExtractMapping.read(written, catalogue: catalogue, takesOpenQuestions: true)
            return (mapping, OpenQuestion.count(in: written))
        }
        func open(_ aside: MappingAside) throws -> (ExtractMapping, questions: Int) {
            // `path` begins with the folder's own name.
            let folder = knowledge.folder.map { URL(filePath: $0).deletingLastPathComponent().path }
            return try open("\(try folder ?? Templates.folder(nil))/\(aside.path)", as: aside.path)
        }
        if let name, name.hasSuffix(".json5") || name.contains("/") { return try open(name) }
        if let name {
            if let mapping = knowledge.mappings.first(where: { $0.source.rawValue == name }) {
                return (mapping, 0)
            }
            let asides = knowledge.broken + knowledge.drafts
            if let aside = asides.first(where: { $0.source == name || $0.name == name }) {
                return try open(aside)
            }
            let known = knowledge.mappings.map(\.source.rawValue) + asides.map(\.name)
            throw usageFault(
                "対応づけ「\(name)」はありません。",
                nearest(name, in: known.sorted()).map { "「\($0)」のことでしょうか。" }
                    ?? "対応づけの名前（source）か、ファイルの場所を書いてください。")
        }
        if let mapping = knowledge.mappings.first(where: { extract.name.hasPrefix($0.filePrefix + "_") }) {
            return (mapping, 0)
        }
        if let aside = (knowledge.broken + knowledge.drafts).first(where: { $0.isFor(extract.name) }) {
            return try open(aside)
        }
        knowledge.noteBroken(console)
        let profile = try ExtractProfile.read(
            path: extract.path, file: extract.name, words: knowledge.words, asOf: extract.asOf)
        let draft = MappingDraft(
            MappingSuggestion(profile, words: knowledge.words, mappings: knowledge.mappings))
        let written = try ConfigurationFile.read(draft.text, name: "下書き")
        let mapping = try ExtractMapping.read(written, catalogue: catalogue, takesOpenQuestions: true)
        return (mapping, OpenQuestion.count(in: written))
    }
}

/// A preview for people and machines.
private struct PreviewView: Encodable {
    struct ShownRow: Encodable {
        let line: Int
        let outcome: String
        let findings: [Finding]
        let columns: [MappingPreview.Column]
    }
    struct Finding: Encodable {
        let code: String
        let column: String?
        let message: String
        let fix: String
        let count: Int
        let isWarning: Bool

        init(_ rejection: Rejection, count: Int = 1, isWarning: Bool = false) {
            code = rejection.code
            column = rejection.column
            message = rejection.message
            fix = rejection.fix
            self.count = count
            self.isWarning = isWarning
        }

        var text: String { "\(column.map { "列「\($0)」 " } ?? "")\(message) 対処: \(fix)（\(code)）" }
    }
    struct FactCount: Encodable {
        let item: String
        let title: String
        let kind: String
        let count: Int
        let undated: Int
        /// Whether a purpose in force asks for it.
        let isReceived: Bool
    }

    let outcome = "previewed"
    let file: String
    let mapping: String
    let asOf: String
    let questions: Int
    let isMasked: Bool
    let ledger: RowLedger
    let people: [String: Int]
    let reasons: [Finding]
    let facts: [FactCount]
    let rows: [ShownRow]

    init(
        _ preview: MappingPreview, file: String, mapping: ExtractMapping, questions: Int, asOf: Day,
        isMasked: Bool,
        active: Set<ItemCode>, catalogue: Catalogue
    ) {
        self.file = file
        self.mapping = mapping.path
        self.asOf = asOf.description
        self.questions = questions
        self.isMasked = isMasked
        ledger = preview.ledger
        people = Dictionary(uniqueKeysWithValues: preview.people.map { ($0.key.rawValue, $0.value) })
        reasons = preview.reasons.map { Finding($0.example, count: $0.count, isWarning: $0.isWarning) }
        facts = preview.facts.map { fact in
            FactCount(
                item: fact.item.rawValue, title: catalogue[fact.item]?.kind(fact.kind)?.title ?? fact.kind,
                kind: fact.kind, count: fact.count, undated: fact.undated,
                isReceived: active.contains(fact.item))
        }
        rows = preview.rows.map { row in
            ShownRow(
                line: row.line, outcome: row.outcome, findings: row.findings.map { Finding($0) },
                columns: row.columns)
        }
    }

    var text: String {
        var parts = ["「\(file)」を「\(mapping)」で読みました（基準日 \(asOf)）。\(isMasked ? "値は形だけを示しています。" : "")"]
        for row in rows {
            let table = TextTable.text(
                ["見出し", "元の値", "読み取った項目"],
                row.columns.map {
                    [$0.header, $0.raw, $0.read.isEmpty ? "－" : $0.read.joined(separator: "、")]
                },
                limit: 60, alignsNumbers: false)
            let findings = row.findings.map { "\n  \($0.text)" }.joined()
            parts.append("\(row.line)行目: \(row.outcome)\(findings)\n\(indented(table))")
        }
        var counts = [
            "行 \(ledger.rows): 受け付け \(ledger.accepted)、受け付けない \(ledger.rejected)、重複 \(ledger.duplicate)"
                + (ledger.superseded > 0 ? "、置き換え \(ledger.superseded)" : "")
                + "。ほかに行でない行 \(ledger.outside)。",
            "人: こども（行の本人） \(people["child"] ?? 0)、保護者 \(people["guardian"] ?? 0)",
        ]
        let warnings = reasons.filter(\.isWarning)
        let rejections = reasons.filter { !$0.isWarning }
        for (title, list) in [("受け付けない理由:", rejections), ("注意（受け付けた行）:", warnings)] where !list.isEmpty {
            counts.append(title)
            counts += list.map { "  \($0.count)行  \($0.text)" }
        }
        counts.append(facts.isEmpty ? "できた事実: ありません" : "できた事実:")
        counts += facts.map { fact in
            let undated = fact.undated > 0 ? "（うち日付なし \(fact.undated)）" : ""
            return "  \(fact.item) \(fact.title)  \(fact.count)件\(undated)"
                + (fact.isReceived ? "" : "  目的がないため、夜の処理では受け取りません")
        }
        parts.append(counts.joined(separator: "\n"))
        return parts.joined(separator: "\n\n")
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(
            separator: "\n")
    }
}
