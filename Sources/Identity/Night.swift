package import Domain

extension IdentityState {
    /// One night: every cluster gets a person id, so that a person keeps the id it had.
    ///
    /// First, merges whose two sides came apart are taken back, the newest first. Then an id goes to the cluster that has
    /// most of its records, and a cluster takes the id it has most records of; ties go to the cluster with more records
    /// that never had another id, then to the smallest id, then to the smallest record key. What is left takes an id its
    /// records once had, or a new one. Nothing depends on the order of clusters or records.
    ///
    /// - Parameters:
    ///   - clusters: tonight's clusters, none empty, no key twice.
    ///   - others: ids of persons this state does not know, who are none of the clusters; none is given to anybody else.
    ///   - mint: a new id from a cluster's smallest key, and an attempt number that grows while the id was ever given.
    /// - Complexity: O(n log n) in the records, for alias chains of bounded length.
    package func night(
        clusters: [[RecordKey]], besides others: Set<PersonID> = [], mint: (RecordKey, Int) -> PersonID
    ) -> IdentityNight {
        var places = Places(clusters: clusters, homes: homes)
        var standing = aliases
        places.takeBack(&standing)
        var assignment = Assignment(places, aliases: standing)
        assignment.keep()
        assignment.revive(&standing)
        let minted = assignment.mint(besides: given, others, mint)
        let persons = assignment.persons.compactMap { $0 }
        return settle(places, persons, minted: minted, standing: standing, assignment)
    }

    /// Turns the assignment into events, and those into the next state.
    private func settle(
        _ places: Places, _ persons: [PersonID], minted: [PersonID],
        standing: [PersonID: Alias], _ assignment: Assignment
    ) -> IdentityNight {
        let bearers = Dictionary(zip(persons, persons.indices)) { first, _ in first }
        var next = self
        var standing = standing
        // Who has records tonight and no cluster of their own is whom most of their records stand with.
        var absorbed: [(survivor: PersonID, absorbed: PersonID)] = []
        for (person, cluster) in assignment.fullest where bearers[person] == nil && standing[person] == nil {
            absorbed.append((persons[cluster], person))
            standing[person] = Alias(survivor: persons[cluster], merge: Int.max)
        }
        var events: [IdentityEvent] = minted.sorted().map { .new($0) }
        let present = bearers.keys
        var came = Set(present)
        came.formUnion(absorbed.map(\.absorbed))
        events += absent.intersection(came).sorted().map { .returned($0) }
        // A merge that was taken back and made again the same night is none.
        let kept = Set(
            absorbed.filter { aliases[$0.absorbed]?.survivor == $0.survivor }.map(\.absorbed))
        var revived: [PersonID: PersonID] = [:]
        for (person, alias) in aliases.sorted(by: { $0.key < $1.key })
        where standing[person] != alias && !kept.contains(person) {
            events.append(.revived(person, from: alias.survivor, merge: alias.merge))
            revived[person] = alias.survivor
        }
        for merge in absorbed.sorted(by: { $0.absorbed < $1.absorbed }) where !kept.contains(merge.absorbed) {
            events.append(.merged(survivor: merge.survivor, absorbed: merge.absorbed))
        }
        next.apply(events)
        // Records of one person that stand under another now, where no merge or revival tells it already.
        var splits: Set<[PersonID]> = []
        var moves: [IdentityEvent] = []
        for (cluster, records) in places.clusters.enumerated() {
            let person = persons[cluster]
            for record in records {
                let home = homes[record]
                if let home {
                    let (before, now) = (self.person(now: home), next.person(now: home))
                    let isTold = before == person || now == person && now != before
                    if !isTold { splits.insert([before, person]) }
                }
                if home.map(next.person(now:)) != person {
                    moves.append(.moved(record, from: home, to: person))
                }
            }
        }
        let told = splits.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
            .map { IdentityEvent.split(from: $0[0], to: $0[1]) }
        let sortedMoves = moves.sorted {
            guard case .moved(let a, _, _) = $0, case .moved(let b, _, _) = $1 else { return false }
            return a < b
        }
        next.apply(sortedMoves)
        let living = Set(Set(next.homes.values).map { next.person(now: $0) })
        let gone = living.subtracting(present).subtracting(next.absent).sorted().map {
            IdentityEvent.absent($0)
        }
        next.apply(gone)
        let unheeded = verdicts.compactMap { pair, verdict -> RecordPair? in
            guard let left = places.cluster(of: pair.left), let right = places.cluster(of: pair.right)
            else { return nil }
            return (left == right) == (verdict == .same) ? nil : pair
        }
        return IdentityNight(
            persons: persons, events: events + told + sortedMoves + gone, state: next,
            unheeded: unheeded.sorted())
    }
}

/// Where tonight's records stand, by the id each had.
private struct Places {
    let clusters: [[RecordKey]]
    /// Each cluster's known records, by home: how many.
    let homes: [[PersonID: Int]]
    /// The smallest key of each cluster.
    let founders: [RecordKey]
    private let clusterOf: [RecordKey: Int]
    /// The clusters in which records with this home stand.
    private var clustersOf: [PersonID: Set<Int>] = [:]

    init(clusters: [[RecordKey]], homes known: [RecordKey: PersonID]) {
        self.clusters = clusters
        founders = clusters.map { $0.min() ?? RecordKey("") }
        var clusterOf: [RecordKey: Int] = [:]
        clusterOf.reserveCapacity(known.count)
        var homes: [[PersonID: Int]] = []
        for (number, cluster) in clusters.enumerated() {
            var counts: [PersonID: Int] = [:]
            for key in cluster {
                clusterOf[key] = number
                if let home = known[key] { counts[home, default: 0] += 1 }
            }
            for home in counts.keys { clustersOf[home, default: []].insert(number) }
            homes.append(counts)
        }
        self.clusterOf = clusterOf
        self.homes = homes
    }

    func cluster(of record: RecordKey) -> Int? { clusterOf[record] }

    /// Drops the aliases whose two sides came apart, the newest first, until none is left that did.
    ///
    /// The sides are apart where no cluster has records of both the absorbed person and the survivor: of the survivor's own
    /// records, or else of all that was absorbed besides.
    mutating func takeBack(_ aliases: inout [PersonID: IdentityState.Alias]) {
        var children: [PersonID: Set<PersonID>] = [:]
        for (absorbed, alias) in aliases { children[alias.survivor, default: []].insert(absorbed) }
        func reach(_ person: PersonID, besides: PersonID? = nil) -> Set<Int> {
            var reached: Set<Int> = clustersOf[person] ?? []
            for child in children[person] ?? [] where child != besides { reached.formUnion(reach(child)) }
            return reached
        }
        let newestFirst = aliases.sorted { $0.value.merge > $1.value.merge }
        var changed = true
        while changed {
            changed = false
            for (absorbed, alias) in newestFirst where aliases[absorbed] != nil {
                let side = reach(absorbed)
                guard !side.isEmpty else { continue }
                let own = clustersOf[alias.survivor] ?? []
                let other = own.isEmpty ? reach(alias.survivor, besides: absorbed) : own
                guard !other.isEmpty, side.isDisjoint(with: other) else { continue }
                aliases[absorbed] = nil
                children[alias.survivor]?.remove(absorbed)
                changed = true
            }
        }
    }
}

/// Gives ids to clusters.
private struct Assignment {
    /// How many of a cluster's records an id may claim: by themselves, and through what it absorbed.
    private struct Claim {
        let person: PersonID
        let cluster: Int
        let records: Int
        let own: Int
    }

    private(set) var persons: [PersonID?]
    /// The living ids with records tonight, in order, and the cluster that has most of them.
    private(set) var fullest: [(person: PersonID, cluster: Int)] = []
    private let founders: [RecordKey]
    private var living: [Claim] = []
    private var dormant: [Claim] = []

    init(_ places: Places, aliases: [PersonID: IdentityState.Alias]) {
        persons = Array(repeating: nil, count: places.clusters.count)
        founders = places.founders
        for (cluster, homes) in places.homes.enumerated() {
            var all: [PersonID: Int] = [:]
            for (home, count) in homes {
                var id = home
                all[id, default: 0] += count
                while let alias = aliases[id] {
                    id = alias.survivor
                    all[id, default: 0] += count
                }
            }
            for (person, records) in all {
                let claim = Claim(
                    person: person, cluster: cluster, records: records, own: homes[person] ?? 0)
                if aliases[person] == nil { living.append(claim) } else { dormant.append(claim) }
            }
        }
        living = ordered(living)
        dormant = ordered(dormant)
        var seen: Set<PersonID> = []
        for claim in living where seen.insert(claim.person).inserted {
            fullest.append((claim.person, claim.cluster))
        }
        fullest.sort { $0.person < $1.person }
    }

    private func ordered(_ claims: [Claim]) -> [Claim] {
        claims.sorted { a, b in
            if a.records != b.records { return a.records > b.records }
            if a.own != b.own { return a.own > b.own }
            if a.person != b.person { return a.person < b.person }
            return founders[a.cluster] < founders[b.cluster]
        }
    }

    /// The living keep their ids.
    mutating func keep() {
        var borne: Set<PersonID> = []
        for claim in living where persons[claim.cluster] == nil && borne.insert(claim.person).inserted {
            persons[claim.cluster] = claim.person
        }
    }

    /// What is left takes an id its records had before a merge.
    mutating func revive(_ aliases: inout [PersonID: IdentityState.Alias]) {
        for claim in dormant where persons[claim.cluster] == nil && aliases[claim.person] != nil {
            persons[claim.cluster] = claim.person
            aliases[claim.person] = nil
        }
    }

    /// New ids in order of the founding keys: which cluster takes an attempt must not depend on the clusters' order.
    mutating func mint(
        besides given: Set<PersonID>, _ others: Set<PersonID>, _ mint: (RecordKey, Int) -> PersonID
    ) -> [PersonID] {
        var minted: Set<PersonID> = []
        for cluster in persons.indices.sorted(by: { founders[$0] < founders[$1] })
        where persons[cluster] == nil {
            var attempt = 0
            var id = mint(founders[cluster], attempt)
            while given.contains(id) || others.contains(id) || !minted.insert(id).inserted {
                attempt += 1
                id = mint(founders[cluster], attempt)
            }
            persons[cluster] = id
        }
        return Array(minted)
    }
}
