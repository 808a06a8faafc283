/// Makes the pieces of a scanned row into text; keeps its buffers from row to row.
struct RowDecoder {
    /// `nil`: the bytes are UTF-8.
    private let codePage: CodePage?
    private let gaiji: GaijiTable
    private var buffer: [UInt8] = []
    /// Where each field ends in `text`.
    private(set) var ends: [Int32] = []

    init(_ encoding: TextEncoding, gaiji: GaijiTable = GaijiTable()) {
        codePage = encoding.codePage
        self.gaiji = gaiji
    }

    /// The fields of the row that was decoded last, one after another.
    var text: [UInt8] { Array(buffer[..<Int(ends.last ?? 0)]) }

    /// Decodes the `pieces` of the row that begins at `start` of `block`, each for itself: a character cut by a field's end
    /// is none.
    ///
    /// - Returns: where the first byte stands in the row that is no character, or `nil`.
    mutating func decode(_ pieces: [RowScanner.Piece], of block: [UInt8], at start: Int) -> Int? {
        // No encoding needs more than three bytes for one.
        let needed = 3 * Int(pieces.last?.end ?? 0) + CodePage.slack
        if buffer.count < needed { buffer = [UInt8](repeating: 0, count: needed) }
        ends.removeAll(keepingCapacity: true)
        let broken =
            if let codePage {
                codePage.decode(pieces, of: block.span, at: start, into: &buffer, ends: &ends)
            } else {
                Self.copy(pieces, of: block.span, at: start, &buffer, &ends)
            }
        if let broken { return broken - start }
        if !gaiji.isEmpty, let replaced = gaiji.replace(in: buffer, ends: ends) {
            (buffer, ends) = replaced
        }
        return nil
    }

    /// As `CodePage.decode`, for what is UTF-8 already.
    private static func copy(
        _ pieces: [RowScanner.Piece], of block: Span<UInt8>, at start: Int,
        _ buffer: inout [UInt8], _ ends: inout [Int32]
    ) -> Int? {
        var output = buffer.mutableSpan
        var count = 0
        for piece in pieces {
            var index = start + Int(piece.start)
            let end = start + Int(piece.end)
            while index < end {
                let length = UTF8Bytes.length(at: index, in: block, end: end)
                guard length > 0 else { return index }
                for _ in 0..<length {
                    output[count] = block[index]
                    count += 1
                    index += 1
                }
            }
            if piece.endsField { ends.append(Int32(truncatingIfNeeded: count)) }
        }
        return nil
    }
}
