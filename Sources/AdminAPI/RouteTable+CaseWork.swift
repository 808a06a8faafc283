internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// What people do with a case: from the page's forms and from the API, in the same words.
extension RouteTable {
    var caseWorkRoutes: [Route] {
        [
            Route(
                "POST", "/cases/{id}", "workOnCase", "ケースの担当・状態・経過の記録", needs: .permission(.record),
                form: ["step"] + CaseWords.fields + ["version", "writer"],
                answers: [
                    .init(303, "ケースの画面へ戻ります"),
                    .init(401, "ログインの画面（書いたものは、ログインのあとで戻ります）", type: "text/html"),
                ]
                    + [409, 412, 422].map { .init($0, "ケースの画面（直すところとともに）", type: "text/html") },
                unsent: unsentNote, handle: workOnCase),
            Route(
                "POST", "/api/v1/cases/{id}/steps", "addCaseStep", "ケースの担当・状態・経過の記録",
                needs: .permission(.record), headers: [Self.ifMatch, Self.idempotencyKey],
                body: CaseWords.schema,
                answers: [.json("ケースの新しい状態", .named("CaseWork"))]
                    + [(409, "いまはできない"), (412, "読んだあとに変わった"), (422, "内容が足りない"), (428, "If-Match がない")].map {
                        .problem($0, $1)
                    }, handle: addCaseStep),
        ]
    }

    private static let ifMatch = Route.Parameter(
        name: "If-Match", description: "ケースを読んだときの ETag", schema: .string)

    func workOnCase(_ exchange: Exchange) throws -> Response {
        var typed: [String: String] = [:]
        for field in ["step"] + CaseWords.fields { typed[field] = exchange.request.form(field) }
        do {
            guard let version = exchange.request.form("version").flatMap(Int.init) else {
                throw Problem.invalid(parameter: "version")
            }
            let request = try CaseWords.request(typed, version: version)
            _ = try act(request, exchange, key: nil, isForm: true)
            return Response(
                status: 303, headers: [.init("Location", "/cases/\(exchange.path["id"] ?? "")#work")])
        } catch {
            // What was typed is not lost: the case's page comes back with it, and says what to mend.
            let problem = try Problem.mendable(error)
            return try casePage(
                exchange, status: problem.status, refused: .init(message: problem.told, typed: typed))
        }
    }

    func addCaseStep(_ exchange: Exchange) throws -> Response {
        let match = exchange.request.header("if-match") ?? ""
        guard CaseWords.isTag(match) else { throw Problem.invalid(parameter: "If-Match") }
        let key = try exchange.idempotencyKey()
        let values = try exchange.members(among: ["step"] + CaseWords.fields)
        // A request sent again under its key finds the case changed by itself; the store tells that apart.
        let version = CaseWords.version(ofTag: match)
        let request = try CaseWords.request(values, version: version ?? -1)
        // A second signature is somebody's who is there.
        if exchange.session?.machine != nil, [.step(.approve), .step(.reject)].contains(request.deed) {
            throw Problem.forPeople
        }
        let outcome = try act(request, exchange, key: key)
        return json(CaseViews.json(outcome), headers: [.init("ETag", CaseWords.tag(outcome.version))])
    }

    private func act(
        _ request: CaseRequest, _ exchange: Exchange, key: String?, isForm: Bool = false
    ) throws -> CaseOutcome {
        try WrittenNote.require(request.note)
        let outcome = try store.act(
            request, on: CaseID(exchange.path["id"] ?? ""), at: exchange.desk(needsSecond: needsSecond),
            key: key, isForm: isForm, at: exchange.now)
        guard let outcome else { throw Problem.notFound }
        return outcome
    }
}

/// The words of a step, as forms and the API send them.
enum CaseWords {
    static let fields = ["to", "state", "why", "due", "quietUntil", "note"]

    static let schema = Schema.request(
        [
            "step": .word(steps), "to": .string, "state": .word(CaseState.allCases.map(\.rawValue)),
            "why": .word(NotApplicableReason.allCases.map(\.rawValue)), "due": .date, "quietUntil": .date,
            "note": .string,
        ], required: ["step"])

    private static let steps = [
        "claim", "release", "assign", "offer", "accept", "decline", "move", "due", "close", "approve",
        "reject",
        "reopen", "note", "undo",
    ]

    static func isKeyByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x2D
    }

    /// A case's version as an entity tag.
    static func tag(_ version: Int) -> String { "\"\(version)\"" }

    /// Whether it is one entity tag, of whatever version (RFC 9110, 8.8.3).
    static func isTag(_ text: String) -> Bool { text.wholeMatch(of: /(?:W\/)?"[\x21\x23-\x7E]*"/) != nil }

    static func version(ofTag tag: String) -> Int? {
        guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
        return Int(tag.dropFirst().dropLast())
    }

    /// - Throws: 422 naming the field.
    static func request(_ values: [String: String], version: Int) throws(Problem) -> CaseRequest {
        func user() throws(Problem) -> UserID {
            guard let to = values["to"], !to.isEmpty else { throw .incomplete("to", "職員を選んでください。") }
            return UserID(to)
        }
        func state() throws(Problem) -> CaseState {
            guard let state = values["state"].flatMap(CaseState.init(rawValue:)) else {
                throw .incomplete("state", "状態を選んでください。")
            }
            return state
        }
        func day(_ field: String) throws(Problem) -> Day? {
            guard let text = values[field], !text.isEmpty else { return nil }
            guard let day = Day(iso: text) else { throw .incomplete(field, "年-月-日（2026-04-01）で書いてください。") }
            return day
        }
        func why() throws(Problem) -> NotApplicableReason? {
            guard let text = values["why"], !text.isEmpty else { return nil }
            guard let why = NotApplicableReason(rawValue: text) else {
                throw .incomplete("why", "一覧から理由を選んでください。")
            }
            return why
        }
        let deed: CaseRequest.Deed =
            switch values["step"] {
            case "claim": .step(.claim)
            case "release": .step(.release)
            case "assign": .step(.assign(try user()))
            case "offer": .step(.offer(try user()))
            case "accept": .step(.accept)
            case "decline": .step(.decline)
            case "move": .step(.move(try state()))
            case "due": .step(.setDue(try day("due")))
            case "close": .step(.propose(try state(), why: try why(), quietUntil: try day("quietUntil")))
            case "approve": .step(.approve)
            case "reject": .step(.reject)
            case "reopen": .step(.reopen)
            case "note": .step(.note)
            case "undo": .undo
            default: throw .incomplete("step", "行うことを選んでください。")
            }
        return CaseRequest(deed, note: values["note"] ?? "", version: version)
    }
}
