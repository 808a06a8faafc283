import Domain
package import Linkage

/// The column that tells a table's records apart.
package enum RecordNumbers {
    /// - Throws: `link.column`; `link.ids` where records of one file lack a number or share one.
    package static func check(_ column: String, of table: RecordTable) throws {
        var seen: Set<UInt64> = []
        seen.reserveCapacity(table.count)
        var (empty, repeated) = (0, 0)
        for (record, id) in try table.terms(of: column).enumerated() {
            if id == 0 {
                empty += 1
            } else if !seen.insert(UInt64(id) << 8 | UInt64(table.datasets[record])).inserted {
                repeated += 1
            }
        }
        guard empty + repeated > 0 else { return }
        throw Fault(
            .gate, code: "link.ids", message: "記録の番号のない行が\(empty)行、前の行と同じ番号の行が\(repeated)行あります。",
            field: column,
            fix: "記録ごとに違う番号の列を id_column に指定するか、番号を付け直してください。")
    }
}
