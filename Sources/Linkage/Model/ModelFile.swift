package import Domain
internal import Foundation

extension LinkageModel {
    /// Reads a model file (JSON5) and checks all of it.
    ///
    /// - Throws: `Fault` where the file cannot be read or decoded, `Faults` with everything else that is wrong.
    package static func load(path: String) throws -> LinkageModel {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Fault(
                .configuration, code: "model.missing", message: "リンケージモデルのファイルを読めません。", file: path,
                fix: "ファイルがあるか、読む権限があるかを確認してください。")
        }
        return try decode(bytes, file: path)
    }

    /// The model as its file, keys in fixed order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    static func decode(_ bytes: Data, file: String?) throws -> LinkageModel {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        var model: LinkageModel
        let written: JSONShape
        do {
            written = try decoder.decode(JSONShape.self, from: bytes)
            model = try decoder.decode(LinkageModel.self, from: bytes)
        } catch let error as DecodingError {
            throw Fault(decoding: error, file: file)
        }
        // What the file says and the model does not say back is a key the model does not know.
        let understood = try decoder.decode(JSONShape.self, from: JSONEncoder().encode(model))
        let unknown = written.unknownKeys(beside: understood).map { key in
            Fault(
                .configuration, code: "model.key", message: "知らないキー「\(key.path)」があります。", file: file,
                field: key.path,
                fix: key.nearest.map { "「\($0)」の書き誤りではありませんか。" } ?? "このキーを消してください。")
        }
        let order = ComparisonKind.allCases
        model.comparisons.sort {
            (order.firstIndex(of: $0.comparison) ?? 0) < (order.firstIndex(of: $1.comparison) ?? 0)
        }
        if let faults = Faults(unknown + model.faults(file: file)) { throw faults }
        return model
    }

    /// Everything that makes the model unusable; empty if it is sound.
    package func faults(file: String? = nil) -> [Fault] {
        var faults: [Fault] = []
        func refuse(_ field: String, _ message: String, _ fix: String) {
            faults.append(
                Fault(
                    .configuration, code: "model.value", message: message, file: file, field: field, fix: fix)
            )
        }
        if comparisons.map(\.comparison) != ComparisonKind.allCases {
            let names = ComparisonKind.allCases.map(\.rawValue).joined(separator: ", ")
            refuse("comparisons", "比較項目が揃っていないか、重複しています。", "\(names) を1つずつ書いてください。")
        }
        for comparison in comparisons {
            let field = "comparisons.\(comparison.comparison.rawValue)"
            if comparison.levels.map(\.level) != comparison.comparison.levels {
                let names = comparison.comparison.levels.joined(separator: ", ")
                refuse(field, "一致の段階が違います。", "\(names) をこの順に書いてください。")
            }
            for level in comparison.levels where !(level.m > 0 && level.m < 1 && level.u > 0 && level.u < 1) {
                refuse("\(field).\(level.level)", "m と u は0より大きく1より小さい数です。", "値を直してください。")
            }
            for (name, sum) in [
                ("m", comparison.levels.reduce(0) { $0 + $1.m }),
                ("u", comparison.levels.reduce(0) { $0 + $1.u }),
            ] where abs(sum - 1) > 0.01 {
                refuse(field, "\(name) の合計が1になりません。", "合計が1になるように直してください。")
            }
            let isName = comparison.comparison == .given || comparison.comparison == .family
            if let frequency = comparison.termFrequency,
                !isName || !(frequency.floor > 0 && frequency.floor <= 1)
            {
                refuse(
                    "\(field).termFrequency", "名前の珍しさの設定を使えません。",
                    "given か family にだけ、floor を0より大きく1以下にして書いてください。")
            }
        }
        if !(thresholds.review < thresholds.automatic) || !(thresholds.margin >= 0) {
            refuse("thresholds", "しきい値の大小が合いません。", "review < automatic、margin は0以上にしてください。")
        }
        if !(guards.twinWeight < 0) { refuse("guards.twinWeight", "負の数が要ります。", "-10 などにしてください。") }
        if !(prior.partnersPerRecord > 0) { refuse("prior", "正の数が要ります。", "1 程度から始めてください。") }
        if !(similarity.kanaCloseness > 0.5 && similarity.kanaCloseness <= 1) {
            refuse("similarity.kanaCloseness", "0.5より大きく1以下の数です。", "0.88 程度にしてください。")
        }
        if blocking.limit < 2 { refuse("blocking.limit", "2以上の数が要ります。", "400 程度にしてください。") }
        if blocking.rules.isEmpty || blocking.rules.contains(where: \.keys.isEmpty)
            || Set(blocking.rules.map(\.name)).count != blocking.rules.count
        {
            refuse("blocking.rules", "規則がないか、キーのない規則か、同じ名前の規則があります。", "規則を直してください。")
        }
        return faults
    }
}

extension Fault {
    /// A decoding failure as an official can mend it: the key path, never the value.
    fileprivate init(decoding error: DecodingError, file: String?) {
        func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
            let parts = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return (parts + (last.map { [$0] } ?? [])).joined(separator: ".")
        }
        let (code, message, field) =
            switch error {
            case .keyNotFound(let key, let context):
                ("model.key", "必要なキーがありません。", path(context, key.stringValue))
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                ("model.value", "値の型が違います。", path(context))
            case .dataCorrupted(let context):
                ("model.value", "JSONとして読めないか、許されない値です。", path(context))
            @unknown default: ("model.value", "読めない値です。", "")
            }
        self.init(
            .configuration, code: code, message: message, file: file, field: field.isEmpty ? nil : field,
            fix: "リンケージモデルの書き方（Guidelines/linkage/README.md）を確認してください。")
    }
}
