/// 128 bits over a row's fields: rows with equal digests are taken as the same row again.
///
/// Swift's `Hasher` is seeded anew in each process; this is the same on every machine and night. Two lanes take eight bytes at
/// a time by multiply-and-fold with different constants, finished by SplitMix64's mixer. By chance, a clash among 10 million
/// rows has a probability of about 10⁻²⁵; against malice it is no defence.
package struct RowDigest: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ fields: [String]) {
        var lanes = Lanes()
        for field in fields {
            // A copy of the string's two words: `withUTF8` may have to make it native.
            var field = field
            field.withUTF8 { lanes.add($0.span) }
        }
        high = Self.mixed(lanes.a)
        low = Self.mixed(lanes.b)
    }

    private struct Lanes {
        var a: UInt64 = 0xCBF2_9CE4_8422_2325
        var b: UInt64 = 0x9E37_79B9_7F4A_7C15

        /// Its length first, so that ["ab", "c"] is not ["a", "bc"].
        @inline(__always)
        mutating func add(_ field: Span<UInt8>) {
            add(UInt64(field.count))
            var (word, shift): (UInt64, UInt64) = (0, 0)
            for index in field.indices {
                word |= UInt64(field[index]) &<< shift
                shift += 8
                if shift == 64 {
                    add(word)
                    (word, shift) = (0, 0)
                }
            }
            if shift > 0 { add(word) }
        }

        @inline(__always)
        private mutating func add(_ word: UInt64) {
            a = (a ^ word) &* 0xFF51_AFD7_ED55_8CCD
            a ^= a >> 32
            b = (b &+ word) &* 0xBF58_476D_1CE4_E5B9
            b ^= b >> 29
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
