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
    private var slots = 0

    /// Begins the pairs of a rule.
    mutating func begin(_ blocking: TableBlocking, before rule: Int) {
        let earlier = blocking.roles[..<rule]
        columns = earlier.filter(\.isPlain).map { Int($0.column) }
        areAll = columns.count == earlier.count
        width = (columns.count + 1) / 2
        if left.count < slots * width { makeRoom(slots) }
    }

    mutating func makeRoom(_ slots: Int) {
        self.slots = slots
        left = Array(repeating: 0, count: slots * width)
        right = left
    }

    @inline(__always)
    mutating func put(_ record: Int, at slot: Int, of blocking: TableBlocking) {
        let row = record * blocking.width
        for word in 0..<width {
            let low = UInt64(blocking.standings[row + columns[2 * word]])
            let high =
                2 * word + 1 < columns.count
                ? UInt64(blocking.standings[row + columns[2 * word + 1]]) : 0
            left[slot * width + word] = high << 32 | low
            right[slot * width + word] =
                (high == 0 ? 0xFFFF_FFFF : high) << 32 | (low == 0 ? 0xFFFF_FFFF : low)
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
