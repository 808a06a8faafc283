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
        guard (1...64).contains(user.utf8.count), (1...1024).contains(password.utf8.count),
            let session = try store.logIn(user: UserID(user), password: password, at: exchange.now)
        else {
            // One sentence for every cause: it does not tell whether the user exists.
            return Response(
                status: 401, type: "text/html; charset=utf-8",
                text: LoginPage.render(message: "利用者IDかパスワードが違います。続けて失敗すると、しばらくログインできません。"))
        }
        // A token known before the log-in is worth nothing after it.
        if let token = exchange.token { try store.logOut(token: token, at: exchange.now) }
        return Response(status: 303, headers: [.init("Location", "/"), cookie.set(session.token)])
    }

    func logOut(_ exchange: Exchange) throws -> Response {
        if let token = exchange.token { try store.logOut(token: token, at: exchange.now) }
        return Response(status: 303, headers: [.init("Location", "/login"), cookie.clear])
    }

    func start(_ exchange: Exchange) throws -> Response {
        guard let denial = exchange.denial(of: .list) else { return goTo("/cases") }
        guard exchange.denial(of: .operate) == nil else { throw denial.fault }
        return goTo("/runs/latest")
    }

    func health(_ exchange: Exchange) throws -> Response {
        _ = try store.currentPublication()
        return json(["status": "ok"])
    }

    private func goTo(_ path: String) -> Response {
        Response(status: 303, headers: [.init("Location", path)])
    }
}
