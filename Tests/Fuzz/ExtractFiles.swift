import Domain
import Extracts
import Glibc

/// Every byte of a file belongs to one line of it, in order, or the file is a fault: checked against a twin that cuts the
/// rows symbol by symbol, without any buffer.
///
/// The first byte of the input says how the extract is declared and whether it lies across the border of two blocks.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzExtractFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let input = bytes(start, count)
    var format = formats[Int(input[0] & 0x1F) % formats.count]
    let text = Array(input.dropFirst())
    var file = text
    if input[0] & 0xE0 == 0xE0 {
        // A title that ends somewhere in the input's length before the border.
        format.titleLines += 1
        file = [UInt8](repeating: 0x74, count: 256 * 1024 - text.count / 2) + [0x0A] + text
    }
    check(file, format)
    for sampleSize in [FixedWidthEvidence.sampleSize, max(1, file.count / 2)] {
        checkCuts(format.encoding ?? .cp932, sampleSize: sampleSize)
    }
    for encoding in TextEncoding.allCases {
        guard let decoded = encoding.decode(text), let written = encoding.encode(decoded) else { continue }
        law(encoding.decode(written).map { same($0, decoded) } == true, "what is encoded decodes to itself")
    }
    return 0
}

/// Every encoding, found out too, in every form that a mapping can declare: five forms of each, in this order.
private let formats: [ExtractFormat] = ([nil] + TextEncoding.allCases.map(Optional.some)).flatMap {
    encoding in
    let name = encoding.map { "encoding: \"\($0.rawValue)\"," } ?? ""
    return [
        "", "delimiter: \"tab\", titleLines: 2", "columnNames: [\"a\", \"b\"]",
        "fixedWidth: [{ name: \"a\", bytes: 3 }, { name: \"b\", bytes: 4 }]",
        "gaiji: { \"U+E000\": \"〓\", \"U+F0001\": \"葛\u{E0100}\" }",
    ].compactMap { form in
        try? ConfigurationFile.read("{ \(name) \(form) }", name: "").decode(ExtractFormat.self)
    }
}

/// A file in memory without a name; its path leads through the descriptor.
private let descriptor: Int32 = {
    var path = Array("/dev/shm/renkei-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    unlink(path)
    return descriptor
}()

private func check(_ file: [UInt8], _ format: ExtractFormat) {
    law(
        ftruncate(descriptor, 0) == 0
            && file.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == file.count,
        "the file can be written")
    do {
        let reader = try ExtractReader(
            path: "/proc/self/fd/\(descriptor)", source: "fuzz", file: "a.csv", format: format)
        var rows = Rows(file, format, reader.encoding)
        let header = rows.takeHeader(format)
        var isWhole = false
        var length = reader.preamble
        do {
            while let line = try reader.next() {
                let expected = rows.next()
                check(line, expected, reader.encoding, hasGaiji: !format.gaiji.isEmpty)
                law(reader.lineLength == expected?.length, "a line has its length")
                length += reader.lineLength
            }
            isWhole = true
        } catch {
            _ = rows.next()
            law(error.code == "extract.truncated" && rows.isLast, "only the last row can be cut off")
        }
        law(!isWhole || rows.next() == nil && length == file.count, "a file is read to its end")
        law(reader.header.count == header, "the header has its fields")
    } catch {
        law(error.kind == .gate && error.file == "a.csv" && !error.fix.isEmpty, "a refused file is a gate's")
    }
}

/// Columns of fixed width, where some are found in the file written last, cover a record without a gap; also where the
/// sample is less than the file.
private func checkCuts(_ encoding: TextEncoding, sampleSize: Int) {
    guard
        let evidence = try? FixedWidthEvidence.find(
            path: "/proc/self/fd/\(descriptor)", file: "a.csv", encoding: encoding, asOf: Day(number: 20_727),
            sampleSize: sampleSize)
    else { return }
    var end = 0
    for column in evidence.columns {
        law(column.start == end && column.bytes > 0, "a column begins where the one before ends")
        end += column.bytes
    }
    law(end == evidence.length && evidence.columns.count > 1, "the columns are the record")
}

private func check(
    _ line: ExtractLine, _ expected: Rows.Line?, _ encoding: TextEncoding, hasGaiji: Bool
) {
    guard let expected else { return law(false, "no more lines than the file has") }
    switch line {
    case .outside(let line, let offset):
        law((line, offset) == (expected.line, expected.offset), "a line stands where it is")
    case .unreadable(let rejection):
        law(
            (rejection.position.line, rejection.position.offset) == (expected.line, expected.offset),
            "a refused row stands where it is")
    case .row(let row):
        law(
            (row.position.line, row.position.offset) == (expected.line, expected.offset),
            "a row stands where it is")
        law(row.fields.count == expected.fields.count, "a row has its fields")
        for (field, bytes) in zip(row.fields, expected.fields) {
            let text = encoding.decode(bytes).map { hasGaiji ? shown($0) : $0 }
            law(text.map { same($0, field) } == true, "a field holds its bytes")
        }
    }
}

/// With the characters of the table in `formats`.
private func shown(_ text: String) -> String {
    text.unicodeScalars.map { $0 == "\u{E000}" ? "〓" : $0 == "\u{F0001}" ? "葛\u{E0100}" : String($0) }
        .joined()
}

/// The naive twin: the rows of a file by RFC 4180 and the departments' habits, symbol by symbol: a symbol is a byte, or two of
/// UTF-16.
private struct Rows {
    struct Line {
        let line: Int
        let offset: Int
        var length = 0
        var fields: [[UInt8]] = []
    }

    private let file: [UInt8]
    private let size: Int
    private let isBigEndian: Bool
    private var delimiter: Int?
    private var widths: [Int]?
    private var index: Int
    private var line = 1
    private var titles: [Line] = []

    init(_ file: [UInt8], _ format: ExtractFormat, _ encoding: TextEncoding) {
        self.file = file
        isBigEndian = encoding == .utf16be
        size = encoding == .utf16le || isBigEndian ? 2 : 1
        let marks: [TextEncoding: [UInt8]] = [
            .utf8: [0xEF, 0xBB, 0xBF], .utf16le: [0xFF, 0xFE], .utf16be: [0xFE, 0xFF],
        ]
        index = marks[encoding].map { file.starts(with: $0) ? $0.count : 0 } ?? 0
        let lineEnds = file.prefix(1 << 20).contains { $0 == 0x0A || $0 == 0x0D }
        let columns = format.fixedWidth?.map(\.bytes)
        widths = lineEnds ? nil : columns
        for _ in 0..<format.titleLines where index < file.count {
            if widths != nil {
                titles.append(record())
                continue
            }
            var title = Line(line: line, offset: index)
            while index < file.count, !isLineEnd { index += size }
            index = min(index, file.count)
            passLineEnd()
            title.length = index - title.offset
            titles.append(title)
        }
        widths = columns
        if columns == nil {
            delimiter = format.delimiter.map { $0 == .comma ? 0x2C : 0x09 } ?? foundDelimiter()
        }
    }

    var isLast: Bool { titles.isEmpty && index >= file.count }

    mutating func takeHeader(_ format: ExtractFormat) -> Int {
        if let names = format.columnNames { return names.count }
        return delimiter == nil ? widths?.count ?? 0 : row().fields.count
    }

    mutating func next() -> Line? {
        if !titles.isEmpty { return titles.removeFirst() }
        guard index < file.count else { return nil }
        return delimiter == nil ? record() : row()
    }

    /// The symbol at `place`; no character where it is a byte alone.
    private func symbol(at place: Int) -> Int {
        guard size == 2 else { return Int(file[place]) }
        guard place + 1 < file.count else { return -1 }
        let (first, second) = (Int(file[place]), Int(file[place + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    private var isLineEnd: Bool { symbol(at: index) == 0x0A || symbol(at: index) == 0x0D }

    private mutating func passLineEnd() {
        guard index < file.count else { return }
        if symbol(at: index) == 0x0D, index + size < file.count, symbol(at: index + size) == 0x0A {
            index += size
        }
        index += size
        line += 1
    }

    private func foundDelimiter() -> Int {
        var (isQuoted, found) = (false, Set<Int>())
        for place in stride(from: index, to: file.count, by: size) {
            let symbol = symbol(at: place)
            if symbol == 0x22 { isQuoted.toggle() }
            if isQuoted { continue }
            if symbol == 0x0A || symbol == 0x0D { break }
            found.insert(symbol)
        }
        return found.contains(0x09) && !found.contains(0x2C) ? 0x09 : 0x2C
    }

    /// A record of fixed width.
    private mutating func record() -> Line {
        let widths = widths ?? []
        let length = widths.reduce(0, +)
        var record = Line(line: line, offset: index)
        var bytes: [UInt8] = []
        if file.prefix(1 << 20).contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            while index < file.count, !isLineEnd {
                bytes.append(file[index])
                index += 1
            }
            passLineEnd()
        } else {
            bytes = Array(file[index..<min(index + length, file.count)])
            index += bytes.count
            line += 1
        }
        record.length = index - record.offset
        if bytes.count == length {
            var start = 0
            for width in widths {
                record.fields.append(Array(bytes[start..<start + width]))
                start += width
            }
        }
        return record
    }

    private mutating func row() -> Line {
        var row = Line(line: line, offset: index)
        repeat { row.fields.append(field()) } while takeDelimiter()
        passLineEnd()
        row.length = index - row.offset
        return row
    }

    private mutating func takeDelimiter() -> Bool {
        guard index < file.count, symbol(at: index) == delimiter else { return false }
        index += size
        return true
    }

    private mutating func field() -> [UInt8] {
        var field: [UInt8] = []
        if isQuote {
            index += size
            while index < file.count {
                if isQuote {
                    index += size
                    guard isQuote else { break }
                } else if isLineEnd {
                    let isPair =
                        symbol(at: index) == 0x0D && index + size < file.count
                        && symbol(at: index + size) == 0x0A
                    if !isPair { line += 1 }
                }
                take(into: &field)
            }
        }
        while index < file.count, !isLineEnd, symbol(at: index) != delimiter { take(into: &field) }
        return field
    }

    private var isQuote: Bool { index < file.count && symbol(at: index) == 0x22 }

    private mutating func take(into field: inout [UInt8]) {
        let end = min(index + size, file.count)
        field += file[index..<end]
        index = end
    }
}
