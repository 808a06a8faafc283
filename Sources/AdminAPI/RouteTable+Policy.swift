internal import Domain
package import Foundation
internal import HTTP
internal import Pages
internal import Policy
package import Store

/// Puts a proposed guideline in force, as the command does: reads the workspace's files, and asks for the password again.
///
/// The arguments are who is logged in, the revision, the reason, the password and the moment. Throws what the command would tell.
package typealias ApproveGuideline =
    @Sendable (Session, _ revision: String, _ reason: String, _ password: String, Date) throws -> Void

/// What may be done by whom, why, and what a proposal would change: for who oversees it.
extension RouteTable {
    var policyRoutes: [Route] {
        [
            Route(
                "GET", PolicyPage.path, "showPolicy", "効いている決まりの表", needs: .permission(.audit),
                query: [.init(name: "purpose", description: "利用目的", schema: .string)],
                answers: [.page("効いている決まりの表")], handle: showPolicy),
            Route(
                "GET", PolicyPage.whyPath, "showPolicyWhy", "一つの問いの答えと規定", needs: .permission(.audit),
                query: Self.whyFields.map { .init(name: $0.name, description: $0.label, schema: .string) },
                answers: [.page("一つの問いの答えと規定")], handle: showPolicyWhy),
            Route(
                "GET", PolicyPage.whoPath, "showPolicyWho", "ある項目を使える役割", needs: .permission(.audit),
                query: [.init(name: "item", description: "項目の番号", schema: .string)],
                answers: [.page("ある項目を使える役割")], handle: showPolicyWho),
            Route(
                "GET", PolicyPage.proposalPath, "showProposal", "承認を待つ案", needs: .permission(.audit),
                answers: [.page("承認を待つ案")], handle: showProposal),
            Route(
                "POST", PolicyPage.proposalPath, "approveProposal", "案の承認", needs: .permission(.approve),
                form: ["revision", "reason", "password"],
                answers: [.init(303, "決まりの画面へ進みます")]
                    + [403, 404, 409, 422].map { .init($0, "承認を待つ案の画面（直すところとともに）", type: "text/html") },
                handle: approveProposal),
        ] + policyAPI
    }

    static let whyFields: [(name: String, label: String)] = [
        ("role", "役割"), ("action", "操作"), ("purpose", "利用目的"), ("item", "項目"), ("case", "場合"),
        ("scope", "役割の範囲"),
    ]
    private static let cases = ["支援措置", "利用停止", "同意", "不明", "申告", "定時"]
    /// Reads that are told one by one, and for how many days back they are asked again.
    private static let (shownReads, replayedDays) = (20, 90)

    func showPolicy(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let guideline = exchange.guideline
        let active = guideline.purposes.values.filter { $0.isActive(on: exchange.today) }.sorted {
            $0.id < $1.id
        }
        var view = PolicyPage(
            revision: String(guideline.revision.prefix(12)),
            steps: try store.guideline(beginning: guideline.revision).map { try steps(of: $0) } ?? [],
            proposal: try store.guidelineProposed().map { String($0.revision.prefix(12)) },
            purposes: active.map { .init($0.id.rawValue, $0.title) }, chosen: "", section: nil)
        return try answer(exchange, fields: ["purpose"]) {
            let typed = try exchange.typed("purpose")
            let chosen = active.first { $0.id.rawValue == typed } ?? (typed.isEmpty ? active.first : nil)
            guard chosen != nil || typed.isEmpty else { throw Problem.invalid(parameter: "purpose") }
            view.chosen = chosen?.id.rawValue ?? ""
            view.section = chosen.map {
                GuidelineViews.section(of: $0, guideline.accesses(on: exchange.today), guideline)
            }
            return page(view.render(in: try frame(exchange)))
        } orElse: {
            (view.chosen, view.fault) = (exchange.request.query("purpose") ?? "", $0)
            return view.render(in: try frame(exchange))
        }
    }

    /// What may stand in each of `whyFields`, in that order.
    private func whyChoices(_ guideline: Guideline) -> [[PolicyPage.Choice]] {
        [
            guideline.roles.keys.sorted().map { .init($0.rawValue, guideline.title($0)) },
            Action.allCases.map { .init($0.rawValue, $0.title) },
            guideline.purposes.keys.sorted().map { .init($0.rawValue, guideline.title($0)) },
            guideline.catalogue.items.keys.sorted().map { .init($0.rawValue, guideline.title($0)) },
            Self.cases.map { .init($0, $0) },
            [.init("within", "範囲の中"), .init("outside", "範囲の外"), .init("unknown", "分からない")],
        ]
    }

    /// What was typed, by `whyFields`.
    ///
    /// - Throws: 400 where something else was than may stand there.
    func whyQuestion(_ exchange: Exchange) throws -> [String: String] {
        try requireOversight(exchange)
        var typed: [String: String] = [:]
        for (field, known) in zip(Self.whyFields, whyChoices(exchange.guideline)) {
            let word = try exchange.typed(field.name)
            guard word.isEmpty || known.contains(where: { $0.id == word }) else {
                throw Problem.invalid(parameter: field.name)
            }
            typed[field.name] = word
        }
        return typed
    }

    func showPolicyWhy(_ exchange: Exchange) throws -> Response {
        let anyWords: [String?] = [nil, nil, nil, "すべての項目", "ふつう", nil]
        let fields = zip(zip(Self.whyFields, whyChoices(exchange.guideline)), anyWords).map {
            (name: $0.0.name, label: $0.0.label, choices: $0.1, any: $1)
        }
        return try answer(exchange, fields: Self.whyFields.map(\.name)) {
            let typed = try whyQuestion(exchange)
            let view = PolicyWhyPage(
                fields: fields, typed: typed, answer: try policyAnswer(typed, exchange))
            return page(view.render(in: try frame(exchange)))
        } orElse: { fault in
            let typed = Self.whyFields.map { ($0.name, exchange.request.query($0.name) ?? "") }
            let view = PolicyWhyPage(
                fields: fields, typed: Dictionary(uniqueKeysWithValues: typed), answer: nil, fault: fault)
            return view.render(in: try frame(exchange))
        }
    }

    /// `nil` where the question is not whole.
    func policyAnswer(_ typed: [String: String], _ exchange: Exchange) throws -> PolicyWhyPage.Answer? {
        func word(_ name: String) -> String { typed[name] ?? "" }
        guard !word("role").isEmpty, !word("purpose").isEmpty, let action = Action(rawValue: word("action"))
        else { return nil }
        let guideline = exchange.guideline
        var situation = try PolicyCase.situation(word("case"))
        situation.remit = Remit(rawValue: word("scope")) ?? situation.remit
        let request = GuidelineViews.request(
            roles: [RoleID(word("role"))], action,
            items: word("item").isEmpty ? [] : [ItemCode(word("item"))], for: PurposeID(word("purpose")),
            in: situation, of: guideline, on: exchange.today)
        var sentences: [String] = []
        let decision = guideline.decide(request)
        if case .deny(let denial) = decision { sentences.append(denial.message) }
        if let grant = decision.grant {
            let items = grant.items.union(grant.bandedItems).sorted().map { guideline.title($0) }
            if action.concernsItems { sentences.append("項目: \(items.joined(separator: "、"))") }
            let obligations = grant.obligations.all.sorted { $0.rawValue < $1.rawValue }
            if !obligations.isEmpty { sentences.append("義務: \(obligations.titles)") }
        }
        let statements = guideline.verdicts(on: request).filter { $0.verdict != .doesNotApply }
        return .init(
            isPermitted: decision.grant != nil, sentences: sentences,
            statements: statements.map { one in
                let isLimited = action.concernsItems && one.items.count < request.items.count
                return [
                    one.statement, GuidelineViews.word(one), one.reason,
                    isLimited ? one.items.sorted().map(\.rawValue).joined(separator: "、") : "すべて",
                ]
            })
    }

    func showPolicyWho(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let guideline = exchange.guideline
        var view = PolicyWhoPage(
            items: guideline.catalogue.items.keys.sorted().map { .init($0.rawValue, guideline.title($0)) },
            chosen: "", sentence: nil, columns: GuidelineViews.columns, rows: [])
        return try answer(exchange, fields: ["item"]) {
            let typed = try exchange.typed("item")
            let entry = guideline.catalogue[ItemCode(typed)]
            guard typed.isEmpty || entry != nil else { throw Problem.invalid(parameter: "item") }
            let uses = guideline.accesses(on: exchange.today).filter { $0.item == ItemCode(typed) }
            view.chosen = typed
            view.sentence = entry.map {
                "\(typed) \($0.title)（\($0.holder)、\($0.sensitivity.rawValue)）を使える役割です。"
            }
            view.rows = uses.map { GuidelineViews.row($0, guideline) }
            return page(view.render(in: try frame(exchange)))
        } orElse: {
            (view.chosen, view.fault) = (exchange.request.query("item") ?? "", $0)
            return view.render(in: try frame(exchange))
        }
    }

    // MARK: the proposal

    func showProposal(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        return try proposalPage(exchange, status: 200, refused: nil)
    }

    func approveProposal(_ exchange: Exchange) throws -> Response {
        func field(_ name: String) -> String { exchange.request.form(name) ?? "" }
        if let told = try approve(exchange, field) {
            return try proposalPage(
                exchange, status: told.status,
                refused: .init(message: told.message, typed: ["reason": field("reason")]))
        }
        return goTo(PolicyPage.path)
    }

    /// Puts the proposal in force; what keeps it from that, `nil` where nothing does.
    func approve(
        _ exchange: Exchange, _ field: (String) -> String
    ) throws -> (status: Int, message: String)? {
        try requireOversight(exchange)
        guard let approveGuideline, let session = exchange.session else { throw Problem.notFound }
        guard try store.guidelineProposed()?.revision == field("revision") else {
            return (409, "見ていた案は、もう承認を待っていません。いまの案を確かめてください。")
        }
        do {
            try approveGuideline(session, field("revision"), field("reason"), field("password"), exchange.now)
            return nil
        } catch {
            guard let told = Self.told(error) else { throw error }
            return told
        }
    }

    /// What is wrong with a proposal, or with who approves; `nil` of anything else.
    private static func told(_ error: any Error) -> (status: Int, message: String)? {
        let faults = (error as? Faults)?.all ?? (error as? Fault).map { [$0] } ?? []
        guard let first = faults.first, ![.internal, .inputOutput, .busy].contains(first.kind) else {
            return nil
        }
        let message = faults.prefix(5).map { "\($0.message)\($0.fix)" }.joined(separator: " ")
        return switch first.kind {
        case .denied: (403, message)
        case .usage: (422, message)
        default: (409, message)
        }
    }

    private func proposalPage(
        _ exchange: Exchange, status: Int, refused: WorkPanel.Refused?
    ) throws -> Response {
        guard let view = try proposal(exchange, refused: refused) else {
            return Response(
                status: status, type: "text/html; charset=utf-8",
                text: PolicyProposalPage.renderNone(in: try frame(exchange)))
        }
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    /// The proposal that waits; `nil`: none does.
    func proposal(_ exchange: Exchange, refused: WorkPanel.Refused?) throws -> PolicyProposalPage? {
        guard let kept = try store.guidelineProposed(), let new = kept.guideline(comparing: false) else {
            return nil
        }
        let old = exchange.guideline
        let difference = GuidelineDifference(from: old, to: new, on: exchange.today)
        let users = try store.users(by: exchange.actor, at: exchange.now).filter { $0.removedAt == nil }
        let records = try store.accessRecords(
            AccessFilter(from: exchange.today.adding(days: -Self.replayedDays)), before: nil, limit: .max,
            actor: exchange.actor, deciding: exchange.decisions(for: .audit), at: exchange.now
        ).records
        let reads = ReplayedReads(
            records, users: Dictionary(users.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
            from: old, to: new)
        return PolicyProposalPage(
            revision: kept.revision, steps: try steps(of: kept),
            headline: GuidelineViews.headline(difference.headline, old, new),
            changes: GuidelineViews.lines(difference, old, new),
            drawn: GuidelineViews.drawn(old, new).map { "抜き取り確認: \($0.before) から \($0.after) へ" },
            reads: GuidelineViews.sentence(reads),
            replayed: GuidelineViews.lines(reads, old, atMost: Self.shownReads),
            missing: users.compactMap { user in
                let kinds = new.reach(of: user.roles, given: user.scopes).missing.sorted()
                return kinds.isEmpty ? nil : "\(user.id)（\(kinds.map(\.title).joined(separator: "、"))）"
            },
            approval: exchange.denial(of: .approve) != nil
                ? .denied
                : kept.proposers.contains(exchange.actor.description)
                    ? .own : approveGuideline == nil ? .byCommand : .possible, refused: refused)
    }

    func steps(of kept: KeptGuideline) throws -> [String] {
        let users = try store.displayNames()
        return kept.steps.map { step in
            let what =
                switch step.what {
                case .proposed: "案を出した"
                case .approved: "承認した"
                case .withdrawn: "取り下げた"
                }
            return
                "\(step.at.japaneseTime) \(AccessWording.who(step.actor, name: users[step.actor])) \(what)「\(step.reason)」"
        }
    }

    /// The guideline is no reading of the trail: who may not oversee is refused here, and the trail says so.
    func requireOversight(_ exchange: Exchange) throws {
        guard let denial = exchange.denial(of: .audit) else { return }
        throw try store.refuse(
            denial, route: "\(exchange.request.method) \(exchange.request.path)", actor: exchange.actor,
            at: exchange.now)
    }
}
