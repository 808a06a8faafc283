package import Domain
internal import Foundation

extension LinkageModel {
    /// Reads a model file (JSON5) strictly and checks all of it.
    ///
    /// - Throws: `Fault` where the file cannot be read, `Faults` with everything else that is wrong.
    package static func load(path: String) throws -> LinkageModel {
        try LinkageModel(checking: ConfigurationFile.load(path), name: path)
    }

    /// The model as its file, keys in fixed order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    init(checking file: ConfigurationFile, name: String) throws {
        self = try file.decode()
        let order = ComparisonKind.allCases
        comparisons.sort {
            (order.firstIndex(of: $0.comparison) ?? 0) < (order.firstIndex(of: $1.comparison) ?? 0)
        }
        addNewLevels()
        if let faults = Faults(faults(file: name)) { throw faults }
    }

    /// Levels that a model made earlier does not know yet weigh nothing in it.
    private mutating func addNewLevels() {
        for place in comparisons.indices {
            let known = comparisons[place].levels.map(\.level)
            switch comparisons[place].comparison {
            case .household where !known.contains("area"):
                guard let before = known.firstIndex(of: "town") else { continue }
                comparisons[place].levels.insert(
                    Level(level: "area", title: "町名か郵便番号が同じ（その先は分からない）", m: 0.0001, u: 0.0001), at: before)
            case .given where known.last == "different":
                comparisons[place].levels.append(
                    Level(level: "sole", title: Self.soleTitle, m: 0.0001, u: 0.0001))
            default: break
            }
        }
    }

    private static let soleTitle = "名が書かれていないか読みが一字違いで、同じ日に生まれたその家の人は住民記録にほかにいない"

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
        if [thresholds.review, thresholds.automatic, thresholds.margin].contains(where: { !(abs($0) <= 100) })
        {
            refuse("thresholds", "しきい値が大きすぎるか、小さすぎます。", "review、automatic、margin は -100 から 100 までの数（ビット）です。")
        }
        if let limit = thresholds.falseLinks, !(limit > 0 && limit < 10_000) {
            refuse("thresholds.falseLinks", "1万組あたりの誤りの数ではありません。", "5 のように、0より大きく10000より小さい数を書いてください。")
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
