/// Compared pairs with rule and pattern in about five bytes each.
///
/// Pairs that follow each other with one record in common and one rule are a run: the record, the rule, how many, then the
/// other record of each as a step from the one before, and its pattern; all as integers of seven bits a byte, steps
/// zigzag. Runs know nothing of each other, so that bytes may be joined.
struct PackedPairs: Sendable {
    private var whole: [UInt8] = []
    private var run: [UInt8] = []
    private var head: (record: UInt32, rule: Int, count: Int) = (0, 0, 0)
    private var last: UInt32 = 0

    /// Everything added so far.
    var bytes: [UInt8] {
        var closed = self
        closed.close()
        return closed.whole
    }

    mutating func add(_ i: UInt32, _ j: UInt32, rule: Int, _ pattern: AgreementPattern) {
        var (record, other) = (i, j)
        if head.count > 0, j == head.record { (record, other) = (j, i) }
        if head.count == 0 || record != head.record || rule != head.rule {
            close()
            (head, last) = ((record, rule, 0), record)
        }
        let step = Int64(other) - Int64(last)
        Self.put(UInt64(bitPattern: step << 1 ^ step >> 63), to: &run)
        Self.put(UInt64(pattern.bits), to: &run)
        head.count += 1
        last = other
    }

    private mutating func close() {
        guard head.count > 0 else { return }
        Self.put(UInt64(head.record), to: &whole)
        Self.put(UInt64(head.rule), to: &whole)
        Self.put(UInt64(head.count), to: &whole)
        whole += run
        run.removeAll(keepingCapacity: true)
        head.count = 0
    }

    private static func put(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Calls `body` with every pair, in order; the smaller record need not be the first.
    ///
    /// - Returns: `false` where the bytes are no pairs of so many records and rules; those before were handed out.
    static func forEach(
        in bytes: [UInt8], records: Int, rules: Int,
        _ body: (_ i: Int, _ j: Int, _ rule: Int, _ pattern: AgreementPattern) -> Void
    ) -> Bool {
        let bytes = bytes.span
        var position = 0
        func next() -> UInt64? {
            var (value, shift) = (UInt64(0), UInt64(0))
            while position < bytes.count, shift < 63 {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
        while position < bytes.count {
            guard let record = next(), let rule = next(), let count = next(), record < UInt64(records),
                rule < UInt64(rules), count > 0
            else { return false }
            var other = Int64(record)
            for _ in 0..<count {
                guard let step = next(), let bits = next(), bits < UInt64(AgreementPattern.count) else {
                    return false
                }
                other &+= Int64(bitPattern: step >> 1) ^ -Int64(bitPattern: step & 1)
                guard other >= 0, other < Int64(records), other != Int64(record) else { return false }
                body(Int(record), Int(other), Int(rule), AgreementPattern(bits: UInt32(bits)))
            }
        }
        return true
    }
}
