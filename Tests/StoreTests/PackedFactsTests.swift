import Domain
import TestSupport
import Testing

@testable import Store

@Suite struct PackedFactsTests {
    private func invented(_ random: inout SeededGenerator) -> Fact {
        let day = Day(number: Int.random(in: -30_000...40_000, using: &random))
        let moments: [PartialDate?] = [
            nil, .day(day), .month(year: 2026, month: 12), .year(1989), .age(17, on: day),
        ]
        let values: [FactValue] = [
            .code(["受診", "未受診", ""].randomElement(using: &random) ?? ""),
            .number(Double.random(in: -1e6...1e6, using: &random)), .day(day),
        ]
        return Fact(
            item: ItemCode(["A07", "B06", "F03"].randomElement(using: &random) ?? "A07"),
            kind: ["status", "18m"].randomElement(using: &random) ?? "status",
            value: values.randomElement(using: &random) ?? .day(day),
            on: moments.randomElement(using: &random) ?? nil)
    }

    @Test func factsComeBackAsTheyWereAndOnlyThePermittedOnes() throws {
        var random = SeededGenerator(seed: testSeed)
        var words = RunWords()
        for _ in 0..<caseCount(500) {
            let facts = (0..<Int.random(in: 0...6, using: &random)).map { _ in invented(&random) }
            let packed = words.pack(facts)
            #expect(try words.unpack(packed) { _ in true }.map(\.fact) == facts, "seed \(testSeed)")
            let permitted = try words.unpack(packed) { $0 == "B06" }
            #expect(permitted.map(\.fact) == facts.filter { $0.item == "B06" }, "seed \(testSeed)")
            #expect(permitted.allSatisfy { facts[$0.ordinal] == $0.fact })
        }
    }

    @Test func damagedFactsAreRefusedAndNeverACrash() throws {
        var random = SeededGenerator(seed: testSeed)
        var words = RunWords()
        let packed = words.pack((0..<4).map { _ in invented(&random) })
        for cut in packed.indices {
            #expect(throws: Fault.self) { try words.unpack(Array(packed[..<cut])) { _ in true } }
        }
        #expect(throws: Fault.self) { try words.unpack(packed + [0]) { _ in true } }
        for _ in 0..<caseCount(2_000) {
            var broken = packed
            broken[Int.random(in: broken.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = try? words.unpack(broken) { _ in true }
        }
    }
}
