internal import Audit
internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// What whoever oversees the service looks at beside the trail: unusual reading, users.
extension RouteTable {
    var oversightRoutes: [Route] {
        [
            Route(
                "GET", AuditAnalysisPage.path, "showAnalysis", "監査記録の分析", needs: .permission(.audit),
                query: [
                    .init(name: "from", description: "この日から（年-月-日）。省略時は何も調べない", schema: .date),
                    .init(name: "to", description: "この日まで", schema: .date),
                ], answers: [.page("監査記録の分析")], handle: showAnalysis),
            Route(
                "GET", UsersPage.path, "showUsers", "利用者の一覧", needs: .permission(.audit),
                answers: [.page("利用者の一覧")], handle: showUsers),
        ]
    }

    func showAnalysis(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let (from, to) = (try exchange.day("from"), try exchange.day("to"))
        if let from, let to, to < from {
            throw Problem.invalid(parameter: "to", why: "始めの日より後の日にしてください。")
        }
        let limits = try exchange.guideline.analysisLimits
        let users = try store.displayNames()
        var view = AuditAnalysisPage(
            from: from?.description ?? exchange.today.adding(days: -30).description,
            to: to?.description ?? exchange.today.description, events: nil, findings: [],
            hasLimits: limits != nil)
        if let limits, from != nil {
            let (events, findings) = try store.analyseTrail(
                limits, from: from, to: to, actor: exchange.actor,
                deciding: exchange.decisions(for: .audit), at: exchange.now)
            view.events = events
            view.findings = findings.map { finding in
                let user = finding.actor.hasPrefix("user:") ? String(finding.actor.dropFirst(5)) : nil
                return .init(
                    what: AccessViews.title(finding.kind),
                    who: AccessWording.who(finding.actor, name: users[finding.actor]),
                    path: user.map { "\(Self.trail(of: $0))&from=\(finding.day)&to=\(finding.day)" },
                    day: finding.day.description, count: finding.count, limit: finding.limit,
                    events: finding.examples.map(String.init).joined(separator: " "))
            }
        }
        return page(view.render(in: try frame(exchange)))
    }

    func showUsers(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let logIns = Dictionary(
            grouping: try store.logIns(of: nil, by: exchange.actor, at: exchange.now), by: \.user)
        let lines = try store.users(by: exchange.actor, at: exchange.now).map { user in
            let open = logIns[user.id] ?? []
            return UsersPage.Line(
                id: user.id.rawValue, path: Self.trail(of: user.id.rawValue), name: user.displayName,
                roles: user.roles.map { exchange.guideline.title($0) }.joined(separator: "、"),
                scopes: user.scopes.map(\.text).sorted().joined(separator: "、"),
                hasSecondFactor: user.recoveryCodes != nil,
                state: user.removedAt.map { "\($0.japaneseTime)に外した" }
                    ?? (user.isLocked ? "失敗が続き、待たされている" : nil),
                logIns: open.count, used: open.map(\.usedAt).max()?.japaneseTime)
        }
        return page(UsersPage(lines: lines).render(in: try frame(exchange)))
    }

    /// Where the reads of a user are.
    private static func trail(of user: String) -> String {
        "/audit?user=\(user.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
}
