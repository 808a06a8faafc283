/// A condition over a pair of records, as a level of a comparison or a blocking rule states it; its truth has three values,
/// as in SQL: what a missing text would decide is unknown.
indirect enum Condition: Hashable, Sendable {
    /// Whether the pair's two texts are known and the same.
    case equal(Side, Side)
    case compare(PairNumber, Relation, Double)
    case missing(Side)
    case missingNumber(Side, NumberReading)
    case and([Condition])
    case or([Condition])
    case not(Condition)
    /// What nothing else was.
    case otherwise

    enum Relation: Hashable, Sendable { case less, atMost, atLeast, greater, equal }

    /// One record of the pair, and what is read of it.
    struct Side: Hashable, Sendable {
        let isLeft: Bool
        let expression: TextExpression
    }

    /// A number that two records make.
    enum PairNumber: Hashable, Sendable {
        case jaro(Side, Side)
        case jaroWinkler(Side, Side)
        case levenshtein(Side, Side)
        case damerauLevenshtein(Side, Side)
        /// Of two numbers, whichever is larger.
        case difference(Side, NumberReading, Side, NumberReading)
    }

    /// Every column that the condition reads.
    var columns: Set<String> {
        switch self {
        case .equal(let a, let b): [a.expression.column, b.expression.column]
        case .compare(let number, _, _): Set(number.sides.map(\.expression.column))
        case .missing(let side), .missingNumber(let side, _): [side.expression.column]
        case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.columns) }
        case .not(let part): part.columns
        case .otherwise: []
        }
    }
}

extension Condition {
    /// What one record's text says by itself; as in SQL unknown where there is no text, or no number in it.
    ///
    /// Made of what there is: the text that passes the test is there or missing, and where nothing is known an equality of
    /// missing texts makes it unknown.
    static func test(_ side: Side, _ test: TextTest) -> Condition {
        let isUnknown: Condition =
            switch test {
            case .text: .missing(side)
            case .number(let reading, _, _): .missingNumber(side, reading)
            }
        let nothing = side.adding(.substring(from: 1, count: 0))
        let other = Side(isLeft: !side.isLeft, expression: nothing.expression)
        return .or([
            .not(.missing(side.adding(.only(test)))), .and([isUnknown, .equal(nothing, other)]),
        ])
    }
}

extension Condition.Side {
    func adding(_ step: TextExpression.Step) -> Condition.Side {
        Condition.Side(
            isLeft: isLeft,
            expression: TextExpression(column: expression.column, steps: expression.steps + [step]))
    }
}

extension Condition.PairNumber {
    var sides: [Condition.Side] {
        switch self {
        case .jaro(let a, let b), .jaroWinkler(let a, let b), .levenshtein(let a, let b),
            .damerauLevenshtein(let a, let b), .difference(let a, _, let b, _):
            [a, b]
        }
    }
}
