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
            Route(
                "GET", "/api/v1/audit/records", "listAuditRecords", "閲覧か変更の記録",
                needs: .permission(.audit), query: Self.auditQuery,
                answers: [.json("記録の1ページ", .named("AuditRecordList"))], handle: listRecords),
            Route(
                "GET", "/api/v1/audit/analyses", "analyseAudit", "監査記録の分析", needs: .permission(.audit),
                query: [
                    .init(name: "from", description: "この日から（年-月-日）。省略時は30日前", schema: .date),
                    .init(name: "to", description: "この日まで。省略時は今日", schema: .date),
                ], answers: [.json("確かめたい閲覧", .named("AuditAnalysis"))], handle: listFindings),
            Route(
                "GET", "/api/v1/users", "listUsers", "利用者の一覧", needs: .permission(.audit),
                answers: [.json("利用者の一覧", .named("UserList"))], handle: listUsers),
        ]
    }

    private func listFindings(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let asked = try days(exchange)
        let to = asked.to ?? exchange.today
        let from = asked.from ?? to.adding(days: -30)
        let found = try exchange.guideline.analysisLimits.map {
            try store.analyseTrail(
                $0, from: from, to: to, actor: exchange.actor,
                deciding: exchange.decisions(for: .audit), at: exchange.now)
        }
        return json([
            "from": .string(from.description), "to": .string(to.description),
            "hasLimits": .bool(found != nil), "events": .integer(found?.events ?? 0),
            "unreadable": .array((found?.unreadable ?? []).map(JSON.integer)),
            "items": .array(
                (found?.findings ?? []).map { finding in
                    [
                        "kind": .string(finding.kind.rawValue), "actor": .string(finding.actor),
                        "day": .string(finding.day.description), "count": .integer(finding.count),
                        "limit": .integer(finding.limit),
                        "events": .array(finding.examples.map(JSON.integer)),
                    ]
                }),
        ])
    }

    private func listRecords(_ exchange: Exchange) throws -> Response {
        let found = try records(exchange).found
        return json([
            "items": .array(found.records.map(AccessViews.json)),
            "next": found.next.map(JSON.integer) ?? .null,
        ])
    }

    func showAnalysis(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        return try answer(exchange, fields: ["from", "to"]) {
            try analysis(exchange)
        } orElse: { fault in
            let view = AuditAnalysisPage(
                from: exchange.request.query("from") ?? "", to: exchange.request.query("to") ?? "",
                events: nil, findings: [],
                hasLimits: try exchange.guideline.analysisLimits != nil, fault: fault)
            return view.render(in: try frame(exchange))
        }
    }

    private func analysis(_ exchange: Exchange) throws -> Response {
        let (from, to) = try days(exchange)
        let limits = try exchange.guideline.analysisLimits
        let users = try store.displayNames()
        var view = AuditAnalysisPage(
            from: from?.description ?? exchange.today.adding(days: -30).description,
            to: to?.description ?? exchange.today.description, events: nil, findings: [],
            hasLimits: limits != nil)
        if let limits, from != nil {
            let found = try store.analyseTrail(
                limits, from: from, to: to, actor: exchange.actor,
                deciding: exchange.decisions(for: .audit), at: exchange.now)
            (view.events, view.unreadable) = (found.events, found.unreadable)
            view.findings = found.findings.map { finding in
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

    /// Everybody, with the log-ins that are not over.
    private func users(_ exchange: Exchange) throws -> [(user: UserAccount, logIns: [LogIn])] {
        try requireOversight(exchange)
        let logIns = Dictionary(
            grouping: try store.logIns(of: nil, by: exchange.actor, at: exchange.now), by: \.user)
        return try store.users(by: exchange.actor, at: exchange.now).map { ($0, logIns[$0.id] ?? []) }
    }

    private func listUsers(_ exchange: Exchange) throws -> Response {
        let items = try users(exchange).map { user, open -> JSON in
            [
                "user": .string(user.id.rawValue), "name": .string(user.displayName),
                "roles": .strings(user.roles.map(\.rawValue)),
                "scopes": .strings(user.scopes.map(\.text).sorted()),
                "hasSecondFactor": .bool(user.recoveryCodes != nil), "isLocked": .bool(user.isLocked),
                "removedAt": .optional(user.removedAt?.ISO8601Format()), "logIns": .integer(open.count),
                "usedAt": .optional(open.map(\.usedAt).max()?.ISO8601Format()),
            ]
        }
        return json(["items": .array(items)])
    }

    func showUsers(_ exchange: Exchange) throws -> Response {
        let lines = try users(exchange).map { user, open in
            UsersPage.Line(
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
