internal import Foundation

/// A share counted on a random sample, with an interval (Wilson, JASA 1927): sound also where nothing or everything was counted.
package struct ShareInterval: Sendable, Hashable, Codable {
    /// 0...1
    package let middle: Double
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - count: of `total`, which is positive.
    ///   - deviations: how many standard deviations the interval reaches; 1.96 for 95 %.
    package init(_ count: Int, of total: Int, deviations z: Double = 1.96) {
        precondition(total > 0 && (0...total).contains(count))
        let (n, share) = (Double(total), Double(count) / Double(total))
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        middle = share
        low = count == 0 ? 0 : max(0, centre - reach)
        high = count == total ? 1 : min(1, centre + reach)
    }

    package init(middle: Double, low: Double, high: Double) {
        (self.middle, self.low, self.high) = (middle, low, high)
    }
}
