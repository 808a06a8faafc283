/// What the program asks of a few records, side by side: a block's records are taken once and compared many times.
struct PackedRows: Sendable {
    /// By slot and column of the program.
    private(set) var ids: [UInt32] = []
    /// By slot and text column.
    private(set) var shapes: [TermShape] = []
    /// By slot and reading.
    private(set) var numbers: [Double] = []

    /// Puts a record's row at `slot`.
    @inline(__always)
    mutating func take(_ record: Int, at slot: Int, of program: ComparisonProgram) {
        let (width, texts, readings) = (program.width, program.texts.count, program.readings.count)
        while ids.count < (slot + 1) * width {
            ids += repeatElement(0, count: max(ids.count, 64 * width))
            shapes += repeatElement(TermShape(), count: max(shapes.count, 64 * texts))
            numbers += repeatElement(.nan, count: max(numbers.count, 64 * readings))
        }
        let row = program.rows.span
        for column in 0..<width { ids[slot * width + column] = row[record * width + column] }
        for text in 0..<texts {
            shapes[slot * texts + text] = program.shapes[Int(row[record * width + program.texts[text]])]
        }
        for place in 0..<readings {
            let reading = program.readings[place]
            let id = Int(row[record * width + reading.column]) - reading.first
            numbers[slot * readings + place] =
                id >= 0 && id < reading.count ? program.readingValues[reading.start + id] : .nan
        }
    }
}
