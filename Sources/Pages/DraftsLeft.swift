package import Domain

/// What somebody was writing on a case and for which there is no form any more: the case changed since, or they may not record on it
/// now. It is theirs to copy or to throw away.
package struct DraftsLeft: Sendable {
    package var id: CaseID
    package var csrf: String
    package var drafts: [WorkPanel.Draft]

    package init(id: CaseID, csrf: String, drafts: [WorkPanel.Draft]) {
        (self.id, self.csrf, self.drafts) = (id, csrf, drafts)
    }

    /// Where drafts of a case are kept.
    package static func path(_ id: CaseID) -> String { "/cases/\(id)/drafts" }

    var html: HTML {
        guard !drafts.isEmpty else { return .nothing }
        return tag("div", .id("drafts")) {
            tag("h3") { "書きかけの下書き" }
            tag("p", .class("small")) {
                "欄に戻せない下書きです（ケースが変わったか、いまは記録できません）。要るところを写して使ってください。あなたにだけ見えています。"
            }
            for draft in drafts {
                tag(
                    "form", .class("step"), .init("method", "post"),
                    .init("action", Self.path(id) + "/discard")
                ) {
                    for (name, value) in [("csrf", csrf), ("step", draft.form)] {
                        tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
                    }
                    tag("label") {
                        "\(Self.title(draft.form))（\(draft.at)）"
                        tag("textarea", .init("rows", "2"), .init("readonly", "")) { "\n" + draft.text }
                    }
                    tag("button", .init("type", "submit"), .class("quiet")) { "下書きを捨てる" }
                }
            }
        }
    }

    private static func title(_ form: String) -> String {
        switch form {
        case "note": "メモ"
        case "move": "進める理由"
        case "close": "終える理由"
        case "offer": "引継ぎを頼む理由"
        case "release": "担当をやめる理由"
        case "decline": "辞退する理由"
        case "reject": "差し戻す理由"
        case "reopen": "再開する理由"
        default: "下書き"
        }
    }
}
