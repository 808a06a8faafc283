package import Domain
package import Extracts
import Foundation
package import Linkage

/// A piece of linkage work as a file: inputs, rules, comparisons with their probabilities, and how the model is trained.
///
/// JSON with comments, after the settings of Splink; docs/link.md explains each key, and any other is a slip.
package struct WorkUnit: Sendable {
    package let name: String
    /// Paths of the input files, in order of their names.
    package let inputs: [String]
    /// Names of the inputs, in the same order.
    package let datasets: [String]
    /// How the inputs are encoded, in the same order; `nil`: to be found out.
    package let encodings: [TextEncoding?]
    package let idColumn: String
    /// Data sets (places in `inputs`) that have each person at most once.
    package let unique: Set<UInt8>
    package let truthColumn: String?
    package let model: TableModel
    package let plan: TableTraining.Plan?
    package let blockLimit: BlockLimit
    /// What units say for people and for other engines that run them: of what the conditions are made, and what was measured.
    private static let described: Set<String> = [
        "format", "pair_definition", "level_rule", "model_file", "measured", "keys", "column", "min", "max",
        "em_u_fixed",
    ]
    /// A record's input is kept in one byte.
    private static let mostInputs = Int(UInt8.max)
    private let path: String
    /// Columns whose cells may hold several values.
    private let listColumns: [(name: String, node: ConfigurationNode)]

    /// - Parameters:
    ///   - path: of the unit; relative inputs are looked for beside it and one folder above.
    ///   - folders: what stands for `$NAME` at the beginning of an input's path.
    /// - Throws: `Fault`/`Faults` where the file is no unit, with line and key; `link.input` where an input is not there.
    package static func load(path: String, folders: [String: String]) throws -> WorkUnit {
        let form: Form = try ConfigurationFile.load(path).root.decode(passes: described.contains)
        let lists = try form.lists()
        let names = form.inputs.value.keys.sorted()
        guard names.count <= mostInputs else {
            throw form.inputs.node.fault(
                "link.inputs", "入力が\(names.count)あります（\(mostInputs)まで）。", fix: "列の同じ入力を1つのファイルにまとめてください。")
        }
        guard !names.isEmpty else {
            throw form.inputs.node.fault(
                "link.inputs", "入力がありません。", fix: "{ \"名前\": \"ファイル.csv\" } の形で、1つ以上書いてください。")
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
            inputs: try form.inputs.value.sorted { $0.key < $1.key }.map {
                try find($0.value.file, unit: path, folders: folders)
            }, datasets: names, encodings: names.map { form.inputs.value[$0]?.encoding },
            idColumn: form.idColumn, unique: Set(unique), truthColumn: form.truthColumn,
            model: TableModel(
                linkType: form.linkType, rules: try form.blockingRules.map { try $0.sql.rule(lists) },
                comparisons: try form.comparisons.map { comparison in
                    let read = TableModel.Comparison(
                        name: comparison.name,
                        levels: try comparison.orderedLevels().map { try $0.level() })
                    // A comparison without any is yet to be trained.
                    return read.levels.contains { $0.m != nil } ? read.withSplinkDefaults() : read
                }, prior: form.prior), plan: try form.training?.plan(lists),
            blockLimit: try form.blockLimit(), path: path, listColumns: form.listColumns)
    }

    /// Whether the table has every column that the unit names by itself.
    ///
    /// - Throws: `link.column` with the unit's file and the column most like it.
    package func check(columns: [String]) throws(Fault) {
        func missing(_ column: String, _ place: (_ message: String, _ fix: String) -> Fault) -> Fault {
            place(
                "入力に「\(column)」という列がありません。",
                nearest(column, in: columns).map { "「\($0)」の書き誤りではありませんか。" }
                    ?? "入力にある列は次のとおりです: \(columns.joined(separator: "、"))")
        }
        let named: [(key: String, column: String?)] = [
            ("id_column", idColumn), ("truth_column", truthColumn),
        ]
        for (key, column) in named {
            guard let column, !columns.contains(column) else { continue }
            throw missing(column) {
                Fault(.configuration, code: "link.column", message: $0, file: path, field: key, fix: $1)
            }
        }
        for column in listColumns where !columns.contains(column.name) {
            throw missing(column.name) { column.node.fault("link.column", $0, fix: $1) }
        }
    }

    /// Whether a kind of linkage and the number of inputs go together.
    ///
    /// - Parameter file: that says what kind it is.
    /// - Throws: `link.inputs`.
    package func check(_ linkType: TableModel.LinkType, of file: String) throws(Fault) {
        let message: String
        switch (linkType, inputs.count) {
        case (.link, ..<2): message = "link_only（入力の間だけを比べる）ですが、入力が1つしかありません。"
        case (.dedupe, 2...): message = "dedupe_only（1つの入力の中だけを比べる）ですが、入力が\(inputs.count)あります。"
        default: return
        }
        throw Fault(
            .configuration, code: "link.inputs", message: message, file: file, field: "link_type",
            fix: "1つの入力なら dedupe_only、2つ以上なら link_only（間だけ）か link_and_dedupe（中も間も）にしてください。")
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

        /// - Throws: `link.order` where two levels claim one place.
        func orderedLevels() throws -> [Level] {
            var seen: Set<Int> = []
            for level in levels where !seen.insert(level.order.value).inserted {
                throw level.order.node.fault(
                    "link.order", "「\(name)」に、同じ order の段階が2つあります。", fix: "調べる順に、1つずつ違う数にしてください。")
            }
            return levels.sorted { $0.order.value < $1.order.value }
        }
    }

    let name: String
    let inputs: Placed<[String: Input]>
    let idColumn: String
    let unique: [Placed<String>]?
    let truthColumn: String?
    let linkType: TableModel.LinkType
    let blockingRules: [Rule]
    let comparisons: [Comparison]
    let prior: Double
    let training: Training?
    let arrays: ConfigurationNode?
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
        let arrays: [String: Placed<String>] = try self.arrays?.decode() ?? [:]
        return try arrays.mapValues { separator in
            guard !separator.value.isEmpty else {
                throw separator.node.fault(
                    "link.arrays", "値の区切りが空です。", fix: "値と値の間の文字（例: 「;」）を書いてください。JSONの一覧は区切りによらず読みます。")
            }
            return separator.value
        }
    }

    /// Their names, each where it stands.
    var listColumns: [(name: String, node: ConfigurationNode)] {
        arrays?.members.map { ($0.key, $0.node) } ?? []
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

/// `"file.csv"`, or `{ "file": "file.csv", "encoding": "cp932" }`.
private struct Input: Decodable {
    let file: String
    let encoding: TextEncoding?

    enum CodingKeys: CodingKey { case file, encoding }

    init(from decoder: any Decoder) throws {
        if let file = try? decoder.singleValueContainer().decode(String.self) {
            (self.file, encoding) = (file, nil)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        file = try container.decode(String.self, forKey: .file)
        encoding = try container.decodeIfPresent(TextEncoding.self, forKey: .encoding)
    }
}

private struct Level: Decodable {
    enum Kind: String, Decodable, CaseIterable {
        /// Weighs nothing.
        case null
        case exact, sql
        /// What no level before was.
        case otherwise = "else"
        // What kind of condition it is, for other engines; it is `sql` that counts.
        case levenshtein
        case damerauLevenshtein = "damerau_levenshtein"
        case jaro = "jaro_similarity"
        case jaroWinkler = "jaro_winkler_similarity"
        case dateDifference = "abs_date_difference_seconds"
    }

    let order: Placed<Int>
    let label: String
    let kind: Kind
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
        let isElse = sql.value.trimmingCharacters(in: .whitespaces).lowercased() == "else"
        guard isElse == (kind == .otherwise) else {
            throw sql.node.fault(
                "link.kind", "kind が「else」の段階と、sql が「ELSE」の段階が食い違っています。",
                fix: "「それ以外」の段階は kind を \"else\"、sql を \"ELSE\" にし、ほかの段階はどちらも別のものにしてください。")
        }
        var level = try sql.level(
            label: label, isNull: kind == .null, m: m, u: u, termFrequencyColumn: termFrequencyColumn)
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
