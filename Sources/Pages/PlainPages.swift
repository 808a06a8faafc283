/// The page before the log-in.
package enum LoginPage {
    /// - Parameters:
    ///   - message: what to say after a failed attempt; never why.
    ///   - unsent: what was sent when the log-in was over, to come back after it; as `logIn` reads it.
    package static func render(message: String? = nil, unsent: String? = nil) -> String {
        Frame.document("ログイン") {
            tag("main", .id("main"), .class("login")) {
                tag("div", .class("panel")) {
                    tag("h1") { "renkei こどもデータ連携" }
                    tag("p", .class("muted")) {
                        unsent == nil
                            ? "職員用の画面です。ログインしてください。"
                            : "ログインの期限が切れたため、まだ記録していません。書いた本人がログインすると、書いたものを画面に戻します。"
                    }
                    if let message { tag("p", .class("alert"), .init("role", "alert")) { message } }
                    tag("form", .init("method", "post"), .init("action", "/login")) {
                        tag("label", .init("for", "user")) { "利用者ID" }
                        input("user", type: "text", completing: "username")
                        tag("label", .init("for", "password")) { "パスワード" }
                        input("password", type: "password", completing: "current-password")
                        codeField(title: "確認コード（認証アプリの6桁。登録していない方は空のまま）", isRequired: false)
                        if let unsent {
                            tag(
                                "input", .init("type", "hidden"), .init("name", "unsent"),
                                .init("value", unsent))
                        }
                        tag("button", .init("type", "submit")) { "ログイン" }
                    }
                }
            }
        }
    }

    /// Takes what people type: digits with blanks, in full width, a recovery code.
    static func codeField(title: String, isRequired: Bool) -> HTML {
        let attributes: [Attribute] = [
            .id("code"), .init("name", "code"), .init("type", "text"), .init("inputmode", "numeric"),
            .init("autocomplete", "one-time-code"),
        ]
        return .joined([
            tag("label", .init("for", "code")) { title },
            .element("input", attributes + (isRequired ? [.init("required", "")] : []), .nothing),
        ])
    }

    private static func input(_ name: String, type: String, completing: String) -> HTML {
        tag(
            "input", .id(name), .init("name", name), .init("type", type),
            .init("autocomplete", completing), .init("required", ""))
    }
}

/// What a person sees when something cannot be shown.
package enum ErrorPage {
    /// - Parameters:
    ///   - title: what happened, as the page's heading.
    ///   - detail: what to do; never a person's value.
    ///   - frame: `nil` where nobody is logged in.
    package static func render(title: String, detail: String, frame: Frame?) -> String {
        guard let frame else {
            return Frame.document(title) {
                tag("main", .id("main"), .class("login")) { panel(title, detail, back: "/login") }
            }
        }
        return frame.page(title, at: .none) { panel(title, detail, back: "/") }
    }

    private static func panel(_ title: String, _ detail: String, back: String) -> HTML {
        tag("div", .class("panel")) {
            tag("h1") { title }
            tag("p") { detail }
            tag("p") { tag("a", .href(back)) { back == "/login" ? "ログインの画面へ" : "はじめの画面へ" } }
        }
    }
}
