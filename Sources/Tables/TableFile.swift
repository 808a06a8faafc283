package import Domain
import Extracts
import Foundation
package import Linkage

/// Reads CSV files of any kind into a table for linkage: in the encodings and shapes that extracts come in.
package enum TableFile {
    /// - Parameter files: all with the same columns; a record's data set is the place of its file.
    /// - Throws: `Fault` where a file cannot be read, or has other columns than the first, or a row of another length.
    package static func read(_ files: [String]) throws(Fault) -> RecordTable {
        var table: RecordTable?
        for (dataset, path) in files.enumerated() {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let reader = try ExtractReader(
                path: path, source: SourceID("table"), file: name, format: format(of: path))
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

    /// UTF-8 where the file's beginning is that beyond ASCII: nothing else reads so by chance, while few Latin letters with marks
    /// look as unlikely in a Japanese extract as rubbish does.
    private static func format(of path: String) -> ExtractFormat {
        var format = ExtractFormat()
        guard let file = FileHandle(forReadingAtPath: path) else { return format }
        defer { try? file.close() }
        guard var bytes = try? file.read(upToCount: 1 << 22), bytes.contains(where: { $0 >= 0x80 }),
            !bytes.contains(0)
        else { return format }
        // A character that the end cuts counts for nothing.
        while let last = bytes.last, last >= 0x80 { bytes.removeLast() }
        if String(validating: bytes, as: UTF8.self) != nil {
            (format.encoding, format.isEncodingCertain) = (.utf8, true)
        }
        return format
    }
}
