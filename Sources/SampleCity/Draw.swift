internal import Domain

/// Reproducible choices for one household in one context.
///
/// Every department draws from its own stream, so that a change in one file's habits leaves all other files as they
/// were. Only integer arithmetic and exact division: the same bytes on every machine.
struct Draw {
    /// What the choices are for.
    enum Stream: UInt64 {
        case family = 1
        case difficulties, jumin, jidoteate, jidofuyo, seiho, kenshin, yobosesshu, ninsanpu, hoiku, gakurei,
            shukketsu, shugakuenjo, soudan, shien
        /// A school's habits; its number stands for the household.
        case school
    }

    private var generator: SeededGenerator

    init(seed: UInt64, household: Int, stream: Stream) {
        // Each part passes through the generator once, so that neighbours do not resemble each other.
        var mixed = SeededGenerator(seed: seed)
        mixed = SeededGenerator(seed: mixed.next() ^ UInt64(household) &* 0xD6E8_FEB8_6659_FD93)
        mixed = SeededGenerator(seed: mixed.next() ^ stream.rawValue &* 0xA076_1D64_78BD_642F)
        generator = mixed
    }

    /// Uniform in 0..<1.
    mutating func unit() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    mutating func chance(_ rate: Double) -> Bool { unit() < rate }

    /// Uniform in 0..<`count`; `count` is positive.
    mutating func below(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// One of several; the list is not empty.
    mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }

    /// Roughly bell-shaped around the middle of a range: the mean of three uniform draws.
    mutating func bell(_ range: ClosedRange<Int>) -> Int {
        (within(range) + within(range) + within(range)) / 3
    }

    /// A day of the range, both ends inclusive; the first day where the range is the wrong way round.
    mutating func day(from first: Day, to last: Day) -> Day {
        first < last ? first.adding(days: below(last.number - first.number + 1)) : first
    }

    /// An index by weight: `totals` are running totals, the last one the sum.
    mutating func index(byRunningTotals totals: [Int]) -> Int {
        let point = below(totals[totals.count - 1])
        var (low, high) = (0, totals.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if totals[middle] <= point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
