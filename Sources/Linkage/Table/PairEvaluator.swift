/// Levels of pairs by a program; each thread has one of its own.
struct PairEvaluator {
    private let program: ComparisonProgram
    /// Numbers of the pair at hand, and which are known already.
    private var values: [Double]
    private var known: UInt64 = 0
    private var left = 0
    private var right = 0
    /// Similarities of pairs of texts met before, by hash: a city has few names and many pairs of them.
    private var cache: [CachedSimilarity]

    private struct CachedSimilarity {
        var terms: UInt64 = .max
        var number: Int32 = -1
        var value: Double = 0
    }
    private static let cacheSize = 1 << 13

    init(_ program: ComparisonProgram) {
        self.program = program
        values = Array(repeating: 0, count: program.numbers.count)
        cache = Array(repeating: CachedSimilarity(), count: Self.cacheSize)
    }

    /// The pattern of two records: of each comparison the first level that is true.
    mutating func pattern(_ i: Int, _ j: Int) -> TablePattern {
        (left, right, known) = (i * program.width, j * program.width, 0)
        var pattern = TablePattern()
        for comparison in 0..<program.comparisons.count - 1 {
            let first = Int(program.comparisons[comparison])
            var level = first
            let last = Int(program.comparisons[comparison + 1]) - 1
            while level < last, truth(ofLevel: level) != .yes { level += 1 }
            pattern.add(level: level - first, of: comparison)
        }
        return pattern
    }

    /// Truth as SQL has it; two bits, so that a stack of them is one word.
    private enum Truth: UInt64 {
        case no = 0
        case yes = 1
        case unknown = 2

        init(_ value: Bool) { self = value ? .yes : .no }
    }

    @inline(__always)
    private mutating func truth(ofLevel level: Int) -> Truth {
        let (start, end) = (Int(program.levels[level]), Int(program.levels[level + 1]))
        // Nearly every level is one step.
        if end - start == 1 { return truth(program.steps[start]) }
        var stack: UInt64 = 0
        for place in start..<end {
            let step = program.steps[place]
            switch step.kind {
            case .not:
                let last = stack & 3
                stack = stack & ~3 | (last == 2 ? 2 : last ^ 1)
            case .and, .or:
                var (hasYes, hasNo, hasUnknown) = (false, false, false)
                for _ in 0..<step.a {
                    switch stack & 3 {
                    case 0: hasNo = true
                    case 1: hasYes = true
                    default: hasUnknown = true
                    }
                    stack >>= 2
                }
                let joined: Truth =
                    step.kind == .and
                    ? (hasNo ? .no : hasUnknown ? .unknown : .yes)
                    : (hasYes ? .yes : hasUnknown ? .unknown : .no)
                stack = stack << 2 | joined.rawValue
            default: stack = stack << 2 | truth(step).rawValue
            }
        }
        return Truth(rawValue: stack & 3) ?? .unknown
    }

    private mutating func truth(_ step: ComparisonProgram.Step) -> Truth {
        let (a, b) = (Int(step.a), Int(step.b))
        switch step.kind {
        case .equal:
            let (x, y) = (program.rows[left + a], program.rows[right + b])
            return x == 0 || y == 0 ? .unknown : Truth(x == y)
        case .eitherMissing: return Truth(program.rows[left + a] == 0 || program.rows[right + a] == 0)
        case .missingLeft: return Truth(program.rows[left + a] == 0)
        case .missingRight: return Truth(program.rows[right + a] == 0)
        case .noNumberLeft: return Truth(program.readings[b][Int(program.rows[left + a])].isNaN)
        case .noNumberRight: return Truth(program.readings[b][Int(program.rows[right + a])].isNaN)
        case .less, .atMost, .atLeast, .greater, .same:
            let value = value(of: a)
            if value.isNaN { return .unknown }
            switch step.kind {
            case .less: return Truth(value < step.bound)
            case .atMost: return Truth(value <= step.bound)
            case .atLeast: return Truth(value >= step.bound)
            case .greater: return Truth(value > step.bound)
            default: return Truth(value == step.bound)
            }
        // What joins others is done by `truth(ofLevel:)`.
        case .and, .or, .not, .always: return .yes
        }
    }

    /// NaN where either side has none.
    private mutating func value(of number: Int) -> Double {
        let bit = UInt64(1) << UInt64(number)
        if known & bit != 0 { return values[number] }
        let value = compute(number)
        values[number] = value
        known |= bit
        return value
    }

    private mutating func compute(_ index: Int) -> Double {
        let number = program.numbers[index]
        let (a, b) = (program.rows[left + number.left], program.rows[right + number.right])
        switch number.kind {
        case .difference:
            return abs(
                program.readings[number.leftReadings][Int(a)] - program.readings[number.rightReadings][Int(b)]
            )
        case .jaro, .jaroWinkler, .levenshtein, .damerauLevenshtein:
            if a == 0 || b == 0 { return .nan }
            return similarity(number.kind, Int32(index), a, b)
        }
    }

    private mutating func similarity(
        _ kind: ComparisonProgram.PairNumber.Kind, _ number: Int32, _ a: UInt32, _ b: UInt32
    ) -> Double {
        let terms = UInt64(min(a, b)) << 32 | UInt64(max(a, b))
        let slot =
            Int(truncatingIfNeeded: (terms &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(number)) >> 40)
            & (Self.cacheSize - 1)
        if cache[slot].terms == terms, cache[slot].number == number { return cache[slot].value }
        let value = measure(kind, a, b)
        cache[slot] = CachedSimilarity(terms: terms, number: number, value: value)
        return value
    }

    private func measure(
        _ kind: ComparisonProgram.PairNumber.Kind, _ a: UInt32, _ b: UInt32
    ) -> Double {
        let points = program.points.points.span
        let x = points.extracting(program.points.range(a))
        let y = points.extracting(program.points.range(b))
        switch kind {
        case .jaro: return StringSimilarity.jaro(x, y)
        case .levenshtein: return Double(EditDistance.levenshtein(x, y))
        case .damerauLevenshtein: return Double(EditDistance.damerauLevenshtein(x, y))
        case .jaroWinkler, .difference: return StringSimilarity.jaroWinkler(x, y, above: 0.7)
        }
    }
}
