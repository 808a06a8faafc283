package import Domain
import Foundation

/// Writes a file in pieces beside its place and puts it there when it is whole.
package enum OutputFile {
    /// - Parameter body: called with what appends text.
    /// - Throws: `link.unwritable`; then whatever was at `path` is as it was.
    package static func write(
        to path: String, _ body: (_ line: (String) throws -> Void) throws -> Void
    ) throws(Fault) {
        let draft = "\(path).\(getpid()).part"
        do {
            guard FileManager.default.createFile(atPath: draft, contents: nil),
                let file = FileHandle(forWritingAtPath: draft)
            else { throw CocoaError(.fileWriteUnknown) }
            defer { try? file.close() }
            var text = ""
            try body { line in
                text += line
                text += "\n"
                // Millions of lines are more text than memory.
                guard text.utf8.count > 1 << 20 else { return }
                try file.write(contentsOf: Data(text.utf8))
                text = ""
            }
            try file.write(contentsOf: Data(text.utf8))
            guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            unlink(draft)
            throw Fault(
                .inputOutput, code: "link.unwritable", message: "ファイルを書けません。", file: path,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
    }
}
