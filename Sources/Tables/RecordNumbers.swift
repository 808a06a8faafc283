import Domain
package import Linkage

/// The column that tells a table's records apart.
package enum RecordNumbers {
    /// - Throws: `link.column`; `link.ids` where records of one file lack a number or share one.
    package static func check(_ column: String, of table: RecordTable) throws {
        let (ids, datasets) = (try table.terms(of: column), table.datasets)
        var (empty, repeated) = (0, 0)
        for dataset in Set(datasets) {
            var seen = [Bool](repeating: false, count: Int(ids.max() ?? 0) + 1)
            for (record, id) in ids.enumerated() where datasets[record] == dataset {
                if id == 0 {
                    empty += 1
                } else if seen[Int(id)] {
                    repeated += 1
                }
                seen[Int(id)] = true
            }
        }
        guard empty + repeated > 0 else { return }
        throw Fault(
            .gate, code: "link.ids", message: "記録の番号のない行が\(empty)行、前の行と同じ番号の行が\(repeated)行あります。",
            field: column,
            fix: "記録ごとに違う番号の列を id_column に指定するか、番号を付け直してください。")
    }
}
