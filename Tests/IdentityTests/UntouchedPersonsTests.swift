import Domain
import TestSupport
import Testing

@testable import Identity

/// A night that looks only at those of whom something changed gives the ids, events and state of one that looks at all.
@Suite struct UntouchedPersonsTests {
    @Test func lookingOnlyAtTheTouchedGivesWhatLookingAtAllGives() throws {
        var (untouchedPersons, persons) = (0, 0)
        for number in 0..<caseCount(1_000) {
            var random = SeededGenerator(seed: testSeed &+ UInt64(number))
            let note = Comment(rawValue: "seed \(testSeed &+ UInt64(number)), of \(testSeed)")
            var state = IdentityState()
            var last: (clusters: [[RecordKey]], persons: [PersonID]) = ([], [])
            for _ in 0..<6 {
                let clusters = IdentityLawTests.clusters(&random, like: last.clusters)
                if let one = clusters.first?.first, let other = clusters.last?.first,
                    let pair = RecordPair(one, other), Bool.random(using: &random)
                {
                    state.apply(state.deciding(pair, Bool.random(using: &random) ? .same : .different))
                }
                let full = state.night(clusters: clusters, mint: mint)
                let parted = Parted(state, last, clusters)
                let night = parted.state.night(
                    clusters: parted.touched.map { clusters[$0] }, besides: parted.others, mint: mint)
                var next = night.persons.makeIterator()
                let ids = parted.untouched.personOf.map {
                    $0 < 0 ? next.next() : last.persons[Int($0)]
                }
                try #require(ids == full.persons, note)
                try #require(night.events == full.events && night.unheeded == full.unheeded, note)
                try #require(night.state.aliases == full.state.aliases, note)
                try #require(night.state.absent == full.state.absent, note)
                try #require(night.state.spent.subtracting(parted.others) == full.state.spent, note)
                try #require(
                    full.state.homes.allSatisfy { key, home in
                        (night.state.homes[key] ?? state.homes[key]) == home
                    }, note)
                persons += ids.count
                untouchedPersons += ids.count - parted.touched.count
                (state, last) = (full.state, (clusters, full.persons))
            }
        }
        print("untouched: seed \(testSeed), \(untouchedPersons) of \(persons)")
        #expect(untouchedPersons > persons / 10 && untouchedPersons < persons)
    }
}

/// A state parted into who is untouched and all the others, as a run's memberships give it.
private struct Parted {
    let untouched: UntouchedPersons
    let touched: [Int]
    /// The ids of who is untouched.
    let others: Set<PersonID>
    let state: IdentityState

    init(
        _ state: IdentityState, _ last: (clusters: [[RecordKey]], persons: [PersonID]),
        _ clusters: [[RecordKey]]
    ) {
        var personOf: [RecordKey: Int] = [:]
        for (number, cluster) in last.clusters.enumerated() {
            for record in cluster { personOf[record] = number }
        }
        let away = state.homes.keys.filter { personOf[$0] == nil }
        let renamed = state.homes.filter { state.person(now: $0.value) != $0.value }
        let tied = Set(away.compactMap { state.person(of: $0) }).union(renamed.values)
            .union(state.aliases.keys).union(state.aliases.values.map(\.survivor))
        let records = clusters.flatMap(\.self)
        let places = Dictionary(uniqueKeysWithValues: records.enumerated().map { ($1, $0) })
        untouched = UntouchedPersons(
            clusters: clusters.map { $0.compactMap { places[$0] } },
            before: records.map { Int32(personOf[$0] ?? -1) }, sizes: last.clusters.map { Int32($0.count) },
            entangled: Set(last.persons.indices.filter { tied.contains(last.persons[$0]) }),
            judged: Set(state.verdicts.keys.flatMap { [$0.left, $0.right] }.compactMap { places[$0] }))
        let isUntouched = untouched.isUntouched
        touched = clusters.indices.filter { [untouched] in untouched.personOf[$0] < 0 }
        others = Set(last.persons.indices.filter { isUntouched[$0] }.map { last.persons[$0] })
        self.state = IdentityState(
            homes: state.homes.filter { record, _ in personOf[record].map { !isUntouched[$0] } ?? true },
            aliases: state.aliases,
            present: Set(last.persons.indices.filter { !isUntouched[$0] }.map { last.persons[$0] }),
            given: state.spent, verdicts: state.verdicts)
    }
}
