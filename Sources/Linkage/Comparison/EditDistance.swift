/// Edit distances of texts of any length, without wildcards.
enum EditDistance {
    /// The fewest insertions, deletions and substitutions; bit-parallel while the shorter text has at most 64 characters.
    static func levenshtein(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Int {
        if a.count > b.count { return levenshtein(b, a) }
        guard a.count > 0 else { return b.count }
        guard a.count <= 64 else { return table(a, b, transposes: false) }
        var column = EditColumn(height: a.count)
        for j in b.indices {
            var equal = UInt64(0)
            for i in a.indices where a[i] == b[j] { equal |= 1 &<< UInt64(i) }
            column.advance(equal)
        }
        return column.distance
    }

    /// With transpositions of neighbours counted as one, and texts between them editable (Damerau 1964; Lowrance and Wagner
    /// 1975).
    static func damerauLevenshtein<Unit: FixedWidthInteger & UnsignedInteger>(
        _ a: Span<Unit>, _ b: Span<Unit>
    ) -> Int {
        if a.count == 0 || b.count == 0 { return max(a.count, b.count) }
        return table(a, b, transposes: true)
    }

    private static func table<Unit: FixedWidthInteger & UnsignedInteger>(
        _ a: Span<Unit>, _ b: Span<Unit>, transposes: Bool
    ) -> Int {
        let width = b.count + 2
        let most = a.count + b.count
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: (a.count + 2) * width + 2 * b.count) {
            memory in
            memory.initialize(repeating: 0)
            // One row and column of "impossible" before the usual table.
            var cells = memory.mutableSpan
            let (classes, rows) = ((a.count + 2) * width, (a.count + 2) * width + b.count)
            cells[0] = Int32(most)
            for i in 0...a.count {
                cells[(i + 1) * width] = Int32(most)
                cells[(i + 1) * width + 1] = Int32(i)
            }
            for j in 0...b.count {
                cells[j + 1] = Int32(most)
                cells[width + j + 1] = Int32(j)
            }
            // The first place of each of b's characters stands for all places of it.
            for j in b.indices {
                var first = 0
                while b[first] != b[j] { first += 1 }
                cells[classes + j] = Int32(first)
            }
            for i in 1...a.count {
                var (lastColumn, own) = (0, -1)
                for j in 1...b.count {
                    let row = Int(cells[rows + Int(cells[classes + j - 1])])
                    let column = lastColumn
                    let isEqual = a[i - 1] == b[j - 1]
                    if isEqual {
                        lastColumn = j
                        own = Int(cells[classes + j - 1])
                    }
                    var best = cells[i * width + j] + (isEqual ? 0 : 1)
                    best = min(best, cells[(i + 1) * width + j] + 1, cells[i * width + j + 1] + 1)
                    if transposes {
                        best = min(
                            best, cells[row * width + column] + Int32((i - row - 1) + 1 + (j - column - 1)))
                    }
                    cells[(i + 1) * width + j + 1] = best
                }
                if own >= 0 { cells[rows + own] = Int32(i) }
            }
            return Int(cells[(a.count + 1) * width + b.count + 1])
        }
    }
}

/// One column of the table of edit distances as two machine words (Myers, JACM 1999, as Hyyrö put it, 2003).
struct EditColumn {
    /// Distance of the whole first text to as much of the second as has been taken.
    private(set) var distance: Int
    private var increasing = ~UInt64(0)
    private var decreasing = UInt64(0)
    private let last: UInt64

    /// - Parameter height: characters of the first text, 1...64.
    @inline(__always)
    init(height: Int) {
        distance = height
        last = 1 << UInt64(height - 1)
    }

    /// Takes the second text's next character.
    ///
    /// - Parameter equal: a bit for each character of the first text that it equals.
    @inline(__always)
    mutating func advance(_ equal: UInt64) {
        let vertical = equal | decreasing
        let horizontal = (((equal & increasing) &+ increasing) ^ increasing) | equal
        var plus = decreasing | ~(horizontal | increasing)
        var minus = increasing & horizontal
        if plus & last != 0 { distance += 1 }
        if minus & last != 0 { distance -= 1 }
        plus = plus << 1 | 1
        minus <<= 1
        increasing = minus | ~(vertical | plus)
        decreasing = plus & vertical
    }
}
