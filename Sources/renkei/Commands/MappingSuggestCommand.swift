import Domain
import Foundation
import Mapping

/// `renkei mapping suggest`: a draft mapping for an extract nobody has described.
enum MappingSuggestCommand {
    static let usage = Usage(
        "mapping suggest", "はじめての抽出を調べ、対応づけの下書きを作ります", arguments: ["FILE"],
        options: MappingKnowledge.options + [
            Option("output", "FILE", "下書きを書くファイル（省略時は Mappings/drafts の中。「-」なら標準出力）"),
            Option("force", nil, "あるファイルに上書きします"),
        ],
        discussion: """
            文字コード、区切り（固定長なら列の境目）、表題と見出しの行、合計の行、列ごとの種類・記入の割合・値の形を調べ、
            見出しの辞書（Mappings/headers.json5）、ほかの対応づけ、項目の一覧と照らし合わせます。確かな列だけを書き、
            そのほかは「確かめてください」という問いにします。下書きは Mappings/drafts に置かれ、夜の処理は読みません。
            個人の値は、値の形（漢漢　漢漢、999-9999）だけにして、下書きにも画面にも出しません。gzipで圧縮した
            ファイル（.csv.gz）も、そのまま指定できます。

            例: renkei mapping suggest teate_20261001.csv --workspace /srv/renkei
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let extract = try GivenExtract(arguments)
        let knowledge = try MappingKnowledge.load(arguments)
        let output = target(arguments.values["output"], extract, knowledge)
        if let output, FileManager.default.fileExists(atPath: output), !arguments.has("force") {
            throw Fault(
                .usage, code: "draft.exists", message: "すでにファイルがあります。", file: output,
                fix: "別の名前にするか、上書きしてよければ「--force」を付けてください。")
        }
        knowledge.noteBroken(console)
        let profile = try ExtractProfile.read(
            path: extract.path, file: extract.name, words: knowledge.words, asOf: extract.asOf)
        let suggestion = MappingSuggestion(profile, words: knowledge.words, mappings: knowledge.mappings)
        let draft = MappingDraft(suggestion).text
        let view = SuggestionView(suggestion, draft: draft, path: output)
        if let output {
            do {
                try FileManager.default.createDirectory(
                    at: URL(filePath: output).deletingLastPathComponent(), withIntermediateDirectories: true)
                try draft.write(toFile: output, atomically: true, encoding: .utf8)
            } catch is CocoaError {
                throw Fault(
                    .inputOutput, code: "draft.unwritable", message: "下書きを書けません。", file: output,
                    fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
            }
            console.say(view.table)
            console.say("下書きを「\(output)」に書きました。")
        } else {
            console.say(draft)
        }
        try console.result(view)
        guard !console.isJSON else { return }
        if let known = knowledge.mappings.first(where: { extract.name.hasPrefix($0.filePrefix + "_") }) {
            console.note("このファイルは、もう「\(known.title)」の対応づけ（\(known.path)）で読まれます。様式が変わったのなら、そちらを直してください。")
        }
        if let name = extract.nameForTheInbox {
            console.note("夜の処理が読むのは決まった名前のファイルだけです。受け取りフォルダには「\(name)」の名前で置いてください。")
        }
        let isWaiting = output.map { isDraft($0, knowledge) } ?? false
        let name = output.map { URL(filePath: $0).deletingPathExtension().lastPathComponent } ?? ""
        console.note(
            """
            \(view.summary)
            次に: \(console.program) mapping preview \(arguments.positionals[0])\(isWaiting ? "" : " --mapping \(output ?? "下書きのファイル")")\(arguments.workspaceWords)
            問いに答えたら: \(isWaiting ? "\(console.program) mapping adopt \(name) フォルダ\(arguments.workspaceWords)" : "作業フォルダの Mappings/\(MappingSet.drafts) に置き、\(console.program) mapping adopt 名前 フォルダ")
            """)
    }

    /// Where the draft goes; `nil`: to standard output.
    private static func target(
        _ given: String?, _ extract: GivenExtract, _ knowledge: MappingKnowledge
    ) -> String? {
        if let given { return given == "-" ? nil : given }
        return knowledge.folder.map {
            "\($0)/\(MappingSet.drafts)/\(MappingDraft.name(of: extract.name)).json5"
        }
    }

    private static func isDraft(_ path: String, _ knowledge: MappingKnowledge) -> Bool {
        guard let folder = knowledge.folder else { return false }
        let parent = URL(filePath: path).deletingLastPathComponent().standardizedFileURL.path
        return parent == URL(filePath: "\(folder)/\(MappingSet.drafts)").standardizedFileURL.path
    }
}

/// A suggestion for people and machines; no person's value is in it.
private struct SuggestionView: Encodable {
    struct Column: Encodable {
        struct Look: Encodable {
            let name: String
            let share: Double
        }
        let columns: [Int]
        let header: String
        let fillRate: Double
        let distinct: Int
        let isDistinctExact: Bool
        let examples: [String]
        let looks: [Look]
        let verdict: String
        let meaning: String
        let confidence: Double
        let why: String
        let candidates: [String]
    }

    let outcome = "suggested"
    let file: String
    let encoding: String
    let evidence: String
    let delimiter: String
    let header: String
    let titleLines: Int
    let rows: Int
    let unreadable: Int
    let misfits: Int
    let totalLines: [Int]
    let nearestMapping: String?
    let written: Int
    let left: Int
    let open: Int
    let columns: [Column]
    let draft: String
    /// Where it was written, if anywhere.
    let path: String?
    private let headerLine: Int?

    private enum CodingKeys: CodingKey {
        case outcome, file, encoding, evidence, delimiter, header, titleLines, rows, unreadable, misfits
        case totalLines, nearestMapping, written, left, open, columns, draft, path
    }

    init(_ suggestion: MappingSuggestion, draft: String, path: String?) {
        self.path = path
        headerLine = suggestion.profile.headerLine
        let profile = suggestion.profile
        file = profile.file
        encoding = profile.encodingName
        evidence = profile.evidence
        delimiter = profile.delimiterName
        header = profile.headerFinding
        titleLines = profile.form.titleLines
        rows = profile.rows
        unreadable = profile.unreadable
        misfits = profile.misfits
        totalLines = profile.totals.map(\.line)
        nearestMapping = suggestion.nearest?.mapping.path
        (written, left, open) = suggestion.counts
        columns = suggestion.guesses.map { guess in
            let column = profile.columns[guess.columns[0]]
            let (verdict, meaning) = suggestion.words(of: guess)
            return Column(
                columns: guess.columns.map { $0 + 1 }, header: guess.header, fillRate: column.fillRate,
                distinct: column.distinct, isDistinctExact: column.isDistinctExact, examples: column.examples,
                looks: column.types.map { Column.Look(name: $0.name, share: $0.share) }, verdict: verdict,
                meaning: meaning, confidence: guess.confidence, why: guess.why,
                candidates: guess.candidates.map { $0.title(suggestion.catalogue) })
        }
        self.draft = draft
    }

    var table: String {
        let names = ["write": "書きました", "leave": "受け取らない", "ask": "問い"]
        return TextTable.text(
            ["列", "見出し", "記入", "提案", "確からしさ", "内容"],
            columns.map { column in
                [
                    "\(column.columns[0])", column.header, "\(Int(column.fillRate * 100))%",
                    names[column.verdict] ?? "", String(format: "%.2f", column.confidence), column.meaning,
                ]
            }, limit: 60)
    }

    var summary: String {
        let heads = [
            "found": "見出しは\(headerLine ?? 1)行目", "none": "見出しの行なし", "unclear": "見出しの行があるか不明",
        ]
        let form = delimiter == "fixed" ? "固定長、" : ""
        return
            "\(rows)行、\(columns.count)列（\(encoding)、\(form)\(heads[header] ?? "")）。書いた列 \(written)、受け取らない列 \(left)、問いの残る列 \(open)。"
    }
}
