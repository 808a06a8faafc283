import Domain
import Linkage

/// Whom tonight's measures of protection (支援措置) reach.
///
/// Where it is not certain whom a measure is about, everybody it may be about is protected.
struct Protection {
    /// Clusters under protection: by a measure of their own, a possible link to one that nobody has reviewed yet, or
    /// somebody they live with, as any source knows it.
    private(set) var clusters: Set<Int>
    /// Rows of measures that lead to nobody on the resident register, not even by a possible link; in their order.
    let unlinked: [RowPosition]

    private struct Household: Hashable {
        /// Household numbers of different sources are different numbers.
        let source: SourceID
        let id: HouseholdID
    }

    /// - Parameters:
    ///   - measures: the first row of each measure in force, by entity.
    ///   - records: tonight's entities.
    ///   - clusters: entities that are one person.
    ///   - possible: pairs of entities that wait for review.
    init(
        measures: [Int: RowPosition], records: [LinkageRecord], clusters: [[Int]],
        possible: [(left: Int, right: Int)]
    ) {
        var clusterOf = [Int](repeating: 0, count: records.count)
        var isOnRegister = [Bool](repeating: false, count: clusters.count)
        var members: [Household: [Int]] = [:]
        for (index, cluster) in clusters.enumerated() {
            for entity in cluster {
                clusterOf[entity] = index
                if records[entity].isSpine { isOnRegister[index] = true }
                if let home = Self.household(of: records[entity]) { members[home, default: []].append(index) }
            }
        }
        // By cluster, not by record: review keeps only the best pair of two clusters.
        let certain = Set(measures.keys.map { clusterOf[$0] })
        var reached = certain
        var mayBeOnRegister: Set<Int> = []
        for pair in possible {
            let (left, right) = (clusterOf[pair.left], clusterOf[pair.right])
            for (one, other) in [(left, right), (right, left)] where certain.contains(one) {
                reached.insert(other)
                if isOnRegister[other] { mayBeOnRegister.insert(one) }
            }
        }
        unlinked = measures.filter {
            !isOnRegister[clusterOf[$0.key]] && !mayBeOnRegister.contains(clusterOf[$0.key])
        }.values.sorted()

        // Who lives with somebody protected would give the address away, and so would who lives with them.
        self.clusters = reached
        var waiting = Array(reached)
        while let cluster = waiting.popLast() {
            for home in clusters[cluster].compactMap({ Self.household(of: records[$0]) }) {
                for other in members.removeValue(forKey: home) ?? []
                where self.clusters.insert(other).inserted {
                    waiting.append(other)
                }
            }
        }
    }

    private static func household(of record: LinkageRecord) -> Household? {
        record.identifiers.household.map { Household(source: record.source, id: $0) }
    }

    /// What an official should read about the unlinked rows; `nil` where there are none.
    var notice: String? {
        guard !unlinked.isEmpty else { return nil }
        let shown = unlinked.prefix(20).map { "\($0.file) の\($0.line)行目" }.joined(separator: "、")
        return "支援措置の\(unlinked.count)行が、住民記録のだれにも結び付きません（\(shown)\(unlinked.count > 20 ? "ほか" : "")）。"
            + "住民でない方の行か、番号・氏名・生年月日の誤りかを確かめてください。"
    }
}
