internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// What somebody is writing on a case: kept while it is typed, and not lost where the log-in was over when it was sent.
extension RouteTable {
    var draftRoutes: [Route] {
        [
            Route(
                "POST", "/cases/{id}/drafts", "keepDraft", "書きかけの下書きの保存", needs: .permission(.record),
                form: ["step", "version", "note"],
                answers: [.json("保存した時刻", .object(["savedAt": .dateTime]))]
                    + [409, 422].map { .init($0, "保存できない", type: "text/html") },
                handle: keepDraft),
            Route(
                "POST", "/cases/{id}/drafts/discard", "discardDraft", "自分の下書きを捨てる", needs: .logIn,
                form: ["step"], answers: [.init(303, "ケースの画面へ戻ります")], handle: discardDraft),
        ]
    }

    func keepDraft(_ exchange: Exchange) throws -> Response {
        let typed = Unsent(exchange.request, id: exchange.path["id"] ?? "")
        guard let typed else { throw Problem.invalid(parameter: "version") }
        guard try keep(typed, exchange) else { throw Problem.notFound }
        return json(["savedAt": .string(exchange.now.ISO8601Format())])
    }

    func discardDraft(_ exchange: Exchange) throws -> Response {
        let id = exchange.path["id"] ?? ""
        try store.discardDraft(
            exchange.request.form("step") ?? "", of: exchange.session?.user ?? "", on: CaseID(id))
        return goTo("/cases/\(id)#work")
    }

    private func keep(_ typed: Unsent, _ exchange: Exchange) throws -> Bool {
        try WrittenNote.require(typed.note)
        return try store.keep(
            CaseDraft(form: typed.step, text: typed.note, version: typed.version, at: exchange.now),
            on: CaseID(typed.id), at: exchange.desk(needsSecond: needsSecond))
    }

    // MARK: sent when the log-in was over

    /// What was written goes with its writer through the log-in, or stands on the page again where they logged in elsewhere meanwhile.
    ///
    /// - Returns: `nil` where nothing was written, or another person's page sent it.
    func unsent(_ exchange: Exchange) throws -> Response? {
        guard RequestOrigin.isOwn(exchange.request),
            let typed = Unsent(exchange.request, id: exchange.path["id"] ?? ""), !typed.note.isEmpty
        else { return nil }
        guard let session = exchange.session else {
            return Response(
                status: 401, type: "text/html; charset=utf-8", text: LoginPage.render(unsent: typed.text))
        }
        guard session.user.rawValue == typed.writer, !exchange.demandsRegistration else { return nil }
        return try refused(typed, status: 403, "ログインし直したため、まだ記録していません。もう一度送ってください。", exchange)
    }

    /// Where somebody goes on who has logged in with what was not sent before.
    ///
    /// - Returns: `nil` where there is nothing of theirs.
    func takeUp(_ text: String?, as session: NewSession, _ exchange: Exchange) throws -> Response? {
        guard let typed = text.flatMap(Unsent.init(text:)) else { return nil }
        var exchange = exchange
        exchange.token = session.token
        exchange.session = try store.session(token: session.token, at: exchange.now)
        exchange.path = ["id": typed.id]
        guard exchange.session?.user.rawValue == typed.writer, !exchange.demandsRegistration else {
            return nil
        }
        do {
            return try keep(typed, exchange) ? goTo("/cases/\(typed.id)#work") : nil
        } catch {
            guard let problem = try? Problem.mendable(error, [403, 409, 422]) else { return nil }
            return try? refused(typed, status: problem.status, problem.told, exchange)
        }
    }

    private func refused(
        _ typed: Unsent, status: Int, _ message: String, _ exchange: Exchange
    ) throws -> Response {
        try casePage(
            exchange, status: status,
            refused: .init(message: message, typed: ["step": typed.step, "note": typed.note]))
    }
}

/// What a form of a case's page sent, in so far as somebody wrote it.
struct Unsent: Codable {
    let id: String
    let step: String
    let version: Int
    let note: String
    /// Who had the page.
    let writer: String

    /// `nil` where it is no such form.
    init?(_ request: Request, id: String) {
        guard let step = request.form("step"), CaseDraft.forms.contains(step),
            let version = request.form("version").flatMap(Int.init)
        else { return nil }
        (self.id, self.step, self.version) = (id, step, version)
        (note, writer) = (request.form("note") ?? "", request.form("writer") ?? "")
    }

    /// As the log-in's form holds it.
    init?(text: String) {
        guard let unsent = try? JSONDecoder().decode(Unsent.self, from: Data(text.utf8)) else { return nil }
        self = unsent
    }

    var text: String? { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } }
}
