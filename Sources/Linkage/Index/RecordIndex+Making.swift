internal import Domain
package import Foundation

extension RecordIndex {
    /// The bytes of an index and where its parts lie.
    ///
    /// - Parameter idColumn: names the records of hits.
    /// - Throws: `Fault`/`Faults` where model and table do not fit.
    package static func make(
        _ table: inout RecordTable, model: TableModel, idColumn: String
    ) throws -> (bytes: Data, layout: Layout) {
        if let faults = Faults(model.faults()) { throw faults }
        let search = try SearchModel(model)
        var (bytes, layout) = (Data(), Layout())
        (layout.records, layout.columns) = (table.count, table.columnNames)
        // Who holds the index learns nothing that no search asks.
        let read = Set(search.columns.map(\.column) + search.rules.flatMap { $0.flatMap(\.columns) })
        for column in read.union([idColumn]).sorted() { _ = try table.terms(of: column) }
        var table = table.keeping(read.union([idColumn]))
        func append(_ words: [UInt32]) -> Range<Int> {
            let start = bytes.count
            words.withUnsafeBytes { bytes.append(contentsOf: $0) }
            return start..<bytes.count
        }
        let columns = try search.columns.map { try table.derive($0) }
        var rows = [UInt32](repeating: 0, count: table.count * columns.count)
        for (place, column) in columns.enumerated() {
            for record in column.indices { rows[record * columns.count + place] = column[record] }
        }
        layout.rows = append(rows)
        let ids = try table.terms(of: idColumn)
        layout.ids = append(ids)
        for frequency in Set(search.frequencies.map(\.column)).sorted() {
            let terms = try table.terms(of: frequency)
            var counts = [UInt32](repeating: 0, count: table.terms.count)
            for term in terms where term != 0 { counts[Int(term)] += 1 }
            layout.frequencies.append(
                Layout.Frequency(
                    column: frequency, known: terms.count { $0 != 0 }, counts: append(counts)))
        }
        var slots = [UInt32](repeating: 0, count: 16)
        while slots.count < 2 * table.terms.count { slots = Array(repeating: 0, count: slots.count * 2) }
        var (ends, texts): ([UInt32], [UInt8]) = ([0], [])
        for term in 1..<max(1, table.terms.count) {
            texts += table.terms.bytes(of: UInt32(term))
            ends.append(UInt32(texts.count))
            var slot =
                Int(truncatingIfNeeded: hash([table.terms.text(of: UInt32(term))])) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(term)
        }
        layout.termEnds = append(ends)
        layout.slots = append(slots)
        for rule in search.rules {
            // What a record is found by is what is asked of the other side.
            var entries: [(key: UInt64, record: UInt32)] = []
            for side in rule { entries += try keys(side.stored, salt: side.salt, &table) }
            entries.sort { $0 < $1 }
            let start = bytes.count
            entries.map { $0.key.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
            layout.rules.append(
                Layout.Rule(keys: start..<bytes.count, records: append(entries.map(\.record))))
        }
        layout.datasets = bytes.count..<bytes.count + table.count
        bytes.append(contentsOf: table.datasets)
        layout.termBytes = bytes.count..<bytes.count + texts.count
        bytes.append(contentsOf: texts)
        return (bytes, layout)
    }

    private static func keys(
        _ readers: [KeyReader], salt: UInt64, _ table: inout RecordTable
    ) throws(Fault) -> [(key: UInt64, record: UInt32)] {
        // Each distinct cell is read once.
        var columns: [[[String]]] = []
        for reader in readers {
            var known: [UInt32: [String]] = [:]
            var cells: [[String]] = []
            for term in try table.terms(of: reader.column) {
                if known[term] == nil { known[term] = try reader.values(of: table.terms.text(of: term)) }
                cells.append(known[term] ?? [])
            }
            columns.append(cells)
        }
        let names = readers.map(\.column)
        var keys: [(key: UInt64, record: UInt32)] = []
        for record in 0..<table.count {
            let values = columns.map { $0[record] }
            try RecordKeys.check(values.map(\.count), of: names, after: keys.count)
            keys += hashes(values).map { ($0 ^ salt, UInt32(record)) }
        }
        return keys
    }
}
