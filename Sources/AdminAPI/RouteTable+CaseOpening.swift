internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// Cases that people open by hand, from the form and from the API.
extension RouteTable {
    var caseOpeningRoutes: [Route] {
        [
            Route(
                "GET", CaseOpeningPage.path, "showCaseOpening", "ケースを開く画面", needs: .permission(.record),
                query: [.init(name: "person", description: "こどもの番号", schema: .string)],
                answers: [.page("ケースを開く画面")], handle: showCaseOpening),
            Route(
                "POST", CaseOpeningPage.path, "openCase", "ケースを開く", needs: .permission(.record),
                form: Self.openingFields,
                answers: [.init(303, "開いたケースへ進みます")]
                    + [404, 409, 422].map { .init($0, "ケースを開く画面（直すところとともに）", type: "text/html") },
                handle: openCase),
            Route(
                "POST", "/api/v1/cases", "addCase", "ケースを開く", needs: .permission(.record),
                headers: [Self.idempotencyKey],
                body: .request(
                    [
                        "person": .string, "difficulty": .word(Difficulty.allCases.map(\.rawValue)),
                        "reason": .string,
                    ], required: Self.openingFields),
                answers: [.json("開いたケース", .named("OpenedCase"))]
                    + [(404, "こどもがいないか、見る範囲の外"), (409, "開いているケースがある"), (422, "内容が足りない")].map {
                        .problem($0, $1)
                    }, handle: addCase),
        ]
    }

    private static let openingFields = ["person", "difficulty", "reason"]

    func showCaseOpening(_ exchange: Exchange) throws -> Response {
        if let denial = exchange.denial(of: .record) {
            throw try store.refuse(
                denial, route: "GET \(CaseOpeningPage.path)", actor: exchange.actor, at: exchange.now)
        }
        return page(
            CaseOpeningPage(typed: ["person": try exchange.typed("person")]).render(
                in: try frame(exchange)))
    }

    func openCase(_ exchange: Exchange) throws -> Response {
        var typed: [String: String] = [:]
        for field in Self.openingFields { typed[field] = exchange.request.form(field) }
        do {
            let id = try open(typed, exchange)
            return Response(status: 303, headers: [.init("Location", "/cases/\(id)")])
        } catch {
            let problem = try Problem.mendable(error, [404, 409, 422])
            // Of somebody who is not there and of somebody outside the range the same words come back.
            let told = (error as? Fault).map { "\($0.message) \($0.fix)" } ?? problem.told
            return Response(
                status: problem.status, type: "text/html; charset=utf-8",
                text: CaseOpeningPage(typed: typed, refused: told).render(in: try frame(exchange)))
        }
    }

    func addCase(_ exchange: Exchange) throws -> Response {
        let values = try exchange.members(among: Self.openingFields)
        return try once(exchange) {
            try open(values, exchange).rawValue
        } answer: {
            json(["id": .string($0)])
        }
    }

    private func open(_ values: [String: String], _ exchange: Exchange) throws -> CaseID {
        try WrittenNote.require(values["reason"] ?? "", field: "reason")
        guard case .person(let person)? = Whom(values["person"] ?? "") else {
            throw Problem.incomplete("person", "こどもの番号を「P-…」の形で書いてください。")
        }
        guard let difficulty = values["difficulty"].flatMap(Difficulty.init(rawValue:)) else {
            throw Problem.incomplete("difficulty", "一覧から類型を選んでください。")
        }
        return try store.open(
            CaseOpening(
                difficulty: difficulty,
                reason: (values["reason"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)),
            for: person, at: exchange.desk(needsSecond: needsSecond), at: exchange.now)
    }
}
