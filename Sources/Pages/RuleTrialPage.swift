package import Domain

/// What the rules would find in the publication in service, without a case being opened: counts alone, small ones untold.
package struct RuleTrialPage: Sendable {
    package static let path = "/rules/trial"
    package static let title = "規則を当ててみる"

    /// Counts by a word; where a count is small, not even its word is told.
    package struct Told: Sendable {
        /// Most first.
        package var counts: [(word: String, count: Int)]
        /// That there are others, which are not told; `nil`: there are none.
        package var rest: String?

        package init(counts: [(word: String, count: Int)], rest: String?) {
            self.counts = counts
            self.rest = rest
        }
    }

    package struct Line: Sendable {
        package var rule: String
        package var version: Int
        package var title: String
        /// `nil`, of every count: too few to be told.
        package var persons: Int?
        /// How many the rule's author expects.
        package var expected: Int?
        package var suppressed: Int?
        package var notEvaluated: Int?
        /// Items whose source has not come yet.
        package var waiting: [String]
        package var areas: Told
        /// 通学区域; `nil`: the city has no table of them.
        package var schools: Told?
        package var groups: Told

        package init(
            rule: String, version: Int, title: String, persons: Int?, expected: Int?, suppressed: Int?,
            notEvaluated: Int?, waiting: [String], areas: Told, schools: Told?, groups: Told
        ) {
            self.rule = rule
            self.version = version
            self.title = title
            self.persons = persons
            self.expected = expected
            self.suppressed = suppressed
            self.notEvaluated = notEvaluated
            self.waiting = waiting
            self.areas = areas
            self.schools = schools
            self.groups = groups
        }
    }

    /// What a trial came to.
    package struct Found: Sendable {
        package var asOf: Day
        /// Which rules were applied, in words.
        package var tried: String
        /// Whom any rule finds; `nil`: too few to be told.
        package var persons: Int?
        package var lines: [Line]
        /// How far the staff gets in a week, in a sentence.
        package var week: String?

        package init(asOf: Day, tried: String, persons: Int?, lines: [Line], week: String?) {
            self.asOf = asOf
            self.tried = tried
            self.persons = persons
            self.lines = lines
            self.week = week
        }
    }

    /// A proposed rule that waits for its approval.
    package struct Proposal: Sendable {
        package var hash: String
        package var title: String

        package init(hash: String, title: String) { (self.hash, self.title) = (hash, title) }
    }

    package var state: WorkState<Found>
    package var proposals: [Proposal]
    /// What was typed into the form, and what is wrong with it.
    package var typed: [String: String] = [:]
    package var fault: FormFault?

    package init(state: WorkState<Found>, proposals: [Proposal]) {
        self.state = state
        self.proposals = proposals
    }

    private static let untold = "10人に満たない数と、引き算でそれが分かる数は示しません。"

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .rules) {
            tag("p", .class("small")) { tag("a", .href(RulesPage.path)) { RulesPage.title } }
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "公開中の結果に規則を当て、何人が該当するかを示します。ケースは作りません。コマンド renkei rules dry-run と同じものです。\(Self.untold)"
            }
            if let fault { fault.alert("当てられません。", title: fault.field.flatMap { Self.titles[$0] }) }
            switch state {
            case .none: form(frame)
            case .running(let by, let since, _):
                tag("div", .class("panel"), .init("role", "status")) {
                    tag("p") {
                        tag("strong") { "当てています。" }
                        "\(by)が\(since)に始めました。この画面は、終わるまで自動で新しくなります。"
                    }
                    tag("p") { tag("a", .href(Self.path)) { "いまの状態を見る" } }
                }
            case .finished(let found, let by, let at):
                result(found, by, at)
                tag("h2") { "もう一度当ててみる" }
                form(frame)
            case .failed(let message, let by, let at):
                tag("div", .class("panel"), .init("role", "status")) {
                    tag("h2") { "当てられませんでした" }
                    tag("p", .class("alert")) { message }
                    tag("p") { "\(at) \(by)。" }
                }
                form(frame)
            }
        }
    }

    private static let titles = ["proposal": "どの規則を", "capacity": "1週間に確認できる件数（書かなくても使えます）"]

    private func form(_ frame: Frame) -> HTML {
        Self.form(frame, proposals: proposals, typed: typed, fault: fault)
    }

    /// The form that begins it.
    static func form(
        _ frame: Frame, proposals: [Proposal], typed: [String: String] = [:], fault: FormFault? = nil
    ) -> HTML {
        tag("form", .class("panel filter"), .init("method", "post"), .init("action", path)) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
            if !proposals.isEmpty || fault?.field == "proposal" {
                FormField.select(
                    "proposal", titles["proposal"] ?? "",
                    [("", "今の規則")] + proposals.map { ($0.hash, $0.title) }, typed["proposal"] ?? "", fault)
            }
            FormField.input(
                "capacity", titles["capacity"] ?? "", typed["capacity"] ?? "", fault,
                [
                    .init("type", "number"), .init("min", "1"), .init("max", "100000"),
                    .init("autocomplete", "off"),
                ])
            tag("button", .init("type", "submit")) { "公開中の結果に当ててみる" }
        }
    }

    @HTMLBuilder
    private func result(_ found: Found, _ by: String, _ at: String) -> HTML {
        tag("p") {
            "\(found.asOf.wareki)の公開に、\(found.tried)を当てた結果です（\(at) \(by)）。"
            "どれかに該当する人: \(found.persons.map { "\(Wording.count($0))人" } ?? "示しません（10人に満たないため）")。"
        }
        if let week = found.week { tag("p") { week } }
        BarChart(
            id: "trial", title: "規則ごとの該当", description: "該当する人数を、示せる規則だけ棒で示します。",
            parts: [.init(title: "該当（人）", style: "up")],
            bars: found.lines.compactMap { line in
                line.persons.map { .init(title: "\(line.rule) \(line.title)", values: [$0]) }
            }
        ).html
        Table(
            caption: "規則ごとの該当。\(Self.untold)",
            columns: [
                .init("規則", isShort: true), .init("題名"), .init("版", isNumber: true),
                .init("該当", isNumber: true), .init("見込み", isNumber: true), .init("候補にしない", isNumber: true),
                .init("判定できない", isNumber: true), .init("待っている記録元"),
            ],
            rows: found.lines.map { line in
                [
                    tag("a", .href("#trial-\(line.rule)"), .class("mono")) { line.rule }, .text(line.title),
                    .text(Wording.count(line.version)), .text(told(line.persons)),
                    .text(line.expected.map(Wording.count) ?? "—"), .text(told(line.suppressed)),
                    .text(told(line.notEvaluated)),
                    .text(line.waiting.isEmpty ? "—" : line.waiting.joined(separator: "、")),
                ]
            }, isStacked: true
        ).html
        tag("h2") { "規則ごとの内訳" }
        for line in found.lines { detail(line) }
    }

    private func told(_ count: Int?) -> String { count.map(Wording.count) ?? "示さない" }

    private func detail(_ line: Line) -> HTML {
        tag("details", .class("panel"), .id("trial-\(line.rule)")) {
            tag("summary") {
                "\(line.rule) \(line.title): \(line.persons.map { "\(Wording.count($0))人" } ?? "示さない")"
            }
            tag("p") { tag("a", .href("\(RulesPage.path)/\(line.rule)")) { "規則 \(line.rule) を見る" } }
            chart(line, "年齢", line.groups, "age")
            if let schools = line.schools { chart(line, "通学区域", schools, "school") }
            chart(line, "地域（町）", line.areas, "area")
        }
    }

    @HTMLBuilder
    private func chart(_ line: Line, _ title: String, _ told: Told, _ id: String) -> HTML {
        if told.counts.isEmpty {
            tag("p") { "\(title): \(told.rest ?? "いません")" }
        } else {
            BarChart(
                id: "trial-\(line.rule)-\(id)", title: "\(title)ごとの該当",
                parts: [.init(title: "該当（人）", style: "up")],
                bars: told.counts.map { .init(title: $0.word, values: [$0.count]) }
            ).html
            Table(
                caption: "\(line.rule)の\(title)ごとの該当", columns: [.init(title), .init("人数", isNumber: true)],
                rows: told.counts.map { [.text($0.word), .text(Wording.count($0.count))] }
            ).html
            if let rest = told.rest { tag("p", .class("small")) { rest } }
        }
    }
}
