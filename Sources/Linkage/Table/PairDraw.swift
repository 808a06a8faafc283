internal import Domain

/// Draws about so many pairs by their numbers, evenly spread: each stretch of `step` pairs gives one, hashed from a seed.
struct PairDraw {
    private let step: Double
    private let seed: UInt64
    private var number = 0
    private var position = 0

    /// `nil` where all are wanted.
    init?(_ wanted: Int, of pairs: Int, seed: UInt64) {
        guard pairs > wanted, wanted > 0 else { return nil }
        step = Double(pairs) / Double(wanted)
        self.seed = seed
    }

    mutating func begin(at pair: Int) {
        number = Int(Double(pair) / step)
        place()
        while position < pair { advance() }
    }

    func skips(_ pairs: Int, from pair: Int) -> Bool { position >= pair + pairs }

    /// Whether fewer records are drawn of so many pairs than they are pairs of.
    func isSparse(_ pairs: Int, _ records: Int) -> Bool { Double(pairs) / step * 2 < Double(records) }

    /// The next pair drawn, if it is below `end`.
    mutating func next(below end: Int) -> Int? {
        guard position < end else { return nil }
        defer { advance() }
        return position
    }

    private mutating func advance() {
        number += 1
        place()
    }

    private mutating func place() {
        let share = Double(mix(mix(seed) &+ UInt64(number)) >> 11) * 0x1p-53
        position = Int((Double(number) + share) * step)
    }
}
