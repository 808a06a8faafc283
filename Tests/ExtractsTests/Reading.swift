import Domain
import Extracts
import TestSupport

/// What a file read as: header, rows, and the rest by line.
struct Reading {
    var header: [String] = []
    var rows: [Row] = []
    var rejections: [Rejection] = []
    var outside: [Int] = []
    var encoding = TextEncoding.utf8
    var evidence = ""

    init(_ bytes: [UInt8], _ format: ExtractFormat = ExtractFormat()) throws {
        let folder = try ScratchFolder()
        try folder.write(bytes, to: "a.csv")
        try self.init(path: folder.file("a.csv"), format)
    }

    init(path: String, _ format: ExtractFormat) throws {
        let reader = try ExtractReader(path: path, source: "sample", file: "a.csv", format: format)
        (header, encoding, evidence) = (reader.header, reader.encoding, reader.evidence)
        while let line = try reader.next() {
            switch line {
            case .row(let row): rows.append(row)
            case .unreadable(let rejection): rejections.append(rejection)
            case .outside(let line, _): outside.append(line)
            }
        }
    }

    var fields: [[String]] { rows.map(\.fields) }
}

extension ExtractLine {
    /// Where it begins in the file.
    var offset: Int {
        switch self {
        case .row(let row): row.position.offset
        case .unreadable(let rejection): rejection.position.offset
        case .outside(_, let offset): offset
        }
    }
}

/// The gate fault that reading ends in, or `nil`.
func fault(_ bytes: [UInt8], _ format: ExtractFormat = ExtractFormat()) -> Fault? {
    do {
        _ = try Reading(bytes, format)
        return nil
    } catch {
        return error as? Fault
    }
}

/// CSV as a careful department writes it. Scalar by scalar: a quote and ﾞ behind it are one `Character`.
func csv(_ rows: [[String]], quoteAll: Bool = false, lineEnd: String = "\r\n") -> String {
    var text = String.UnicodeScalarView()
    for row in rows {
        for (index, field) in row.enumerated() {
            if index > 0 { text.append(",") }
            let needsQuotes =
                quoteAll || field.isEmpty
                || field.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
            if needsQuotes { text.append("\"") }
            for scalar in field.unicodeScalars {
                if scalar == "\"" { text.append(scalar) }
                text.append(scalar)
            }
            if needsQuotes { text.append("\"") }
        }
        text.append(contentsOf: lineEnd.unicodeScalars)
    }
    return String(text)
}
