package import Domain
import Foundation

/// Writes a file in pieces beside its place and puts it there when it is whole.
package enum OutputFile {
    /// Lines of text.
    ///
    /// - Parameter body: called with what appends a line.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        to path: String, _ body: (_ line: (String) throws -> Void) throws -> Void
    ) throws(Fault) {
        try pieces(to: path) { piece in
            var text = ""
            try body { line in
                text += line
                text += "\n"
                // Millions of lines are more text than memory.
                guard text.utf8.count > 1 << 20 else { return }
                try piece(Data(text.utf8))
                text = ""
            }
            try piece(Data(text.utf8))
        }
    }

    /// The same of bytes as they come.
    static func pieces<Result>(
        to path: String, _ body: (_ piece: @escaping (Data) throws -> Void) throws -> Result
    ) throws(Fault) -> Result {
        let draft = "\(path).\(getpid()).part"
        do {
            guard FileManager.default.createFile(atPath: draft, contents: nil),
                let file = FileHandle(forWritingAtPath: draft)
            else { throw CocoaError(.fileWriteUnknown) }
            defer { try? file.close() }
            let result = try body { if !$0.isEmpty { try file.write(contentsOf: $0) } }
            guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            return result
        } catch {
            unlink(draft)
            throw Fault(
                .inputOutput, code: "link.unwritable", message: "ファイルを書けません。", file: path,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
    }
}
