internal import Domain
import Foundation
package import Linkage

/// A piece of linkage work as a file: inputs, rules, comparisons with their probabilities, and how the model is trained.
///
/// JSON, after the settings of Splink; docs/link.md explains each key.
package struct WorkUnit: Sendable {
    package let name: String
    /// Paths of the input files, in order of their names.
    package let inputs: [String]
    package let idColumn: String
    package let truthColumn: String?
    package let model: TableModel
    package let plan: TableTraining.Plan?

    /// - Parameters:
    ///   - path: of the unit; relative inputs are looked for beside it and one folder above.
    ///   - folders: what stands for `$NAME` in an input's path.
    /// - Throws: `Fault` where the file is no unit, with the key that is wrong.
    package static func load(path: String, folders: [String: String]) throws -> WorkUnit {
        let form: Form = try TableJSON.decode(path)
        let model = TableModel(
            linkType: form.linkType, rules: try form.blockingRules.map { try TableModel.Rule($0.sql) },
            comparisons: try form.comparisons.map { comparison in
                TableModel.Comparison(
                    name: comparison.name,
                    levels: try comparison.levels.sorted { $0.order < $1.order }.map { try $0.level() })
            }, prior: form.probabilityTwoRandomRecordsMatch)
        let plan = try form.training.map { training in
            var plan = TableTraining.Plan(
                deterministicRules: try training.deterministicRulesForPrior.map {
                    try TableModel.Rule($0)
                }, assumedRecall: training.assumedRecall, randomPairs: Int(training.uRandomPairs),
                rules: try training.emBlocking.map { try TableModel.Rule($0) })
            plan.seed = training.seed ?? 1
            return plan
        }
        return WorkUnit(
            name: form.name,
            inputs: try form.inputs.sorted { $0.key < $1.key }.map {
                try find($0.value, unit: path, folders: folders)
            }, idColumn: form.idColumn, truthColumn: form.truthColumn, model: model, plan: plan)
    }

    private static func find(_ input: String, unit: String, folders: [String: String]) throws -> String {
        var path = input
        for (name, folder) in folders { path = path.replacingOccurrences(of: "$" + name, with: folder) }
        if path.hasPrefix("/") { return path }
        let beside = URL(filePath: unit).deletingLastPathComponent()
        let places = [
            path, beside.appending(path: path).path,
            beside.deletingLastPathComponent().appending(path: path).path,
        ]
        if let found = places.first(where: FileManager.default.fileExists) { return found }
        throw Fault(
            .notFound, code: "link.input", message: "入力のファイルがありません。", file: input,
            fix: "作業ファイルからの場所を確かめるか、「--folder 名前=フォルダ」で「$名前」の場所を指定してください。")
    }

    private struct Form: Decodable {
        struct Rule: Decodable { let sql: String }
        struct Comparison: Decodable {
            let name: String
            let levels: [Level]
        }
        struct Level: Decodable {
            let order: Int
            let label: String
            let kind: String
            let sql: String
            let termFrequencyColumn: String?
            let tfWeight: Double?
            let m: Double?
            let u: Double?

            func level() throws -> TableModel.Level {
                var level = try TableModel.Level(
                    label: label, sql: sql, isNull: kind == "null", m: m, u: u,
                    termFrequencyColumn: termFrequencyColumn)
                level.termFrequencyWeight = tfWeight ?? 1
                return level
            }
        }
        struct Training: Decodable {
            let deterministicRulesForPrior: [String]
            let assumedRecall: Double
            let uRandomPairs: Double
            let emBlocking: [String]
            let seed: UInt64?
        }
        let name: String
        let inputs: [String: String]
        let idColumn: String
        let truthColumn: String?
        let linkType: TableModel.LinkType
        let blockingRules: [Rule]
        let comparisons: [Comparison]
        let probabilityTwoRandomRecordsMatch: Double
        let training: Training?
    }
}

/// Reads JSON files and says where they are wrong.
enum TableJSON {
    static func decode<Form: Decodable>(_ path: String) throws -> Form {
        let name = URL(filePath: path).lastPathComponent
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(
                .notFound, code: "link.file", message: "ファイルがないか、読めません。", file: name, fix: "場所と権限を確かめてください。")
        }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Form.self, from: data)
        } catch let error as DecodingError {
            let (place, reason) = Self.place(of: error)
            throw Fault(
                .configuration, code: "link.form", message: reason, file: name, field: place,
                fix: "docs/link.md の書き方に合わせてください。")
        }
    }

    private static func place(of error: DecodingError) -> (String, String) {
        func words(_ path: [any CodingKey]) -> String {
            path.map { key in key.intValue.map { "\($0 + 1)番目" } ?? key.stringValue }.joined(separator: " › ")
        }
        switch error {
        case .keyNotFound(let key, let context):
            return (words(context.codingPath + [key]), "「\(key.stringValue)」がありません。")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return (words(context.codingPath), "値の種類が違います。")
        case .dataCorrupted(let context): return (words(context.codingPath), "JSONとして読めません。")
        @unknown default: return ("", "読めません。")
        }
    }
}
