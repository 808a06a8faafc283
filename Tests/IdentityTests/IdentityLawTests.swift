import Domain
import TestSupport
import Testing

@testable import Identity

/// Random nights, verdicts and undos: what must hold whatever comes.
@Suite struct IdentityLawTests {
    /// Few records, so that merges, splits and returns meet each other often.
    static func clusters(_ random: inout SeededGenerator, like last: [[RecordKey]]) -> [[RecordKey]] {
        let records = "abcdefghij".map { RecordKey(String($0)) }
        if last.isEmpty || Int.random(in: 0..<6, using: &random) == 0 {
            var clusters: [Int: [RecordKey]] = [:]
            for record in records where Int.random(in: 0..<5, using: &random) > 0 {
                clusters[Int.random(in: 0..<6, using: &random), default: []].append(record)
            }
            return clusters.sorted { $0.key < $1.key }.map(\.value)
        }
        var clusters = last
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let one = Int.random(in: clusters.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where clusters.count > 1:
                let cluster = clusters.remove(at: one)
                clusters[Int.random(in: clusters.indices, using: &random)] += cluster
            case 1 where clusters[one].count > 1:
                let place = Int.random(in: 1..<clusters[one].count, using: &random)
                clusters.append(Array(clusters[one][place...]))
                clusters[one].removeSubrange(place...)
            case 2 where clusters.count > 1: clusters.remove(at: one)
            default:
                let away = records.filter { record in !clusters.contains { $0.contains(record) } }
                if let back = away.randomElement(using: &random) {
                    if Bool.random(using: &random) {
                        clusters.append([back])
                    } else {
                        clusters[one].append(back)
                    }
                }
            }
        }
        return clusters
    }

    @Test func randomNightsVerdictsAndUndosKeepTheLaws() throws {
        let cases = caseCount(2_000)
        print("identity laws: seed \(testSeed), \(cases) sequences")
        var count: [String: Int] = [:]
        for number in 0..<cases {
            var random = SeededGenerator(seed: testSeed &+ UInt64(number))
            let note = Comment(rawValue: "seed \(testSeed &+ UInt64(number)), of \(testSeed)")
            var state = IdentityState()
            var naive = NaiveIdentity()
            var last: [[RecordKey]] = []
            var past: [(events: [IdentityEvent], bytes: [UInt8], naive: NaiveIdentity)] = []
            for _ in 0..<6 {
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    guard let step = past.popLast() else { continue }
                    state.undo(step.events)
                    try #require(state.canonicalBytes == step.bytes, note)
                    naive = step.naive
                    count["undo", default: 0] += 1
                case 1:
                    let all = last.flatMap(\.self)
                    guard let one = all.randomElement(using: &random),
                        let other = all.randomElement(using: &random), let pair = RecordPair(one, other)
                    else { continue }
                    let events =
                        switch Int.random(in: 0..<3, using: &random) {
                        case 0: state.deciding(pair, .same)
                        case 1: state.deciding(pair, .different)
                        default: state.withdrawing(pair)
                        }
                    past.append((events, state.canonicalBytes, naive))
                    state.apply(events)
                    count["verdict", default: 0] += 1
                default:
                    last = Self.clusters(&random, like: last)
                    let before = state
                    let night = state.night(clusters: last, mint: mint)
                    past.append((night.events, state.canonicalBytes, naive))
                    let known = naive
                    let expected = naive.night(last)
                    try #require(night.persons == expected, note)
                    state.apply(night.events)
                    try #require(state == night.state, note)
                    try Self.hold(night, clusters: last, before: before, naive: known, after: naive, note)
                    // Their order says nothing.
                    let order = Array(last.indices).shuffled(using: &random)
                    let other = before.night(
                        clusters: order.map { last[$0].shuffled(using: &random) }, mint: mint)
                    try #require(
                        other.persons == order.map { night.persons[$0] } && other.events == night.events, note
                    )
                    try #require(state.night(clusters: last, mint: mint).events.isEmpty, note)
                    for event in night.changes { count[Self.name(event), default: 0] += 1 }
                }
            }
            while let step = past.popLast() {
                state.undo(step.events)
                try #require(state.canonicalBytes == step.bytes, note)
            }
            try #require(state == IdentityState(), note)
        }
        print("identity laws: \(count.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        // The worlds have what they are to try.
        for name in ["new", "merged", "revived", "split", "absent", "returned", "undo", "verdict"] {
            #expect(count[name, default: 0] > cases / 20, "\(name)")
        }
    }

    private static func hold(
        _ night: IdentityNight, clusters: [[RecordKey]], before: IdentityState, naive known: NaiveIdentity,
        after: NaiveIdentity, _ note: Comment
    ) throws {
        let state = night.state
        try #require(Set(night.persons).count == clusters.count, note)
        for (cluster, person) in zip(clusters, night.persons) {
            // An id is never given to somebody else: who bears it has a record that stood under it before.
            if before.given.contains(person) {
                let earlier = known.everUnder[person] ?? []
                try #require(cluster.contains(where: earlier.contains), note)
            }
            for record in cluster { try #require(state.person(of: record) == person, note) }
            // Nobody who bears a cluster is somebody else's alias.
            try #require(state.aliases[person] == nil, note)
        }
        for record in state.homes.keys {
            try #require(state.person(of: record) == after.person(of: record), note)
        }
        for id in state.aliases.keys {
            var (seen, end): (Set<PersonID>, PersonID) = ([id], id)
            while let next = state.aliases[end]?.survivor {
                try #require(seen.insert(next).inserted, note)
                end = next
            }
        }
        try #require(before.given.isSubset(of: state.given), note)
        // Nobody is lost: who was, is here, absent, or somebody's alias.
        for person in Set(before.homes.values).map({ before.person(now: $0) }) {
            let isSomewhere =
                night.persons.contains(person) || state.absent.contains(person)
                || state.aliases[person] != nil
            try #require(isSomewhere, note)
        }
    }

    private static func name(_ event: IdentityEvent) -> String {
        switch event {
        case .new: "new"
        case .merged: "merged"
        case .revived: "revived"
        case .split: "split"
        case .absent: "absent"
        case .returned: "returned"
        case .moved: "moved"
        case .decided: "decided"
        case .withdrawn: "withdrawn"
        }
    }

    /// From any state that a night left, also while others were away.
    @Test func aMergeThenTheInverseSplitGivesBackBothIds() throws {
        for number in 0..<caseCount(500) {
            var random = SeededGenerator(seed: testSeed &+ UInt64(number))
            let note = Comment(rawValue: "seed \(testSeed &+ UInt64(number)), of \(testSeed)")
            var state = IdentityState()
            var last: [[RecordKey]] = []
            for _ in 0..<5 {
                last = Self.clusters(&random, like: last)
                state = state.night(clusters: last, mint: mint).state
            }
            guard last.count > 1 else { continue }
            let persons = state.night(clusters: last, mint: mint).persons
            let pair = last.indices.shuffled(using: &random).prefix(2)
            let joined =
                last.indices.filter { !pair.contains($0) }.map { last[$0] } + [pair.flatMap { last[$0] }]
            let merged = state.night(clusters: joined, mint: mint)
            let again = merged.state.night(clusters: last, mint: mint)
            try #require(again.persons == persons, note)
            try #require(again.state == state, note)
        }
    }

    /// One record in a hundred gets a new key (an edited name or address) and moves nobody.
    @Test func onePercentOfEditsKeepsAlmostEveryId() {
        var random = SeededGenerator(seed: testSeed)
        let clusters = (0..<3000).map { person in (0..<5).map { RecordKey("p\(person)-\($0)") } }
        let first = IdentityState().night(clusters: clusters, mint: mint)
        let edited = clusters.map { cluster in
            cluster.map { Int.random(in: 0..<100, using: &random) == 0 ? RecordKey($0.rawValue + "*") : $0 }
        }
        let second = first.state.night(clusters: edited, mint: mint)
        let kept = zip(first.persons, second.persons).count { $0 == $1 }
        #expect(Double(kept) >= 0.999 * 3000, "seed \(testSeed)")
    }
}
