import Domain
import Foundation
import Nightly
import Store

/// The users of a sample workspace, so that a newcomer can look at the pages at once; a real workspace has none.
enum SampleUsers {
    private static let users: [(id: UserID, name: String, role: RoleID)] = [
        ("center", "こども家庭センター 見本", "center-staff"), ("officer", "データ連携担当 見本", "linkage-officer"),
        ("privacy", "個人情報保護担当 見本", "privacy-officer"), ("manager", "総括管理者 見本", "data-manager"),
    ]

    private static func path(in workspace: Workspace) -> String { workspace.root + "/sample-logins.txt" }

    /// Adds the users with random passwords and writes these to a file only its owner can read; returns its path.
    static func create(in workspace: Workspace, at now: Date) throws -> String {
        let service = try workspace.openService()
        var lines = ["見本の市のログイン（利用者ID パスワード 役割）。本物の作業フォルダでは作られません。"]
        for user in users {
            let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
            let password = String((0..<16).compactMap { _ in letters.randomElement() })
            try service.addUser(
                user.id, displayName: user.name, roles: [user.role], password: password,
                by: .operating, at: now)
            lines.append("\(user.id) \(password) \(user.role)")
        }
        let path = path(in: workspace)
        let text = Data((lines.joined(separator: "\n") + "\n").utf8)
        guard
            FileManager.default.createFile(
                atPath: path, contents: text, attributes: [.posixPermissions: 0o600])
        else {
            throw Fault(
                .inputOutput, code: "logins.unwritable", message: "ログインの一覧を書けません。", file: path,
                fix: "フォルダの権限と空き容量を確かめてください。")
        }
        return path
    }

    /// A line for the end of `renkei run`, where there are sample users.
    static func hint(in workspace: Workspace) -> String {
        FileManager.default.fileExists(atPath: path(in: workspace))
            ? "見本のログインは \(path(in: workspace)) にあります。" : "利用者は「renkei user add」で加えます。"
    }
}
