import Domain
import TestSupport
import Testing

@testable import Store

private func text(_ generator: inout SeededGenerator) -> String {
    ["", "若葉", "𠮷田 ﾊﾅｺ", "a\u{0}b", String(repeating: "長", count: 200)].randomElement(using: &generator) ?? ""
}

private func date(_ generator: inout SeededGenerator) -> PartialDate {
    let day = Day(number: Int.random(in: -30_000...30_000, using: &generator))
    switch Int.random(in: 0...3, using: &generator) {
    case 0: return .day(day)
    case 1: return .month(year: day.year, month: day.month)
    case 2: return .year(day.year)
    default: return .age(Int.random(in: 0...130, using: &generator), on: day)
    }
}

private func name(_ generator: inout SeededGenerator) -> NameForm {
    NameForm(
        kind: NameForm.Kind.allCases.randomElement(using: &generator) ?? .legal, family: text(&generator),
        given: text(&generator), familyKana: text(&generator), givenKana: text(&generator),
        unsplit: text(&generator), unsplitKana: text(&generator), written: text(&generator),
        writtenKana: text(&generator))
}

private func identifiers(_ generator: inout SeededGenerator) -> Identifiers {
    func maybe<Value>(_ make: (inout SeededGenerator) -> Value) -> Value? {
        Bool.random(using: &generator) ? make(&generator) : nil
    }
    return Identifiers(
        names: (0..<Int.random(in: 0...3, using: &generator)).map { _ in name(&generator) },
        birth: maybe(date),
        sex: maybe { Bool.random(using: &$0) ? .male : .female },
        address: maybe {
            Address(
                postcode: text(&$0), town: text(&$0), block: text(&$0), building: text(&$0),
                written: text(&$0))
        },
        phones: (0..<Int.random(in: 0...2, using: &generator)).map { _ in text(&generator) },
        guardians: (0..<Int.random(in: 0...2, using: &generator)).map { _ in name(&generator) },
        school: maybe(text), number: maybe { PersonNumber(space: text(&$0), number: text(&$0)) },
        household: maybe { HouseholdID(text(&$0)) }, relation: maybe(text))
}

@Test func identifiersComeBackFromTheirBytesAndDifferentOnesHaveDifferentBytes() throws {
    var generator = SeededGenerator(seed: testSeed)
    var seen: [[UInt8]: Identifiers] = [:]
    for _ in 0..<caseCount(500) {
        let one = identifiers(&generator)
        let bytes = one.canonicalBytes
        #expect(try Identifiers(canonicalBytes: bytes) == one, "seed \(testSeed)")
        #expect(seen.updateValue(one, forKey: bytes).map { $0 == one } ?? true)
        if !bytes.isEmpty {
            #expect(throws: Fault.self) { try Identifiers(canonicalBytes: Array(bytes.dropLast())) }
        }
        #expect(throws: Fault.self) { try Identifiers(canonicalBytes: bytes + [0]) }
    }
}

@Test func partialDatesComeBackFromTheirNumber() {
    var generator = SeededGenerator(seed: testSeed)
    for _ in 0..<caseCount(1000) {
        let one = date(&generator)
        #expect(StoredDate.date(StoredDate.number(one)) == one, "seed \(testSeed)")
    }
}

@Test(
    "Numbers of every size come back", arguments: [0, 1, -1, 63, 64, -65, Int(Int32.max), Int.max, Int.min])
func numbers(value: Int) throws {
    var writer = ByteWriter()
    writer.put(value)
    writer.put(-0.1)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.int() == value)
    #expect(try reader.double() == -0.1)
    #expect(reader.isAtEnd)
}
