internal import Domain
internal import Foundation

/// Comparisons whose levels name several likenesses at once.
///
/// Members of a household share name and postcode, twins a birthday besides: to add up the weights of each, as if they were
/// independent, makes twins one person. A comparison whose levels say "name, day and postcode", "name and postcode" weighs the
/// whole at once. How often two persons reach such a level cannot be drawn at random, it is too rare, and no rule leaves the level
/// open; but where a rule makes every pair of a level, the other comparisons tell how many of these pairs are one person.
extension TableTraining {
    /// Learns m and u of the plan's joint comparisons, and the prior, from all pairs of the model's rules.
    ///
    /// Within a level the share of matches has a likelihood with one peak, since what the other comparisons say is fixed: start
    /// and order of the levels decide nothing. Where no rule makes every pair of a level, u stays as drawn.
    ///
    /// - Throws: `link.joint` where the model has no such comparison, or less than two others: with one, its m and the shares could not be
    ///   told apart.
    mutating func learnJoint(
        _ plan: Plan, _ program: ComparisonProgram, _ table: inout RecordTable, _ workers: Workers
    ) throws {
        let places = try jointPlaces(plan)
        guard !places.isEmpty else { return }
        guard model.comparisons.count - places.count >= 2 else {
            throw Fault(
                .configuration, code: "link.joint", message: "joint の比較のほかに、比較が2つありません。",
                field: plan.joint.joined(separator: "、"),
                fix: "joint にしない、世帯で同じにならない比較（名・性別など）を2つ以上書いてください。それで同じ人かどうかを見分けます。")
        }
        let blocking = try TableBlocking(
            model.rules, linkType: model.linkType, table: &table, threads: workers.threads)
        var everyPair = plan
        everyPair.maxPairs = Self.mostJointPairs
        let counts = count(blocking, program, everyPair, workers).sorted
        let all = Self.comparablePairs(model.linkType, table.datasets)
        // Where only a share of the pairs was compared, each stands for several.
        let scale = max(1, Double(blocking.forecast) / Double(everyPair.maxPairs))
        for place in places { learnJoint(place, counts, all: all, scale: scale) }
    }

    /// The plan's joint comparisons.
    ///
    /// - Throws: `link.joint` where the model has no such comparison.
    func jointPlaces(_ plan: Plan) throws(Fault) -> [Int] {
        try plan.joint.map { name throws(Fault) in
            guard let place = model.comparisons.firstIndex(where: { $0.name == name }) else {
                throw Fault(
                    .configuration, code: "link.joint", message: "training の joint に、比較にない名前があります。",
                    field: name,
                    fix: "comparisons の name のどれかを書いてください。")
            }
            return place
        }
    }

    /// Pairs that are compared at most.
    private static let mostJointPairs = 200_000_000

    private mutating func learnJoint(
        _ place: Int, _ counts: [(pattern: TablePattern, count: Int)], all: Double, scale: Double
    ) {
        let comparison = model.comparisons[place]
        // m and u both are shares of the pairs that have the values.
        let comparable = all * known[place]
        var slices = comparison.levels.map { _ in [(ratio: Double, count: Double)]() }
        for (pattern, count) in counts {
            slices[pattern[place]].append((likelihoodRatio(pattern, without: [place]), Double(count) * scale))
        }
        var (matches, others) = (comparison.levels.map { _ in 0.0 }, comparison.levels.map { _ in 0.0 })
        for (level, slice) in slices.enumerated() {
            if comparison.levels[level].isNull {
                // Nothing to say of it: what the prior and the others say.
                let odds = model.prior / (1 - model.prior)
                matches[level] = slice.reduce(0) { $0 + $1.count * ($1.ratio * odds) / (1 + $1.ratio * odds) }
                continue
            }
            let drawn = (comparison.levels[level].u ?? 0) * comparable
            let isWhole = isMadeWhole(comparison.levels[level])
            matches[level] = Self.matches(in: slice, others: isWhole ? nil : drawn)
            others[level] = isWhole ? slice.reduce(0) { $0 + $1.count } - matches[level] : drawn
        }
        let asked = asked(of: place)
        guard asked.contains(where: { matches[$0] > 0 }) else { return }
        for level in asked {
            model.comparisons[place].levels[level].m = Self.share(of: level, in: matches, asked)
            // Half a pair: a level that no two persons reached is rare, not impossible.
            model.comparisons[place].levels[level].u = min(max(others[level], 0.5) / comparable, 1)
            unseen.removeAll { $0 == "\(comparison.name) / \(comparison.levels[level].label)" }
            if matches[level] < 0.5 { noteUnseen(place, level) }
        }
        takePrior(matches.reduce(0, +) / all)
    }

    /// Pairs of one person in a slice, by expectation-maximisation of their share alone.
    ///
    /// - Parameters:
    ///   - slice: patterns by how much likelier the other comparisons make them for one person, with their pairs.
    ///   - others: pairs of two persons that the level has at all, where that is known; `nil` where the slice has them all.
    static func matches(in slice: [(ratio: Double, count: Double)], others: Double?) -> Double {
        let total = slice.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        var matches = total / 2
        for _ in 0..<1_000 {
            let odds = matches / max(others ?? (total - matches), 1e-9)
            let next = slice.reduce(0) { $0 + $1.count * ($1.ratio * odds) / (1 + $1.ratio * odds) }
            let change = abs(next - matches)
            matches = next
            if change < 1e-6 * total { break }
        }
        return matches
    }

    /// How much likelier one person makes what all other comparisons say.
    func likelihoodRatio(_ pattern: TablePattern, without places: [Int]) -> Double {
        var bits = 0.0
        for other in model.comparisons.indices where !places.contains(other) {
            bits += model.comparisons[other].levels[pattern[other]].weight ?? 0
        }
        return exp2(min(max(bits, -500), 500))
    }

    /// Whether some rule makes every pair of the level: all its keys are among what the level says is equal.
    private func isMadeWhole(_ level: TableModel.Level) -> Bool {
        let equal = Self.equalities(of: level.condition)
        return model.rules.contains {
            $0.filter == nil && Self.equalities(of: $0.condition).isSubset(of: equal)
        }
    }

    /// The plain equalities that a condition demands, all of them joined by AND.
    private static func equalities(of condition: Condition) -> Set<Set<Condition.Side>> {
        switch condition {
        case .equal(let a, let b): [[a, b]]
        case .and(let parts): parts.reduce(into: []) { $0.formUnion(equalities(of: $1)) }
        default: []
        }
    }
}
