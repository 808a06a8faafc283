import Domain
import Foundation
import Nightly
import Store

/// Where a newcomer finds how to log in to a sample workspace.
enum SampleLogins {
    private static func path(in workspace: Workspace) -> String { workspace.root + "/sample-logins.txt" }

    /// Adds the users with random passwords and writes these to a file only its owner can read; returns its path.
    ///
    /// - Parameter sample: the sample city's folder.
    static func create(in workspace: Workspace, sample: String, at now: Date) throws -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var lines = ["見本の市のログイン（利用者ID パスワード 役割）。本物の作業フォルダでは作られません。"]
        let registry = sample + "/programmes.json"
        let hasRegistry = FileManager.default.fileExists(atPath: registry)
        try SampleUsers.settle(
            in: workspace, registry: hasRegistry ? registry : nil, by: .operating, at: now
        ) { user in
            let password = String((0..<16).compactMap { _ in letters.randomElement() })
            let role = SampleUsers.all.first { $0.id == user }?.role
            lines.append("\(user) \(password) \(role?.rawValue ?? "")")
            return password
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
