package import Domain
import Extracts
import Foundation
package import Linkage

/// Writes pairs as CSV, in Splink's columns.
package enum PairFile {
    /// Scores the linker's pairs, and writes those of the threshold as they come.
    ///
    /// A comparison's level counts from 0 (all else) up; -1: nothing to compare.
    ///
    /// - Parameter ids: of each record.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        _ linker: TableLinker, threshold: Double, truth: [UInt32]?, ids: [String], to path: String
    ) throws(Fault) -> TableLinker.Prediction {
        let draft = "\(path).\(getpid()).part"
        let model = linker.model
        do {
            guard FileManager.default.createFile(atPath: draft, contents: nil),
                let file = FileHandle(forWritingAtPath: draft)
            else { throw CocoaError(.fileWriteUnknown) }
            defer { try? file.close() }
            let names = ["id_l", "id_r", "match_weight", "match_probability", "match_key"]
            let head = (names + model.comparisons.map { "gamma_" + $0.name })
                .map(SpreadsheetText.quoted).joined(separator: ",")
            try file.write(contentsOf: Data((head + "\n").utf8))
            let lines = PairLines(model, ids: ids)
            let prediction = try linker.predict(
                threshold: threshold, truth: truth,
                making: { pairs in
                    var text: [UInt8] = []
                    for pair in pairs { lines.append(pair, to: &text) }
                    return Data(text)
                }, each: { if !$0.isEmpty { try file.write(contentsOf: $0) } })
            guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            return prediction
        } catch {
            unlink(draft)
            throw Fault(
                .inputOutput, code: "link.unwritable", message: "組のファイルを書けません。", file: path,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
    }
}

/// Lines of pairs; what is the same for many of them is written once.
private struct PairLines: Sendable {
    private let ids: [String]
    /// By comparison and level, with the comma before it.
    private let levels: [[String]]

    init(_ model: TableModel, ids: [String]) {
        self.ids = ids.map { SpreadsheetText.quoted($0) + "," }
        levels = model.comparisons.map { comparison in
            comparison.levels.indices.map { level in
                ",\(comparison.levels[level].isNull ? -1 : comparison.levels.count - 1 - level)"
            }
        }
    }

    func append(_ pair: TablePair, to text: inout [UInt8]) {
        text += ids[Int(pair.left)].utf8
        text += ids[Int(pair.right)].utf8
        text += "\(pair.weight),\(matchProbability(weight: pair.weight)),\(pair.rule)".utf8
        for comparison in levels.indices { text += levels[comparison][pair.pattern[comparison]].utf8 }
        text.append(UInt8(ascii: "\n"))
    }
}
