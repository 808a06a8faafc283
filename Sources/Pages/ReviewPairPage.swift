package import Domain

/// Two records side by side, why they weigh what they weigh, and the form for what a person says of them.
package struct ReviewPairPage: Sendable {
    /// One part of who somebody is, as the two records have it.
    package struct Part: Sendable {
        package var title: String
        package var left: String
        package var right: String
        package var isMasked: Bool

        package init(title: String, left: String, right: String, isMasked: Bool) {
            (self.title, self.left, self.right, self.isMasked) = (title, left, right, isMasked)
        }
    }

    package struct Side: Sendable {
        /// Title of the extract.
        package var title: String
        /// `nil` in a pair of the sample that nobody has judged.
        package var person: PersonID?

        package init(title: String, person: PersonID?) { (self.title, self.person) = (title, person) }
    }

    package struct Step: Sendable {
        package var comparison: String
        package var level: String
        package var weight: Double

        package init(comparison: String, level: String, weight: Double) {
            (self.comparison, self.level, self.weight) = (comparison, level, weight)
        }
    }

    /// What was said of the pair before, and stands or waits.
    package struct Verdict: Sendable {
        package var number: String
        /// What it says and whether it counts.
        package var state: String
        /// Who did what when and why; empty to who is to judge without knowing it.
        package var steps: [String]
        /// Whether this reader may say the same as the second one.
        package var isToConfirm: Bool

        package init(number: String, state: String, steps: [String], isToConfirm: Bool) {
            (self.number, self.state, self.steps, self.isToConfirm) = (number, state, steps, isToConfirm)
        }
    }

    package var id: String
    package var sentence: String
    package var left: Side
    package var right: Side
    package var parts: [Part]
    package var isProtected: Bool
    package var isBlind: Bool
    /// `nil`, with no steps, of somebody protected and of a blind pair.
    package var weight: Double?
    package var steps: [Step]
    /// From which weight on the night joins by itself.
    package var automatic: Double
    package var verdict: Verdict?
    /// Whether a verdict waits for a second person.
    package var needsSecond: Bool
    /// The pair before, to be looked at once more.
    package var last: String?
    package var asOf: Day
    /// Why an answer was refused, and what was typed.
    package var refused: WorkPanel.Refused?

    package init(
        id: String, sentence: String, left: Side, right: Side, parts: [Part], isProtected: Bool,
        isBlind: Bool, weight: Double?, steps: [Step], automatic: Double, verdict: Verdict?,
        needsSecond: Bool, last: String?, asOf: Day, refused: WorkPanel.Refused?
    ) {
        self.id = id
        self.sentence = sentence
        self.left = left
        self.right = right
        self.parts = parts
        self.isProtected = isProtected
        self.isBlind = isBlind
        self.weight = weight
        self.steps = steps
        self.automatic = automatic
        self.verdict = verdict
        self.needsSecond = needsSecond
        self.last = last
        self.asOf = asOf
        self.refused = refused
    }

    private var path: String { ReviewListPage.path(of: id) }

    package func render(in frame: Frame) -> String {
        frame.page(ReviewListPage.title, at: .review, keys: .review) {
            tag("p", .class("small")) {
                HTML.element(
                    "a", [.href(ReviewListPage.path)] + frame.key("q"), .text(ReviewListPage.title))
                " ＞ \(id)"
                if let last {
                    "　直前の組: "
                    tag("a", .href(ReviewListPage.path(of: last)), .class("mono")) { last }
                }
            }
            tag("h1") { "同じ人の記録ですか" }
            tag("p") {
                tag("span", .class("mono")) { id }
                "　\(asOf.wareki)時点のデータ"
            }
            tag("p", .class("lead")) { sentence }
            if isProtected {
                tag("p", .class("alert")) {
                    "支援措置の対象者の組です。住所・電話・保護者・学校は、どちらの記録も示しません。"
                }
            }
            comparison
            decision(frame)
            waterfall
        }
    }

    private var comparison: HTML {
        let titles = [left, right].enumerated().map { "記録\($0.offset + 1)（\($0.element.title)）" }
        let persons =
            [left.person, right.person].compactMap(\.self).count == 2
            ? [
                [
                    HTML.text("人の番号"),
                    tag("span", .class("mono")) { left.person?.rawValue ?? "" },
                    tag("span", .class("mono")) { right.person?.rawValue ?? "" },
                    .text(left.person == right.person ? "同じ人とされています" : "別の人とされています"),
                ]
            ] : []
        return Table(
            caption: "2つの記録の本人確認情報。書かれたとおりに並べています",
            columns: [.init("項目"), .init(titles[0]), .init(titles[1]), .init("書き方", isShort: true)],
            rows: parts.map { part in
                [
                    .text(part.title), Self.value(part.left, part), Self.value(part.right, part),
                    Self.difference(part),
                ]
            } + persons
        ).html
    }

    private static func value(_ text: String, _ part: Part) -> HTML {
        part.isMasked
            ? tag("span", .class("masked")) { text }
            : text.isEmpty ? tag("span", .class("muted")) { "なし" } : tag("bdi") { text }
    }

    /// In words, not by colour alone; of what is hidden nobody is told whether it agrees.
    private static func difference(_ part: Part) -> HTML {
        if part.isMasked { return .text("示しません") }
        switch (part.left.isEmpty, part.right.isEmpty) {
        case (true, true): return .text("—")
        case (true, false), (false, true): return tag("span", .class("muted")) { "片方だけ" }
        case (false, false):
            return part.left == part.right
                ? tag("span", .class("pass")) { "＝ 同じ" } : tag("strong", .class("fail")) { "≠ 違う" }
        }
    }

    private func decision(_ frame: Frame) -> HTML {
        tag("section", .class("panel"), .id("decide"), .init("aria-label", "判断")) {
            tag("h2") { "判断" }
            if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused.message } }
            if let verdict {
                tag("p") { "判断 \(verdict.number): \(verdict.state)" }
                if !verdict.steps.isEmpty {
                    tag("ul", .class("sources")) { for step in verdict.steps { tag("li") { step } } }
                }
            }
            if verdict == nil || verdict?.isToConfirm == true { answer(frame) }
            if verdict != nil { withdrawal(frame) }
            later(frame)
        }
    }

    private func answer(_ frame: Frame) -> HTML {
        form(frame) {
            tag("fieldset") {
                tag("legend") { "この2つの記録は" }
                choice("same", "同じ人の記録です", key: "1", frame)
                choice("different", "別の人の記録です", key: "2", frame)
            }
            reason(frame, typed: refused?.typed["answer"] == "withdrawn" ? nil : refused?.typed["reason"])
            tag("button", .init("type", "submit")) { "判断を残して、次の組へ" }
            tag("p", .class("small")) {
                needsSecond
                    ? "別の人が同じ判断をするまで使いません。" : "次の夜間処理から、取り消すまで使います。"
            }
        }
    }

    private func withdrawal(_ frame: Frame) -> HTML {
        form(frame) {
            hidden("answer", "withdrawn")
            reason(
                frame, hasKey: verdict?.isToConfirm != true,
                typed: refused?.typed["answer"] == "withdrawn" ? refused?.typed["reason"] : nil)
            tag("button", .init("type", "submit"), .class("quiet")) { "判断を取り消す" }
        }
    }

    private func later(_ frame: Frame) -> HTML {
        form(frame) {
            hidden("answer", "later")
            HTML.element(
                "button", [.init("type", "submit"), .class("quiet")] + frame.key("3"),
                .text(verdict == nil ? "保留して、次の組へ" : "次の組へ"))
            if verdict == nil {
                tag("p", .class("small")) { "保留は記録に残しません。組は一覧に残ります。" }
            }
        }
    }

    private func form(_ frame: Frame, @HTMLBuilder content: () -> HTML) -> HTML {
        tag("form", .class("step"), .init("method", "post"), .init("action", path)) {
            hidden("csrf", frame.csrf)
            content()
        }
    }

    private func hidden(_ name: String, _ value: String) -> HTML {
        tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
    }

    private func choice(_ value: String, _ title: String, key: String, _ frame: Frame) -> HTML {
        let isChosen = refused?.typed["answer"] == value
        return tag("label") {
            HTML.element(
                "input",
                [
                    .init("type", "radio"), .init("name", "answer"), .init("value", value),
                    .init("required", ""),
                ] + (isChosen ? [.init("checked", "")] : []) + frame.key(key), .nothing)
            title
        }
    }

    private func reason(_ frame: Frame, hasKey: Bool = true, typed: String?) -> HTML {
        tag("label") {
            "理由（何で確かめたか。監査記録に残ります。氏名や番号は書かないでください）"
            HTML.element(
                "input",
                [
                    .init("type", "text"), .init("name", "reason"), .init("value", typed ?? ""),
                    .init("maxlength", "200"), .init("required", ""), .init("autocomplete", "off"),
                ] + (hasKey ? frame.key("n") : []), .nothing)
        }
    }

    private var waterfall: HTML {
        tag("section") {
            tag("h2") { "重みの内訳" }
            if isBlind {
                tag("p") { "無作為の標本の組です。判断が済むまで、重みとその内訳、名寄せの結果は示しません。" }
            } else if let weight, !steps.isEmpty {
                Waterfall(
                    id: "pair", title: "記録1 と 記録2 の重み",
                    lines: steps.map {
                        .init(comparison: $0.comparison, level: $0.level, weight: $0.weight)
                    }, weight: weight,
                    marks: [
                        .init(at: automatic, title: "自動で結ぶ基準 \(Wording.figure(automatic))")
                    ]
                ).html
            } else {
                tag("p") {
                    isProtected ? "支援措置の対象者の組のため、重みとその内訳は示しません。" : "この組の内訳は残っていません。"
                }
            }
        }
    }
}
