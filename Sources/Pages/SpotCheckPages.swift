package import Domain

/// A child who was drawn, in words.
package struct SpotCheckEntry: Sendable {
    package struct Given: Sendable {
        /// Date and time, already written for people.
        package var at: String
        package var who: String
        package var answer: SpotCheckAnswer
        package var note: String

        package init(at: String, who: String, answer: SpotCheckAnswer, note: String) {
            (self.at, self.who, self.answer, self.note) = (at, who, answer, note)
        }
    }

    package var number: Int
    /// `2026-10`.
    package var month: String
    package var person: PersonID
    package var name: String
    package var nameKana: String
    package var birth: PartialDate?
    package var isProtected: Bool
    package var answers: [Given]

    package init(
        number: Int, month: String, person: PersonID, name: String, nameKana: String, birth: PartialDate?,
        isProtected: Bool, answers: [Given]
    ) {
        self.number = number
        self.month = month
        self.person = person
        self.name = name
        self.nameKana = nameKana
        self.birth = birth
        self.isProtected = isProtected
        self.answers = answers
    }

    var path: String { "\(SpotCheckListPage.path)/\(number)" }
    var monthInWords: String {
        let parts = month.split(separator: "-").compactMap { Int($0) }
        return parts.count == 2 ? PartialDate.month(year: parts[0], month: parts[1]).wareki : month
    }
    var called: HTML { tag("bdi") { name.isEmpty ? person.rawValue : name } }
}

/// Children drawn at random, whom no rule applied to.
package struct SpotCheckListPage: Sendable {
    package static let path = "/spot-checks"
    package static let title = "抜き取り確認"

    /// What a child stands here for: told on every page, so that nobody takes it for a suspicion.
    static let meaning =
        "どの判定規則にも当てはまらなかったこどもを、くじで選んだものです。心配があると疑って選んだのではありません。規則の見落としがどれほどあるかを知るために、様子を確かめます。"

    package var lines: [SpotCheckEntry]
    package var asOf: Day
    /// Whether this reader may not see who was drawn, whoever was.
    package var isWithheld: Bool

    package init(lines: [SpotCheckEntry], asOf: Day, isWithheld: Bool = false) {
        (self.lines, self.asOf, self.isWithheld) = (lines, asOf, isWithheld)
    }

    /// What who may not see them is told: not that there is nobody.
    package static let withheld = "この役割では、だれが選ばれたかを見られません（選ばれた人がいないということではありません）。すべての項目を見られる役割だけに示します。"

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .spotChecks) {
            tag("header") {
                tag("h1") { Self.title }
                tag("p") { "\(asOf.wareki)時点のデータ" }
            }
            tag("p", .class("lead")) { Self.meaning }
            if lines.isEmpty {
                tag("div", .class("panel")) { isWithheld ? Self.withheld : "確かめるこどもはいません。" }
            } else {
                Table(
                    caption: "くじで選ばれたこども",
                    columns: [
                        .init("月", isShort: true), .init("こども"), .init("生年月日", isShort: true), .init("答え"),
                    ],
                    rows: lines.map { line in
                        [
                            .text(line.monthInWords), tag("a", .href(line.path)) { line.called },
                            .text(
                                line.birth.map {
                                    "\($0.wareki)（\(Wording.age($0, today: frame.today))）"
                                } ?? "—"),
                            .text(line.answers.last?.answer.rawValue ?? "まだ"),
                        ]
                    }, isStacked: true
                ).html
            }
        }
    }
}

/// Who a drawn child is, with the form for the answer.
package struct SpotCheckPage: Sendable {
    package var line: SpotCheckEntry
    package var particulars: Particulars
    package var household: [CaseDetailPage.HouseholdLine]
    package var records: [CaseDetailPage.RecordLine]
    package var asOf: Day
    package var mayRecord: Bool
    /// Why an answer was refused, and what was typed.
    package var refused: WorkPanel.Refused?

    package init(
        line: SpotCheckEntry, particulars: Particulars, household: [CaseDetailPage.HouseholdLine],
        records: [CaseDetailPage.RecordLine], asOf: Day,
        mayRecord: Bool, refused: WorkPanel.Refused?
    ) {
        self.line = line
        self.particulars = particulars
        self.household = household
        self.records = records
        self.asOf = asOf
        self.mayRecord = mayRecord
        self.refused = refused
    }

    package func render(in frame: Frame) -> String {
        frame.page(SpotCheckListPage.title, at: .spotChecks) {
            tag("p", .class("small")) {
                tag("a", .href(SpotCheckListPage.path)) { SpotCheckListPage.title }
                " ＞ \(line.number)"
            }
            tag("h1") {
                line.called
                tag("span", .class("kana")) { line.nameKana }
            }
            tag("p") { "\(line.monthInWords)に選ばれました　\(asOf.wareki)時点のデータ" }
            tag("p", .class("lead")) { SpotCheckListPage.meaning }
            if line.isProtected {
                tag("p", .class("alert")) {
                    "支援措置の対象です。住所・連絡先は表示しません。所在や連絡先を本人以外に伝えないでください。"
                }
            }
            tag("section", .class("panel"), .init("aria-label", "本人")) {
                tag("dl", .class("facts")) {
                    PersonSections.particulars(particulars, birth: line.birth, today: frame.today)
                }
            }
            if mayRecord {
                form(frame)
                if line.answers.last?.answer == .support {
                    tag("p") {
                        tag("a", .href(CaseOpeningPage.path(for: line.person))) { "この方のケースを開く" }
                    }
                }
            }
            given
            PersonSections.household(household, today: frame.today)
            PersonSections.records(records)
        }
    }

    private func form(_ frame: Frame) -> HTML {
        tag("section", .class("panel"), .init("aria-label", "答え")) {
            if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused.message } }
            tag("form", .class("step"), .init("method", "post"), .init("action", line.path)) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
                tag("label") {
                    "答え"
                    tag("select", .init("name", "answer")) {
                        for answer in SpotCheckAnswer.allCases {
                            refused?.typed["answer"] == answer.rawValue
                                ? tag("option", .init("value", answer.rawValue), .init("selected", "")) {
                                    answer.rawValue
                                } : tag("option", .init("value", answer.rawValue)) { answer.rawValue }
                        }
                    }
                }
                tag("label") {
                    "このあとどうするか（「支援が要る」では必ず書きます。ほかでは、書かなくてかまいません）"
                    tag("textarea", .init("name", "note"), .init("rows", "2"), .init("maxlength", "2500")) {
                        refused?.typed["note"] ?? ""
                    }
                }
                tag("button", .init("type", "submit")) { "答えを残す" }
            }
            tag("p", .class("small")) {
                "すでに支援を受けていて、ほかに気になる点がなければ「気になる点なし」です。答えはあとで改められ、最後のものを数えます。"
            }
        }
    }

    private var given: HTML {
        line.answers.isEmpty
            ? .nothing
            : Table(
                caption: "これまでの答え",
                columns: [.init("日時", isShort: true), .init("答えた人"), .init("答え"), .init("このあと")],
                rows: line.answers.map {
                    [.text($0.at), .text($0.who), .text($0.answer.rawValue), .text($0.note)]
                }
            ).html
    }
}
