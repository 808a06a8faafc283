package import Domain
import Foundation
import Glibc

/// Holds the workspace for one run; the kernel lets go when the process ends, however it ends.
package final class RunLock {
    private let descriptor: Int32

    /// - Throws: `Fault` of kind `.busy` naming the process that holds it.
    package init(path: String) throws(Fault) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Fault(
                .inputOutput, code: "lock.unwritable", message: "ロックファイルを開けません。", file: path,
                fix: "作業フォルダの権限と空き容量を確かめてください。")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8))?
                .trimmingCharacters(in: .whitespacesAndNewlines)
            close(descriptor)
            throw Fault(
                .busy, code: "run.busy",
                message: "ほかの実行が進んでいます（プロセス番号 \(holder.flatMap { $0.isEmpty ? nil : $0 } ?? "不明")）。",
                file: path,
                fix: "終わるのを待ってから、もう一度実行してください。")
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = write(descriptor, text, text.count)
    }

    deinit { close(descriptor) }
}
