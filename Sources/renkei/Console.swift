import Domain
import Foundation

/// Where a command's words go: results to standard output, as text or as one JSON object; the rest to standard error.
struct Console: Sendable {
    /// The program as it was called, so that a suggested next command can be copied.
    let program: String
    let isJSON: Bool
    /// Whether standard error is a terminal, for progress that overwrites itself.
    let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1

    /// Prints text for people; nothing under `--json`.
    func say(_ text: String) {
        if !isJSON { print(text) }
    }

    /// Written at once: a server's first line must not wait in a buffer. A reader that went away loses its text.
    func print(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) }

    /// Writes a note beside the result.
    func note(_ text: String) { write(note: text + "\n") }

    /// Writes to standard error as it is, for progress that overwrites itself.
    func write(note text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// Prints the command's result as one JSON object; nothing without `--json`.
    func result(_ value: some Encodable) throws {
        guard isJSON else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Tells an error to people and machines; any error that is no `Fault` is a defect of renkei.
    func report(_ error: any Error) -> ExitCode {
        let faults: [Fault] =
            switch error {
            case let fault as Fault: [fault]
            case let several as Faults: several.all
            case let error as CocoaError:
                [
                    Fault(
                        .inputOutput, code: "file.failed", message: "ファイルの読み書きに失敗しました。",
                        file: error.filePath, fix: "権限と空き容量を確かめて、もう一度実行してください。前回の公開はそのまま使えます。")
                ]
            default:
                [
                    Fault(
                        .internal, code: "internal", message: "内部エラーが起きました（\(type(of: error))）。",
                        fix: "同じ操作で繰り返すときは、実行時刻とこの表示を開発元に伝えてください。前回の公開はそのまま使えます。")
                ]
            }
        for fault in faults { note("エラー: \(fault)") }
        if isJSON { try? result(Failure(outcome: "error", faults: faults.map(Failure.Entry.init))) }
        return ExitCode(faults.first?.kind ?? .internal)
    }

    private struct Failure: Encodable {
        struct Entry: Encodable {
            let kind: String
            let code: String
            let message: String
            let file: String?
            let line: Int?
            let field: String?
            let fix: String

            init(_ fault: Fault) {
                kind = fault.kind.rawValue
                code = fault.code
                message = fault.message
                file = fault.file
                line = fault.line
                field = fault.field
                fix = fault.fix
            }
        }
        let outcome: String
        let faults: [Entry]
    }
}
