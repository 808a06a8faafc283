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
    /// - Parameter password: of each user.
    package static func settle(
        in workspace: Workspace, by actor: Actor, at: Date, password: (UserID) -> String
    ) throws {
        let service = try workspace.openService()
        let passwords = Dictionary(uniqueKeysWithValues: all.map { ($0.id, password($0.id)) })
        for user in all {
            try service.addUser(
                user.id, displayName: user.name, roles: [user.role], scopes: user.scopes,
                password: passwords[user.id, default: ""], by: actor, at: at)
        }
        func proposal(_ user: UserID) throws -> GuidelineProposal {
            try GuidelineProposal(
                workspace, service, user: user, password: passwords[user, default: ""], at: at)
        }
        let proposed = try proposal("officer").propose(reason: "見本の市の決まり")
        _ = try proposal("manager").approve(proposed.revision, reason: "見本の市の決まり")
    }
}
