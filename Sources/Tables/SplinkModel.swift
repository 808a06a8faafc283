import Domain
package import Linkage

/// Reads the model files that Splink 4 and 5 save (`save_model_to_json`).
package enum SplinkModel {
    /// - Throws: `Fault`/`Faults` where it is no such file, or a condition is not understood; with line and key.
    package static func load(path: String) throws -> TableModel {
        try model(ConfigurationFile.load(path))
    }

    /// The same from a text; faults name it by `name`.
    static func read(_ text: String, name: String) throws -> TableModel {
        try model(ConfigurationFile.read(text, name: name))
    }

    private static func model(_ file: ConfigurationFile) throws -> TableModel {
        let form: Form = try file.root.decode(passes: otherKeys.contains)
        let own: Form.Own? = try form.own?.decode(passes: { _ in true })
        let separators = own?.arraySeparators ?? [:]
        // In a model of renkei's own a level without m was never seen, and weighs nothing.
        let isOwn = own != nil
        var model = TableModel(
            linkType: form.linkType,
            rules: try form.blockingRules.map { try $0.rule.rule($0.lists(separators)) },
            comparisons: try form.comparisons.map { comparison in
                let read = TableModel.Comparison(
                    name: comparison.name, levels: try comparison.levels.map { try $0.level() })
                return isOwn ? read : read.withSplinkDefaults()
            }, prior: form.prior)
        model.unseen = Set(own?.unseen ?? [])
        return model
    }

    /// What Splink 4 and 5 write and no weight follows from.
    private static let otherKeys: Set<String> = [
        "sql_dialect", "linker_uid", "unique_id_column_name", "source_dataset_column_name", "em_convergence",
        "max_iterations", "retain_matching_columns", "retain_intermediate_calculation_columns",
        "additional_columns_to_retain", "match_weight_column_prefix", "bayes_factor_column_prefix",
        "term_frequency_adjustment_column_prefix", "comparison_vector_value_column_prefix",
        "salting_partitions", "comparison_description", "comparison_vector_value", "fix_m_probability",
        "fix_u_probability", "disable_tf_exact_match_detection",
    ]
}

private struct Form: Decodable {
    struct Rule: Decodable {
        let rule: Placed<String>
        let arrays: [String]?
        /// In a table of texts a list is written with semicolons where the model says nothing else, or as JSON.
        func lists(_ separators: [String: String]) -> [String: String] {
            Dictionary(
                (arrays ?? []).map { ($0, separators[$0] ?? ";") }, uniquingKeysWith: { first, _ in first })
        }

        enum CodingKeys: String, CodingKey {
            case rule = "blocking_rule"
            case arrays = "arrays_to_explode"
        }
    }
    /// What renkei itself writes beside.
    struct Own: Decodable {
        let arraySeparators: [String: String]?
        let unseen: [String]?

        enum CodingKeys: String, CodingKey {
            case unseen
            case arraySeparators = "array_separators"
        }
    }
    struct Comparison: Decodable {
        let name: String
        let levels: [Level]

        enum CodingKeys: String, CodingKey {
            case name = "output_column_name"
            case levels = "comparison_levels"
        }
    }

    let linkType: TableModel.LinkType
    let prior: Double
    let blockingRules: [Rule]
    let comparisons: [Comparison]
    let own: ConfigurationNode?

    enum CodingKeys: String, CodingKey {
        case comparisons
        case own = "renkei"
        case linkType = "link_type"
        case prior = "probability_two_random_records_match"
        case blockingRules = "blocking_rules_to_generate_predictions"
    }
}

private struct Level: Decodable {
    let sql: Placed<String>
    let label: String?
    let isNull: Bool?
    let m: Double?
    let u: Double?
    let termFrequencyColumn: String?
    let termFrequencyWeight: Double?
    let termFrequencyFloor: Double?

    enum CodingKeys: String, CodingKey {
        case sql = "sql_condition"
        case label = "label_for_charts"
        case isNull = "is_null_level"
        case m = "m_probability"
        case u = "u_probability"
        case termFrequencyColumn = "tf_adjustment_column"
        case termFrequencyWeight = "tf_adjustment_weight"
        case termFrequencyFloor = "tf_minimum_u_value"
    }

    func level() throws -> TableModel.Level {
        var level = try sql.level(
            label: label ?? sql.value, isNull: isNull ?? false, m: m, u: u,
            termFrequencyColumn: termFrequencyColumn)
        level.termFrequencyWeight = termFrequencyWeight ?? 1
        level.termFrequencyFloor = termFrequencyFloor ?? 0
        return level
    }
}
