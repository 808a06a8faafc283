/// Where somebody declares: an emergency about one child, or that two persons open what 支援措置 hides.
package struct DeclarePage: Sendable {
    package enum Kind: Sendable {
        case emergency, unlock
    }

    /// A declaration that runs or waits.
    package struct Line: Sendable {
        package var number: Int
        /// Whom it is about: an id.
        package var person: String
        /// Who declared it.
        package var who: String
        package var reason: String
        /// Until when it runs or waits, already written for people.
        package var until: String

        package init(number: Int, person: String, who: String, reason: String, until: String) {
            self.number = number
            self.person = person
            self.who = who
            self.reason = reason
            self.until = until
        }
    }

    package var kind: Kind
    package var longest: Int
    package var running: [Line]
    /// Of the reader's own, for a second person.
    package var waiting: [Line]
    /// Of others, for the reader.
    package var toConfirm: [Line]
    /// What was typed, by the names of the form's fields.
    package var typed: [String: String]
    /// Why what was typed was refused.
    package var message: String?
    /// Titles of the purposes of which the use is stopped; not empty: to be told before it goes on.
    package var stopped: [String]

    package init(
        kind: Kind, longest: Int, running: [Line], waiting: [Line], toConfirm: [Line],
        typed: [String: String] = [:], message: String? = nil, stopped: [String] = []
    ) {
        self.kind = kind
        self.longest = longest
        self.running = running
        self.waiting = waiting
        self.toConfirm = toConfirm
        self.typed = typed
        self.message = message
        self.stopped = stopped
    }

    private var title: String { kind == .emergency ? "緊急の確認" : "支援措置の開示" }
    private var path: String { kind == .emergency ? "/emergencies" : "/unlocks" }

    package func render(in frame: Frame) -> String {
        frame.page(title, at: kind == .emergency ? .emergency : .unlock) {
            tag("h1") { title }
            for text in lead { tag("p", .class("lead")) { text } }
            confirming(frame.csrf)
            list("申告しているもの", running, note: "まで", isOpen: true)
            list("ほかの担当者の確認を待っているもの", waiting, note: "までに、ほかの担当者が自分の画面で確認します", isOpen: false)
            form(frame.csrf)
        }
    }

    private var lead: [String] {
        switch kind {
        case .emergency:
            [
                "こどもの命や体にかかわり、いま確かめなければならないときだけ使います。申告している間（\(longest)分まで）、このログインで、そのこども一人の記録を見られます。支援措置で伏せるものは、伏せたままです。",
                "申告はその場で個人情報保護担当に知らされます。見たものはすべて記録に残り、後でほかの人が確かめます。",
            ]
        case .unlock:
            [
                "支援措置で伏せた住所と連絡先を、担当者2人で開きます。理由を書いて申し出て、もう1人の担当者が自分の画面で確認すると、申し出た人のこのログインだけで\(longest)分間見られます。",
                "申出、確認、閲覧は、すべて記録に残ります。",
            ]
        }
    }

    private func list(_ title: String, _ lines: [Line], note: String, isOpen: Bool) -> HTML {
        lines.isEmpty
            ? .nothing
            : tag("section") {
                tag("h2") { title }
                for line in lines {
                    tag("div", .class("panel")) {
                        tag("p") {
                            tag("strong") { "K-\(line.number)" }
                            "　\(line.person)　\(line.until)\(note)"
                        }
                        tag("p", .class("written")) { line.reason }
                        if isOpen {
                            tag("p") { tag("a", .href("/declarations/\(line.number)")) { "記録を見る" } }
                        }
                    }
                }
            }
    }

    private func confirming(_ csrf: String) -> HTML {
        toConfirm.isEmpty
            ? .nothing
            : tag("section") {
                tag("h2") { "あなたの確認を待っているもの" }
                tag("p", .class("lead")) { "申し出た人と話し、必要なことを確かめてから、あなたのパスワードで確認してください。" }
                for line in toConfirm {
                    tag("div", .class("panel")) {
                        tag("p") {
                            tag("strong") { "K-\(line.number)" }
                            "　\(line.who)さんの申出　\(line.person)　\(line.until)まで"
                        }
                        tag("p", .class("written")) { line.reason }
                        tag(
                            "form", .class("step"), .init("method", "post"),
                            .init("action", "/declarations/\(line.number)/confirm")
                        ) {
                            hidden("csrf", csrf)
                            tag("label") {
                                "あなたのパスワード"
                                tag(
                                    "input", .init("type", "password"), .init("name", "password"),
                                    .init("autocomplete", "current-password"), .init("required", ""))
                            }
                            tag("button", .init("type", "submit")) { "2人目として確認する" }
                        }
                    }
                }
            }
    }

    private func form(_ csrf: String) -> HTML {
        tag("section") {
            tag("h2") { kind == .emergency ? "申告する" : "申し出る" }
            if let message { tag("p", .class("alert"), .init("role", "alert")) { message } }
            if !stopped.isEmpty {
                tag("p", .class("alert"), .init("role", "alert")) {
                    tag("strong") { "利用停止の申出があります" }
                    "（\(stopped.joined(separator: "、"))）。それでも、いま確かめなければならないときだけ、続けてください。続けたことは記録に残り、後で確かめられます。"
                }
            }
            tag("div", .class("panel")) {
                tag("form", .class("step"), .init("method", "post"), .init("action", path)) {
                    hidden("csrf", csrf)
                    if !stopped.isEmpty { hidden("despite", typed["whom"] ?? "") }
                    input("whom", "だれのことか（ケースの番号 C-…、人の番号 P-…、抽出の行 jumin_20261001.csv:12 のどれか）")
                    input("reason", "理由（何が起きていて、何を確かめるか。氏名や電話番号は書かないでください）")
                    input("minutes", "何分（\(longest)分まで）", type: "number", usual: "\(longest)")
                    tag("p") {
                        tag("button", .init("type", "submit")) {
                            stopped.isEmpty
                                ? (kind == .emergency ? "緊急を申告して見る" : "もう1人の確認を頼む") : "利用停止の申出があっても、申告して見る"
                        }
                    }
                }
            }
        }
    }

    private func input(_ name: String, _ label: String, type: String = "text", usual: String = "") -> HTML {
        .joined([
            tag("label", .init("for", name)) { label },
            tag(
                "input", .id(name), .init("name", name), .init("type", type),
                .init("value", typed[name] ?? usual), .init("autocomplete", "off"), .init("required", "")),
        ])
    }

    private func hidden(_ name: StaticString, _ value: String) -> HTML {
        tag("input", .init("type", "hidden"), .init("name", "\(name)"), .init("value", value))
    }
}
