package import Domain

/// A linkage model over the columns of a table, in Splink's words.
package struct TableModel: Sendable {
    package enum LinkType: String, Sendable, Codable, CaseIterable {
        /// Pairs within one file.
        case dedupe = "dedupe_only"
        /// Pairs between two files.
        case link = "link_only"
        /// Both.
        case linkAndDedupe = "link_and_dedupe"
    }

    /// A level of a comparison; the first whose condition is true counts.
    package struct Level: Sendable {
        package var label: String
        /// SQL as Splink writes it; `ELSE` for the last.
        package var sql: String
        package var isNull = false
        /// Probability of the level among pairs of one person, and among pairs of two; `nil`: never observed, weight 0.
        package var m: Double?
        package var u: Double?
        /// The column whose terms' rarity adjusts the level, with the share and the floor of the adjustment.
        package var termFrequencyColumn: String?
        package var termFrequencyWeight = 1.0
        package var termFrequencyFloor = 0.0
        var condition: Condition
        /// log2(m/u); `nil` where it says nothing.
        package var weight: Double? {
            guard !isNull, let m, let u else { return nil }
            return matchWeight(m: m, u: u)
        }

        /// - Throws: `link.condition` where the SQL is not understood.
        package init(
            label: String, sql: String, isNull: Bool = false, m: Double? = nil, u: Double? = nil,
            termFrequencyColumn: String? = nil
        ) throws(Fault) {
            self.label = label
            self.sql = sql
            self.isNull = isNull
            self.m = m
            self.u = u
            self.termFrequencyColumn = termFrequencyColumn
            condition = try ConditionParser.parse(sql)
        }
    }

    package struct Comparison: Sendable {
        package var name: String
        package var levels: [Level]

        package init(name: String, levels: [Level]) {
            self.name = name
            self.levels = levels
        }
    }

    /// Records that agree in all keys of a rule are compared, where they meet what else it asks.
    package struct Rule: Sendable {
        package let sql: String
        let condition: Condition
        let keys: [(left: TextExpression, right: TextExpression)]
        /// What is asked beside equal texts; `nil`: nothing.
        let filter: Condition?
        /// Those of its columns whose cells may hold several values, with what stands between them.
        package let lists: [String: String]

        /// - Parameter lists: columns whose cells may hold several values, with what stands between them; two such cells are
        ///   equal where any value is.
        /// - Throws: `link.condition`; `link.rule` where it asks for no equal texts.
        package init(_ sql: String, lists: [String: String] = [:]) throws(Fault) {
            self.sql = sql
            condition = try ConditionParser.parse(sql)
            var keys: [(left: TextExpression, right: TextExpression)] = []
            var rest: [Condition] = []
            for part in Self.parts(of: condition) {
                guard case .equal(let a, let b) = part, a.isLeft != b.isLeft else {
                    rest.append(part)
                    continue
                }
                let sides = [a, b].map { side in
                    var expression = side.expression
                    expression.list = lists[expression.column]
                    return expression
                }
                keys.append(a.isLeft ? (sides[0], sides[1]) : (sides[1], sides[0]))
            }
            guard !keys.isEmpty else {
                throw Fault(
                    .configuration, code: "link.rule", message: "ブロッキング規則に、等しい値を求める条件がありません。", field: sql,
                    fix: "「l.列 = r.列」を少なくとも1つ、「AND」でつないで書いてください。ほかの条件だけでは、すべての組を比べることになります。")
            }
            self.keys = keys
            let columns = Set(keys.flatMap { [$0.left.column, $0.right.column] })
            self.lists = lists.filter { columns.contains($0.key) }
            filter = rest.isEmpty ? nil : rest.count == 1 ? rest[0] : .and(rest)
        }

        private static func parts(of condition: Condition) -> [Condition] {
            if case .and(let parts) = condition { return parts.flatMap(Self.parts) }
            return [condition]
        }

        /// Whether its keys are the same on both sides.
        var isSymmetric: Bool { keys.allSatisfy { $0.left == $0.right } }
        var columns: Set<String> { condition.columns }

        /// Whether this is a key of both sides already.
        func asks(_ expression: TextExpression) -> Bool {
            keys.contains { $0.left == expression && $0.right == expression }
        }
    }

    package var linkType: LinkType
    package var rules: [Rule]
    package var comparisons: [Comparison]
    /// Probability that two records drawn at random are one person.
    package var prior: Double
    /// Levels (`comparison / label`) that training met in no pair: they may lack a probability, and weigh nothing.
    package var unseen: Set<String> = []

    package init(linkType: LinkType, rules: [Rule], comparisons: [Comparison], prior: Double) {
        self.linkType = linkType
        self.rules = rules
        self.comparisons = comparisons
        self.prior = prior
    }

    /// What is wrong with it; empty where it can be used.
    package func faults() -> [Fault] {
        var faults: [Fault] = []
        func add(_ field: String, _ message: String, _ fix: String) {
            faults.append(
                Fault(.configuration, code: "link.model", message: message, field: field, fix: fix))
        }
        if rules.count > Int(UInt8.max) {
            add("blocking_rules", "ブロッキング規則が\(UInt8.max)を超えています。", "規則を減らすか、まとめてください。")
        }
        if rules.isEmpty { add("blocking_rules", "ブロッキング規則がありません。", "比べる組を決める規則を1つ以上書いてください。") }
        if !(prior > 0 && prior < 1) {
            add(
                "probability_two_random_records_match", "事前の確率が0と1の間にありません。",
                "0より大きく1より小さい数にしてください。")
        }
        if comparisons.isEmpty { add("comparisons", "比較がありません。", "比べ方を1つ以上書いてください。") }
        var names: Set<String> = []
        for comparison in comparisons {
            if !names.insert(comparison.name).inserted {
                add(comparison.name, "同じ名前の比較が2つあります。", "比較には1つずつ違う名前（name、output_column_name）を付けてください。")
            }
            if comparison.levels.count > TablePattern.levels {
                add(comparison.name, "段階が\(TablePattern.levels)を超えています。", "段階を減らしてください。")
            }
            for level in comparison.levels {
                for (name, value) in [("m", level.m), ("u", level.u)] {
                    guard let value else { continue }
                    let field = "\(comparison.name) / \(level.label)"
                    if !(value >= 0 && value <= 1) {
                        add(field, "\(name) の値が0から1の間にありません。", "確率として直してください。")
                    } else if value == 0, !level.isNull {
                        // The weight would be infinite: one level would outvote all others, two of them are no number.
                        add(
                            field, "\(name) の値が0です。",
                            "まれな段階には小さい数（例: 0.0001）を書くか、分からなければ「renkei link train」で学んでください。")
                    }
                }
            }
        }
        if comparisons.count > TablePattern.comparisons {
            add("comparisons", "比較が\(TablePattern.comparisons)を超えています。", "比較を減らすか、まとめてください。")
        }
        return faults
    }

    /// What keeps it from weighing pairs: a level without m or u, which would weigh nothing and be told by nobody.
    package func untrained() -> [Fault] {
        let asked = comparisons.flatMap { comparison in
            comparison.levels.filter { !$0.isNull }.map {
                (name: "\(comparison.name) / \($0.label)", level: $0)
            }
        }
        let lacking = asked.filter { ($0.level.m == nil || $0.level.u == nil) && !unseen.contains($0.name) }
        func fault(_ field: String?, _ message: String) -> Fault {
            Fault(
                .configuration, code: "link.untrained", message: message, field: field,
                fix: "「renkei link train」で学び、書き出したモデルを「--model」で指定するか、確率を書いてください。")
        }
        if !asked.isEmpty, lacking.count == asked.count { return [fault(nil, "どの比較にも m と u がありません。")] }
        return lacking.map { one in
            let names = [one.level.m == nil ? "m" : nil, one.level.u == nil ? "u" : nil].compactMap(\.self)
            return fault(one.name, "\(names.joined(separator: " と ")) がありません。")
        }
    }
}
