import Domain
import Foundation
import Mapping

/// `renkei mapping suggest`: a draft mapping for an extract nobody has described.
enum MappingSuggestCommand {
    static let usage = Usage(
        "mapping suggest", "はじめての抽出を調べ、対応づけの下書きを作ります", arguments: ["FILE"],
        options: MappingKnowledge.options + [
            Option("output", "FILE", "下書きを書くファイル（省略時は標準出力）"), Option("force", nil, "あるファイルに上書きします"),
        ],
        discussion: """
            文字コード、区切り、表題と見出しの行、合計の行、列ごとの種類・記入の割合・値の形を調べ、見出しの辞書
            （Mappings/headers.json5）、ほかの対応づけ、項目の一覧と照らし合わせます。確かな列だけを書き、そのほかは
            「確かめてください」という問いにします。問いが残っているあいだ、その対応づけは読み込まれません。
            個人の値は、値の形（漢漢　漢漢、999-9999）だけにして、下書きにも画面にも出しません。

            例: renkei mapping suggest teate_20261001.csv --output workspace/Mappings/kosodate/teate.json5
            """)

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let path = arguments.positionals[0]
        let (file, asOf) = try MappingKnowledge.file(path, arguments)
        let output = arguments.values["output"]
        if let output, FileManager.default.fileExists(atPath: output), !arguments.has("force") {
            throw Fault(
                .usage, code: "draft.exists", message: "すでにファイルがあります。", file: output,
                fix: "別の名前にするか、上書きしてよければ「--force」を付けてください。")
        }
        let knowledge = try MappingKnowledge.load(arguments)
        knowledge.noteBroken(console)
        let profile = try ExtractProfile.read(path: path, file: file, words: knowledge.words, asOf: asOf)
        let suggestion = MappingSuggestion(profile, words: knowledge.words, mappings: knowledge.mappings)
        let draft = MappingDraft(suggestion).text
        let view = SuggestionView(suggestion, draft: draft)
        if let output {
            do {
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
        if !console.isJSON {
            let mapping = output ?? "下書きのファイル"
            let workspace = arguments.values["workspace"].map { " --workspace \($0)" } ?? ""
            console.note(
                """
                \(view.summary)
                次に: \(console.program) mapping preview \(path) --mapping \(mapping)\(workspace)
                問いに答えて Mappings に置いたら: \(console.program) mapping check\(workspace)
                """)
        }
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

    init(_ suggestion: MappingSuggestion, draft: String) {
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
        let heads = ["found": "見出しは\(titleLines + 1)行目", "none": "見出しの行なし", "unclear": "見出しの行があるか不明"]
        return
            "\(rows)行、\(columns.count)列（\(encoding)、\(heads[header] ?? "")）。書いた列 \(written)、受け取らない列 \(left)、問いの残る列 \(open)。"
    }
}
