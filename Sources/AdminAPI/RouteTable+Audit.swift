internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// Who read what; the asking is itself in the audit trail.
extension RouteTable {
    static let auditQuery: [Route.Parameter] = [
        .init(name: "kind", description: "reads（閲覧。省略時）か changes（変更）", schema: .string),
        .init(name: "user", description: "見た人の利用者ID", schema: .string),
        .init(name: "case", description: "ケースの番号", schema: .string),
        .init(name: "from", description: "この日から（年-月-日）", schema: .date),
        .init(name: "to", description: "この日まで（年-月-日）", schema: .date),
        .init(name: "before", description: "前のページの続き。省略時は新しいものから", schema: .integer),
    ]

    /// What is asked, and a page of the answer.
    func records(_ exchange: Exchange) throws -> (question: AuditPage.Question, found: AccessPage) {
        // Who may not ask hears that, not what is wrong with the question; the attempt is in the trail either way.
        if exchange.denial(of: .audit) != nil {
            _ = try store.accessRecords(
                AccessFilter(), before: nil, limit: 1, actor: exchange.actor,
                deciding: exchange.decisions(for: .audit), at: exchange.now)
        }
        let typed = try exchange.typed("kind")
        guard let kind = typed.isEmpty ? .reads : AccessFilter.Kind(rawValue: typed) else {
            throw Problem.invalid(parameter: "kind")
        }
        let question = AuditPage.Question(
            user: try exchange.typed("user"), caseID: try exchange.typed("case"),
            from: try exchange.typed("from"),
            to: try exchange.typed("to"), isOfChanges: kind == .changes)
        // A word that is no case's would look like a case that nobody read.
        guard ["", "C-"].contains(question.caseID.prefix(2)) else {
            throw Problem.invalid(parameter: "case", why: "ケースの番号を「C-…」の形で書いてください。")
        }
        let (from, to) = try days(exchange)
        let filter = AccessFilter(
            kind, user: question.user.isEmpty ? nil : UserID(question.user),
            caseID: question.caseID.isEmpty ? nil : CaseID(question.caseID),
            from: from, to: to)
        return (
            question,
            try store.accessRecords(
                filter, before: try exchange.integer("before", in: 0...Int.max, usual: Int.max),
                limit: Self.pageLength, actor: exchange.actor, deciding: exchange.decisions(for: .audit),
                at: exchange.now)
        )
    }

    func showAudit(_ exchange: Exchange) throws -> Response {
        try answer(exchange, fields: Array(AuditPage.titles.keys)) {
            let (question, reads) = try records(exchange)
            let view = AuditPage(
                question: question, lines: reads.records.map { AccessViews.line($0, in: exchange.guideline) },
                next: reads.next.map { address(question, before: $0) },
                verified: exchange.request.query.isEmpty ? try lastVerification() : nil)
            return page(view.render(in: try frame(exchange)))
        } orElse: { fault in
            func typed(_ name: String) -> String { exchange.request.query(name) ?? "" }
            let question = AuditPage.Question(
                user: typed("user"), caseID: typed("case"), from: typed("from"), to: typed("to"),
                isOfChanges: typed("kind") == AccessFilter.Kind.changes.rawValue)
            return AuditPage(question: question, lines: [], next: nil, fault: fault).render(
                in: try frame(exchange))
        }
    }

    /// The days asked for, the first not after the last.
    func days(_ exchange: Exchange) throws -> (from: Day?, to: Day?) {
        let (from, to) = (try exchange.day("from"), try exchange.day("to"))
        if let from, let to, to < from {
            throw Problem.invalid(parameter: "to", why: "始めの日か、それより後の日にしてください。")
        }
        return (from, to)
    }

    private func address(_ question: AuditPage.Question, before: Int) -> String {
        let fields = [
            ("kind", question.isOfChanges ? "changes" : ""), ("user", question.user),
            ("case", question.caseID), ("from", question.from), ("to", question.to),
        ].filter { !$0.1.isEmpty }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")&"
        }
        return "/audit?\(fields.joined())before=\(before)"
    }
}
