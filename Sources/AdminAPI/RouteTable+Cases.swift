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
        try answer(exchange, fields: QueuePage.Question.names) {
            try queuePage(exchange, question(exchange), after: exchange.cursor(), refused: nil)
        } orElse: {
            try queuePage(exchange, question { exchange.request.query($0) ?? "" }, fault: $0)
        }
    }

    /// The page without a list: with what is wrong with the question, or with the name under which it was to be kept.
    func queuePage(
        _ exchange: Exchange, _ question: QueuePage.Question, fault: FormFault, name: String = ""
    ) throws -> String {
        let cases = try cases(exchange, QueuePage.Question(), after: nil, limit: 0)
        var queue = try queuePage(exchange, question, of: cases, assigning: nil)
        (queue.fault, queue.name) = (fault, name)
        return queue.render(in: try frame(exchange))
    }

    /// - Parameters:
    ///   - refused: what could not be done with the cases that were `chosen`, with what was typed.
    func queuePage(
        _ exchange: Exchange, _ question: QueuePage.Question, after cursor: CaseCursor?,
        refused: WorkPanel.Refused?,
        chosen: Set<String> = []
    ) throws -> Response {
        let cases = try cases(exchange, question, after: cursor, limit: Self.pageLength)
        let recording = exchange.decisions(for: .record)
        let own = cases.items.filter { item in
            item.state.isOpen
                && recording(PersonStanding(isProtected: item.isProtected), recording.reach.inside).grant
                    != nil
        }
        let isChosen = exchange.denial(of: .read) == nil || !own.isEmpty
        let assigning = try assigning(own, exchange, refused, chosen, after: cursor)
        var queue = try queuePage(exchange, question, of: cases, assigning: assigning)
        queue.lines = cases.items.map { item in
            var line = CaseViews.line(item)
            line.choice = isChosen ? "\(item.id):\(item.version)" : nil
            return line
        }
        (queue.next, queue.isFirst) = (cases.next.map { question.path(after: $0.text) }, cursor == nil)
        return Response(
            status: refused == nil ? 200 : 422, type: "text/html; charset=utf-8",
            text: queue.render(in: try frame(exchange)))
    }

    private func queuePage(
        _ exchange: Exchange, _ question: QueuePage.Question, of cases: CasePage,
        assigning: QueuePage.Assigning?
    ) throws -> QueuePage {
        let published = try store.currentPublication()
        return QueuePage(
            lines: [], total: cases.total, next: nil, isFirst: true, asOf: published?.asOf,
            question: question, choices: try choices(cases),
            views: try store.caseViews(of: exchange.session?.user ?? "").map {
                ($0.name, "/cases?\($0.query)")
            },
            queues: CaseQueue.allCases.map { ($0, cases.queues[$0] ?? 0) }, mine: cases.mine,
            overdue: cases.overdue,
            weekly: published?.summary.casesPerWeek, mayOpen: exchange.denial(of: .record) == nil,
            mayExport: exchange.denial(of: .export) == nil, assigning: assigning)
    }

    /// `nil` where there is nothing to choose, or nobody to give it to.
    private func assigning(
        _ own: [CaseSummary], _ exchange: Exchange, _ refused: WorkPanel.Refused?, _ chosen: Set<String>,
        after cursor: CaseCursor?
    ) throws -> QueuePage.Assigning? {
        guard !own.isEmpty else { return nil }
        let workers = try store.workers(
            forAny: own.map { ($0.person, PersonStanding(isProtected: $0.isProtected)) },
            toldBy: exchange.guideline.tellers, mayWork: exchange.desk(needsSecond: needsSecond).mayWork)
        guard !workers.isEmpty else { return nil }
        return .init(
            workers: workers.map { .init(id: $0.id, name: $0.displayName) }, refused: refused,
            chosen: chosen, after: cursor?.text ?? "")
    }

    func listCases(_ exchange: Exchange) throws -> Response {
        let limit = try exchange.integer("limit", in: 1...200, usual: Self.pageLength)
        let cases = try cases(
            exchange, question(exchange), after: exchange.cursor(), limit: limit)
        return json([
            "items": .array(cases.items.map { CaseViews.json($0) }), "total": .integer(cases.total),
            "next": .optional(cases.next?.text), "mine": .integer(cases.mine),
            "overdue": .integer(cases.overdue), "queues": CaseViews.json(cases.queues),
        ])
    }

    func showCase(_ exchange: Exchange) throws -> Response {
        try casePage(exchange, status: 200, refused: nil)
    }

    /// - Parameter refused: what could not be done, with what was typed.
    func casePage(_ exchange: Exchange, status: Int, refused: WorkPanel.Refused?) throws -> Response {
        let detail = try caseDetail(exchange)
        var view = CaseViews.page(
            detail, catalogue: exchange.guideline.catalogue, work: try panel(detail, exchange, refused))
        if view.work == nil {
            view.draftsLeft = DraftsLeft(
                id: detail.summary.id, csrf: exchange.session?.csrf ?? "",
                drafts: detail.drafts.map(CaseViews.draft))
        }
        view.support = try supportSection(ofCase: detail.summary.id, exchange)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    /// `nil` where the reader may not record on the case.
    private func panel(
        _ detail: CaseDetail, _ exchange: Exchange, _ refused: WorkPanel.Refused?
    ) throws -> WorkPanel? {
        let standing = PersonStanding(isProtected: detail.summary.isProtected)
        let desk = exchange.desk(needsSecond: needsSecond)
        guard desk.recording(standing, desk.recording.reach.inside).grant != nil else { return nil }
        return CaseViews.panel(
            detail, user: desk.actor, csrf: exchange.session?.csrf ?? "",
            workers: try store.workers(
                for: detail.summary.person, standing, toldBy: exchange.guideline.tellers,
                mayWork: desk.mayWork), refused: refused, now: exchange.now)
    }

    func readCase(_ exchange: Exchange) throws -> Response {
        let detail = try caseDetail(exchange)
        return json(
            CaseViews.json(detail, catalogue: exchange.guideline.catalogue),
            headers: [.init("ETag", CaseWords.tag(detail.summary.version))])
    }

    func cases(
        _ exchange: Exchange, _ question: QueuePage.Question, after: CaseCursor?, limit: Int,
        on medium: ListMedium = .screen
    ) throws -> CasePage {
        let filter = try filter(question, exchange)
        var deciding = exchange.decisions(for: .list)
        if medium == .file { deciding = deciding.narrowed(to: exchange.decisions(for: .export)) }
        // Asked of the store even where all is denied, so that the attempt is in the audit trail.
        let cases = try store.cases(
            actor: exchange.actor, deciding: deciding, only: filter, after: after, limit: limit, on: medium,
            at: exchange.now)
        if let denial = exchange.denial(of: .list) { throw denial.fault }
        return cases
    }

    /// - Parameter form: where it goes to paper, on which.
    func caseDetail(
        _ exchange: Exchange, of id: CaseID? = nil, on form: CaseForm? = nil
    ) throws -> CaseDetail {
        try visible(exchange) {
            try store.caseDetail(
                id ?? CaseID(exchange.path["id"] ?? ""), on: form, actor: exchange.actor,
                deciding: exchange.decisions(for: .read), at: exchange.now)
        }
    }

    /// What is read of one case; not found, where this reader may not see it.
    func visible<Read>(_ exchange: Exchange, _ read: () throws -> Read?) throws -> Read {
        let denial = exchange.denial(of: .read)
        let found: Read?
        do {
            found = try read()
        } catch let fault as Fault where fault.kind == .denied && denial == nil {
            // Others may be read, this one may not: saying so would tell the person's standing.
            throw Problem.notFound
        }
        if let denial { throw denial.fault }
        guard let found else { throw Problem.notFound }
        return found
    }
}
