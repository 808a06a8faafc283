package import Domain

/// Gives every cluster a person id, so that a person keeps the id it had.
///
/// An id goes to the cluster that has most of its records, a cluster takes the id it has most records of; ties go to the
/// smallest id, then to the cluster with the smallest record key. Nothing depends on the order of clusters or records.
///
/// - Parameters:
///   - clusters: tonight's clusters, none empty, no key twice.
///   - previous: the person of every record known before.
///   - mint: a new id from a cluster's smallest key, and an attempt number that grows while the id is taken.
/// - Complexity: O(n log n) in the records.
package func assign(
    clusters: [[RecordKey]], previous: [RecordKey: PersonID],
    mint: (RecordKey, Int) -> PersonID
) -> IdentityOutcome {
    let overlaps = Overlaps(clusters: clusters, previous: previous)
    var persons = [PersonID?](repeating: nil, count: clusters.count)
    var keptBy: [PersonID: Int] = [:]
    for overlap in overlaps.largestFirst
    where persons[overlap.cluster] == nil && keptBy[overlap.person] == nil {
        persons[overlap.cluster] = overlap.person
        keptBy[overlap.person] = overlap.cluster
    }

    // New ids in order of the founding keys: which cluster takes an attempt must not depend on the clusters' order.
    var taken = Set(previous.values)
    var isNew = Set<Int>()
    for cluster in overlaps.byFounder where persons[cluster] == nil {
        var attempt = 0
        var id = mint(overlaps.founders[cluster], attempt)
        while !taken.insert(id).inserted {
            attempt += 1
            id = mint(overlaps.founders[cluster], attempt)
        }
        persons[cluster] = id
        isNew.insert(cluster)
    }
    let assigned = persons.compactMap { $0 }

    var events: [IdentityEvent] = []
    let byPerson = Dictionary(grouping: overlaps.largestFirst, by: \.person)
    for person in Set(previous.values).sorted() {
        guard let own = byPerson[person] else {
            events.append(.absent(person))
            continue
        }
        // Where the id was not kept, most of its records say who the person is now.
        let home = keptBy[person] ?? own[0].cluster
        if keptBy[person] == nil { events.append(.merged(survivor: assigned[home], absorbed: person)) }
        for overlap in own where overlap.cluster != home {
            events.append(.split(from: person, to: assigned[overlap.cluster]))
        }
    }
    for cluster in overlaps.byFounder where isNew.contains(cluster) && !overlaps.isKnown[cluster] {
        events.append(.new(assigned[cluster]))
    }
    return IdentityOutcome(persons: assigned, events: events)
}

/// How many of each former person's records stand in which cluster.
private struct Overlaps {
    struct Overlap {
        let person: PersonID
        let cluster: Int
        let records: Int
    }

    let largestFirst: [Overlap]
    /// The smallest key of each cluster.
    let founders: [RecordKey]
    /// Clusters in order of their founders.
    let byFounder: [Int]
    /// Whether any record of the cluster was known before.
    let isKnown: [Bool]

    init(clusters: [[RecordKey]], previous: [RecordKey: PersonID]) {
        let founders = clusters.map { $0.min() ?? RecordKey("") }
        var overlaps: [Overlap] = []
        var isKnown: [Bool] = []
        for (number, cluster) in clusters.enumerated() {
            var counts: [PersonID: Int] = [:]
            for key in cluster {
                if let person = previous[key] { counts[person, default: 0] += 1 }
            }
            isKnown.append(!counts.isEmpty)
            overlaps += counts.map { Overlap(person: $0.key, cluster: number, records: $0.value) }
        }
        largestFirst = overlaps.sorted { a, b in
            if a.records != b.records { return a.records > b.records }
            if a.person != b.person { return a.person < b.person }
            return founders[a.cluster] < founders[b.cluster]
        }
        self.founders = founders
        self.isKnown = isKnown
        byFounder = clusters.indices.sorted { founders[$0] < founders[$1] }
    }
}
