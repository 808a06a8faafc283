import Domain
import Extracts
import Foundation

/// Reads a CSV of any kind row by row, in the encodings and shapes that extracts come in; what is wrong with it is told to
/// somebody who has a work file, and neither an inbox nor a mapping.
struct TableReader {
    let name: String
    private let reader: ExtractReader
    private let isInput: Bool

    var header: [String] { reader.header }

    /// - Parameters:
    ///   - encoding: as the work file says; `nil`: found out.
    ///   - isInput: of the work file, where an encoding can be written.
    /// - Throws: `Fault` where there is no such file (66), or it is no text with a header.
    init(_ path: String, encoding: TextEncoding? = nil, isInput: Bool) throws(Fault) {
        name = path.split(separator: "/").last.map(String.init) ?? path
        self.isInput = isInput
        do {
            reader = try ExtractReader(
                path: path, source: SourceID("table"), file: name,
                format: Self.format(of: path, name, encoding))
        } catch { throw Self.told(error, isInput: isInput) }
    }

    func next() throws(Fault) -> ExtractLine? {
        do { return try reader.next() } catch { throw Self.told(error, isInput: isInput) }
    }

    /// UTF-8 where the file's beginning is that beyond ASCII: nothing else reads so by chance, while few Latin letters with marks
    /// look as unlikely in a Japanese extract as rubbish does.
    private static func format(
        of path: String, _ name: String, _ encoding: TextEncoding?
    ) throws(Fault) -> ExtractFormat {
        var format = ExtractFormat()
        format.encoding = encoding
        guard let file = FileHandle(forReadingAtPath: path) else { return format }
        defer { try? file.close() }
        guard var bytes = try? file.read(upToCount: 1 << 22) else { return format }
        for (mark, kind, fix) in kinds where bytes.starts(with: mark) {
            throw Fault(
                .gate, code: "extract.kind", message: "CSVではなく、\(kind)です。", file: name, fix: fix)
        }
        guard encoding == nil, bytes.contains(where: { $0 >= 0x80 }), !bytes.contains(0) else {
            return format
        }
        // A character that the end cuts counts for nothing.
        while let last = bytes.last, last >= 0x80 { bytes.removeLast() }
        if String(validating: bytes, as: UTF8.self) != nil {
            (format.encoding, format.isEncodingCertain) = (.utf8, true)
        }
        return format
    }

    /// What is named .csv and is none, by its first bytes.
    private static let kinds: [(mark: [UInt8], kind: String, fix: String)] = [
        ([0x50, 0x4B, 0x03, 0x04], "Excelのブックかzip", "表計算ソフトで開いて「CSV UTF-8」で保存し直すか、展開してください。"),
        ([0xD0, 0xCF, 0x11, 0xE0], "古い形式のExcelのブック", "表計算ソフトで開いて「CSV UTF-8」で保存し直してください。"),
        ([0x1F, 0x8B], "gzipで圧縮されたファイル", "「gunzip」などで展開してください。"),
    ]

    private static func told(_ fault: Fault, isInput: Bool) -> Fault {
        let encoding =
            isInput
            ? "表計算ソフトで「CSV UTF-8」で保存し直すか、作業ファイルの inputs を { \"file\": \"\(fault.file ?? "")\", \"encoding\": \"cp932\" } の形にして文字コード"
                + "（\(TextEncoding.allCases.map(\.rawValue).joined(separator: "、"))）を書いてください。"
            : "表計算ソフトで「CSV UTF-8」で保存し直してください。"
        let (kind, message, fix): (Fault.Kind, String?, String) =
            switch fault.code {
            case "extract.missing": (.notFound, "ファイルがありません。", "場所と名前を確かめてください。")
            case "extract.empty": (.gate, "ファイルが空です。", "1行目に列の名前、2行目から値を書いてください。")
            case "extract.encoding": (.gate, nil, encoding)
            case "extract.header": (.gate, nil, "1行目に列の名前を書いてください。")
            case "extract.truncated": (.gate, nil, "ファイルが途中で終わっていないか、最後の行の列の数と引用符を確かめてください。")
            case "extract.unreadable": (.inputOutput, nil, "フォルダや装置でなくファイルか、読む権限があるかを確かめてください。")
            default: (fault.kind, nil, fault.fix)
            }
        let own = fault.message.replacingOccurrences(of: "抽出ファイル", with: "ファイル")
            .replacingOccurrences(of: "マッピング", with: "作業ファイル")
        return Fault(
            kind, code: fault.code, message: message ?? own, file: fault.file, line: fault.line,
            field: fault.field, fix: fix)
    }
}
