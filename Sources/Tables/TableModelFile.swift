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
        unseen = training.unseen
        passes = training.passes.map {
            Pass(
                rule: $0.rule, pairs: $0.pairs, iterations: $0.iterations, converged: $0.converged,
                likelihood: [$0.likelihoods.first, $0.likelihoods.last].compactMap(\.self),
                leftOut: $0.leftOut)
        }
    }
}

/// Writes a model in the form that Splink 4 and 5 read and save; what is renkei's own stands under `renkei`, which they pass over.
package enum TableModelFile {
    private struct Form: Encodable {
        struct Rule: Encodable {
            let blocking_rule: String
            let sql_dialect = "duckdb"
        }
        struct Comparison: Encodable {
            let output_column_name: String
            let comparison_description: String
            let comparison_levels: [Level]
        }
        struct Level: Encodable {
            let sql_condition: String
            let label_for_charts: String
            let is_null_level: Bool?
            let m_probability: Double?
            let u_probability: Double?
            let tf_adjustment_column: String?
            let tf_adjustment_weight: Double?
            let tf_minimum_u_value: Double?
        }
        let link_type: TableModel.LinkType
        let sql_dialect = "duckdb"
        let unique_id_column_name: String
        let probability_two_random_records_match: Double
        let blocking_rules_to_generate_predictions: [Rule]
        let comparisons: [Comparison]
        let renkei: ModelProvenance
    }

    /// - Throws: `link.unwritable`.
    package static func write(
        _ model: TableModel, idColumn: String, provenance: ModelProvenance, to path: String
    ) throws {
        let form = Form(
            link_type: model.linkType, unique_id_column_name: idColumn,
            probability_two_random_records_match: model.prior,
            blocking_rules_to_generate_predictions: model.rules.map { Form.Rule(blocking_rule: $0.sql) },
            comparisons: model.comparisons.map { comparison in
                Form.Comparison(
                    output_column_name: comparison.name, comparison_description: comparison.name,
                    comparison_levels: comparison.levels.map { level in
                        let isAdjusted = level.termFrequencyColumn != nil
                        return Form.Level(
                            sql_condition: level.sql, label_for_charts: level.label,
                            is_null_level: level.isNull ? true : nil,
                            m_probability: level.isNull ? nil : level.m,
                            u_probability: level.isNull ? nil : level.u,
                            tf_adjustment_column: level.termFrequencyColumn,
                            tf_adjustment_weight: isAdjusted ? level.termFrequencyWeight : nil,
                            tf_minimum_u_value: isAdjusted ? level.termFrequencyFloor : nil)
                    })
            }, renkei: provenance)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(form), as: UTF8.self)
        try OutputFile.write(to: path) { line in try line(text) }
    }
}
