/// Levels of pairs by a program; each thread has one of its own.
struct PairEvaluator {
    let program: ComparisonProgram
    private(set) var rows = PackedRows()
    private var grids = LevelGrids()
    /// Whether `grids` are of the records that stand in the slots.
    private var isGathered = false
    private var measure: SimilarityMeasure
    private let comparisons: Int
    /// Numbers of the pair at hand, and which are known already.
    private var values: [Double]
    private var known: UInt64 = 0

    init(_ program: ComparisonProgram) {
        self.program = program
        comparisons = program.starts.count - 1
        values = Array(repeating: 0, count: program.numbers.count)
        measure = SimilarityMeasure(
            numbers: program.numbers.count, records: program.rows.count / program.width)
    }

    /// Puts the first `count` records at the slots from 0 on, to be compared with one another.
    mutating func take(_ records: [UInt32], _ count: Int) {
        rows.take(records, count, of: program)
        isGathered = false
    }

    /// Says that pairs of these slots come next, and most of them.
    mutating func gather(_ slots: Range<Int>) {
        isGathered = slots.count >= LevelGrids.least
        if isGathered { grids.begin(slots, of: rows, program) }
    }

    /// The pattern of two records: of each comparison the first level that is true.
    mutating func pattern(_ i: Int, _ j: Int) -> TablePattern {
        take([UInt32(i), UInt32(j)], 2)
        return pattern(left: 0, right: 1)
    }

    /// The pattern of the records of two slots.
    @inline(__always)
    mutating func pattern(left: Int, right: Int) -> TablePattern {
        var pattern = TablePattern()
        if isGathered {
            for comparison in 0..<comparisons {
                let cell = grids.cell(comparison, left, right)
                let known = grids.levels[cell]
                let level = known == LevelGrids.unknown ? find(comparison, left, right, cell) : Int(known)
                pattern.add(level: level, of: comparison)
            }
        } else {
            known = 0
            for comparison in 0..<comparisons {
                pattern.add(level: level(of: comparison, left, right), of: comparison)
            }
        }
        return pattern
    }

    private mutating func find(_ comparison: Int, _ left: Int, _ right: Int, _ cell: Int) -> Int {
        known = 0
        let level = level(of: comparison, left, right)
        grids.note(level, at: cell)
        return level
    }

    /// Whether the first level of a comparison is true.
    mutating func holds(_ comparison: Int, _ left: Int, _ right: Int) -> Bool {
        known = 0
        return level(of: comparison, left, right) == 0
    }

    private mutating func level(of comparison: Int, _ left: Int, _ right: Int) -> Int {
        var place = Int(program.starts[comparison])
        while true {
            let step = program.steps[place]
            switch step.kind {
            case .always: return Int(step.level)
            case .gate:
                place = isShut(step, left, right) ? Int(step.end) : place + 1
            case .joined:
                if joined(place + 1..<Int(step.end), left, right) == .yes { return Int(step.level) }
                place = Int(step.end)
            default:
                if truth(step, left, right) == .yes { return Int(step.level) }
                place += 1
            }
        }
    }

    @inline(__always)
    private func isShut(_ gate: ComparisonProgram.Step, _ left: Int, _ right: Int) -> Bool {
        let number = program.numbers[Int(gate.a)]
        let shapes = program.shapes.span
        return TermShape.excludes(
            number.kind, shapes[Int(rows.ids[left * program.width + number.left])],
            shapes[Int(rows.ids[right * program.width + number.right])], gate.bound)
    }

    /// Truth as SQL has it; two bits, so that a stack of them is one word.
    private enum Truth: UInt64 {
        case no = 0
        case yes = 1
        case unknown = 2

        init(_ value: Bool) { self = value ? .yes : .no }
    }

    private mutating func joined(_ places: Range<Int>, _ left: Int, _ right: Int) -> Truth {
        var stack: UInt64 = 0
        for place in places {
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
            default: stack = stack << 2 | truth(step, left, right).rawValue
            }
        }
        return Truth(rawValue: stack & 3) ?? .unknown
    }

    @inline(__always)
    private mutating func truth(_ step: ComparisonProgram.Step, _ left: Int, _ right: Int) -> Truth {
        let (a, b) = (Int(step.a), Int(step.b))
        let (i, j) = (left * program.width, right * program.width)
        switch step.kind {
        case .equal:
            let (x, y) = (rows.ids[i + a], rows.ids[j + b])
            return x == 0 || y == 0 ? .unknown : Truth(x == y)
        case .eitherMissing: return Truth(rows.ids[i + a] == 0 || rows.ids[j + a] == 0)
        case .missingLeft: return Truth(rows.ids[i + a] == 0)
        case .missingRight: return Truth(rows.ids[j + a] == 0)
        case .noNumberLeft: return Truth(reading(left, a).isNaN)
        case .noNumberRight: return Truth(reading(right, a).isNaN)
        case .noNumberEither: return Truth(reading(left, a).isNaN || reading(right, a).isNaN)
        case .less, .atMost, .atLeast, .greater, .same:
            let value = value(of: a, left, right)
            if value.isNaN { return .unknown }
            switch step.kind {
            case .less: return Truth(value < step.bound)
            case .atMost: return Truth(value <= step.bound)
            case .atLeast: return Truth(value >= step.bound)
            case .greater: return Truth(value > step.bound)
            default: return Truth(value == step.bound)
            }
        // `level(of:)` and `joined` see to these.
        case .and, .or, .not, .always, .gate, .joined: return .yes
        }
    }

    @inline(__always)
    private func reading(_ slot: Int, _ place: Int) -> Double {
        program.reading(place, of: rows, slot)
    }

    /// NaN where either side has none.
    @inline(__always)
    private mutating func value(of number: Int, _ left: Int, _ right: Int) -> Double {
        let bit = UInt64(1) << UInt64(number)
        if known & bit != 0 { return values[number] }
        let value = compute(number, left, right)
        values[number] = value
        known |= bit
        return value
    }

    private mutating func compute(_ index: Int, _ left: Int, _ right: Int) -> Double {
        let number = program.numbers[index]
        if number.kind == .difference {
            return abs(reading(left, number.leftReading) - reading(right, number.rightReading))
        }
        let (a, b) = (
            rows.ids[left * program.width + number.left], rows.ids[right * program.width + number.right]
        )
        return a == 0 || b == 0 ? .nan : measure.value(index, number.kind, a, b, program.lexicon)
    }
}
