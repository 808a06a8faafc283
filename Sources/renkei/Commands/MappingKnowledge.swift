import Domain
import Foundation
import Mapping
import Nightly
import Policy
import Store

/// What is known about extracts before an unknown one is looked at: of a workspace, or as shipped.
struct MappingKnowledge {
    let guideline: Guideline
    let mappings: [ExtractMapping]
    let words: HeaderWords
    /// Mapping files with faults or open questions, which teach nothing.
    let broken: [MappingAside]
    let drafts: [MappingAside]
    /// The workspace's folder of mappings; `nil` where only what is shipped is known.
    let folder: String?

    /// Of `--workspace`, of the folder we are in where that is a workspace, or what renkei is shipped with.
    ///
    /// - Throws: `Faults` of the guideline or the dictionary; a broken mapping is not learnt from.
    static func load(_ arguments: ParsedArguments) throws -> MappingKnowledge {
        let opened =
            try arguments.values["workspace"].map { try Workspace.open($0) } ?? (try? Workspace.open("."))
        let workspace = try opened ?? Workspace(root: Templates.folder(nil))
        let guideline = try Guideline.load(folder: workspace.guidelines, digest: { Digest.sha256($0) })
        let (set, broken) = MappingSet.readable(folder: workspace.mappings, catalogue: guideline.catalogue)
        // A workspace made before there was a dictionary has none.
        var dictionary = workspace.mappings + "/headers.json5"
        if !FileManager.default.fileExists(atPath: dictionary) {
            dictionary = try Templates.folder(nil) + "/Mappings/headers.json5"
        }
        let words = HeaderWords(
            try HeaderDictionary.load(dictionary, catalogue: guideline.catalogue), mappings: set.all,
            catalogue: guideline.catalogue)
        return MappingKnowledge(
            guideline: guideline, mappings: set.all, words: words, broken: broken,
            drafts: MappingSet.waiting(folder: workspace.mappings, catalogue: guideline.catalogue),
            folder: opened?.mappings)
    }

    /// Tells which mappings were passed over.
    func noteBroken(_ console: Console) {
        for file in broken { console.note("「\(file.path)」は誤りか問いが残っているため、手がかりに使いません。") }
    }

    static let options = [
        Option.workspace, Option("date", "DAY", "抽出の基準日（省略時はファイル名の日付、なければ今日）"),
    ]
}

extension ParsedArguments {
    /// ` --workspace DIR` as it was given, for a command to copy.
    var workspaceWords: String { values["workspace"].map { " --workspace \($0)" } ?? "" }
}
