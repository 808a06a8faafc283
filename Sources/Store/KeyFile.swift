internal import Domain
internal import Foundation

/// A file of the key folder, mode 0600, owned by who runs renkei; a key is 64 hex digits and a line end.
struct KeyFile {
    let path: String

    /// Creates the file of a key; an existing one is never touched.
    func create(_ key: [UInt8]) throws {
        var text = Array((hexadecimal(key) + "\n").utf8)
        defer { wipe(&text) }
        try create(content: text)
    }

    func create(content: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST {
                throw fault("keys.exist", "鍵ファイルがすでにあります。", "既存の鍵を使うか、別のフォルダを指定してください。")
            }
            throw fault("keys.write", "鍵ファイルを作れません。", "フォルダの場所・権限・空きを確認してください。")
        }
        defer { close(file) }
        // fchmod: the umask may have taken more away than it should.
        guard fchmod(file, 0o600) == 0, writeAll(content, to: file), fsync(file) == 0 else {
            throw fault("keys.write", "鍵ファイルに書き込めません。", "ディスクの空きと権限を確認してください。")
        }
    }

    /// The key in the file.
    func read() throws -> [UInt8] {
        var text = try content()
        defer { wipe(&text) }
        guard text.count == 2 * SecretKey.length + 1, text.last == 0x0A,
            let key = bytes(hexadecimal: String(decoding: text.dropLast(), as: UTF8.self)[...])
        else {
            throw fault("keys.content", "鍵ファイルの内容が壊れています。", "バックアップから鍵を戻してください。")
        }
        return key
    }

    /// All bytes of the file, where nobody else can read it.
    func content() throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT
                ? fault("keys.missing", "鍵ファイルがありません。", "バックアップから鍵を戻してください。")
                : fault("keys.unreadable", "鍵ファイルを開けません。", "ファイルの種類・所有者・権限を確認してください。")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("keys.unreadable", "鍵ファイルが通常のファイルではありません。", "通常のファイルに置き換えてください。")
        }
        try checkAccess(status, mode: 0o600)
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, filled in
            while filled < buffer.count {
                let got = Foundation.read(
                    file, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
        return bytes
    }

    /// Gives the file another name, in place of what has it.
    func move(to other: KeyFile) throws {
        guard rename(path, other.path) == 0 else {
            throw other.fault("keys.write", "鍵ファイルを置きかえられません。", "フォルダの権限と空きを確認してください。")
        }
    }

    /// Refuses a file or folder that somebody else can read or owns.
    func checkAccess(_ status: stat, mode: mode_t) throws {
        guard status.st_uid == geteuid() else {
            throw fault(
                "keys.owner", "所有者が renkei を実行する利用者と異なります。",
                "chown で所有者を renkei を実行する利用者に変えてください。")
        }
        guard status.st_mode & 0o7777 == mode else {
            let wanted = "0" + String(mode, radix: 8)
            throw fault(
                "keys.mode", "権限が \(wanted) ではありません。", "chmod \(wanted) で権限を直し、漏れた恐れがないか確認してください。")
        }
    }

    func fault(_ code: String, _ message: String, _ fix: String) -> Fault {
        Fault(.configuration, code: code, message: message, file: path, fix: fix)
    }
}
