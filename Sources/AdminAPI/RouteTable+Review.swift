internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// Pairs of records that linkage leaves to people: the same review as at the command line.
extension RouteTable {
    var reviewRoutes: [Route] {
        [
            Route(
                "GET", ReviewListPage.path, "showReview", "名寄せの確認の一覧", needs: .permission(.review),
                query: [Self.reviewAfter], answers: [.page("名寄せの確認の一覧")], handle: showReview),
            Route(
                "GET", ReviewListPage.decidedPath, "showDecidedPairs", "判断の済んだ組",
                needs: .permission(.review), answers: [.page("判断の済んだ組")], handle: showDecided),
            Route(
                "GET", "\(ReviewListPage.path)/{id}", "showReviewPair", "名寄せの確認の組",
                needs: .permission(.review),
                query: [.init(name: "last", description: "直前に見た組", schema: .string)],
                answers: [.page("名寄せの確認の組")], handle: showPair),
            Route(
                "POST", "\(ReviewListPage.path)/{id}", "judgePair", "同じ人かどうかの判断の記録",
                needs: .permission(.review), form: Self.verdictFields,
                answers: [
                    .init(303, "次の組へ進みます"), .init(409, "ほかの判断がある", type: "text/html"),
                    .init(422, "直すところ", type: "text/html"),
                ], handle: judgePair),
            Route(
                "GET", "/api/v1/review", "listReview", "名寄せの確認の一覧", needs: .permission(.review),
                query: [Self.reviewAfter, Self.limit],
                answers: [.json("判断を待っている組の1ページ", .named("ReviewList"))], handle: listReview),
            Route(
                "GET", "/api/v1/review/{id}", "readReviewPair", "名寄せの確認の組", needs: .permission(.review),
                answers: [.json("並べた2つの記録", .named("ReviewPair"))], handle: readPair),
            Route(
                "POST", "/api/v1/review/{id}/verdicts", "addVerdict", "同じ人かどうかの判断の記録",
                needs: .permission(.review), headers: [Self.idempotencyKey],
                body: .request(
                    ["answer": .word(["same", "different", "withdrawn"]), "reason": .string],
                    required: Self.verdictFields),
                answers: [.json("判断", .named("ReviewVerdict"))]
                    + [(409, "ほかの判断がある"), (422, "内容が足りない")].map { .problem($0, $1) },
                handle: addVerdict),
        ]
    }

    private static let verdictFields = ["answer", "reason"]
    private static let reviewAfter = Route.Parameter(
        name: "after", description: "前のページの next の値。省略時は先頭から", schema: .string)
    static let limit = Route.Parameter(
        name: "limit", description: "1ページの件数（1〜200、省略時は50）", schema: .integer)

    /// Whether this person may judge pairs at all.
    func mayReview(_ exchange: Exchange) -> Bool {
        exchange.decisions(for: .review, purpose: Review.purpose).denial == nil
    }

    // MARK: pages

    func showReview(_ exchange: Exchange) throws -> Response {
        guard let review = try review(exchange) else {
            return page(ReviewListPage().render(in: try frame(exchange)))
        }
        let found = try waiting(review, exchange)
        let list = ReviewListPage(
            lines: found.items.map { ReviewViews.line($0, review) }, waiting: found.total,
            hidden: found.hidden, decided: found.progress.decided, drawn: found.progress.drawn,
            judged: found.progress.judged, asOf: review.publication.asOf,
            next: found.next.map { "\(ReviewListPage.path)?after=\($0)" })
        return page(list.render(in: try frame(exchange)))
    }

    func showDecided(_ exchange: Exchange) throws -> Response {
        guard let review = try review(exchange) else { throw Problem.notFound }
        let users = try store.displayNames()
        let lines = try review.decided().reversed().map { ReviewViews.decided($0, review, users) }
        return page(ReviewDecidedPage(lines: lines).render(in: try frame(exchange)))
    }

    func showPair(_ exchange: Exchange) throws -> Response {
        let last = try exchange.typed("last")
        guard last.isEmpty || last.wholeMatch(of: /R-[0-9a-f]{16}/) != nil else {
            throw Problem.invalid(parameter: "last")
        }
        return try pairPage(exchange, status: 200, last: last.isEmpty ? nil : last, refused: nil)
    }

    func judgePair(_ exchange: Exchange) throws -> Response {
        var values: [String: String] = [:]
        for field in Self.verdictFields { values[field] = exchange.request.form(field) }
        do {
            let review = try opened(exchange)
            let item = try review.item(try pairID(exchange))
            if values["answer"] != "later" { try judge(item, values, review) }
            guard let next = try review.next(after: item.place) else { return goTo(ReviewListPage.path) }
            return goTo("\(ReviewListPage.path(of: next.pair.id))?last=\(item.pair.id)")
        } catch {
            let problem = try Problem.mendable(Problem.ofVerdict(error))
            return try pairPage(
                exchange, status: problem.status, last: nil,
                refused: .init(message: problem.told, typed: values))
        }
    }

    private func pairPage(
        _ exchange: Exchange, status: Int, last: String?, refused: WorkPanel.Refused?
    ) throws -> Response {
        let review = try opened(exchange)
        let (item, seen) = try review.show(try pairID(exchange))
        let view = ReviewViews.page(
            item, seen, review, try store.displayNames(), last: last, refused: refused)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    // MARK: API

    func listReview(_ exchange: Exchange) throws -> Response {
        guard let review = try review(exchange) else {
            return json([
                "items": [], "total": 0, "hidden": 0, "decided": 0, "drawn": 0, "judged": 0, "next": .null,
                "asOf": .null,
            ])
        }
        let found = try waiting(review, exchange)
        return json([
            "items": .array(found.items.map { .object(ReviewViews.json($0)) }),
            "total": .integer(found.total), "hidden": .integer(found.hidden),
            "decided": .integer(found.progress.decided), "drawn": .integer(found.progress.drawn),
            "judged": .integer(found.progress.judged), "next": .optional(found.next),
            "asOf": .string(review.publication.asOf.description),
        ])
    }

    func readPair(_ exchange: Exchange) throws -> Response {
        let review = try opened(exchange)
        let (item, seen) = try review.show(try pairID(exchange))
        return json(ReviewViews.json(item, seen, review))
    }

    func addVerdict(_ exchange: Exchange) throws -> Response {
        let values = try exchange.members(among: Self.verdictFields)
        let review = try opened(exchange)
        return try once(exchange) {
            do {
                return "\(try judge(review.item(try pairID(exchange)), values, review).id)"
            } catch { throw Problem.ofVerdict(error) }
        } answer: { number in
            json(ReviewViews.json(try review.verdict(Int(number) ?? 0)))
        }
    }

    // MARK: the store

    /// The review of the publication in service, as this person sees it; `nil` where no night was published whose pairs can be told.
    private func review(_ exchange: Exchange) throws -> Review? {
        let publication = try store.currentPublication()
        let linkage = publication?.summary.linkage
        guard let publication, let automatic = linkage?.threshold ?? linkage?.report?.model.automatic else {
            if let denial = exchange.decisions(for: .review, purpose: Review.purpose).denial {
                throw try store.refuse(
                    denial, route: "GET \(ReviewListPage.path)", actor: exchange.actor, at: exchange.now)
            }
            return nil
        }
        return Review(
            of: publication, automatic: automatic,
            titles: Dictionary(
                publication.summary.extracts.map { ($0.source, $0.title) },
                uniquingKeysWith: { one, _ in one }
            ), twoPersons: reviewNeedsSecond, in: store, by: exchange.actor,
            roles: exchange.session?.roles ?? [], scopes: exchange.session?.scopes ?? [],
            guideline: exchange.guideline, at: exchange.now)
    }

    private func opened(_ exchange: Exchange) throws -> Review {
        guard let review = try review(exchange) else { throw Problem.notFound }
        return review
    }

    /// The asked-for page of the queue.
    private func waiting(
        _ review: Review, _ exchange: Exchange
    ) throws -> (items: [Review.Item], total: Int, hidden: Int, progress: ReviewProgress, next: String?) {
        let limit = try exchange.integer("limit", in: 1...200, usual: Self.pageLength)
        let text = try exchange.typed("after", mayBeEmpty: true)
        let after = ReviewPlace(text: text)
        guard text.isEmpty || after != nil else { throw Problem.invalid(parameter: "after") }
        let queue = try review.queue()
        let rest = after.map { after in queue.items.filter { after < $0.place } } ?? queue.items
        let items = Array(rest.prefix(limit))
        return (
            items, queue.items.count, queue.hidden, try review.progress(),
            rest.count > limit ? items.last?.place.text : nil
        )
    }

    /// Of another make than a pair's number is nobody's.
    private func pairID(_ exchange: Exchange) throws(Problem) -> String { exchange.path["id"] ?? "" }

    @discardableResult
    private func judge(_ item: Review.Item, _ values: [String: String], _ review: Review) throws
        -> KeptVerdict
    {
        let reason = (values["reason"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        let answer = values["answer"] ?? ""
        guard ["same", "different", "withdrawn"].contains(answer) else {
            throw Problem.incomplete("answer", "同じ人の記録か、別の人の記録かを選んでください。")
        }
        try StatedReason.require(
            reason, of: "判断", code: "verdict.reason", shortest: 1, example: "何で確かめたか", field: "reason")
        guard answer == "withdrawn" else {
            return try review.decide(item.pair, isSame: answer == "same", reason: reason)
        }
        guard let verdict = item.verdict else {
            throw Problem(
                status: 409, code: "verdict-none", title: "いまはできません", detail: "この組に、取り消せる判断はありません。")
        }
        return try review.withdraw(verdict.id, reason: reason)
    }
}

extension Problem {
    /// What the store says of a verdict, without the command line's words.
    fileprivate static func ofVerdict(_ error: any Error) -> any Error {
        guard let fault = error as? Fault else { return error }
        func conflict(_ detail: String) -> Problem {
            Problem(
                status: 409, code: fault.code.replacing(".", with: "-"), title: "いまはできません", detail: detail)
        }
        return switch fault.code {
        case "verdict.stands": conflict("\(fault.message)変えるときは、先にその判断を取り消してください。")
        case "verdict.own": conflict("\(fault.message)判断した人とは別の人が、同じ判断をすると使います。")
        case "verdict.withdrawn": conflict("\(fault.message)")
        default: error
        }
    }
}
