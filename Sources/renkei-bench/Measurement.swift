import Domain
import Foundation

/// One line of the table: what a hot path costs.
struct Measurement: Encodable {
    let name: String
    let items: Int
    let nanosecondsPerItem: Double
    /// Bytes a second, for what reads bytes.
    let megabytesPerSecond: Double?
}

/// Times pieces of work one after the other; the best of three runs, so that a busy machine disturbs less.
struct Stopwatch {
    private static let runs = 3
    private(set) var measurements: [Measurement] = []

    /// - Parameters:
    ///   - bytes: what one run reads, where that is the point.
    ///   - body: one run over all `items`; its result is kept from being optimised away.
    mutating func time<Result>(
        _ name: String, items: Int, bytes: Int? = nil, _ body: () throws -> Result
    ) rethrows {
        var best = Double.infinity
        for _ in 0..<Self.runs {
            var result: Result?
            let elapsed = try ContinuousClock().measure { result = try body() }
            withExtendedLifetime(result) {}
            let (seconds, attoseconds) = elapsed.components
            best = min(best, Double(seconds) + Double(attoseconds) / 1e18)
        }
        measurements.append(
            Measurement(
                name: name, items: items, nanosecondsPerItem: best * 1e9 / Double(max(1, items)),
                megabytesPerSecond: bytes.map { Double($0) / 1e6 / best }))
    }
}

/// What a run of all measurements found.
struct Table: Encodable {
    let seed: UInt64
    let children: Int
    let measurements: [Measurement]
    /// Of the whole program, up to its end.
    let peakMebibytes: Int

    var text: String {
        var lines = ["city: \(children) children, seed \(seed)", ""]
        lines.append(row("path", "items", "ns/item", "MB/s"))
        for measured in measurements {
            lines.append(
                row(
                    measured.name, String(measured.items), String(Int(measured.nanosecondsPerItem.rounded())),
                    measured.megabytesPerSecond.map { String(Int($0.rounded())) } ?? ""))
        }
        return (lines + ["", "peak RSS: \(peakMebibytes) MiB"]).joined(separator: "\n")
    }

    private func row(_ name: String, _ items: String, _ cost: String, _ rate: String) -> String {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        return name + String(repeating: " ", count: max(1, 40 - name.count)) + right(items, 10)
            + right(cost, 10) + right(rate, 8)
    }
}

/// The most memory this process has held, in MiB.
func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
}
