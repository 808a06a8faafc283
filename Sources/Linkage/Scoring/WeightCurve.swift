/// How many pairs have which weight, and how many of them are right: in steps of a twentieth of a bit, each from its
/// weight on.
package struct WeightCurve: Sendable, Hashable {
    /// Twentieths of a bit from the lowest on; weights beyond stand at the ends.
    private static let lowest = -2_000
    private static let size = 4_001
    private var matches = [Int](repeating: 0, count: Self.size)
    private var others = [Int](repeating: 0, count: Self.size)

    mutating func add(_ weight: Double, isMatch: Bool) {
        let steps = weight.isNaN ? 0 : min(max(weight * 20, -2_000), 2_000)
        // Downward; without the library's `floor`, which is a call.
        var place = Int(steps)
        if Double(place) > steps { place -= 1 }
        place -= Self.lowest
        if isMatch { matches[place] += 1 } else { others[place] += 1 }
    }

    static func += (left: inout WeightCurve, right: WeightCurve) {
        for place in 0..<size {
            left.matches[place] += right.matches[place]
            left.others[place] += right.others[place]
        }
    }

    /// The weight at which a step begins, in twentieths of a bit.
    private static func twentieths(_ weight: Double) -> Int { Int((weight * 20).rounded()) }

    /// Pairs by weight in wider steps, one of which begins at `anchor`, from the first that holds a pair to the last.
    package func bins(width: Double, anchor: Double) -> [(from: Double, pairs: Int)] {
        let (step, start) = (Self.twentieths(width), Self.twentieths(anchor))
        func bin(_ place: Int) -> Int {
            Int((Double(place + Self.lowest - start) / Double(step)).rounded(.down))
        }
        var pairs: [Int: Int] = [:]
        for place in 0..<Self.size where matches[place] + others[place] > 0 {
            pairs[bin(place), default: 0] += matches[place] + others[place]
        }
        guard let first = pairs.keys.min(), let last = pairs.keys.max() else { return [] }
        return (first...last).map { (anchor + Double($0) * width, pairs[$0] ?? 0) }
    }

    /// All pairs of `threshold` or more, and how many of them are of one person by the probability their weight stands for.
    package func expectation(from threshold: Double = -100) -> (pairs: Int, same: Double) {
        var (pairs, same) = (0, 0.0)
        let first = min(max(Self.twentieths(threshold) - Self.lowest, 0), Self.size)
        for place in first..<Self.size where matches[place] + others[place] > 0 {
            let count = matches[place] + others[place]
            pairs += count
            // The middle of the step.
            same += Double(count) * matchProbability(weight: (Double(place + Self.lowest) + 0.5) / 20)
        }
        return (pairs, same)
    }

    /// One point of the curve: all pairs of `weight` or more.
    package struct Point: Sendable, Hashable {
        package let weight: Double
        package let matches: Int
        package let others: Int
        package let recall: Double
        package var precision: Double {
            matches + others == 0 ? 1 : Double(matches) / Double(matches + others)
        }
        package var f1: Double {
            precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        }
    }

    /// From the highest weight down; only weights that a pair has.
    ///
    /// - Parameter actual: pairs of one person there are at all.
    package func points(actual: Int) -> [Point] {
        var points: [Point] = []
        var (right, wrong) = (0, 0)
        for place in stride(from: Self.size - 1, through: 0, by: -1)
        where matches[place] + others[place] > 0 {
            right += matches[place]
            wrong += others[place]
            points.append(
                Point(
                    weight: Double(place + Self.lowest) / 20, matches: right, others: wrong,
                    recall: actual == 0 ? 1 : Double(right) / Double(actual)))
        }
        return points
    }
}

extension [WeightCurve.Point] {
    /// The highest recall at which the precision is still 0.95, 0.99, 0.999; 0 where it never is.
    package var recallAtPrecision: [String: Double] {
        [0.95, 0.99, 0.999].reduce(into: [:]) { recalls, precision in
            recalls["\(precision)"] = filter { $0.precision >= precision }.map(\.recall).max() ?? 0
        }
    }
}
