package import Domain

/// A person whom a declaration opens to this reader, as long as it runs.
package struct DeclaredPersonPage: Sendable {
    package struct NoteLine: Sendable {
        package var declaration: String
        /// Date and time, already written for people.
        package var at: String
        package var who: String
        package var words: String

        package init(declaration: String, at: String, who: String, words: String) {
            self.declaration = declaration
            self.at = at
            self.who = who
            self.words = words
        }
    }

    package var kind: DeclarePage.Kind
    package var number: Int
    package var reason: String
    /// When it ends, already written for people.
    package var until: String
    /// Titles of the purposes of which the use is stopped.
    package var stopped: [String]
    package var name: String
    package var nameKana: String
    package var isProtected: Bool
    package var birth: PartialDate?
    package var particulars: Particulars
    package var household: [CaseDetailPage.HouseholdLine]
    /// Members who are not shown, as their own use is stopped.
    package var householdWithheld: Int
    package var facts: [CaseDetailPage.FactLine]
    package var records: [CaseDetailPage.RecordLine]
    package var notes: [NoteLine]
    /// The day of the data.
    package var asOf: Day
    /// Whether a correction of the records waits for the next night.
    package var isCorrectionWaiting: Bool
    /// Why a note was not kept, and what was typed.
    package var refused: (message: String, note: String)?

    package init(
        kind: DeclarePage.Kind, number: Int, reason: String, until: String, stopped: [String], name: String,
        nameKana: String, isProtected: Bool, birth: PartialDate?, particulars: Particulars,
        household: [CaseDetailPage.HouseholdLine], householdWithheld: Int,
        facts: [CaseDetailPage.FactLine], records: [CaseDetailPage.RecordLine], notes: [NoteLine], asOf: Day,
        isCorrectionWaiting: Bool = false, refused: (message: String, note: String)? = nil
    ) {
        self.kind = kind
        self.number = number
        self.reason = reason
        self.until = until
        self.stopped = stopped
        self.name = name
        self.nameKana = nameKana
        self.isProtected = isProtected
        self.birth = birth
        self.particulars = particulars
        self.household = household
        self.householdWithheld = householdWithheld
        self.facts = facts
        self.records = records
        self.notes = notes
        self.asOf = asOf
        self.isCorrectionWaiting = isCorrectionWaiting
        self.refused = refused
    }

    private var title: String { kind == .emergency ? "緊急の確認" : "支援措置の開示" }

    package func render(in frame: Frame) -> String {
        frame.page("\(title) K-\(number)", at: kind == .emergency ? .emergency : .unlock) {
            tag("h1") {
                tag("bdi") { name.isEmpty ? "K-\(number)" : name }
                tag("span", .class("kana")) { nameKana }
            }
            tag("p") { "\(title) K-\(number)　\(until)まで　\(asOf.wareki)時点のデータ" }
            tag("p", .class("written")) { "理由: \(reason)" }
            if !stopped.isEmpty {
                tag("p", .class("alert")) {
                    "利用停止の申出があります（\(stopped.joined(separator: "、"))）。ほかの目的に要らない記録は、夜間処理で消しているため、ここにもありません。"
                }
            }
            if isCorrectionWaiting {
                tag("p", .class("alert")) {
                    "この方の記録には、まだ使われていない訂正があります。下の値は、訂正の前のものかもしれません。次の夜間処理で改まります。"
                }
            }
            if isProtected {
                tag("p", .class("alert")) {
                    kind == .emergency
                        ? "支援措置の対象です。住所・連絡先は、緊急のときも表示しません。要るときは、支援措置担当に頼んでください。所在や連絡先を本人以外に伝えないでください。"
                        : "支援措置の対象です。開いた住所・連絡先を、書き写したり、ほかの人に見せたりしないでください。"
                }
            }
            tag("section", .class("panel"), .init("aria-label", "本人")) {
                tag("dl", .class("facts")) {
                    PersonSections.particulars(particulars, birth: birth, today: frame.today)
                }
            }
            if kind == .emergency {
                noteSection(frame.csrf)
                PersonSections.household(household, today: frame.today)
                if householdWithheld > 0 {
                    tag("p", .class("muted")) {
                        "ほかに\(householdWithheld)人は、ご自身の利用停止の申出があるため示しません。いま確かめなければならないときは、その方について申告してください。"
                    }
                }
            }
            if !facts.isEmpty {
                tag("section") {
                    tag("h2") { "記録" }
                    PersonSections.facts(facts, caption: "この方について届いている記録")
                }
            }
            PersonSections.records(records)
        }
    }

    private func noteSection(_ csrf: String) -> HTML {
        tag("section", .class("panel"), .id("notes")) {
            tag("h2") { "確かめたこと" }
            if let refused { tag("p", .class("alert"), .init("role", "alert")) { refused.message } }
            for note in notes {
                tag("p") {
                    tag("span", .class("small")) { "\(note.at)　\(note.who)　\(note.declaration)" }
                    tag("span", .class("written kana")) { note.words }
                }
            }
            tag(
                "form", .class("step"), .init("method", "post"),
                .init("action", "/declarations/\(number)/notes")
            ) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                tag("label") {
                    "書き残す（緊急の確認でこの方を開いた人だけが読めます。担当しているケースがあれば、ケースにも書いてください）"
                    tag("textarea", .init("name", "note"), .init("rows", "3"), .init("maxlength", "2500")) {
                        refused?.note ?? ""
                    }
                }
                tag("button", .init("type", "submit"), .class("quiet")) { "書き残す" }
            }
        }
    }
}
