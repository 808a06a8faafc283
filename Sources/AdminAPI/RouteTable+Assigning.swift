internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// Several cases given to one person: each a step of its own, with its version, its event and its right; one that cannot be given
/// stays as it was and is told, and the others go on. Nothing else is done to several at once.
extension RouteTable {
    var assigningRoutes: [Route] {
        [
            Route(
                "POST", AssignedPage.path, "assignCases", "選んだケースの担当を決める", needs: .permission(.record),
                form: ["case", "to", "note", "after"] + QueuePage.Question.names,
                answers: [
                    .page("ケースごとの結果"), .init(422, "確認の一覧（直すところとともに）", type: "text/html"),
                ], handle: assignCases),
            Route(
                "POST", AssignedPage.undoPath, "undoAssignment", "割り当てたケースを元に戻す（30秒以内）",
                needs: .permission(.record), form: ["case"],
                answers: [.page("ケースごとの結果"), .init(422, "ケースがない", type: "text/html")],
                handle: undoAssignment),
            Route(
                "POST", "/api/v1/cases/assign", "assignEach", "選んだケースの担当を決める",
                needs: .permission(.record), headers: [Self.idempotencyKey],
                body: .request(
                    [
                        "to": .string, "reason": .string,
                        "cases": .array(.object(["id": .string, "version": .integer])),
                    ], required: ["to", "reason", "cases"]),
                answers: [
                    .json("ケースごとの結果", .named("CaseAssignment")), .problem(422, "内容が足りない"),
                ], handle: assignEach),
        ]
    }

    func assignCases(_ exchange: Exchange) throws -> Response {
        let form = exchange.request
        do {
            let given = try assign(
                chosen(exchange), to: form.form("to") ?? "", reason: form.form("note") ?? "", exchange)
            return page(given.page(isUndo: false).render(in: try frame(exchange)))
        } catch {
            // What was chosen and typed stands on the list again.
            let problem = try Problem.mendable(error, [422])
            return try queuePage(
                exchange, question { form.form($0) ?? "" },
                after: form.form("after").flatMap(CaseCursor.init(text:)),
                refused: .init(
                    message: problem.told,
                    typed: ["to": form.form("to") ?? "", "note": form.form("note") ?? ""]),
                chosen: Set((form.form ?? []).filter { $0.name == "case" }.map(\.value)))
        }
    }

    func undoAssignment(_ exchange: Exchange) throws -> Response {
        let given = try each(try chosen(exchange), .undo, reason: "", exchange)
        return page(given.page(isUndo: true).render(in: try frame(exchange)))
    }

    func assignEach(_ exchange: Exchange) throws -> Response {
        guard let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(exchange.request.body)) else {
            throw Problem.malformedBody
        }
        return try once(exchange) {
            let given = try assign(wanted.cases, to: wanted.to, reason: wanted.reason, exchange)
            return String(decoding: given.json.bytes, as: UTF8.self)
        } answer: { kept in
            json(try JSONDecoder().decode(JSON.self, from: Data(kept.utf8)))
        }
    }

    /// - Throws: 422 naming the field, and then no case was given.
    private func assign(
        _ chosen: [Chosen], to: String, reason: String, _ exchange: Exchange
    ) throws -> [Assigned] {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !to.isEmpty else { throw Problem.incomplete("to", "職員を選んでください。") }
        guard !reason.isEmpty else {
            throw Problem.incomplete("reason", "まとめて割り当てる理由を書いてください。どのケースの経過にも残ります。")
        }
        guard reason.utf8.count <= CaseRequest.longestNote else {
            throw Problem.incomplete("reason", "\(CaseRequest.longestNote / 3)字ほどまでに書いてください。")
        }
        try WrittenNote.require(reason, field: "reason")
        return try each(chosen, .step(.assign(UserID(to))), reason: reason, exchange)
    }

    private func each(
        _ chosen: [Chosen], _ deed: CaseRequest.Deed, reason: String, _ exchange: Exchange
    ) throws -> [Assigned] {
        if let denial = exchange.denial(of: .record) {
            throw try store.refuse(
                denial, route: "POST \(AssignedPage.path)", actor: exchange.actor, at: exchange.now)
        }
        try Chosen.require(chosen)
        let desk = exchange.desk(needsSecond: needsSecond)
        return try chosen.map { one in
            do {
                let outcome = try store.act(
                    CaseRequest(deed, note: reason, version: one.version), on: CaseID(one.id), at: desk,
                    at: exchange.now)
                guard let outcome else { throw Problem.notFound }
                return Assigned(id: outcome.id, outcome: .success(outcome.version))
            } catch {
                // What was given before stays given: each is told by itself.
                guard let problem = error as? Problem ?? (error as? Fault).flatMap(Problem.init) else {
                    throw error
                }
                return Assigned(id: CaseID(one.id), outcome: .failure(problem))
            }
        }
    }

    func chosen(_ exchange: Exchange) throws -> [Chosen] {
        try (exchange.request.form ?? []).filter { $0.name == "case" }.map { field in
            let parts = field.value.split(separator: ":")
            guard parts.count == 2, let version = Int(parts[1]) else {
                throw Problem.incomplete("cases", "画面を開き直して、選び直してください。")
            }
            return Chosen(id: String(parts[0]), version: version)
        }
    }
}

/// A case that somebody chose, as they saw it.
struct Chosen: Decodable {
    let id: String
    let version: Int

    /// - Throws: 422 where there are none, too many, or one twice.
    static func require(_ chosen: [Chosen]) throws(Problem) {
        guard !chosen.isEmpty else { throw .incomplete("cases", "ケースを選んでください。") }
        guard chosen.count <= QueuePage.mostChosen, Set(chosen.map(\.id)).count == chosen.count else {
            throw .incomplete("cases", "別々のケースを\(QueuePage.mostChosen)件まで選んでください。")
        }
    }
}

/// The body of a request of the API.
private struct Wanted: Decodable {
    let to: String
    let reason: String
    let cases: [Chosen]
}

/// What became of one of several cases.
private struct Assigned {
    let id: CaseID
    /// The case's version now.
    let outcome: Result<Int, Problem>
}

extension [Assigned] {
    fileprivate func page(isUndo: Bool) -> AssignedPage {
        AssignedPage(
            lines: map { one in
                switch one.outcome {
                case .success(let version): .init(id: one.id, version: version)
                case .failure(let problem): .init(id: one.id, version: nil, problem: problem.told)
                }
            }, isUndo: isUndo, undoTime: CaseRequest.undoTime)
    }

    fileprivate var json: JSON {
        [
            "items": .array(
                map { one in
                    switch one.outcome {
                    case .success(let version):
                        ["id": .string(one.id.rawValue), "version": .integer(version), "problem": .null]
                    case .failure(let problem):
                        [
                            "id": .string(one.id.rawValue), "version": .null,
                            "problem": [
                                "type": .string(problem.type), "title": .string(problem.title),
                                "status": .integer(problem.status), "detail": .string(problem.told),
                            ],
                        ]
                    }
                })
        ]
    }
}
