internal import Domain

/// One key of blocking rules: its terms numbered from 1 without gaps, in their order; 0 is missing.
struct KeyColumn: Sendable {
    /// By entry.
    let ranks: [UInt32]
    /// Enough for the highest number.
    let bits: Int

    /// - Parameters:
    ///   - terms: by entry.
    ///   - limit: above every term.
    init(_ terms: [UInt32], below limit: Int) {
        var ranks = [UInt32](repeating: 0, count: limit)
        for term in terms { ranks[Int(term)] = 1 }
        ranks[0] = 0
        var last: UInt32 = 0
        for term in ranks.indices where ranks[term] == 1 {
            last += 1
            ranks[term] = last
        }
        self.ranks = terms.map { ranks[Int($0)] }
        bits = Int.bitWidth - Int(last).leadingZeroBitCount
    }
}

/// Entries with several keys in one word, sorted by it digit by digit: memory is read from its beginning to its end.
struct PackedKeys {
    private var keys: [UInt64] = []
    private(set) var entries: [UInt32] = []
    /// Of a key's word as many as are used.
    private var bits = 0

    /// The entries that lack no key, in order, sorted by the keys and then in their order.
    init(_ columns: [KeyColumn]) {
        guard let count = columns.first?.ranks.count else { return }
        entries = Array(0..<UInt32(count))
        for column in columns { entries.removeAll { column.ranks[Int($0)] == 0 } }
        keys = Array(repeating: 0, count: entries.count)
        for column in columns {
            if bits + column.bits > 64 {
                sort()
                number()
            }
            for place in keys.indices {
                keys[place] = keys[place] << UInt64(column.bits) | UInt64(column.ranks[Int(entries[place])])
            }
            bits += column.bits
        }
        sort()
    }

    /// Where each stretch of equal keys begins.
    var begins: [UInt32] {
        let keys = keys.span
        var begins: [UInt32] = []
        for place in keys.indices where place == 0 || keys[place] != keys[place - 1] {
            begins.append(UInt32(place))
        }
        return begins
    }

    /// In place of each key its number among those that are there.
    private mutating func number() {
        var (number, last) = (UInt64(0), UInt64(0))
        for place in keys.indices {
            if place > 0, keys[place] != last { number += 1 }
            last = keys[place]
            keys[place] = number
        }
        bits = Int.bitWidth - Int(number).leadingZeroBitCount
    }

    private mutating func sort() {
        let digit = 11
        var (nextKeys, nextEntries) = (keys, entries)
        for shift in stride(from: 0, to: bits, by: digit) {
            Self.pass(keys, entries, &nextKeys, &nextEntries, by: UInt64(shift), digit)
            swap(&keys, &nextKeys)
            swap(&entries, &nextEntries)
        }
    }

    /// One digit, those equal in it in the order they have.
    private static func pass(
        _ keys: [UInt64], _ entries: [UInt32], _ sortedKeys: inout [UInt64], _ sortedEntries: inout [UInt32],
        by shift: UInt64, _ digit: Int
    ) {
        let (keys, entries) = (keys.span, entries.span)
        var sortedKeys = sortedKeys.mutableSpan
        var sortedEntries = sortedEntries.mutableSpan
        let mask = UInt64(1) << UInt64(digit) - 1
        var places = [Int](repeating: 0, count: 1 << digit)
        for place in keys.indices { places[Int(keys[place] &>> shift & mask)] += 1 }
        var sum = 0
        for value in places.indices { (places[value], sum) = (sum, sum + places[value]) }
        for place in keys.indices {
            let value = Int(keys[place] &>> shift & mask)
            sortedKeys[places[value]] = keys[place]
            sortedEntries[places[value]] = entries[place]
            places[value] += 1
        }
    }
}
