extension TableLinker {
    /// The first blocking rule that makes a pair; `nil` where none does.
    ///
    /// - Parameter table: the one that the linker was made for.
    package func firstRule(making one: Int, _ other: Int, table: RecordTable) -> TableModel.Rule? {
        if model.linkType == .link, table.datasets[one] == table.datasets[other] { return nil }
        func keys(_ record: Int, _ expressions: [TextExpression]) -> [String?] {
            expressions.map { expression -> String? in
                guard let terms = try? table.terms(of: expression.column), terms[record] != 0 else {
                    return nil
                }
                let text = expression.reader()(table.terms.text(of: terms[record]))
                return text?.isEmpty == false ? text : nil
            }
        }
        return model.rules.first { rule in
            let (left, right) = (rule.keys.map(\.left), rule.keys.map(\.right))
            return [(one, other), (other, one)].contains { a, b in
                let (x, y) = (keys(a, left), keys(b, right))
                return x == y && !x.contains(nil)
            }
        }
    }
}
