package import Domain
internal import Foundation
internal import HTTP
package import Pages
package import Policy
internal import Store

/// The flag rules as the workspace has them: reading them and applying them is the night's work.
package struct OpenRules: Sendable {
    /// All of them, with what became of what they found.
    let all: @Sendable () throws -> RulesPage
    /// Proposals that wait for approval.
    let waiting: @Sendable () throws -> [RuleTrialPage.Proposal]
    /// `nil`: there is no such rule.
    let one: @Sendable (RuleID) throws -> RulePage?
    /// Applies them to the publication in service: the actor as whose trial the trail tells it, how many cases a week can be looked at,
    /// and the hash of the proposal that takes its rule's place, if any.
    let attempt: @Sendable (Actor, _ capacity: Int?, _ proposal: String?) throws -> RuleTrialPage.Found

    package init(
        all: @escaping @Sendable () throws -> RulesPage,
        waiting: @escaping @Sendable () throws -> [RuleTrialPage.Proposal],
        one: @escaping @Sendable (RuleID) throws -> RulePage?,
        attempt:
            @escaping @Sendable (Actor, _ capacity: Int?, _ proposal: String?) throws -> RuleTrialPage.Found
    ) {
        self.all = all
        self.waiting = waiting
        self.one = one
        self.attempt = attempt
    }
}

/// Rules to be read and tried out; they change by two persons, by command.
extension RouteTable {
    static let trialsPath = "/api/v1/rules/trials"
    private static let trialFields = ["capacity", "proposal"]

    var ruleRoutes: [Route] {
        [
            Route(
                "GET", RulesPage.path, "showRules", "判定規則", needs: .permission(.propose),
                answers: [.page("判定規則")],
                handle: { page(try allRules().render(in: try frame($0))) }),
            Route(
                "GET", "\(RulesPage.path)/{id}", "showRule", "一つの判定規則", needs: .permission(.propose),
                answers: [.page("一つの判定規則")],
                handle: { page(try rule($0).render(in: try frame($0))) }),
            Route(
                "GET", RuleTrialPage.path, "showTrial", "規則を当てた結果", needs: .permission(.propose),
                answers: [.page("規則を当てた結果か状態")], handle: showTrial),
            Route(
                "POST", RuleTrialPage.path, "tryRules", "公開中の結果に規則を当てる", needs: .permission(.propose),
                form: Self.trialFields,
                answers: [.init(303, "結果の画面へ進みます"), .init(409, "ほかの試しが動いている", type: "text/html")],
                handle: { exchange in
                    func typed(_ name: String) -> String { exchange.request.form(name) ?? "" }
                    return try answer(exchange, fields: Self.trialFields) {
                        try attempt(exchange, capacity: typed("capacity"), proposal: typed("proposal"))
                        return goTo(RuleTrialPage.path)
                    } orElse: {
                        var view = RuleTrialPage(state: .none, proposals: try rules?.waiting() ?? [])
                        for name in Self.trialFields { view.typed[name] = typed(name) }
                        view.fault = $0
                        return view.render(in: try frame(exchange))
                    }
                }),
            Route(
                "GET", "/api/v1/rules", "listRules", "判定規則", needs: .permission(.propose),
                answers: [.json("判定規則", .named("RuleList"))],
                handle: { _ in json(RuleViews.json(try allRules())) }),
            Route(
                "GET", "/api/v1/rules/{id}", "readRule", "一つの判定規則", needs: .permission(.propose),
                answers: [.json("一つの判定規則", .named("Rule"))],
                handle: { json(RuleViews.json(try rule($0))) }),
            Route(
                "GET", Self.trialsPath, "readTrial", "規則を当てた結果か状態", needs: .permission(.propose),
                answers: [.json("状態か結果", .named("RuleTrialWork"))],
                handle: { _ in json(trying.json(RuleViews.json)) }),
            Route(
                "POST", Self.trialsPath, "beginTrial", "公開中の結果に規則を当てる",
                needs: .permission(.propose),
                body: .request(["capacity": .string, "proposal": .string], required: []),
                answers: [
                    .init(
                        202, "始めた状態", type: "application/json", schema: .named("RuleTrialWork")),
                    .problem(409, "ほかの試しが動いている"),
                ],
                handle: { exchange in
                    let members = try exchange.members(among: Self.trialFields)
                    try attempt(exchange, capacity: members["capacity"], proposal: members["proposal"])
                    return accepted(trying.json(RuleViews.json), at: Self.trialsPath)
                }),
        ]
    }

    private func allRules() throws -> RulesPage { try rules?.all() ?? RulesPage() }

    private func rule(_ exchange: Exchange) throws -> RulePage {
        guard let rule = try rules?.one(RuleID(exchange.path["id"] ?? "")) else { throw Problem.notFound }
        return rule
    }

    private func showTrial(_ exchange: Exchange) throws -> Response {
        let state = trying.state.view { $0 }
        var proposals: [RuleTrialPage.Proposal] = []
        if case .running = state {} else { proposals = try rules?.waiting() ?? [] }
        let view = RuleTrialPage(state: state, proposals: proposals)
        return page(view.render(in: try frame(exchange)), of: state)
    }

    /// - Throws: 400 where the capacity is no number, or nobody proposed that.
    private func attempt(_ exchange: Exchange, capacity: String?, proposal: String?) throws {
        var number: Int?
        if let capacity, !capacity.isEmpty {
            guard let typed = Int(capacity), (1...100_000).contains(typed) else {
                throw Problem.invalid(parameter: "capacity", why: "1〜100000 の数を書いてください。")
            }
            number = typed
        }
        let chosen = proposal.flatMap { $0.isEmpty ? nil : $0 }
        guard let rules, try chosen == nil || rules.waiting().contains(where: { $0.hash == chosen })
        else {
            throw Problem.invalid(parameter: "proposal", why: "その提案は、承認を待っていません。")
        }
        let actor = exchange.actor
        // The reads stand in the trail before anything is read, as the trial's own.
        let isBegun = try trying.begin(by: exchange.session?.displayName ?? "", record: {}) { [number] _ in
            try rules.attempt(actor, number, chosen)
        }
        guard isBegun else {
            throw Problem(
                status: 409, code: "trial-running", title: "ほかの試しが動いています",
                detail: "ほかの試しを当てているところです。その結果が出てから、もう一度始めてください。")
        }
    }
}

/// Rules as the API shows them.
enum RuleViews {
    static func json(_ page: RulesPage) -> JSON {
        [
            "items": .array(page.rules.map { .object(members($0)) }),
            "measured": .array((page.measured?.rows ?? []).map(JSON.strings)),
            "measures": .strings(page.measured?.columns ?? []),
            "proposals": .array(
                page.proposals.map { ["hash": .string($0.hash), "title": .string($0.title)] }),
        ]
    }

    static func json(_ page: RulePage) -> JSON {
        let more: [String: JSON] = [
            "purpose": .string(page.purpose), "difficulties": .strings(page.difficulties.map(\.rawValue)),
            "population": .string(page.population), "items": .strings(page.items),
            "looks": .strings(page.looks), "sentences": .strings(page.sentences),
            "suppressions": .strings(page.suppressions), "found": .string(page.found),
            "history": .strings(page.history), "approval": .string(page.approval), "text": .string(page.text),
        ]
        return .object(members(page.rule).merging(more) { own, _ in own })
    }

    private static func members(_ rule: RulesPage.Rule) -> [String: JSON] {
        [
            "id": .string(rule.id), "version": .integer(rule.version), "title": .string(rule.title),
            "urgency": .string(rule.urgency.rawValue), "author": .string(rule.author),
            "approver": .string(rule.approver), "from": .string(rule.from.description),
            "to": .optional(rule.to?.description), "rationale": .string(rule.rationale),
            "source": .string(rule.source), "confirm": .strings(rule.confirm),
            "expected": .number(rule.expected), "proceed": .optional(rule.proceed),
        ]
    }

    static func json(_ found: RuleTrialPage.Found) -> JSON {
        [
            "asOf": .string(found.asOf.description), "tried": .string(found.tried),
            "persons": told(found.persons), "week": .optional(found.week),
            "lines": .array(
                found.lines.map { line in
                    [
                        "rule": .string(line.rule), "version": .integer(line.version),
                        "title": .string(line.title), "persons": told(line.persons),
                        "expected": told(line.expected), "suppressed": told(line.suppressed),
                        "notEvaluated": told(line.notEvaluated), "waiting": .strings(line.waiting),
                        "areas": counts(line.areas), "schools": line.schools.map(counts) ?? .null,
                        "groups": counts(line.groups),
                    ]
                }),
        ]
    }

    private static func told(_ count: Int?) -> JSON { count.map(JSON.integer) ?? .null }

    private static func counts(_ told: RuleTrialPage.Told) -> JSON {
        [
            "items": .array(
                told.counts.map { ["title": .string($0.word), "persons": .integer($0.count)] }),
            "isPartial": .bool(told.rest != nil),
        ]
    }
}
