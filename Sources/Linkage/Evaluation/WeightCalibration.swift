/// What weights mean, counted on pairs of which is known whether they are one person.
///
/// The probability of a weight is the isotonic regression of the labels: the one that rises with the weight and is nearest to them
/// (Ayer et al. 1955, pool adjacent violators; Zadrozny and Elkan 2002 for calibration).
package struct WeightCalibration: Sendable {
    /// Labelled pairs of one weight.
    package struct Count: Sendable, Hashable {
        package let weight: Double
        package let matches: Int
        package let others: Int

        package init(weight: Double, matches: Int, others: Int) {
            (self.weight, self.matches, self.others) = (weight, matches, others)
        }
    }

    /// A stretch of weights with one probability.
    struct Step: Sendable, Hashable {
        /// From this weight on.
        let weight: Double
        let probability: Double
    }

    /// A threshold with what was seen above it.
    package struct Threshold: Sendable, Hashable {
        package let weight: Double
        /// Labelled pairs of the threshold or more, and how many of them are two persons.
        package let links: Int
        package let wrong: Int
        /// Share of wrong links, 0...1, of which `wrong` of `links` is an observation.
        package let interval: ShareInterval
        package var wrongPer10000: Double { links == 0 ? 0 : 10_000 * Double(wrong) / Double(links) }
    }

    /// From the lowest weight up; probabilities rise.
    let steps: [Step]
    private let counts: [Count]

    /// - Parameter counts: in any order; equal weights may come several times.
    package init(_ counts: [Count]) {
        var merged: [Double: (matches: Int, others: Int)] = [:]
        for count in counts {
            merged[count.weight, default: (0, 0)].matches += count.matches
            merged[count.weight, default: (0, 0)].others += count.others
        }
        self.counts = merged.sorted { $0.key < $1.key }.map {
            Count(weight: $0.key, matches: $0.value.matches, others: $0.value.others)
        }.filter { $0.matches + $0.others > 0 }
        var pools: [(weight: Double, matches: Int, pairs: Int)] = []
        for count in self.counts {
            pools.append((count.weight, count.matches, count.matches + count.others))
            // By products of whole numbers: a tie is a tie.
            while pools.count > 1 {
                let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
                guard before.matches * last.pairs >= last.matches * before.pairs else { break }
                pools.removeLast()
                pools[pools.count - 1] = (
                    before.weight, before.matches + last.matches, before.pairs + last.pairs
                )
            }
        }
        steps = pools.map {
            Step(weight: $0.weight, probability: Double($0.matches) / Double($0.pairs))
        }
    }

    /// The calibrated probability of a weight; below all labelled weights that of the lowest, `nil` without labels.
    package func probability(of weight: Double) -> Double? {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].weight <= weight { low = middle + 1 } else { high = middle }
        }
        return steps.isEmpty ? nil : steps[max(0, low - 1)].probability
    }

    /// What stands above a weight.
    package func threshold(at weight: Double, confidence: Double = 0.95) -> Threshold {
        let above = counts.filter { $0.weight >= weight }
        let wrong = above.reduce(0) { $0 + $1.others }
        let links = above.reduce(wrong) { $0 + $1.matches }
        return Threshold(
            weight: weight, links: links, wrong: wrong,
            interval: ShareInterval(wrong, of: links, confidence: confidence))
    }

    /// The lowest threshold above which no more than so many of 10,000 links were seen to be wrong.
    ///
    /// - Returns: `nil` where no threshold keeps to it.
    package func threshold(wrongPer10000 allowed: Double, confidence: Double = 0.95) -> Threshold? {
        var (wrong, links) = (0, 0)
        var best: Double?
        for count in counts.reversed() {
            wrong += count.others
            links += count.matches + count.others
            if Double(wrong) / Double(links) * 10_000 <= allowed { best = count.weight }
        }
        return best.map { threshold(at: $0, confidence: confidence) }
    }
}

extension WeightCurve {
    /// The curve's own counts, a twentieth of a bit each.
    package var calibration: WeightCalibration {
        var counts: [WeightCalibration.Count] = []
        var (matches, others) = (0, 0)
        for point in points(actual: 0) {
            counts.append(
                WeightCalibration.Count(
                    weight: point.weight, matches: point.matches - matches, others: point.others - others))
            (matches, others) = (point.matches, point.others)
        }
        return WeightCalibration(counts)
    }
}
