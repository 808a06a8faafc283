package import Domain

/// Where the columns of a file without delimiters begin, as its first records tell: a proposal for a person, which no night reads.
///
/// A column begins where values stand behind padding at one place in every record, behind right-aligned numbers, where
/// digits turn into letters of another width at a steady place, and around dates inside a run of digits. What these
/// leave together may be several columns; then the column has a doubt.
package struct FixedWidthEvidence: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        /// Bytes before it in the record.
        package let start: Int
        package let bytes: Int
        package internal(set) var doubt: Doubt?
    }

    /// Why a column may be several.
    package enum Doubt: Sendable, Hashable {
        /// Digits without a gap, beside other digits or longer than a number.
        case joinedDigits
        /// Gaps as wide as padding inside it.
        case gaps
        /// A few digits behind blanks that may be theirs, as the padding of longer numbers.
        case padding
    }

    package internal(set) var columns: [Column]
    /// Lines of another length above the first record.
    package let titleLines: Int
    /// Bytes of a record, its line end left out.
    package let length: Int

    /// Looks at the beginning of the file at `path`.
    ///
    /// - Parameters:
    ///   - asOf: dates up to ten years later are dates.
    ///   - sampleSize: bytes to look at.
    /// - Returns: `nil` where its lines are not all of one length, or no two columns are found.
    /// - Throws: as `BlockFile`, where it cannot be read.
    package static func find(
        path: String, file: String, encoding: TextEncoding, asOf: Day,
        sampleSize: Int = FixedWidthEvidence.sampleSize
    ) throws(Fault) -> FixedWidthEvidence? {
        guard !encoding.isWide else { return nil }
        let start = try BlockFile(path: path, name: file).read(at: 0, count: sampleSize)
        let mark = encoding.byteOrderMark
        let bytes = start.starts(with: mark) ? Array(start.dropFirst(mark.count)) : start
        guard let records = FixedWidthRecords(bytes, isWhole: start.count < sampleSize, encoding) else {
            return nil
        }
        let columns = FixedWidthCuts(records, asOf: asOf).columns
        return columns.count < 2
            ? nil
            : FixedWidthEvidence(columns: columns, titleLines: records.titleLines, length: records.length)
    }

    /// Whether UTF-8 text is a file of fixed width that was made from one in code page 932: its columns no longer have a
    /// fixed number of bytes.
    package static func hasLostItsWidths(path: String, file: String) throws(Fault) -> Bool {
        let start = try BlockFile(path: path, name: file).read(at: 0, count: sampleSize)
        guard let text = TextEncoding.utf8.decode(start.prefix { $0 != 0 }) else { return false }
        let lines = text.split(whereSeparator: \.isNewline).prefix(200)
        let lengths = Set(lines.map { TextEncoding.cp932.encode(String($0))?.count ?? -1 })
        return lines.count >= 5 && lengths.count == 1 && Set(lines.map(\.utf8.count)).count > 1
            && lines.allSatisfy { !$0.contains(",") && !$0.contains("\t") }
    }

    package static let sampleSize = 256 * 1024
}

/// The first records of a file, byte by byte in classes.
struct FixedWidthRecords {
    /// What stands at a byte.
    enum Kind: UInt8 {
        /// A further byte of the character before.
        case tail
        case blank, wideBlank
        case digit, letter, sign
        case kana
        /// Kanji and all else of full width.
        case wide

        var isBlank: Bool { self == .blank || self == .wideBlank }
        var isNarrow: Bool { self == .digit || self == .letter || self == .sign }
    }

    let length: Int
    let titleLines: Int
    let bytes: [[UInt8]]
    let kinds: [[Kind]]
    /// The first record stands alone: it may be a line of headers.
    let first: [Kind]

    private static let most = 2000

    init?(_ sample: [UInt8], isWhole: Bool, _ encoding: TextEncoding) {
        var lines: [ArraySlice<UInt8>]
        if sample.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            lines = sample.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            // The last may be cut; of line ends alone there is none.
            if !isWhole { _ = lines.popLast() }
        } else {
            guard let length = Self.period(sample, isWhole: isWhole) else { return nil }
            lines = stride(from: 0, through: sample.count - length, by: length).map {
                sample[$0..<$0 + length]
            }
        }
        lines = lines.prefix(Self.most).filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x1A } }
        var counts: [Int: Int] = [:]
        for line in lines { counts[line.count, default: 0] += 1 }
        guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), usual.key >= 10,
            usual.value >= 5, usual.value * 10 >= lines.count * 9,
            let start = lines.firstIndex(where: { $0.count == usual.key }), start <= 10
        else { return nil }
        length = usual.key
        titleLines = start
        let records = lines.filter { $0.count == usual.key }.map(Array.init)
        let kinds = records.map { Self.kinds($0, encoding) }
        first = kinds[0]
        // The first and the last may be a header and a record of totals.
        let inner = records.count >= 12 ? 1..<records.count - 1 : 0..<records.count
        bytes = Array(records[inner])
        self.kinds = Array(kinds[inner])
    }

    private static func kinds(_ record: [UInt8], _ encoding: TextEncoding) -> [Kind] {
        var kinds: [Kind] = []
        let codePage = encoding.codePage
        while kinds.count < record.count {
            let index = kinds.count
            let byte = record[index]
            var length = 1
            if byte >= 0x80 {
                length =
                    codePage?.length(at: index, in: record.span)
                    ?? UTF8Bytes.length(at: index, in: record.span, end: record.count)
            }
            length = min(max(1, length), record.count - index)
            kinds.append(kind(record[index..<index + length], encoding))
            kinds += [Kind](repeating: .tail, count: length - 1)
        }
        return kinds
    }

    private static func kind(_ character: ArraySlice<UInt8>, _ encoding: TextEncoding) -> Kind {
        guard let first = character.first else { return .blank }
        switch first {
        case 0...0x20: return .blank
        case 0x30...0x39: return .digit
        case 0x41...0x5A, 0x61...0x7A: return .letter
        case 0x21...0x7F: return .sign
        default: break
        }
        switch encoding.decode(character)?.unicodeScalars.first?.value {
        case 0x3000: return .wideBlank
        case (0xFF61...0xFF9F)?: return .kana
        default: return .wide
        }
    }

    /// The length of records that have no line ends between them: the distance at which bytes are most alike.
    private static func period(_ sample: [UInt8], isWhole: Bool) -> Int? {
        let end = sample.lastIndex { $0 != 0x1A }.map { $0 + 1 } ?? 0
        let looked = min(end, 16 * 1024)
        guard looked >= 50 else { return nil }
        // Coarse classes: a blank, a digit, another byte of ASCII, anything else.
        let classes = sample[..<looked].map { byte -> UInt8 in
            switch byte {
            case 0...0x20: 0
            case 0x30...0x39: 1
            case 0x21...0x7F: 2
            default: 3
            }
        }
        guard Set(classes).count > 1 else { return nil }
        let lengths = 9...max(11, looked / 5 + 1)
        let likeness = lengths.map { length in
            var same = 0
            for index in 0..<looked - length where classes[index] == classes[index + length] { same += 1 }
            return Double(same) / Double(looked - length)
        }
        // Multiples are as good, and a byte more or less nearly so.
        let peaks = lengths.dropFirst().dropLast().filter { length in
            let place = length - lengths.lowerBound
            return (!isWhole || end % length == 0) && likeness[place] > likeness[place - 1]
                && likeness[place] > likeness[place + 1]
        }
        guard let best = peaks.map({ likeness[$0 - lengths.lowerBound] }).max(), best >= 0.75 else {
            return nil
        }
        return peaks.first { likeness[$0 - lengths.lowerBound] >= best - 0.05 }
    }
}
