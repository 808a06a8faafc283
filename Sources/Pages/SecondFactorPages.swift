/// Where somebody who logged in by a password gives the authenticator its key.
package struct SecondFactorPage: Sendable {
    package static let path = "/second-factor"
    package static let title = "確認コードの登録"

    /// In base 32, for whoever types it.
    package var key: String
    /// For the app.
    package var address: String
    /// Whether nothing else is shown before it is done.
    package var isDemanded: Bool
    /// Goes into the forms.
    package var csrf: String
    /// Why the code was refused.
    package var message: String?

    package init(key: String, address: String, isDemanded: Bool, csrf: String, message: String? = nil) {
        (self.key, self.address, self.isDemanded) = (key, address, isDemanded)
        (self.csrf, self.message) = (csrf, message)
    }

    /// Where there is one already.
    package static func registered(csrf: String) -> String {
        bare {
            tag("p") { "確認コードは登録されています。次のログインから、認証アプリの6桁を入れてください。" }
            tag("p") { "電話機を替えるときや、なくしたときは、システム担当に知らせてください。登録を外してもらうと、もう一度登録できます。" }
            tag("p") { tag("a", .href("/")) { "はじめの画面へ" } }
        }
    }

    package func render() -> String {
        Self.bare {
            if let message { tag("p", .class("alert"), .init("role", "alert")) { message } }
            tag("p") {
                isDemanded
                    ? "あなたの役割では、ログインに確認コードが要ります。登録がすむまで、ほかの画面は開けません。"
                    : "登録すると、次のログインからパスワードのほかに確認コードが要ります。"
            }
            tag("ol") {
                tag("li") { "電話機などの認証アプリ（SHA-256 を使えるもの）で、この図を読み取ります。" }
                tag("li") { "アプリに出た6桁を入れ、「登録する」を押します。" }
                tag("li") { "次の画面に出る回復コードを、紙に控えます。" }
            }
            if let code = QRCode(address) { Self.drawing(code) }
            tag("p", .class("small")) {
                "図を読み取れないときは、次の鍵を手で入れます（時刻方式、SHA-256、6桁、30秒）。"
            }
            tag("p") { tag("code", .id("key")) { Self.grouped(key) } }
            tag("form", .init("method", "post"), .init("action", Self.path)) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                LoginPage.codeField(title: "アプリに出た6桁", isRequired: true)
                tag("button", .init("type", "submit")) { "登録する" }
            }
            tag("form", .init("method", "post"), .init("action", "/logout")) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                tag("button", .init("type", "submit"), .class("quiet")) { "ログアウト" }
            }
        }
    }

    /// Shown once, after the registration.
    package static func recovery(_ codes: [String]) -> String {
        bare {
            tag("p") { "登録しました。次のログインから、認証アプリの6桁が要ります。" }
            tag("p") { tag("strong") { "回復コードを、いま紙に控えてください。この画面を閉じると、二度と出ません。" } }
            tag("p") { "電話機をなくしたときに、6桁の代わりに使います。一つは一度だけ使えます。電話機とは別の、人に見られない場所に置いてください。" }
            tag("ol", .id("recovery")) { for code in codes { tag("li") { tag("code") { code } } } }
            tag("p") { tag("a", .href("/")) { "控えたので、はじめの画面へ" } }
        }
    }

    private static func bare(@HTMLBuilder content: () -> HTML) -> String {
        Frame.document(title) {
            tag("main", .id("main"), .class("login")) {
                tag("div", .class("panel")) {
                    tag("h1") { title }
                    content()
                }
            }
        }
    }

    /// In fours, as people read them.
    package static func grouped(_ key: String) -> String {
        stride(from: 0, to: key.count, by: 4).map { String(key.dropFirst($0).prefix(4)) }
            .joined(separator: " ")
    }

    private static func drawing(_ code: QRCode) -> HTML {
        let side = code.size + 2 * QRCode.border
        var path = ""
        for row in 0..<code.size {
            for column in 0..<code.size where code.isDark(row, column) {
                path += "M\(column + QRCode.border) \(row + QRCode.border)h1v1h-1z"
            }
        }
        return tag(
            "svg", .class("qr"), .init("viewBox", "0 0 \(side) \(side)"), .init("role", "img"),
            .init("aria-label", "認証アプリで読み取る図。下の鍵と同じ内容です")
        ) {
            // Black on white whatever the colours of the page, or no app reads it.
            tag("path", .init("fill", "#fff"), .init("d", "M0 0h\(side)v\(side)H0z"))
            tag("path", .init("fill", "#000"), .init("d", path))
        }
    }
}
