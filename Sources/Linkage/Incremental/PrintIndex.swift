package import Domain

/// Finds where a print stands in a list; prints are hashes already, so that nothing is hashed again.
package struct PrintIndex: Sendable {
    /// Places in the list, each plus one, from where its print points on; 0 where free. A power of two, at most half full.
    private var slots: [UInt32] = []
    private var count = 0

    /// - Parameter prints: of equal ones the first is found.
    package init(_ prints: [ContentPrint]) {
        var size = 16
        while size < prints.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for place in prints.indices { insert(place, in: prints) }
    }

    package func place(of print: ContentPrint, in prints: [ContentPrint]) -> Int? {
        var slot = Int(truncatingIfNeeded: print.high) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if prints[place] == print { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Takes in what stands at a place of the list, unless its print is known.
    package mutating func insert(_ place: Int, in prints: [ContentPrint]) {
        if (count + 1) * 2 > slots.count { grow(prints) }
        var slot = Int(truncatingIfNeeded: prints[place].high) & (slots.count - 1)
        while slots[slot] != 0 {
            if prints[Int(slots[slot]) - 1] == prints[place] { return }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(place) + 1
        count += 1
    }

    private mutating func grow(_ prints: [ContentPrint]) {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        count = 0
        for entry in old where entry != 0 { insert(Int(entry) - 1, in: prints) }
    }
}
