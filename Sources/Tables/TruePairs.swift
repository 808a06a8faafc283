package import Linkage

/// How many pairs of one person there are.
package enum TruePairs {
    /// - Parameters:
    ///   - truth: equal numbers for records of one person; 0: not known, nobody's.
    ///   - datasets: of each record; pairs within one count only where the file is searched for duplicates.
    package static func count(_ truth: [UInt32], linkType: TableModel.LinkType, datasets: [UInt8]) -> Int {
        func pairs(_ sizes: some Sequence<Int>) -> Int { sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
        var persons: [UInt32: Int] = [:]
        var parts: [UInt64: Int] = [:]
        for (record, person) in truth.enumerated() where person != 0 {
            persons[person, default: 0] += 1
            parts[UInt64(person) << 8 | UInt64(datasets[record]), default: 0] += 1
        }
        let all = pairs(persons.values)
        return linkType == .link ? all - pairs(parts.values) : all
    }

    /// Every pair of one person, sorted.
    package static func all(
        _ truth: [UInt32], linkType: TableModel.LinkType, datasets: [UInt8]
    ) -> [PairVerdicts.Pair] {
        var persons: [UInt32: [Int]] = [:]
        for (record, person) in truth.enumerated() where person != 0 {
            persons[person, default: []].append(record)
        }
        return persons.values.flatMap { records in
            records.indices.flatMap { a in
                records[(a + 1)...].compactMap { b in
                    linkType == .link && datasets[records[a]] == datasets[b]
                        ? nil : PairVerdicts.Pair(records[a], b)
                }
            }
        }.sorted()
    }
}
