internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// Children drawn at random from those whom no rule applied to (抜き取り確認): looked at by the same door as a case is.
extension RouteTable {
    var spotCheckRoutes: [Route] {
        [
            Route(
                "GET", SpotCheckListPage.path, "showSpotChecks", "抜き取り確認", needs: .permission(.list),
                answers: [.page("抜き取り確認")], handle: showSpotChecks),
            Route(
                "GET", "\(SpotCheckListPage.path)/{id}", "showSpotCheck", "抜き取り確認のこども",
                needs: .permission(.read), answers: [.page("抜き取り確認のこども")], handle: showSpotCheck),
            Route(
                "POST", "\(SpotCheckListPage.path)/{id}", "answerSpotCheck", "抜き取り確認の答えの記録",
                needs: .permission(.record), form: Self.answerFields,
                answers: [
                    .init(303, "一覧へ（「支援が要る」ではこどもの画面へ）戻ります"), .init(409, "家族として登録されている", type: "text/html"),
                    .init(422, "直すところ", type: "text/html"),
                ], handle: answerSpotCheck),
            Route(
                "GET", "/api/v1/spot-checks", "listSpotChecks", "抜き取り確認", needs: .permission(.list),
                answers: [.json("くじで選ばれたこども", .named("SpotCheckList"))], handle: listSpotChecks),
            Route(
                "GET", "/api/v1/spot-checks/{id}", "readSpotCheck", "抜き取り確認のこども",
                needs: .permission(.read), answers: [.json("抜き取り確認のこども", .named("SpotCheckDetail"))],
                handle: readSpotCheck),
            Route(
                "POST", "/api/v1/spot-checks/{id}/answers", "addSpotCheckAnswer", "抜き取り確認の答えの記録",
                needs: .permission(.record), headers: [Self.idempotencyKey],
                body: .request(
                    ["answer": .word(SpotCheckAnswer.allCases.map(\.rawValue)), "note": .string],
                    required: ["answer"]),
                answers: [.json("抜き取り確認のこども", .named("SpotCheckDetail"))]
                    + [(409, "家族として登録されている"), (422, "内容が足りない")].map {
                        .problem($0, $1)
                    }, handle: addSpotCheckAnswer),
        ]
    }

    private static let answerFields = ["answer", "note"]

    // MARK: pages

    func showSpotChecks(_ exchange: Exchange) throws -> Response {
        let list = try spotChecks(exchange)
        let users = try store.displayNames()
        return page(
            SpotCheckListPage(
                lines: list.lines.map { SpotCheckViews.line($0, users) }, asOf: list.asOf,
                isWithheld: list.isWithheld
            ).render(in: try frame(exchange)))
    }

    func showSpotCheck(_ exchange: Exchange) throws -> Response {
        try spotCheckPage(exchange, status: 200, refused: nil)
    }

    func answerSpotCheck(_ exchange: Exchange) throws -> Response {
        var values: [String: String] = [:]
        for field in Self.answerFields { values[field] = exchange.request.form(field) }
        do {
            try answer(values, exchange)
            // Who needs support is brought on from here: a case is opened for them.
            let isSupport = values["answer"] == SpotCheckAnswer.support.rawValue
            let place = SpotCheckListPage.path + (isSupport ? "/\(exchange.path["id"] ?? "")" : "")
            return Response(status: 303, headers: [.init("Location", place)])
        } catch {
            let problem = try Problem.mendable(error)
            return try spotCheckPage(
                exchange, status: problem.status, refused: .init(message: problem.told, typed: values))
        }
    }

    private func spotCheckPage(
        _ exchange: Exchange, status: Int, refused: WorkPanel.Refused?
    ) throws -> Response {
        let view = SpotCheckViews.page(
            try spotCheck(exchange), try store.displayNames(),
            mayRecord: exchange.denial(of: .record) == nil, refused: refused)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    // MARK: API

    func listSpotChecks(_ exchange: Exchange) throws -> Response {
        let list = try spotChecks(exchange)
        return json([
            "items": .array(list.lines.map(SpotCheckViews.json)), "month": .optional(list.month),
            "asOf": .string(list.asOf.description), "isWithheld": .bool(list.isWithheld),
        ])
    }

    func readSpotCheck(_ exchange: Exchange) throws -> Response {
        json(SpotCheckViews.json(try spotCheck(exchange)))
    }

    func addSpotCheckAnswer(_ exchange: Exchange) throws -> Response {
        let values = try exchange.members(among: Self.answerFields)
        return try once(exchange) {
            try answer(values, exchange)
            return ""
        } answer: { _ in
            try readSpotCheck(exchange)
        }
    }

    // MARK: the store

    /// All that a reader must be granted: what rules of the daily purpose may read.
    private func needed(_ exchange: Exchange) -> Set<ItemCode> {
        exchange.guideline.purposes["support"]?.items ?? []
    }

    /// Whether this reader may know who was drawn, in the own range at least.
    func maySeeSpotChecks(_ exchange: Exchange) -> Bool {
        let decisions = exchange.decisions(for: .list)
        return decisions(PersonStanding(), decisions.reach.inside).grant.map {
            needed(exchange).isSubset(of: $0.items)
        } ?? false
    }

    private func spotChecks(_ exchange: Exchange) throws -> SpotCheckList {
        try store.spotChecks(
            actor: exchange.actor, deciding: exchange.decisions(for: .list), needing: needed(exchange),
            at: exchange.now)
    }

    private func spotCheckNumber(_ exchange: Exchange) throws(Problem) -> Int {
        guard let number = exchange.path["id"].flatMap(Int.init), number > 0 else { throw .notFound }
        return number
    }

    private func spotCheck(_ exchange: Exchange) throws -> SpotCheckDetail {
        let number = try spotCheckNumber(exchange)
        let deciding = exchange.decisions(for: .read)
        let detail = try store.spotCheck(
            number, actor: exchange.actor, deciding: deciding, needing: needed(exchange), at: exchange.now)
        if let denial = deciding.denial { throw denial.fault }
        guard let detail else { throw Problem.notFound }
        return detail
    }

    private func answer(_ values: [String: String], _ exchange: Exchange) throws {
        guard let answer = values["answer"].flatMap(SpotCheckAnswer.init(rawValue:)) else {
            throw Problem.incomplete("answer", "答えを選んでください。")
        }
        try WrittenNote.require(values["note"] ?? "")
        let isKept = try store.answerSpotCheck(
            spotCheckNumber(exchange), answer,
            note: (values["note"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines),
            actor: exchange.actor, deciding: exchange.decisions(for: .record),
            reading: exchange.decisions(for: .read), needing: needed(exchange), at: exchange.now)
        guard isKept else { throw Problem.notFound }
    }
}

/// The store's drawn children as pages and API show them.
enum SpotCheckViews {
    /// - Parameter users: names of users, by actor.
    static func line(_ line: SpotCheckLine, _ users: [String: String]) -> SpotCheckEntry {
        SpotCheckEntry(
            number: line.number, month: line.month, person: line.person, name: line.name,
            nameKana: line.nameKana, birth: line.birth, isProtected: line.isProtected,
            answers: line.answers.map {
                .init(
                    at: $0.at.japaneseTime, who: users[$0.actor] ?? $0.actor, answer: $0.answer,
                    note: $0.note)
            })
    }

    static func page(
        _ detail: SpotCheckDetail, _ users: [String: String], mayRecord: Bool, refused: WorkPanel.Refused?
    ) -> SpotCheckPage {
        SpotCheckPage(
            line: line(detail.line, users), particulars: CaseViews.particulars(detail.particulars),
            household: detail.household.map(CaseViews.line), records: detail.records.map(CaseViews.line),
            asOf: detail.asOf, mayRecord: mayRecord, refused: refused)
    }

    static func json(_ line: SpotCheckLine) -> JSON {
        [
            "number": .integer(line.number), "month": .string(line.month),
            "person": .string(line.person.rawValue), "name": .string(line.name),
            "nameKana": .string(line.nameKana), "birth": CaseViews.date(line.birth),
            "isProtected": .bool(line.isProtected),
            "answers": .array(
                line.answers.map { given -> JSON in
                    [
                        "answer": .string(given.answer.rawValue), "note": .string(given.note),
                        "actor": .string(given.actor), "at": .string(given.at.formatted(.iso8601)),
                    ]
                }),
        ]
    }

    static func json(_ detail: SpotCheckDetail) -> JSON {
        CaseViews.json(
            detail.particulars, detail.household, detail.records,
            with: ["child": json(detail.line), "asOf": .string(detail.asOf.description)])
    }
}
