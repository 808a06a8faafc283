internal import Domain

/// The facts of one record as bytes: how many, and of each its part, its value and the time it holds for.
///
/// A night writes and reads millions of them, always a row's together.
extension RunWords {
    mutating func pack(_ facts: [Fact]) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(all: facts) { writer, fact in
            writer.put(part(of: fact))
            switch fact.value {
            case .code(let label): writer.put(code(label))
            case .number(let number): writer.put(number)
            case .day(let day): writer.put(day.number)
            }
            writer.put(optional: fact.on) { $0.put(StoredDate.number($1)) }
        }
        return writer.bytes
    }

    /// The facts of permitted items with their places among all; a fact that is not permitted is passed over.
    ///
    /// - Throws: `store.damaged` where the bytes are no facts of this run.
    func unpack(_ bytes: [UInt8], permitted: (ItemCode) -> Bool) throws -> [(
        ordinal: Int, part: Int, fact: Fact
    )] {
        var reader = ByteReader(bytes)
        var found: [(ordinal: Int, part: Int, fact: Fact)] = []
        let count = try reader.int()
        guard count >= 0 else { throw ByteReader.damaged }
        for ordinal in 0..<count {
            let number = try reader.int()
            guard parts.all.indices.contains(number) else { throw ByteReader.damaged }
            let part = parts.all[number]
            let value = try value(of: part, &reader)
            let held = try reader.optional { StoredDate.date(try $0.int()) }
            guard permitted(part.item) else { continue }
            found.append((ordinal, number, Fact(item: part.item, kind: part.kind, value: value, on: held)))
        }
        guard reader.isAtEnd else { throw ByteReader.damaged }
        return found
    }

    private func value(of part: Part, _ reader: inout ByteReader) throws -> FactValue {
        switch part.type {
        case 0:
            let number = try reader.int()
            guard codes.all.indices.contains(number) else { throw ByteReader.damaged }
            return .code(codes.all[number])
        case 1: return .number(try reader.double())
        default: return .day(Day(number: try reader.int()))
        }
    }
}
