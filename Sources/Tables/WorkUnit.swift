import Domain
import Foundation
package import Linkage

/// A piece of linkage work as a file: inputs, rules, comparisons with their probabilities, and how the model is trained.
///
/// JSON, after the settings of Splink; docs/link.md explains each key, and any other is a note for people.
package struct WorkUnit: Sendable {
    package let name: String
    /// Paths of the input files, in order of their names.
    package let inputs: [String]
    /// Names of the inputs, in the same order.
    package let datasets: [String]
    package let idColumn: String
    /// Data sets (places in `inputs`) that have each person at most once.
    package let unique: Set<UInt8>
    package let truthColumn: String?
    package let model: TableModel
    package let plan: TableTraining.Plan?
    package let blockLimit: BlockLimit
    /// A record's input is kept in one byte.
    private static let mostInputs = Int(UInt8.max)

    /// - Parameters:
    ///   - path: of the unit; relative inputs are looked for beside it and one folder above.
    ///   - folders: what stands for `$NAME` at the beginning of an input's path.
    /// - Throws: `Fault`/`Faults` where the file is no unit, with line and key; `link.input` where an input is not there.
    package static func load(path: String, folders: [String: String]) throws -> WorkUnit {
        let form: Form = try ConfigurationFile.load(path).root.decode(passesUnknownKeys: true)
        let lists = try form.lists()
        let names = form.inputs.keys.sorted()
        guard names.count <= mostInputs else {
            throw Fault(
                .configuration, code: "link.inputs", message: "入力が\(names.count)あります（\(mostInputs)まで）。",
                file: path, field: "inputs", fix: "列の同じ入力を1つのファイルにまとめてください。")
        }
        let unique = try (form.unique ?? []).map { name in
            guard let place = names.firstIndex(of: name.value) else {
                throw name.node.fault(
                    "link.unique", "unique に、inputs にない名前があります。", fix: "inputs に書いた名前のどれかにしてください。")
            }
            return UInt8(clamping: place)
        }
        return WorkUnit(
            name: form.name,
            inputs: try form.inputs.sorted { $0.key < $1.key }.map {
                try find($0.value, unit: path, folders: folders)
            }, datasets: names, idColumn: form.idColumn, unique: Set(unique), truthColumn: form.truthColumn,
            model: TableModel(
                linkType: form.linkType, rules: try form.blockingRules.map { try $0.sql.rule(lists) },
                comparisons: try form.comparisons.map { comparison in
                    let read = TableModel.Comparison(
                        name: comparison.name,
                        levels: try comparison.levels.sorted { $0.order < $1.order }.map { try $0.level() })
                    // A comparison without any is yet to be trained.
                    return read.levels.contains { $0.m != nil } ? read.withSplinkDefaults() : read
                }, prior: form.prior), plan: try form.training?.plan(lists),
            blockLimit: try form.blockLimit())
    }

    private static func find(_ input: String, unit: String, folders: [String: String]) throws -> String {
        var path = input
        if path.hasPrefix("$") {
            let name = path.dropFirst().prefix { $0 != "/" }
            guard let folder = folders[String(name)] else { throw missing(input) }
            path = folder + path.dropFirst(name.count + 1)
        }
        if path.hasPrefix("/") { return path }
        let beside = URL(filePath: unit).deletingLastPathComponent()
        let places = [
            path, beside.appending(path: path).path,
            beside.deletingLastPathComponent().appending(path: path).path,
        ]
        guard let found = places.first(where: FileManager.default.fileExists) else { throw missing(input) }
        return found
    }

    private static func missing(_ input: String) -> Fault {
        Fault(
            .notFound, code: "link.input", message: "入力のファイルがありません。", file: input,
            fix: "作業ファイルからの場所を確かめるか、「--folder 名前=フォルダ」で「$名前」の場所を指定してください。")
    }
}

// MARK: - As the file writes it

private struct Form: Decodable {
    struct Rule: Decodable { let sql: Placed<String> }
    struct Comparison: Decodable {
        let name: String
        let levels: [Level]
    }

    let name: String
    let inputs: [String: String]
    let idColumn: String
    let unique: [Placed<String>]?
    let truthColumn: String?
    let linkType: TableModel.LinkType
    let blockingRules: [Rule]
    let comparisons: [Comparison]
    let prior: Double
    let training: Training?
    let arrays: [String: Placed<String>]?
    let blockPairs: Placed<Double>?
    let oversized: Placed<String>?

    enum CodingKeys: String, CodingKey {
        case name, inputs, comparisons, training, unique
        case arrays = "arrays_to_explode"
        case blockPairs = "block_pairs"
        case oversized = "oversized_blocks"
        case idColumn = "id_column"
        case truthColumn = "truth_column"
        case linkType = "link_type"
        case blockingRules = "blocking_rules"
        case prior = "probability_two_random_records_match"
    }
}

extension Form {
    /// Columns whose cells may hold several values, with what stands between them.
    func lists() throws -> [String: String] {
        try (arrays ?? [:]).mapValues { separator in
            guard !separator.value.isEmpty else {
                throw separator.node.fault(
                    "link.arrays", "値の区切りが空です。", fix: "値と値の間の文字（例: 「;」）を書いてください。JSONの一覧は区切りによらず読みます。")
            }
            return separator.value
        }
    }

    func blockLimit() throws -> BlockLimit {
        var limit = BlockLimit()
        if let pairs = blockPairs {
            guard let count = Int(exactly: pairs.value.rounded()), count >= 1 else {
                throw pairs.node.fault("link.block_pairs", "組の数として使えません。", fix: "1以上の数（例: 50000000）を書いてください。")
            }
            limit.pairs = count
        }
        switch oversized?.value {
        case nil, "refuse": break
        case "leave_out": limit.leavesOut = true
        default:
            if let oversized {
                throw oversized.node.fault(
                    "link.oversized", "大きすぎるブロックの扱いとして読めません。", fix: "「refuse」（断る）か「leave_out」（除く）にしてください。")
            }
        }
        return limit
    }
}

private struct Level: Decodable {
    let order: Int
    let label: String
    let kind: String
    let sql: Placed<String>
    let termFrequencyColumn: String?
    let termFrequencyWeight: Double?
    let m: Double?
    let u: Double?

    enum CodingKeys: String, CodingKey {
        case order, label, kind, sql, m, u
        case termFrequencyColumn = "term_frequency_column"
        case termFrequencyWeight = "tf_weight"
    }

    func level() throws -> TableModel.Level {
        var level = try sql.level(
            label: label, isNull: kind == "null", m: m, u: u, termFrequencyColumn: termFrequencyColumn)
        level.termFrequencyWeight = termFrequencyWeight ?? 1
        return level
    }
}

private struct Training: Decodable {
    let deterministicRules: [Placed<String>]
    let assumedRecall: Placed<Double>
    let randomPairs: Placed<Double>
    let rules: [Placed<String>]
    let joint: [String]?
    let seed: UInt64?

    enum CodingKeys: String, CodingKey {
        case seed, joint
        case deterministicRules = "deterministic_rules_for_prior"
        case assumedRecall = "assumed_recall"
        case randomPairs = "u_random_pairs"
        case rules = "em_blocking"
    }

    func plan(_ lists: [String: String]) throws -> TableTraining.Plan {
        guard assumedRecall.value > 0, assumedRecall.value <= 1 else {
            throw assumedRecall.node.fault(
                "link.training", "割合が0より大きく1以下の数ではありません。", fix: "規則が見付けると見込む割合（例: 0.7）を書いてください。")
        }
        guard let pairs = Int(exactly: randomPairs.value.rounded()), (1...1 << 40).contains(pairs) else {
            throw randomPairs.node.fault("link.training", "組の数として使えません。", fix: "1以上の数（例: 1000000）を書いてください。")
        }
        var plan = TableTraining.Plan(
            deterministicRules: try deterministicRules.map { try $0.rule(lists) },
            assumedRecall: assumedRecall.value, randomPairs: pairs,
            rules: try rules.map { try $0.rule(lists) })
        plan.seed = seed ?? 1
        plan.joint = joint ?? []
        return plan
    }
}

extension Placed<String> {
    /// - Throws: `link.condition`, `link.rule` with file and line.
    func rule(_ lists: [String: String]) throws(Fault) -> TableModel.Rule {
        do { return try TableModel.Rule(value, lists: lists) } catch {
            throw error.located(file: node.file, line: node.line)
        }
    }

    /// - Throws: `link.condition` with file and line.
    func level(
        label: String, isNull: Bool, m: Double?, u: Double?, termFrequencyColumn: String?
    ) throws(Fault) -> TableModel.Level {
        do {
            return try TableModel.Level(
                label: label, sql: value, isNull: isNull, m: m, u: u, termFrequencyColumn: termFrequencyColumn
            )
        } catch { throw error.located(file: node.file, line: node.line) }
    }
}
