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
    /// - Parameters:
    ///   - ids: of each record.
    ///   - calibration: what weights mean by labels: a column more.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        _ linker: TableLinker, threshold: Double, truth: [UInt32]?, ids: [String],
        calibration: WeightCalibration? = nil, to path: String
    ) throws(Fault) -> TableLinker.Prediction {
        let model = linker.model
        return try OutputFile.pieces(to: path) { piece in
            let names = ["id_l", "id_r", "match_weight", "match_probability", "match_key"]
            let added = calibration == nil ? [] : ["calibrated_probability"]
            let head = (names + model.comparisons.map { "gamma_" + $0.name } + added)
                .map(SpreadsheetText.quoted).joined(separator: ",")
            try piece(Data((head + "\n").utf8))
            let lines = PairLines(model, ids: ids, calibration)
            return try linker.predict(
                threshold: threshold, truth: truth,
                making: { pairs in
                    var text: [UInt8] = []
                    for pair in pairs { lines.append(pair, to: &text) }
                    return Data(text)
                }, each: piece)
        }
    }
}

/// Lines of pairs; what is the same for many of them is written once.
private struct PairLines: Sendable {
    private let ids: [String]
    /// By comparison and level, with the comma before it.
    private let levels: [[String]]
    private let calibration: WeightCalibration?

    init(_ model: TableModel, ids: [String], _ calibration: WeightCalibration?) {
        self.calibration = calibration
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
        if let calibration {
            text += ",\(calibration.probability(of: pair.weight).map { "\($0)" } ?? "")".utf8
        }
        text.append(UInt8(ascii: "\n"))
    }
}
