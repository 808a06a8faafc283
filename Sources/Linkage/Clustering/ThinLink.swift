/// A link that holds a person's records together where little else does, so that somebody should look at it.
package struct ThinLink: Sendable, Hashable {
    package let pair: ClusterFigures.Edge
    /// `bridge`: nothing else joins the groups on its two sides; `sparse`: the weakest of a cluster few of whose pairs reach the
    /// threshold.
    package let why: ClusterFigures.Suspicion

    /// - Parameters:
    ///   - links: what joined the clusters, best first.
    ///   - pairs: every scored pair, at least those of the threshold or more.
    ///   - records: how many there are.
    /// - Returns: in order of the clusters.
    static func all(
        of clusters: [[Int]], links: [ScoredPair], pairs: [ScoredPair], threshold: Double, records: Int
    ) -> [ThinLink] {
        // Two groups of two, or four records of which few are alike.
        let wide = clusters.filter { $0.count >= 4 }
        let figures = ClusterFigures.all(
            of: wide,
            // What people said is the same holds together whatever its weight.
            pairs: pairs.filter { $0.weight >= threshold } + links.filter { $0.weight < threshold },
            refused: [], linkType: .dedupe, datasets: [UInt8](repeating: 0, count: records), largest: .max)
        var weakest: [Int: ScoredPair] = [:]
        var cluster: [Int: Int] = [:]
        for (number, members) in wide.enumerated() where figures[number].suspicions.contains(.sparse) {
            for record in members { cluster[record] = number }
        }
        for link in links {
            guard let number = cluster[Int(link.left)] else { continue }
            if link.weight <= weakest[number]?.weight ?? .infinity { weakest[number] = link }
        }
        return figures.enumerated().flatMap { number, figures in
            let bridges = figures.parting.map { ThinLink(pair: $0, why: .bridge) }
            guard let link = weakest[number] else { return bridges }
            let pair = ClusterFigures.Edge(Int(link.left), Int(link.right))
            return figures.parting.contains(pair) ? bridges : bridges + [ThinLink(pair: pair, why: .sparse)]
        }
    }
}
