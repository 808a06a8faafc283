internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// What somebody is writing on a case: kept while it is typed.
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
        let typed = UnsentNote(exchange.request, id: exchange.path["id"] ?? "")
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

    func keep(_ typed: UnsentNote, _ exchange: Exchange) throws -> Bool {
        try WrittenNote.require(typed.note)
        return try store.keep(
            CaseDraft(form: typed.step, text: typed.note, version: typed.version, at: exchange.now),
            on: CaseID(typed.id), at: exchange.desk(needsSecond: needsSecond))
    }
}
