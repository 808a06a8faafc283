internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// The guideline for programs: what its pages tell, under the same permission.
extension RouteTable {
    var policyAPI: [Route] {
        [
            Route(
                "GET", "/api/v1/policy", "readPolicy", "効いている決まり", needs: .permission(.audit),
                answers: [.json("効いている決まり", .named("Policy"))], handle: readPolicy),
            Route(
                "GET", "/api/v1/policy/accesses", "listAccesses", "役割・操作・利用目的・項目の表",
                needs: .permission(.audit),
                query: [
                    .init(name: "purpose", description: "利用目的。省略時はすべて", schema: .string),
                    .init(name: "item", description: "項目の番号。省略時はすべて", schema: .string),
                ], answers: [.json("許されている組。ほかは許されない", .named("AccessList"))], handle: listAccesses),
            Route(
                "GET", "/api/v1/policy/decisions", "readDecision", "一つの問いの答えと規定",
                needs: .permission(.audit),
                query: Self.whyFields.map { .init(name: $0.name, description: $0.label, schema: .string) },
                answers: [.json("答えと、そう決まる規定。役割・操作・利用目的が要る", .named("PolicyDecision"))],
                handle: readDecision),
            Route(
                "GET", "/api/v1/policy/proposal", "readProposal", "承認を待つ案", needs: .permission(.audit),
                answers: [
                    .json("承認を待つ案", .named("PolicyProposal")), .problem(404, "承認を待つ案がない"),
                ], handle: readProposal),
            Route(
                "POST", "/api/v1/policy/proposal", "approvePolicy", "案の承認", needs: .permission(.approve),
                body: .request(
                    ["revision": .string, "reason": .string, "password": .string],
                    required: ["revision", "reason", "password"]),
                answers: [
                    .json("効いている決まり", .named("Policy")), .problem(403, "承認できない"),
                    .problem(404, "承認はコマンドで行う"), .problem(409, "もう待っていないか、いまは承認できない"),
                ], handle: approvePolicy),
        ]
    }

    private func readPolicy(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        return json(try policy(exchange.guideline.revision))
    }

    private func policy(_ revision: String) throws -> JSON {
        [
            "revision": .string(revision),
            "steps": .strings(try store.guideline(beginning: revision).map { try steps(of: $0) } ?? []),
            "proposal": .optional(try store.guidelineProposed()?.revision),
        ]
    }

    private func listAccesses(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let guideline = exchange.guideline
        let (purpose, item) = (try exchange.typed("purpose"), try exchange.typed("item"))
        guard purpose.isEmpty || guideline.purposes[PurposeID(purpose)] != nil else {
            throw Problem.invalid(parameter: "purpose")
        }
        guard item.isEmpty || guideline.catalogue[ItemCode(item)] != nil else {
            throw Problem.invalid(parameter: "item")
        }
        func words(_ obligations: [Obligation]?) -> JSON {
            obligations.map { .strings($0.map(\.rawValue)) } ?? .null
        }
        let uses = guideline.accesses(on: exchange.today).filter { use in
            (purpose.isEmpty || use.purpose.rawValue == purpose)
                && (item.isEmpty || use.item?.rawValue == item)
        }
        return json([
            "revision": .string(guideline.revision), "on": .string(exchange.today.description),
            "items": .array(
                uses.map { use in
                    [
                        "role": .string(use.role.rawValue), "action": .string(use.action.rawValue),
                        "purpose": .string(use.purpose.rawValue), "item": .optional(use.item?.rawValue),
                        "open": words(use.open), "protected": words(use.protected),
                        "isDeclared": .bool(use.isDeclared),
                    ]
                }),
        ])
    }

    private func readDecision(_ exchange: Exchange) throws -> Response {
        let typed = try whyQuestion(exchange)
        for name in ["role", "action", "purpose"] where typed[name]?.isEmpty ?? true {
            throw Problem.invalid(parameter: name)
        }
        guard let answer = try policyAnswer(typed, exchange) else {
            throw Problem.invalid(parameter: "action")
        }
        return json([
            "isPermitted": .bool(answer.isPermitted), "sentences": .strings(answer.sentences),
            "statements": .array(answer.statements.map(JSON.strings)),
        ])
    }

    private func readProposal(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        guard let view = try proposal(exchange, refused: nil) else { throw Problem.notFound }
        return json([
            "revision": .string(view.revision), "steps": .strings(view.steps),
            "headline": .strings(view.headline), "changes": .strings(view.changes),
            "drawn": .optional(view.drawn), "reads": .string(view.reads), "replayed": .strings(view.replayed),
            "missing": .strings(view.missing), "mayApprove": .bool(view.approval == .possible),
        ])
    }

    private func approvePolicy(_ exchange: Exchange) throws -> Response {
        let members = try exchange.members(among: ["revision", "reason", "password"])
        if let told = try approve(exchange, { members[$0] ?? "" }) {
            throw Problem(
                status: told.status, code: "not-approved", title: "承認できません", detail: told.message)
        }
        return json(try policy(members["revision"] ?? ""))
    }
}
