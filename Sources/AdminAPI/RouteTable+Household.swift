internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// The household around a case.
extension RouteTable {
    var householdRoutes: [Route] {
        [
            Route(
                "GET", "/cases/{id}/household", "showHousehold", "世帯", needs: .permission(.read),
                answers: [.page("世帯")], handle: showHousehold),
            Route(
                "GET", "/api/v1/cases/{id}/household", "readHousehold", "世帯", needs: .permission(.read),
                answers: [.json("ケースのこどもと、同じ世帯の人", .named("Household"))], handle: readHousehold),
        ]
    }

    private func showHousehold(_ exchange: Exchange) throws -> Response {
        let household = try household(exchange)
        let summary = household.summary
        let child = HouseholdPage.Line(
            name: summary.name, birth: summary.birth, relation: "このケースのこども", school: household.school.value,
            openCase: nil)
        let view = HouseholdPage(
            id: summary.id,
            lines: [child]
                + household.members.map { member in
                    .init(
                        name: member.line.name, birth: member.line.birth, relation: member.line.relation,
                        school: member.school,
                        openCase: member.openCase.map { open in
                            let state = [open.queue?.rawValue, open.holderName].compactMap(\.self)
                            return (open.id, state.joined(separator: "、"))
                        })
                }, asOf: household.asOf)
        return page(view.render(in: try frame(exchange)))
    }

    private func readHousehold(_ exchange: Exchange) throws -> Response {
        let household = try household(exchange)
        return json([
            "case": .string(household.summary.id.rawValue), "asOf": .string(household.asOf.description),
            "name": .string(household.summary.name), "birth": CaseViews.date(household.summary.birth),
            "school": CaseViews.shown(household.school) { .string($0) },
            "members": .array(
                household.members.map { member in
                    [
                        "name": .string(member.line.name), "birth": CaseViews.date(member.line.birth),
                        "relation": .optional(member.line.relation), "school": .optional(member.school),
                        "case": member.openCase.map { open in
                            [
                                "id": .string(open.id.rawValue), "queue": .optional(open.queue?.code),
                                "holder": .optional(open.holderName),
                            ]
                        } ?? .null,
                    ]
                }),
        ])
    }

    private func household(_ exchange: Exchange) throws -> CaseHousehold {
        try visible(exchange) {
            try store.caseHousehold(
                CaseID(exchange.path["id"] ?? ""), actor: exchange.actor,
                deciding: exchange.decisions(for: .read), at: exchange.now)
        }
    }
}
