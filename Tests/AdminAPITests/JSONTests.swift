import Domain
import Foundation
import TestSupport
import Testing

@testable import AdminAPI

/// The same value as Foundation's encoder takes it.
private enum Twin: Encodable {
    case value(JSON)

    func encode(to encoder: any Encoder) throws {
        let value: JSON
        switch self {
        case .value(let held): value = held
        }
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values.map(Twin.value))
        case .object(let values): try container.encode(values.mapValues(Twin.value))
        }
    }
}

@Suite("JSON")
struct JSONTests {
    private func invented(_ random: inout SeededGenerator, depth: Int) -> JSON {
        let letters = [
            "a", "Z", "\"", "\\", "/", "\n", "\u{1}", "\u{1F}", "\u{7F}", "佐", "𠮷", "é", "\u{2028}", "\t",
            "0",
        ]
        func text() -> String {
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                letters[Int.random(in: letters.indices, using: &random)]
            }.joined()
        }
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int.random(in: Int.min...Int.max, using: &random))
        case 3: return .number(Double.random(in: -1e6...1e6, using: &random))
        case 4: return .string(text())
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in invented(&random, depth: depth - 1) })
        default:
            var members: [String: JSON] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                members[text()] = invented(&random, depth: depth - 1)
            }
            return .object(members)
        }
    }

    @Test("what is written is what Foundation's encoder writes, byte by byte")
    func twin() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var random = SeededGenerator(seed: testSeed)
        let special: [JSON] = [
            .number(3), .number(-0.0), .number(1e300), .number(1e-9), .number(0.1), .integer(0), .string(""),
        ]
        for number in 0..<caseCount(2000) {
            let value = number < special.count ? special[number] : invented(&random, depth: 3)
            let expected = String(decoding: try encoder.encode(Twin.value(value)), as: UTF8.self)
            #expect(String(decoding: value.bytes, as: UTF8.self) == expected, "seed \(testSeed) \(number)")
        }
        #expect(JSON.number(.infinity).bytes == Array("null".utf8))
    }
}
