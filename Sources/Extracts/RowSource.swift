internal import Domain

/// Feeds a file's blocks to the scanner and keeps count of lines and bytes.
final class RowSource {
    private(set) var scanner: RowScanner
    /// The last row was ended by the end of the file alone.
    private(set) var endedWithoutLineEnd = false
    /// Where in the file the line begins that was read last.
    private(set) var lineOffset = 0

    private let blocks: BlockFile
    private let source: SourceID
    private let file: String
    private var block: [UInt8] = []
    private var index = 0
    /// Of `block`'s first byte, in the file.
    private var blockOffset: Int
    private var line = 1

    init(_ blocks: BlockFile, source: SourceID, file: String, delimiter: UInt8, offset: Int) {
        self.blocks = blocks
        self.source = source
        self.file = file
        scanner = RowScanner(delimiter: delimiter)
        blockOffset = offset
    }

    /// Scans one row into `scanner`; `nil` at the end of the file.
    func next() throws(Fault) -> RowPosition? {
        scanner.begin()
        guard try hasByte() else { return nil }
        let position = here
        while true {
            if let end = scanner.scan(block.span, from: index) {
                index = end
                line += scanner.innerLines
                try passLineEnd()
                return position
            }
            index = block.count
            guard try hasByte() else {
                scanner.finish()
                line += scanner.innerLines
                endedWithoutLineEnd = true
                return position
            }
        }
    }

    /// Passes one physical line, whatever it holds; `nil` at the end of the file.
    func skipLine() throws(Fault) -> RowPosition? {
        guard try hasByte() else { return nil }
        let position = here
        while try hasByte() {
            if let end = block[index...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
                index = end
                try passLineEnd()
                break
            }
            index = block.count
        }
        return position
    }

    /// The scanned row's fields as text; `nil` where a byte is no character.
    func fields(_ encoding: TextEncoding, scratch: inout [UInt8]) -> [String]? {
        var fields: [String] = []
        fields.reserveCapacity(scanner.ends.count)
        var start = 0
        for end in scanner.ends {
            let bytes = scanner.bytes[start..<end]
            if scanner.isASCII {
                fields.append(String(decoding: bytes, as: UTF8.self))
            } else if let text = encoding.decode(bytes, scratch: &scratch) {
                fields.append(text)
            } else {
                return nil
            }
            start = end
        }
        return fields
    }

    /// Where in the file the scanned row's first undecodable byte is; reads the row once more.
    func undecodableOffset(_ encoding: TextEncoding) throws(Fault) -> Int? {
        let raw = try blocks.read(at: lineOffset, count: scanner.length)
        return encoding.firstUndecodable(in: raw.span).map { lineOffset + $0 }
    }

    /// Where in the file the line ends that was read last, its line end included.
    var lineEnd: Int { blockOffset + index }

    /// The file's bytes from `offset`, at most `RowScanner.limit` of them.
    func bytes(at offset: Int, count: Int) throws(Fault) -> [UInt8] {
        try blocks.read(at: offset, count: min(count, RowScanner.limit))
    }

    private var here: RowPosition {
        lineOffset = blockOffset + index
        return RowPosition(source: source, file: file, line: line, offset: lineOffset)
    }

    /// Whether a byte is left, reading the next block where this one is used up.
    private func hasByte() throws(Fault) -> Bool {
        if index < block.count { return true }
        blockOffset += block.count
        block = try blocks.read(at: blockOffset)
        index = 0
        return !block.isEmpty
    }

    /// Steps over LF, CR LF or CR.
    private func passLineEnd() throws(Fault) {
        let isCR = block[index] == 0x0D
        index += 1
        line += 1
        if isCR, try hasByte(), block[index] == 0x0A { index += 1 }
    }
}
