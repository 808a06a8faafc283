package import Domain
import Extracts
import Foundation
package import Store

/// A file of rejected rows to be sent to the department that wrote them.
package struct RejectedExport: Sendable {
    package let title: String
    package let path: String
    package let rows: Int
    /// Rows of which only place and reason are told.
    package let withoutContent: Int
}

/// The columns in front of an extract's own; who returns the file leaves them as they are.
enum ExchangeColumns {
    static let names = ["抽出", "ファイル", "ハッシュ", "行", "理由コード", "列", "理由", "直し方"]
    static let (file, hash, line) = (1, 2, 3)

    /// No two columns have the same name, so that the file reads back as it was written.
    static func header(_ columns: [String], surplus count: Int) -> [String] {
        ExtractReader.numbered(names + columns + (0..<count).map(RejectedContent.surplus))
    }
}

extension Quarantine {
    /// Writes one file for each extract with rejected rows; rows whose correction waits already are left out.
    ///
    /// - Parameters:
    ///   - source: this extract's rows alone.
    ///   - output: a folder, made where it is missing; or a file (`….csv`), where one extract has such rows.
    /// - Throws: `Fault`: `.notFound` where there are none, `.usage` where one file does not hold them, `.denied`.
    package func export(source: SourceID?, to output: String) throws -> [RejectedExport] {
        let chosen = files.filter { file in
            (source == nil || file.source == source) && !file.rows.isEmpty
                && !file.rows.allSatisfy { isCorrected(file, line: $0.position.line) }
        }
        guard !chosen.isEmpty else {
            throw Fault(
                .notFound, code: "rejected.none", message: "担当課に戻す行はありません。",
                fix: "「renkei rejected list」で、却下された行を確かめてください。")
        }
        let isFolder = try isFolder(output)
        guard isFolder || chosen.count == 1 else {
            // A source that delivers changes has several files of its own.
            let canChoose = Set(chosen.map(\.source)).count > 1
            throw Fault(
                .usage, code: "output.several",
                message:
                    "却下された行のある抽出ファイルが\(chosen.count)つあります（\(chosen.map(\.file).joined(separator: "、"))）。",
                fix: "「--output」にフォルダを指定"
                    + (canChoose ? "するか、「--source」で抽出を1つ選んでください。" : "してください。ファイルごとに書き出します。"))
        }
        return try chosen.map { file in
            let sheet = try sheet(of: file)
            let path = isFolder ? URL(filePath: output).appending(path: sheet.name).path : output
            try PrivateFile.write(sheet.bytes, to: path)
            return RejectedExport(
                title: file.title, path: path, rows: sheet.rows, withoutContent: sheet.withoutContent)
        }
    }

    /// Whether files are written into `output`: what is no file's name is a folder's, and is made.
    private func isFolder(_ output: String) throws(Fault) -> Bool {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: output, isDirectory: &isFolder) {
            return isFolder.boolValue
        }
        if output.lowercased().hasSuffix(".csv") { return false }
        do {
            try FileManager.default.createDirectory(
                atPath: output, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Fault(
                .inputOutput, code: "output.folder", message: "フォルダを作れません。", file: output,
                fix: "上のフォルダに書く権限があるか、空き容量があるかを確かめてください。ファイルに書くなら、「.csv」で終わる名前にしてください。")
        }
        return true
    }

    package func sheet(of file: RejectedFile) throws -> RejectedSheet {
        let reading = try reading(file)
        let rows = file.rows.filter { !isCorrected(file, line: $0.position.line) }
        // The trail knows of the reading before anybody can read.
        let kept = try service.rejectedRows(
            rows.map { (file.number, $0.position.line) }, of: run, isExport: true, actor: actor,
            decision: decision, references: ["file": file.file, "sha256": file.sha256, "run": name], at: at)
        let contents = try zip(rows, kept).map { (rejection: $0, content: try reading.content(of: $1, $0)) }
        let columns = reading.form.header
        let surplus = contents.map { $0.content.columns.count - columns.count }.max() ?? 0
        let header = ExchangeColumns.header(columns, surplus: max(0, surplus))
        let lines = contents.map { rejection, content in
            let place = [
                file.title, file.file, file.sha256, String(rejection.position.line), rejection.code,
                rejection.column ?? "", rejection.message, rejection.fix,
            ]
            let cells = place + content.columns
            return cells + Array(repeating: "", count: header.count - cells.count)
        }
        let stem = file.file.split(separator: ".").first.map(String.init) ?? file.file
        return RejectedSheet(
            file: file, name: "\(stem)_rejected.csv", bytes: SpreadsheetText.bytes([header] + lines),
            rows: rows.count, withoutContent: contents.count { $0.content.columns.isEmpty })
    }
}
