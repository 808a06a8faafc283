package import Domain

/// Who brings something to paper, when and for what; stands on every page of it.
package struct Printing: Sendable {
    package var user: String
    /// Date and time, already written for people.
    package var at: String
    package var purpose: String

    package init(user: String, at: String, purpose: String) {
        (self.user, self.at, self.purpose) = (user, at, purpose)
    }

    var mark: String { "\(user)　\(at)　\(purpose)" }

    /// A document for A4 without any menu; `title` is of the file, each sheet has a heading of its own.
    func document(_ title: String, back path: String, @HTMLBuilder sheets: () -> HTML) -> String {
        Frame.document(title) {
            Watermark.html(mark)
            tag("main", .id("main")) {
                tag("header", .class("screen")) {
                    tag("h1") { title }
                    tag("p") {
                        "ブラウザーの印刷（Ctrl+P）で、A4の紙に出します。この見出しは紙に出ません。"
                        tag("a", .href(path)) { "戻る" }
                    }
                    tag("p", .class("alert")) { "印刷したことは、監査記録に残ります。紙は、ケースの記録と同じに扱ってください。" }
                }
                sheets()
            }
        }
    }

    /// What begins every sheet.
    func heading(_ form: CaseForm, asOf: Day?) -> HTML {
        .joined([
            tag("h2") { form.rawValue },
            tag("p", .class("small")) {
                if let asOf { "\(asOf.wareki)時点のデータ　" }
                "印刷: \(mark)"
            },
        ])
    }
}

/// Sheets of paper about one case each. They hold what the case's page shows the same reader, or less.
package struct CaseSheetsPage: Sendable {
    package static let path = "/sheets/progress"

    /// A case that was chosen and is not printed.
    package struct Left: Sendable {
        package var id: CaseID
        package var why: String

        package init(id: CaseID, why: String) { (self.id, self.why) = (id, why) }
    }

    package var form: CaseForm
    package var cases: [CaseDetailPage]
    package var left: [Left]
    package var printing: Printing
    package var today: Day
    /// Where the reader came from.
    package var back: String

    package init(
        form: CaseForm, cases: [CaseDetailPage], left: [Left] = [], printing: Printing, today: Day,
        back: String
    ) {
        (self.form, self.cases, self.left) = (form, cases, left)
        (self.printing, self.today, self.back) = (printing, today, back)
    }

    package static func path(_ form: CaseForm, of id: CaseID) -> String { "/cases/\(id)/sheets/\(form.code)" }

    package func render() -> String {
        let title = cases.count == 1 ? form.rawValue : "\(form.rawValue)（\(cases.count)件）"
        return printing.document(title, back: back) {
            if !left.isEmpty {
                tag("ul", .class("screen alert")) {
                    for one in left { tag("li") { "ケース \(one.id)は印刷できません。\(one.why)" } }
                }
            }
            for one in cases { sheet(one) }
        }
    }

    private func sheet(_ one: CaseDetailPage) -> HTML {
        tag("section", .class("sheet"), .init("aria-label", "ケース \(one.summary.id)")) {
            printing.heading(form, asOf: one.asOf)
            if one.summary.isProtected {
                tag("p", .class("alert")) { "支援措置の対象です。所在や連絡先を本人以外に伝えないでください。" }
            }
            tag("dl", .class("facts")) { Sheet.lines(head(of: one)) }
            switch form {
            case .progress, .ledger: progress(one)
            case .history: history(one)
            case .conference: conference(one)
            }
        }
    }

    private func head(of one: CaseDetailPage) -> [(String, HTML)] {
        let summary = one.summary
        let name = tag("span") {
            tag("bdi") { summary.name.isEmpty ? "—" : summary.name }
            tag("span", .class("kana")) { summary.nameKana }
        }
        let birth = summary.birth.map { "\($0.wareki)（\(Wording.age($0, today: today))）" } ?? "—"
        return [("ケース", .text("\(summary.id)")), ("氏名", name)]
            // A sheet with particulars has it among them.
            + (form == .progress ? [] : [("生年月日", .text(birth))]) + [
                ("困難の類型", .text(summary.difficulties.map(Wording.difficulty).joined(separator: "、"))),
                (
                    "状態",
                    .text(
                        "\(summary.queue?.rawValue ?? summary.state.rawValue)（\(Wording.urgency(summary.urgency))）"
                    )
                ),
                ("担当", .text(summary.holder ?? "決まっていません")),
            ]
    }

    // MARK: 進行管理票

    private func progress(_ one: CaseDetailPage) -> HTML {
        .joined([
            tag("dl", .class("facts")) {
                PersonSections.particulars(one.particulars, birth: one.summary.birth, today: today)
                Sheet.lines([
                    ("主担当機関", Sheet.blank), ("登録した日", .text(one.openedOn.wareki)),
                    ("いつから", .text(one.summary.since.wareki)),
                ])
            },
            tag("h3") { "一覧に載った理由" },
            // Always the same: how much is withheld would tell that something is.
            tag("p", .class("muted")) { "役割で見られる理由だけを載せています。ほかに理由がないことを意味しません。" },
            tag("ul") {
                for flag in one.flags {
                    tag("li") {
                        flag.title
                        tag("ul") {
                            for reason in flag.reasons { tag("li") { reason.sentence } }
                            for reason in flag.protective { tag("li") { "支えになる記録: \(reason.sentence)" } }
                            for reason in flag.missing { tag("li") { "分からないこと: \(reason.sentence)" } }
                        }
                    }
                }
            },
            tag("h3") { "世帯" },
            PersonSections.members(one.household, today: today),
            tag("h3") { "行ったこと" },
            Table(
                caption: "状態・担当・期限を変えたこと",
                columns: [.init("日時", isShort: true), .init("行った人"), .init("内容"), .init("変わったところ")],
                rows: one.history.filter { !$0.changes.isEmpty }.map { event in
                    [.text(event.at), .text(event.actor), .text(event.what), Sheet.changes(event)]
                }
            ).html,
            tag("h3") { "次の見直し" },
            tag("dl", .class("facts")) {
                Sheet.lines([
                    ("期限", one.summary.due.map { .text($0.wareki) } ?? Sheet.blank),
                    ("支援の方針", Sheet.blank), ("関係機関と役割", Sheet.blank), ("見直した日と結果", Sheet.blank),
                ])
            },
        ])
    }

    // MARK: 経過記録

    private func history(_ one: CaseDetailPage) -> HTML {
        Table(
            caption: "経過（古いものから）",
            columns: [
                .init("日時", isShort: true), .init("行った人"), .init("内容"), .init("書いたこと"), .init("前 → 後"),
            ],
            rows: one.history.map { event in
                [
                    .text(event.at), .text(event.actor), .text(event.what),
                    tag("span", .class("written")) { event.note }, Sheet.changes(event),
                ]
            }
        ).html
    }

    // MARK: 会議録

    private func conference(_ one: CaseDetailPage) -> HTML {
        let missing = one.flags.flatMap { $0.missing.map(\.sentence) }
        let questions = one.flags.flatMap(\.confirm) + missing
        return .joined([
            tag("dl", .class("facts")) {
                Sheet.lines([
                    ("きっかけ", .text(one.flags.map(\.title).joined(separator: "、"))),
                    ("会議", .text("個別ケース検討会議　第　　回")), ("日時・場所", Sheet.blank), ("出席した機関と人", Sheet.blank),
                    ("進行・記録", Sheet.blank), ("主担当機関", Sheet.blank),
                ])
            },
            tag("h3") { "確かめること" },
            Sheet.byHand(
                "確かめること", ["問い", "分かったこと", "だれが・いつ"],
                rows: questions.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } + ["", ""]),
            tag("h3") { "話し合ったこと" },
            Sheet.byHand("話し合ったこと", ["こどもと家族の状況・意向", "気になること・支えになること"], rows: ["", ""]),
            tag("h3") { "決めたこと" },
            Sheet.byHand("支援の方針と役割", ["すること", "機関・人", "いつまでに"], rows: ["", "", "", ""]),
            tag("dl", .class("facts")) { Sheet.lines([("次の会議", Sheet.blank)]) },
        ])
    }
}

/// The list on paper: every case a row.
package struct LedgerSheetPage: Sendable {
    package static let path = "/sheets/ledger"

    package var lines: [QueuePage.Line]
    /// Over all that the reader asked for and may see.
    package var total: Int
    /// What the list was narrowed down to, in words.
    package var range: String
    package var asOf: Day?
    package var printing: Printing
    package var today: Day
    package var back: String

    package init(
        lines: [QueuePage.Line], total: Int, range: String, asOf: Day?, printing: Printing, today: Day,
        back: String
    ) {
        (self.lines, self.total, self.range, self.asOf) = (lines, total, range, asOf)
        (self.printing, self.today, self.back) = (printing, today, back)
    }

    package func render() -> String {
        printing.document(CaseForm.ledger.rawValue, back: back) {
            tag("section", .class("sheet wide dense"), .init("aria-label", CaseForm.ledger.rawValue)) {
                printing.heading(.ledger, asOf: asOf)
                tag("p") {
                    "範囲: \(range)　\(Wording.count(lines.count))件"
                    if total > lines.count {
                        tag("strong") { "（ほかに\(Wording.count(total - lines.count))件あります。範囲を狭めて印刷してください）" }
                    }
                }
                tag("p", .class("muted")) { "役割で見られるケースだけを載せています。" }
                Table(
                    caption: "\(CaseForm.ledger.rawValue)（一覧と同じ順）",
                    columns: [
                        .init("ケース", isShort: true), .init("氏名"), .init("年齢", isShort: true), .init("困難の類型"),
                        .init("確認のきっかけ"), .init("優先・状態"), .init("担当"), .init("登録", isShort: true),
                        .init("期限（終わった日）", isShort: true), .init("備考"),
                    ], rows: lines.map(row)
                ).html
            }
        }
    }

    private func row(_ line: QueuePage.Line) -> [HTML] {
        [
            .text("\(line.id)"),
            tag("span") {
                tag("bdi") { line.name.isEmpty ? "—" : line.name }
                if line.isProtected { tag("span", .class("masked")) { "支援措置" } }
            },
            .text(line.birth.map { Wording.age($0, today: today) } ?? "—"),
            .text(line.difficulties.map(Wording.difficulty).joined(separator: "、")),
            .text(line.ruleTitles.joined(separator: "、")),
            .text("\(Wording.urgency(line.urgency))　\(line.queue?.rawValue ?? line.state.rawValue)"),
            .text(line.holder ?? "—"), .text(line.openedOn.wareki),
            .text((line.endedOn ?? line.due)?.wareki ?? "—"), .nothing,
        ]
    }
}

/// What sheets have in common.
private enum Sheet {
    /// Room to write by hand.
    static var blank: HTML { tag("div", .class("blank")) {} }

    static func lines(_ lines: [(String, HTML)]) -> HTML {
        .joined(lines.flatMap { title, content in [tag("dt") { title }, tag("dd") { content }] })
    }

    static func changes(_ event: CaseDetailPage.EventLine) -> HTML {
        .joined(event.changes.map { change in tag("div") { change } })
    }

    /// A table whose first column may be given, and whose others wait for a hand.
    static func byHand(_ caption: String, _ columns: [String], rows: [String]) -> HTML {
        Table(
            caption: caption, columns: columns.map { .init($0) },
            rows: rows.enumerated().map { place, first in
                // A row has a name for who hears the sheet, too.
                let name = HTML.text(first.isEmpty ? "\(place + 1)" : first)
                return columns.indices.map { $0 > 0 ? blank : first.isEmpty ? .joined([name, blank]) : name }
            }
        ).html
    }
}
