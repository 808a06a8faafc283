internal import Domain
internal import Foundation

/// Writes all of `bytes` to an open file, however many calls that takes.
///
/// - Returns: `false` where the disk is full or does not answer; `errno` says which.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var written = 0
        while written < buffer.count {
            let count = write(
                descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}

/// Overwrites what a file holds, then takes its name away: a name that is gone leaves the bytes. What a file system or a disk keeps
/// elsewhere (a snapshot, a worn cell) is out of reach.
///
/// - Throws: `Fault` of kind `.inputOutput`; a file that is not there is fine.
func erase(_ path: String) throws {
    let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    if file < 0, errno == ENOENT { return }
    defer { if file >= 0 { close(file) } }
    var status = stat()
    var isErased = file >= 0 && fstat(file, &status) == 0
    var left = Int(status.st_size)
    let zeros = [UInt8](repeating: 0, count: min(max(left, 0), 1 << 20))
    while isErased, left > 0 {
        isErased = writeAll(left < zeros.count ? Array(zeros[..<left]) : zeros, to: file)
        left -= zeros.count
    }
    guard isErased, fsync(file) == 0, unlink(path) == 0 else {
        throw Fault(
            .inputOutput, code: "disk.erase", message: "古い内容を消せませんでした。", file: path,
            fix: "権限とディスクの状態を確かめてから、もう一度実行してください。")
    }
}
