internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// The queue and the cases, as pages and as JSON; every answer leaves one audit event in the store before it is sent.
extension RouteTable {
    /// Lines on a page of a list.
    static let pageLength = 50

    func showCases(_ exchange: Exchange) throws -> Response {
        let cursor = try exchange.cursor()
        let cases = try cases(exchange, after: cursor, limit: Self.pageLength)
        let published = try store.currentPublication()
        let queue = QueuePage(
            lines: cases.items.map(CaseViews.line), total: cases.total,
            next: cases.next.map { "/cases?after=\($0.text)" }, isFirst: cursor == nil,
            asOf: published?.asOf, weekly: published?.summary.casesPerWeek)
        return page(queue.render(in: try frame(exchange)))
    }

    func listCases(_ exchange: Exchange) throws -> Response {
        let limit = try exchange.integer("limit", in: 1...200, usual: Self.pageLength)
        let cases = try cases(exchange, after: exchange.cursor(), limit: limit)
        return json([
            "items": .array(cases.items.map(CaseViews.json)), "total": .integer(cases.total),
            "next": .optional(cases.next?.text),
        ])
    }

    func showCase(_ exchange: Exchange) throws -> Response {
        let detail = try caseDetail(exchange)
        let view = CaseViews.page(detail, catalogue: exchange.guideline.catalogue)
        return page(view.render(in: try frame(exchange)))
    }

    func readCase(_ exchange: Exchange) throws -> Response {
        json(CaseViews.json(try caseDetail(exchange), catalogue: exchange.guideline.catalogue))
    }

    private func cases(_ exchange: Exchange, after: CaseCursor?, limit: Int) throws -> CasePage {
        // Asked of the store even where all is denied, so that the attempt is in the audit trail.
        let cases = try store.cases(
            actor: exchange.actor, deciding: exchange.decisions(for: .list), after: after, limit: limit,
            at: exchange.now)
        if let denial = exchange.denial(of: .list) { throw denial.fault }
        return cases
    }

    private func caseDetail(_ exchange: Exchange) throws -> CaseDetail {
        let denial = exchange.denial(of: .read)
        let detail: CaseDetail?
        do {
            detail = try store.caseDetail(
                CaseID(exchange.path["id"] ?? ""), actor: exchange.actor,
                deciding: exchange.decisions(for: .read), at: exchange.now)
        } catch let fault as Fault where fault.kind == .denied && denial == nil {
            // Others may be read, this one may not: saying so would tell the person's standing.
            throw Problem.notFound
        }
        if let denial { throw denial.fault }
        guard let detail else { throw Problem.notFound }
        return detail
    }
}
