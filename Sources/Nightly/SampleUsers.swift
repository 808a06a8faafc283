package import Domain
package import Foundation
package import Policy
import Store

/// The users of a workspace on an invented city, so that a newcomer can look at the pages at once; a real workspace has none.
package enum SampleUsers {
    package static let all: [(id: UserID, name: String, role: RoleID, scopes: Set<Scope>)] = [
        ("center", "こども家庭センター 見本", "center-staff", []), ("officer", "データ連携担当 見本", "linkage-officer", []),
        ("privacy", "個人情報保護担当 見本", "privacy-officer", []), ("manager", "総括管理者 見本", "data-manager", []),
        ("gakumu", "学務課 見本", "department-staff", [.department("学務課")]),
    ]

    /// Adds the users, and lets two of them put the folder's guideline in force.
    ///
    /// - Parameters:
    ///   - registry: the sample's registry of support programmes, which one of them imports; `nil`: there is none.
    ///   - password: of each user.
    package static func settle(
        in workspace: Workspace, registry: String? = nil, by actor: Actor, at: Date,
        password: (UserID) -> String
    ) throws {
        let service = try workspace.openService()
        let passwords = Dictionary(uniqueKeysWithValues: all.map { ($0.id, password($0.id)) })
        for user in all {
            try service.addUser(
                user.id, displayName: user.name, roles: [user.role], scopes: user.scopes,
                password: passwords[user.id, default: ""], by: actor, at: at)
        }
        try letIn(workspace)
        func proposal(_ user: UserID) throws -> GuidelineProposal {
            try GuidelineProposal(
                workspace, service, user: user, password: passwords[user, default: ""], at: at)
        }
        let proposed = try proposal("officer").propose(reason: "見本の市の決まり")
        _ = try proposal("manager").approve(proposed.revision, reason: "見本の市の決まり")
        guard let registry, let asOf = Day(2026, 8, 1) else { return }
        _ = try SupportDesk(
            workspace, service, user: "center", password: passwords["center", default: ""], at: at
        ).importRegistry(
            registry, source: "若葉野市の支援制度（見本）", asOf: asOf,
            attribution: "出典: 若葉野市の支援制度（見本）。架空の制度です。利用の前に、必ず市の公式サイトを確かめてください。")
    }

    /// Lets a newcomer in with the password alone: nothing is lost in an invented city, and the file says so to whoever takes it
    /// for a pattern.
    private static func letIn(_ workspace: Workspace) throws {
        let roles = try GuidelineFiles(folder: workspace.guidelines).guideline().roles.values
            .filter { !$0.isSystem }.map { "\"\($0.id)\"" }.sorted()
        let folder = workspace.guidelines + "/log-in"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(
            """
            // 見本の市だけの決まり: 架空のデータなので、確認コードなしで、パスワードだけでログインできます。
            // 本物の市では使わないでください。renkei init（--sample なし）で作る作業フォルダでは、すべての役割に確認コードが要ります。
            // 試すには、利用者ごとに「renkei user totp 利用者ID」とします。登録した人には、この決まりでも確認コードが要ります。
            {
              secondFactor: { except: [\(roles.joined(separator: ", "))] },
            }

            """.utf8
        ).write(to: URL(filePath: folder + "/second-factor.json5"))
    }
}
