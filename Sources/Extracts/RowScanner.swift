/// Splits bytes into the fields of one row after another, without knowing the encoding and without copying.
///
/// That is sound for UTF-8, code page 932 and EUC-JP alike: no byte of theirs beyond the first can be a delimiter, a quote
/// or a line end. The rules are RFC 4180's with the habits of departments: LF, CR LF and CR end a line, a quote inside an
/// unquoted field is itself, a quoted field may hold line ends and doubled quotes.
struct RowScanner {
    enum State {
        case fieldStart, unquoted, quoted
        /// After a quote inside a quoted field: the end of the field or the first half of a doubled quote.
        case quoteInQuoted
    }

    /// Part of a field, by its place in the row; a field with doubled quotes has several.
    struct Piece {
        let start: Int32
        let end: Int32
        let endsField: Bool

        /// INVARIANT: both lie within `limit`.
        init(start: Int, end: Int, endsField: Bool = true) {
            self.start = Int32(truncatingIfNeeded: start)
            self.end = Int32(truncatingIfNeeded: end)
            self.endsField = endsField
        }
    }

    /// Bytes a row may have; of a longer one the fields are not told.
    static let limit = 1024 * 1024

    private let delimiter: UInt8?

    // The row so far.
    private(set) var state = State.fieldStart
    private(set) var pieces: [Piece] = []
    private(set) var fieldCount = 0
    /// Bytes of the row that were scanned, without its line end.
    private(set) var length = 0
    /// Line ends inside quotes.
    private(set) var innerLines = 0
    private(set) var hasNUL = false
    private(set) var hasQuotes = false
    /// Text behind a closing quote: where the field was meant to end cannot be known.
    private(set) var hasBrokenQuotes = false
    private var pieceStart = 0
    /// Behind the last CR inside quotes, so that CR LF counts as one line end.
    private var behindCR = -1

    /// - Parameter delimiter: `nil`: a line is one field, and quotes are themselves.
    init(delimiter: UInt8?) { self.delimiter = delimiter }

    var isTooLong: Bool { length > Self.limit }

    /// Forgets the row and begins the next.
    mutating func begin() {
        state = .fieldStart
        pieces.removeAll(keepingCapacity: true)
        (fieldCount, length, innerLines, pieceStart, behindCR) = (0, 0, 0, 0, -1)
        (hasNUL, hasQuotes, hasBrokenQuotes) = (false, false, false)
    }

    /// Reads on from `start`.
    ///
    /// - Returns: the index behind the row's last byte, that of its line end (of CR LF: of the CR), or `nil` where the buffer
    ///   ended before the row did.
    mutating func scan(_ buffer: [UInt8], from start: Int) -> Int? {
        let block = buffer.span
        // Of the row's first byte, which may be no longer in the block.
        let base = start - length
        var index = start
        defer { length = index - base }
        while index < block.count {
            if state == .fieldStart, let next = wholeField(in: block, from: index, base: base) {
                index = next
                continue
            }
            if state == .quoted {
                index = Self.run(in: block, from: index, to: 0x22)
                guard index < block.count else { return nil }
                inQuotes(block[index], at: index - base)
                index += 1
                continue
            }
            if state == .fieldStart, block[index] == 0x22, delimiter != nil {
                state = .quoted
                hasQuotes = true
                index += 1
                pieceStart = index - base
                continue
            }
            if state == .quoteInQuoted, block[index] == 0x22 {
                // The first of the two belongs to the field.
                endPiece(at: index - base, endsField: false)
                index += 1
                pieceStart = index - base
                state = .quoted
                continue
            }
            // Without a delimiter any byte that stops a run anyway.
            let end = Self.run(in: block, from: index, to: delimiter ?? 0x0A)
            if end > index, state != .unquoted { beginUnquoted() }
            index = end
            guard index < block.count else { return nil }
            switch block[index] {
            case 0x0A, 0x0D:
                endField(at: index - base)
                return index
            case delimiter:
                endField(at: index - base)
                index += 1
                pieceStart = index - base
                state = .fieldStart
            case let control:
                if state != .unquoted { beginUnquoted() }
                if control == 0x00 { hasNUL = true }
                index += 1
            }
        }
        return nil
    }

    /// The file is over: the row ends here without a line end.
    mutating func finish() { endField(at: length) }

    /// The row is a record of columns so many bytes wide, or, where its length is another, one field.
    mutating func cut(_ widths: [Int]) {
        guard length == widths.reduce(0, +) else { return }
        pieces.removeAll(keepingCapacity: true)
        fieldCount = widths.count
        var start = 0
        for width in widths {
            pieces.append(Piece(start: start, end: start + width))
            start += width
        }
    }

    /// Takes the next `count` bytes of `buffer` as a row of one field.
    mutating func take(_ buffer: [UInt8], from start: Int, count: Int) {
        for index in start..<start + count where buffer[index] == 0 { hasNUL = true }
        length = count
        endField(at: count)
    }

    /// Most fields: one with nothing special in it, quoted or not, and a delimiter behind it.
    ///
    /// - Returns: the index behind the delimiter, or `nil`, where the field must be read step by step.
    @inline(__always)
    private mutating func wholeField(in block: Span<UInt8>, from index: Int, base: Int) -> Int? {
        guard let delimiter else { return nil }
        let isQuoted = block[index] == 0x22
        let start = isQuoted ? index + 1 : index
        let end = Self.run(in: block, from: start, to: isQuoted ? 0x22 : delimiter)
        let behind = isQuoted ? end + 1 : end
        guard behind < block.count, block[behind] == delimiter, !isQuoted || block[end] == 0x22,
            end - base <= Self.limit
        else {
            pieceStart = index - base
            return nil
        }
        pieceStart = behind + 1 - base
        if isQuoted { hasQuotes = true }
        fieldCount += 1
        pieces.append(Piece(start: start - base, end: end - base))
        return behind + 1
    }

    private mutating func inQuotes(_ byte: UInt8, at place: Int) {
        switch byte {
        case 0x22:
            state = .quoteInQuoted
        case 0x0D:
            innerLines += 1
            behindCR = place + 1
        case 0x0A:
            if behindCR != place { innerLines += 1 }
        case 0x00:
            hasNUL = true
        default: break
        }
    }

    /// The index of the first byte from `start` that is `stop` or one of the controls up to 0x0D, or the end of `block`;
    /// eight bytes at a time.
    @inline(__always)
    private static func run(in block: Span<UInt8>, from start: Int, to stop: UInt8) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones << 7
        let stops = ones &* UInt64(stop)
        let bytes = block.bytes
        var index = start
        while index + 8 <= block.count {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let differing = word ^ stops
            // The high bit of each byte that is below 0x0E, or without difference; the lowest of them is exact.
            let found = ((word &- ones &* 0x0E) & ~word | (differing &- ones) & ~differing) & highs
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < block.count, block[index] != stop, block[index] > 0x0D { index += 1 }
        return index
    }

    private mutating func beginUnquoted() {
        if state == .quoteInQuoted { hasBrokenQuotes = true }
        state = .unquoted
    }

    private mutating func endField(at place: Int) {
        fieldCount += 1
        // A closing quote does not belong to the field.
        endPiece(at: state == .quoteInQuoted ? place - 1 : place, endsField: true)
    }

    private mutating func endPiece(at place: Int, endsField: Bool) {
        guard place <= Self.limit else { return }
        pieces.append(Piece(start: pieceStart, end: place, endsField: endsField))
    }
}
