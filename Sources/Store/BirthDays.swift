/// Slots by the day of the birth: who is looked for by a birth alone is found without a look at everybody.
struct BirthDays: Sendable {
    /// Of births that are known to the day, by that day.
    private let slots: [UInt32]
    /// By day, where its slots end in `slots`.
    private let ends: [UInt32]
    /// The day of `ends[0]`.
    private let earliest: Int32
    /// Slots of births that are known less closely.
    let vague: [UInt32]

    /// - Parameters:
    ///   - first: by slot, the first day the birth can be; after the last day where there is none.
    ///   - last: by slot, the last day.
    init(first: [Int32], last: [Int32]) {
        let exact = first.indices.filter { first[$0] == last[$0] }
        vague = first.indices.filter { first[$0] < last[$0] }.map { UInt32($0) }
        earliest = exact.map { first[$0] }.min() ?? 0
        let latest = exact.map { first[$0] }.max() ?? -1
        // Counted, not sorted: a million stand in their places in a moment.
        var next = [UInt32](repeating: 0, count: Int(latest) - Int(earliest) + 2)
        for slot in exact { next[Int(first[slot]) - Int(earliest) + 1] += 1 }
        for day in next.indices.dropFirst() { next[day] += next[day - 1] }
        var slots = [UInt32](repeating: 0, count: exact.count)
        for slot in exact {
            let day = Int(first[slot]) - Int(earliest)
            slots[Int(next[day])] = UInt32(slot)
            next[day] += 1
        }
        (self.slots, ends) = (slots, next)
    }

    /// Of births on one of some days, the bounds included.
    func slots(from: Int32, to: Int32) -> ArraySlice<UInt32> {
        func end(_ day: Int) -> Int { day < 0 ? 0 : Int(ends[min(day, ends.count - 1)]) }
        let lower = end(Int(from) - Int(earliest) - 1)
        return slots[lower..<max(lower, end(Int(to) - Int(earliest)))]
    }
}
