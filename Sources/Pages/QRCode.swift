/// A QR code (ISO/IEC 18004) of a short text: byte mode, error correction level L, versions 1 to 10, mask 0.
///
/// Any of the eight masks may be used; what is drawn here holds a random key, so that none is worse than another.
package struct QRCode: Sendable, Hashable {
    /// Modules a side.
    package let size: Int
    /// Row by row; `true` is dark.
    private var dark: [Bool]
    /// What no data goes into.
    private var isFixed: [Bool]

    /// Light modules around it that a reader needs.
    static let border = 4

    private static let correction = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18]
    private static let blocks = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4]
    private static let alignment: [[Int]] = [
        [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
    ]

    /// `nil` where the text is longer than version 10 takes (271 bytes).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let fitting = (1...10).first { version in
            4 + (version < 10 ? 8 : 16) + 8 * bytes.count <= 8 * Self.dataCount(version)
        }
        guard let version = fitting else { return nil }
        size = 17 + 4 * version
        dark = Array(repeating: false, count: size * size)
        isFixed = dark
        drawPatterns(version)
        place(Self.codewords(bytes, version))
        for row in 0..<size {
            for column in 0..<size where !isFixed[row * size + column] && (row + column).isMultiple(of: 2) {
                dark[row * size + column].toggle()
            }
        }
    }

    package func isDark(_ row: Int, _ column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && dark[row * size + column]
    }

    /// For a terminal: two rows of modules a line; drawn light on dark, as most terminals are, with the border.
    package var text: String {
        let range = -Self.border..<size + Self.border
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            range.map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }.joined()
        }.joined(separator: "\n")
    }

    // MARK: codewords

    private static func total(_ version: Int) -> Int {
        var modules = (16 * version + 128) * version + 64
        if version > 1 {
            let count = alignment[version - 1].count
            modules -= (25 * count - 10) * count - 55
            if version > 6 { modules -= 36 }
        }
        return modules / 8
    }

    private static func dataCount(_ version: Int) -> Int {
        total(version) - correction[version - 1] * blocks[version - 1]
    }

    /// Data and correction of all blocks, as they are placed.
    private static func codewords(_ bytes: [UInt8], _ version: Int) -> [UInt8] {
        var bits: [Bool] = []
        func put(_ value: Int, _ count: Int) {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        put(0b0100, 4)
        put(bytes.count, version < 10 ? 8 : 16)
        for byte in bytes { put(Int(byte), 8) }
        let capacity = 8 * dataCount(version)
        put(0, min(4, capacity - bits.count))
        put(0, (8 - bits.count % 8) % 8)
        var padding = 0xEC
        while bits.count < capacity {
            put(padding, 8)
            padding ^= 0xEC ^ 0x11
        }
        let data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        let (count, length) = (blocks[version - 1], correction[version - 1])
        let generator = generator(length)
        var (parts, rest): ([[UInt8]], [[UInt8]]) = ([], [])
        var next = 0
        for block in 0..<count {
            // The last blocks are longer by one where the data does not divide.
            let share = data.count / count + (block >= count - data.count % count ? 1 : 0)
            parts.append(Array(data[next..<next + share]))
            rest.append(remainder(parts[block], generator))
            next += share
        }
        return interleaved(parts) + interleaved(rest)
    }

    private static func interleaved(_ parts: [[UInt8]]) -> [UInt8] {
        (0..<(parts.map(\.count).max() ?? 0)).flatMap { index in
            parts.compactMap { index < $0.count ? $0[index] : nil }
        }
    }

    // MARK: Reed-Solomon over GF(2^8) by x^8 + x^4 + x^3 + x^2 + 1

    private static func product(_ one: UInt8, _ other: UInt8) -> UInt8 {
        (0..<8).reversed().reduce(UInt8(0)) { sum, bit in
            (sum << 1) ^ (sum >> 7 == 1 ? 0x1D : 0) ^ (other >> UInt8(bit) & 1 == 1 ? one : 0)
        }
    }

    /// Coefficients below the leading one, the highest first.
    private static func generator(_ degree: Int) -> [UInt8] {
        var (result, root): ([UInt8], UInt8) = (Array(repeating: 0, count: degree - 1) + [1], 1)
        for _ in 0..<degree {
            for index in 0..<degree {
                result[index] = product(result[index], root) ^ (index + 1 < degree ? result[index + 1] : 0)
            }
            root = product(root, 2)
        }
        return result
    }

    private static func remainder(_ data: [UInt8], _ generator: [UInt8]) -> [UInt8] {
        data.reduce(into: Array(repeating: 0, count: generator.count)) { rest, byte in
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for index in generator.indices { rest[index] ^= product(generator[index], factor) }
        }
    }

    // MARK: modules

    private mutating func fix(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return }
        (dark[row * size + column], isFixed[row * size + column]) = (isDark, true)
    }

    private mutating func drawPatterns(_ version: Int) {
        for index in 0..<size {
            fix(6, index, index.isMultiple(of: 2))
            fix(index, 6, index.isMultiple(of: 2))
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
            for (down, right) in Self.square(4) {
                fix(row + down, column + right, ![2, 4].contains(max(abs(down), abs(right))))
            }
        }
        let centres = Self.alignment[version - 1]
        for row in centres {
            for column in centres
            where !(row == 6 && [6, size - 7].contains(column)) && !(row == size - 7 && column == 6) {
                for (down, right) in Self.square(2) {
                    fix(row + down, column + right, max(abs(down), abs(right)) != 1)
                }
            }
        }
        // Level L is 01, mask 0 is 000; with their correction and mask.
        let format = Self.corrected(0b01000, by: 0b101_0011_0111, length: 10) ^ 0b101_0100_0001_0010
        for bit in 0..<15 {
            let isDark = format >> bit & 1 == 1
            let along = bit < 6 ? bit : bit < 8 ? bit + 1 : 14 - bit
            if bit < 8 { fix(along, 8, isDark) } else { fix(8, bit == 8 ? 7 : along, isDark) }
            if bit < 8 { fix(8, size - 1 - bit, isDark) } else { fix(size - 15 + bit, 8, isDark) }
        }
        fix(size - 8, 8, true)
        guard version > 6 else { return }
        let number = Self.corrected(version, by: 0b1_1111_0010_0101, length: 12)
        for bit in 0..<18 {
            let (far, near) = (size - 11 + bit % 3, bit / 3)
            fix(near, far, number >> bit & 1 == 1)
            fix(far, near, number >> bit & 1 == 1)
        }
    }

    private static func square(_ reach: Int) -> [(Int, Int)] {
        (-reach...reach).flatMap { down in (-reach...reach).map { (down, $0) } }
    }

    /// A BCH code: the value with its remainder behind it.
    private static func corrected(_ value: Int, by generator: Int, length: Int) -> Int {
        let rest = (0..<length).reduce(value) { rest, _ in rest << 1 ^ (rest >> (length - 1)) * generator }
        return value << length | rest
    }

    /// Two columns at a time from the right, up and down by turns.
    private mutating func place(_ codewords: [UInt8]) {
        var bit = 0
        for right in stride(from: size - 1, to: 0, by: -2) {
            let right = right <= 6 ? right - 1 : right
            for step in 0..<size {
                let row = (right + 1).isMultiple(of: 4) || (right + 1) % 4 == 1 ? size - 1 - step : step
                for column in [right, right - 1]
                where !isFixed[row * size + column] && bit < 8 * codewords.count {
                    dark[row * size + column] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
        }
    }
}
