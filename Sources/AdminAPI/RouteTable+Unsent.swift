internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// What somebody wrote is not lost where the log-in was over when it was sent: it goes with its writer through the log-in, or stands
/// on the page again where they logged in elsewhere meanwhile.
extension RouteTable {
    func unsentNote(_ exchange: Exchange) throws -> Response? {
        let typed = UnsentNote(exchange.request, id: exchange.path["id"] ?? "")
        return try unsent(typed.flatMap { $0.note.isEmpty ? nil : .note($0) }, exchange)
    }

    func unsentRow(_ exchange: Exchange) throws -> Response? {
        try unsent(TypedRow(exchange.request, id: exchange.path["id"] ?? "").map(Unsent.row), exchange)
    }

    /// - Returns: `nil` where nothing was written, or another person's page sent it.
    private func unsent(_ typed: Unsent?, _ exchange: Exchange) throws -> Response? {
        guard let typed, RequestOrigin.isOwn(exchange.request) else { return nil }
        guard let session = exchange.session else {
            return Response(
                status: 401, type: "text/html; charset=utf-8", text: LoginPage.render(unsent: typed.text))
        }
        guard session.user.rawValue == typed.writer, !exchange.demandsRegistration else { return nil }
        switch typed {
        case .note(let note):
            return try refused(note, status: 403, "ログインし直したため、まだ記録していません。もう一度送ってください。", exchange)
        case .row(let row): return try page(of: row, status: 403, exchange)
        }
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
        switch typed {
        case .note(let note): return try takeUp(note, exchange)
        case .row(let row): return try page(of: row, status: 200, exchange)
        }
    }

    private func takeUp(_ note: UnsentNote, _ exchange: Exchange) throws -> Response? {
        do {
            return try keep(note, exchange) ? goTo("/cases/\(note.id)#work") : nil
        } catch {
            guard let problem = try? Problem.mendable(error, [403, 409, 422]) else { return nil }
            return try? refused(note, status: problem.status, problem.told, exchange)
        }
    }

    private func refused(
        _ typed: UnsentNote, status: Int, _ message: String, _ exchange: Exchange
    ) throws -> Response {
        try casePage(
            exchange, status: status,
            refused: .init(message: message, typed: ["step": typed.step, "note": typed.note]))
    }

    /// The row's page with what was typed into it, to be sent again.
    private func page(of typed: TypedRow, status: Int, _ exchange: Exchange) throws -> Response {
        try keeping(typed, exchange) {
            if let denial = exchange.denial(of: .mend) {
                throw try store.refuse(
                    denial, route: "\(exchange.request.method) \(exchange.request.path)",
                    actor: exchange.actor,
                    at: exchange.now)
            }
            let (rows, place) = try place(exchange)
            let row = try Self.mending {
                try rows.row(file: place.file.file, line: place.row.position.line)
            }
            return Response(
                status: status, type: "text/html; charset=utf-8",
                text: rowPage(
                    place, row, in: rows, typed: typed.cells,
                    refusal: .init(
                        column: nil, message: "ログインの期限が切れていたため、書いたものはまだ送られていません。",
                        fix: "内容を確かめて、もう一度「直しを送る」を押してください。", asks: false),
                    isOtherPerson: typed.isOtherPerson, exchange
                ).render(in: try frame(exchange)))
        }
    }
}

/// What a form sent that people write into, as the log-in's form holds it.
enum Unsent {
    case note(UnsentNote)
    case row(TypedRow)

    init?(text: String) {
        let data = Data(text.utf8)
        if let note = try? JSONDecoder().decode(UnsentNote.self, from: data) {
            self = .note(note)
        } else if let row = try? JSONDecoder().decode(TypedRow.self, from: data) {
            self = .row(row)
        } else {
            return nil
        }
    }

    var text: String? {
        let data =
            switch self {
            case .note(let note): try? JSONEncoder().encode(note)
            case .row(let row): try? JSONEncoder().encode(row)
            }
        return data.map { String(decoding: $0, as: UTF8.self) }
    }

    var id: String {
        switch self {
        case .note(let note): note.id
        case .row(let row): row.id
        }
    }
    /// Who had the page.
    var writer: String {
        switch self {
        case .note(let note): note.writer
        case .row(let row): row.writer
        }
    }
}

/// What a form of a case's page sent, in so far as somebody wrote it.
struct UnsentNote: Codable {
    let id: String
    let step: String
    let version: Int
    let note: String
    let writer: String

    /// `nil` where it is no such form.
    init?(_ request: Request, id: String) {
        guard let step = request.form("step"), CaseDraft.forms.contains(step),
            let version = request.form("version").flatMap(Int.init)
        else { return nil }
        (self.id, self.step, self.version) = (id, step, version)
        (note, writer) = (request.form("note") ?? "", request.form("writer") ?? "")
    }
}
