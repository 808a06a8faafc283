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
            let prediction = try linker.predict(
                threshold: threshold, truth: truth,
                making: { pairs in
                    var text = ""
                    for pair in pairs { text += line(pair, model, ids) + "\n" }
                    return Data(text.utf8)
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

    private static func line(_ pair: TablePair, _ model: TableModel, _ ids: [String]) -> String {
        let levels = model.comparisons.enumerated().map { place, comparison in
            let level = pair.pattern[place]
            return comparison.levels[level].isNull ? -1 : comparison.levels.count - 1 - level
        }
        let cells = [
            SpreadsheetText.quoted(ids[Int(pair.left)]), SpreadsheetText.quoted(ids[Int(pair.right)]),
            "\(pair.weight)", "\(matchProbability(weight: pair.weight))", "\(pair.rule)",
        ]
        return (cells + levels.map(String.init)).joined(separator: ",")
    }
}
