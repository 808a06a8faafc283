internal import Domain
internal import HTTP
internal import Pages
internal import Policy
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

    func showExtracts(_ exchange: Exchange) throws -> Response {
        let publication = try store.currentPublication()
        return page(
            ExtractsPage.render(
                extracts(publication, exchange), asOf: publication?.asOf, in: try frame(exchange)))
    }

    func listExtracts(_ exchange: Exchange) throws -> Response {
        let publication = try store.currentPublication()
        return json([
            "asOf": .optional(publication?.asOf.description),
            "items": .array(extracts(publication, exchange).map(RunViews.extract)),
        ])
    }

    /// Those in the reader's range; of another department's it is as if there were none.
    private func extracts(_ publication: PublicationInfo?, _ exchange: Exchange) -> [ExtractSummary] {
        let reach = exchange.decisions(for: .mend).reach
        return (publication?.summary.extracts ?? []).filter {
            reach.remit(ofDepartment: $0.department) == .within
        }
    }

    func readLatestRun(_ exchange: Exchange) throws -> Response {
        guard let publication = try store.currentPublication() else { throw Problem.notFound }
        return json(RunViews.json(publication))
    }
}
