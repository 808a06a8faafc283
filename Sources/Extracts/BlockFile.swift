internal import Domain
internal import Glibc

/// A file read in blocks over a raw descriptor, which is closed when it is let go; or bytes that lie on no disk.
final class BlockFile {
    static let blockSize = 256 * 1024

    private enum Place {
        case disk(Int32)
        case memory([UInt8])
    }

    private let place: Place
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
        place = .disk(opened)
        self.name = name
    }

    init(bytes: [UInt8], name: String) {
        place = .memory(bytes)
        self.name = name
    }

    deinit { if case .disk(let descriptor) = place { close(descriptor) } }

    /// Up to `count` bytes from `offset`, fewer only at the end of the file.
    func read(at offset: Int, count: Int = blockSize) throws(Fault) -> [UInt8] {
        let descriptor: Int32
        switch place {
        case .memory(let bytes): return Array(bytes[min(offset, bytes.count)...].prefix(count))
        case .disk(let opened): descriptor = opened
        }
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
