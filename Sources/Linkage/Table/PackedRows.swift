/// The rows of a few records, side by side: a block's records are taken once and compared many times.
struct PackedRows: Sendable {
    /// By slot and column of the program.
    private(set) var ids: [UInt32] = []

    /// Puts the rows of the first `count` records at the slots from 0 on.
    mutating func take(_ records: [UInt32], _ count: Int, of program: ComparisonProgram) {
        let width = program.width
        if ids.count < count * width { ids = Array(repeating: 0, count: max(count, 64) * width) }
        // Records lie anywhere: a loop that does nothing else waits for many of them at a time.
        let (rows, records) = (program.rows.span, records.span)
        var ids = ids.mutableSpan
        for slot in 0..<count {
            let row = Int(records[slot]) * width
            for column in 0..<width { ids[slot * width + column] = rows[row + column] }
        }
    }
}
