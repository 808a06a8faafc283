internal import HTTP
internal import Store

/// `Authorization: Bearer …` (RFC 6750): how a machine says which token it has.
enum MachineToken {
    /// What the header field holds: empty where it is of another make, which is a wrong token.
    ///
    /// - Returns: `nil` where the request says nothing of itself.
    static func given(by request: Request) -> String? {
        let fields = request.headers.filter { $0.name == "authorization" }
        guard let field = fields.first else { return nil }
        let parts = field.value.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
        return String(parts[1])
    }
}

extension Route {
    /// What a machine's token must have to ask this; `nil`: only people do.
    var tokenScope: TokenScope? {
        let parts = path.split(separator: "/")
        guard isAPI, parts.count > 2 else { return nil }
        return TokenScope(rawValue: "\(parts[2]):\(method == "GET" ? "read" : "write")")
    }
}

extension Problem {
    static let badToken = Problem(
        status: 401, code: "bad-token", title: "トークンを使えません",
        detail: "トークンが違うか、期限が切れたか、終わっています。「renkei user token list」で確かめ、新しいものを作ってください。",
        headers: [.init("WWW-Authenticate", "Bearer error=\"invalid_token\"")])
    static let tokensWait = Problem(
        status: 429, code: "too-many-tokens", title: "違うトークンが続いています",
        detail: "しばらくしてから（1分ほど）、正しいトークンでお試しください。", headers: [.init("Retry-After", "60")])
    static let outsideToken = Problem(
        status: 403, code: "token-scope", title: "このトークンではできません",
        detail: "この操作の範囲（--scope）のあるトークンを作るか、人がログインして行ってください。",
        headers: [.init("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")])
    static let forPeople = Problem(
        status: 403, code: "for-people", title: "人がログインして行う操作です",
        detail: "終了の承認と差戻しは、もう1人の人が、画面でログインして行ってください。どのトークンでもできません。")
    static let secondFactorMissing = Problem(
        status: 403, code: "second-factor-missing", title: "確認コードの登録が要ります",
        detail: "画面でログインし、認証アプリの確認コードを登録してください。登録がすむまで、ほかの操作はできません。")
}
