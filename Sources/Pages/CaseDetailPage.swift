package import Domain

/// One case: who, why somebody should look, what to confirm, and on which records that stands.
package struct CaseDetailPage: Sendable {
    /// A fact behind a reason, in words, with its lineage.
    package struct FactLine: Sendable {
        package var item: String
        package var kind: String
        package var value: FactValue
        package var unit: String?
        package var on: PartialDate?
        /// The day of the night that first brought it.
        package var known: Day?
        package var position: RowPosition

        package init(
            item: String, kind: String, value: FactValue, unit: String?, on: PartialDate?, known: Day? = nil,
            position: RowPosition
        ) {
            self.known = known
            self.item = item
            self.kind = kind
            self.value = value
            self.unit = unit
            self.on = on
            self.position = position
        }
    }

    package struct ReasonLine: Sendable {
        package var sentence: String
        package var sources: [SourceFreshness]
        package var facts: [FactLine]

        package init(sentence: String, sources: [SourceFreshness], facts: [FactLine]) {
            self.sentence = sentence
            self.sources = sources
            self.facts = facts
        }
    }

    package struct FlagLine: Sendable {
        package var rule: RuleID
        package var version: Int
        package var title: String
        package var urgency: Urgency
        package var reasons: [ReasonLine]
        /// What speaks for the family, and what could not be told.
        package var protective: [ReasonLine]
        package var missing: [ReasonLine]
        package var confirm: [String]

        package init(
            rule: RuleID, version: Int, title: String, urgency: Urgency, reasons: [ReasonLine],
            protective: [ReasonLine] = [], missing: [ReasonLine] = [], confirm: [String]
        ) {
            self.rule = rule
            self.version = version
            self.title = title
            self.urgency = urgency
            self.reasons = reasons
            self.protective = protective
            self.missing = missing
            self.confirm = confirm
        }
    }

    package struct HouseholdLine: Sendable {
        package var name: String
        package var birth: PartialDate?
        package var relation: String?

        package init(name: String, birth: PartialDate?, relation: String?) {
            self.name = name
            self.birth = birth
            self.relation = relation
        }
    }

    package struct EventLine: Sendable {
        /// Date and time, already written for people.
        package var at: String
        package var actor: String
        package var what: String
        package var note: String
        /// Old and new values, in words.
        package var changes: [String]

        package init(at: String, actor: String, what: String, note: String, changes: [String] = []) {
            self.changes = changes
            self.at = at
            self.actor = actor
            self.what = what
            self.note = note
        }
    }

    package struct RecordLine: Sendable {
        package var title: String
        package var file: String
        package var line: Int
        /// Match weight, log2; `nil` where the record joined nothing.
        package var linkWeight: Double?
        /// Whether it stays untold because of 支援措置.
        package var isWeightMasked: Bool

        package init(
            title: String, file: String, line: Int, linkWeight: Double?, isWeightMasked: Bool = false
        ) {
            self.title = title
            self.file = file
            self.line = line
            self.linkWeight = linkWeight
            self.isWeightMasked = isWeightMasked
        }
    }

    package var summary: QueuePage.Line
    package var openedOn: Day
    package var particulars: Particulars
    package var flags: [FlagLine]
    package var household: [HouseholdLine]
    package var records: [RecordLine]
    package var history: [EventLine]
    /// The day of the data.
    package var asOf: Day
    /// `nil` where the reader may not record on the case.
    package var work: WorkPanel?
    /// What the reader was writing, who may not record on the case now.
    package var draftsLeft: DraftsLeft?
    /// `nil` where the reader may not see programmes of this child, or none were imported.
    package var support: SupportChildPage?

    package init(
        summary: QueuePage.Line, openedOn: Day, particulars: Particulars, flags: [FlagLine],
        household: [HouseholdLine],
        records: [RecordLine], history: [EventLine], asOf: Day, work: WorkPanel? = nil,
        support: SupportChildPage? = nil
    ) {
        self.support = support
        self.summary = summary
        self.openedOn = openedOn
        self.particulars = particulars
        self.flags = flags
        self.household = household
        self.records = records
        self.history = history
        self.asOf = asOf
        self.work = work
    }

    package func render(in frame: Frame) -> String {
        frame.page(
            "ケース \(summary.id)", at: .none, scripts: work == nil ? [] : [DraftScript.path], keys: .detail
        ) {
            tag("p", .class("small")) {
                HTML.element("a", [.href("/cases")] + frame.key("q"), .text("確認の一覧"))
                " ＞ ケース \(summary.id)"
            }
            heading
            who(today: frame.today)
            tag("p") {
                "印刷: "
                for form in CaseForm.ofOne {
                    tag("a", .href(CaseSheetsPage.path(form, of: summary.id))) { form.rawValue }
                    "　"
                }
            }
            if let work { work.html(in: frame) }
            if let draftsLeft { draftsLeft.html }
            why
            PersonSections.household(household, today: frame.today)
            if !household.isEmpty {
                tag("p") { tag("a", .href(HouseholdPage.path(of: summary.id))) { "世帯を詳しく見る（所属・ケース）" } }
            }
            historySection
            if let support {
                tag("details", .class("panel")) {
                    tag("summary") { "使える可能性のある支援制度（\(support.child.offers.count)件）" }
                    support.html(frame)
                }
            }
            PersonSections.records(records)
        }
    }

    private var heading: HTML {
        tag("div") {
            tag("h1") {
                tag("bdi") { summary.name.isEmpty ? "ケース \(summary.id)" : summary.name }
                tag("span", .class("kana")) { summary.nameKana }
            }
            tag("p") {
                // Of an ended case nothing waits.
                if summary.queue != nil {
                    UrgencyMark.html(summary.urgency)
                    "　"
                }
                "\(summary.state.rawValue)　\(openedOn.wareki)に登録　"
                if let ended = summary.endedOn { "\(ended.wareki)に終了　" }
                "\(asOf.wareki)時点のデータ"
            }
            if summary.isProtected {
                tag("p", .class("alert")) {
                    "支援措置の対象です。住所・連絡先は表示しません。所在や連絡先を本人以外に伝えないでください。"
                }
            }
        }
    }

    private func who(today: Day) -> HTML {
        tag("section", .class("panel"), .init("aria-label", "本人")) {
            tag("dl", .class("facts")) {
                PersonSections.particulars(particulars, birth: summary.birth, today: today)
                tag("dt") { "困難の類型" }
                tag("dd") {
                    for difficulty in summary.difficulties {
                        tag("span", .class("tag")) { Wording.difficulty(difficulty) }
                    }
                }
            }
        }
    }

    /// Freshness is that of the night that judged, not of today: a night that fails has its own banner.
    private var why: HTML {
        tag("section", .init("aria-labelledby", "why")) {
            tag("h2", .id("why")) { "一覧に載った理由" }
            tag("p", .class("lead")) {
                flags.isEmpty
                    ? "いま表示できる理由はありません。これまでのことは経過にあります。"
                    : "次の理由から、状況を確かめていただくためのケースです。支援の要否を決めるものではありません。"
            }
            // Always the same: how much is withheld would tell that something is.
            tag("p", .class("muted")) { "役割で見られる理由だけを表示しています。ほかに理由がないことを意味しません。" }
            for flag in flags {
                tag("div", .class("panel")) {
                    tag("h3") { flag.title }
                    tag("p", .class("small")) {
                        flag.rule.isByHand ? "判定規則によらず、職員が登録しました" : "規則 \(flag.rule) 第\(flag.version)版"
                    }
                    for reason in flag.reasons { reasonPart(reason) }
                    if !flag.protective.isEmpty {
                        tag("h3") { "支えになる記録" }
                        for reason in flag.protective { reasonPart(reason) }
                    }
                    if !flag.missing.isEmpty {
                        tag("h3") { "記録がなく、分からないこと" }
                        for reason in flag.missing { reasonPart(reason) }
                    }
                    if !flag.confirm.isEmpty {
                        tag("h3") { "確かめていただきたいこと" }
                        tag("ul") { for line in flag.confirm { tag("li") { line } } }
                    }
                }
            }
        }
    }

    private func reasonPart(_ reason: ReasonLine) -> HTML {
        tag("div") {
            tag("div", .class("reason")) {
                tag("p") { reason.sentence }
                tag("ul", .class("sources"), .init("aria-label", "出典と時点")) {
                    for source in reason.sources { tag("li") { Wording.freshness(source, on: asOf) } }
                }
            }
            if !reason.facts.isEmpty {
                PersonSections.facts(reason.facts, caption: "理由のもとになった記録")
            }
        }
    }

    private var historySection: HTML {
        tag("section") {
            tag("h2") { "経過" }
            Table(
                caption: "このケースの経過",
                columns: [.init("日時", isShort: true), .init("行った人"), .init("内容"), .init("備考")],
                rows: history.map { event in
                    [
                        .text(event.at), .text(event.actor), .text(event.what),
                        tag("div") {
                            tag("span", .class("written")) { event.note }
                            for change in event.changes { tag("span", .class("kana")) { change } }
                        },
                    ]
                }
            ).html
        }
    }
}
