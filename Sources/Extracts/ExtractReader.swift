package import Domain

/// Reads an extract row by row, in blocks, in memory that does not grow with the file.
///
/// Every byte but the preamble's comes out as part of one `ExtractLine`, in the file's order, so that the rows can be
/// counted to the last. What is wrong with one row is that row's rejection; what makes the whole file doubtful is a
/// `Fault` of kind `.gate`, thrown by `init` or by `next`:
/// `extract.missing`, `extract.empty`, `extract.encoding`, `extract.header`, `extract.truncated`.
package final class ExtractReader {
    /// The column names as the file or, where it has none, the format has them; of columns with the same name, those behind
    /// the first have their number (`備考`, `備考#2`).
    package let header: [String]
    /// As declared, or as found out.
    package let encoding: TextEncoding
    /// Japanese sentence: why this encoding, and delimiter where it is not the usual one.
    package let evidence: String
    /// How each line is read.
    package let lineForm: LineForm
    /// Bytes of the byte order mark and the header line, which belong to no line that `next` gives.
    package let preamble: Int
    /// Bytes of the line that `next` gave last, its line end included; with `preamble` they add up to the file's size.
    package private(set) var lineLength = 0

    var rows: RowSource
    let isFixedWidth: Bool
    private var titles: [(line: Int, bytes: Range<Int>)]
    private var isOver = false

    /// Opens the file at `path`, settles the encoding and reads the header.
    ///
    /// - Parameters:
    ///   - source: for positions and messages.
    ///   - file: likewise; the name in the inbox.
    package convenience init(
        path: String, source: SourceID, file: String, format: ExtractFormat
    ) throws(Fault) {
        try self.init(BlockFile(path: path, name: file), source: source, file: file, format: format)
    }

    /// The same of bytes that are here, and shall lie on no disk.
    package convenience init(
        bytes: [UInt8], source: SourceID, file: String, format: ExtractFormat
    ) throws(Fault) {
        try self.init(BlockFile(bytes: bytes, name: file), source: source, file: file, format: format)
    }

    private init(
        _ blocks: BlockFile, source: SourceID, file: String, format: ExtractFormat
    ) throws(Fault) {
        let start = try blocks.read(at: 0, count: Self.sampleSize)
        let evidence = EncodingEvidence(sample: start, isWhole: start.count < Self.sampleSize)
        if format.isEncodingCertain, let certain = format.encoding {
            encoding = certain
        } else {
            encoding = try Self.settle(format.encoding, by: evidence, file: file)
        }
        let mark = evidence.mark?.byteOrderMark.count ?? 0
        guard start.count > mark else { throw Self.empty(file) }
        var rows = RowSource(
            blocks, source: source, file: file, encoding: encoding, gaiji: format.gaiji, offset: mark)
        if let columns = format.fixedWidth {
            guard !encoding.isWide else { throw Self.wideRecords(file) }
            let hasLineEnds = Self.hasLineEnds(
                start[mark...], width: columns.reduce(0) { $0 + $1.bytes },
                isWhole: start.count < Self.sampleSize)
            rows.use(.fixedWidth(columns.map(\.bytes), hasLineEnds: hasLineEnds))
        }
        isFixedWidth = format.fixedWidth != nil

        var titles: [(line: Int, bytes: Range<Int>)] = []
        for _ in 0..<max(0, format.titleLines) {
            guard let position = try rows.skipLine() else { break }
            titles.append((position.line, rows.range))
        }
        self.titles = titles.reversed()
        var isTab = false
        if let columns = format.fixedWidth {
            lineForm = LineForm(encoding, delimiter: nil, widths: columns.map(\.bytes))
        } else {
            let delimiter = if let declared = format.delimiter { declared } else { try rows.findDelimiter() }
            isTab = delimiter == .tab && format.delimiter == nil
            rows.use(.delimited(delimiter.byte))
            lineForm = LineForm(encoding, delimiter: delimiter)
        }
        self.evidence =
            (format.encoding == nil ? evidence.sentence : "マッピングの指定により\(encoding.title)として読みました。")
            + (isTab ? "区切りはタブと判定しました。" : "")
        if let names = format.fixedWidth?.map(\.name) ?? format.columnNames {
            header = names
            preamble = mark
        } else {
            header = Self.numbered(try Self.header(&rows, file: file))
            preamble = mark + rows.range.count
        }
        self.rows = rows
    }

    /// The next line of the file: titles above the header first, then what is below; `nil` at the end.
    package func next() throws(Fault) -> ExtractLine? {
        if let title = titles.popLast() {
            lineLength = title.bytes.count
            return .outside(line: title.line, offset: title.bytes.lowerBound)
        }
        guard !isOver, let position = try rows.next() else { return nil }
        lineLength = rows.range.count
        isOver = rows.endedWithoutLineEnd
        let (state, count) = (rows.scanner.state, rows.scanner.fieldCount)
        // The delimiters at the end of a file may be the beginning of a row that was cut.
        if rows.isBlank, isFixedWidth || !isOver || count == 1 {
            return .outside(line: position.line, offset: position.offset)
        }
        let (length, due) = (rows.scanner.length, lineForm.widths.reduce(0, +))
        if isOver, state == .quoted || count < header.count || length < due { throw truncated(position) }
        if let trouble = rows.scanner.trouble { return rejected(position, trouble) }
        if isFixedWidth, length != due { return rejected(position, .length(length)) }
        switch rows.text(at: position) {
        case .success(let row): return .row(row)
        case .failure(let broken):
            if isOver { throw truncated(position) }
            return rejected(position, .undecodable(at: broken.offset))
        }
    }

    /// Whether records stand in lines; one line end behind the last of them, as copying adds it, does not say so.
    private static func hasLineEnds(_ sample: ArraySlice<UInt8>, width: Int, isWhole: Bool) -> Bool {
        // No byte of a character is a line end in these encodings.
        func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        guard let first = sample.firstIndex(where: isLineEnd) else { return false }
        let behind = sample[first...]
        let isTail = isWhole && behind.allSatisfy { isLineEnd($0) || $0 == 0x1A }
        let length = first - sample.startIndex
        return !(isTail && width > 0 && length > width && length % width == 0)
    }

    /// How much of a file is looked at to settle its encoding.
    private static let sampleSize = 1024 * 1024
}

// MARK: - Rejections

/// What makes a row's text doubtful.
enum RowTrouble: Hashable {
    case undecodable(at: Int)
    case nul, quotes, tooLong
    /// A record of so many bytes where the columns add up to another number.
    case length(Int)
}

extension RowScanner {
    var trouble: RowTrouble? {
        if isTooLong { return .tooLong }
        if hasNUL { return .nul }
        return hasBrokenQuotes ? .quotes : nil
    }
}

extension ExtractReader {
    private func rejected(_ position: RowPosition, _ trouble: RowTrouble) -> ExtractLine {
        let (code, message, fix) =
            switch trouble {
            case .undecodable(let offset):
                (
                    "row.encoding",
                    "\(encoding.title)として読めないバイトがあります(ファイル先頭から\(offset)バイト目)。"
                        + (isFixedWidth ? "文字の途中で列が分かれているかもしれません。" : ""),
                    isFixedWidth
                        ? "マッピングの fixedWidth のバイト数と、元のシステムの該当行の文字を確認してください。"
                        : "元のシステムで該当行の文字(外字など)を確認し、出力し直してください。"
                )
            case .nul:
                ("row.nul", "行の中にNUL文字(0x00)があります。", "元のシステムで該当行の項目を確認し、出力し直してください。")
            case .quotes:
                (
                    "row.quotes", "閉じた引用符の後に文字が続いており、項目の区切りを決められません。",
                    "項目の中の引用符を2つ重ねて(\"\")出力するよう、抽出の設定を確認してください。"
                )
            case .tooLong:
                (
                    "row.length", "1行が1MiBを超えています。",
                    "引用符の閉じ忘れがないか、該当行を確認してください。"
                )
            case .length(let length):
                (
                    "row.width", "1行の長さが、列の合計のバイト数ではなく\(length)バイトです。",
                    "マッピングの fixedWidth のバイト数と、転送で末尾の空白が削られていないかを確認してください。"
                )
            }
        return .unreadable(
            Rejection(position: position, code: code, column: nil, message: message, fix: fix))
    }
}
