package import Domain
import Foundation
import Store

/// A file of events that is there as a whole or not at all; only who wrote it may read it.
package final class TrailFile {
    private let path: String
    private let draft: String
    private let file: Int32
    private var pending: [UInt8] = []

    /// - Throws: `Fault` where the file exists or cannot be made.
    package init(path: String) throws(Fault) {
        self.path = path
        draft = "\(path).\(getpid()).part"
        guard access(path, F_OK) != 0 else { throw PrivateFile.taken(path) }
        file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PrivateFile.unwritable(path) }
    }

    deinit {
        if file >= 0 {
            close(file)
            unlink(draft)
        }
    }

    /// Adds a line.
    package func add(_ line: [UInt8]) throws(Fault) {
        pending += line
        pending.append(0x0A)
        if pending.count >= 1 << 20 { try flush() }
    }

    /// Adds the last line and gives the file its name.
    package func finish(with line: String) throws(Fault) {
        try add(Array(line.utf8))
        try flush()
        guard fsync(file) == 0 else { throw PrivateFile.unwritable(path) }
        switch PrivateFile.settle(draft, as: path) {
        case 0: break
        case EEXIST: throw PrivateFile.taken(path)
        default: throw PrivateFile.unwritable(path)
        }
    }

    private func flush() throws(Fault) {
        guard writeAll(pending, to: file) else { throw PrivateFile.unwritable(path) }
        pending.removeAll(keepingCapacity: true)
    }
}
