internal import Domain

/// FNV-1a, 64 bits (Fowler, Noll and Vo 1991): a number of some bytes that is the same on every machine.
struct ByteHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    mutating func add(_ text: String) { for byte in text.utf8 { add(byte) } }

    /// Takes a number whole, well mixed.
    mutating func mixIn(_ number: Int) { value = mix(value ^ UInt64(bitPattern: Int64(number))) }

    static func of(_ text: String) -> UInt64 {
        var hash = ByteHash()
        hash.add(text)
        return hash.value
    }
}
