/// The rows of a few records, side by side: a block's records are taken once and compared many times.
struct PackedRows: Sendable {
    /// By slot and column of the program.
    private(set) var ids: [UInt32] = []

    /// Puts a record's row at `slot`.
    @inline(__always)
    mutating func take(_ record: Int, at slot: Int, of program: ComparisonProgram) {
        let width = program.width
        while ids.count < (slot + 1) * width { ids += repeatElement(0, count: max(ids.count, 64 * width)) }
        let row = program.rows.span
        for column in 0..<width { ids[slot * width + column] = row[record * width + column] }
    }
}
