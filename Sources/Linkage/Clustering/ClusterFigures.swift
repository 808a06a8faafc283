/// How a cluster hangs together, as a graph of records and of pairs of the threshold or more.
package struct ClusterFigures: Sendable, Hashable {
    /// Why somebody should look at a cluster.
    package enum Suspicion: String, Sendable, Hashable, CaseIterable, Comparable {
        /// A single pair holds two groups of two or more together.
        case bridge
        /// Four records or more, and less than half of their pairs reach the threshold.
        case sparse
        /// A constraint refused a pair of the threshold or more with a record of another cluster.
        case refused
        /// More records than one person is likely to have.
        case large

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Two records of a pair.
    package struct Edge: Sendable, Hashable {
        package let left: Int
        package let right: Int

        package init(_ one: Int, _ other: Int) { (left, right) = (min(one, other), max(one, other)) }
    }

    package let size: Int
    /// Pairs of the threshold or more within it.
    package let edges: Int
    /// Share of its comparable pairs that are edges, 0...1; 1 where there is none.
    package let density: Double
    /// Edges without which it would fall in two.
    package let bridges: Int
    /// Those of them with a group of two or more on either side, sorted.
    package let parting: [Edge]
    /// log2 odds of the weakest edge; `nil` where there is none.
    package let lowest: Double?
    /// Sorted.
    package let suspicions: [Suspicion]

    /// - Parameters:
    ///   - clusters: whose figures are asked for; they need not hold all records.
    ///   - pairs: of the threshold or more.
    static func all<Pair: WeighedPair>(
        of clusters: [[Int]], pairs: [Pair], refused: [Pair], linkType: TableModel.LinkType,
        datasets: [UInt8], largest: Int
    ) -> [ClusterFigures] {
        var (place, within) = (datasets.map { _ in Int32(-1) }, datasets.map { _ in Int32(0) })
        for (number, cluster) in clusters.enumerated() {
            for (position, record) in cluster.enumerated() {
                (place[record], within[record]) = (Int32(number), Int32(position))
            }
        }
        var edges: [Int: [Pair]] = [:]
        for pair in pairs {
            let cluster = place[Int(pair.left)]
            if cluster >= 0, cluster == place[Int(pair.right)] {
                edges[Int(cluster), default: []].append(pair)
            }
        }
        var wasRefused = Set<Int32>()
        for pair in refused { wasRefused.formUnion([place[Int(pair.left)], place[Int(pair.right)]]) }
        return clusters.enumerated().map { number, cluster in
            let own = edges[number] ?? []
            let graph = ClusterGraph(
                records: cluster.count,
                edges: own.map { (Int(within[Int($0.left)]), Int(within[Int($0.right)])) })
            var suspicions: [Suspicion] = []
            let possible = comparable(cluster, linkType, datasets)
            let density = possible == 0 ? 1 : Double(own.count) / Double(possible)
            if graph.partsGroups { suspicions.append(.bridge) }
            if wasRefused.contains(Int32(number)) { suspicions.append(.refused) }
            if cluster.count >= 4, density < 0.5 { suspicions.append(.sparse) }
            if cluster.count > largest { suspicions.append(.large) }
            return ClusterFigures(
                size: cluster.count, edges: own.count, density: density, bridges: graph.bridges,
                parting: graph.parting.map { Edge(cluster[$0], cluster[$1]) }
                    .sorted { ($0.left, $0.right) < ($1.left, $1.right) },
                lowest: own.map(\.weight).min(), suspicions: suspicions.sorted())
        }
    }

    /// Pairs within a cluster that the kind of linkage compares.
    private static func comparable(
        _ cluster: [Int], _ linkType: TableModel.LinkType, _ datasets: [UInt8]
    ) -> Int {
        let all = cluster.count * (cluster.count - 1) / 2
        guard linkType == .link, cluster.count > 1 else { return all }
        var sizes: [UInt8: Int] = [:]
        for record in cluster { sizes[datasets[record], default: 0] += 1 }
        return all - sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }
}

/// The bridges of a small undirected graph without repeated edges (Tarjan, A note on finding the bridges of a graph, 1974).
struct ClusterGraph {
    private(set) var bridges = 0
    /// Bridges with two records or more on either side.
    private(set) var parting: [(Int, Int)] = []
    var partsGroups: Bool { !parting.isEmpty }

    init(records: Int, edges: [(Int, Int)]) {
        guard records > 1, !edges.isEmpty else { return }
        var neighbours = [[Int]](repeating: [], count: records)
        for (a, b) in edges {
            neighbours[a].append(b)
            neighbours[b].append(a)
        }
        var (entered, low) = ([Int](repeating: -1, count: records), [Int](repeating: 0, count: records))
        var (size, parent) = ([Int](repeating: 1, count: records), [Int](repeating: -1, count: records))
        var next = [Int](repeating: 0, count: records)
        var clock = 0
        for start in 0..<records where entered[start] < 0 {
            // Walked with a stack of its own: a chain may be longer than the thread's.
            var (stack, component, found) = ([start], 0, [Int]())
            (entered[start], low[start]) = (clock, clock)
            clock += 1
            while let node = stack.last {
                if next[node] < neighbours[node].count {
                    let other = neighbours[node][next[node]]
                    next[node] += 1
                    if other == parent[node] { continue }
                    if entered[other] >= 0 {
                        low[node] = min(low[node], entered[other])
                        continue
                    }
                    parent[other] = node
                    (entered[other], low[other]) = (clock, clock)
                    clock += 1
                    stack.append(other)
                } else {
                    stack.removeLast()
                    component += 1
                    guard parent[node] >= 0 else { continue }
                    let above = parent[node]
                    low[above] = min(low[above], low[node])
                    size[above] += size[node]
                    if low[node] > entered[above] { found.append(node) }
                }
            }
            bridges += found.count
            for node in found where size[node] > 1 && component - size[node] > 1 {
                parting.append((node, parent[node]))
            }
        }
    }
}
