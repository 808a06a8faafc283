/// The guideline in force, as a table of roles and items for one purpose at a time.
package struct PolicyPage: Sendable {
    package static let path = "/policy"
    package static let whyPath = "/policy/why"
    package static let whoPath = "/policy/who"
    package static let proposalPath = "/policy/proposal"
    package static let title = "決まり"

    /// Something to be chosen: its word, and its name for people.
    package struct Choice: Sendable {
        package var id: String
        package var title: String

        package init(_ id: String, _ title: String) { (self.id, self.title) = (id, title) }
    }

    /// First digits of the revision.
    package var revision: String
    /// Who did what of it when and why.
    package var steps: [String]
    /// Of a proposal that waits; `nil`: none does.
    package var proposal: String?
    package var purposes: [Choice]
    package var chosen: String
    package var section: PrintedTables.Section?
    /// What is wrong with what was chosen.
    package var fault: FormFault?

    package init(
        revision: String, steps: [String], proposal: String?, purposes: [Choice], chosen: String,
        section: PrintedTables.Section?, fault: FormFault? = nil
    ) {
        self.fault = fault
        self.revision = revision
        self.steps = steps
        self.proposal = proposal
        self.purposes = purposes
        self.chosen = chosen
        self.section = section
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .policy) {
            tag("header") {
                tag("h1") { Self.title }
                tag("p") { "効いている決まり（版 \(revision)）" }
            }
            if !steps.isEmpty { tag("ul", .class("sources")) { for step in steps { tag("li") { step } } } }
            tag("section", .class("panel"), .init("aria-label", "承認を待つ案")) {
                if let proposal {
                    tag("p") {
                        "承認を待つ案があります。"
                        tag("a", .href(Self.proposalPath)) { "版 \(proposal) の違いを見る" }
                    }
                } else {
                    tag("p") { "承認を待つ案はありません。" }
                }
                tag("ul") {
                    tag("li") { tag("a", .href(Self.whyPath)) { "一つの問いの答えと、そう決まる規定を確かめる" } }
                    tag("li") { tag("a", .href(Self.whoPath)) { "ある項目を、だれが使えるかを確かめる" } }
                }
            }
            tag("h2") { "役割・項目・利用目的の表" }
            if let fault { fault.alert("示せません。", title: "利用目的") }
            tag("form", .class("panel filter"), .init("method", "get"), .init("action", Self.path)) {
                select("purpose", "利用目的", purposes, chosen, fault)
                tag("button", .init("type", "submit")) { "示す" }
            }
            if let section {
                tag("section") {
                    tag("h3") { section.title }
                    tag("p", .class("lead")) { "\(section.text)書いていない組は許されません。" }
                    Table(
                        caption: "\(section.title)の、役割と項目の表",
                        columns: section.columns.map { Table.Column($0) },
                        rows: section.rows.map { $0.map { HTML.text($0) } }
                    ).html
                }
            }
        }
    }
}

/// A list to choose from, with its label.
private func select(
    _ name: String, _ label: String, _ choices: [PolicyPage.Choice], _ chosen: String, any: String? = nil,
    _ fault: FormFault?
) -> HTML {
    FormField.select(
        name, label, (any.map { [("", $0)] } ?? []) + choices.map { ($0.id, $0.title) }, chosen, fault)
}

/// One decision, with everything that decided it.
package struct PolicyWhyPage: Sendable {
    package static let title = "なぜそう決まるか"

    package struct Answer: Sendable {
        package var isPermitted: Bool
        /// What was permitted and under which obligations, or why not.
        package var sentences: [String]
        /// Word, statement, reason.
        package var statements: [[String]]

        package init(isPermitted: Bool, sentences: [String], statements: [[String]]) {
            self.isPermitted = isPermitted
            self.sentences = sentences
            self.statements = statements
        }
    }

    /// The form's fields in their order: name, label, choices, and what stands for all of them.
    package var fields: [(name: String, label: String, choices: [PolicyPage.Choice], any: String?)]
    package var typed: [String: String]
    /// `nil`: nothing was asked yet.
    package var answer: Answer?
    /// What is wrong with the question.
    package var fault: FormFault?

    package init(
        fields: [(name: String, label: String, choices: [PolicyPage.Choice], any: String?)],
        typed: [String: String], answer: Answer?, fault: FormFault? = nil
    ) {
        self.fault = fault
        self.fields = fields
        self.typed = typed
        self.answer = answer
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .policy) {
            way
            tag("h1") { Self.title }
            if let fault {
                fault.alert("確かめられません。", title: fields.first { $0.name == fault.field }?.label)
            }
            tag("form", .class("panel filter"), .init("method", "get"), .init("action", PolicyPage.whyPath)) {
                for field in fields {
                    select(
                        field.name, field.label, field.choices, typed[field.name] ?? "", any: field.any, fault
                    )
                }
                tag("button", .init("type", "submit")) { "確かめる" }
            }
            tag("p", .class("small")) {
                "理由を書くこと、2人で開くことが義務のときは、それをした場合の答えです。範囲の要る役割では、範囲の付いていない利用者には何も見えません。"
            }
            if let answer { told(answer) }
        }
    }

    private func told(_ answer: Answer) -> HTML {
        tag("section") {
            tag("h2") {
                "答え: "
                answer.isPermitted
                    ? tag("span", .class("pass")) { "許可" } : tag("span", .class("fail")) { "不許可" }
            }
            for sentence in answer.sentences { tag("p") { sentence } }
            if answer.statements.isEmpty {
                tag("p") { "当てはまる規定はありません。" }
            } else {
                Table(
                    caption: "当てはまる規定",
                    columns: [.init("規定"), .init("働き", isShort: true), .init("わけ"), .init("項目")],
                    rows: answer.statements.map { $0.map { HTML.text($0) } }, isStacked: true
                ).html
            }
        }
    }
}

/// Everybody who may use an item.
package struct PolicyWhoPage: Sendable {
    package static let title = "だれが使えるか"

    package var items: [PolicyPage.Choice]
    package var chosen: String
    /// What the item is; `nil`: none was asked for.
    package var sentence: String?
    package var columns: [String]
    package var rows: [[String]]
    /// What is wrong with what was chosen.
    package var fault: FormFault?

    package init(
        items: [PolicyPage.Choice], chosen: String, sentence: String?, columns: [String], rows: [[String]],
        fault: FormFault? = nil
    ) {
        self.fault = fault
        self.items = items
        self.chosen = chosen
        self.sentence = sentence
        self.columns = columns
        self.rows = rows
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .policy) {
            way
            tag("h1") { Self.title }
            if let fault { fault.alert("示せません。", title: "項目") }
            tag("form", .class("panel filter"), .init("method", "get"), .init("action", PolicyPage.whoPath)) {
                select("item", "項目", items, chosen, fault)
                tag("button", .init("type", "submit")) { "示す" }
            }
            if let sentence {
                tag("p", .class("lead")) { sentence }
                if rows.isEmpty {
                    tag("div", .class("panel")) { "使える役割はありません。" }
                } else {
                    Table(
                        caption: "この項目を使える役割", columns: columns.map { Table.Column($0) },
                        rows: rows.map { $0.map { HTML.text($0) } }, isStacked: true
                    ).html
                }
            }
        }
    }
}

/// From the pages behind the overview back to it.
private var way: HTML {
    tag("p", .class("small")) { tag("a", .href(PolicyPage.path)) { PolicyPage.title } }
}

/// A proposal that waits, what it would change, and the form of the second person.
package struct PolicyProposalPage: Sendable {
    package static let title = "承認を待つ案"

    package enum Approval: Sendable {
        case possible
        /// The reader proposed it.
        case own
        /// The reader's roles do not permit it.
        case denied
        /// Where this service cannot; the command can.
        case byCommand
    }

    /// Whole, so that what is approved is what was looked at.
    package var revision: String
    package var steps: [String]
    /// What matters most first; a star where protection weakens.
    package var headline: [String]
    /// Every decision that changes.
    package var changes: [String]
    package var drawn: String?
    /// Past reads asked again: what they come to, then the first of them.
    package var reads: String
    package var replayed: [String]
    package var missing: [String]
    package var approval: Approval
    /// Why an approval was refused, and what was typed.
    package var refused: WorkPanel.Refused?

    package init(
        revision: String, steps: [String], headline: [String], changes: [String], drawn: String?,
        reads: String, replayed: [String], missing: [String], approval: Approval,
        refused: WorkPanel.Refused?
    ) {
        self.revision = revision
        self.steps = steps
        self.headline = headline
        self.changes = changes
        self.drawn = drawn
        self.reads = reads
        self.replayed = replayed
        self.missing = missing
        self.approval = approval
        self.refused = refused
    }

    private var short: String { String(revision.prefix(12)) }

    /// Where nobody proposed anything.
    package static func renderNone(in frame: Frame) -> String {
        frame.page(title, at: .policy) {
            way
            tag("h1") { title }
            tag("div", .class("panel")) { "承認を待つ案はありません。" }
        }
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .policy) {
            way
            tag("h1") { Self.title }
            tag("p") {
                "版 "
                tag("span", .class("mono")) { short }
            }
            tag("ul", .class("sources")) { for step in steps { tag("li") { step } } }
            list("まず確かめること", headline)
            list("範囲がないため、何も見えなくなる利用者", missing)
            tag("section") {
                tag("h2") { "これまでの閲覧を問い直すと" }
                tag("p") { reads }
                if !replayed.isEmpty { tag("ul") { for read in replayed { tag("li") { read } } } }
            }
            tag("section") {
                tag("h2") { "答えの変わる組" }
                if let drawn { tag("p") { drawn } }
                if changes.isEmpty {
                    tag("p") { "答えの変わる組はありません。" }
                } else {
                    tag("details") {
                        tag("summary") { "\(changes.count)行" }
                        tag("ul") { for change in changes { tag("li") { change } } }
                    }
                }
            }
            approvalForm(frame)
        }
    }

    private func list(_ title: String, _ lines: [String]) -> HTML {
        lines.isEmpty
            ? .nothing
            : tag("section") {
                tag("h2") { title }
                tag("ul") { for line in lines { tag("li") { line } } }
            }
    }

    private func approvalForm(_ frame: Frame) -> HTML {
        tag("section", .class("panel"), .init("aria-label", "承認")) {
            tag("h2") { "承認" }
            if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused.message } }
            switch approval {
            case .own: tag("p") { "自分の出した案は承認できません。別の人の承認を待っています。" }
            case .denied: tag("p") { "あなたの役割では承認できません。" }
            case .byCommand:
                tag("p") {
                    "承認はコマンドで行います: "
                    tag("span", .class("mono")) {
                        "renkei policy approve \(short) --user あなたの利用者ID --reason 理由"
                    }
                }
            case .possible:
                tag("form", .class("step"), .init("method", "post"), .init("action", PolicyPage.proposalPath))
                {
                    tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
                    tag(
                        "input", .init("type", "hidden"), .init("name", "revision"), .init("value", revision))
                    tag("label") {
                        "理由（何を確かめたか。5文字から。監査記録に残ります。氏名や番号は書かないでください）"
                        tag(
                            "input", .init("type", "text"), .init("name", "reason"),
                            .init("value", refused?.typed["reason"] ?? ""), .init("maxlength", "200"),
                            .init("required", ""), .init("autocomplete", "off"))
                    }
                    tag("label") {
                        "あなたのパスワード"
                        tag(
                            "input", .init("type", "password"), .init("name", "password"),
                            .init("autocomplete", "current-password"), .init("required", ""))
                    }
                    tag("button", .init("type", "submit")) { "この案を承認する" }
                }
                tag("p", .class("small")) {
                    "決まりを試す表（Guidelines/cases）のとおりに答えることを確かめてから、次の操作と次の夜間処理から効かせます。"
                }
            }
        }
    }
}
