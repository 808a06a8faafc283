/// Every declaration, for who oversees: what was declared, what was read under it, and what a review came to.
package struct DeclarationsPage: Sendable {
    package struct Line: Sendable {
        package enum State: Sendable {
            case waiting, running, ended
            /// Nobody confirmed it in time.
            case lapsed
        }
        package enum Review: Sendable {
            /// None is wanted.
            case none
            case awaited, overdue
            case done(String)
        }

        package var number: Int
        package var title: String
        /// Whom it is about, in numbers.
        package var whom: [String]
        package var who: String
        /// Who confirmed it.
        package var second: String?
        package var reason: String
        /// Times, already written for people.
        package var at: String
        package var until: String?
        package var state: State
        /// Titles of the purposes of which the use is stopped.
        package var stopped: [String]
        /// What stands of it in the trail: a sentence each.
        package var events: [String]
        package var notes: Int
        package var review: Review

        package init(
            number: Int, title: String, whom: [String], who: String, second: String?, reason: String,
            at: String, until: String?, state: State, stopped: [String], events: [String], notes: Int,
            review: Review
        ) {
            self.number = number
            self.title = title
            self.whom = whom
            self.who = who
            self.second = second
            self.reason = reason
            self.at = at
            self.until = until
            self.state = state
            self.stopped = stopped
            self.events = events
            self.notes = notes
            self.review = review
        }
    }

    package var lines: [Line]
    /// A review that was refused: of which, why, and what was typed.
    package var refused: (number: Int, message: String, words: String)?

    package init(lines: [Line], refused: (number: Int, message: String, words: String)? = nil) {
        self.lines = lines
        self.refused = refused
    }

    package func render(in frame: Frame) -> String {
        frame.page("緊急の申告", at: .declarations) {
            tag("h1") { "緊急の申告" }
            tag("p", .class("lead")) {
                "緊急の確認と、支援措置の開示の申告です。続いているものと、後の確かめを待っているものが上に並びます。記録の内容は示しません。この一覧を見たことも記録に残ります。"
            }
            if lines.isEmpty { tag("div", .class("panel")) { "申告はまだありません。" } }
            for line in lines { panel(line, frame.csrf) }
        }
    }

    private func panel(_ line: Line, _ csrf: String) -> HTML {
        tag("section", .class("panel"), .id("K-\(line.number)")) {
            tag("h2") { "K-\(line.number)　\(line.title)" }
            tag("dl", .class("facts")) {
                tag("dt") { "いま" }
                tag("dd") { state(line) }
                tag("dt") { "だれのこと" }
                tag("dd") { for text in line.whom { tag("div") { text } } }
                tag("dt") { "申告した人" }
                tag("dd") { tag("bdi") { line.who } }
                if let second = line.second {
                    tag("dt") { "確認した人" }
                    tag("dd") { tag("bdi") { second } }
                }
                tag("dt") { "時刻" }
                tag("dd") { "\(line.at)\(line.until.map { "から \($0)まで" } ?? "")" }
                tag("dt") { "理由" }
                tag("dd") { tag("span", .class("written")) { line.reason } }
                if !line.stopped.isEmpty {
                    tag("dt") { "利用停止" }
                    tag("dd") { "利用停止の申出がある方でした（\(line.stopped.joined(separator: "、"))）。知らせたうえで申告されました。" }
                }
                if line.notes > 0 {
                    tag("dt") { "書き残し" }
                    tag("dd") { "\(line.notes)件" }
                }
            }
            tag("details") {
                tag("summary") { "したこと（\(line.events.count)件）" }
                tag("ul") { for event in line.events { tag("li") { event } } }
            }
            if line.state == .running || line.state == .waiting {
                form(line, "end", csrf) {
                    tag("button", .init("type", "submit"), .class("quiet")) { "この申告を止める" }
                }
            }
            review(line, csrf)
        }
    }

    private func state(_ line: Line) -> HTML {
        switch line.state {
        case .running: tag("strong") { "続いています" }
        case .waiting: .text("2人目の確認を待っています")
        case .lapsed: .text("2人目の確認がないまま終わりました")
        case .ended: .text("終わりました")
        }
    }

    private func review(_ line: Line, _ csrf: String) -> HTML {
        switch line.review {
        case .none: return .nothing
        case .done(let words): return tag("p") { "後の確かめ: \(words)" }
        case .awaited, .overdue:
            guard line.state == .ended else { return .nothing }
            let refused = refused?.number == line.number ? refused : nil
            return tag("div") {
                if case .overdue = line.review {
                    tag("p") { tag("span", .class("late")) { "後の確かめの期限を過ぎています" } }
                }
                if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused.message } }
                form(line, "review", csrf) {
                    .joined([
                        tag("label") {
                            "後の確かめ"
                            tag("select", .init("name", "finding"), .init("required", "")) {
                                tag("option", .init("value", "")) { "選んでください" }
                                tag("option", .init("value", "appropriate")) { "適切だった" }
                                tag("option", .init("value", "inappropriate")) { "適切でなかった" }
                            }
                        },
                        tag("label") {
                            "確かめたこと（氏名や電話番号は書かないでください）"
                            tag(
                                "input", .init("name", "words"), .init("type", "text"),
                                .init("value", refused?.words ?? ""), .init("autocomplete", "off"),
                                .init("required", ""))
                        },
                        tag("button", .init("type", "submit")) { "確かめを終える" },
                    ])
                }
            }
        }
    }

    private func form(_ line: Line, _ verb: StaticString, _ csrf: String, content: () -> HTML) -> HTML {
        tag(
            "form", .class("step"), .init("method", "post"),
            .init("action", "/declarations/\(line.number)/\(verb)")
        ) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
            content()
        }
    }
}
