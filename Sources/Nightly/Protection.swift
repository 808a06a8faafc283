import Domain

/// Whom tonight's measures of protection (支援措置) reach.
///
/// Where it is not certain whom a measure is about, everybody it may be about is protected, and nobody's protection ends
/// because a row could not be read.
struct Protection {
    /// Clusters under protection: by a measure of their own, a possible link to one that nobody has reviewed yet, or
    /// somebody they live with, as any source knows it, also in a rejected row.
    private(set) var clusters: Set<Int> = []
    /// Measures that lead to nobody on the resident register, not even by a possible link; in the order of their rows.
    let unlinked: [Measure]
    /// How many stay protected as they were, since a rejected row may be what is missing.
    private(set) var kept = 0

    /// How many are protected by a measure of somebody who was shredded, and by nothing else.
    private(set) var outlasting = 0

    /// A measure in force: whose, and its first row.
    struct Measure: Hashable {
        let entity: Int
        let position: RowPosition
    }

    /// - Parameters:
    ///   - entities: tonight's, with the measures in force.
    ///   - clusters: entities that are one person.
    ///   - possible: pairs of entities that wait for review.
    ///   - unread: whom rejected rows may be about.
    ///   - sheltered: households that a measure of somebody covers who was shredded.
    ///   - wasProtected: whether a cluster was protected last night.
    init(
        _ entities: Entities, clusters: [[Int]], possible: [(left: Int, right: Int)],
        unread: Unread = Unread(), sheltered: Set<Entities.Household> = [],
        wasProtected: (Int) -> Bool = { _ in false }
    ) {
        let measures = entities.measures
        var clusterOf = [Int](repeating: 0, count: entities.count)
        var isOnRegister = [Bool](repeating: false, count: clusters.count)
        var homes = Homes()
        for (index, cluster) in clusters.enumerated() {
            for entity in cluster {
                clusterOf[entity] = index
                if entities.origin(of: entity).isSpine { isOnRegister[index] = true }
                if let home = entities.household(of: entity) { homes.add(index, to: home) }
            }
        }
        for lead in unread.leads {
            // The register has each person once: who is on it is not whom a row without a known number is of.
            homes.add(lead) { group in
                unread.groups[group, default: []].filter { lead.isByNumber || !isOnRegister[$0] }
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
        func spread(from reached: Set<Int>) {
            self.clusters.formUnion(reached)
            var waiting = Array(reached)
            while let cluster = waiting.popLast() {
                let own = clusters[cluster].compactMap(entities.household)
                waiting += homes.take(cluster, own).filter { self.clusters.insert($0).inserted }
            }
        }
        spread(from: reached)
        let certainly = self.clusters.count
        let housemates = homes.take(in: sheltered).filter { !self.clusters.contains($0) }
        spread(from: Set(housemates))
        outlasting = self.clusters.count - certainly
        // What says who lives with whom, or has a measure, may stand in a row that was rejected.
        let telling = homes.sources.union(measures.keys.map { entities.origin(of: $0).source })
        let held = unread.sources.filter {
            !self.clusters.contains($0.key) && !$0.value.isDisjoint(with: telling) && wasProtected($0.key)
        }
        kept = held.count
        spread(from: Set(held.keys))
    }

    /// What an official should read about those who stay protected; `nil` where there are none.
    var keptNotice: String? {
        guard kept > 0 else { return nil }
        return
            "却下された行が読めないため、支援措置が及ぶかどうかを確かめられない\(kept)人は、前回のまま支援措置の対象とします。「renkei rejected list」で行を確かめ、直してください。"
    }

    /// What an official should read about those whom a measure protects of somebody who was shredded; `nil` where there are none.
    var shelteredNotice: String? {
        guard outlasting > 0 else { return nil }
        return
            "記録を消去した方の支援措置により、同じ世帯の\(outlasting)人を引き続き支援措置の対象とします。措置が解除されたときは、解除の日のある行が届くと終わります。"
    }

    /// What an official should read about the unlinked rows; `nil` where there are none.
    var notice: String? {
        guard !unlinked.isEmpty else { return nil }
        return "支援措置の\(unlinked.count)行が、住民記録のだれにも結び付きません（\(unlinked.map(\.position).places)）。"
            + "住民でない方の行か、番号・氏名・生年月日の誤りかを確かめてください。"
    }
}

/// Who lives together; each household is gone through once.
private struct Homes {
    /// What ties people to each other.
    private enum Tie: Hashable {
        case household(Entities.Household)
        /// Rejected rows with one number or birth, and those who write the same of these.
        case lead(Int)
        case group(Int)
    }

    private(set) var sources: Set<SourceID> = []
    private var members: [Tie: [Int]] = [:]
    private var beside: [Tie: [Tie]] = [:]
    private var groupsOf: [Int: [Tie]] = [:]
    private var leads = 0

    mutating func add(_ cluster: Int, to home: Entities.Household) {
        members[.household(home), default: []].append(cluster)
        sources.insert(home.source)
    }

    /// Takes whoever `lead`'s rows may be of for one who lives where they say.
    mutating func add(_ lead: Unread.Lead, clusters: (Int) -> Set<Int>) {
        let own = Tie.lead(leads)
        leads += 1
        members[own] = []
        beside[own] = lead.households.map(Tie.household) + lead.groups.map(Tie.group)
        for home in lead.households {
            members[.household(home), default: []] += []
            beside[.household(home), default: []].append(own)
            sources.insert(home.source)
        }
        for group in lead.groups {
            beside[.group(group), default: []].append(own)
            guard members[.group(group)] == nil else { continue }
            let here = clusters(group)
            members[.group(group)] = Array(here)
            for cluster in here { groupsOf[cluster, default: []].append(.group(group)) }
        }
    }

    /// Everybody whom the cluster lives with or may live with, of households not gone through yet.
    mutating func take(_ cluster: Int, _ homes: [Entities.Household]) -> [Int] {
        take(homes.map(Tie.household) + (groupsOf[cluster] ?? []))
    }

    /// Everybody who lives in some households or may, of those not gone through yet.
    mutating func take(in homes: Set<Entities.Household>) -> [Int] { take(homes.map(Tie.household)) }

    private mutating func take(_ ties: [Tie]) -> [Int] {
        var open = ties
        var found: [Int] = []
        while let tie = open.popLast() {
            guard let here = members.removeValue(forKey: tie) else { continue }
            found += here
            open += beside[tie] ?? []
        }
        return found
    }
}

extension [RowPosition] {
    /// The first places, as a notice names them.
    var places: String {
        prefix(20).map { "\($0.file) の\($0.line)行目" }.joined(separator: "、") + (count > 20 ? "ほか" : "")
    }
}
