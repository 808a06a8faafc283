/// How many pairs have which weight, and how many of them are right: a twentieth of a bit each.
package struct WeightCurve: Sendable, Hashable {
    /// Twentieths of a bit from the lowest on; weights beyond stand at the ends.
    private static let lowest = -2_000
    private static let size = 4_001
    private var matches = [Int](repeating: 0, count: Self.size)
    private var others = [Int](repeating: 0, count: Self.size)

    package init() {}

    mutating func add(_ weight: Double, isMatch: Bool) {
        let place = Int((weight.isNaN ? 0 : min(max(weight * 20, -2_000), 2_000)).rounded()) - Self.lowest
        if isMatch { matches[place] += 1 } else { others[place] += 1 }
    }

    static func += (left: inout WeightCurve, right: WeightCurve) {
        for place in 0..<size {
            left.matches[place] += right.matches[place]
            left.others[place] += right.others[place]
        }
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
