package import Domain
import Foundation
package import Store

/// The folder outside the database that signed checkpoints of the audit trail are written to: a file each, never changed.
///
/// In the place that is chosen every workspace has a folder of its own, named by its key.
package struct CheckpointFolder: Sendable {
    private let place: String
    package let path: String
    /// Whether the settings name the place; such a one is never made here, since a share that is not mounted must not become a folder
    /// of this machine.
    package let isChosen: Bool

    package init(_ workspace: Workspace, _ settings: NightSettings, of service: ServiceStore) {
        let chosen = settings.audit?.checkpoints
        isChosen = chosen != nil
        place = chosen.map { $0.hasPrefix("/") ? $0 : workspace.root + "/" + $0 } ?? workspace.checkpoints
        path = place + "/" + service.auditKey.prefix { $0 != "+" }
    }

    /// The checkpoints in it, in the order of their names, which is that of their sizes.
    ///
    /// - Throws: `Fault` where the folder or a file of it cannot be read.
    package func notes() throws(Fault) -> [AuditNote] { try Self.notes(at: path) }

    /// The same, to hold the trail against: a folder that was never made holds nothing; a chosen one that is missing is told.
    package func kept() throws(Fault) -> [AuditNote] {
        isChosen || FileManager.default.fileExists(atPath: path) ? try notes() : []
    }

    /// The checkpoints of a folder, or the one of a file.
    package static func notes(at path: String) throws(Fault) -> [AuditNote] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw unreadable(path)
        }
        do {
            let names =
                isFolder.boolValue
                ? try FileManager.default.contentsOfDirectory(atPath: path).filter(isCheckpoint).sorted()
                    .map { path + "/" + $0 } : [path]
            return try names.map { name in
                AuditNote(
                    place: URL(filePath: name).lastPathComponent,
                    text: try String(contentsOfFile: name, encoding: .utf8))
            }
        } catch {
            throw unreadable(path)
        }
    }

    /// Writes what of the trail's checkpoints is not in the folder yet, and the key that checks them.
    ///
    /// - Returns: how many were written.
    /// - Throws: `Fault` where the folder is missing or cannot be written, or holds another key under the same name.
    @discardableResult
    package func keep(_ service: ServiceStore) throws -> Int {
        for folder in isChosen ? [path] : [place, path] where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw unwritable()
        }
        guard let found = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw unwritable()
        }
        let there = Set(found)
        try keep(key: service.auditKey, there)
        var written = 0
        for note in try service.auditNotes() {
            guard let state = service.signedState(of: note.text, isKept: true) else { continue }
            let name = Self.name(of: state)
            if there.contains(name) { continue }
            do {
                try PrivateFile.write(Array(note.text.utf8), to: path + "/" + name)
            } catch {
                throw unwritable()
            }
            written += 1
        }
        return written
    }

    /// By size and the beginning of the tree hash: a trail that was rewritten overwrites nothing.
    private static func name(of state: SignedState) -> String {
        let size = String(state.size)
        return String(repeating: "0", count: max(0, 12 - size.count)) + size + "-\(state.root.prefix(8))"
            + ending
    }

    private static let ending = ".checkpoint"

    private static func isCheckpoint(_ name: String) -> Bool {
        name.hasSuffix(ending) && !name.hasPrefix(".")
    }

    private func keep(key: String, _ there: Set<String>) throws {
        let name = String(key.prefix { $0 != "+" }) + ".vkey"
        let file = path + "/" + name
        guard there.contains(name) else {
            do { try PrivateFile.write(Array((key + "\n").utf8), to: file) } catch { throw unwritable() }
            return
        }
        guard (try? String(contentsOfFile: file, encoding: .utf8)) == key + "\n" else {
            throw Fault(
                .configuration, code: "checkpoints.key", message: "検査点のフォルダに、同じ名前の別の公開鍵があります。",
                file: file, fix: "フォルダの書きかえがないか、個人情報保護担当と確かめてください。")
        }
    }

    private func unwritable() -> Fault {
        Fault(
            .inputOutput, code: "checkpoints.unwritable",
            message: "監査記録の検査点を、データベースの外に控えられません。", file: path,
            fix: isChosen
                ? "共有の接続（マウント）・権限・空きを確かめてください。つながると、次の控えのときに、たまっている分も書きます。"
                : "フォルダの権限と空きを確かめてください。")
    }

    private static func unreadable(_ path: String) -> Fault {
        Fault(
            .notFound, code: "checkpoint.unreadable", message: "検査点のフォルダかファイルを読めません。", file: path,
            fix: "renkei が控えた検査点の場所を指定してください。共有なら、接続（マウント）を確かめてください。")
    }
}
