internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Programmes
internal import Store

/// Persons by name, reading, guardian or birth. Words that are looked for stand in no log and no trail; who was shown does.
extension RouteTable {
    var searchRoutes: [Route] {
        [
            Route(
                "GET", SearchPage.path, "showSearch", "氏名で探す", needs: .permission(.list),
                answers: [.page("氏名で探す画面")], handle: showSearch),
            Route(
                "POST", SearchPage.path, "search", "氏名で探す", needs: .permission(.list),
                form: Self.searchFields,
                answers: [
                    .page("見つかった方"), .init(409, "続きを示せない", type: "text/html"),
                    .init(422, "直すところ", type: "text/html"),
                ], handle: search),
            Route(
                "GET", "/api/v1/persons", "listPersons", "氏名で探す", needs: .permission(.list),
                query: [
                    .init(
                        name: "q", description: "氏名・フリガナ・保護者の氏名の始まりと、生年月日（和暦・西暦）。空白で分ける",
                        schema: .string),
                    .init(name: "after", description: "前のページの next の値。省略時は先頭から", schema: .string),
                    .init(name: "limit", description: "1ページの人数（1〜50、省略時は50）", schema: .integer),
                    .init(name: "reason", description: "探す理由。決まりが求めるとき", schema: .string),
                ],
                answers: [
                    .json("見つかった方の1ページ、フリガナの順", .named("PersonList")),
                    .problem(409, "続きを示せない"),
                ], handle: listPersons),
        ]
    }

    private static let searchFields = ["q", "reason", "after"]

    func showSearch(_ exchange: Exchange) throws -> Response {
        if let denial = exchange.denial(of: .list), denial.ground != .reasonRequired {
            throw try store.refuse(
                denial, route: "GET \(SearchPage.path)", actor: exchange.actor, at: exchange.now)
        }
        return page(
            SearchPage(wantsReason: wantsReason(exchange)).render(in: try frame(exchange)))
    }

    func search(_ exchange: Exchange) throws -> Response {
        func typed(_ name: String) -> String { exchange.request.form(name) ?? "" }
        var view = SearchPage(
            words: typed("q"), reason: typed("reason"), wantsReason: wantsReason(exchange),
            isFirst: typed("after").isEmpty)
        do {
            let found = try persons(
                exchange, words: view.words, after: typed("after"), limit: Self.pageLength,
                reason: view.reason)
            let (mayOpen, maySee) = (
                permitted(exchange.decisions(for: .record), exchange.decisions(for: .read)),
                permitted(exchange.decisions(for: .read, purpose: .programmes))
            )
            view.lines = found.persons.map { person in
                .init(
                    id: person.id, name: person.name, nameKana: person.nameKana, birth: person.birth,
                    isProtected: person.isProtected, caseID: person.caseID,
                    mayOpenCase: mayOpen(person.isProtected), maySeeSupport: maySee(person.isProtected))
            }
            (view.next, view.asOf) = (found.next, found.asOf)
            return page(view.render(in: try frame(exchange)))
        } catch {
            let problem = try Problem.mendable(error)
            view.fault = FormFault(field: problem.field, message: problem.detail)
            return Response(
                status: problem.status, type: "text/html; charset=utf-8",
                text: view.render(in: try frame(exchange)))
        }
    }

    func listPersons(_ exchange: Exchange) throws -> Response {
        let words = try exchange.typed("q", atMost: Self.longestWords)
        let after = try exchange.typed("after", mayBeEmpty: true)
        let isPerson = if case .person? = Whom(after) { true } else { false }
        guard after.isEmpty || isPerson else { throw Problem.invalid(parameter: "after") }
        let found: PersonPage
        do {
            found = try persons(
                exchange, words: words, after: after,
                limit: try exchange.integer("limit", in: 1...50, usual: Self.pageLength),
                reason: try exchange.typed("reason", atMost: Self.longestReason, mayBeEmpty: true))
        } catch {
            let problem = try Problem.mendable(error)
            guard problem.status == 422 else { throw problem }
            // A parameter is no body.
            throw Problem.invalid(parameter: problem.field ?? "q", why: problem.detail)
        }
        return json([
            "items": .array(
                found.persons.map { person in
                    [
                        "person": .string(person.id.rawValue), "name": .string(person.name),
                        "nameKana": .string(person.nameKana), "birth": CaseViews.date(person.birth),
                        "isProtected": .bool(person.isProtected),
                        "case": .optional(person.caseID?.rawValue),
                    ]
                }), "next": .optional(found.next?.rawValue), "asOf": .optional(found.asOf?.description),
        ])
    }

    /// Whether all of them permit it of somebody in range, by protection: nothing of the person themselves decides.
    private func permitted(_ decisions: Decisions...) -> (_ isProtected: Bool) -> Bool {
        { isProtected in
            decisions.allSatisfy {
                $0(PersonStanding(isProtected: isProtected), $0.reach.inside).grant != nil
            }
        }
    }

    /// Asked of the store even where all is denied, so that the attempt is in the audit trail.
    private func persons(
        _ exchange: Exchange, words: String, after: String, limit: Int, reason: String
    ) throws -> PersonPage {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        if !reason.isEmpty {
            try StatedReason.require(
                reason, of: "検索", code: "search.reason", shortest: 5, example: "何を確かめるためか", field: "reason")
        }
        let deciding = exchange.decisions(for: .list, hasReason: !reason.isEmpty)
        let query: Result<NameQuery, Problem>
        do throws(NameQuery.Flaw) {
            query = .success(try NameQuery(words, asOf: exchange.today))
        } catch {
            query = .failure(.incomplete("q", Self.told(error)))
        }
        // Who may not search is told so whatever they typed.
        if case .failure(let problem) = query, deciding.denial == nil { throw problem }
        do {
            return try store.searchPersons(
                (try? query.get()) ?? .nobody, actor: exchange.actor, deciding: deciding,
                after: after.isEmpty ? nil : PersonID(after), limit: limit, reason: reason, at: exchange.now)
        } catch let fault as Fault where fault.kind == .denied && deciding.denial?.ground == .reasonRequired {
            throw Problem.incomplete("reason", "探す理由を書いてください。理由は監査記録に残ります。")
        }
    }

    /// In bytes.
    private static let longestReason = 1200
    private static let longestWords = 1200

    /// Whether the guideline lets this reader find somebody only for a reason.
    private func wantsReason(_ exchange: Exchange) -> Bool {
        let deciding = exchange.decisions(for: .list)
        return [false, true].contains { isProtected in
            deciding(PersonStanding(isProtected: isProtected), deciding.reach.inside).denial?.ground
                == .reasonRequired
        }
    }

    private static func told(_ flaw: NameQuery.Flaw) -> String {
        switch flaw {
        case .empty: "氏名・フリガナ・保護者の氏名の始めの1文字以上か、生年月日を書いてください。"
        case .tooLong: "長すぎます。80字、8語までにしてください。"
        case .unreadableBirth: "生年月日を読み取れません。「令和2年4月1日」「R2.4.1」「2020-04-01」のように書いてください。"
        case .severalBirths: "生年月日が2つ以上あります。1つにしてください。"
        case .birthAlone: "生年月日だけで探すときは、日まで書くか、氏名の始めの1文字を足してください。"
        }
    }
}
