package import Domain
package import Extracts
package import Linkage

/// Reads CSV files of any kind into a table for linkage: in the encodings and shapes that extracts come in.
package enum TableFile {
    /// - Parameters:
    ///   - files: all with the same columns; a record's data set is the place of its file.
    ///   - encodings: of the files, where the work file says so.
    ///   - isInput: whether a work file names them.
    /// - Throws: `Fault` where a file cannot be read, or has other columns than the first, or a row of another length.
    package static func read(
        _ files: [String], encodings: [TextEncoding?] = [], isInput: Bool = true
    ) throws(Fault) -> RecordTable {
        var table: RecordTable?
        for (dataset, path) in files.enumerated() {
            let reader = try TableReader(
                path, encoding: dataset < encodings.count ? encodings[dataset] : nil, isInput: isInput)
            let name = reader.name
            if table == nil { table = RecordTable(columnNames: reader.header) }
            guard let columns = table?.columnNames else { break }
            let places = try columns.map { column throws(Fault) in
                guard let place = reader.header.firstIndex(of: column) else {
                    throw Fault(
                        .configuration, code: "table.column", message: "最初のファイルにある列「\(column)」がありません。",
                        file: name, field: column, fix: "すべてのファイルに同じ列を用意してください。")
                }
                return place
            }
            while let line = try reader.next() {
                switch line {
                case .outside: continue
                case .unreadable(let rejection):
                    throw Fault(
                        .gate, code: rejection.code, message: rejection.message, file: name,
                        line: rejection.position.line, fix: rejection.fix)
                case .row(let row):
                    guard row.count == reader.header.count else {
                        throw Fault(
                            .gate, code: "table.row",
                            message: "列の数が\(reader.header.count)ではなく\(row.count)です。", file: name,
                            line: row.position.line, fix: "値の中の「,」や引用符が正しく囲まれているかを確かめてください。")
                    }
                    table?.append(dataset: dataset) { row.bytes(places[$0]) }
                    try table?.checkRoom()
                }
            }
        }
        return table ?? RecordTable(columnNames: [])
    }
}
