internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// Log-in, log-out, and where a reader begins.
extension RouteTable {
    func showLogIn(_ exchange: Exchange) -> Response { page(LoginPage.render()) }

    func logIn(_ exchange: Exchange) throws -> Response {
        let (user, password) = (exchange.request.form("user") ?? "", exchange.request.form("password") ?? "")
        let code = exchange.request.form("code") ?? ""
        let unsent = exchange.request.form("unsent")
        let isSound = (1...64).contains(user.utf8.count) && (1...1024).contains(password.utf8.count)
        switch isSound
            ? try store.logIn(user: UserID(user), password: password, code: code, at: exchange.now) : .wrong
        {
        case .welcome(let session):
            // A token known before the log-in is worth nothing after it.
            if let token = exchange.token { try store.logOut(token: token, at: exchange.now) }
            var answer = try takeUp(unsent, as: session, exchange) ?? goTo("/")
            answer.headers.append(cookie.set(session.token))
            return answer
        // One sentence for every cause, and a wait for every name: neither tells whether the user exists.
        case .wrong:
            return refused(
                401, unsent,
                "利用者ID・パスワード・確認コードのどれかが違います。確認コードを登録した方は、認証アプリの6桁（なければ回復コード）も入れてください。続けて失敗すると、しばらくログインできません。")
        case .wait:
            return refused(
                429, unsent,
                "続けて失敗したため、この利用者IDではログインできません。しばらくしてから（5分ほど）、もう一度お試しください。")
        }
    }

    private func refused(_ status: Int, _ unsent: String?, _ message: String) -> Response {
        Response(
            status: status, type: "text/html; charset=utf-8",
            text: LoginPage.render(message: message, unsent: unsent.flatMap(Unsent.init(text:))?.text))
    }

    func logOut(_ exchange: Exchange) throws -> Response {
        if let token = exchange.token { try store.logOut(token: token, at: exchange.now) }
        return Response(status: 303, headers: [.init("Location", "/login"), cookie.clear])
    }

    func start(_ exchange: Exchange) throws -> Response {
        if exchange.denial(of: .list) == nil { return goTo("/cases") }
        if exchange.denial(of: .operate) == nil { return goTo("/runs/latest") }
        if exchange.denial(of: .mend) == nil { return goTo("/extracts") }
        if mayReview(exchange) { return goTo(ReviewListPage.path) }
        for kind in Declaration.Kind.allCases where exchange.declarationDesk.denial(of: kind) == nil {
            return goTo(kind.path)
        }
        guard exchange.denial(of: .audit) == nil else {
            // Whose range was not given yet is told that, and not that there is nothing.
            let lists = exchange.decisions(for: .list)
            if !lists.reach.missing.isEmpty, let denial = lists.denial { throw denial.fault }
            throw Problem.noPages
        }
        return goTo("/audit")
    }

    func health(_ exchange: Exchange) throws -> Response {
        _ = try store.currentPublication()
        return json(["status": "ok"])
    }

    func goTo(_ path: String) -> Response {
        Response(status: 303, headers: [.init("Location", path)])
    }
}
