package import Domain

/// The flag rules in the workspace, to be read: who answers for each, what it expects and what became of what it found.
package struct RulesPage: Sendable {
    package static let path = "/rules"
    package static let title = "判定規則"

    package struct Rule: Sendable {
        package var id: String
        package var version: Int
        package var title: String
        package var urgency: Urgency
        package var author: String
        package var approver: String
        package var from: Day
        package var to: Day?
        /// Why it exists, and what it stands on.
        package var rationale: String
        package var source: String
        /// What the staff should confirm.
        package var confirm: [String]
        /// Share of the population that is expected to be flagged.
        package var expected: Double
        /// What must be reached to go on, in words.
        package var proceed: String?

        package init(
            id: String, version: Int, title: String, urgency: Urgency, author: String, approver: String,
            from: Day, to: Day?, rationale: String, source: String, confirm: [String], expected: Double,
            proceed: String?
        ) {
            self.id = id
            self.version = version
            self.title = title
            self.urgency = urgency
            self.author = author
            self.approver = approver
            self.from = from
            self.to = to
            self.rationale = rationale
            self.source = source
            self.confirm = confirm
            self.expected = expected
            self.proceed = proceed
        }
    }

    package var rules: [Rule]
    /// What became of what they found, as the command tells it; `nil`: there are no cases yet.
    package var measured: PrintedTables.Section?

    /// Proposals that wait for their approval.
    package var proposals: [RuleTrialPage.Proposal]

    package init(
        rules: [Rule] = [], measured: PrintedTables.Section? = nil, proposals: [RuleTrialPage.Proposal] = []
    ) {
        self.rules = rules
        self.measured = measured
        self.proposals = proposals
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .rules) {
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "次の夜間処理が使う規則です。変えるには、コマンド（renkei rules propose、rules approve）で、書いた人と別の人が承認します。"
            }
            if rules.isEmpty {
                tag("div", .class("panel")) { "示せる規則はありません。" }
            } else {
                overview
                if let measured { results(measured) }
                tag("h2") { RuleTrialPage.title }
                tag("p") {
                    "何人が該当し、確認する人手に収まるかを、ケースを作らずに確かめます。"
                    tag("a", .href(RuleTrialPage.path)) { "最後に当てた結果を見る" }
                }
                RuleTrialPage.form(frame, proposals: proposals)
            }
        }
    }

    private var overview: HTML {
        Table(
            caption: "規則の版、責任者と期間",
            columns: [
                .init("規則", isShort: true), .init("題名"), .init("版", isNumber: true), .init("書いた人"),
                .init("承認した人"), .init("効く期間"), .init("見込む割合", isNumber: true),
            ],
            rows: rules.map { rule in
                [
                    tag("a", .href(rule.path), .class("mono")) { rule.id }, .text(rule.title),
                    .text(Wording.count(rule.version)), .text(rule.author), .text(rule.approver),
                    .text(rule.period),
                    .text(Wording.share(rule.expected)),
                ]
            }, isStacked: true
        ).html
    }

    private func results(_ section: PrintedTables.Section) -> HTML {
        tag("section", .class("dense")) {
            tag("h2") { section.title }
            tag("p") { section.text }
            section.table
        }
    }
}
