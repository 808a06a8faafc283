internal import Domain
internal import HTTP
internal import Pages
internal import Store

/// The report of the run in service; it names no person.
extension RouteTable {
    func showLatestRun(_ exchange: Exchange) throws -> Response {
        let frame = try frame(exchange)
        guard let publication = try store.currentPublication() else {
            return page(RunReportPage.renderEmpty(in: frame))
        }
        return page(RunReportPage.render(publication.summary, rejectedRows: [], in: frame))
    }

    func showLinkage(_ exchange: Exchange) throws -> Response {
        page(LinkagePage.render(try store.currentPublication()?.summary, in: try frame(exchange)))
    }

    func readLatestRun(_ exchange: Exchange) throws -> Response {
        guard let publication = try store.currentPublication() else { throw Problem.notFound }
        return json(RunViews.json(publication))
    }
}
