import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite("The profile of a linkage")
struct LinkageProfileTests {
    private static let town = InventedTown(households: 120, seed: testSeed)

    @Test("is the same on any number of threads")
    func threads() throws {
        let model = try shippedModel()
        let one = try Linker(model: model, threads: 1).link(Self.town.records).profile
        let many = try Linker(model: model, threads: 4).link(Self.town.records).profile
        #expect(one.curve == many.curve && one.twins == many.twins, "seed \(testSeed)")
        #expect(one.heldBack == many.heldBack && one.strongestHeldBack == many.strongestHeldBack)
        #expect(one.isReachable == many.isReachable && one.comparablePairs == many.comparablePairs)
    }

    /// A naive twin: every candidate pair scored for itself.
    @Test("counts every candidate pair once, at its weight, and those that only the twin guard holds back")
    func counts() throws {
        let model = try shippedModel()
        let outcome = try Linker(model: model, threads: 2).link(Self.town.records)
        let columns = RecordColumns(Self.town.records)
        let scorer = PairScorer(columns, model: model)
        let candidates = CandidatePairs(columns, blocking: model.blocking, workers: Workers(threads: 1))
        var pairs: [ScoredPair] = []
        for chunk in candidates.chunks {
            candidates.forEach(in: chunk, isNew: Array(repeating: true, count: columns.count)) {
                pairs.append(scorer.score($0, $1))
            }
        }
        let automatic = model.thresholds.automatic
        let bins = outcome.profile.curve.bins(width: 2, anchor: automatic)
        for bin in bins {
            #expect(bin.pairs == pairs.count { $0.weight >= bin.from && $0.weight < bin.from + 2 })
        }
        #expect(bins.reduce(0) { $0 + $1.pairs } == outcome.candidatePairs)
        #expect(bins.contains { $0.from == automatic })
        let held = pairs.filter {
            $0.pattern.isTwin && $0.weight < automatic && $0.weight - model.guards.twinWeight >= automatic
        }
        #expect(outcome.profile.heldBack == held.count && !held.isEmpty, "seed \(testSeed)")
        #expect(outcome.profile.strongestHeldBack.first?.weight == held.map(\.weight).max())
        let whole = outcome.profile.curve.expectation()
        let expected = pairs.reduce(0) { $0 + matchProbability(weight: $1.weight) }
        #expect(whole.pairs == pairs.count && abs(whole.same - expected) < 0.01 * expected)
        #expect(
            outcome.profile.curve.expectation(from: automatic).pairs == pairs.count { $0.weight >= automatic }
        )
    }

    /// Two records may share several keys, and two of the register are never compared.
    @Test("tells the pairs in each rule's blocks, at least those it makes when it is the only one")
    func ownPairs() throws {
        let model = try shippedModel()
        let outcome = try Linker(model: model, threads: 2).link(Self.town.records)
        for (rule, report) in zip(model.blocking.rules, outcome.blocking) {
            var alone = model
            alone.blocking.rules = [rule]
            let only = try Linker(model: alone, threads: 2).link(Self.town.records).blocking[0]
            #expect(report.ownPairs >= only.pairs && only.ownPairs == report.ownPairs, "\(rule.name)")
            #expect(report.pairs <= only.pairs)
        }
    }

    @Test("knows which records reach the threshold even against themselves")
    func reach() throws {
        let day = try #require(Day(2018, 5, 12))
        func record(_ identifiers: Identifiers, source: SourceID = "hoiku") -> LinkageRecord {
            LinkageRecord(source: source, isSpine: false, isUnique: false, identifiers: identifiers)
        }
        let whole = Identifiers(
            names: [InventedTown.form(("小田島", "オダジマ"), ("遥香", "ハルカ"))], birth: .day(day), sex: .female,
            address: Address(town: "若葉台1", block: "2-3"))
        let number = PersonNumber(space: "own", number: "7")
        let records = [
            record(whole), record(Identifiers(birth: .day(day), sex: .female)), record(Identifiers()),
            // A number finds nobody where no other source has it.
            record(Identifiers(number: number)),
            record(Identifiers(number: PersonNumber(space: "atena", number: "1"))),
            record(Identifiers(number: PersonNumber(space: "atena", number: "2")), source: "kenshin"),
        ]
        let filler = Self.town.records
        let profile = try Linker(model: try shippedModel(), threads: 2).link(records + filler).profile
        #expect(profile.isReachable.count == records.count + filler.count)
        #expect(Array(profile.isReachable.prefix(6)) == [true, false, false, false, true, true])
    }

    @Test("has the pairs that people judged, with their weights")
    func judged() throws {
        let model = try shippedModel()
        let verdicts = PairVerdicts(same: [.init(3, 9)], different: [.init(2, 5)])
        let profile = try Linker(model: model, threads: 1).link(Self.town.records, verdicts: verdicts).profile
        let scorer = PairScorer(RecordColumns(Self.town.records), model: model)
        #expect(
            profile.judged == [
                .init(pair: .init(2, 5), isSame: false, weight: scorer.score(2, 5).weight),
                .init(pair: .init(3, 9), isSame: true, weight: scorer.score(3, 9).weight),
            ])
    }
}
