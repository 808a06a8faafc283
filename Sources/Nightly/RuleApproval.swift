package import Domain
package import Foundation
package import Policy
package import Store

/// Which rule files were approved by two persons, and whether those in force are.
///
/// A rule that was ever approved runs only as it was approved last; one that never was runs as the workspace's first night found it,
/// and is told. After that night a rule comes, goes and changes by two persons alone.
package struct RuleApprovals: Sendable {
    private let approved: [RuleID: String]
    /// Whose last approval the trail does not tell of.
    private let forged: Set<RuleID>
    package let waiting: [RuleProposal]
    /// The hashes that the first night found; empty before it.
    private let first: [RuleID: String]

    /// - Parameter first: as of `ServiceStore.firstRules`.
    package init(_ proposals: [RuleProposal], first: [RuleID: String]) {
        self.first = first
        approved = proposals.reduce(into: [:]) { if $1.approver != nil { $0[$1.rule] = $1.sha256 } }
        forged = proposals.reduce(into: []) {
            guard $1.approver != nil else { return }
            if $1.isInTrail { $0.remove($1.rule) } else { $0.insert($1.rule) }
        }
        waiting = proposals.filter { $0.approver == nil }
    }

    /// Who signs a proposal or an approval by name and password.
    ///
    /// - Throws: `policy.log-in`; `Fault` of kind `.denied` where none of the roles may do it.
    package static func signer(
        _ action: Action, user: UserID, password: String, in workspace: Workspace, at: Date
    ) throws -> Actor {
        let service = try workspace.openService()
        let session = try service.identify(user: user, password: password, at: at)
        let decision = try GuidelineInForce.load(workspace, service).guideline.decide(
            AccessRequest(
                actor: .user(session.user), roles: session.roles, action: action, items: [],
                purpose: "operations", standing: PersonStanding(), on: Day(inJapanAt: at), hasReason: true))
        if case .deny(let denial) = decision {
            throw try service.refuse(denial, ofRules: action, actor: .user(session.user), at: at)
        }
        return .user(session.user)
    }

    /// As a workspace's database tells.
    package init(_ service: ServiceStore) throws {
        self.init(try service.ruleProposals(), first: try service.firstRules())
    }

    package enum Standing: Sendable, Hashable { case approved, never, changed }

    package func standing(of rule: RuleID, in workspace: Workspace) throws -> Standing {
        let hash = try workspace.hash(ofRule: rule)
        if let approved = approved[rule] { return hash == approved ? .approved : .changed }
        return first.isEmpty || first[rule] == hash ? .never : .changed
    }

    /// - Throws: `Faults` of kind `.configuration`, one for each rule file that was changed or removed after its approval, or of whose
    ///   approval the trail does not tell.
    package func requireAsApproved(in workspace: Workspace) throws {
        let known = Set(approved.keys).union(first.keys).union(first.isEmpty ? [] : try workspace.ruleFiles())
        let faults = try known.sorted().compactMap { rule -> Fault? in
            if forged.contains(rule) {
                return Fault(
                    .configuration, code: "rule.forged",
                    message: "規則「\(rule)」の承認が、監査記録にありません。データベースだけが書きかえられています。",
                    file: "service.sqlite", field: "rule_approval",
                    fix: "「renkei audit verify」で確かめ、個人情報保護担当に知らせてください。規則の案と承認を二人でやり直すと、続けられます。")
            }
            guard try standing(of: rule, in: workspace) == .changed else { return nil }
            return Fault(
                .configuration, code: "rule.unapproved",
                message: approved[rule] != nil
                    ? "規則「\(rule)」のファイルが、承認されたものと違います。"
                    : first[rule] != nil
                        ? "規則「\(rule)」のファイルが、承認なしに、はじめの夜間処理のときから変わっています。" : "規則「\(rule)」は、承認されていません。",
                file: "rules/\(rule).json5",
                fix: "もとのファイルに戻すか、変えたファイルを「renkei rules propose」で提案し、別の人が承認してください。")
        }
        if let faults = Faults(faults) { throw faults }
    }
}

extension Workspace {
    /// The rules that there are files of.
    func ruleFiles() throws -> [RuleID] {
        try FileManager.default.contentsOfDirectory(atPath: guidelines + "/rules").filter {
            $0.hasSuffix(".json5")
        }.map { RuleID(String($0.dropLast(".json5".count))) }
    }

    /// The hash of each rule file there is.
    func ruleHashes() throws -> [RuleID: String] {
        try Dictionary(uniqueKeysWithValues: ruleFiles().map { ($0, try hash(ofRule: $0)) })
    }

    package func path(ofRule rule: RuleID) -> String { guidelines + "/rules/\(rule).json5" }

    /// The hash of a rule's file; empty where there is none.
    package func hash(ofRule rule: RuleID) throws -> String {
        FileManager.default.fileExists(atPath: path(ofRule: rule))
            ? try Digest.sha256(file: path(ofRule: rule)) : ""
    }
}
