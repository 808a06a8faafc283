/// Log-ins that are not over, each with a button that ends it.
package struct LogInsPage: Sendable {
    package static let path = "/sessions"
    package static let title = "ログインの一覧"

    package struct Line: Sendable {
        package var number: Int
        package var user: String
        /// Times, already written for people.
        package var since: String
        package var used: String
        package var isThis: Bool

        package init(number: Int, user: String, since: String, used: String, isThis: Bool) {
            (self.number, self.user, self.since, self.used) = (number, user, since, used)
            self.isThis = isThis
        }
    }

    package var lines: [Line]
    /// Whether those of others stand here too.
    package var isOfAll: Bool
    package var hasSecondFactor: Bool
    package static let keysPath = KeyHelp.path

    package init(lines: [Line], isOfAll: Bool, hasSecondFactor: Bool) {
        (self.lines, self.isOfAll, self.hasSecondFactor) = (lines, isOfAll, hasSecondFactor)
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .none) {
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                isOfAll
                    ? "いまログインしている全員です。覚えのないもの、席を離れた人のものは切ってください。切ったことは監査記録に残ります。"
                    : "あなたのログインです。覚えのないものがあれば切り、パスワードを替えてもらってください。"
            }
            Table(
                caption: Self.title,
                columns: [
                    .init("利用者"), .init("ログイン", isShort: true), .init("最後の操作", isShort: true), .init("操作"),
                ],
                rows: lines.map { line in
                    [
                        .text(line.user + (line.isThis ? "（この画面）" : "")), .text(line.since),
                        .text(line.used), end(line, frame),
                    ]
                }, isStacked: true
            ).html
            tag("p", .class("small")) { "30分使わないか、12時間たつと、ログインは切れます。" }
            tag("p") {
                hasSecondFactor
                    ? tag("span") { "確認コード: 登録ずみ" }
                    : tag("a", .href(SecondFactorPage.path)) { "確認コード（認証アプリ）を登録する" }
            }
            tag("p") { "一覧とケースの画面のキーボードの操作（j・k・c など）: \(frame.hasKeys ? "使う" : "使わない")" }
            KeyHelp.form(csrf: frame.csrf, isOn: !frame.hasKeys)
        }
    }

    private func end(_ line: Line, _ frame: Frame) -> HTML {
        tag("form", .init("method", "post"), .init("action", "\(Self.path)/\(line.number)/end")) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
            tag(
                "button", .init("type", "submit"), .class("quiet"),
                .init("aria-label", "\(line.user)、\(line.since)からのログインを切る")
            ) { "切る" }
        }
    }
}
