internal import Foundation

/// How common each name is among the records, and what agreeing on it is worth beyond its level's weight.
///
/// Among pairs of one person an agreed value v occurs with its frequency f(v), among pairs of two with f(v)²/Σf²; the
/// adjustment is therefore log2(Σf² / f(v)), nought on average (Winkler 2000; as in Splink, without its free exponent).
struct TermFrequency: Sendable {
    /// By text id, the records that bear the name in any form.
    private let counts: [UInt32]
    private let records: Double
    /// Σf², the probability that two records agree by chance.
    private let collision: Double
    private let floor: Double

    /// Counts one part of the names, kanji or kana, over all records.
    init(_ part: (EncodedName) -> UInt32, of columns: RecordColumns, floor: Double) {
        var counts = [UInt32](repeating: 0, count: columns.text.count)
        var bearing = 0
        var seen: [UInt32] = []
        for record in 0..<columns.count {
            seen.removeAll(keepingCapacity: true)
            for form in columns.names.values[columns.names.range(record)] {
                let id = part(columns.forms[Int(form)])
                guard id != 0, !seen.contains(id) else { continue }
                seen.append(id)
                counts[Int(id)] += 1
                bearing += 1
            }
        }
        self.counts = counts
        self.floor = floor
        records = Double(max(bearing, 1))
        // Whole numbers first, so that the sum does not depend on the order of the records.
        collision = Double(counts.reduce(UInt64(0)) { $0 + UInt64($1) * UInt64($1) }) / (records * records)
    }

    /// Bits to add for agreeing on these two texts (one text, or two that differ by a geta mark); 0 if unknown.
    func adjustment(_ a: UInt32, _ b: UInt32) -> Double? {
        let count = max(counts[Int(a)], counts[Int(b)])
        guard count > 0, collision > 0, a != 0 || b != 0 else { return nil }
        return log2(collision / max(Double(count) / records, floor))
    }
}
