/// A family or given name: how it is written and how it is read (full-width katakana, small letters kept).
struct NamePart: Hashable {
    var written: String
    var kana: String
}

/// A person's whole name.
struct PersonName: Hashable {
    var family: NamePart
    var given: NamePart

    func written(_ separator: String) -> String {
        family.written.isEmpty ? given.written : family.written + separator + given.written
    }
    func kana(_ separator: String) -> String {
        family.kana.isEmpty ? given.kana : family.kana + separator + given.kana
    }
}

/// Names with weights, and which of them sound, look or begin alike.
struct NameList {
    let names: [NamePart]
    private let runningTotals: [Int]
    private let byKana: [String: [Int]]
    private let byWritten: [String: [Int]]
    private let byFirst: [Character: [Int]]

    init(_ weighted: [(name: NamePart, weight: Int)]) {
        names = weighted.map(\.name)
        var total = 0
        runningTotals = weighted.map {
            total += $0.weight
            return total
        }
        byKana = Dictionary(grouping: names.indices) { weighted[$0].name.kana }
        byWritten = Dictionary(grouping: names.indices) { weighted[$0].name.written }
        byFirst = Dictionary(grouping: names.indices) { weighted[$0].name.written.first ?? " " }
    }

    func any(_ draw: inout Draw) -> NamePart { names[draw.index(byRunningTotals: runningTotals)] }

    /// The same reading in another spelling, where there is one.
    func sameReading(_ name: NamePart, _ draw: inout Draw) -> NamePart? {
        other(than: name, in: byKana[name.kana] ?? [], &draw)
    }

    /// The same spelling in another reading, where there is one.
    func sameSpelling(_ name: NamePart, _ draw: inout Draw) -> NamePart? {
        other(than: name, in: byWritten[name.written] ?? [], &draw)
    }

    /// Another reading that begins with the same character (陽斗 and 陽翔): names given to twins.
    func alike(_ name: NamePart, _ draw: inout Draw) -> NamePart? {
        guard let first = name.written.first else { return nil }
        return other(
            than: name, in: (byFirst[first] ?? []).filter { names[$0].kana != name.kana }, &draw)
    }

    private func other(than name: NamePart, in candidates: [Int], _ draw: inout Draw) -> NamePart? {
        let others = candidates.filter { names[$0] != name }
        return others.isEmpty ? nil : names[draw.one(of: others)]
    }
}

/// All names of the city: surnames by population, given names by generation and sex.
struct NameBook {
    let surnames = NameList(NameBook.surnames(SurnameTable.entries))
    let boys = NameList(NameBook.given(ChildNameTable.boys))
    let girls = NameList(NameBook.given(ChildNameTable.girls))
    let men = NameList(NameBook.given(AdultNameTable.men))
    let women = NameList(NameBook.given(AdultNameTable.women))
    let grandfathers = NameList(NameBook.given(AdultNameTable.grandfathers))
    let grandmothers = NameList(NameBook.given(AdultNameTable.grandmothers))

    /// Reads `河野/コウノ=121/カワノ=80`.
    private static func surnames(_ table: String) -> [(name: NamePart, weight: Int)] {
        table.split(whereSeparator: \.isWhitespace).flatMap { entry in
            let parts = entry.split(separator: "/")
            return parts.dropFirst().map { reading in
                let pair = reading.split(separator: "=")
                return (
                    name: NamePart(written: String(parts[0]), kana: String(pair[0])),
                    weight: pair.count == 2 ? Int(pair[1]) ?? 1 : 1
                )
            }
        }
    }

    /// Reads `ハルト=陽翔/悠人`; weights fall with rank as Zipf's law has it, for readings and for spellings.
    private static func given(_ table: String) -> [(name: NamePart, weight: Int)] {
        table.split(whereSeparator: \.isWhitespace).enumerated().flatMap { rank, entry in
            let parts = entry.split(whereSeparator: { $0 == "=" || $0 == "/" })
            return parts.dropFirst().enumerated().map { place, spelling in
                (
                    name: NamePart(written: String(spelling), kana: String(parts[0])),
                    weight: 1_000_000 / (rank + 12) / (place + 1)
                )
            }
        }
    }
}
