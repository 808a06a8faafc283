internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// Log-ins that are not over: one's own, and everybody's for who runs the service.
extension RouteTable {
    var logInListRoutes: [Route] {
        [
            Route(
                "GET", LogInsPage.path, "showLogIns", "ログインの一覧", needs: .logIn,
                answers: [.page("自分のログイン。運用の役割には全員のもの")], handle: showLogIns),
            Route(
                "POST", "\(LogInsPage.path)/{id}/end", "endLogIn", "ログインを切る", needs: .logIn,
                answers: [.init(303, "ログインの一覧へ戻ります")], handle: endLogIn),
            Route(
                "POST", LogInsPage.keysPath, "setKeys", "キーボードの操作の入り切り", needs: .logIn, form: ["keys"],
                answers: [.init(303, "ログインの一覧へ進みます")], handle: setKeys),
            Route(
                "GET", "/api/v1/sessions", "listSessions", "ログインの一覧", needs: .logIn,
                answers: [.json("自分のログイン。運用の役割には全員のもの", .named("SessionList"))],
                handle: { json(try view($0)) }),
            Route(
                "POST", "/api/v1/sessions/{id}/end", "endSession", "ログインを切る", needs: .logIn,
                body: .request([:], required: []),
                answers: [.json("残ったログイン", .named("SessionList"))], handle: endSession),
        ]
    }

    func showLogIns(_ exchange: Exchange) throws -> Response {
        let found = try logIns(exchange)
        let view = LogInsPage(
            lines: found.map {
                .init(
                    number: $0.number, user: $0.displayName, since: $0.createdAt.japaneseTime,
                    used: $0.usedAt.japaneseTime, isThis: $0.isOf(token: exchange.token ?? ""))
            }, isOfAll: owner(exchange) == nil, hasSecondFactor: exchange.session?.hasSecondFactor == true)
        return page(view.render(in: try frame(exchange)))
    }

    func setKeys(_ exchange: Exchange) throws -> Response {
        guard let word = exchange.request.form("keys"), ["on", "off"].contains(word) else {
            throw Problem.invalid(parameter: "keys")
        }
        try store.setKeys(word == "on", of: exchange.session?.user ?? "")
        return goTo(LogInsPage.path)
    }

    func endLogIn(_ exchange: Exchange) throws -> Response {
        try end(exchange)
        return goTo(LogInsPage.path)
    }

    func endSession(_ exchange: Exchange) throws -> Response {
        _ = try exchange.members(among: [])
        try end(exchange)
        return json(try view(exchange))
    }

    /// Whose log-ins this reader may look at and end; `nil`: everybody's.
    private func owner(_ exchange: Exchange) -> UserID? {
        exchange.denial(of: .operate) == nil ? nil : exchange.session?.user
    }

    private func logIns(_ exchange: Exchange) throws -> [LogIn] {
        let owner = owner(exchange)
        return try store.logIns(of: owner, by: owner == nil ? exchange.actor : nil, at: exchange.now)
    }

    private func end(_ exchange: Exchange) throws {
        let ended = try exchange.path["id"].flatMap(Int.init).flatMap {
            try store.endLogIn($0, of: owner(exchange), by: exchange.actor, at: exchange.now)
        }
        // Another's is as one that is not there.
        guard ended != nil else { throw Problem.notFound }
    }

    private func view(_ exchange: Exchange) throws -> JSON {
        [
            "items": .array(
                try logIns(exchange).map { logIn in
                    [
                        "number": .integer(logIn.number), "user": .string(logIn.user.rawValue),
                        "name": .string(logIn.displayName),
                        "createdAt": .string(logIn.createdAt.ISO8601Format()),
                        "usedAt": .string(logIn.usedAt.ISO8601Format()),
                        "isThis": .bool(logIn.isOf(token: exchange.token ?? "")),
                    ]
                })
        ]
    }
}
