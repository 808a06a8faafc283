import Domain
package import Foundation
package import Linkage

/// A record index as a file: a head that tells what it is, then the index's bytes, read where they lie.
package enum IndexFile {
    private static let magic = Array("renkei index 1\n\0".utf8)

    /// What the head says.
    package struct Head: Codable, Sendable {
        package let idColumn: String
        package let datasets: [String]
        /// Of the model and the inputs it was made from, as they were named.
        package let model: String
        package let engine: String
        let layout: RecordIndex.Layout
        let bytes: Int
        /// Of the index's bytes.
        let checksum: UInt64
        /// The model as `TableModelFile` writes it.
        let modelText: String
    }

    /// Makes an index of a table and writes it, to be read by nobody else.
    ///
    /// - Throws: what `RecordIndex.make` throws; `link.unwritable`.
    package static func write(
        _ table: inout RecordTable, model: TableModel, idColumn: String, datasets: [String], source: String,
        engine: String, to path: String
    ) throws -> Int {
        let (bytes, layout) = try RecordIndex.make(&table, model: model, idColumn: idColumn)
        let head = Head(
            idColumn: idColumn, datasets: datasets, model: source, engine: engine, layout: layout,
            bytes: bytes.count, checksum: checksum(bytes),
            modelText: try TableModelFile.text(model, idColumn: idColumn, provenance: nil))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(head)
        var file = Data(magic)
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(text)
        // The parts are read in words of eight bytes.
        file.append(Data(count: (8 - file.count % 8) % 8))
        file.append(bytes)
        // It holds cells: only for who made it.
        try OutputFile.pieces(to: path, mode: 0o600) { piece in try piece(file) }
        return file.count
    }

    /// - Throws: `link.index` where it is no index, one of another form, or damaged; `Fault`/`Faults` where its model is.
    package static func open(_ path: String) throws -> (index: RecordIndex, head: Head) {
        guard let file = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            throw Fault(
                .notFound, code: "link.index", message: "索引のファイルがありません。", file: path,
                fix: "場所を確かめるか、「renkei link index」で作ってください。")
        }
        return try read(file, name: path)
    }

    /// The same from a file's bytes; faults name it by `name`.
    package static func read(_ file: Data, name path: String) throws -> (index: RecordIndex, head: Head) {
        func fault(_ message: String) -> Fault {
            Fault(
                .gate, code: "link.index", message: message, file: path,
                fix: "「renkei link index」で索引を作り直してください。")
        }
        guard file.starts(with: magic) else {
            throw fault(
                file.starts(with: magic.prefix(13)) ? "別の版の renkei が作った索引です。" : "renkei の索引ではないファイルです。")
        }
        let start = magic.count + 8
        guard file.count >= start else { throw fault("索引のファイルが途中で切れています。") }
        let size = Int(
            truncatingIfNeeded: UInt64(
                littleEndian: file.bytes.unsafeLoadUnaligned(fromByteOffset: magic.count, as: UInt64.self)))
        guard size > 0, size <= file.count - start else { throw fault("索引のファイルが途中で切れています。") }
        guard let head = try? JSONDecoder().decode(Head.self, from: file[start..<start + size]) else {
            throw fault("索引のファイルの見出しが壊れています。")
        }
        let body = start + size + (8 - (start + size) % 8) % 8
        guard body <= file.count, file.count - body == head.bytes else { throw fault("索引のファイルが途中で切れています。") }
        let bytes = file[body...]
        guard checksum(bytes) == head.checksum else { throw fault("索引のファイルが壊れています（検査の数が合いません）。") }
        let model = try SplinkModel.read(head.modelText, name: path)
        return (
            try RecordIndex(bytes, layout: head.layout, model: model, datasets: head.datasets.count), head
        )
    }

    /// Eight bytes at a time, each at its place: tells damage, not malice.
    private static func checksum(_ bytes: Data) -> UInt64 {
        let span = bytes.bytes
        var (sum, place) = (UInt64(bytes.count), 0)
        while place + 8 <= span.byteCount {
            let word = UInt64(
                littleEndian: span.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 32
            place += 8
        }
        while place < span.byteCount {
            sum = (sum ^ UInt64(span.unsafeLoad(fromByteOffset: place, as: UInt8.self))) &* 0x100_0000_01B3
            place += 1
        }
        return sum
    }
}
