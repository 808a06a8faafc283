internal import Domain

/// Bytes of a value in one fixed form, for sealing, keyed hashes and the publication hash: every part carries its
/// length, so that two different values never give the same bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: how many bytes are likely.
    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Zigzag varint: small numbers take one byte.
    mutating func put(_ value: Int) {
        var rest = UInt(bitPattern: (value << 1) ^ (value >> (Int.bitWidth - 1)))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ value: Double) {
        let bits = value.bitPattern
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 {
            put($0.count)
            bytes.append(contentsOf: $0)
        }
    }

    mutating func put(_ blob: [UInt8]) {
        put(blob.count)
        bytes.append(contentsOf: blob)
    }

    mutating func put(_ blob: UnsafeBufferPointer<UInt8>) {
        put(blob.count)
        bytes.append(contentsOf: blob)
    }

    mutating func put<Value>(optional value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
        put(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }

    mutating func put<Value>(all values: [Value], _ body: (inout ByteWriter, Value) -> Void) {
        put(values.count)
        for value in values { body(&self, value) }
    }
}

/// Reads what `ByteWriter` wrote.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func int() throws -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while position < bytes.count, shift < UInt.bitWidth {
            let byte = bytes[position]
            position += 1
            value |= UInt(byte & 0x7F) << shift
            if byte < 0x80 { return Int(bitPattern: value >> 1) ^ -Int(bitPattern: value & 1) }
            shift += 7
        }
        throw Self.damaged
    }

    mutating func double() throws -> Double {
        guard bytes.count - position >= 8 else { throw Self.damaged }
        var bits: UInt64 = 0
        for byte in bytes[position..<position + 8] { bits = bits << 8 | UInt64(byte) }
        position += 8
        return Double(bitPattern: bits)
    }

    mutating func text() throws -> String { String(decoding: try slice(), as: UTF8.self) }

    mutating func blob() throws -> [UInt8] { Array(try slice()) }

    private mutating func slice() throws -> ArraySlice<UInt8> {
        let count = try int()
        guard count >= 0, count <= bytes.count - position else { throw Self.damaged }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func optional<Value>(_ body: (inout ByteReader) throws -> Value) throws -> Value? {
        try int() == 0 ? nil : body(&self)
    }

    mutating func all<Value>(_ body: (inout ByteReader) throws -> Value) throws -> [Value] {
        let count = try int()
        guard count >= 0, count <= bytes.count - position else { throw Self.damaged }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    var isAtEnd: Bool { position == bytes.count }

    static let damaged = Fault(
        .inputOutput, code: "store.damaged", message: "保存された値の形が壊れています。",
        fix: "ファイルを退避し、バックアップから戻してください。")
}

/// A partial date as one integer: the form in the two low bits, the number above.
enum StoredDate {
    static func number(_ date: PartialDate) -> Int {
        switch date {
        case .day(let day): day.number << 2
        case .month(let year, let month): (year * 12 + month - 1) << 2 | 1
        case .year(let year): year << 2 | 2
        // Ten bits for the age: nobody lives 1,024 years.
        case .age(let age, let day): (day.number << 10 | min(max(age, 0), 1023)) << 2 | 3
        }
    }

    static func date(_ number: Int) -> PartialDate {
        let value = number >> 2
        switch number & 3 {
        case 0: return .day(Day(number: value))
        case 1: return .month(year: value / 12, month: value % 12 + 1)
        case 2: return .year(value)
        default: return .age(value & 1023, on: Day(number: value >> 10))
        }
    }
}
