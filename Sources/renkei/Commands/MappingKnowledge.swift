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
    private let broken: [String]

    /// Of `--workspace`, of the folder we are in where that is a workspace, or what renkei is shipped with.
    ///
    /// - Throws: `Faults` of the guideline or the dictionary; a broken mapping is not learnt from.
    static func load(_ arguments: ParsedArguments) throws -> MappingKnowledge {
        let root: String
        if let given = arguments.values["workspace"] {
            root = try Workspace.open(given).root
        } else if (try? Workspace.open(".")) != nil {
            root = "."
        } else {
            root = try Templates.folder(nil)
        }
        let workspace = Workspace(root: root)
        let guideline = try Guideline.load(folder: workspace.guidelines, digest: { Digest.sha256($0) })
        let (mappings, broken) = MappingSet.readable(
            folder: workspace.mappings, catalogue: guideline.catalogue)
        // A workspace made before there was a dictionary has none.
        var dictionary = workspace.mappings + "/headers.json5"
        if !FileManager.default.fileExists(atPath: dictionary) {
            dictionary = try Templates.folder(nil) + "/Mappings/headers.json5"
        }
        let words = HeaderWords(
            try HeaderDictionary.load(dictionary, catalogue: guideline.catalogue), mappings: mappings,
            catalogue: guideline.catalogue)
        return MappingKnowledge(guideline: guideline, mappings: mappings, words: words, broken: broken)
    }

    /// Tells which mappings were passed over.
    func noteBroken(_ console: Console) {
        for file in broken { console.note("「\(file)」は誤りか問いが残っているため、手がかりに使いません。") }
    }

    /// The file's name, and the day it was made for: `--date`, the day in its name, or today.
    static func file(_ path: String, _ arguments: ParsedArguments) throws -> (name: String, asOf: Day) {
        let name = URL(filePath: path).lastPathComponent
        if let day = try arguments.day("date") { return (name, day) }
        let digits = name.split { !($0.isASCII && $0.isNumber) }.first { $0.count == 8 }
        let number = digits.flatMap { Int(String($0)) } ?? 0
        return (name, Day(number / 10_000, number / 100 % 100, number % 100) ?? Day(inJapanAt: Date()))
    }

    static let options = [
        Option.workspace, Option("date", "DAY", "抽出の基準日（省略時はファイル名の日付、なければ今日）"),
    ]
}
