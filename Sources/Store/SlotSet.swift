/// Some slots of an index.
struct SlotSet: Sendable {
    private var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: count / 64 + 1) }

    func contains(_ slot: Int) -> Bool { words[slot >> 6] & (1 << UInt64(slot & 63)) != 0 }
    mutating func insert(_ slot: Int) { words[slot >> 6] |= 1 << UInt64(slot & 63) }
    /// Some hundred thousand where a beginning is one kana.
    mutating func insert(_ slots: Span<UInt32>) {
        var words = words.mutableSpan
        for index in slots.indices {
            let slot = slots[index]
            words[Int(slot >> 6)] |= 1 &<< UInt64(slot & 63)
        }
    }
    mutating func remove(_ slot: Int) { words[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
    mutating func keep(_ other: SlotSet) { for word in words.indices { words[word] &= other.words[word] } }
    mutating func add(_ other: SlotSet) { for word in words.indices { words[word] |= other.words[word] } }

    mutating func filter(_ isKept: (Int) -> Bool) {
        var slot = next(from: 0)
        while let here = slot {
            if !isKept(here) { remove(here) }
            slot = next(from: here + 1)
        }
    }

    /// The next one at or behind a slot.
    func next(from slot: Int) -> Int? {
        guard slot >> 6 < words.count else { return nil }
        var bits = words[slot >> 6] & (UInt64.max << UInt64(slot & 63))
        var word = slot >> 6
        while bits == 0 {
            word += 1
            guard word < words.count else { return nil }
            bits = words[word]
        }
        return word << 6 | bits.trailingZeroBitCount
    }
}
