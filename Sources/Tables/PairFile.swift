package import Domain
import Extracts
package import Linkage

/// Writes pairs as CSV, in Splink's columns.
package enum PairFile {
    /// A comparison's level counts from 0 (all else) up; -1: nothing to compare.
    ///
    /// - Parameter ids: of each record.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        _ pairs: [TablePair], _ model: TableModel, ids: [String], to path: String
    ) throws(Fault) {
        try OutputFile.write(to: path) { line in
            let names = ["id_l", "id_r", "match_weight", "match_probability", "match_key"]
            try line(
                (names + model.comparisons.map { "gamma_" + $0.name })
                    .map(SpreadsheetText.quoted).joined(separator: ","))
            for pair in pairs { try line(text(pair, model, ids)) }
        }
    }

    private static func text(_ pair: TablePair, _ model: TableModel, _ ids: [String]) -> String {
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
