package import Domain

/// One flag rule: what it looks at and tells, who answers for it, what became of what it found, and its file as it stands.
package struct RulePage: Sendable {
    /// Whom a night found, of those whom it applied the rule to.
    package struct LastNight: Sendable {
        /// `nil`: too few to be told.
        package var persons: Int?
        package var applied: Int

        package init(persons: Int?, applied: Int) { (self.persons, self.applied) = (persons, applied) }
    }

    package var rule: RulesPage.Rule
    package var purpose: String
    package var difficulties: [Difficulty]
    /// Whom it is about, in words.
    package var population: String
    /// The basic data items it reads, and which parts of them how far back.
    package var items: [String]
    package var looks: [String]
    /// Sentences it tells, with places in braces.
    package var sentences: [String]
    /// When somebody whom it finds is no candidate.
    package var suppressions: [String]
    /// What the last night found; `nil`: it did not apply the rule.
    package var lastNight: LastNight?
    /// What became of its cases, all months together; `nil`: there are none.
    package var measured: PrintedTables.Section?
    /// Who proposed and approved it when and why, oldest first.
    package var history: [String]
    /// Whether the file is as two persons approved it, in words.
    package var approval: String
    /// As the file has it.
    package var text: String

    package init(
        rule: RulesPage.Rule, purpose: String, difficulties: [Difficulty], population: String,
        items: [String],
        looks: [String], sentences: [String], suppressions: [String], lastNight: LastNight?,
        measured: PrintedTables.Section?, history: [String], approval: String, text: String
    ) {
        self.rule = rule
        self.purpose = purpose
        self.difficulties = difficulties
        self.population = population
        self.items = items
        self.looks = looks
        self.sentences = sentences
        self.suppressions = suppressions
        self.lastNight = lastNight
        self.measured = measured
        self.history = history
        self.approval = approval
        self.text = text
    }

    package func render(in frame: Frame) -> String {
        frame.page("規則 \(rule.id)", at: .rules) {
            tag("p", .class("small")) { tag("a", .href(RulesPage.path)) { RulesPage.title } }
            tag("h1") { "\(rule.id) \(rule.title)" }
            tag("p", .class("lead")) { rule.rationale }
            facts
            list("見る項目と期間", looks + (looks.isEmpty ? ["ほかの規則の該当を見ます。"] : []))
            list("該当したときに示す文（{ } には、記録の値が入ります）", sentences)
            list("確かめること", rule.confirm)
            list("該当しても候補にしない場合", suppressions)
            if let measured {
                tag("section", .class("dense")) {
                    tag("h2") { measured.title }
                    tag("p") { measured.text }
                    measured.table
                }
            }
            tag("h2") { "公開中の結果に当ててみる" }
            RuleTrialPage.form(frame, proposals: [])
            list("これまで", history.isEmpty ? ["提案と承認の記録はありません（はじめの夜間処理のときのまま）。"] : history)
            tag("details", .class("panel")) {
                tag("summary") { "規則のファイル（Guidelines/rules/\(rule.id).json5）" }
                tag("pre", .class("written")) { text }
            }
        }
    }

    /// The share that the last night found, in words.
    package var found: String {
        guard let lastNight, lastNight.applied > 0 else { return "まだ当てていません" }
        let applied = Wording.count(lastNight.applied)
        guard let persons = lastNight.persons else { return "10人に満たないため示しません（対象 \(applied)人）" }
        let share = Wording.share(Double(persons) / Double(lastNight.applied))
        return "\(share)（対象 \(applied)人のうち \(Wording.count(persons))人）"
    }

    /// The share that is expected, in words, and how many that were of those whom the last night looked at.
    private var expected: String {
        let share = Wording.share(rule.expected)
        guard let applied = lastNight?.applied, applied > 0 else { return share }
        let persons = Wording.count(Int((rule.expected * Double(applied)).rounded()))
        return "\(share)（最後の夜間処理の対象 \(Wording.count(applied))人なら、およそ\(persons)人）"
    }

    private var facts: HTML {
        let lines: [(String, String)] = [
            ("版", "第\(rule.version)版（\(approval)）"), ("書いた人", rule.author), ("承認した人", rule.approver),
            ("効く期間", rule.period), ("利用目的", purpose),
            ("困難の類型", difficulties.map(Wording.difficulty).joined(separator: "、")),
            ("急ぎ", Wording.urgency(rule.urgency)), ("対象", population),
            ("読む項目", items.isEmpty ? "なし（ほかの規則の該当）" : items.joined(separator: "、")),
            ("よりどころ", rule.source), ("見込む割合", expected), ("最後の夜間処理の割合", found),
            ("続ける目安", rule.proceed ?? "決めていません（docs/rules.md）"),
        ]
        return tag("dl", .class("facts panel")) {
            for (title, words) in lines {
                tag("dt") { title }
                tag("dd") { words }
            }
        }
    }

    @HTMLBuilder
    private func list(_ title: String, _ lines: [String]) -> HTML {
        if !lines.isEmpty {
            tag("h2") { title }
            tag("ul") { for line in lines { tag("li") { line } } }
        }
    }
}

extension RulesPage.Rule {
    var period: String { "\(from.wareki)から\(to.map { "\($0.wareki)まで" } ?? "")" }
    package var path: String { "\(RulesPage.path)/\(id)" }
}
