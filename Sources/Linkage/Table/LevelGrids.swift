/// The levels of a block's pairs: of every comparison one for each two of the texts it reads, kept when first found.
///
/// A block of fifty records has a dozen surnames: its pairs ask a comparison the same again and again.
struct LevelGrids: Sendable {
    /// What no level is: nobody has asked yet.
    static let unknown = UInt8.max
    /// Fewer records are not worth being numbered.
    static let least = 8

    /// By slot and comparison: the place of what the comparison reads among all that is different in the block.
    private var places: [UInt32] = []
    /// The same as the beginning of a row of the grid.
    private var rows: [UInt32] = []
    private var comparisons = 0
    private(set) var levels: [UInt8] = []
    private var numbering = PlaceNumbering()

    /// Begins a block: these slots of `packed`.
    mutating func begin(_ slots: Range<Int>, of packed: PackedRows, _ program: ComparisonProgram) {
        comparisons = program.starts.count - 1
        if places.count < slots.upperBound * comparisons {
            places = Array(repeating: 0, count: slots.upperBound * comparisons)
            rows = places
        }
        var cells = 0
        for comparison in 0..<comparisons {
            for slot in slots { places[slot * comparisons + comparison] = 0 }
            var count = 1
            for read in program.readStarts[comparison]..<program.readStarts[comparison + 1] {
                count = refine(
                    comparison, slots, by: Int(program.reads[Int(read)]), of: packed, width: program.width)
            }
            for slot in slots {
                let place = slot * comparisons + comparison
                rows[place] = UInt32(cells) + places[place] * UInt32(count)
            }
            cells += count * count
        }
        if levels.count < cells {
            levels = Array(repeating: Self.unknown, count: cells)
        } else {
            var levels = levels.mutableSpan
            for cell in 0..<cells { levels[cell] = Self.unknown }
        }
    }

    /// Where the level of a comparison of two slots stands.
    @inline(__always)
    func cell(_ comparison: Int, _ left: Int, _ right: Int) -> Int {
        Int(rows.span[left * comparisons + comparison] &+ places.span[right * comparisons + comparison])
    }

    @inline(__always)
    mutating func note(_ level: Int, at cell: Int) { levels[cell] = UInt8(truncatingIfNeeded: level) }

    /// Tells slots of one place apart where a column differs.
    ///
    /// - Returns: how many places there are now.
    private mutating func refine(
        _ comparison: Int, _ slots: Range<Int>, by column: Int, of packed: PackedRows, width: Int
    ) -> Int {
        numbering.begin(slots.count)
        for slot in slots {
            let place = slot * comparisons + comparison
            places[place] = numbering.place(
                of: UInt64(places[place]) << 32 | UInt64(packed.ids[slot * width + column]))
        }
        return Int(numbering.count)
    }
}

/// Numbers what is different in the order it comes.
private struct PlaceNumbering: Sendable {
    /// Open addressing; keys one higher, so that 0 is free.
    private var keys: [UInt64] = []
    private var found: [UInt32] = []
    private var mask = 0
    private(set) var count: UInt32 = 0

    /// Forgets everything; at most `most` keys will come.
    mutating func begin(_ most: Int) {
        var size = 16
        while size < 2 * most { size *= 2 }
        if keys.count < size {
            keys = Array(repeating: 0, count: size)
            found = Array(repeating: 0, count: size)
        } else {
            for slot in 0..<size { keys[slot] = 0 }
        }
        (mask, count) = (size - 1, 0)
    }

    mutating func place(of key: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 40) & mask
        while keys[slot] != 0 {
            if keys[slot] == key &+ 1 { return found[slot] }
            slot = (slot + 1) & mask
        }
        keys[slot] = key &+ 1
        found[slot] = count
        count += 1
        return count - 1
    }
}
