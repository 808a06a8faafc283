internal import Domain
package import Linkage

/// Reads the model files that Splink 4 and 5 save (`save_model_to_json`).
package enum SplinkModel {
    /// - Throws: `Fault` where it is no such file, or a condition is not understood.
    package static func load(path: String) throws -> TableModel {
        let form: Form = try TableJSON.decode(path)
        return TableModel(
            linkType: form.linkType,
            rules: try form.blockingRulesToGeneratePredictions.map {
                try TableModel.Rule($0.blockingRule)
            },
            comparisons: try form.comparisons.map { comparison in
                TableModel.Comparison(
                    name: comparison.outputColumnName,
                    levels: try comparison.comparisonLevels.map { try $0.level() })
            }, prior: form.probabilityTwoRandomRecordsMatch)
    }

    private struct Form: Decodable {
        struct Rule: Decodable { let blockingRule: String }
        struct Comparison: Decodable {
            let outputColumnName: String
            let comparisonLevels: [Level]
        }
        struct Level: Decodable {
            let sqlCondition: String
            let labelForCharts: String?
            let isNullLevel: Bool?
            let mProbability: Double?
            let uProbability: Double?
            let tfAdjustmentColumn: String?
            let tfAdjustmentWeight: Double?
            let tfMinimumUValue: Double?

            func level() throws -> TableModel.Level {
                var level = try TableModel.Level(
                    label: labelForCharts ?? sqlCondition, sql: sqlCondition,
                    isNull: isNullLevel ?? false, m: mProbability, u: uProbability,
                    termFrequencyColumn: tfAdjustmentColumn)
                level.termFrequencyWeight = tfAdjustmentWeight ?? 1
                level.termFrequencyFloor = tfMinimumUValue ?? 0
                return level
            }
        }
        let linkType: TableModel.LinkType
        let probabilityTwoRandomRecordsMatch: Double
        let blockingRulesToGeneratePredictions: [Rule]
        let comparisons: [Comparison]
    }
}
