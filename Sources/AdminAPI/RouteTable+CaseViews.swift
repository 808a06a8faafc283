internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// How lists of cases are narrowed down, and the lists that somebody keeps: of the asker's own, and of nobody else's use.
extension RouteTable {
    static let narrowing: [Route.Parameter] = [
        .init(
            name: "queue", description: "一覧の範囲。省略時は開いているケースすべて。ended は終わったケース（終わった日の新しい順）",
            schema: .word(CaseViews.filters)),
        .init(name: "holder", description: "担当: 利用者ID、@me（自分）か @nobody（決まっていない）", schema: .string),
        .init(
            name: "difficulty", description: "困難の類型", schema: .word(Difficulty.allCases.map(\.rawValue))),
        .init(name: "rule", description: "確認のきっかけとなった規則のID", schema: .string),
        .init(name: "ageFrom", description: "この年齢から（今日の年齢。幅のある生年月日は、当てはまり得れば載せます）", schema: .integer),
        .init(name: "ageTo", description: "この年齢まで", schema: .integer),
    ]

    var caseViewRoutes: [Route] {
        [
            Route(
                "POST", QueuePage.viewsPath, "keepCaseView", "一覧を名前を付けて残す", needs: .permission(.list),
                form: ["name"] + QueuePage.Question.names,
                answers: [
                    .init(303, "その一覧へ進みます"), .init(422, "一覧の画面（直すところとともに）", type: "text/html"),
                ], handle: keepCaseView),
            Route(
                "POST", QueuePage.viewsPath + "/delete", "forgetCaseView", "残した一覧を消す",
                needs: .permission(.list), form: ["name"], answers: [.init(303, "確認の一覧へ進みます")],
                handle: forgetCaseView),
        ]
    }

    private func keepCaseView(_ exchange: Exchange) throws -> Response {
        let user = try lister(exchange)
        let question = question { exchange.request.form($0) ?? "" }
        let name = (exchange.request.form("name") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        return try answer(exchange, fields: QueuePage.Question.names + ["name"]) {
            _ = try filter(question, exchange)
            guard !question.isEmpty else { throw Problem.incomplete("queue", "範囲を選んでから残してください。") }
            try WrittenNote.require(name, field: "name")
            try store.keep(question.query, as: name, of: user)
            return Response(status: 303, headers: [.init("Location", question.path())])
        } orElse: {
            try queuePage(exchange, question, fault: $0, name: name)
        }
    }

    private func forgetCaseView(_ exchange: Exchange) throws -> Response {
        try store.forgetCaseView(exchange.request.form("name") ?? "", of: lister(exchange))
        return Response(status: 303, headers: [.init("Location", "/cases")])
    }

    /// Who asks, where they may see a list at all.
    private func lister(_ exchange: Exchange) throws -> UserID {
        if let denial = exchange.denial(of: .list) {
            throw try store.refuse(
                denial, route: "POST \(QueuePage.viewsPath)", actor: exchange.actor, at: exchange.now)
        }
        return exchange.session?.user ?? ""
    }

    /// As the address says it.
    func question(_ exchange: Exchange) throws -> QueuePage.Question {
        try question { name in try exchange.typed(name) }
    }

    func question<Failure>(_ typed: (String) throws(Failure) -> String) throws(Failure) -> QueuePage.Question
    {
        var question = QueuePage.Question()
        for name in QueuePage.Question.names { question[name] = try typed(name) }
        return question
    }

    /// - Throws: 400 where a value is none.
    func filter(_ question: QueuePage.Question, _ exchange: Exchange) throws -> CaseFilter {
        let user = exchange.session?.user ?? ""
        guard let part = CaseViews.part(question["queue"], user: user, today: exchange.today) else {
            throw Problem.invalid(parameter: "queue")
        }
        var filter = CaseFilter(part)
        switch question["holder"] {
        case "": break
        case QueuePage.Question.me: filter.holder = .user(user)
        case QueuePage.Question.nobody: filter.holder = .nobody
        case let id:
            // Who may see no list does not hear either who works here.
            guard try exchange.denial(of: .list) != nil || !store.displayNames(of: [UserID(id)]).isEmpty
            else {
                throw Problem.invalid(parameter: "holder")
            }
            filter.holder = .user(UserID(id))
        }
        if !question["difficulty"].isEmpty {
            filter.difficulty = Difficulty(rawValue: question["difficulty"])
            guard filter.difficulty != nil else { throw Problem.invalid(parameter: "difficulty") }
        }
        if !question["rule"].isEmpty {
            // Like an id, and not like a number of somebody in the wrong place.
            guard question["rule"].utf8.count <= 64,
                question["rule"].wholeMatch(of: /\p{L}[\p{L}\p{N}._-]*/) != nil
            else {
                throw Problem.invalid(parameter: "rule")
            }
            filter.rule = RuleID(question["rule"])
        }
        let from = try age(question, "ageFrom") ?? 0
        let to = try age(question, "ageTo") ?? 120
        guard from <= to else {
            throw Problem.invalid(parameter: "ageTo", why: "「何歳まで」は「何歳から」以上の数にしてください。")
        }
        if from > 0 || to < 120 { filter.ages = .init(from...to, on: exchange.today) }
        return filter
    }

    private func age(_ question: QueuePage.Question, _ name: String) throws(Problem) -> Int? {
        guard !question[name].isEmpty else { return nil }
        guard let age = Int(question[name]), (0...120).contains(age) else {
            throw .invalid(parameter: name, why: "「何歳から」「何歳まで」は、0〜120 の数にしてください。")
        }
        return age
    }

    /// To what these cases can be narrowed down further.
    func choices(_ cases: CasePage) throws -> QueuePage.Choices {
        let names = try store.displayNames(of: Set(cases.holders))
        let titles = try store.currentPublication()?.summary.flags.map { ($0.rule, $0.title) } ?? []
        let title = Dictionary(titles, uniquingKeysWith: { first, _ in first })
        return QueuePage.Choices(
            holders: cases.holders.map { ($0, names[$0] ?? $0.rawValue) },
            rules: cases.rules.filter(\.isOfRule).map { ($0, title[$0] ?? $0.rawValue) })
    }
}
