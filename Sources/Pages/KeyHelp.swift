/// The keys of a page, as its help tells them.
struct KeyHelp {
    /// Where they are switched on and off.
    static let path = "/keyboard"

    let lines: [(key: String, what: String)]

    static let queue = KeyHelp(lines: [
        ("j", "次の行へ"), ("k", "前の行へ"), ("Enter", "開く"), ("x", "まとめて割り当てるケースに選ぶ・外す"), ("/", "探す"),
        ("?", "この一覧"),
    ])
    static let detail = KeyHelp(lines: [
        ("c", "担当する"), ("n", "メモを書く"), ("Ctrl+Enter", "書いたものを送る"), ("Esc", "欄から出る"),
        ("u", "直前の操作を取り消す（30秒以内）"), ("q", "確認の一覧へ"), ("/", "探す"), ("?", "この一覧"),
    ])

    static let reviewList = KeyHelp(lines: [
        ("j", "次の行へ"), ("k", "前の行へ"), ("Enter", "開く"), ("?", "この一覧"),
    ])
    /// A key chooses; what was chosen is sent by the button alone.
    static let review = KeyHelp(lines: [
        ("1", "「同じ人」を選ぶ"), ("2", "「別の人」を選ぶ"), ("3", "保留して、次の組へ"), ("n", "理由を書く"),
        ("Enter", "選んで理由を書いたものを送る"), ("Esc", "欄から出る"), ("q", "名寄せの確認の一覧へ"), ("?", "この一覧"),
    ])

    func html(csrf: String) -> HTML {
        .joined([
            // Shown by the script, which alone does something with it.
            tag("p", .class("small"), .id("keys-line"), .init("hidden", "")) {
                tag("button", .init("type", "button"), .class("quiet"), .id("keys-open")) { "キーボードの操作（?）" }
            },
            tag("dialog", .id("keys"), .init("aria-labelledby", "keys-title")) {
                tag("h2", .id("keys-title")) { "キーボードの操作" }
                tag("dl", .class("facts")) {
                    for line in lines {
                        tag("dt") { tag("kbd") { line.key } }
                        tag("dd") { line.what }
                    }
                }
                tag("p", .class("small")) { "欄に書いているあいだは、どのキーも文字のままです。" }
                tag("button", .init("type", "button"), .id("keys-close")) { "閉じる" }
                Self.form(csrf: csrf, isOn: false)
            },
        ])
    }

    /// What switches them.
    static func form(csrf: String, isOn: Bool) -> HTML {
        tag("form", .init("method", "post"), .init("action", path)) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
            tag("input", .init("type", "hidden"), .init("name", "keys"), .init("value", isOn ? "on" : "off"))
            tag("button", .init("type", "submit"), .class("quiet")) {
                isOn ? "キーボードの操作を使う" : "キーボードの操作を使わない"
            }
        }
    }
}
