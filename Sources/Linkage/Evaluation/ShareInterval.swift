internal import Foundation

/// A share counted on a sample, with its exact two-sided confidence interval (Clopper and Pearson, Biometrika 26, 1934).
///
/// Its ends are quantiles of beta distributions; the true share lies within at least as often as said, also where no wrong one was
/// seen: 0 of 1,000 may be up to 37 of 10,000.
package struct ShareInterval: Sendable, Hashable, Codable {
    /// 0...1; the share that was seen, 0 where nothing was.
    package let middle: Double
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - count: how many of `total`, 0...total.
    ///   - confidence: how often the interval holds the true share, 0..<1.
    package init(_ count: Int, of total: Int, confidence: Double = 0.95) {
        precondition((0...total).contains(count))
        let tail = (1 - confidence) / 2
        let (k, n) = (Double(count), Double(total))
        middle = total == 0 ? 0 : k / n
        low = count == 0 ? 0 : Self.quantile(tail, k, n - k + 1)
        high = count == total ? 1 : Self.quantile(1 - tail, k + 1, n - k)
    }

    /// The score interval (Wilson 1927), 95 %: closer to what it promises than the exact one where little was seen.
    ///
    /// - Parameter count: how many of `total`, 0...total; `total` is at least 1.
    package static func wilson(_ count: Int, of total: Int) -> ShareInterval {
        precondition(total > 0 && (0...total).contains(count))
        let (z, n) = (1.959_963_984_540_054, Double(total))
        let share = Double(count) / n
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
        return ShareInterval(
            middle: share, low: count == 0 ? 0 : centre - half, high: count == total ? 1 : centre + half)
    }

    package init(middle: Double, low: Double, high: Double) {
        (self.middle, self.low, self.high) = (middle, low, high)
    }

    /// Where the beta distribution reaches a probability, by bisection: it rises all along.
    private static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle <= low || middle >= high { break }
            if incompleteBeta(middle, a, b) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22), evaluated after Lentz.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean only (DLMF 8.17.4 for the other side).
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let logarithm = logGamma(a + b) - logGamma(a) - logGamma(b)
        let front = exp(logarithm + a * log(x) + b * log1p(-x)) / a
        let tiny = 1e-300
        var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + term * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + term / c
                if abs(c) < tiny { c = tiny }
                fraction *= d * c
                if term < 0, abs(d * c - 1) < 1e-14 { return front * fraction }
            }
        }
        return front * fraction
    }

    private static func logGamma(_ x: Double) -> Double { lgamma(x) }
}
