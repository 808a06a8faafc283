internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// Cases on paper: the same reads as list and page, told apart in the trail, an event a case.
extension RouteTable {
    var sheetRoutes: [Route] {
        CaseForm.ofOne.map { form in
            Route(
                "GET", "/cases/{id}/sheets/\(form.code)", "sheet-\(form.code)", form.rawValue,
                needs: .permission(.read), answers: [.page("印刷する\(form.rawValue)")],
                handle: { try printCase($0, on: form) })
        } + [
            Route(
                "POST", CaseSheetsPage.path, "sheets-progress", "選んだケースの進行管理票", needs: .permission(.read),
                form: ["case"],
                answers: [.page("印刷する進行管理票"), .init(422, "ケースの選び方", type: "text/html")],
                handle: printChosen),
            Route(
                "GET", LedgerSheetPage.path, "sheets-ledger", CaseForm.ledger.rawValue,
                needs: .permission(.list), query: Self.narrowing, answers: [.page("印刷する進行管理台帳")],
                handle: printLedger),
        ]
    }

    private func printCase(_ exchange: Exchange, on form: CaseForm) throws -> Response {
        let detail = try caseDetail(exchange, on: form)
        return page(
            sheets(form, [detail], left: [], back: "/cases/\(detail.summary.id)", exchange).render())
    }

    private func printChosen(_ exchange: Exchange) throws -> Response {
        if let denial = exchange.denial(of: .read) {
            throw try store.refuse(
                denial, route: "POST \(CaseSheetsPage.path)", actor: exchange.actor, at: exchange.now)
        }
        let chosen = try chosen(exchange)
        try Chosen.require(chosen)
        var details: [CaseDetail] = []
        var left: [CaseSheetsPage.Left] = []
        for id in chosen.map({ CaseID($0.id) }) {
            do {
                details.append(try caseDetail(exchange, of: id, on: .progress))
            } catch let problem as Problem where problem.status == 404 {
                // What can be printed is, and what cannot is told as every page tells it.
                left.append(.init(id: id, why: problem.told))
            }
        }
        return page(sheets(.progress, details, left: left, back: "/cases", exchange).render())
    }

    private func printLedger(_ exchange: Exchange) throws -> Response {
        let question = try question(exchange)
        let cases = try cases(
            exchange, question, after: nil, limit: ListMedium.paper.most, on: .paper)
        let view = LedgerSheetPage(
            lines: cases.items.map(CaseViews.line), total: cases.total,
            range: try choices(cases).words(question), asOf: try store.currentPublication()?.asOf,
            printing: printing(exchange), today: exchange.today,
            back: question.path())
        return page(view.render())
    }

    private func sheets(
        _ form: CaseForm, _ details: [CaseDetail], left: [CaseSheetsPage.Left], back: String,
        _ exchange: Exchange
    ) -> CaseSheetsPage {
        CaseSheetsPage(
            form: form,
            cases: details.map { CaseViews.page($0, catalogue: exchange.guideline.catalogue, work: nil) },
            left: left, printing: printing(exchange), today: exchange.today, back: back)
    }

    private func printing(_ exchange: Exchange) -> Printing {
        Printing(
            user: exchange.session?.user.rawValue ?? "", at: exchange.now.japaneseTime,
            purpose: exchange.guideline.purposes["support"]?.title ?? "support")
    }
}
