/// 128 bits of some content, the same on every night and machine; what is equal has equal prints.
///
/// Two different contents of a city share one with a probability of some 10⁻²⁶. It is without a key, so it is kept only
/// under a seal.
package struct ContentPrint: Hashable, Sendable {
    /// Both 0 for nothing at all.
    package var high: UInt64
    package var low: UInt64

    @inlinable package init() { (high, low) = (0, 0) }

    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// Adds a value behind those before it.
    @inlinable package mutating func add(_ value: UInt64) {
        high = mix(high ^ value)
        low = mix(low &+ value &* 0xD6E8_FEB8_6659_FD93 &+ 1)
    }

    @inlinable package mutating func add(_ other: ContentPrint) {
        high = mix(high ^ other.high)
        low = mix(low &+ other.low &* 0xD6E8_FEB8_6659_FD93 &+ 1)
    }

    /// Adds a member to a bag, whose order says nothing.
    @inlinable package mutating func addMember(_ member: ContentPrint) {
        high &+= mix(member.high ^ 0x9216_D5D9_8979_FB1B)
        low &+= mix(member.low ^ 0xD131_0BA6_98DF_B5AC)
    }

    /// Its length first, so that ["ab", "c"] is not ["a", "bc"].
    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            add(UInt64(bytes.count))
            var place = 0
            while place < bytes.count {
                var word: UInt64 = 0
                for byte in place..<min(place + 8, bytes.count) { word = word << 8 | UInt64(bytes[byte]) }
                add(word)
                place += 8
            }
        }
    }
}

/// Spreads an integer's bits over all 64 (the finisher of SplitMix64).
@inlinable package func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
