internal import Domain
internal import Foundation
internal import HTTP
internal import JapaneseText
internal import Pages
internal import Policy
internal import Store

/// How declarations are made, confirmed and ended, what is read under them, and what somebody says of them afterwards.
extension RouteTable {
    func declare(
        _ kind: Declaration.Kind, _ values: [String: String], _ exchange: Exchange
    ) throws -> DeclarationOutcome {
        // Who may declare nothing hears that, not what is wrong with the form.
        if let denial = exchange.declarationDesk.denial(of: kind), Whom(values["whom"] ?? "") == nil {
            throw try store.refuse(denial, declaring: kind, actor: exchange.actor, at: exchange.now)
        }
        return try store.declare(
            DeclarationWords.declaration(kind, values), at: exchange.declarationDesk, at: exchange.now)
    }

    func stopped(_ purposes: [PurposeID], _ exchange: Exchange) -> Problem {
        Problem(
            status: 409, code: "use-stopped", title: "利用停止の申出があります",
            detail:
                "利用停止の申出があります（\(DeclarationViews.titles(purposes, exchange.guideline).joined(separator: "、"))）。"
                + "それでも、いま確かめなければならないときだけ、「despite」に同じ番号を書いて、もう一度送ってください。")
    }

    func declareByForm(_ exchange: Exchange, _ kind: Declaration.Kind) throws -> Response {
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
            let problem = try Problem.mendable(error)
            return try declarePage(
                exchange, kind, status: problem.status, typed: typed, message: problem.told)
        }
    }

    func declarePage(
        _ exchange: Exchange, _ kind: Declaration.Kind, status: Int = 200, typed: [String: String] = [:],
        message: String? = nil, stopped: [String] = []
    ) throws -> Response {
        let desk = exchange.declarationDesk
        if let denial = desk.denial(of: kind) {
            throw try store.refuse(denial, route: "GET \(kind.path)", actor: exchange.actor, at: exchange.now)
        }
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

    func confirm(_ number: Int, _ password: String, _ exchange: Exchange) throws -> Declaration {
        // Whoever sits at an open screen is not yet the person whose it is.
        do {
            _ = try store.identify(
                user: exchange.session?.user ?? "", password: password, at: exchange.now)
        } catch let fault as Fault where fault.code == "policy.log-in" {
            throw Problem.incomplete("password", "パスワードが違います。続けて違うと、しばらく確認もログインもできません。")
        } catch let fault as Fault where fault.code == "policy.log-in-wait" {
            throw Problem.incomplete("password", "続けて失敗したため、正しいパスワードでも確認できません。\(fault.fix)")
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
            let problem = try Problem.mendable(error)
            return try declarePage(exchange, kind, status: problem.status, message: problem.told)
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
            _ = try self.note(note, number, exchange)
            return goTo("/declarations/\(number)#notes")
        } catch {
            let problem = try Problem.mendable(error)
            return try declaredPage(exchange, status: problem.status, refused: (problem.told, note))
        }
    }

    func note(_ note: String, _ number: Int, _ exchange: Exchange) throws -> Declaration {
        try WrittenNote.require(note)
        return try store.note(note, of: number, at: exchange.declarationDesk, at: exchange.now)
    }

    func end(_ number: Int, _ exchange: Exchange) throws -> Declaration {
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

    func review(
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
            let problem = try Problem.mendable(error)
            return try declarationsPage(
                exchange, status: problem.status,
                refused: (number, problem.told, typed["words"] ?? ""))
        }
    }
}
