package import Domain

/// How well clusters agree with the truth, pair by pair and person by person.
///
/// Counted from the contingency table of persons and clusters, never by listing pairs: a million records take seconds.
package struct LinkageEvaluation: Sendable, Hashable, Codable {
    /// Pairs of records: in truth together, put together, and both.
    package struct Pairs: Sendable, Hashable, Codable {
        package var actual = 0
        package var predicted = 0
        package var common = 0

        /// Share of the pairs put together that belong together; 1 where none was put together.
        package var precision: Double { predicted == 0 ? 1 : Double(common) / Double(predicted) }
        /// Share of the pairs that belong together that were put together; 1 where none belongs together.
        package var recall: Double { actual == 0 ? 1 : Double(common) / Double(actual) }
        package var f1: Double { harmonicMean(precision, recall) }

        package init() {}
    }

    /// B-cubed: precision and recall of each record's own cluster, averaged over records (Bagga, Baldwin 1998).
    package struct BCubed: Sendable, Hashable, Codable {
        package var precision: Double
        package var recall: Double
        package var f1: Double { harmonicMean(precision, recall) }
    }

    /// Pairs with one record of each of two sources, or both of one.
    package struct SourcePair: Sendable, Hashable, Codable {
        package var first: SourceID
        package var second: SourceID
        package var pairs: Pairs
    }

    /// Pairs with at least one record of the group, and B-cubed over its records.
    package struct Group: Sendable, Hashable, Codable {
        package var name: String
        package var records: Int
        package var pairs: Pairs
        package var bCubed: BCubed
    }

    /// Persons who are easily taken for one another, such as twins: pairs of records of two of them, and how many were put together.
    package struct Kin: Sendable, Hashable, Codable {
        package var name: String
        package var pairs = 0
        package var together = 0

        /// 0 where there are none.
        package var share: Double { pairs == 0 ? 0 : Double(together) / Double(pairs) }
    }

    package var records: Int
    package var pairs: Pairs
    package var bCubed: BCubed
    /// In order of the sources.
    package var sourcePairs: [SourcePair]
    /// In order of the argument.
    package var groups: [Group]
    /// In order of the argument.
    package var kin: [Kin]

    /// - Parameters:
    ///   - truth: the person of each record.
    ///   - predicted: the cluster of each record, any numbering.
    ///   - sources: the source of each record.
    ///   - groups: names, such as `twins`, each with a mark for every record that belongs to the group.
    ///   - kin: names, each with sets of persons, as `truth` numbers them, who are easily taken for one another.
    ///   - isAcross: whether `pairs`, also those of groups, leave out pairs within one source.
    package static func measure(
        truth: [Int], predicted: [Int], sources: [SourceID], groups: [(name: String, members: [Bool])] = [],
        kin: [(name: String, sets: [[Int]])] = [], isAcross: Bool = false
    ) -> LinkageEvaluation {
        precondition(truth.count == predicted.count && truth.count == sources.count)
        let all = Contingency(truth: truth, predicted: predicted) { _ in true }
        // Persons and clusters parted by source: their pairs are those within one.
        let within = isAcross ? parted(by: sources, [truth, predicted]) : []
        func pairs(_ every: Contingency, where isCounted: (Int) -> Bool) -> Pairs {
            isAcross
                ? every.pairs - Contingency(truth: within[0], predicted: within[1], where: isCounted).pairs
                : every.pairs
        }
        let everyPair = pairs(all) { _ in true }
        return LinkageEvaluation(
            records: truth.count, pairs: everyPair,
            bCubed: all.bCubed(truth: truth, predicted: predicted) { _ in true },
            sourcePairs: bySource(truth: truth, predicted: predicted, sources: sources),
            groups: groups.map { group in
                precondition(group.members.count == truth.count)
                // Pairs with a member = all pairs without those that have none.
                let rest = Contingency(truth: truth, predicted: predicted) { !group.members[$0] }
                return Group(
                    name: group.name, records: group.members.count { $0 },
                    pairs: everyPair - pairs(rest) { !group.members[$0] },
                    bCubed: all.bCubed(truth: truth, predicted: predicted) { group.members[$0] })
            }, kin: kin.map { together($0, truth: truth, predicted: predicted) })
    }

    /// Numbers, each list's made different in every source.
    private static func parted(by sources: [SourceID], _ lists: [[Int]]) -> [[Int]] {
        let names = Set(sources).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return lists.map { list in
            zip(list, sources).map { $0 * names.count + (numbers[$1] ?? 0) }
        }
    }

    static func together(
        _ kin: (name: String, sets: [[Int]]), truth: [Int], predicted: [Int]
    ) -> Kin {
        let asked = Set(kin.sets.joined())
        // By person, how many records stand in each cluster.
        var clusters: [Int: [Int: Int]] = [:]
        for record in truth.indices where asked.contains(truth[record]) {
            clusters[truth[record], default: [:]][predicted[record], default: 0] += 1
        }
        var counted = Kin(name: kin.name)
        for set in kin.sets {
            for (place, one) in set.enumerated() {
                let own = clusters[one] ?? [:]
                for other in set[(place + 1)...] {
                    let others = clusters[other] ?? [:]
                    counted.pairs += own.values.reduce(0, +) * others.values.reduce(0, +)
                    counted.together += own.reduce(0) { $0 + $1.value * (others[$1.key] ?? 0) }
                }
            }
        }
        return counted
    }

    /// The pairs alone.
    static func pairs(truth: [Int], predicted: [Int]) -> Pairs {
        Contingency(truth: truth, predicted: predicted) { _ in true }.pairs
    }

    /// The cluster of each record, as `measure` takes it.
    package static func predicted(_ clusters: [[Int]], records: Int) -> [Int] {
        var predicted = Array(0..<records).map { -1 - $0 }
        for (number, cluster) in clusters.enumerated() {
            for record in cluster { predicted[record] = number }
        }
        return predicted
    }

    private static func bySource(truth: [Int], predicted: [Int], sources: [SourceID]) -> [SourcePair] {
        let names = Set(sources).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let source = sources.map { numbers[$0] ?? 0 }
        var table = [Pairs](repeating: Pairs(), count: names.count * names.count)
        func count(_ cells: [some Hashable], into field: WritableKeyPath<Pairs, Int>) {
            let order = Dictionary(grouping: cells.indices) { cells[$0] }
            for records in order.values {
                var sizes = [Int](repeating: 0, count: names.count)
                for record in records { sizes[source[record]] += 1 }
                let present = sizes.indices.filter { sizes[$0] > 0 }
                for (place, a) in present.enumerated() {
                    table[a * names.count + a][keyPath: field] += sizes[a] * (sizes[a] - 1) / 2
                    for b in present[(place + 1)...] {
                        table[a * names.count + b][keyPath: field] += sizes[a] * sizes[b]
                    }
                }
            }
        }
        count(truth, into: \.actual)
        count(predicted, into: \.predicted)
        count(zip(truth, predicted).map { Cell(person: $0, cluster: $1) }, into: \.common)
        return names.indices.flatMap { a in
            (a..<names.count).map { b in
                SourcePair(first: names[a], second: names[b], pairs: table[a * names.count + b])
            }
        }
    }
}

/// A person's records in one cluster.
private struct Cell: Hashable {
    var person: Int
    var cluster: Int
}

/// Records counted by person, by cluster, and by both.
private struct Contingency {
    private var persons: [Int: Int] = [:]
    private var clusters: [Int: Int] = [:]
    private var cells: [Cell: Int] = [:]

    init(truth: [Int], predicted: [Int], where isCounted: (Int) -> Bool) {
        for record in truth.indices where isCounted(record) {
            persons[truth[record], default: 0] += 1
            clusters[predicted[record], default: 0] += 1
            cells[Cell(person: truth[record], cluster: predicted[record]), default: 0] += 1
        }
    }

    var pairs: LinkageEvaluation.Pairs {
        func pairs(_ sizes: some Sequence<Int>) -> Int { sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
        var all = LinkageEvaluation.Pairs()
        all.actual = pairs(persons.values)
        all.predicted = pairs(clusters.values)
        all.common = pairs(cells.values)
        return all
    }

    /// Averaged over the records asked for, in their order, so that sums agree to the last bit.
    func bCubed(
        truth: [Int], predicted: [Int], where isAsked: (Int) -> Bool
    ) -> LinkageEvaluation.BCubed {
        var (precision, recall, count) = (0.0, 0.0, 0)
        for record in truth.indices where isAsked(record) {
            let common = Double(cells[Cell(person: truth[record], cluster: predicted[record])] ?? 0)
            precision += common / Double(clusters[predicted[record]] ?? 1)
            recall += common / Double(persons[truth[record]] ?? 1)
            count += 1
        }
        guard count > 0 else { return LinkageEvaluation.BCubed(precision: 1, recall: 1) }
        return LinkageEvaluation.BCubed(precision: precision / Double(count), recall: recall / Double(count))
    }
}

extension LinkageEvaluation.Pairs {
    fileprivate static func - (left: Self, right: Self) -> Self {
        var difference = left
        difference.actual -= right.actual
        difference.predicted -= right.predicted
        difference.common -= right.common
        return difference
    }
}

private func harmonicMean(_ a: Double, _ b: Double) -> Double { a + b == 0 ? 0 : 2 * a * b / (a + b) }
