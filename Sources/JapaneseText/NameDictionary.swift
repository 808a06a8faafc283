package import Domain

/// The family and given names the city's own resident register holds, for splitting names that other departments write
/// without a space.
///
/// Learned anew every night from the spine; nothing is taken from outside, nothing is guessed beyond it.
package struct NameDictionary: Sendable {
    /// Readings by comparable family name.
    private var families: [String: Set<String>] = [:]
    private var givens: Set<String> = []
    private var familyReadings: Set<String> = []
    private var givenReadings: Set<String> = []
    /// Scalars of the longest family name and of its longest reading: no cut lies further on.
    private var longest = (family: 0, reading: 0)

    package init() {}

    /// Learns from a name that its source gave split; one that is not split teaches nothing.
    package mutating func add(_ name: NameForm) {
        if !name.family.isEmpty {
            families[name.family, default: []].formUnion(name.familyKana.isEmpty ? [] : [name.familyKana])
        }
        if !name.given.isEmpty { givens.insert(name.given) }
        if !name.familyKana.isEmpty { familyReadings.insert(name.familyKana) }
        if !name.givenKana.isEmpty { givenReadings.insert(name.givenKana) }
        longest.family = max(longest.family, name.family.unicodeScalars.count)
        longest.reading = max(longest.reading, name.familyKana.unicodeScalars.count)
    }

    /// Comparable family and given name of a name written without a space, or `nil` where the register does not say.
    ///
    /// A cut counts more when the family is read as `kana` begins, and when the given name is known too; a family name alone
    /// is believed only where it is the only one that fits and leaves a given name of one or two characters. Two cuts that
    /// count the same are not decided, unless one family's reading covers more.
    package func split(_ written: String, kana: String) -> (family: String, given: String)? {
        let name = ComparableText.of(written)
        let readings = ComparableText.words(kana).map { Kana.normal($0) }
        var best: (weight: Int, family: String, given: String)?
        var isTied = false
        for cut in name.unicodeScalars.indices.dropFirst().prefix(longest.family) {
            let family = String(name.unicodeScalars[..<cut])
            guard let known = families[family] else { continue }
            let given = String(name.unicodeScalars[cut...])
            var weight = 1
            if givens.contains(given) { weight += 2 }
            if Self.reads(known, readings) {
                weight += 4
            } else if weight == 1 && (!readings.isEmpty || given.unicodeScalars.count > 2) {
                continue
            }
            // 中 and 中島 both begin ナカシマアオイ: the family that accounts for more of it.
            let isLongerReading = best?.weight == weight && weight == 5
            if let current = best, current.weight >= weight, !isLongerReading {
                isTied = isTied || current.weight == weight
            } else {
                best = (weight, family, given)
                isTied = false
            }
        }
        guard let best, !isTied else { return nil }
        return (best.family, best.given)
    }

    /// Family and given reading of a reading without a space.
    ///
    /// With the `family` known, by how the register reads it; without, only where one single cut leaves two readings the
    /// register knows.
    func splitReading(_ reading: String, family: String) -> (family: String, given: String)? {
        let known = families[family] ?? []
        let cuts = reading.unicodeScalars.indices.dropFirst().prefix(longest.reading).map {
            (String(reading.unicodeScalars[..<$0]), String(reading.unicodeScalars[$0...]))
        }
        let byFamily = cuts.filter { known.contains($0.0) }
        if byFamily.count == 1 { return byFamily[0] }
        let candidates =
            byFamily.isEmpty && family.isEmpty
            ? cuts.filter { familyReadings.contains($0.0) } : byFamily
        let byBoth = candidates.filter { givenReadings.contains($0.1) }
        return byBoth.count == 1 ? byBoth[0] : nil
    }

    /// Whether a reading of the family begins the person's reading.
    private static func reads(_ family: Set<String>, _ readings: [String]) -> Bool {
        guard let first = readings.first else { return false }
        if readings.count > 1 { return family.contains(first) }
        return family.contains { first.hasPrefix($0) && first != $0 }
    }
}
