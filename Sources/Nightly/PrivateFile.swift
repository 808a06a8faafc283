import Domain
import Foundation
import Store

/// A file that only its owner may read, and that is there as a whole or not at all.
enum PrivateFile {
    /// Writes `bytes` to `path`, which must not exist: under another name first, moved there when it is on the disk.
    ///
    /// - Throws: `Fault` of kind `.inputOutput`, or `.usage` where the file exists.
    static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
        guard access(path, F_OK) != 0 else { throw taken(path) }
        let draft = "\(path).\(getpid()).part"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unwritable(path) }
        let isWritten = fchmod(file, 0o600) == 0 && writeAll(bytes, to: file) && fsync(file) == 0
        close(file)
        let problem = isWritten ? settle(draft, as: path) : EIO
        guard problem == 0 else {
            unlink(draft)
            throw problem == EEXIST ? taken(path) : unwritable(path)
        }
        let folder = open(
            URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Gives the draft its name, unless something came under it meanwhile.
    ///
    /// - Returns: the number of the error, 0 where there is none.
    static func settle(_ draft: String, as path: String) -> Int32 {
        if link(draft, path) == 0 {
            unlink(draft)
            return 0
        }
        if errno == EEXIST { return EEXIST }
        // Memory sticks know no second name for a file: there the name is taken first, by an empty file.
        let place = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard place >= 0 else { return errno }
        close(place)
        guard rename(draft, path) == 0 else {
            let problem = errno
            unlink(path)
            return problem
        }
        return 0
    }

    static func taken(_ path: String) -> Fault {
        Fault(
            .usage, code: "output.exists", message: "同じ名前のファイルがすでにあります。", file: path,
            fix: "別の名前にするか、もとのファイルを移してください。上書きはしません。")
    }

    static func unwritable(_ path: String) -> Fault {
        Fault(
            .inputOutput, code: "output.unwritable", message: "ファイルを書けません。", file: path,
            fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
    }
}
