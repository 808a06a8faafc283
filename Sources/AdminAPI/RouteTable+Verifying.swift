internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
package import Store

/// The signed checkpoints outside the database, and whether they lie where somebody chose to keep them.
package typealias ReadCheckpoints = @Sendable () throws -> (notes: [AuditNote], isChosen: Bool)

/// Whether the trail is whole: begun here, made in a thread of its own.
extension RouteTable {
    static let verificationsPath = "/api/v1/audit/verifications"

    var verifyingRoutes: [Route] {
        [
            Route(
                "GET", AuditVerifyPage.path, "showVerification", "監査記録の確かめ", needs: .permission(.audit),
                answers: [.page("監査記録の確かめの状態か結果")], handle: showVerification),
            Route(
                "POST", AuditVerifyPage.path, "verifyAudit", "監査記録を確かめる", needs: .permission(.audit),
                answers: [.init(303, "確かめの画面へ進みます")],
                handle: { exchange in
                    try verify(exchange)
                    return goTo(AuditVerifyPage.path)
                }),
            Route(
                "GET", Self.verificationsPath, "readVerification", "監査記録の確かめの状態",
                needs: .permission(.audit), answers: [.json("状態か結果", .named("VerificationWork"))],
                handle: { exchange in
                    try requireOversight(exchange)
                    return json(verifying.json(VerificationViews.json))
                }),
            Route(
                "POST", Self.verificationsPath, "beginVerification", "監査記録を確かめる",
                needs: .permission(.audit), body: .request([:], required: []),
                answers: [
                    .init(
                        202, "始めた（始まっていたら、その）状態", type: "application/json",
                        schema: .named("VerificationWork"))
                ],
                handle: { exchange in
                    _ = try exchange.members(among: [])
                    try verify(exchange)
                    return accepted(verifying.json(VerificationViews.json), at: Self.verificationsPath)
                }),
        ]
    }

    /// Work that was begun, or ran already.
    func accepted(_ value: JSON, at path: String) -> Response {
        Response(
            status: 202, headers: [.init("Content-Type", "application/json"), .init("Location", path)],
            body: value.bytes)
    }

    /// A page of long work: it comes again by itself while that runs.
    func page<Result>(_ text: String, of state: WorkState<Result>) -> Response {
        var answer = page(text)
        if case .running = state { answer.headers.append(.init("Refresh", "3")) }
        return answer
    }

    func lastVerification() throws -> String {
        let (last, unreadable) = try store.lastVerification()
        return VerificationViews.last(last, unreadable: unreadable, names: try store.displayNames())
    }

    private func showVerification(_ exchange: Exchange) throws -> Response {
        try requireOversight(exchange)
        let state = verifying.state.view(VerificationViews.result) { done in
            done > 0 ? "\(done)件まで" : nil
        }
        // The whole trail may be looked through for it: not while somebody waits for another check.
        var last = ""
        if case .none = state { last = try lastVerification() }
        let view = AuditVerifyPage(state: state, last: last)
        return page(view.render(in: try frame(exchange)), of: state)
    }

    private func verify(_ exchange: Exchange) throws {
        try requireOversight(exchange)
        let actor = exchange.actor
        try verifying.begin(
            by: exchange.session?.displayName ?? "",
            record: { try store.beginVerification(by: actor, exchange.auditing, at: exchange.now) }
        ) { [store, checkpoints, clock] progress in
            let outside = try checkpoints()
            return try store.verifyTrail(
                external: outside.notes, isChosen: outside.isChosen, actor: actor, clock: clock,
                progress: progress)
        }
    }
}

extension LongWork.State {
    /// For a page.
    ///
    /// - Parameter words: how far it is.
    func view<Result>(_ result: (Outcome) -> Result, _ words: (Int) -> String? = { _ in nil }) -> WorkState<
        Result
    > {
        switch self {
        case .none: .none
        case .running(let job):
            .running(by: job.by, since: job.startedAt.japaneseTime, done: words(job.done))
        case .finished(let job, let outcome, let at):
            .finished(result(outcome), by: job.by, at: at.japaneseTime)
        case .failed(let job, let message, let at): .failed(message, by: job.by, at: at.japaneseTime)
        }
    }
}
