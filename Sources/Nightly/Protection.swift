import Domain

/// Whom tonight's measures of protection (支援措置) reach.
///
/// Where it is not certain whom a measure is about, everybody it may be about is protected.
struct Protection {
    /// Clusters under protection: by a measure of their own, a possible link to one that nobody has reviewed yet, or
    /// somebody they live with, as any source knows it.
    private(set) var clusters: Set<Int>
    /// Measures that lead to nobody on the resident register, not even by a possible link; in the order of their rows.
    let unlinked: [Measure]

    /// A measure in force: whose, and its first row.
    struct Measure: Hashable {
        let entity: Int
        let position: RowPosition
    }

    private struct Household: Hashable {
        /// Household numbers of different sources are different numbers.
        let source: SourceID
        let id: HouseholdID
    }

    /// - Parameters:
    ///   - entities: tonight's, with the measures in force.
    ///   - clusters: entities that are one person.
    ///   - possible: pairs of entities that wait for review.
    init(_ entities: Entities, clusters: [[Int]], possible: [(left: Int, right: Int)]) {
        let measures = entities.measures
        func household(of entity: Int) -> Household? {
            entities.all[entity].household.map {
                Household(source: entities.origin(of: entity).source, id: $0)
            }
        }
        var clusterOf = [Int](repeating: 0, count: entities.count)
        var isOnRegister = [Bool](repeating: false, count: clusters.count)
        var members: [Household: [Int]] = [:]
        for (index, cluster) in clusters.enumerated() {
            for entity in cluster {
                clusterOf[entity] = index
                if entities.origin(of: entity).isSpine { isOnRegister[index] = true }
                if let home = household(of: entity) { members[home, default: []].append(index) }
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
        }.map { Measure(entity: $0.key, position: $0.value) }.sorted { $0.position < $1.position }

        // Who lives with somebody protected would give the address away, and so would who lives with them.
        self.clusters = reached
        var waiting = Array(reached)
        while let cluster = waiting.popLast() {
            for home in clusters[cluster].compactMap(household) {
                for other in members.removeValue(forKey: home) ?? []
                where self.clusters.insert(other).inserted {
                    waiting.append(other)
                }
            }
        }
    }

    /// What an official should read about the unlinked rows; `nil` where there are none.
    var notice: String? {
        guard !unlinked.isEmpty else { return nil }
        return "支援措置の\(unlinked.count)行が、住民記録のだれにも結び付きません（\(unlinked.map(\.position).places)）。"
            + "住民でない方の行か、番号・氏名・生年月日の誤りかを確かめてください。"
    }
}

extension [RowPosition] {
    /// The first places, as a notice names them.
    var places: String {
        prefix(20).map { "\($0.file) の\($0.line)行目" }.joined(separator: "、") + (count > 20 ? "ほか" : "")
    }
}
