/// Splits bytes into the fields of one row after another, without knowing the encoding.
///
/// That is sound for UTF-8 and code page 932 alike: no byte of theirs beyond the first can be a delimiter, a quote or a
/// line end. The rules are RFC 4180's with the habits of departments: LF, CR LF and CR end a line, a quote inside an
/// unquoted field is itself, a quoted field may hold line ends and doubled quotes.
struct RowScanner {
    enum State {
        case fieldStart, unquoted, quoted
        /// After a quote inside a quoted field: the end of the field or the first half of a doubled quote.
        case quoteInQuoted
    }

    /// Bytes a row may have; of a longer one no more is kept.
    static let limit = 1024 * 1024

    let delimiter: UInt8

    // The row so far.
    private(set) var state = State.fieldStart
    /// The fields' bytes one after another, without quotes and delimiters.
    private(set) var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private(set) var ends: [Int] = []
    /// Bytes of the row in the file, without its line end.
    private(set) var length = 0
    /// Line ends inside quotes.
    private(set) var innerLines = 0
    private(set) var isASCII = true
    private(set) var hasNUL = false
    /// Text behind a closing quote: where the field was meant to end cannot be known.
    private(set) var hasBrokenQuotes = false
    private var hasQuotes = false
    /// The last byte kept inside quotes, so that CR LF counts as one line end.
    private var previous: UInt8 = 0

    init(delimiter: UInt8) { self.delimiter = delimiter }

    var isTooLong: Bool { length > Self.limit }
    /// Whether any byte of the row was seen.
    var hasBegun: Bool { length > 0 }
    /// Nothing but delimiters, spaces and the end-of-file mark (0x1A) that old hosts write.
    var isBlank: Bool { !hasQuotes && bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x1A } }

    /// Forgets the row and begins the next.
    mutating func begin() {
        let delimiter = delimiter
        var (bytes, ends) = (bytes, ends)
        self.bytes = []
        self.ends = []
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        self = RowScanner(delimiter: delimiter)
        self.bytes = bytes
        self.ends = ends
    }

    /// Reads on from `start`.
    ///
    /// - Returns: the index behind the row's last byte, that of its line end (of CR LF: of the CR), or `nil` where the block
    ///   ended before the row did.
    mutating func scan(_ block: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < block.count {
            let byte = block[index]
            switch state {
            case .quoted:
                if byte == 0x22 {
                    state = .quoteInQuoted
                } else {
                    index = keepRun(block, from: index) { $0 == 0x22 }
                    continue
                }
            case .quoteInQuoted where byte == 0x22:
                keep(byte)
                state = .quoted
            case .fieldStart where byte == 0x22:
                state = .quoted
                hasQuotes = true
            case .fieldStart, .unquoted, .quoteInQuoted:
                if byte == 0x0A || byte == 0x0D {
                    length += index - start
                    endField()
                    return index
                }
                if byte == delimiter {
                    endField()
                    state = .fieldStart
                } else {
                    if state == .quoteInQuoted { hasBrokenQuotes = true }
                    state = .unquoted
                    let delimiter = delimiter
                    index = keepRun(block, from: index) { $0 == delimiter || $0 == 0x0A || $0 == 0x0D }
                    continue
                }
            }
            index += 1
        }
        length += block.count - start
        return nil
    }

    /// The file is over: the row ends here without a line end.
    mutating func finish() { endField() }

    /// Keeps the bytes from `start` up to the first that `stops`; returns its index.
    @inline(__always)
    private mutating func keepRun(_ block: Span<UInt8>, from start: Int, _ stops: (UInt8) -> Bool) -> Int {
        var index = start
        var all: UInt8 = 0
        while index < block.count {
            let byte = block[index]
            if stops(byte) { break }
            all |= byte
            if byte < 0x0E { noteControl(byte, after: index > start ? block[index - 1] : previous) }
            index += 1
        }
        if all >= 0x80 { isASCII = false }
        previous = index > start ? block[index - 1] : previous
        if bytes.count + index - start <= Self.limit {
            for kept in start..<index { bytes.append(block[kept]) }
        }
        return index
    }

    private mutating func noteControl(_ byte: UInt8, after previous: UInt8) {
        if byte == 0 { hasNUL = true }
        // Line ends come here only inside quotes.
        if byte == 0x0D || (byte == 0x0A && previous != 0x0D) { innerLines += 1 }
    }

    private mutating func keep(_ byte: UInt8) {
        previous = byte
        if bytes.count < Self.limit { bytes.append(byte) }
    }

    private mutating func endField() {
        if ends.count <= Self.limit { ends.append(bytes.count) }
    }
}
