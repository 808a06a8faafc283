package import Domain

/// Reads an extract row by row, in blocks, in memory that does not grow with the file.
///
/// Every byte below the header comes out as part of one `ExtractLine`, in the file's order, so that the rows can be
/// counted to the last. What is wrong with one row is that row's rejection; what makes the whole file doubtful is a
/// `Fault` of kind `.gate`, thrown by `init` or by `next`:
/// `extract.missing`, `extract.empty`, `extract.encoding`, `extract.header`, `extract.truncated`.
package final class ExtractReader {
    /// The column names as the file has them.
    package let header: [String]
    /// As declared, or as found out.
    package let encoding: TextEncoding
    /// Japanese sentence: why this encoding.
    package let evidence: String

    /// Bytes before the first line that `next` gives without those of titles: the byte order mark and the header line.
    package let preamble: Int

    private let rows: RowSource
    private var titles: [(line: Int, bytes: Range<Int>)]
    /// Of the line that `next` gave last, in the file.
    private var lineBytes = 0..<0
    private var scratch: [UInt8] = []
    private var isOver = false

    /// Opens the file at `path`, settles the encoding and reads the header.
    ///
    /// - Parameters:
    ///   - source: for positions and messages.
    ///   - file: likewise; the name in the inbox.
    package init(path: String, source: SourceID, file: String, format: ExtractFormat) throws(Fault) {
        let blocks = try BlockFile(path: path, name: file)
        let start = try blocks.read(at: 0, count: Self.sampleSize)
        let evidence = EncodingEvidence(sample: start, isWhole: start.count < Self.sampleSize)
        let marks = evidence.hasMark ? EncodingEvidence.byteOrderMark.count : 0
        guard start.count > marks else { throw Self.empty(file) }
        encoding = try Self.settle(format.encoding, by: evidence, file: file)
        self.evidence =
            format.encoding == nil ? evidence.sentence : "マッピングの指定により\(encoding.title)として読みました。"

        rows = RowSource(
            blocks, source: source, file: file, delimiter: format.delimiter.byte, offset: marks)
        var titles: [(line: Int, bytes: Range<Int>)] = []
        for _ in 0..<max(0, format.titleLines) {
            guard let position = try rows.skipLine() else { break }
            titles.append((position.line, position.offset..<rows.lineEnd))
        }
        self.titles = titles.reversed()
        header = try Self.header(rows, encoding: encoding, file: file)
        preamble = marks + rows.lineEnd - rows.lineOffset
    }

    /// The next line of the file: titles above the header first, then what is below; `nil` at the end.
    package func next() throws(Fault) -> ExtractLine? {
        if let title = titles.popLast() {
            lineBytes = title.bytes
            return .outside(line: title.line, offset: title.bytes.lowerBound)
        }
        guard !isOver, let position = try rows.next() else { return nil }
        lineBytes = position.offset..<rows.lineEnd
        let row = rows.scanner
        isOver = rows.endedWithoutLineEnd
        // The delimiters at the end of a file may be the beginning of a row that was cut.
        if row.isBlank, !isOver || row.ends.count == 1 {
            return .outside(line: position.line, offset: position.offset)
        }
        if isOver, row.state == .quoted || row.ends.count < header.count {
            throw truncated(position, row)
        }
        if row.isTooLong { return rejected(position, .tooLong) }
        if row.hasNUL { return rejected(position, .nul) }
        if row.hasBrokenQuotes { return rejected(position, .quotes) }
        guard let fields = rows.fields(encoding, scratch: &scratch) else {
            if isOver { throw truncated(position, row) }
            return rejected(
                position, .undecodable(at: try rows.undecodableOffset(encoding) ?? position.offset))
        }
        return .row(Row(position: position, fields: fields))
    }

    /// The line that `next` gave last as the file has it, so that what cannot be used can be kept; reads the file once more.
    package func rawLine() throws(Fault) -> RawLine {
        let bytes = try rows.bytes(at: lineBytes.lowerBound, count: lineBytes.count)
        return RawLine(bytes: bytes, length: lineBytes.count)
    }

    /// Bytes of the line that `next` gave last, its line end included; with `preamble` they add up to the file's size.
    package var lineLength: Int { lineBytes.count }

    /// How much of a file is looked at to settle its encoding.
    private static let sampleSize = 1024 * 1024
}

// MARK: - Gates

extension ExtractReader {
    private static func settle(
        _ declared: TextEncoding?, by evidence: EncodingEvidence, file: String
    ) throws(Fault) -> TextEncoding {
        let found: TextEncoding
        switch evidence.verdict {
        case .utf8WithMark, .utf8: found = .utf8
        case .cp932: found = .cp932
        case .ascii: return declared ?? .utf8
        case .neither:
            throw Fault(
                .gate, code: "extract.encoding", message: "文字コードを判定できません。\(evidence.sentence)", file: file,
                fix: "抽出ファイルをUTF-8またはShift_JIS(CP932)で出力し直してください。")
        }
        guard let declared, declared != found else { return found }
        // A few half-width kana may read well both ways; then the declaration stands.
        if evidence.brokenBytes(declared) == 0, evidence.readableCharacters(found) < 20, !evidence.hasMark {
            return declared
        }
        throw Fault(
            .gate, code: "extract.encoding",
            message: "マッピングでは\(declared.title)ですが、ファイルは\(found.title)です。\(evidence.sentence)", file: file,
            field: "encoding",
            fix: "抽出の出力設定を\(declared.title)に戻すか、出力が変わったのであればマッピングの encoding を直してください。")
    }

    private static func header(_ rows: RowSource, encoding: TextEncoding, file: String) throws(Fault)
        -> [String]
    {
        func fault(_ line: Int?, _ message: String) -> Fault {
            Fault(
                .gate, code: "extract.header", message: message, file: file, line: line,
                fix: "抽出ファイルの先頭部分と、マッピングの titleLines(見出し行より上の行数)を確認してください。")
        }
        guard let position = try rows.next() else { throw fault(nil, "見出し行がありません。") }
        let row = rows.scanner
        var scratch: [UInt8] = []
        guard !row.isBlank else { throw fault(position.line, "見出し行が空です。") }
        guard row.state != .quoted, !row.isTooLong, !row.hasNUL, !row.hasBrokenQuotes,
            let fields = rows.fields(encoding, scratch: &scratch)
        else { throw fault(position.line, "見出し行を読めません。") }
        return fields
    }

    private static func empty(_ file: String) -> Fault {
        Fault(
            .gate, code: "extract.empty", message: "抽出ファイルが空です。", file: file,
            fix: "担当課に抽出処理の結果を確認し、出力し直してもらってください。")
    }

    private func truncated(_ position: RowPosition, _ row: RowScanner) -> Fault {
        Fault(
            .gate, code: "extract.truncated",
            message: row.state == .quoted
                ? "この行で始まった引用符が閉じられないままファイルが終わっています。"
                : "最後の行が途中で切れています(見出し\(header.count)項目に対し\(row.ends.count)項目)。",
            file: position.file, line: position.line,
            fix: "転送や出力が途中で終わった可能性があります。担当課に出力し直してもらってください。")
    }
}

// MARK: - Rejections

extension ExtractReader {
    private enum Trouble {
        case undecodable(at: Int)
        case nul, quotes, tooLong
    }

    private func rejected(_ position: RowPosition, _ trouble: Trouble) -> ExtractLine {
        let (code, message, fix) =
            switch trouble {
            case .undecodable(let offset):
                (
                    "row.encoding", "\(encoding.title)として読めないバイトがあります(ファイル先頭から\(offset)バイト目)。",
                    "元のシステムで該当行の文字(外字など)を確認し、出力し直してください。"
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
            }
        return .unreadable(
            Rejection(position: position, code: code, column: nil, message: message, fix: fix))
    }
}
