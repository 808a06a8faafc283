internal import Domain
internal import Glibc

/// A file read in blocks over a raw descriptor; closes it when let go.
final class BlockFile {
    static let blockSize = 256 * 1024

    private let descriptor: Int32
    private let name: String

    init(path: String, name: String) throws(Fault) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else {
            throw errno == ENOENT
                ? Fault(
                    .gate, code: "extract.missing", message: "抽出ファイルが見つかりません。", file: name,
                    fix: "担当課に抽出ファイルの提出を確認し、受入フォルダに置いてから再実行してください。")
                : Self.unreadable(name, errno)
        }
        descriptor = opened
        self.name = name
    }

    deinit { close(descriptor) }

    /// Up to `count` bytes from `offset`, fewer only at the end of the file.
    func read(at offset: Int, count: Int = blockSize) throws(Fault) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        guard failure == 0 else { throw Self.unreadable(name, failure) }
        return bytes
    }

    private static func unreadable(_ name: String, _ code: Int32) -> Fault {
        Fault(
            .inputOutput, code: "extract.unreadable",
            message: "抽出ファイルを読み込めません(\(String(cString: strerror(code))))。", file: name,
            fix: "ファイルの読み取り権限とディスクの状態を確認してください。")
    }
}
