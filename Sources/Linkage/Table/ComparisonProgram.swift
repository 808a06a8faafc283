internal import Domain

/// The comparisons of a model made ready for a table: conditions as small programs over integers, no text in a pair loop.
///
/// A record is one row of term ids of the program's own: the terms it reads, numbered without gaps; 0 is "missing".
struct ComparisonProgram: Sendable {
    /// One step of a level's condition; plain numbers, so that a pair loop counts no references.
    ///
    /// A comparison's steps stand level by level. Most levels are one test, which decides; what joins several is a `joined`
    /// step, behind which the joined steps stand in postfix order up to `end`.
    struct Step: Sendable {
        enum Kind: UInt8, Sendable {
            /// Terms of `a` on the left and `b` on the right are known and equal.
            case equal
            /// Column `a` is missing on either side.
            case eitherMissing
            case missingLeft, missingRight
            /// Reading `a` gives no number.
            case noNumberLeft, noNumberRight, noNumberEither
            /// Pair number `a` against `bound`.
            case less, atMost, atLeast, greater, same
            /// Joins the last `a` steps.
            case and, or
            case not
            case always
            /// Goes on at `end` where pair number `a` is bound to fail every test up to there, the weakest of them `bound`.
            case gate
            case joined
        }
        var kind: Kind
        /// The level that is the pair's where the test holds.
        var level: UInt8 = 0
        var a: UInt16 = 0
        var b: UInt16 = 0
        var end: UInt32 = 0
        var bound: Double = 0
    }

    /// A number that two rows make; asked once a pair, whatever tests it.
    struct PairNumber: Sendable {
        enum Kind: Sendable { case jaro, jaroWinkler, levenshtein, damerauLevenshtein, difference }
        let kind: Kind
        /// Columns.
        let left: Int
        let right: Int
        /// Of differences: places in `readings`.
        var leftReading = 0
        var rightReading = 0
    }

    /// A number for every term of a column: where it stands in `readingValues`.
    struct Reading: Sendable {
        let column: Int
        /// The column's lowest id, and the ids from there on.
        let first: Int
        let count: Int
        let start: Int
    }

    /// Term ids, row by row.
    let rows: [UInt32]
    let width: Int
    let numbers: [PairNumber]
    /// Columns that are compared character by character.
    let texts: [Int]
    /// The columns that each comparison reads, and where those of each begin, and one more.
    let reads: [UInt16]
    let readStarts: [Int32]
    let readings: [Reading]
    let readingValues: [Double]
    /// Of every id; only those of `texts` are filled in.
    let shapes: [TermShape]
    let steps: [Step]
    /// Where each comparison's steps begin, and one more.
    let starts: [Int32]
    /// The reading that holds log2 of each term's share in a column, by column and floor.
    let shares: [ShareReading: Int]
    let lexicon: TermLexicon

    /// - Throws: `link.column`; `link.levels` where a comparison has no last level for all else.
    init(_ model: TableModel, table: inout RecordTable) throws(Fault) {
        for comparison in model.comparisons {
            guard case .otherwise? = comparison.levels.last?.condition else {
                throw Fault(
                    .configuration, code: "link.levels", message: "比較の最後の段階が「それ以外」ではありません。",
                    field: comparison.name, fix: "最後に「ELSE」の段階を書いてください。")
            }
        }
        var builder = ProgramBuilder()
        for comparison in model.comparisons {
            try builder.add(comparison.levels.map(\.condition), &table)
            for level in comparison.levels {
                guard let column = level.termFrequencyColumn else { continue }
                try builder.addShares(of: column, floor: level.termFrequencyFloor, &table)
            }
        }
        self = try builder.program(table)
    }

    /// - Parameter conditions: each by itself a comparison of two levels: whether it holds, and all else.
    init(conditions: [Condition], table: inout RecordTable) throws(Fault) {
        var builder = ProgramBuilder()
        for condition in conditions { try builder.add([condition, .otherwise], &table) }
        self = try builder.program(table)
    }

    init(
        _ parts: ProgramBuilder, readings: (places: [Reading], values: [Double]), _ numbering: TermNumbering,
        _ terms: TermDictionary
    ) {
        (rows, width) = (numbering.rows, numbering.width)
        (numbers, texts, steps, starts) = (parts.numbers, parts.texts, parts.steps, parts.starts)
        (self.readings, readingValues) = readings
        shares = parts.shares
        (reads, readStarts) = parts.reads()
        lexicon = TermLexicon(numbering.termOfID, terms)
        var shapes = [TermShape](repeating: TermShape(), count: numbering.termOfID.count)
        var points: [UInt32] = []
        var isFilled = [Bool](repeating: false, count: numbering.termOfID.count)
        for column in texts {
            for place in stride(from: column, to: rows.count, by: width) {
                let id = Int(rows[place])
                if isFilled[id] { continue }
                isFilled[id] = true
                lexicon.points(of: UInt32(id), into: &points)
                shapes[id] = TermShape(points.span)
            }
        }
        self.shapes = shapes
    }
}

extension ComparisonProgram {
    /// The number that a reading gives for the record at a slot; NaN where it has none.
    @inline(__always)
    func reading(_ place: Int, of rows: PackedRows, _ slot: Int) -> Double {
        let reading = readings[place]
        let id = Int(rows.ids[slot * width + reading.column]) - reading.first
        return id >= 0 && id < reading.count ? readingValues[reading.start + id] : .nan
    }
}

/// The texts behind a program's ids; one object, so that a pair loop counts one reference and not those of its parts.
final class TermLexicon: Sendable {
    private let termOfID: [UInt32]
    private let terms: TermDictionary

    init(_ termOfID: [UInt32], _ terms: TermDictionary) { (self.termOfID, self.terms) = (termOfID, terms) }

    /// `body` of two ids' terms, where both are of 1...64 ASCII characters; else `nil`.
    @inline(__always)
    func ascii<Result>(
        _ a: UInt32, _ b: UInt32, _ body: (Span<UInt8>, Span<UInt8>) -> Result
    ) -> Result? {
        terms.ascii(termOfID[Int(a)], termOfID[Int(b)], body)
    }

    /// The code points of an id's term, in place of what `points` held.
    func points(of id: UInt32, into points: inout [UInt32]) {
        terms.points(of: termOfID[Int(id)], into: &points)
    }
}

/// A column whose terms' shares a model asks for, none below the floor.
struct ShareReading: Hashable, Sendable {
    let column: String
    let floor: Double
}

/// The terms that a program reads, numbered from 1 without gaps, and the rows in these numbers.
struct TermNumbering {
    let rows: [UInt32]
    let width: Int
    private(set) var termOfID: [UInt32] = [0]

    init(_ columns: [[UInt32]], records: Int, terms: Int) {
        width = max(1, columns.count)
        var ids = [UInt32](repeating: 0, count: terms)
        var rows = [UInt32](repeating: 0, count: records * width)
        // Column by column, so that most columns' ids stand together.
        for (place, column) in columns.enumerated() {
            let column = column.span
            for record in column.indices {
                let term = Int(column[record])
                if term == 0 { continue }
                if ids[term] == 0 {
                    ids[term] = UInt32(termOfID.count)
                    termOfID.append(UInt32(term))
                }
                rows[record * width + place] = ids[term]
            }
        }
        self.rows = rows
    }
}
