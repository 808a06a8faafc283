internal import Domain

/// Feeds a file's blocks to the scanner and keeps count of lines and bytes.
///
/// The row read last stands in the buffer as a whole, unless it is longer than a row may be: then it is scanned to its
/// end and let go on the way.
struct RowSource {
    /// How a file is cut into rows.
    enum Layout {
        case delimited(UInt8)
        /// Columns of so many bytes; with line ends between the rows or without.
        case fixedWidth([Int], hasLineEnds: Bool)
    }

    private(set) var scanner = RowScanner(delimiter: nil)
    /// The last row was ended by the end of the file alone.
    private(set) var endedWithoutLineEnd = false
    /// Of the line read last, in the file; line end included.
    private(set) var range = 0..<0

    private let blocks: BlockFile
    private let source: SourceID
    private let file: String
    private let encoding: TextEncoding
    private var layout = Layout.delimited(0x2C)
    private var decoder: RowDecoder
    private var wide: WideText?
    private var buffer: [UInt8] = []
    /// Where the line begins in `buffer`, or what is still there of it.
    private var start = 0
    /// Behind the line.
    private var end = 0
    /// Bytes of the line that have been let go, as scanned and as in the file.
    private var gone = (scanned: 0, inFile: 0)
    /// Of the next block, in the file.
    private var blockOffset: Int
    private var line = 1

    init(
        _ blocks: BlockFile, source: SourceID, file: String, encoding: TextEncoding, gaiji: GaijiTable,
        offset: Int
    ) {
        self.blocks = blocks
        self.source = source
        self.file = file
        self.encoding = encoding
        decoder = RowDecoder(encoding, gaiji: gaiji)
        wide = encoding.isWide ? WideText(isBigEndian: encoding == .utf16be) : nil
        blockOffset = offset
        range = offset..<offset
    }

    /// From the next row on.
    mutating func use(_ layout: Layout) {
        self.layout = layout
        switch layout {
        case .delimited(let delimiter): scanner = RowScanner(delimiter: delimiter)
        case .fixedWidth: scanner = RowScanner(delimiter: nil)
        }
    }

    /// Scans one row into `scanner`; `nil` at the end of the file.
    mutating func next() throws(Fault) -> RowPosition? {
        guard try beginLine() else { return nil }
        let position = here
        scanner.begin()
        switch layout {
        case .delimited:
            try scanLine()
        case .fixedWidth(let widths, hasLineEnds: true):
            try scanLine()
            scanner.cut(widths)
        case .fixedWidth(let widths, hasLineEnds: false):
            try takeRecord(widths)
        }
        return position
    }

    /// Passes one physical line (a record, where there are no line ends), whatever it holds; `nil` at the end of the file.
    mutating func skipLine() throws(Fault) -> RowPosition? {
        if case .fixedWidth(_, hasLineEnds: false) = layout { return try next() }
        guard try beginLine() else { return nil }
        let position = here
        let rows = scanner
        scanner = RowScanner(delimiter: nil)
        try scanLine()
        scanner = rows
        return position
    }

    /// The delimiter that the next row was written with: a tab where it has tabs and no comma, outside quotes.
    mutating func findDelimiter() throws(Fault) -> Delimiter {
        guard try hasByte(at: end) else { return .comma }
        var (commas, tabs, isQuoted) = (0, 0, false)
        for byte in buffer[end...] {
            if byte == 0x22 { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            if byte == 0x2C { commas += 1 }
            if byte == 0x09 { tabs += 1 }
        }
        return tabs > 0 && commas == 0 ? .tab : .comma
    }

    /// Nothing but delimiters, spaces and the end-of-file mark (0x1A) that old hosts write.
    var isBlank: Bool {
        // Of a row that is too long the pieces are not told.
        guard !scanner.hasQuotes, !scanner.isTooLong, gone.scanned == 0 else { return false }
        return scanner.pieces.allSatisfy { piece in
            buffer[start + Int(piece.start)..<start + Int(piece.end)].allSatisfy {
                // Line ends are in a record only where it has none: behind the last.
                $0 == 0x20 || $0 == 0x09 || $0 == 0x1A || $0 == 0x0A || $0 == 0x0D
            }
        }
    }

    /// The scanned row as text, or where in the file its first byte stands that is no character.
    mutating func text(at position: RowPosition) -> Result<Row, Undecodable> {
        if let broken = decoder.decode(scanner.pieces, of: buffer, at: start) {
            return .failure(Undecodable(offset: range.lowerBound + inFile(start..<start + broken)))
        }
        return .success(Row(position: position, text: decoder.text, ends: decoder.ends))
    }

    struct Undecodable: Error { let offset: Int }

    private var here: RowPosition {
        RowPosition(source: source, file: file, line: line, offset: range.lowerBound)
    }
}

// MARK: - Lines

extension RowSource {
    /// Leaves the last line behind; `false` at the end of the file.
    private mutating func beginLine() throws(Fault) -> Bool {
        start = end
        gone = (0, 0)
        range = range.upperBound..<range.upperBound
        return try hasByte(at: start)
    }

    /// Scans to the end of the line that begins at `start`.
    private mutating func scanLine() throws(Fault) {
        while true {
            if let found = scanner.scan(buffer, from: start + scanner.length - gone.scanned) {
                line += scanner.innerLines
                try passLineEnd(found - start)
                return
            }
            if scanner.isTooLong { letGo() }
            guard try fill() else {
                scanner.finish()
                line += scanner.innerLines
                endedWithoutLineEnd = true
                return endLine(at: buffer.count)
            }
        }
    }

    /// Takes a record of `widths` in all, fewer bytes only at the end of the file.
    private mutating func takeRecord(_ widths: [Int]) throws(Fault) {
        let length = widths.reduce(0, +)
        while buffer.count - start < length { guard try fill() else { break } }
        let count = min(length, buffer.count - start)
        scanner.take(buffer, from: start, count: count)
        scanner.cut(widths)
        endLine(at: start + count)
        line += 1
        endedWithoutLineEnd = try !hasByte(at: end)
    }

    /// Steps over LF, CR LF or CR at `place` in the line.
    private mutating func passLineEnd(_ place: Int) throws(Fault) {
        var next = place + 1
        line += 1
        // More bytes move the line in the buffer.
        if buffer[start + place] == 0x0D, try hasByte(at: start + next), buffer[start + next] == 0x0A {
            next += 1
        }
        endLine(at: start + next)
    }

    private mutating func endLine(at index: Int) {
        end = index
        range = range.lowerBound..<range.lowerBound + gone.inFile + inFile(start..<end)
    }

    private mutating func letGo() {
        gone.scanned += buffer.count - start
        gone.inFile += inFile(start..<buffer.count)
        start = buffer.count
    }

    /// How many of the file's bytes these of the buffer are.
    private func inFile(_ range: Range<Int>) -> Int {
        if wide == nil { return range.count }
        return WideText.length(of: buffer, range)
    }

    /// Whether there is a byte at `index` of the buffer, which is its end at most; reads the next block where it must.
    private mutating func hasByte(at index: Int) throws(Fault) -> Bool {
        let distance = index - start
        while start + distance == buffer.count { guard try fill() else { return false } }
        return true
    }

    /// Reads the next block behind what is left of the last; `false` at the end of the file.
    private mutating func fill() throws(Fault) -> Bool {
        buffer.removeSubrange(..<start)
        end -= start
        start = 0
        let block = try blocks.read(at: blockOffset)
        blockOffset += block.count
        guard wide != nil else {
            buffer += block
            return !block.isEmpty
        }
        let before = buffer.count
        if block.isEmpty { wide?.finish(&buffer) } else { wide?.append(block, to: &buffer) }
        return !block.isEmpty || buffer.count > before
    }
}
