import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct BlockingTests {
    private struct Pair: Hashable {
        var i: Int
        var j: Int
    }

    private func pairs(_ records: [LinkageRecord], _ blocking: LinkageModel.Blocking) -> (
        [Pair], CandidatePairs
    ) {
        let candidates = CandidatePairs(
            RecordColumns(records), blocking: blocking, workers: Workers(threads: 1))
        var all: [Pair] = []
        let isNew = Array(repeating: true, count: records.count)
        for chunk in candidates.chunks {
            candidates.forEach(in: chunk, isNew: isNew) { all.append(Pair(i: $0, j: $1)) }
        }
        return (all, candidates)
    }

    @Test func theRulesTogetherMakeWhatBruteForceMakesEachPairOnce() throws {
        let town = InventedTown(households: 50, seed: testSeed)
        let model = try shippedModel()
        let naive = NaiveScorer(town.records, model: model)
        let values = KeyValues(RecordColumns(town.records))
        let keys = town.records.indices.map { record in
            model.blocking.rules.map { rule in
                var keys: Set<UInt64> = []
                values.combined(rule.keys, of: record) { keys.insert($0) }
                return keys
            }
        }
        var expected: Set<Pair> = []
        for i in town.records.indices {
            for j in i + 1..<town.records.count where naive.mayMeet(i, j) {
                let isMade = zip(keys[i], keys[j]).contains { !$0.isDisjoint(with: $1) }
                if isMade { expected.insert(Pair(i: i, j: j)) }
            }
        }
        let (made, _) = pairs(town.records, model.blocking)
        #expect(Set(made).count == made.count, "seed \(testSeed)")
        #expect(Set(made) == expected, "seed \(testSeed)")
        #expect(made.allSatisfy { $0.i < $0.j })
    }

    @Test func spineRecordsAndRowsOfAUniqueSourceNeverMeet() throws {
        let town = InventedTown(households: 30, seed: testSeed)
        let (made, _) = pairs(town.records, try shippedModel().blocking)
        for pair in made {
            let (a, b) = (town.records[pair.i], town.records[pair.j])
            #expect(!(a.isSpine && b.isSpine))
            #expect(!(a.isUnique && a.source == b.source))
        }
    }

    @Test func anOversizedBlockIsSplitAndReportedAndKeepsRecordsWithoutTheKey() throws {
        let day = try #require(Day(2018, 5, 12))
        let records = (0..<12).map { index in
            LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false,
                identifiers: Identifiers(birth: .day(day), sex: index < 2 ? nil : index < 7 ? .male : .female)
            )
        }
        let rule = BlockingRule(name: "birth", title: "生年月日", keys: [.birthDay])
        let (made, candidates) = pairs(records, .init(limit: 8, rules: [rule], splits: [[.town], [.sex]]))
        // 12 records: 66 pairs, less 5 boys × 5 girls; the two of unknown sex meet everybody.
        #expect(Set(made).count == 41 && made.count == 41)
        let report = candidates.rules[0].report
        #expect(report.splitBlocks == 1 && report.separatedPairs == 25 && report.oversizedBlocks == 0)
        #expect(report.largestBlock == 12 && report.blocks == 1)
    }

    @Test func aBlockThatNothingSplitsIsComparedWholeAndReported() throws {
        let day = try #require(Day(2018, 5, 12))
        let records = (0..<12).map { _ in
            LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false,
                identifiers: Identifiers(birth: .day(day), sex: .male))
        }
        let rule = BlockingRule(name: "birth", title: "生年月日", keys: [.birthDay])
        let (made, candidates) = pairs(records, .init(limit: 8, rules: [rule], splits: [[.sex]]))
        #expect(made.count == 66)
        #expect(
            candidates.rules[0].report.oversizedBlocks == 1 && candidates.rules[0].report.splitBlocks == 0)
    }

    /// What splitting sets apart, a later rule still makes; each pair once.
    @Test func aPairSetApartBySplittingBelongsToALaterRule() throws {
        let day = try #require(Day(2018, 5, 12))
        let records = (0..<10).map { index in
            LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false,
                identifiers: Identifiers(
                    names: [NameForm(kind: .legal, given: "翔")], birth: .day(day),
                    sex: index < 5 ? .male : .female))
        }
        let rules = [
            BlockingRule(name: "birth", title: "生年月日", keys: [.birthDay]),
            BlockingRule(name: "given", title: "名", keys: [.given]),
        ]
        let (made, _) = pairs(records, .init(limit: 6, rules: [rules[0]], splits: [[.sex]]))
        #expect(made.count == 20)
        let (both, _) = pairs(records, .init(limit: 6, rules: rules, splits: [[.sex], [.birthDay]]))
        #expect(Set(both).count == both.count)
    }
}
