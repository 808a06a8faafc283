import AdminAPI
import Domain
import Flagging
import Foundation
import Nightly
import Pages
import Policy
import Store

/// The flag rules behind `serve`: as the commands `rules check`, `rules measure` and `rules dry-run` tell of them.
struct ServedRules: Sendable {
    let workspace: Workspace
    let store: ServiceStore
    let watch: GuidelineWatch

    var opened: OpenRules {
        OpenRules(all: { try page() }, waiting: waiting, one: { try page(of: $0) }, attempt: found)
    }

    private func rulebook() throws -> Rulebook {
        try Rulebook.load(workspace, GuidelineInForce(watched: watch), passesOverBroken: true)
    }

    private func measured(_ rules: RuleSet) throws -> MeasureView {
        MeasureView(
            RuleMeasure(try store.dispositions()), rules, misses: try store.spotCheckTallies())
    }

    private func page() throws -> RulesPage {
        let rules = try rulebook().rules
        var page = RulesPage(rules, try measured(rules))
        page.proposals = try waiting()
        return page
    }

    @Sendable private func waiting() throws -> [RuleTrialPage.Proposal] {
        try RuleApprovals(store).waiting.map {
            .init(hash: $0.sha256, title: "提案: \($0.rule) 第\($0.version)版（\($0.sha256.prefix(12))）")
        }
    }

    private func page(of id: RuleID) throws -> RulePage? {
        let rulebook = try rulebook()
        guard let rule = rulebook.rules.rule(id) else { return nil }
        let standing = try RuleApprovals(store).standing(of: id, in: workspace)
        let count = try store.currentPublication()?.summary.flags.first { $0.rule == id }
        let users = try store.displayNames()
        return RulePage(
            rule: .init(rule), purpose: rulebook.guideline.title(rule.purpose),
            difficulties: rule.difficulties,
            population: rule.populationWords, items: rule.titledItems, looks: rule.looks,
            sentences: rule.sentences, suppressions: rule.suppressionWords,
            lastNight: count.flatMap { count in
                count.applied.map { .init(persons: SmallCounts.told(count.count), applied: $0) }
            },
            measured: try measured(rulebook.rules).section(of: id),
            history: try store.ruleProposals().filter { $0.rule == id }.flatMap { steps($0, users) },
            approval: [.approved: "2人で承認", .never: "はじめのまま", .changed: "承認と違う"][standing] ?? "",
            text: try String(contentsOfFile: workspace.path(ofRule: id), encoding: .utf8))
    }

    private func steps(_ proposal: RuleProposal, _ users: [String: String]) -> [String] {
        func who(_ actor: String) -> String { AccessWording.who(actor, name: users[actor]) }
        let what = "第\(proposal.version)版（\(proposal.sha256.prefix(12))）"
        var steps = [
            "\(proposal.proposedAt.japaneseTime) \(who(proposal.proposer)) \(what)を提案した「\(proposal.reason)」"
        ]
        if let approver = proposal.approver, let at = proposal.approvedAt {
            steps.append("\(at.japaneseTime) \(who(approver)) \(what)を承認した")
        }
        return steps
    }

    @Sendable private func found(
        _ asker: Actor, _ capacity: Int?, _ hash: String?
    ) throws -> RuleTrialPage.Found {
        let rulebook = try rulebook()
        let proposal = try RuleApprovals(store).waiting.first { $0.sha256 == hash }
        guard hash == nil || proposal != nil else {
            throw Fault(
                .conflict, code: "rules.proposal-gone", message: "その提案は、もう承認を待っていません。",
                fix: "画面「判定規則」を開き直して、もう一度試してください。")
        }
        let rules = try proposal.map { try rulebook.rules(in: workspace, proposed: $0) } ?? rulebook.rules
        let trial = try RuleTrial.run(
            workspace, store, rulebook: rulebook, rules: rules, for: asker, now: { Date() })
        let tried = proposal.map { "\($0.rule) を提案（第\($0.version)版）に替えた規則" } ?? "今の規則"
        return TrialView(trial, rules, capacity: capacity).found(asOf: trial.asOf, tried: tried)
    }
}

extension TrialView {
    func found(asOf: Day, tried: String) -> RuleTrialPage.Found {
        .init(
            asOf: asOf, tried: tried, persons: persons,
            lines: lines.map { line in
                .init(
                    rule: line.rule, version: line.version, title: line.title, persons: line.persons,
                    expected: line.expected, suppressed: line.suppressed, notEvaluated: line.notEvaluated,
                    waiting: line.waiting, areas: line.areas.told, schools: line.schools?.told,
                    groups: line.groups.told)
            }, week: week?.text)
    }
}

extension ToldCounts {
    fileprivate var told: RuleTrialPage.Told {
        .init(
            counts: sorted.map { ($0.key, $0.value) },
            rest: isPartial ? "\(counts.isEmpty ? "" : "ほかは、")\(SmallCounts.least)人に満たないなどのため示しません。" : nil)
    }
}
