/// A set of the catalogue's items, one bit each, by their place in the order of codes.
///
/// One place more stands for the action itself, where an action is about no item.
struct ItemBits: Hashable, Sendable {
    private(set) var words: [UInt64]

    init(places: Int) { words = Array(repeating: 0, count: (places + 63) / 64) }

    init(places: Int, _ members: some Sequence<Int>) {
        self.init(places: places)
        for member in members { insert(member) }
    }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

    func contains(_ place: Int) -> Bool { words[place / 64] >> UInt64(place % 64) & 1 == 1 }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    mutating func formUnion(_ other: ItemBits) {
        for index in words.indices { words[index] |= other.words[index] }
    }
    mutating func subtract(_ other: ItemBits) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    func intersection(_ other: ItemBits) -> ItemBits {
        var both = self
        for index in words.indices { both.words[index] &= other.words[index] }
        return both
    }

    /// In ascending order.
    var members: [Int] {
        words.indices.flatMap { index in
            (0..<64).filter { words[index] >> UInt64($0) & 1 == 1 }.map { index * 64 + $0 }
        }
    }
}
