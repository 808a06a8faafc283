internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Programmes
internal import Store

/// Support programmes that may be missed: for another purpose than cases are, so decided and recorded by itself.
extension RouteTable {
    var supportRoutes: [Route] {
        [
            Route(
                "GET", SupportListPage.path, "showMissedSupport", "支援制度の案内", needs: .permission(.list),
                query: [Self.afterPerson], answers: [.page("支援制度の案内")], handle: showMissedSupport),
            Route(
                "GET", "/support/{id}", "showSupport", "こどもの支援制度", needs: .permission(.read),
                answers: [.page("こどもの支援制度")], handle: showSupport),
            Route(
                "GET", "/support/{id}/letter", "showSupportLetter", "支援制度の案内の手紙", needs: .permission(.read),
                query: [.init(name: "programme", description: "制度の番号（psid）", schema: .string)],
                answers: [.page("手紙"), .init(409, "支援措置のため作れない", type: "text/html")],
                handle: showSupportLetter),
            Route(
                "POST", "/support/{id}", "recordSupport", "案内の結果の記録", needs: .permission(.record),
                form: Self.outcomeFields,
                answers: [.init(303, "こどもの支援制度へ戻ります"), .init(422, "直すところ", type: "text/html")],
                handle: recordSupport),
            Route(
                "GET", "/api/v1/support", "listMissedSupport", "支援制度の案内", needs: .permission(.list),
                query: [
                    Self.afterPerson,
                    .init(name: "limit", description: "1ページの世帯の数（1〜200、省略時は50）", schema: .integer),
                ], answers: [.json("受けていない可能性のある世帯の1ページ", .named("SupportList"))],
                handle: listMissedSupport),
            Route(
                "GET", "/api/v1/support/{id}", "readSupport", "こどもの支援制度", needs: .permission(.read),
                answers: [.json("こどもの支援制度", .named("Support"))], handle: readSupport),
            Route(
                "POST", "/api/v1/support/{id}/outcomes", "addSupportOutcome", "案内の結果の記録",
                needs: .permission(.record), headers: [Self.idempotencyKey],
                body: .request(
                    [
                        "programme": .string, "outcome": .word(SupportOutcome.What.allCases.map(\.rawValue)),
                        "channel": .word(SupportOutcome.Channel.allCases.map(\.rawValue)),
                    ], required: ["programme", "outcome"]),
                answers: [
                    .json("こどもの支援制度", .named("Support")),
                    .problem(422, "内容が足りない"),
                ], handle: addSupportOutcome),
        ]
    }

    private static let afterPerson = Route.Parameter(
        name: "after", description: "前のページの next の値。省略時は先頭から", schema: .string)
    private static let outcomeFields = ["programme", "outcome", "channel"]

    // MARK: pages

    func showMissedSupport(_ exchange: Exchange) throws -> Response {
        let missed = try missed(exchange, limit: Self.pageLength)
        let view = SupportListPage(
            households: missed.households.map { household in
                household.children.map { SupportViews.line($0, missed.registry, exchange) }
            },
            next: missed.next.map { "\(SupportListPage.path)?after=\($0.text)" },
            isFirst: exchange.request.query("after") == nil, asOf: missed.asOf,
            registry: missed.registry.map { ($0.registry.source, $0.registry.asOf, $0.registry.attribution) },
            untold: SupportWording.untold(missed.untold, exchange.guideline.catalogue, ofPage: true))
        return page(view.render(in: try frame(exchange)))
    }

    func showSupport(_ exchange: Exchange) throws -> Response {
        let detail = try support(exchange)
        return page(
            SupportViews.page(detail, exchange, users: try store.displayNames()).render(
                in: try frame(exchange)))
    }

    func showSupportLetter(_ exchange: Exchange) throws -> Response {
        guard let psid = exchange.request.query("programme") else {
            throw Problem.invalid(parameter: "programme")
        }
        let detail = try support(exchange)
        guard let offer = detail.child.offers.first(where: { $0.programme.psid == psid }) else {
            throw Problem.notFound
        }
        guard !detail.household.isProtected, let address = detail.address.value else {
            throw Problem(
                status: 409, code: "support-address", title: "手紙を作れません",
                detail: "住所が記録にないか、支援措置などにより伏せています。連絡の方法を担当と相談してください。")
        }
        let wording = SupportViews.wording(detail.registry, exchange, detail.publication.summary.municipality)
        return page(
            SupportLetterPage(address: address, draft: wording.letter(offer.programme)).render())
    }

    func recordSupport(_ exchange: Exchange) throws -> Response {
        var values: [String: String] = [:]
        for field in Self.outcomeFields { values[field] = exchange.request.form(field) }
        try record(values, exchange)
        return Response(
            status: 303, headers: [.init("Location", "/support/\(exchange.path["id"] ?? "")")])
    }

    // MARK: API

    func listMissedSupport(_ exchange: Exchange) throws -> Response {
        let missed = try missed(
            exchange, limit: exchange.integer("limit", in: 1...200, usual: Self.pageLength))
        return json([
            "items": .array(
                missed.households.map { household in
                    .object([
                        "isProtected": .bool(household.isProtected),
                        "children": .array(
                            household.children.map { SupportViews.json($0, missed.registry, exchange) }),
                    ])
                }),
            "next": .optional(missed.next?.text), "asOf": .string(missed.asOf.description),
            "registry": missed.registry.map(SupportViews.json) ?? .null,
            "untold": SupportViews.json(missed.untold),
        ])
    }

    func readSupport(_ exchange: Exchange) throws -> Response {
        let detail = try support(exchange)
        return json([
            "child": SupportViews.json(detail.child, detail.registry, exchange),
            "isProtected": .bool(detail.household.isProtected),
            "asOf": .string(detail.publication.asOf.description),
            "registry": SupportViews.json(detail.registry),
        ])
    }

    func addSupportOutcome(_ exchange: Exchange) throws -> Response {
        let values = try exchange.members(among: Self.outcomeFields)
        return try once(exchange) {
            try record(values, exchange)
            return ""
        } answer: { _ in
            try readSupport(exchange)
        }
    }

    // MARK: the store

    /// What a case's page shows of programmes; `nil` where this reader may see none, so that no read is attempted.
    func supportSection(ofCase id: CaseID, _ exchange: Exchange) throws -> SupportChildPage? {
        let deciding = exchange.decisions(for: .read, purpose: .programmes)
        guard deciding.denial == nil, try store.registry() != nil else { return nil }
        let detail: SupportDetail?
        do {
            detail = try store.support(
                of: .caseID(id), actor: exchange.actor, deciding: deciding, at: exchange.now)
        } catch let fault as Fault where fault.kind == .denied {
            // The child's household does not want to be offered anything, or lies outside the reader's range.
            return nil
        }
        return try detail.map { SupportViews.page($0, exchange, users: try store.displayNames()) }
    }

    private func missed(_ exchange: Exchange, limit: Int) throws -> SupportPage {
        let after = try exchange.typed("after", mayBeEmpty: true)
        let cursor = SupportCursor(after)
        guard after.isEmpty || cursor != nil else { throw Problem.invalid(parameter: "after") }
        return try store.missedSupport(
            actor: exchange.actor, deciding: exchange.decisions(for: .list, purpose: .programmes),
            after: cursor, limit: limit, at: exchange.now)
    }

    private func support(_ exchange: Exchange) throws -> SupportDetail {
        let deciding = exchange.decisions(for: .read, purpose: .programmes)
        let detail: SupportDetail?
        do {
            detail = try store.support(
                of: .person(PersonID(exchange.path["id"] ?? "")), actor: exchange.actor, deciding: deciding,
                at: exchange.now)
        } catch let fault as Fault where fault.kind == .denied && deciding.denial == nil {
            // Others may be read, this one may not: saying so would tell the person's standing.
            throw Problem.notFound
        }
        guard let detail else { throw Problem.notFound }
        return detail
    }

    private func record(_ values: [String: String], _ exchange: Exchange) throws {
        let deciding = exchange.decisions(for: .record, purpose: .programmes)
        guard let what = values["outcome"].flatMap(SupportOutcome.What.init(rawValue:)) else {
            throw Problem.incomplete("outcome", "結果を選んでください。")
        }
        guard let psid = values["programme"], !psid.isEmpty else {
            throw Problem.incomplete("programme", "制度の番号を書いてください。")
        }
        let channel = values["channel"].flatMap(SupportOutcome.Channel.init(rawValue:))
        guard channel != nil || (values["channel"] ?? "").isEmpty else {
            throw Problem.incomplete("channel", "一覧から選んでください。")
        }
        do {
            try store.record(
                SupportOutcome(
                    psid: psid, what: what, channel: channel, actor: exchange.actor.description,
                    at: exchange.now),
                of: .person(PersonID(exchange.path["id"] ?? "")), actor: exchange.actor, deciding: deciding,
                at: exchange.now)
        } catch let fault as Fault where deciding.denial == nil && [.denied, .notFound].contains(fault.kind) {
            // That there is such a person, too.
            throw Problem.notFound
        }
    }
}
