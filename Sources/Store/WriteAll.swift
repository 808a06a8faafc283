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
