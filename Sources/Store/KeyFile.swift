internal import Domain
internal import Foundation

/// One secret key in a file of its own: 64 hex digits and a line end, mode 0600, owned by who runs renkei.
struct KeyFile {
    let path: String

    /// Creates the file; an existing one is never touched.
    func create(_ key: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST {
                throw fault("keys.exist", "鍵ファイルがすでにあります。", "既存の鍵を使うか、別のフォルダを指定してください。")
            }
            throw fault("keys.write", "鍵ファイルを作れません。", "フォルダの場所・権限・空きを確認してください。")
        }
        defer { close(file) }
        let text = Array((hexadecimal(key) + "\n").utf8)
        // fchmod: the umask may have taken more away than it should.
        guard fchmod(file, 0o600) == 0, write(file, text, text.count) == text.count, fsync(file) == 0 else {
            throw fault("keys.write", "鍵ファイルに書き込めません。", "ディスクの空きと権限を確認してください。")
        }
    }

    func read() throws -> [UInt8] {
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
        var text = [UInt8](repeating: 0, count: 2 * SecretKey.length + 2)
        let count = Foundation.read(file, &text, text.count)
        guard count == 2 * SecretKey.length + 1, text[count - 1] == 0x0A,
            let key = bytes(hexadecimal: String(decoding: text[..<(count - 1)], as: UTF8.self)[...])
        else {
            throw fault("keys.content", "鍵ファイルの内容が壊れています。", "バックアップから鍵を戻してください。")
        }
        return key
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
