import Domain
import TestSupport
import Testing

@testable import Identity

@Suite struct AssignTests {
    private func mint(_ founder: RecordKey, _ attempt: Int) -> PersonID {
        PersonID("P-\(founder.rawValue)" + (attempt == 0 ? "" : "#\(attempt)"))
    }
    private func keys(_ text: String) -> [RecordKey] {
        text.split(separator: " ").map { RecordKey(String($0)) }
    }
    private func night(
        _ clusters: [String], _ previous: [String: PersonID] = [:]
    ) -> IdentityOutcome {
        let known = Dictionary(uniqueKeysWithValues: previous.map { (RecordKey($0.key), $0.value) })
        return assign(clusters: clusters.map(keys), previous: known, mint: mint)
    }

    @Test func theFirstNightMintsFromTheSmallestKey() {
        let first = night(["b a", "c"])
        #expect(first.persons == ["P-a", "P-c"])
        #expect(first.events == [.new("P-a"), .new("P-c")])
    }

    @Test func anUnchangedNightHasNoEvents() {
        let second = night(["c", "a b"], ["a": "P-1", "b": "P-1", "c": "P-2"])
        #expect(second.persons == ["P-2", "P-1"] && second.events.isEmpty)
    }

    @Test func aMergeKeepsTheLargerAndLeavesAnAlias() {
        let merged = night(["a b c"], ["a": "P-2", "b": "P-2", "c": "P-1"])
        #expect(merged.persons == ["P-2"] && merged.events == [.merged(survivor: "P-2", absorbed: "P-1")])
        let tie = night(["a c"], ["a": "P-2", "c": "P-1"])
        #expect(tie.persons == ["P-1"] && tie.events == [.merged(survivor: "P-1", absorbed: "P-2")])
    }

    @Test func aSplitKeepsTheIdWithTheMajority() {
        let split = night(["a", "b c"], ["a": "P-1", "b": "P-1", "c": "P-1"])
        #expect(split.persons == ["P-a", "P-1"] && split.events == [.split(from: "P-1", to: "P-a")])
    }

    /// The founder's own id is still borne by the cluster it left.
    @Test func aTakenIdIsMintedAgainWithAnAttempt() {
        let again = night(["a", "b c d"], ["a": "P-a", "b": "P-a", "c": "P-a", "d": "P-a"])
        #expect(again.persons == ["P-a#1", "P-a"])
        let third = night(["a", "b", "c d"], ["a": "P-a", "b": "P-a#1", "c": "P-a", "d": "P-a"])
        #expect(third.persons == ["P-a#2", "P-a#1", "P-a"])
    }

    @Test func aRecordThatMovesIsASplitToItsNewPerson() {
        let moved = night(["a b", "c d"], ["a": "P-1", "b": "P-1", "c": "P-1", "d": "P-2"])
        #expect(moved.persons == ["P-1", "P-2"] && moved.events == [.split(from: "P-1", to: "P-2")])
    }

    @Test func aPersonWhoseRecordsAllWentIsReported() {
        let gone = night(["a"], ["a": "P-1", "b": "P-2"])
        #expect(gone.events == [.absent("P-2")])
    }

    /// Random nights: records come, go, merge and split.
    @Test func noIdIsGivenTwiceOrLostWithoutAnEvent() {
        var random = SeededGenerator(seed: testSeed)
        var previous: [RecordKey: PersonID] = [:]
        for _ in 0..<caseCount(60) {
            let clusters = Self.clusters(&random)
            let outcome = assign(clusters: clusters, previous: previous, mint: mint)
            #expect(outcome.persons.count == clusters.count, "seed \(testSeed)")
            #expect(Set(outcome.persons).count == clusters.count, "seed \(testSeed)")
            var accounted = Set(outcome.persons)
            for event in outcome.events {
                switch event {
                case .merged(_, let absorbed): accounted.insert(absorbed)
                case .absent(let person): accounted.insert(person)
                case .new, .split: break
                }
            }
            #expect(Set(previous.values).isSubset(of: accounted), "seed \(testSeed)")
            // The order of clusters and records changes nothing.
            let order = Array(clusters.indices).shuffled(using: &random)
            let other = assign(
                clusters: order.map { clusters[$0].shuffled(using: &random) }, previous: previous, mint: mint)
            #expect(
                other.persons == order.map { outcome.persons[$0] } && other.events == outcome.events,
                "seed \(testSeed)")
            previous = [:]
            for (cluster, person) in zip(clusters, outcome.persons) {
                for key in cluster { previous[key] = person }
            }
            let again = assign(clusters: clusters, previous: previous, mint: mint)
            #expect(again.persons == outcome.persons && again.events.isEmpty, "seed \(testSeed)")
        }
    }

    private static func clusters(_ random: inout SeededGenerator) -> [[RecordKey]] {
        var clusters: [Int: [RecordKey]] = [:]
        for record in 0..<60 where Int.random(in: 0..<10, using: &random) > 0 {
            let place =
                Int.random(in: 0..<3, using: &random) == 0
                ? Int.random(in: 0..<25, using: &random) : record % 25
            clusters[place, default: []].append(RecordKey("k\(record)"))
        }
        return clusters.sorted { $0.key < $1.key }.map(\.value)
    }

    /// One record in a hundred gets a new key (an edited name or address) and moves nobody.
    @Test func onePercentOfEditsKeepsAlmostEveryId() {
        var random = SeededGenerator(seed: testSeed)
        let clusters = (0..<3000).map { person in (0..<5).map { RecordKey("p\(person)-\($0)") } }
        let first = assign(clusters: clusters, previous: [:], mint: mint)
        var previous: [RecordKey: PersonID] = [:]
        for (cluster, person) in zip(clusters, first.persons) {
            for key in cluster { previous[key] = person }
        }
        let edited = clusters.map { cluster in
            cluster.map { Int.random(in: 0..<100, using: &random) == 0 ? RecordKey($0.rawValue + "*") : $0 }
        }
        let second = assign(clusters: edited, previous: previous, mint: mint)
        let kept = zip(first.persons, second.persons).count { $0 == $1 }
        #expect(Double(kept) >= 0.999 * 3000, "seed \(testSeed)")
    }
}
