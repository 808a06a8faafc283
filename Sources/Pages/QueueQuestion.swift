package import Domain

extension Urgency {
    /// For people.
    package var title: String { Wording.urgency(self) }
}

extension Difficulty {
    /// For people.
    package var title: String { Wording.difficulty(self) }
}

extension QueuePage {
    /// How a list is narrowed down, as its address says it.
    package struct Question: Sendable, Hashable {
        /// Of the parameters.
        package static let names = ["queue", "holder", "difficulty", "rule", "ageFrom", "ageTo"]
        /// What people call them, and the name of a list that is kept.
        static let titles = [
            "queue": "範囲", "holder": "担当", "difficulty": "困難の類型", "rule": "確認のきっかけ", "ageFrom": "何歳から",
            "ageTo": "何歳まで", "name": "この範囲を残す名前",
        ]
        /// Words for a holder that nobody can be called.
        package static let (me, nobody) = ("@me", "@nobody")
        package static let ended = "ended"

        private var values: [String: String] = [:]

        package init(queue: String = "") { self["queue"] = queue }

        /// Empty where it does not matter.
        package subscript(name: String) -> String {
            get { values[name] ?? "" }
            set { values[name] = newValue.isEmpty ? nil : newValue }
        }

        package var isEmpty: Bool { values.isEmpty }

        /// Whether more than a range is asked for.
        var isNarrow: Bool { values.keys.contains { $0 != "queue" } }

        /// For an address.
        package var query: String {
            fields.map { "\($0)=\($1.encodedForQuery)" }.joined(separator: "&")
        }

        /// Names and values that are given, in the order of the names.
        var fields: [(name: String, value: String)] {
            Self.names.compactMap { name in values[name].map { (name, $0) } }
        }

        /// - Parameter after: where the page begins.
        package func path(_ path: String = "/cases", after: String = "") -> String {
            let query = [query, after.isEmpty ? "" : "after=\(after)"].filter { !$0.isEmpty }
            return path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        }
    }

    /// What a list can be narrowed down to: holders and rules of the cases that the reader sees.
    package struct Choices: Sendable {
        package var holders: [(id: UserID, name: String)]
        package var rules: [(id: RuleID, title: String)]

        package init(holders: [(id: UserID, name: String)] = [], rules: [(id: RuleID, title: String)] = []) {
            (self.holders, self.rules) = (holders, rules)
        }

        /// The question in words.
        package func words(_ question: Question) -> String {
            var parts = [QueuePage.title(ofQueue: question["queue"])]
            switch question["holder"] {
            case "": break
            case Question.me: parts.append("担当: 自分")
            case Question.nobody: parts.append("担当: 決まっていない")
            case let id: parts.append("担当: \(holders.first { $0.id.rawValue == id }?.name ?? id)")
            }
            if let difficulty = Difficulty(rawValue: question["difficulty"]) {
                parts.append(Wording.difficulty(difficulty))
            }
            let rule = question["rule"]
            if !rule.isEmpty { parts.append(rules.first { $0.id.rawValue == rule }?.title ?? "規則 \(rule)") }
            let (from, to) = (question["ageFrom"], question["ageTo"])
            if !(from + to).isEmpty { parts.append("\(from)〜\(to)歳") }
            return parts.joined(separator: "、")
        }
    }

    /// The ranges of the list as its tabs have them.
    static func title(ofQueue code: String) -> String {
        switch code {
        case "": "すべて"
        case "mine": "自分の担当"
        case "overdue": "期限切れ"
        case Question.ended: "終了"
        default: CaseQueue.allCases.first { $0.code == code }?.rawValue ?? code
        }
    }

    /// What narrows the list down, and the lists that the reader keeps.
    func narrowing(csrf: String) -> HTML {
        .element(
            "details", [.class("panel")] + (question.isNarrow || fault != nil ? [.init("open", "")] : []),
            .joined([tag("summary") { "絞り込む・一覧を残す" }, filterForm, keeping(csrf: csrf)]))
    }

    private var filterForm: HTML {
        tag("form", .class("filter"), .init("method", "get"), .init("action", "/cases")) {
            select(
                "queue",
                [""] + ["mine", "overdue"] + CaseQueue.allCases.map(\.code) + [Question.ended]
            ) { Self.title(ofQueue: $0) }
            select(
                "holder", ["", Question.me, Question.nobody] + choices.holders.map(\.id.rawValue)
            ) { id in
                switch id {
                case "": "だれでも"
                case Question.me: "自分"
                case Question.nobody: "決まっていない"
                default: choices.holders.first { $0.id.rawValue == id }?.name ?? id
                }
            }
            select("difficulty", [""] + Difficulty.allCases.map(\.rawValue)) { word in
                Difficulty(rawValue: word).map(Wording.difficulty) ?? "どれでも"
            }
            select("rule", [""] + choices.rules.map(\.id.rawValue)) { id in
                id.isEmpty ? "どれでも" : choices.rules.first { $0.id.rawValue == id }?.title ?? id
            }
            age("ageFrom")
            age("ageTo")
            tag("button", .init("type", "submit")) { "絞り込む" }
        }
    }

    private func age(_ name: String) -> HTML {
        FormField.input(
            name, Question.titles[name] ?? name, question[name], fault,
            [.init("type", "number"), .init("min", "0"), .init("max", "120")])
    }

    private func select(_ name: String, _ words: [String], _ text: (String) -> String) -> HTML {
        FormField.select(
            name, Question.titles[name] ?? name, words.map { ($0, text($0)) }, question[name], fault)
    }

    private func keeping(csrf: String) -> HTML {
        .joined([
            question.isEmpty
                ? .nothing
                : tag(
                    "form", .class("filter"), .init("method", "post"), .init("action", Self.viewsPath)
                ) {
                    hidden([("csrf", csrf)] + question.fields)
                    FormField.input(
                        "name", "この範囲を残す名前（自分だけに見えます。こどもの氏名は書かないでください）", name, fault,
                        [.init("required", ""), .init("maxlength", "40")])
                    tag("button", .init("type", "submit"), .class("quiet")) { "残す" }
                },
            views.isEmpty
                ? .nothing
                : tag(
                    "form", .class("filter"), .init("method", "post"),
                    .init("action", Self.viewsPath + "/delete")
                ) {
                    hidden([("csrf", csrf)])
                    tag("label") {
                        "残した一覧"
                        tag("select", .init("name", "name")) {
                            for view in views { tag("option", .init("value", view.name)) { view.name } }
                        }
                    }
                    tag("button", .init("type", "submit"), .class("quiet")) { "消す" }
                },
        ])
    }

    func hidden(_ fields: [(name: String, value: String)]) -> HTML {
        .joined(
            fields.map { name, value in
                tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
            })
    }
}
