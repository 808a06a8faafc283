/// Edit distances of texts of any length, without wildcards.
enum EditDistance {
    /// The fewest insertions, deletions and substitutions; bit-parallel while the shorter text has at most 64 characters.
    static func levenshtein(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Int {
        if a.count > b.count { return levenshtein(b, a) }
        guard a.count > 0 else { return b.count }
        guard a.count <= 64 else { return rows(a, b) }
        var column = EditColumn(height: a.count)
        for j in b.indices {
            var equal = UInt64(0)
            for i in a.indices where a[i] == b[j] { equal |= 1 &<< UInt64(i) }
            column.advance(equal)
        }
        return column.distance
    }

    /// Of longer texts, by two rows of the usual table.
    private static func rows(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Int {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: a.count + 1) { memory in
            memory.initialize(repeating: 0)
            var row = memory.mutableSpan
            for i in row.indices { row[i] = Int32(i) }
            for j in b.indices {
                // What stood in the row before, above and above to the left.
                var diagonal = row[0]
                row[0] += 1
                for i in a.indices {
                    let above = row[i + 1]
                    row[i + 1] = min(diagonal + (a[i] == b[j] ? 0 : 1), above + 1, row[i] + 1)
                    diagonal = above
                }
            }
            return Int(row[a.count])
        }
    }

    /// With transpositions of neighbours counted as one, and texts between them editable (Damerau 1964; Lowrance and Wagner
    /// 1975).
    ///
    /// By three rows instead of the whole table (Zhao and Sahinalp, String correction using the Damerau-Levenshtein distance,
    /// 2019): only exchanges with nothing between the two places on one side at least can be worth their cost.
    static func damerauLevenshtein<Unit: FixedWidthInteger & UnsignedInteger>(
        _ a: Span<Unit>, _ b: Span<Unit>
    ) -> Int {
        if a.count == 0 || b.count == 0 { return max(a.count, b.count) }
        let width = b.count + 2
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * width + 2 * b.count) { memory in
            memory.initialize(repeating: 0)
            var cells = memory.mutableSpan
            let most = Int32(max(a.count, b.count) + 1)
            // Each row with an "impossible" cell before it. `kept`: by column, the row before that of the column's last match, two
            // columns before.
            var (row, above) = (1, width + 1)
            let (kept, classes, lastRows) = (2 * width + 1, 3 * width, 3 * width + b.count)
            for j in 0..<width {
                cells[j] = Int32(j) - 1
                cells[width + j] = most
                cells[2 * width + j] = most
            }
            cells[0] = most
            // The first place of each of b's characters stands for all places of it.
            for j in b.indices {
                var first = 0
                while b[first] != b[j] { first += 1 }
                cells[classes + j] = Int32(first)
                cells[lastRows + j] = -1
            }
            for i in 1...a.count {
                swap(&row, &above)
                // The last column whose character is this row's; what stood two rows above, before that column.
                var (lastColumn, own, beforeLast) = (-1, -1, most)
                var twoAbove = cells[row]
                cells[row] = Int32(i)
                for j in 1...b.count {
                    let isEqual = a[i - 1] == b[j - 1]
                    var best = cells[above + j - 1] + (isEqual ? 0 : 1)
                    best = min(best, cells[row + j - 1] + 1, cells[above + j] + 1)
                    let place = Int(cells[classes + j - 1])
                    if isEqual {
                        (lastColumn, own) = (j, place)
                        cells[kept + j] = cells[above + j - 2]
                        beforeLast = twoAbove
                    } else if j - lastColumn == 1 {
                        best = min(best, cells[kept + j] + Int32(i) - cells[lastRows + place])
                    } else if Int32(i) - cells[lastRows + place] == 1 {
                        best = min(best, beforeLast + Int32(j - lastColumn))
                    }
                    twoAbove = cells[row + j]
                    cells[row + j] = best
                }
                if own >= 0 { cells[lastRows + own] = Int32(i) }
            }
            return Int(cells[row + b.count])
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
