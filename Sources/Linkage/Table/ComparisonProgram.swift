internal import Domain

/// The comparisons of a model made ready for a table: conditions as small programs over integers, no text in a pair loop.
///
/// A record is one row of term ids, so that comparing two touches two short stretches of memory.
struct ComparisonProgram: Sendable {
    /// One step of a condition as it is asked of a pair; plain numbers, so that a pair loop counts no references.
    ///
    /// Steps stand in postfix order: what joins others comes behind them.
    struct Step: Sendable {
        enum Kind: UInt8, Sendable {
            /// Terms of `a` on the left and `b` on the right are known and equal.
            case equal
            /// Column `a` is missing on either side.
            case eitherMissing
            case missingLeft, missingRight
            /// Reading `b` of column `a` gives no number.
            case noNumberLeft, noNumberRight
            /// Pair number `a` against `bound`.
            case less, atMost, atLeast, greater, same
            /// Joins the last `a` steps.
            case and, or
            case not
            case always
        }
        var kind: Kind
        var a: Int32 = 0
        var b: Int32 = 0
        var bound: Double = 0
    }

    /// A number that two rows make; asked once a pair, whatever tests it.
    struct PairNumber: Sendable {
        enum Kind: Sendable { case jaro, jaroWinkler, levenshtein, damerauLevenshtein, difference }
        let kind: Kind
        let left: Int
        let right: Int
        /// Of differences: places in `readings`.
        let leftReadings: Int
        let rightReadings: Int
    }

    /// Term ids, row by row.
    let rows: [UInt32]
    let width: Int
    let numbers: [PairNumber]
    /// A number for every term, NaN where there is none.
    let readings: [[Double]]
    /// Code points of the terms that are compared as texts.
    let points: TermPoints
    let steps: [Step]
    /// Where each level's steps begin, level by level of all comparisons, and one more.
    let levels: [Int32]
    /// Where each comparison's levels begin in `levels`, and one more.
    let comparisons: [Int32]

    /// - Throws: `link.column`, `link.levels` where a comparison has no last level for all else.
    init(_ model: TableModel, table: inout RecordTable) throws(Fault) {
        var builder = ProgramBuilder()
        var (levels, comparisons): ([Int32], [Int32]) = ([0], [0])
        for comparison in model.comparisons {
            guard case .otherwise? = comparison.levels.last?.condition else {
                throw Fault(
                    .configuration, code: "link.levels", message: "比較の最後の段階が「それ以外」ではありません。",
                    field: comparison.name, fix: "最後に「ELSE」の段階を書いてください。")
            }
            for level in comparison.levels {
                try builder.add(level.condition, &table)
                levels.append(Int32(builder.steps.count))
            }
            comparisons.append(Int32(levels.count - 1))
        }
        steps = builder.steps
        for level in 0..<levels.count - 1
        where depth(of: steps[Int(levels[level])..<Int(levels[level + 1])]) > 30 {
            throw Fault(
                .configuration, code: "link.deep", message: "条件が込み入りすぎています（同時に覚えておく条件は30まで）。",
                fix: "「AND」「OR」でつなぐ条件を減らすか、段階を分けてください。")
        }
        self.levels = levels
        self.comparisons = comparisons
        numbers = builder.numbers
        width = max(1, builder.columns.count)
        readings = builder.numberReadings.map { table.numbers($0) }
        points = TermPoints(table.terms, of: builder.textColumns.map { builder.columns[$0] })
        var rows = [UInt32](repeating: 0, count: table.count * width)
        for (place, column) in builder.columns.enumerated() {
            for record in column.indices { rows[record * width + place] = column[record] }
        }
        self.rows = rows
    }
}

/// How many truths wait at once while the steps are asked.
private func depth(of steps: ArraySlice<ComparisonProgram.Step>) -> Int {
    var (depth, deepest) = (0, 0)
    for step in steps {
        switch step.kind {
        case .and, .or: depth += 1 - Int(step.a)
        case .not: break
        default: depth += 1
        }
        deepest = max(deepest, depth)
    }
    return deepest
}

/// Collects what the tests of a model ask for, each once.
private struct ProgramBuilder {
    private(set) var steps: [ComparisonProgram.Step] = []
    private(set) var columns: [[UInt32]] = []
    private var places: [TextExpression: Int32] = [:]
    private(set) var numbers: [ComparisonProgram.PairNumber] = []
    private var numberPlaces: [Condition.PairNumber: Int32] = [:]
    private(set) var numberReadings: [NumberReading] = []
    /// Columns that are compared character by character.
    private(set) var textColumns: Set<Int> = []

    mutating func add(_ condition: Condition, _ table: inout RecordTable) throws(Fault) {
        typealias Step = ComparisonProgram.Step
        switch condition {
        case .equal(let a, let b):
            let (left, right) = try sides(a, b)
            steps.append(
                Step(
                    kind: .equal, a: try place(of: left.expression, &table),
                    b: try place(of: right.expression, &table)))
        case .compare(let number, let relation, let bound):
            let kind: Step.Kind =
                switch relation {
                case .less: .less
                case .atMost: .atMost
                case .atLeast: .atLeast
                case .greater: .greater
                case .equal: .same
                }
            steps.append(Step(kind: kind, a: try place(of: number, &table), bound: bound))
        case .missing(let side):
            steps.append(
                Step(
                    kind: side.isLeft ? .missingLeft : .missingRight,
                    a: try place(of: side.expression, &table)))
        case .missingNumber(let side, let reading):
            steps.append(
                Step(
                    kind: side.isLeft ? .noNumberLeft : .noNumberRight,
                    a: try place(of: side.expression, &table), b: Int32(place(of: reading))))
        case .or(let parts):
            // `x_l IS NULL OR x_r IS NULL`, which stands before every comparison.
            if parts.count == 2, case .missing(let a) = parts[0], case .missing(let b) = parts[1],
                a.isLeft != b.isLeft, a.expression == b.expression
            {
                steps.append(Step(kind: .eitherMissing, a: try place(of: a.expression, &table)))
            } else {
                try join(parts, .or, &table)
            }
        case .and(let parts): try join(parts, .and, &table)
        case .not(let part):
            try add(part, &table)
            steps.append(Step(kind: .not))
        case .otherwise: steps.append(Step(kind: .always))
        }
    }

    private mutating func join(
        _ parts: [Condition], _ kind: ComparisonProgram.Step.Kind, _ table: inout RecordTable
    ) throws(Fault) {
        for part in parts { try add(part, &table) }
        steps.append(ComparisonProgram.Step(kind: kind, a: Int32(parts.count)))
    }

    /// - Throws: `link.sides` where both are of one record: that would say nothing of the pair.
    private func sides(
        _ a: Condition.Side, _ b: Condition.Side
    ) throws(Fault) -> (left: Condition.Side, right: Condition.Side) {
        guard a.isLeft != b.isLeft else {
            throw Fault(
                .configuration, code: "link.sides", message: "条件が、同じ側の列どうしを比べています。",
                field: a.expression.column, fix: "「_l」の列と「_r」の列を比べてください。")
        }
        return a.isLeft ? (a, b) : (b, a)
    }

    private mutating func place(of number: Condition.PairNumber, _ table: inout RecordTable) throws(Fault)
        -> Int32
    {
        if let known = numberPlaces[number] { return known }
        let (left, right) = try sides(number.sides[0], number.sides[1])
        let (l, r) = (try place(of: left.expression, &table), try place(of: right.expression, &table))
        var readings = (0, 0)
        let kind: ComparisonProgram.PairNumber.Kind
        switch number {
        case .jaro: kind = .jaro
        case .jaroWinkler: kind = .jaroWinkler
        case .levenshtein: kind = .levenshtein
        case .damerauLevenshtein: kind = .damerauLevenshtein
        case .difference(_, let a, _, let b):
            kind = .difference
            readings = (place(of: a), place(of: b))
        }
        if kind != .difference { textColumns.formUnion([Int(l), Int(r)]) }
        let place = Int32(numbers.count)
        numbers.append(
            ComparisonProgram.PairNumber(
                kind: kind, left: Int(l), right: Int(r), leftReadings: readings.0, rightReadings: readings.1))
        numberPlaces[number] = place
        return place
    }

    private mutating func place(of expression: TextExpression, _ table: inout RecordTable) throws(Fault)
        -> Int32
    {
        if let known = places[expression] { return known }
        let place = Int32(columns.count)
        columns.append(try table.derive(expression))
        places[expression] = place
        return place
    }

    private mutating func place(of reading: NumberReading) -> Int {
        if let known = numberReadings.firstIndex(of: reading) { return known }
        numberReadings.append(reading)
        return numberReadings.count - 1
    }
}

/// Code points of terms in one flat buffer.
struct TermPoints: Sendable {
    private(set) var points: [UInt32] = []
    /// Where each term's points begin, and one more.
    private var starts: [UInt32] = [0]

    init(_ terms: TermDictionary, of columns: [[UInt32]]) {
        var isUsed = [Bool](repeating: false, count: terms.count)
        for column in columns { for term in column { isUsed[Int(term)] = true } }
        starts.reserveCapacity(terms.count + 1)
        for term in 0..<terms.count {
            if isUsed[term] {
                let bytes = terms.bytes(of: UInt32(term))
                if bytes.allSatisfy({ $0 < 0x80 }) {
                    for byte in bytes { points.append(UInt32(byte)) }
                } else {
                    points += String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
                }
            }
            starts.append(UInt32(points.count))
        }
    }

    @inline(__always)
    func range(_ term: UInt32) -> Range<Int> { Int(starts[Int(term)])..<Int(starts[Int(term) + 1]) }
}
