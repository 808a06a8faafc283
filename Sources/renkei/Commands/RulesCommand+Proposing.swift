import Domain
import Flagging
import Foundation
import Nightly
import Policy
import Store

/// A rule file on its way into force: one person proposes it, another approves.
extension RulesCommand {
    @Sendable static func propose(_ arguments: ParsedArguments, _ console: Console) throws {
        let path = arguments.positionals[0]
        let opened = try open(arguments, with: path)
        let id = RuleID(URL(filePath: path).deletingPathExtension().lastPathComponent)
        guard let rule = opened.rules.rule(id), let reason = arguments.values["reason"], !reason.isEmpty
        else {
            throw usageFault(
                "規則のファイルか、変える理由（--reason）がありません。", "「renkei rules propose S1.json5 --reason 理由」の形で書いてください。")
        }
        if let current = opened.rulebook.rules.rule(id), rule.version <= current.version {
            throw Fault(
                .configuration, code: "rule.version",
                message: "版（\(rule.version)）が、今の規則の版（\(current.version)）より新しくありません。",
                file: path, field: "version", fix: "版を\(current.version + 1)にしてください。")
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let proposal = try opened.workspace.openService().propose(
            rule: id, version: rule.version, text: text, base: opened.workspace.hash(ofRule: id),
            reason: reason,
            actor: try signer(.propose, arguments, opened.workspace, console), at: Date())
        try tell(proposal, "proposed", console)
        console.say(
            """
            規則 \(id) 第\(proposal.version)版の提案を残しました。ハッシュ: \(proposal.sha256)
            次に: 別の人が \(console.program) rules diff \(path) で違いを確かめ、\(console.program) rules approve \(proposal.sha256.prefix(16)) --reason … で承認します。
            """)
    }

    /// Who proposes or approves: a user who names themselves, with the roles for it, else whoever runs the program.
    private static func signer(
        _ action: Action, _ arguments: ParsedArguments, _ workspace: Workspace, _ console: Console
    ) throws -> Actor {
        guard let user = arguments.values["user"] else { return .operating }
        return try RuleApprovals.signer(
            action, user: UserID(user), password: Password.read(console), in: workspace, at: Date())
    }

    @Sendable static func approve(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        guard let reason = arguments.values["reason"], !reason.isEmpty else {
            throw usageFault("承認する理由（--reason）がありません。", "何を確かめて承認するかを書いてください。")
        }
        let rulebook = try Rulebook.load(workspace)
        let approved = try workspace.openService().approveRule(
            hash: arguments.positionals[0].lowercased(), current: { try workspace.hash(ofRule: $0) },
            reason: reason, actor: try signer(.approve, arguments, workspace, console), at: Date()
        ) { proposal in
            // Other rules and guidelines may have changed since.
            _ = try rulebook.rules(in: workspace, proposed: proposal)
        } put: { proposal in
            try Data(proposal.text.utf8).write(
                to: URL(filePath: workspace.path(ofRule: proposal.rule)), options: .atomic)
        }
        try tell(approved, "approved", console)
        console.say("規則 \(approved.rule) 第\(approved.version)版を承認しました。次の夜間処理から使います。")
    }

    private static func tell(_ proposal: RuleProposal, _ outcome: String, _ console: Console) throws {
        struct Result: Encodable {
            let outcome, rule, hash, proposer: String
            let version: Int
            let approver: String?
        }
        try console.result(
            Result(
                outcome: outcome, rule: proposal.rule.rawValue, hash: proposal.sha256,
                proposer: proposal.proposer, version: proposal.version, approver: proposal.approver))
    }
}
