import Domain
import Foundation
package import Linkage

/// Where a trained model comes from.
package struct ModelProvenance: Sendable, Codable {
    package struct Input: Sendable, Codable {
        package let name: String
        package let sha256: String

        package init(name: String, sha256: String) { (self.name, self.sha256) = (name, sha256) }
    }
    package struct Pass: Sendable, Codable {
        package let rule: String
        package let pairs: Int
        package let iterations: Int
        package let converged: Bool
        /// Bits a pair, at the first and at the last step.
        package let likelihood: [Double]
        package let leftOut: [String]
        /// About how many pairs there were to draw `pairs` from; none where all were compared.
        package let drawnFrom: Int?
    }

    package let engine: String
    package let inputs: [Input]
    package let records: Int
    package let seed: UInt64
    /// `em`, or `labels` with where they came from.
    package let method: String
    /// Pairs of two persons that u was counted on.
    package let randomPairs: Int
    /// Pairs of one person that m was counted on; none where it was found without labels.
    package let labelledPairs: Int?
    package let passes: [Pass]
    /// Levels that no pair had.
    package let unseen: [String]
    package var allConverged: Bool { passes.allSatisfy(\.converged) }

    package init(
        engine: String, inputs: [Input], records: Int, plan: TableTraining.Plan, method: String,
        labelledPairs: Int?, training: TableTraining
    ) {
        (self.engine, self.inputs, self.records, self.method) = (engine, inputs, records, method)
        (seed, self.labelledPairs) = (plan.seed, labelledPairs)
        randomPairs = training.randomPairs
        // Also what no pair had a value for, so that whoever reads the model knows that it lacks nothing by mistake.
        let lacking = training.model.comparisons.flatMap { comparison in
            comparison.levels.filter { !$0.isNull && ($0.m == nil || $0.u == nil) }.map {
                "\(comparison.name) / \($0.label)"
            }
        }
        unseen = training.unseen + lacking.filter { !training.unseen.contains($0) }
        passes = training.passes.map {
            Pass(
                rule: $0.rule, pairs: $0.pairs, iterations: $0.iterations, converged: $0.converged,
                likelihood: [$0.likelihoods.first, $0.likelihoods.last].compactMap(\.self),
                leftOut: $0.leftOut, drawnFrom: $0.drawnFrom)
        }
    }
}

/// Writes a model in the form that Splink 4 and 5 save; what is renkei's own stands under `renkei`, a key that they refuse: for
/// them it is left out.
package enum TableModelFile {
    private struct Form: Encodable {
        struct Rule: Encodable {
            let blockingRule: String
            let sqlDialect = "duckdb"
            let arraysToExplode: [String]?
        }
        struct Comparison: Encodable {
            let outputColumnName: String
            let comparisonDescription: String
            let comparisonLevels: [Level]
        }
        struct Level: Encodable {
            let sqlCondition: String
            let labelForCharts: String
            let isNullLevel: Bool?
            let mProbability: Double?
            let uProbability: Double?
            let tfAdjustmentColumn: String?
            let tfAdjustmentWeight: Double?
            let tfMinimumUValue: Double?
        }
        let linkType: TableModel.LinkType
        let sqlDialect = "duckdb"
        let uniqueIdColumnName: String
        let probabilityTwoRandomRecordsMatch: Double
        let blockingRulesToGeneratePredictions: [Rule]
        let comparisons: [Comparison]
        let renkei: Own?
    }

    /// Where the model comes from, and what stands between the values of a cell: Splink has lists instead. Always written, also empty:
    /// it says whose model it is.
    private struct Own: Encodable {
        let provenance: ModelProvenance?
        let separators: [String: String]

        enum CodingKeys: String, CodingKey { case arraySeparators }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try provenance?.encode(to: encoder)
            guard !separators.isEmpty else { return }
            try container.encode(separators, forKey: .arraySeparators)
        }
    }

    /// - Parameter isForSplink: without what is renkei's own.
    /// - Throws: `link.unwritable`.
    package static func write(
        _ model: TableModel, idColumn: String, provenance: ModelProvenance, isForSplink: Bool = false,
        to path: String
    ) throws {
        let text = try text(model, idColumn: idColumn, provenance: provenance, isForSplink: isForSplink)
        try OutputFile.write(to: path) { line in try line(text) }
    }

    static func text(
        _ model: TableModel, idColumn: String, provenance: ModelProvenance?, isForSplink: Bool = false
    ) throws -> String {
        let separators = model.rules.reduce(into: [:]) { $0.merge($1.lists) { first, _ in first } }
        let form = Form(
            linkType: model.linkType, uniqueIdColumnName: idColumn,
            probabilityTwoRandomRecordsMatch: model.prior,
            blockingRulesToGeneratePredictions: model.rules.map {
                Form.Rule(
                    blockingRule: $0.sql, arraysToExplode: $0.lists.isEmpty ? nil : $0.lists.keys.sorted())
            },
            comparisons: model.comparisons.map { comparison in
                Form.Comparison(
                    outputColumnName: comparison.name, comparisonDescription: comparison.name,
                    comparisonLevels: comparison.levels.map { level in
                        let isAdjusted = level.termFrequencyColumn != nil
                        return Form.Level(
                            sqlCondition: level.sql, labelForCharts: level.label,
                            isNullLevel: level.isNull ? true : nil,
                            mProbability: level.isNull ? nil : level.m,
                            uProbability: level.isNull ? nil : level.u,
                            tfAdjustmentColumn: level.termFrequencyColumn,
                            tfAdjustmentWeight: isAdjusted ? level.termFrequencyWeight : nil,
                            tfMinimumUValue: isAdjusted ? level.termFrequencyFloor : nil)
                    })
            }, renkei: isForSplink ? nil : Own(provenance: provenance, separators: separators))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }
}
