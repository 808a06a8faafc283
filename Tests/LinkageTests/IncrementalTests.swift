import Domain
import TestSupport
import Testing

@testable import Linkage

/// A night that compares only what changed ends as one that compares everything, bit for bit.
@Suite struct IncrementalTests {
    /// The same through bytes, as a file keeps it.
    private func reread(_ kept: KeptComparisons, damaging damaged: Int? = nil) throws -> KeptComparisons {
        let pieces = (0..<kept.pieces).map { kept.piece($0) }
        return try #require(
            KeptComparisons(head: kept.head, pieces: pieces.count) { $0 == damaged ? nil : pieces[$0] })
    }

    private func expectEqual(_ one: LinkageOutcome, _ full: LinkageOutcome, _ note: Comment) throws {
        try #require(one.clusters == full.clusters, note)
        try #require(one.links == full.links, note)
        try #require(one.review == full.review, note)
        try #require(one.conflicts == full.conflicts, note)
        try #require(one.blocking == full.blocking, note)
        try #require(one.links.map { one.explain($0) } == full.links.map { full.explain($0) }, note)
    }

    @Test func randomNightsEndAsFullOnes() throws {
        var (nights, kept, compared, splits) = (0, 0, 0, 0)
        for number in 0..<caseCount(40) {
            let seed = testSeed &+ UInt64(number)
            let note = Comment(rawValue: "seed \(seed), of \(testSeed)")
            var city = ChangingCity(seed: seed, model: try shippedModel())
            var last: KeptComparisons?
            for night in 0..<4 {
                let (records, verdicts, model) = (city.records, city.verdicts(), city.model)
                let threads = 1 + night % 3
                let full = try Linker(model: model, threads: 2).link(records, verdicts: verdicts)
                let one = try Linker(model: model, threads: threads).link(
                    records, verdicts: verdicts, kept: last)
                try expectEqual(one, full, note)
                nights += 1
                splits += full.blocking.reduce(0) { $0 + $1.splitBlocks }
                if one.kept == .used {
                    (kept, compared) = (kept + one.keptPairs, compared + one.candidatePairs)
                }
                // Also where an incremental night is what the next one starts from.
                last = try reread(one.comparisons)
                city.change()
            }
        }
        print("incremental: seed \(testSeed), \(nights) nights, \(kept) of \(compared) pairs kept")
        #expect(kept > 0 && kept < compared && splits > 0)
    }

    @Test func anUnchangedNightComparesNothingInAnyOrder() throws {
        let town = InventedTown(households: 60, seed: testSeed)
        let linker = Linker(model: try shippedModel(), threads: 2)
        let first = try linker.link(town.records)
        let again = try linker.link(town.records, kept: first.comparisons)
        #expect(again.kept == .used && again.keptPairs == again.candidatePairs)
        // Nothing is encoded either; of records that say the same the first is taken.
        #expect(again.takenFrom.enumerated().allSatisfy { $1 >= 0 && $1 <= $0 })
        try expectEqual(again, first, "seed \(testSeed)")
        let (other, _) = town.shuffled(seed: testSeed)
        let shuffled = try linker.link(other.records, kept: again.comparisons)
        #expect(shuffled.keptPairs == first.candidatePairs)
        try expectEqual(shuffled, try linker.link(other.records), "seed \(testSeed)")
    }

    /// One child's new name is also a new guardian's name of the household.
    @Test func aChangedRecordIsComparedAnewAndSoIsItsHousehold() throws {
        let town = InventedTown(households: 60, seed: testSeed)
        let linker = Linker(model: try shippedModel(), threads: 1)
        let first = try linker.link(town.records)
        var records = town.records
        let place = try #require(records.firstIndex { $0.isSpine })
        records[place] = LinkageRecord(
            source: "jumin", isSpine: true, isUnique: true,
            identifiers: {
                var identifiers = records[place].identifiers
                identifiers.names = [InventedTown.form(("改野", "カイノ"), ("翼", "ツバサ"))]
                return identifiers
            }())
        let second = try linker.link(records, kept: first.comparisons)
        try expectEqual(second, try linker.link(records), "seed \(testSeed)")
        let compared = second.candidatePairs - second.keptPairs
        #expect(compared > 0 && compared < first.candidatePairs / 5)
    }

    @Test func weightsMayChangeWhileComparisonsAreKept() throws {
        let town = InventedTown(households: 40, seed: testSeed)
        var model = try shippedModel()
        let first = try Linker(model: model, threads: 1).link(town.records)
        model.thresholds.review -= 5
        model.prior.partnersPerRecord *= 2
        let second = try Linker(model: model, threads: 1).link(town.records, kept: first.comparisons)
        #expect(second.kept == .used && second.keptPairs == second.candidatePairs)
        try expectEqual(second, try Linker(model: model, threads: 1).link(town.records), "seed \(testSeed)")
    }

    @Test func anotherWayToCompareOrDamagedBytesCompareEverything() throws {
        let town = InventedTown(households: 40, seed: testSeed)
        let model = try shippedModel()
        let full = try Linker(model: model, threads: 2).link(town.records)
        var other = model
        other.similarity.kanaCloseness = 0.95
        let changed = try Linker(model: other, threads: 2).link(town.records, kept: full.comparisons)
        #expect(changed.kept == .otherModel && changed.keptPairs == 0)
        for damaged in 0..<full.comparisons.pieces {
            let kept = try reread(full.comparisons, damaging: damaged)
            let outcome = try Linker(model: model, threads: 2).link(town.records, kept: kept)
            #expect(outcome.kept == .damaged && outcome.keptPairs == 0)
            try expectEqual(outcome, full, "piece \(damaged)")
        }
        #expect(KeptComparisons(head: [], pieces: 99) { _ in nil } == nil)
        #expect(KeptComparisons(head: Array("x".utf8) + [0, 1], pieces: 99) { _ in nil } == nil)
    }

    @Test func packedPairsComeBackInTheirOrder() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<200 {
            var packed = PackedPairs()
            var expected: [[Int]] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let i = Int.random(in: 0..<5, using: &random) * 100_000
                let j = Int.random(in: 0..<500_000, using: &random)
                guard i != j else { continue }
                let (rule, bits) = (
                    Int.random(in: 0..<3, using: &random), UInt32.random(in: 0..<1 << 18, using: &random)
                )
                packed.add(UInt32(min(i, j)), UInt32(max(i, j)), rule: rule, AgreementPattern(bits: bits))
                expected.append([min(i, j), max(i, j), rule, Int(bits)])
            }
            var found: [[Int]] = []
            let isWhole = PackedPairs.forEach(in: packed.bytes, records: 500_000, rules: 3) {
                found.append([min($0, $1), max($0, $1), $2, Int($3.bits)])
            }
            #expect(isWhole && found == expected, "seed \(testSeed)")
            if let last = packed.bytes.last {
                let cut = packed.bytes.dropLast() + (last < 0x80 ? [] : [last])
                #expect(!PackedPairs.forEach(in: Array(cut), records: 500_000, rules: 3) { _, _, _, _ in })
            }
        }
        for bytes in [[5, 0, 1, 0, 0], [9, 0, 1, 2, 0], [0, 3, 1, 2, 0], [0, 0, 0], [0, 0, 1, 1, 0]]
            as [[UInt8]]
        {
            #expect(!PackedPairs.forEach(in: bytes, records: 5, rules: 3) { _, _, _, _ in })
        }
    }
}

/// A city whose records change from night to night as records do, and more wildly.
private struct ChangingCity {
    var records: [LinkageRecord]
    var model: LinkageModel
    private var spare: [LinkageRecord]
    private var away: [LinkageRecord] = []
    private var random: SeededGenerator

    init(seed: UInt64, model: LinkageModel) {
        random = SeededGenerator(seed: seed)
        let town = InventedTown(households: Int.random(in: 2...16, using: &random), seed: seed)
        records = town.records
        spare = InventedTown(households: 6, seed: seed &+ 1_000_000).records
        self.model = model
        // So low that many blocks are split, and change how.
        self.model.blocking.limit = [4, 8, 16, 500].randomElement(using: &random) ?? 500
    }

    private func isOneIn(_ count: Int, _ random: inout SeededGenerator) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    /// What people may have said of tonight's records, sensible or not.
    mutating func verdicts() -> PairVerdicts {
        var verdicts = PairVerdicts()
        guard records.count > 1, Bool.random(using: &random) else { return verdicts }
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let one = Int.random(in: records.indices, using: &random)
            let other = Int.random(in: records.indices, using: &random)
            guard one != other else { continue }
            if Bool.random(using: &random) {
                verdicts.same.insert(.init(one, other))
            } else {
                verdicts.different.insert(.init(one, other))
            }
        }
        return verdicts
    }

    mutating func change() {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: break
        case 1: records.shuffle(using: &random)
        case 2:
            // A department's whole extract stays away, or comes again.
            if away.isEmpty {
                let source = InventedTown.sources.randomElement(using: &random)?.id ?? "hoiku"
                away = records.filter { $0.source == source }
                records.removeAll { $0.source == source }
            } else {
                records.insert(
                    contentsOf: away, at: Int.random(in: 0...records.count, using: &random))
                away = []
            }
        case 3: changeModel()
        default: changeRecords()
        }
        if isOneIn(10, &random) { records.reverse() }
    }

    private mutating func changeModel() {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: model.similarity.kanaCloseness = Double.random(in: 0.7...0.95, using: &random)
        case 1: model.blocking.limit = Int.random(in: 3...30, using: &random)
        case 2: model.blocking.splits.shuffle(using: &random)
        case 3: model.thresholds.review -= Double.random(in: -1...3, using: &random)
        default: model.blocking.rules.shuffle(using: &random)
        }
    }

    private mutating func changeRecords() {
        for _ in 0..<Int.random(in: 1...(2 + records.count / 10), using: &random) where !records.isEmpty {
            let place = Int.random(in: records.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: records.remove(at: place)
            case 1:
                // The same content may come twice, and somebody else's record may be anybody's.
                let new = Bool.random(using: &random) ? records[place] : spare.randomElement(using: &random)
                records.insert(new ?? records[place], at: Int.random(in: 0...records.count, using: &random))
            case 2: records.swapAt(place, Int.random(in: records.indices, using: &random))
            default: records[place] = edited(records[place])
            }
        }
    }

    private mutating func edited(_ record: LinkageRecord) -> LinkageRecord {
        var identifiers = record.identifiers
        guard let other = (records + spare).randomElement(using: &random)?.identifiers else { return record }
        switch Int.random(in: 0..<9, using: &random) {
        case 0: identifiers.names = other.names
        case 1: identifiers.names += other.names
        case 2: identifiers.birth = other.birth
        case 3: identifiers.sex = other.sex
        case 4: identifiers.address = other.address
        case 5: identifiers.phones = other.phones
        case 6: identifiers.guardians = other.guardians
        case 7: identifiers.household = other.household
        default: (identifiers.number, identifiers.school) = (other.number, other.school)
        }
        return LinkageRecord(
            source: record.source, isSpine: record.isSpine, isUnique: record.isUnique,
            identifiers: identifiers)
    }
}
