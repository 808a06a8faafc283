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

/// The beginning of a part of a piece of work.
struct Mark {
    let part: String
    let items: Int
    let at = ContinuousClock.now

    init(_ part: String, _ items: Int) {
        self.part = part
        self.items = items
    }
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
            best = min(best, elapsed / .seconds(1))
        }
        add(name, items: items, seconds: best, bytes: bytes)
    }

    /// Times the parts of one piece of work, each the best of its runs.
    ///
    /// - Parameter body: gives a mark for each part, made as the part begins; the last part ends with `body`.
    mutating func timeParts(_ name: String, _ body: () throws -> [Mark]) rethrows {
        var best: [(part: String, items: Int, seconds: Double)] = []
        for _ in 0..<Self.runs {
            let marks = try body()
            let ends = marks.dropFirst().map(\.at) + [.now]
            for (index, (mark, end)) in zip(marks, ends).enumerated() {
                let seconds = mark.at.duration(to: end) / .seconds(1)
                if index == best.count {
                    best.append((mark.part, mark.items, seconds))
                } else {
                    best[index].seconds = min(best[index].seconds, seconds)
                }
            }
        }
        for part in best { add("\(name): \(part.part)", items: part.items, seconds: part.seconds) }
    }

    private mutating func add(_ name: String, items: Int, seconds: Double, bytes: Int? = nil) {
        measurements.append(
            Measurement(
                name: name, items: items, nanosecondsPerItem: seconds * 1e9 / Double(max(1, items)),
                megabytesPerSecond: bytes.map { Double($0) / 1e6 / seconds }))
    }
}

/// What a run of all measurements found.
struct Table: Encodable {
    let seed: UInt64
    let children: Int
    let measurements: [Measurement]
    let race: Race
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
        return (lines + ["", race.text, "", "peak RSS: \(peakMebibytes) MiB"]).joined(separator: "\n")
    }

    private func row(_ name: String, _ items: String, _ cost: String, _ rate: String) -> String {
        // A kanji is two columns wide.
        func columns(of text: String) -> Int {
            text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x2E80 ? 1 : 2) }
        }
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        return name + String(repeating: " ", count: max(1, 44 - columns(of: name))) + right(items, 10)
            + right(cost, 10) + right(rate, 8)
    }
}

/// The most memory this process has held, in MiB.
func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
}
