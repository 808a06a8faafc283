/// In which blocks of the earlier rules a block's records stand: whether two of them met before is asked of every pair.
///
/// Only of rules where equal numbers make the pair. Two numbers of a record make one word, so that a few words decide.
struct EarlierStandings {
    /// Places in the table's standings.
    private var columns: [Int] = []
    /// Words of a slot.
    private var width = 0
    /// Whether all earlier rules are such.
    private(set) var areAll = true
    /// By slot and word, as the left of a pair: 0 is in no block.
    private var left: [UInt64] = []
    /// As the right: all bits are in no block, so that none equals none.
    private var right: [UInt64] = []

    /// Begins the pairs of a rule.
    mutating func begin(_ blocking: TableBlocking, before rule: Int) {
        let earlier = blocking.roles[..<rule]
        columns = earlier.filter(\.isPlain).map { Int($0.column) }
        areAll = columns.count == earlier.count
        width = (columns.count + 1) / 2
    }

    /// Takes the first `count` records, at the slots from 0 on.
    mutating func take(_ records: [UInt32], _ count: Int, of blocking: TableBlocking) {
        if width == 0 { return }
        if left.count < count * width {
            left = Array(repeating: 0, count: max(count, 64) * width)
            right = left
        }
        Self.fill(&left, &right, width, records[..<count], columns, blocking)
    }

    private static func fill(
        _ left: inout [UInt64], _ right: inout [UInt64], _ width: Int, _ records: ArraySlice<UInt32>,
        _ columns: [Int], _ blocking: TableBlocking
    ) {
        let (standings, columns, records) = (blocking.standings.span, columns.span, records.span)
        var left = left.mutableSpan
        var right = right.mutableSpan
        for slot in records.indices {
            let row = Int(records[slot]) * blocking.width
            for word in 0..<width {
                let low = UInt64(standings[row + columns[2 * word]])
                let high =
                    2 * word + 1 < columns.count ? UInt64(standings[row + columns[2 * word + 1]]) : 0
                left[slot * width + word] = high << 32 | low
                right[slot * width + word] =
                    (high == 0 ? 0xFFFF_FFFF : high) << 32 | (low == 0 ? 0xFFFF_FFFF : low)
            }
        }
    }

    /// Whether two slots stand in one block of an earlier rule.
    @inline(__always)
    func meet(_ one: Int, _ other: Int) -> Bool {
        let (left, right) = (left.span, right.span)
        var met: UInt64 = 0
        for word in 0..<width {
            let difference = left[one * width + word] ^ right[other * width + word]
            // The high bit of each half that is nought: equal numbers.
            met |= (difference &- 0x0000_0001_0000_0001) & ~difference & 0x8000_0000_8000_0000
        }
        return met != 0
    }
}
