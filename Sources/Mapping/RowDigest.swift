/// 128 bits over a row's fields: rows with equal digests are taken as the same row again.
///
/// Swift's `Hasher` is seeded anew in each process; this is the same on every machine and night. Two lanes of
/// multiply-and-fold with different constants (FNV-1a, and one after SplitMix64), finished by SplitMix64's mixer.
/// By chance, a clash among 10 million rows has a probability of about 10⁻²⁵; against malice it is no defence.
package struct RowDigest: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ fields: [String]) {
        var a: UInt64 = 0xCBF2_9CE4_8422_2325
        var b: UInt64 = 0x9E37_79B9_7F4A_7C15
        func add(_ byte: UInt8) {
            a = (a ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            b = (b &+ UInt64(byte) &+ 1) &* 0xBF58_476D_1CE4_E5B9
            b ^= b >> 29
        }
        for field in fields {
            for byte in field.utf8 { add(byte) }
            // No byte of UTF-8, so that ["ab", "c"] is not ["a", "bc"].
            add(0xFF)
        }
        high = Self.mixed(a)
        low = Self.mixed(b)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
