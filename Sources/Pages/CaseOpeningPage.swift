package import Domain

/// The form for a case that somebody opens by hand. Nobody is looked up before it is sent: a number tells nothing here.
package struct CaseOpeningPage: Sendable {
    package static let path = "/open-case"
    package static let title = "ケースを開く"

    package static func path(for person: PersonID) -> String { "\(path)?person=\(person)" }

    /// What was typed, by field.
    package var typed: [String: String]
    /// Why it was refused.
    package var refused: String?

    package init(typed: [String: String], refused: String? = nil) {
        self.typed = typed
        self.refused = refused
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .queue) {
            tag("p", .class("small")) {
                tag("a", .href("/cases")) { "確認の一覧" }
                " ＞ \(Self.title)"
            }
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "判定規則に当てはまらないこどもについて、気付いたことがあるときに使います。虐待が疑われるときは、ここに書く前に、決められた通告の手順をとってください。"
            }
            tag("section", .class("panel"), .init("aria-label", Self.title)) {
                if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused } }
                tag("form", .class("step"), .init("method", "post"), .init("action", Self.path)) {
                    tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
                    tag("label") {
                        "こどもの番号（P-…）"
                        tag(
                            "input", .init("name", "person"), .init("required", ""),
                            .init("maxlength", "64"), .init("value", typed["person"] ?? ""))
                    }
                    tag("label") {
                        "困難の類型"
                        tag("select", .init("name", "difficulty")) {
                            for difficulty in Difficulty.allCases {
                                typed["difficulty"] == difficulty.rawValue
                                    ? tag(
                                        "option", .init("value", difficulty.rawValue), .init("selected", "")
                                    ) { difficulty.rawValue }
                                    : tag("option", .init("value", difficulty.rawValue)) {
                                        difficulty.rawValue
                                    }
                            }
                        }
                    }
                    tag("label") {
                        "理由（何に気付き、何を確かめてほしいか）"
                        tag(
                            "textarea", .init("name", "reason"), .init("rows", "4"),
                            .init("required", ""), .init("maxlength", "2500")
                        ) { typed["reason"] ?? "" }
                    }
                    tag("button", .init("type", "submit")) { Self.title }
                }
                tag("p", .class("small")) {
                    "開いたケースは「候補」に入り、夜間処理では取り下げられません。あとで規則に当てはまれば、同じケースに加わります。理由は、あなたと同じ項目を見られる役割だけが読めます。"
                }
            }
        }
    }
}
