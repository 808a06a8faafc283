import Domain
import Foundation
import Mapping
import Nightly
import Policy
import Store

/// `renkei mapping adopt`: a draft without open questions becomes a mapping.
enum MappingAdoptCommand {
    static let usage = Usage(
        "mapping adopt", "問いに答え終わった下書きを、対応づけに加えます", arguments: ["NAME", "FOLDER"],
        options: [.workspace],
        discussion: """
            Mappings/drafts の下書きを、ほかの対応づけと合わせて点検し、誤りも問いもなければ Mappings のフォルダ（業務システムの
            名前。なければ作ります）に移します。次の夜の処理から読み込まれます。誤りがあれば、移さずにまとめて示します。
            戻すには、ファイルを Mappings/drafts に移し直してください。

            例: renkei mapping adopt teate kosodate --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "adopted"
        let source: String
        let file: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let guideline = try Guideline.load(folder: workspace.guidelines, digest: { Digest.sha256($0) })
        let name = try draftName(arguments.positionals[0], workspace, guideline)
        let folder = arguments.positionals[1]
        guard folder != MappingSet.drafts, !folder.isEmpty, !folder.hasPrefix("."), !folder.contains("/")
        else {
            throw usageFault(
                "「\(folder)」には移せません。", "業務システムの名前を1語で書いてください（例 kosodate）。")
        }
        let target = "\(workspace.mappings)/\(folder)/\(name).json5"
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Fault(
                .usage, code: "mapping.exists", message: "同じ名前の対応づけがすでにあります。", file: target,
                fix: "様式が変わったのなら、その対応づけを直してください。別の抽出なら、下書きのファイルの名前を変えてください。")
        }
        let set = try MappingSet.load(
            folder: workspace.mappings, catalogue: guideline.catalogue, with: name)
        let path = "Mappings/\(MappingSet.drafts)/\(name).json5"
        guard let mapping = set.all.first(where: { $0.path == path }) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: "\(workspace.mappings)/\(folder)", withIntermediateDirectories: true)
            try FileManager.default.moveItem(
                atPath: "\(workspace.mappings)/\(MappingSet.drafts)/\(name).json5", toPath: target)
        } catch is CocoaError {
            throw Fault(
                .inputOutput, code: "mapping.unwritable", message: "対応づけを移せません。", file: target,
                fix: "Mappings の権限と空き容量を確かめてください。")
        }
        let file = "Mappings/\(folder)/\(name).json5"
        try console.result(Result(source: mapping.source.rawValue, file: file))
        console.say(
            """
            「\(mapping.title)」の対応づけを「\(file)」に加えました。\(mapping.filePrefix)_年月日.csv を読みます。
            次に: \(console.program) mapping check --workspace \(workspace.root)
            """)
    }

    /// The draft's file without its ending, by that or by its source.
    private static func draftName(
        _ given: String, _ workspace: Workspace, _ guideline: Guideline
    ) throws -> String {
        let drafts = MappingSet.waiting(folder: workspace.mappings, catalogue: guideline.catalogue)
        let plain = URL(filePath: given).lastPathComponent
        let word = plain.hasSuffix(".json5") ? String(plain.dropLast(".json5".count)) : plain
        if let draft = drafts.first(where: { $0.name == word }) ?? drafts.first(where: { $0.source == word })
        {
            return draft.name
        }
        let names = drafts.map(\.name)
        throw Fault(
            .notFound, code: "draft.unknown", message: "下書き「\(word)」はありません。",
            file: "\(workspace.mappings)/\(MappingSet.drafts)",
            fix: nearest(word, in: names).map { "「\($0)」のことでしょうか。" }
                ?? (names.isEmpty
                    ? "「renkei mapping suggest」で下書きを作ってください。"
                    : "下書きは次のとおりです: \(names.joined(separator: "、"))"))
    }
}
