package import Domain

/// The lines of a file once more, by where they stand: so that what could not be used can be kept as it came.
package struct RawLines {
    private let blocks: BlockFile

    /// - Parameter file: for messages; the name in the inbox.
    package init(path: String, file: String) throws(Fault) { blocks = try BlockFile(path: path, name: file) }

    /// The line at `offset` that is `length` bytes long, its line end included.
    package func line(at offset: Int, length: Int) throws(Fault) -> RawLine {
        RawLine(bytes: try blocks.read(at: offset, count: min(length, RowScanner.limit)), length: length)
    }
}
