internal import Domain

/// What a night found by encoding and comparing, for the next one: every record as it was encoded, a print of it as it was
/// compared, and every candidate pair with its rule and its agreement pattern.
///
/// Patterns and candidacy depend on the two records' prints alone, so they hold as long as both prints come again. Weights
/// do not: how many records there are and how common a name is changes every night, so they are never kept.
package struct KeptComparisons: Sendable {
    /// The parts of the model that decide which pairs are compared, and how; another one voids the pairs.
    let basis: String
    let records: [ContentPrint]
    /// The encoded records in `EncodedRecords.pieces`, then stretches of pairs; they are read one by one.
    package let pieces: Int
    /// The bytes of a piece; `nil` where they are damaged or lost. Called on any thread.
    package let piece: @Sendable (Int) -> [UInt8]?

    private init(
        basis: String, records: [ContentPrint], pieces: Int, piece: @escaping @Sendable (Int) -> [UInt8]?
    ) {
        (self.basis, self.records, self.pieces, self.piece) = (basis, records, pieces, piece)
    }

    /// Of tonight, in memory.
    init(basis: String, records: [ContentPrint], encoded: EncodedRecords, pairs: [[UInt8]]) {
        let columns = encoded.bytes
        self.init(basis: basis, records: records, pieces: EncodedRecords.pieces + pairs.count) {
            $0 < EncodedRecords.pieces ? columns($0) : pairs[$0 - EncodedRecords.pieces]
        }
    }

    /// - Parameter head: as `head` made it; `nil` of any other bytes.
    package init?(head: [UInt8], pieces: Int, piece: @escaping @Sendable (Int) -> [UInt8]?) {
        guard let end = head.firstIndex(of: 0), (head.count - end - 1).isMultiple(of: 16),
            pieces >= EncodedRecords.pieces
        else { return nil }
        let count = (head.count - end - 1) / 16
        let bytes = head.span
        func word(_ place: Int) -> UInt64 {
            (place..<place + 8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
        }
        self.init(
            basis: String(decoding: head[..<end], as: UTF8.self),
            records: (0..<count).map {
                ContentPrint(high: word(end + 1 + $0 * 16), low: word(end + 9 + $0 * 16))
            },
            pieces: pieces, piece: piece)
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

    /// `nil` where they cannot be read.
    func encoded() -> EncodedRecords? {
        EncodedRecords { piece($0) }.flatMap { $0.count == 0 || $0.count == records.count ? $0 : nil }
    }

    /// How many stretches of pairs there are.
    var stretches: Int { pieces - EncodedRecords.pieces }

    func stretch(_ number: Int) -> [UInt8]? { piece(EncodedRecords.pieces + number) }
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
        var isNew = [Bool](repeating: true, count: now.count)
        guard !then.isEmpty else {
            (tonight, self.isNew) = ([], isNew)
            return
        }
        // Of each print, by its first record, the first one that is not taken yet; of each record the next of its print.
        let index = PrintIndex(now)
        var (free, next) = (isNew.map { _ in Int32(-1) }, isNew.map { _ in Int32(-1) })
        for record in now.indices.reversed() {
            guard let first = index.place(of: now[record], in: now) else { continue }
            (next[record], free[first]) = (free[first], Int32(record))
        }
        tonight = then.map { print in
            guard let first = index.place(of: print, in: now), free[first] >= 0 else { return -1 }
            let record = Int(free[first])
            (free[first], isNew[record]) = (next[record], false)
            return Int32(record)
        }
        self.isNew = isNew
    }
}
