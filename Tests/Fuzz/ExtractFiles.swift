import Domain
import Extracts
import Glibc

/// Every byte of a file belongs to one line of it, in order, or the file is a fault: checked against a twin that cuts the
/// rows without any buffer.
///
/// The first byte of the input says how the extract is declared and whether it lies across the border of two blocks.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzExtractFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let input = bytes(start, count)
    var format = ExtractFormat(
        encoding: [nil, .utf8, .cp932, nil][Int(input[0] & 3)],
        delimiter: input[0] & 4 == 0 ? .comma : .tab, titleLines: Int(input[0] >> 3 & 3))
    let text = Array(input.dropFirst())
    var file = text
    if input[0] & 0xE0 == 0xE0 {
        // A title that ends somewhere in the input's length before the border.
        format.titleLines += 1
        file = [UInt8](repeating: 0x74, count: 256 * 1024 - text.count / 2) + [0x0A] + text
    }
    check(file, format)
    for encoding in TextEncoding.allCases {
        guard let decoded = encoding.decode(text), let written = encoding.encode(decoded) else { continue }
        law(encoding.decode(written).map { same($0, decoded) } == true, "what is encoded decodes to itself")
    }
    return 0
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
        var rows = Rows(file, format)
        let header = rows.takeHeader()
        var isWhole = false
        do {
            while let line = try reader.next() { check(line, rows.next(), reader.encoding) }
            isWhole = true
        } catch {
            _ = rows.next()
            law(error.code == "extract.truncated" && rows.isLast, "only the last row can be cut off")
        }
        law(!isWhole || rows.next() == nil, "a file is read to its end")
        law(reader.header.count == header, "the header has its fields")
    } catch {
        law(error.kind == .gate && error.file == "a.csv" && !error.fix.isEmpty, "a refused file is a gate's")
    }
}

private func check(_ line: ExtractLine, _ expected: Rows.Line?, _ encoding: TextEncoding) {
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
            law(encoding.decode(bytes).map { same($0, field) } == true, "a field holds its bytes")
        }
    }
}

/// The naive twin: the rows of a file by RFC 4180 and the departments' habits, byte by byte.
private struct Rows {
    struct Line {
        let line: Int
        let offset: Int
        var fields: [[UInt8]] = []
    }

    private let file: [UInt8]
    private let delimiter: UInt8
    private var index: Int
    private var line = 1
    private var titles: [Line] = []

    init(_ file: [UInt8], _ format: ExtractFormat) {
        self.file = file
        delimiter = format.delimiter == .comma ? 0x2C : 0x09
        index = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for _ in 0..<format.titleLines where index < file.count {
            titles.append(Line(line: line, offset: index))
            while index < file.count, !isLineEnd { index += 1 }
            passLineEnd()
        }
    }

    var isLast: Bool { titles.isEmpty && index >= file.count }

    mutating func takeHeader() -> Int { row().fields.count }

    mutating func next() -> Line? {
        if !titles.isEmpty { return titles.removeFirst() }
        return index < file.count ? row() : nil
    }

    private var isLineEnd: Bool { file[index] == 0x0A || file[index] == 0x0D }

    private mutating func passLineEnd() {
        guard index < file.count else { return }
        if file[index] == 0x0D, index + 1 < file.count, file[index + 1] == 0x0A { index += 1 }
        index += 1
        line += 1
    }

    private mutating func row() -> Line {
        var row = Line(line: line, offset: index)
        repeat { row.fields.append(field()) } while takeDelimiter()
        passLineEnd()
        return row
    }

    private mutating func takeDelimiter() -> Bool {
        guard index < file.count, file[index] == delimiter else { return false }
        index += 1
        return true
    }

    private mutating func field() -> [UInt8] {
        var field: [UInt8] = []
        if index < file.count, file[index] == 0x22 {
            index += 1
            while index < file.count {
                if file[index] == 0x22 {
                    index += 1
                    guard index < file.count, file[index] == 0x22 else { break }
                } else if isLineEnd {
                    if file[index] == 0x0A || index + 1 >= file.count || file[index + 1] != 0x0A { line += 1 }
                }
                field.append(file[index])
                index += 1
            }
        }
        while index < file.count, !isLineEnd, file[index] != delimiter {
            field.append(file[index])
            index += 1
        }
        return field
    }
}
