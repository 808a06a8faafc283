/// What a night found by comparing, for the next one: a print of every record, and every candidate pair with its rule and
/// its agreement pattern.
///
/// Patterns and candidacy depend on the two records' prints alone, so they hold as long as both prints come again. Weights
/// do not: how many records there are and how common a name is changes every night, so they are never kept.
package struct KeptComparisons: Sendable {
    /// The parts of the model that decide which pairs are compared, and how; another one voids all of it.
    let basis: String
    let records: [ContentPrint]
    /// The pairs lie in so many stretches, which are read one by one.
    package let stretches: Int
    /// The bytes of a stretch; `nil` where they are damaged or lost. Called on any thread.
    package let stretch: @Sendable (Int) -> [UInt8]?

    init(
        basis: String, records: [ContentPrint], stretches: Int, stretch: @escaping @Sendable (Int) -> [UInt8]?
    ) {
        (self.basis, self.records, self.stretches, self.stretch) = (basis, records, stretches, stretch)
    }

    /// Of tonight, in memory.
    init(basis: String, records: [ContentPrint], pairs: [[UInt8]]) {
        self.init(basis: basis, records: records, stretches: pairs.count) { pairs[$0] }
    }

    /// Nothing: every record is new.
    init(basis: String) { self.init(basis: basis, records: [], pairs: []) }

    /// - Parameter head: as `head` made it; `nil` of any other bytes.
    package init?(head: [UInt8], stretches: Int, stretch: @escaping @Sendable (Int) -> [UInt8]?) {
        guard let end = head.firstIndex(of: 0), (head.count - end - 1).isMultiple(of: 16) else { return nil }
        let words = stride(from: end + 1, to: head.count, by: 8).map { place in
            head[place..<place + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        self.init(
            basis: String(decoding: head[..<end], as: UTF8.self),
            records: stride(from: 0, to: words.count, by: 2).map {
                ContentPrint(high: words[$0], low: words[$0 + 1])
            },
            stretches: stretches, stretch: stretch)
    }

    /// Basis and prints as bytes.
    package var head: [UInt8] {
        var bytes = Array(basis.utf8) + [0]
        bytes.reserveCapacity(bytes.count + records.count * 16)
        for print in records {
            for word in [print.high, print.low] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
                }
            }
        }
        return bytes
    }
}

extension LinkageModel {
    /// What of the model decides which pairs are compared, and how; weights and thresholds are not among it.
    var comparisonBasis: String {
        "\(similarity) \(blocking.limit) \(blocking.rules.map(\.keys)) \(blocking.splits)"
    }
}

/// What of the kept comparisons a night could use.
package enum KeptUse: Sendable, Hashable {
    /// Nothing was kept.
    case none
    case used
    /// Another model chose or compared the pairs.
    case otherModel
    /// They could not be read to their end.
    case damaged
}

/// Which of tonight's records are as they were when comparisons were kept.
struct UnchangedRecords: Sendable {
    /// By record of then, the record of tonight; -1 where none is like it any more.
    let tonight: [Int32]
    /// By record of tonight, whether no record of then is like it.
    let isNew: [Bool]

    /// Of several records with one print as many are unchanged as there were.
    init(from then: [ContentPrint], to now: [ContentPrint]) {
        var next = [Int32](repeating: -1, count: now.count)
        var first: [ContentPrint: Int32] = [:]
        if !then.isEmpty {
            first.reserveCapacity(now.count)
            for record in now.indices.reversed() {
                next[record] = first.updateValue(Int32(record), forKey: now[record]) ?? -1
            }
        }
        var isNew = [Bool](repeating: true, count: now.count)
        tonight = then.map { print in
            guard let record = first[print], record >= 0 else { return -1 }
            first[print] = next[Int(record)]
            isNew[Int(record)] = false
            return record
        }
        self.isNew = isNew
    }
}
