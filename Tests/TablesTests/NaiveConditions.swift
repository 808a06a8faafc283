@testable import Linkage

/// What conditions mean, asked of two records' texts directly: the plain twin of the program over integers.
struct NaivePair {
    let left: [String: String]
    let right: [String: String]

    /// `nil`: unknown.
    func truth(of condition: Condition) -> Bool? {
        switch condition {
        case .equal(let a, let b):
            guard let a = text(a), let b = text(b) else { return nil }
            return a == b
        case .compare(let number, let relation, let bound):
            guard let value = value(of: number) else { return nil }
            switch relation {
            case .less: return value < bound
            case .atMost: return value <= bound
            case .atLeast: return value >= bound
            case .greater: return value > bound
            case .equal: return value == bound
            }
        case .missing(let side): return text(side) == nil
        case .missingNumber(let side, let reading): return text(side).flatMap { reading.value(of: $0) } == nil
        case .and(let parts):
            let truths = parts.map { truth(of: $0) }
            return truths.contains(false) ? false : truths.contains(nil) ? nil : true
        case .or(let parts):
            let truths = parts.map { truth(of: $0) }
            return truths.contains(true) ? true : truths.contains(nil) ? nil : false
        case .not(let part): return truth(of: part).map { !$0 }
        case .otherwise: return true
        }
    }

    private func text(_ side: Condition.Side) -> String? {
        let cell = (side.isLeft ? left : right)[side.expression.column] ?? ""
        if cell.isEmpty { return nil }
        let text = (try? side.expression.reader()(cell)) ?? ""
        return text.isEmpty ? nil : text
    }

    private func value(of number: Condition.PairNumber) -> Double? {
        guard let a = text(number.sides[0]), let b = text(number.sides[1]) else { return nil }
        if case .difference(_, let first, _, let second) = number {
            guard let x = first.value(of: a), let y = second.value(of: b) else { return nil }
            return abs(x - y)
        }
        // The shorter first, so that who stands left does not matter.
        let texts = [a, b].map { $0.unicodeScalars.map(\.value) }.sorted { one, other in
            one.count == other.count ? one.lexicographicallyPrecedes(other) : one.count < other.count
        }
        switch number {
        case .jaro: return Self.jaro(texts[0], texts[1])
        case .jaroWinkler:
            let jaro = Self.jaro(texts[0], texts[1])
            let prefix = zip(texts[0], texts[1]).prefix { $0 == $1 }.prefix(4).count
            return jaro > 0.7 ? jaro + Double(prefix) * 0.1 * (1 - jaro) : jaro
        case .levenshtein: return Double(Self.edits(texts[0], texts[1]))
        case .damerauLevenshtein: return Double(Self.editsWithExchange(texts[0], texts[1]))
        case .difference: return nil
        }
    }

    static func jaro(_ a: [UInt32], _ b: [UInt32]) -> Double {
        let window = max(0, max(a.count, b.count) / 2 - 1)
        var isTaken = b.map { _ in false }
        var first: [UInt32] = []
        for (i, letter) in a.enumerated() {
            if let j = b.indices.first(where: { abs($0 - i) <= window && !isTaken[$0] && b[$0] == letter }) {
                isTaken[j] = true
                first.append(letter)
            }
        }
        let second = zip(b, isTaken).filter(\.1).map(\.0)
        if first.isEmpty { return 0 }
        let (m, exchanged) = (Double(first.count), zip(first, second).count { $0 != $1 })
        return (m / Double(a.count) + m / Double(b.count) + (m - Double(exchanged / 2)) / m) / 3
    }

    static func edits(_ a: [UInt32], _ b: [UInt32]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var next = [i + 1]
            for (j, other) in b.enumerated() {
                next.append(min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[b.count]
    }

    /// Lowrance and Wagner's recurrence as it stands, every earlier exchange tried.
    static func editsWithExchange(_ a: [UInt32], _ b: [UInt32]) -> Int {
        var cells = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count {
            for j in 0...b.count {
                if i == 0 || j == 0 {
                    cells[i][j] = i + j
                    continue
                }
                var best = min(
                    cells[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), cells[i - 1][j] + 1,
                    cells[i][j - 1] + 1)
                for k in 1..<max(i, 1) where a[k - 1] == b[j - 1] {
                    for l in 1..<max(j, 1) where b[l - 1] == a[i - 1] {
                        best = min(best, cells[k - 1][l - 1] + (i - k - 1) + 1 + (j - l - 1))
                    }
                }
                cells[i][j] = best
            }
        }
        return cells[a.count][b.count]
    }
}
