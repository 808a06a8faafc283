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
                answers: [.json("申告した方の記録", .named("DeclaredPerson")), Self.problem(403, "続いている申告がない")],
                handle: readDeclared),
            step("end", "終える", [:]) { exchange, number, _ in
                try end(number, exchange)
            },
            step("notes", "確かめたことを書き残す", ["note": .string], 422) { exchange, number, values in
                try store.note(
                    values["note"] ?? "", of: number, at: exchange.declarationDesk, at: exchange.now)
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
                body: .request(
                    Dictionary(uniqueKeysWithValues: DeclarationWords.fields.map { ($0, Schema.string) }),
                    required: ["whom", "reason"]),
                answers: [.json("申告", .named("Declaration"))]
                    + refusals.map { Self.problem($0.0, $0.1) },
                handle: { exchange in
                    let values = try exchange.members(among: DeclarationWords.fields)
                    switch try declare(kind, values, exchange) {
                    case .declared(let declaration):
                        return json(DeclarationViews.json(declaration, now: exchange.now))
                    case .stopped(let purposes): throw stopped(purposes, exchange)
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
            needs: .logIn, body: .request(body, required: body.keys.sorted()),
            answers: [.json("申告", .named("Declaration"))] + refusals.map { Self.problem($0, "いまはできない") },
            handle: { exchange in
                let values = try exchange.members(among: body.keys.sorted())
                return json(
                    DeclarationViews.json(try handle(exchange, number(exchange), values), now: exchange.now))
            })
    }

    private static let deniedPage = Route.Answer(403, "権限がないか、続いている申告がない", type: "text/html")
    private static func problem(_ status: Int, _ description: String) -> Route.Answer {
        .init(status, description, type: "application/problem+json", schema: .named("Problem"))
    }

    private func number(_ exchange: Exchange) throws(Problem) -> Int {
        guard let number = exchange.path["id"].flatMap(Int.init), number > 0 else { throw .notFound }
        return number
    }

    private func goTo(_ path: String) -> Response {
        Response(status: 303, headers: [.init("Location", path)])
    }
}

// MARK: - To declare

extension RouteTable {
    private func declare(
        _ kind: Declaration.Kind, _ values: [String: String], _ exchange: Exchange
    ) throws -> DeclarationOutcome {
        // Who may declare nothing hears that, not what is wrong with the form.
        if let denial = exchange.declarationDesk.denial(of: kind), Whom(values["whom"] ?? "") == nil {
            throw denial.fault
        }
        return try store.declare(
            DeclarationWords.declaration(kind, values), at: exchange.declarationDesk, at: exchange.now)
    }

    private func stopped(_ purposes: [PurposeID], _ exchange: Exchange) -> Problem {
        Problem(
            status: 409, code: "use-stopped", title: "利用停止の申出があります",
            detail:
                "利用停止の申出があります（\(DeclarationViews.titles(purposes, exchange.guideline).joined(separator: "、"))）。"
                + "それでも、いま確かめなければならないときだけ、「despite」に同じ番号を書いて、もう一度送ってください。")
    }

    private func declareByForm(_ exchange: Exchange, _ kind: Declaration.Kind) throws -> Response {
        var typed: [String: String] = [:]
        for field in DeclarationWords.fields { typed[field] = exchange.request.form(field) }
        do {
            switch try declare(kind, typed, exchange) {
            case .declared(let declaration):
                return goTo(
                    declaration.beganAt == nil ? kind.path : "/declarations/\(declaration.number)")
            case .stopped(let purposes):
                return try declarePage(
                    exchange, kind, status: 409, typed: typed,
                    stopped: DeclarationViews.titles(purposes, exchange.guideline))
            }
        } catch {
            guard let problem = error as? Problem ?? (error as? Fault).flatMap(Problem.init),
                [409, 422].contains(problem.status)
            else { throw error }
            return try declarePage(
                exchange, kind, status: problem.status, typed: typed, message: problem.detail)
        }
    }

    private func declarePage(
        _ exchange: Exchange, _ kind: Declaration.Kind, status: Int = 200, typed: [String: String] = [:],
        message: String? = nil, stopped: [String] = []
    ) throws -> Response {
        let desk = exchange.declarationDesk
        if let denial = desk.denial(of: kind) { throw denial.fault }
        let around = try store.declarations(around: desk, at: exchange.now)
        let names = try store.displayNames(of: Set(around.toConfirm.map(\.user)))
        func lines(_ declarations: [Declaration]) -> [DeclarePage.Line] {
            declarations.filter { $0.kind == kind }.map { DeclarationViews.line($0, names: names) }
        }
        let view = DeclarePage(
            kind: kind.page, longest: kind.longest, running: lines(around.running),
            waiting: lines(around.waiting), toConfirm: lines(around.toConfirm), typed: typed,
            message: message, stopped: stopped)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    private func confirm(_ number: Int, _ password: String, _ exchange: Exchange) throws -> Declaration {
        // Whoever sits at an open screen is not yet the person whose it is.
        do {
            _ = try store.identify(
                user: exchange.session?.user ?? "", password: password, at: exchange.now)
        } catch let fault as Fault where fault.code == "policy.log-in" {
            throw Problem.incomplete("password", "パスワードが違います。続けて違うと、しばらく確認もログインもできません。")
        }
        return try store.confirm(declaration: number, at: exchange.declarationDesk, at: exchange.now)
    }

    func confirmDeclaration(_ exchange: Exchange) throws -> Response {
        let number = try number(exchange)
        let desk = exchange.declarationDesk
        let kind =
            try store.declarations(around: desk, at: exchange.now).toConfirm.first { $0.number == number }?
            .kind ?? Declaration.Kind.allCases.first { desk.denial(of: $0) == nil } ?? .unlock
        do {
            _ = try confirm(number, exchange.request.form("password") ?? "", exchange)
            return goTo(kind.path)
        } catch {
            guard let problem = error as? Problem ?? (error as? Fault).flatMap(Problem.init),
                [409, 422].contains(problem.status)
            else { throw error }
            return try declarePage(exchange, kind, status: problem.status, message: problem.detail)
        }
    }
}

// MARK: - While it runs

extension RouteTable {
    func showDeclared(_ exchange: Exchange) throws -> Response {
        try declaredPage(exchange, status: 200, refused: nil)
    }

    private func declaredPage(
        _ exchange: Exchange, status: Int, refused: (message: String, note: String)?
    ) throws -> Response {
        let person = try store.declaredPerson(
            number(exchange), at: exchange.declarationDesk, at: exchange.now)
        let view = DeclarationViews.page(person, guideline: exchange.guideline, refused: refused)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    func readDeclared(_ exchange: Exchange) throws -> Response {
        let person = try store.declaredPerson(
            number(exchange), at: exchange.declarationDesk, at: exchange.now)
        return json(
            DeclarationViews.json(person, catalogue: exchange.guideline.catalogue, now: exchange.now))
    }

    func noteDeclaration(_ exchange: Exchange) throws -> Response {
        let note = exchange.request.form("note") ?? ""
        let number = try number(exchange)
        do {
            _ = try store.note(note, of: number, at: exchange.declarationDesk, at: exchange.now)
            return goTo("/declarations/\(number)#notes")
        } catch let fault as Fault where fault.kind == .usage {
            return try declaredPage(
                exchange, status: 422, refused: ("\(fault.message) \(fault.fix)", note))
        }
    }

    private func end(_ number: Int, _ exchange: Exchange) throws -> Declaration {
        try store.end(
            declaration: number, by: exchange.session?.user ?? "", auditing: exchange.auditing,
            at: exchange.now)
    }

    func endDeclaration(_ exchange: Exchange) throws -> Response {
        let ended = try end(number(exchange), exchange)
        return goTo(ended.user == exchange.session?.user ? ended.kind.path : "/declarations")
    }
}

// MARK: - Afterwards

extension RouteTable {
    func showDeclarations(_ exchange: Exchange) throws -> Response {
        try declarationsPage(exchange, status: 200, refused: nil)
    }

    private func declarationsPage(
        _ exchange: Exchange, status: Int, refused: (number: Int, message: String, words: String)?
    ) throws -> Response {
        let lines = try store.declarations(
            by: exchange.session?.user ?? "", decision: exchange.auditing, at: exchange.now)
        let view = DeclarationsPage(
            lines: lines.map {
                DeclarationViews.line($0, guideline: exchange.guideline, now: exchange.now)
            }, refused: refused)
        return Response(
            status: status, type: "text/html; charset=utf-8", text: view.render(in: try frame(exchange)))
    }

    func listDeclarations(_ exchange: Exchange) throws -> Response {
        let lines = try store.declarations(
            by: exchange.session?.user ?? "", decision: exchange.auditing, at: exchange.now)
        return json(["items": .array(lines.map { DeclarationViews.json($0, now: exchange.now) })])
    }

    private func review(
        _ number: Int, _ values: [String: String], _ exchange: Exchange
    ) throws -> Declaration {
        let words = values["words"] ?? ""
        if exchange.auditing.grant != nil {
            guard ["appropriate", "inappropriate"].contains(values["finding"]) else {
                throw Problem.incomplete("finding", "適切だったかどうかを選んでください。")
            }
            try StatedReason.require(
                words, of: "後の確かめ", code: "declaration.words", shortest: 5, example: "何を見て、どう確かめたか",
                field: "words")
        }
        return try store.review(
            declaration: number, isAppropriate: values["finding"] == "appropriate", words: words,
            by: exchange.session?.user ?? "", decision: exchange.auditing, at: exchange.now)
    }

    func reviewDeclaration(_ exchange: Exchange) throws -> Response {
        let number = try number(exchange)
        var typed: [String: String] = [:]
        for field in ["finding", "words"] { typed[field] = exchange.request.form(field) }
        do {
            _ = try review(number, typed, exchange)
            return goTo("/declarations#K-\(number)")
        } catch {
            guard let problem = error as? Problem ?? (error as? Fault).flatMap(Problem.init),
                [409, 422].contains(problem.status)
            else { throw error }
            return try declarationsPage(
                exchange, status: problem.status,
                refused: (number, problem.detail, typed["words"] ?? ""))
        }
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
        let minutes = values["minutes"].flatMap { $0.isEmpty ? nil : $0 }
        guard let length = minutes.map(Int.init) ?? kind.longest, (1...kind.longest).contains(length) else {
            throw Problem.incomplete("minutes", "1から\(kind.longest)までの数を書いてください。")
        }
        return NewDeclaration(
            kind: kind, whom: whom, reason: reason, minutes: length,
            overrides: values["despite"]?.trimmingCharacters(in: .whitespacesAndNewlines) == typed)
    }
}
