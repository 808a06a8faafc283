internal import Domain

/// Makes a program of conditions; what several ask for is asked for once.
struct ProgramBuilder {
    private(set) var steps: [ComparisonProgram.Step] = []
    private(set) var starts: [Int32] = [0]
    private(set) var numbers: [ComparisonProgram.PairNumber] = []
    private(set) var texts: [Int] = []
    private(set) var shares: [ShareReading: Int] = [:]
    private var columns: [[UInt32]] = []
    private var places: [TextExpression: Int] = [:]
    private var numberPlaces: [Condition.PairNumber: Int] = [:]
    private var readings: [(column: Int, source: Source)] = []

    private enum Source: Hashable {
        case number(NumberReading)
        case share(floor: Double)
    }

    // MARK: Comparisons

    /// A comparison of these levels, the first that holds counts.
    mutating func add(_ levels: [Condition], _ table: inout RecordTable) throws(Fault) {
        for (level, condition) in levels.enumerated() {
            let start = steps.count
            try add(condition, &table)
            if steps.count > start + 1 {
                guard depth(of: steps[start...]) <= 30 else { throw Self.tooDeep }
                steps.insert(
                    ComparisonProgram.Step(kind: .joined, end: UInt32(steps.count + 1)), at: start)
            }
            steps[start].level = UInt8(level)
            addGate(before: start)
        }
        starts.append(Int32(steps.count))
        guard numbers.count <= 64 else { throw Self.tooDeep }
    }

    private static let tooDeep = Fault(
        .configuration, code: "link.deep", message: "条件が込み入りすぎています（同時に覚えておく条件は30まで、比べ方は64まで）。",
        fix: "「AND」「OR」でつなぐ条件を減らすか、段階を分けてください。")

    /// Opens a gate before the first test of a similarity, or widens the one that tests of it have already.
    private mutating func addGate(before place: Int) {
        let step = steps[place]
        let isDistance: Bool
        switch (step.kind, step.kind == .always ? .difference : kind(of: step)) {
        case (.atLeast, .jaro), (.greater, .jaro), (.atLeast, .jaroWinkler), (.greater, .jaroWinkler):
            isDistance = false
        case (.atMost, .levenshtein), (.less, .levenshtein), (.atMost, .damerauLevenshtein),
            (.less, .damerauLevenshtein):
            isDistance = true
        default: return
        }
        let first = Int(starts[starts.count - 1])
        if let gate = steps.indices[first..<place].last(where: { steps[$0].kind == .gate }),
            steps[gate].a == step.a, Int(steps[gate].end) == place
        {
            steps[gate].end += 1
            steps[gate].bound =
                isDistance ? max(steps[gate].bound, step.bound) : min(steps[gate].bound, step.bound)
        } else {
            steps.insert(
                ComparisonProgram.Step(
                    kind: .gate, a: step.a, end: UInt32(place + 2), bound: step.bound), at: place)
        }
    }

    private func kind(of step: ComparisonProgram.Step) -> ComparisonProgram.PairNumber.Kind {
        switch step.kind {
        case .less, .atMost, .atLeast, .greater, .same: numbers[Int(step.a)].kind
        default: .difference
        }
    }

    private mutating func add(_ condition: Condition, _ table: inout RecordTable) throws(Fault) {
        typealias Step = ComparisonProgram.Step
        switch condition {
        case .equal(let a, let b):
            let (left, right) = try sides(a, b)
            steps.append(
                Step(
                    kind: .equal, a: UInt16(try place(of: left.expression, &table)),
                    b: UInt16(try place(of: right.expression, &table))))
        case .compare(let number, let relation, let bound):
            let kind: Step.Kind =
                switch relation {
                case .less: .less
                case .atMost: .atMost
                case .atLeast: .atLeast
                case .greater: .greater
                case .equal: .same
                }
            steps.append(Step(kind: kind, a: UInt16(try place(of: number, &table)), bound: bound))
        case .missing(let side):
            steps.append(
                Step(
                    kind: side.isLeft ? .missingLeft : .missingRight,
                    a: UInt16(try place(of: side.expression, &table))))
        case .missingNumber(let side, let reading):
            let place = try place(of: side.expression, reading, &table)
            steps.append(Step(kind: side.isLeft ? .noNumberLeft : .noNumberRight, a: UInt16(place)))
        case .or(let parts):
            // `x_l IS NULL OR x_r IS NULL`, which stands before every comparison.
            if parts.count == 2, case .missing(let a) = parts[0], case .missing(let b) = parts[1],
                a.isLeft != b.isLeft, a.expression == b.expression
            {
                steps.append(Step(kind: .eitherMissing, a: UInt16(try place(of: a.expression, &table))))
            } else if parts.count == 2, case .missingNumber(let a, let reading) = parts[0],
                case .missingNumber(let b, reading) = parts[1], a.isLeft != b.isLeft,
                a.expression == b.expression
            {
                let place = try place(of: a.expression, reading, &table)
                steps.append(Step(kind: .noNumberEither, a: UInt16(place)))
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
        steps.append(ComparisonProgram.Step(kind: kind, a: UInt16(parts.count)))
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

    // MARK: What they read

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
        -> Int
    {
        if let known = numberPlaces[number] { return known }
        let (left, right) = try sides(number.sides[0], number.sides[1])
        let (l, r) = (try place(of: left.expression, &table), try place(of: right.expression, &table))
        let kind: ComparisonProgram.PairNumber.Kind
        var readings = (0, 0)
        switch number {
        case .jaro: kind = .jaro
        case .jaroWinkler: kind = .jaroWinkler
        case .levenshtein: kind = .levenshtein
        case .damerauLevenshtein: kind = .damerauLevenshtein
        case .difference(let a, let ra, let b, let rb):
            kind = .difference
            readings = (try place(of: a.expression, ra, &table), try place(of: b.expression, rb, &table))
            if !a.isLeft { readings = (readings.1, readings.0) }
        }
        if kind != .difference {
            for column in [l, r] where !texts.contains(column) { texts.append(column) }
        }
        numbers.append(
            ComparisonProgram.PairNumber(
                kind: kind, left: l, right: r, leftReading: readings.0, rightReading: readings.1))
        numberPlaces[number] = numbers.count - 1
        return numbers.count - 1
    }

    private mutating func place(of expression: TextExpression, _ table: inout RecordTable) throws(Fault)
        -> Int
    {
        if let known = places[expression] { return known }
        let place = columns.count
        columns.append(try table.derive(expression))
        places[expression] = place
        return place
    }

    private mutating func place(
        of expression: TextExpression, _ reading: NumberReading, _ table: inout RecordTable
    ) throws(Fault) -> Int {
        self.reading(try place(of: expression, &table), .number(reading))
    }

    mutating func addShares(of column: String, floor: Double, _ table: inout RecordTable) throws(Fault) {
        shares[ShareReading(column: column, floor: floor)] = reading(
            try place(of: TextExpression(column: column), &table), .share(floor: floor))
    }

    private mutating func reading(_ column: Int, _ source: Source) -> Int {
        if let known = readings.firstIndex(where: { $0.column == column && $0.source == source }) {
            return known
        }
        readings.append((column, source))
        return readings.count - 1
    }

    /// The columns that each comparison reads, each once, and where those of each begin, and one more.
    func reads() -> (columns: [UInt16], starts: [Int32]) {
        var (columns, ends): ([UInt16], [Int32]) = ([], [0])
        for (first, next) in zip(starts, starts.dropFirst()) {
            var own: [UInt16] = []
            for column in steps[Int(first)..<Int(next)].flatMap(columnsRead) where !own.contains(column) {
                own.append(column)
            }
            columns += own
            ends.append(Int32(columns.count))
        }
        return (columns, ends)
    }

    private func columnsRead(by step: ComparisonProgram.Step) -> [UInt16] {
        switch step.kind {
        case .equal: [step.a, step.b]
        case .eitherMissing, .missingLeft, .missingRight: [step.a]
        case .noNumberLeft, .noNumberRight, .noNumberEither: [UInt16(readings[Int(step.a)].column)]
        case .less, .atMost, .atLeast, .greater, .same, .gate:
            [UInt16(numbers[Int(step.a)].left), UInt16(numbers[Int(step.a)].right)]
        case .and, .or, .not, .always, .joined: []
        }
    }

    // MARK: The program

    func program(_ table: RecordTable) throws(Fault) -> ComparisonProgram {
        let numbering = TermNumbering(columns, records: table.count, terms: table.terms.count)
        var (places, values): ([ComparisonProgram.Reading], [Double]) = ([], [])
        for (column, source) in readings {
            var counts = [Int](repeating: 0, count: numbering.termOfID.count)
            var known = 0
            for place in stride(from: column, to: numbering.rows.count, by: numbering.width)
            where numbering.rows[place] != 0 {
                counts[Int(numbering.rows[place])] += 1
                known += 1
            }
            let first = counts.firstIndex { $0 > 0 } ?? 0
            let last = counts.lastIndex { $0 > 0 } ?? -1
            places.append(
                ComparisonProgram.Reading(
                    column: column, first: first, count: last + 1 - first, start: values.count))
            for id in first..<max(first, last + 1) {
                switch source {
                case _ where counts[id] == 0: values.append(.nan)
                case .number(let reading):
                    let text = table.terms.text(of: numbering.termOfID[id])
                    values.append(reading.value(of: text) ?? .nan)
                case .share(let floor):
                    values.append(log2OrZero(max(Double(counts[id]) / Double(known), floor)))
                }
            }
        }
        return ComparisonProgram(self, readings: (places, values), numbering, table.terms)
    }
}
