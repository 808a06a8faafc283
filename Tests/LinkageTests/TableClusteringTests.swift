import Domain
import TestSupport
import Testing

@testable import Linkage

/// A random graph over a few records, its weights all different, with data sets and verdicts.
private struct RandomGraph {
    let records: Int
    var weights: [[Double?]]
    let datasets: [UInt8]
    var verdicts = PairVerdicts()
    var unique: Set<UInt8> = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        records = Int.random(in: 1...12, using: &random)
        let count = records
        weights = Array(repeating: Array(repeating: nil, count: count), count: count)
        datasets = (0..<count).map { _ in UInt8.random(in: 0..<3, using: &random) }
        let share = Double.random(in: 0...1, using: &random)
        var values = Array(0..<count * count).map { Double($0) / 4 - 5 }
        values.shuffle(using: &random)
        for i in 0..<count {
            for j in (i + 1)..<max(i + 1, count) where Double.random(in: 0..<1, using: &random) < share {
                weights[i][j] = values[i * count + j]
            }
        }
        for dataset in UInt8(0)..<3 where Bool.random(using: &random) { unique.insert(dataset) }
        guard count > 1 else { return }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let i = Int.random(in: 0..<count - 1, using: &random)
            let pair = PairVerdicts.Pair(i, Int.random(in: (i + 1)..<count, using: &random))
            if Bool.random(using: &random) {
                verdicts.same.insert(pair)
            } else {
                verdicts.different.insert(pair)
            }
        }
    }

    var pairs: [TablePair] {
        (0..<records).flatMap { i in
            (0..<records).compactMap { j in
                weights[i][j].map {
                    TablePair(
                        left: UInt32(i), right: UInt32(j), rule: 0, weight: $0, pattern: TablePattern())
                }
            }
        }
    }

    func score(_ i: Int, _ j: Int) -> Double { weights[min(i, j)][max(i, j)] ?? -8 }

    /// By sets of sets, every question asked of every two members anew.
    func naive(threshold: Double, average: Bool) -> Set<Set<Int>> {
        func mayStand(_ members: Set<Int>) -> Bool {
            let held = members.map { datasets[$0] }.filter(unique.contains)
            return Set(held).count == held.count
                && !verdicts.different.contains { members.contains($0.left) && members.contains($0.right) }
        }
        var sets = Set((0..<records).map { Set([$0]) })
        func holding(_ record: Int) -> Set<Int> { sets.first { $0.contains(record) } ?? [] }
        func join(_ a: Set<Int>, _ b: Set<Int>) {
            sets.subtract([a, b])
            sets.insert(a.union(b))
        }
        // "The same": all of a group or nothing of it.
        var groups = sets
        for pair in verdicts.same {
            let touched = groups.filter { $0.contains(pair.left) || $0.contains(pair.right) }
            groups.subtract(touched)
            groups.insert(touched.reduce([]) { $0.union($1) })
        }
        sets = Set(groups.flatMap { mayStand($0) ? [$0] : $0.map { [$0] } })
        for pair in pairs.filter({ $0.weight >= threshold }).sorted(by: { $0.weight > $1.weight }) {
            let (a, b) = (holding(Int(pair.left)), holding(Int(pair.right)))
            guard a != b, mayStand(a.union(b)) else { continue }
            if average {
                let all = a.flatMap { i in b.map { score(i, $0) } }
                guard all.reduce(0, +) / Double(all.count) >= threshold else { continue }
            }
            join(a, b)
        }
        return sets
    }

    func clustering(
        _ pairs: [TablePair], threshold: Double, joining: TableClustering.Joining
    ) -> TableClustering {
        var plan = TableClustering.Plan(threshold: threshold)
        (plan.joining, plan.unique, plan.verdicts) = (joining, unique, verdicts)
        return TableClustering(
            pairs, plan: plan, linkType: .linkAndDedupe, datasets: datasets,
            names: (0..<records).map { "r\($0)" }, score: score)
    }
}

@Suite struct TableClusteringTests {
    @Test(arguments: TableClustering.Joining.allCases)
    func clustersAreThoseOfAPlainTwinOnRandomGraphs(joining: TableClustering.Joining) {
        for round in 0..<UInt64(caseCount(3_000)) {
            let seed = testSeed &+ round
            let graph = RandomGraph(seed: seed)
            let threshold = [-3.0, 0, 4][Int(seed % 3)]
            let found = graph.clustering(graph.pairs, threshold: threshold, joining: joining)
            #expect(
                Set(found.clusters.map(Set.init))
                    == graph.naive(threshold: threshold, average: joining == .average), "seed \(seed)")
        }
    }

    @Test func theOrderOfPairsDecidesNothingEvenAmongEqualWeights() {
        for round in 0..<UInt64(caseCount(300)) {
            let seed = testSeed &+ round
            var graph = RandomGraph(seed: seed)
            for i in 0..<graph.records {
                for j in 0..<graph.records where graph.weights[i][j] != nil { graph.weights[i][j] = 1 }
            }
            var random = SeededGenerator(seed: seed)
            for joining in TableClustering.Joining.allCases {
                let first = graph.clustering(graph.pairs, threshold: 0, joining: joining)
                let second = graph.clustering(
                    graph.pairs.shuffled(using: &random), threshold: 0, joining: joining)
                #expect(first.clusters == second.clusters && first.figures == second.figures, "seed \(seed)")
                #expect(
                    first.refused == second.refused && first.conflicts == second.conflicts, "seed \(seed)")
            }
        }
    }

    @Test func bridgesAreTheEdgesWithoutWhichMorePartsRemain() {
        for round in 0..<UInt64(caseCount(2_000)) {
            let seed = testSeed &+ round
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 2...9, using: &random)
            var edges: [(Int, Int)] = []
            for i in 0..<count {
                for j in (i + 1)..<max(i + 1, count) where Int.random(in: 0..<4, using: &random) == 0 {
                    edges.append((i, j))
                }
            }
            func parts(_ edges: [(Int, Int)]) -> [Set<Int>] {
                var sets = (0..<count).map { Set([$0]) }
                for (a, b) in edges {
                    let touched = sets.filter { $0.contains(a) || $0.contains(b) }
                    sets.removeAll { $0.contains(a) || $0.contains(b) }
                    sets.append(touched.reduce([]) { $0.union($1) })
                }
                return sets
            }
            let whole = parts(edges).count
            var (bridges, partsGroups) = (0, false)
            for place in edges.indices {
                var rest = edges
                let (a, b) = rest.remove(at: place)
                let left = parts(rest)
                guard left.count > whole else { continue }
                bridges += 1
                if left.filter({ $0.contains(a) || $0.contains(b) }).allSatisfy({ $0.count > 1 }) {
                    partsGroups = true
                }
            }
            let graph = ClusterGraph(records: count, edges: edges)
            #expect(graph.bridges == bridges && graph.partsGroups == partsGroups, "seed \(seed)")
        }
    }

    @Test func aChainOfAHundredThousandRecordsIsWalkedWithoutAStack() {
        let graph = ClusterGraph(records: 100_000, edges: (1..<100_000).map { ($0 - 1, $0) })
        #expect(graph.bridges == 99_999 && graph.partsGroups)
    }

    /// Were the members listed for every join, these would be five thousand million steps.
    @Test func aLongChainIsJoinedWithoutListingItsMembers() {
        let count = 100_000
        let pairs = (1..<count).map {
            TablePair(
                left: UInt32($0 - 1), right: UInt32($0), rule: 0, weight: -Double($0), pattern: TablePattern()
            )
        }
        let clustering = TableClustering(
            pairs, plan: TableClustering.Plan(threshold: -1_000_000), linkType: .dedupe,
            datasets: Array(repeating: 0, count: count), names: (0..<count).map { "\($0)" })
        #expect(clustering.clusters.count == 1 && clustering.figures[0].bridges == count - 1)
    }

    @Test func aClusterThatOnePairHoldsTogetherIsSuspicious() {
        // Two triangles and one pair between them; a third data set may not join twice.
        let edges: [(Int, Int, Double)] = [
            (0, 1, 9), (1, 2, 9), (0, 2, 9), (3, 4, 9), (4, 5, 9), (3, 5, 9), (2, 3, 6),
        ]
        let pairs = edges.map {
            TablePair(
                left: UInt32($0.0), right: UInt32($0.1), rule: 0, weight: $0.2, pattern: TablePattern())
        }
        let clustering = TableClustering(
            pairs, plan: TableClustering.Plan(threshold: 5), linkType: .dedupe,
            datasets: Array(repeating: 0, count: 7), names: (0..<7).map { "\($0)" })
        #expect(clustering.clusters == [[0, 1, 2, 3, 4, 5], [6]])
        let figures = clustering.figures[0]
        #expect(figures.edges == 7 && figures.bridges == 1 && figures.lowest == 6)
        #expect(figures.suspicions == [.bridge, .sparse] && clustering.figures[1].suspicions.isEmpty)
    }

    /// Groups of two hang on one pair; a chain of five on nothing else; a pair and a triangle are as they should be.
    @Test func linksThatHoldAPersonTogetherAloneAreThin() {
        func scored(_ edges: [(Int, Int, Double)]) -> [ScoredPair] {
            edges.map {
                ScoredPair(
                    left: UInt32($0.0), right: UInt32($0.1), weight: $0.2, pattern: AgreementPattern(bits: 0))
            }
        }
        func thin(_ clusters: [[Int]], _ links: [(Int, Int, Double)], _ more: [(Int, Int, Double)] = [])
            -> [ThinLink]
        {
            ThinLink.all(
                of: clusters, links: scored(links), pairs: scored(links.filter { $0.2 >= 5 } + more),
                threshold: 5, records: 12)
        }
        typealias Edge = ClusterFigures.Edge
        let bridge = thin([[0, 1, 2, 3]], [(0, 1, 30), (2, 3, 29), (1, 2, 20)])
        #expect(bridge == [ThinLink(pair: Edge(1, 2), why: .bridge)])
        // Another pair of the two groups, and what only nearly reaches the threshold.
        let links = [(0, 1, 30.0), (2, 3, 29), (1, 2, 20)]
        #expect(thin([[0, 1, 2, 3]], links, [(0, 3, 6)]).isEmpty)
        #expect(thin([[0, 1, 2, 3]], links, [(0, 3, 4)]) == bridge)
        // What people said is the same holds together too, whatever it weighs.
        #expect(thin([[0, 1, 2, 3]], [(0, 1, 30), (2, 3, 29), (1, 2, -4)]) == bridge)
        // A star about a register's row: five records, four of ten pairs.
        let star = thin([[0, 1, 2, 3, 4]], [(0, 1, 9), (0, 2, 8), (0, 3, 6), (0, 4, 7)])
        #expect(star == [ThinLink(pair: Edge(0, 3), why: .sparse)])
        #expect(thin([[0, 1], [2, 3, 4]], [(0, 1, 6), (2, 3, 9), (3, 4, 9)]).isEmpty)
    }

    @Test func whatAConstraintRefusesIsToldAndSuspicious() {
        let pairs = [(0, 1, 9.0), (1, 2, 8.0)].map {
            TablePair(
                left: UInt32($0.0), right: UInt32($0.1), rule: 0, weight: $0.2, pattern: TablePattern())
        }
        var plan = TableClustering.Plan(threshold: 5)
        plan.unique = [0]
        let clustering = TableClustering(
            pairs, plan: plan, linkType: .linkAndDedupe, datasets: [0, 1, 0], names: ["a", "b", "c"])
        #expect(clustering.clusters == [[0, 1], [2]] && clustering.refused == [pairs[1]])
        #expect(clustering.figures.map(\.suspicions) == [[.refused], [.refused]])
    }
}
