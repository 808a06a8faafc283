internal import Domain

/// A column and what is cut out of its cells.
struct KeyReader: Sendable {
    let column: String
    private let reader: UncheckedReader

    init(_ expression: TextExpression) {
        column = expression.column
        reader = UncheckedReader(expression)
    }

    /// Of a cell that is one value.
    func read(_ cell: String) throws(Fault) -> String? { try reader.read(cell) }

    /// Of a cell that may hold several; none is empty.
    func values(of cell: String) throws(Fault) -> [String] { try reader.values(of: cell) }
}

/// Carries a reader over threads.
///
/// `@unchecked`: a reader is a chain of pure functions over texts, and `NSRegularExpression` is documented to be immutable and safe
/// to use on several threads at once; there is nothing to lock.
private final class UncheckedReader: @unchecked Sendable {
    private let expression: TextExpression
    let read: TextExpression.Reader

    init(_ expression: TextExpression) {
        self.expression = expression
        read = expression.reader()
    }

    func values(of cell: String) throws(Fault) -> [String] {
        if cell.isEmpty { return [] }
        var values: [String] = []
        for value in expression.values(of: cell) {
            if let read = try read(value), !read.isEmpty { values.append(read) }
        }
        return values
    }
}

/// A model whose conditions read columns that are derived already, without term frequencies; those apart.
struct SearchModel: Sendable {
    struct Frequency: Sendable {
        let comparison: Int
        let level: Int
        let column: String
        /// Of the column in the index's rows.
        let place: Int
        let base: Double
        let weight: Double
        let floor: Double

        /// What rarity adds, of the commoner of the two.
        func bonus(_ a: Double, _ b: Double) -> Double {
            let share = a.isNaN ? b : b.isNaN ? a : max(a, b)
            return share.isNaN ? 0 : weight * (base - share)
        }
    }

    let model: TableModel
    /// What the conditions read, each a column of the index's rows.
    let columns: [TextExpression]
    let readers: [KeyReader]
    let frequencies: [Frequency]
    /// One way in which a rule makes pairs.
    struct Side: Sendable {
        /// What is read of the new record, and of those of the index.
        let asked: [KeyReader]
        let stored: [KeyReader]
        /// Tells the keys of a rule's two sides apart.
        let salt: UInt64
        /// Which way round the rest of the rule is asked: with the new record on the left, on the right.
        let isNewLeft: Bool
        let isNewRight: Bool

        var columns: [String] { (asked + stored).map(\.column) }
    }

    /// By rule.
    let rules: [[Side]]
    /// What rules ask beside equal keys, over the index's columns; `filterPlaces` says by rule where, -1: nothing.
    let filters: [Condition]
    let filterPlaces: [Int]
    var names: [String] { columns.indices.map { "#\($0)" } }

    init(_ model: TableModel) throws {
        var columns: [TextExpression] = []
        func place(_ expression: TextExpression) -> Int {
            if let known = columns.firstIndex(of: expression) { return known }
            columns.append(expression)
            return columns.count - 1
        }
        var plain = model
        var frequencies: [Frequency] = []
        for (comparison, entry) in model.comparisons.enumerated() {
            for (level, value) in entry.levels.enumerated() {
                plain.comparisons[comparison].levels[level] = try value.reading { side in
                    TextExpression(column: "#\(place(side))")
                }
                guard let column = value.termFrequencyColumn, value.m != nil,
                    let base = TableScorer.base(of: value, in: entry)
                else { continue }
                frequencies.append(
                    Frequency(
                        comparison: comparison, level: level, column: column,
                        place: place(TextExpression(column: column)), base: log2OrZero(base),
                        weight: value.termFrequencyWeight, floor: value.termFrequencyFloor))
            }
        }
        var (filters, filterPlaces): ([Condition], [Int]) = ([], [])
        for rule in model.rules {
            filterPlaces.append(rule.filter == nil ? -1 : filters.count)
            guard let filter = rule.filter else { continue }
            filters.append(filter.reading { TextExpression(column: "#\(place($0))") })
        }
        (self.filters, self.filterPlaces) = (filters, filterPlaces)
        self.model = plain
        self.columns = columns
        readers = columns.map(KeyReader.init)
        self.frequencies = frequencies
        rules = model.rules.map { rule in
            let left = rule.keys.map { KeyReader($0.left) }
            if rule.isSymmetric {
                return [Side(asked: left, stored: left, salt: 0, isNewLeft: true, isNewRight: true)]
            }
            let right = rule.keys.map { KeyReader($0.right) }
            return [
                Side(asked: left, stored: right, salt: 0, isNewLeft: true, isNewRight: false),
                Side(
                    asked: right, stored: left, salt: 0x9E37_79B9_7F4A_7C15, isNewLeft: false,
                    isNewRight: true),
            ]
        }
    }
}

extension TableModel.Level {
    /// The same without term frequency, every expression replaced.
    fileprivate func reading(
        _ replace: (TextExpression) -> TextExpression
    ) throws -> TableModel.Level {
        var level = try TableModel.Level(label: label, sql: "ELSE", isNull: isNull, m: m, u: u)
        level.sql = sql
        level.condition = condition.reading(replace)
        return level
    }
}

extension Condition {
    /// The same with every expression replaced.
    fileprivate func reading(_ replace: (TextExpression) -> TextExpression) -> Condition {
        func side(_ side: Side) -> Side { Side(isLeft: side.isLeft, expression: replace(side.expression)) }
        switch self {
        case .equal(let a, let b): return .equal(side(a), side(b))
        case .compare(let number, let relation, let bound):
            let replaced: PairNumber =
                switch number {
                case .jaro(let a, let b): .jaro(side(a), side(b))
                case .jaroWinkler(let a, let b): .jaroWinkler(side(a), side(b))
                case .levenshtein(let a, let b): .levenshtein(side(a), side(b))
                case .damerauLevenshtein(let a, let b): .damerauLevenshtein(side(a), side(b))
                case .difference(let a, let ra, let b, let rb): .difference(side(a), ra, side(b), rb)
                }
            return .compare(replaced, relation, bound)
        case .missing(let a): return .missing(side(a))
        case .missingNumber(let a, let reading): return .missingNumber(side(a), reading)
        case .and(let parts): return .and(parts.map { $0.reading(replace) })
        case .or(let parts): return .or(parts.map { $0.reading(replace) })
        case .not(let part): return .not(part.reading(replace))
        case .otherwise: return .otherwise
        }
    }
}
