internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// Emergencies and 支援措置 opened by two: to declare, to confirm, to read while it runs, to end, to review afterwards.
extension RouteTable {
    var declarationRoutes: [Route] {
        Declaration.Kind.allCases.flatMap(beginningRoutes) + [
            Route(
                "GET", "/declarations", "showDeclarations", "申告の一覧", needs: .permission(.audit),
                answers: [.page("申告の一覧")], handle: showDeclarations),
            Route(
                "GET", "/declarations/{id}", "showDeclared", "申告した方の記録", needs: .logIn,
                answers: [.page("申告した方の記録"), Self.deniedPage], handle: showDeclared),
            Route(
                "POST", "/declarations/{id}/end", "endDeclaration", "申告を終える", needs: .logIn,
                answers: [.init(303, "申告の画面へ進みます")], handle: endDeclaration),
            Route(
                "POST", "/declarations/{id}/notes", "noteDeclaration", "確かめたことを書き残す", needs: .logIn,
                form: ["note"],
                answers: [.init(303, "記録の画面へ戻ります"), .init(422, "記録の画面", type: "text/html")],
                handle: noteDeclaration),
            Route(
                "POST", "/declarations/{id}/confirm", "confirmDeclaration", "2人目として確認する", needs: .logIn,
                form: ["password"],
                answers: [.init(303, "申告の画面へ戻ります")]
                    + [409, 422].map { .init($0, "直すところ", type: "text/html") },
                handle: confirmDeclaration),
            Route(
                "POST", "/declarations/{id}/review", "reviewDeclaration", "申告を後で確かめる",
                needs: .permission(.audit), form: ["finding", "words"],
                answers: [.init(303, "申告の一覧へ戻ります")]
                    + [409, 422].map { .init($0, "直すところ", type: "text/html") },
                handle: reviewDeclaration),
            Route(
                "GET", "/api/v1/declarations", "listDeclarations", "申告の一覧", needs: .permission(.audit),
                answers: [.json("申告の一覧", .named("DeclarationList"))], handle: listDeclarations),
            Route(
                "GET", "/api/v1/declarations/{id}", "readDeclared", "申告した方の記録", needs: .logIn,
                answers: [.json("申告した方の記録", .named("DeclaredPerson")), .problem(403, "続いている申告がない")],
                handle: readDeclared),
            step("end", "終える", [:]) { exchange, number, _ in
                try end(number, exchange)
            },
            step("notes", "確かめたことを書き残す", ["note": .string], 422) { exchange, number, values in
                try note(values["note"] ?? "", number, exchange)
            },
            step("confirm", "2人目として確認する", ["password": .string], 409, 422) { exchange, number, values in
                try confirm(number, values["password"] ?? "", exchange)
            },
            step(
                "review", "後で確かめる", ["finding": .word(["appropriate", "inappropriate"]), "words": .string],
                409, 422
            ) { exchange, number, values in
                try review(number, values, exchange)
            },
        ]
    }

    /// Where a kind is declared.
    private func beginningRoutes(_ kind: Declaration.Kind) -> [Route] {
        let name = kind == .emergency ? "Emergency" : "Unlock"
        let api = kind == .emergency ? "/api/v1/emergencies" : "/api/v1/unlocks"
        let refusals = [(409, "もう申告しているか、利用停止の申出がある"), (422, "内容が足りない")]
        return [
            Route(
                "GET", kind.path, "show\(name)", kind.title, needs: .logIn,
                answers: [.page(kind.title), Self.deniedPage],
                handle: { try declarePage($0, kind) }),
            Route(
                "POST", kind.path, "declare\(name)", "\(kind.title)を申告する", needs: .logIn,
                form: DeclarationWords.fields,
                answers: [.init(303, "記録の画面へ進みます")]
                    + refusals.map { .init($0.0, $0.1, type: "text/html") },
                handle: { try declareByForm($0, kind) }),
            Route(
                "POST", api, "declare\(name)ByAPI", "\(kind.title)を申告する", needs: .logIn,
                headers: [Self.idempotencyKey],
                body: .request(
                    Dictionary(uniqueKeysWithValues: DeclarationWords.fields.map { ($0, Schema.string) }),
                    required: ["whom", "reason"]),
                answers: [.json("申告", .named("Declaration"))]
                    + refusals.map { .problem($0.0, $0.1) },
                handle: { exchange in
                    let values = try exchange.members(among: DeclarationWords.fields)
                    return try once(exchange) {
                        switch try declare(kind, values, exchange) {
                        case .declared(let declaration): return String(declaration.number)
                        case .stopped(let purposes): throw stopped(purposes, exchange)
                        }
                    } answer: {
                        try declared($0, exchange)
                    }
                }),
        ]
    }

    /// A step with a declaration by the API; answers the declaration as it then is.
    private func step(
        _ verb: String, _ summary: String, _ body: [String: Schema], _ refusals: Int...,
        handle: @escaping @Sendable (Exchange, Int, [String: String]) throws -> Declaration
    ) -> Route {
        Route(
            "POST", "/api/v1/declarations/{id}/\(verb)", "\(verb)DeclarationByAPI", "申告を\(summary)",
            needs: .logIn, headers: [Self.idempotencyKey], body: .request(body, required: body.keys.sorted()),
            answers: [.json("申告", .named("Declaration"))] + refusals.map { .problem($0, "いまはできない") },
            handle: { exchange in
                let values = try exchange.members(among: body.keys.sorted())
                let number = try number(exchange)
                return try once(exchange) {
                    String(try handle(exchange, number, values).number)
                } answer: {
                    try declared($0, exchange)
                }
            })
    }

    /// - Parameter number: of one that this person has just made or worked on, perhaps by the same request before.
    private func declared(_ number: String, _ exchange: Exchange) throws -> Response {
        json(DeclarationViews.json(try store.declaration(Int(number) ?? 0), now: exchange.now))
    }

    private static let deniedPage = Route.Answer(403, "権限がないか、続いている申告がない", type: "text/html")

    func number(_ exchange: Exchange) throws(Problem) -> Int {
        // As people write it, `K-3`, or its number alone.
        let id = exchange.path["id"].map { $0.hasPrefix("K-") ? String($0.dropFirst(2)) : $0 }
        guard let number = id.flatMap(Int.init), number > 0 else { throw .notFound }
        return number
    }
}

/// The words of a declaration, as forms and the API send them.
enum DeclarationWords {
    /// `despite`: for whom it was told that the use is stopped; one that was typed anew must be told anew.
    static let fields = ["whom", "reason", "minutes", "despite"]

    /// - Throws: 422 naming the field.
    static func declaration(
        _ kind: Declaration.Kind, _ values: [String: String]
    ) throws -> NewDeclaration {
        let typed = (values["whom"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard typed.utf8.count <= 200, let whom = Whom(typed) else {
            throw Problem.incomplete(
                "whom", "ケースの番号（C-…）、人の番号（P-…）、抽出の行（jumin_20261001.csv:12）のどれかを書いてください。")
        }
        let reason = (values["reason"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        try StatedReason.require(
            reason, of: "申告", code: "declaration.reason", shortest: 5, example: "何が起きていて、何を確かめるか",
            field: "reason")
        let minutes = (values["minutes"] ?? "").inHalfWidth
        guard let length = minutes.isEmpty ? kind.longest : Int(minutes), (1...kind.longest).contains(length)
        else {
            throw Problem.incomplete("minutes", "1から\(kind.longest)までの数を書いてください。")
        }
        return NewDeclaration(
            kind: kind, whom: whom, reason: reason, minutes: length,
            overrides: values["despite"].flatMap(Whom.init) == whom)
    }
}
