package import Domain

/// The list of children somebody should look at.
package struct QueuePage: Sendable {
    package struct Line: Sendable {
        package var id: CaseID
        /// Empty where the reader may not see names.
        package var name: String
        package var nameKana: String
        package var birth: PartialDate?
        package var urgency: Urgency
        package var difficulties: [Difficulty]
        package var ruleTitles: [String]
        package var since: Day
        package var openedOn: Day
        package var state: CaseState
        package var isProtected: Bool
        /// `nil`: closed.
        package var queue: CaseQueue?
        /// Name of who works on it.
        package var holder: String?
        package var due: Day?
        /// `nil` of an open case.
        package var endedOn: Day?
        /// What a form says that chooses the case, as it is now; `nil` where the reader may not open it.
        package var choice: String?

        package init(
            id: CaseID, name: String, nameKana: String, birth: PartialDate?, urgency: Urgency,
            difficulties: [Difficulty], ruleTitles: [String], since: Day, openedOn: Day, state: CaseState,
            isProtected: Bool, queue: CaseQueue? = nil, holder: String? = nil, due: Day? = nil,
            endedOn: Day? = nil
        ) {
            self.endedOn = endedOn
            self.openedOn = openedOn
            self.id = id
            self.name = name
            self.nameKana = nameKana
            self.birth = birth
            self.urgency = urgency
            self.difficulties = difficulties
            self.ruleTitles = ruleTitles
            self.since = since
            self.state = state
            self.isProtected = isProtected
            self.queue = queue
            self.holder = holder
            self.due = due
        }
    }

    /// To whom what is chosen of the list may go.
    package struct Assigning: Sendable {
        package var workers: [WorkPanel.Worker]
        package var refused: WorkPanel.Refused?
        package var chosen: Set<String>
        /// Where the page begins, as its address says it.
        package var after: String

        package init(
            workers: [WorkPanel.Worker], refused: WorkPanel.Refused?, chosen: Set<String>, after: String
        ) {
            (self.workers, self.refused, self.chosen) = (workers, refused, chosen)
            self.after = after
        }
    }

    /// Cases that can be chosen at once.
    package static let mostChosen = 50

    package var lines: [Line]
    /// Over all pages.
    package var total: Int
    /// Path of the next page, if there is one.
    package var next: String?
    package var isFirst: Bool
    /// The day of the data; `nil` before the first publication.
    package var asOf: Day?
    /// What is shown.
    package var question: Question
    package var choices: Choices
    /// What the reader keeps: names and addresses.
    package var views: [(name: String, path: String)]
    /// How many the reader may see of each.
    package var queues: [(queue: CaseQueue, count: Int)]
    /// The reader's own, and those past their day, among all open ones.
    package var mine: Int
    package var overdue: Int
    /// How many cases the staff can look at in a week; `nil` where the settings do not say.
    package var weekly: Int?
    /// Whether the reader may open a case by hand.
    package var mayOpen: Bool
    /// Whether the reader may take the list out as a file.
    package var mayExport: Bool
    /// `nil` where nothing can be given to anybody.
    package var assigning: Assigning?
    /// What is wrong with the question, or with the name under which it was to be kept; nothing is listed then.
    package var fault: FormFault?
    /// The name under which it was to be kept, as it was typed.
    package var name = ""

    package init(
        lines: [Line], total: Int, next: String?, isFirst: Bool, asOf: Day?,
        question: Question = Question(), choices: Choices = Choices(),
        views: [(name: String, path: String)] = [],
        queues: [(queue: CaseQueue, count: Int)] = [], mine: Int = 0, overdue: Int = 0, weekly: Int? = nil,
        mayOpen: Bool = false, mayExport: Bool = false,
        assigning: Assigning? = nil
    ) {
        self.assigning = assigning
        (self.mayOpen, self.mayExport) = (mayOpen, mayExport)
        self.lines = lines
        self.total = total
        self.next = next
        self.isFirst = isFirst
        self.asOf = asOf
        (self.question, self.choices, self.views) = (question, choices, views)
        (self.mine, self.overdue) = (mine, overdue)
        self.queues = queues
        self.weekly = weekly
    }

    package func render(in frame: Frame) -> String {
        frame.page("確認の一覧", at: .queue, keys: .queue) {
            tag("h1") { "確認の一覧" }
            tag("p", .class("lead")) {
                "支援が必要かもしれないため、状況を確かめていただきたいこどもの一覧です。判断は必ず人が行います。"
                "この一覧に載っていないことは、支援が要らないことを意味しません。"
            }
            if let refused = assigning?.refused {
                tag("p", .class("alert"), .init("role", "alert")) { refused.message }
            }
            tag("p") {
                if mayOpen {
                    tag("a", .href(CaseOpeningPage.path)) { CaseOpeningPage.title }
                    "　"
                }
                if !lines.isEmpty {
                    tag("a", .href(question.path(LedgerSheetPage.path))) {
                        "この一覧を印刷する（\(CaseForm.ledger.rawValue)）"
                    }
                    if mayExport {
                        "　"
                        tag("a", .href(question.path(Self.exportPath))) { "この一覧を書き出す（CSV。書き出してよいケースだけ）" }
                    }
                }
            }
            if let fault { fault.alert("示せません。", title: fault.field.flatMap { Question.titles[$0] }) }
            if !queues.isEmpty {
                filters
                narrowing(csrf: frame.csrf)
            }
            if fault == nil { found(frame) }
        }
    }

    @HTMLBuilder
    private func found(_ frame: Frame) -> HTML {
        tag("p") {
            tag("strong") { "\(Wording.count(total))件中 \(Wording.count(lines.count))件を表示" }
            if let asOf { "（\(asOf.wareki)時点のデータ）" }
        }
        if lines.isEmpty {
            tag("div", .class("panel")) {
                asOf == nil
                    ? "夜間処理がまだ公開されていません。"
                    : question.isEmpty ? "確認を待っているケースはありません。" : "この範囲のケースはありません。"
            }
        } else {
            backlog
            table(today: frame.today)
            if lines.contains(where: { $0.choice != nil }) { form(csrf: frame.csrf) }
        }
        tag("nav", .class("pages"), .init("aria-label", "一覧のページ")) {
            if !isFirst { tag("a", .href(question.path())) { "最初のページへ" } }
            if let next { tag("a", .href(next), .init("rel", "next")) { "次のページへ" } }
        }
    }

    private var filters: HTML {
        tag("nav", .class("filters"), .init("aria-label", "一覧の範囲")) {
            link("", "すべて", queues.map(\.count).reduce(0, +))
            link("mine", Self.title(ofQueue: "mine"), mine)
            link("overdue", Self.title(ofQueue: "overdue"), overdue)
            for (queue, count) in queues { link(queue.code, queue.rawValue, count) }
            link(Question.ended, Self.title(ofQueue: Question.ended), nil)
            for view in views { tab(view.path, view.name, isHere: view.path == question.path()) }
        }
    }

    private func link(_ code: String, _ title: String, _ count: Int?) -> HTML {
        let tab = Question(queue: code)
        return self.tab(
            tab.path(), title + (count.map { " \(Wording.count($0))" } ?? ""), isHere: tab == question)
    }

    private func tab(_ path: String, _ text: String, isHere: Bool) -> HTML {
        isHere
            ? tag("a", .href(path), .init("aria-current", "page")) { text } : tag("a", .href(path)) { text }
    }

    package static let viewsPath = "/case-views"
    package static let exportPath = "/exports/cases.csv"

    /// Who stays beyond the week is told, never hidden.
    private var backlog: HTML {
        guard let weekly, question.isEmpty else { return .text("") }
        return tag("p") {
            total > weekly
                ? "1週間に確認できるのは\(Wording.count(weekly))件です。上から\(Wording.count(weekly))件が今週の分で、残りの\(Wording.count(total - weekly))件は次の週を待っています。"
                : "1週間に確認できるのは\(Wording.count(weekly))件で、すべて今週の分です。"
        }
    }

    private func table(today: Day) -> HTML {
        Table(
            caption: question["queue"] == Question.ended
                ? "終わった日の新しい順に並んでいます" : "優先、互いに違う困難の類型の数、経過の長さの順に並んでいます",
            columns: [
                .init("氏名"), .init("年齢", isShort: true), .init("優先"), .init("困難の類型"), .init("確認のきっかけ"),
                .init("いつから", isShort: true), .init("状態", isShort: true), .init("担当・期限"),
            ],
            rows: lines.map { row($0, today: today) }, isStacked: true
        ).html
    }

    /// Stands behind the table; the boxes in the rows belong to it.
    private func form(csrf: String) -> HTML {
        tag("section", .class("panel"), .init("aria-label", "選んだケース")) {
            tag("h2") { "選んだケース" }
            tag(
                "form", .id("assign"), .class("step"), .init("method", "post"),
                .init("action", assigning == nil ? CaseSheetsPage.path : AssignedPage.path)
            ) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                if let assigning { give(assigning) }
                // Nothing of what an assignment needs.
                tag(
                    "button", .init("type", "submit"), .class("quiet"), .init("formnovalidate", ""),
                    .init("formaction", CaseSheetsPage.path)
                ) { "\(CaseForm.progress.rawValue)を印刷する" }
            }
            tag("p", .class("small")) {
                "一度に\(Self.mostChosen)件まで。"
                if assigning != nil { "画面を開いたあとに変わったケースは、変えずにお知らせします。30秒以内なら取り消せます。" }
            }
        }
    }

    private func give(_ assigning: Assigning) -> HTML {
        let typed = assigning.refused?.typed ?? [:]
        return .joined([
            hidden(question.fields + [("after", assigning.after)]),
            tag("label") {
                "担当にする職員"
                tag("select", .init("name", "to")) {
                    for worker in assigning.workers {
                        HTML.element(
                            "option",
                            [.init("value", worker.id.rawValue)]
                                + (typed["to"] == worker.id.rawValue ? [.init("selected", "")] : []),
                            .text(worker.name))
                    }
                }
            },
            tag("label") {
                "理由（どのケースの経過にも残ります）"
                tag(
                    "textarea", .init("name", "note"), .init("rows", "2"), .init("required", ""),
                    .init("maxlength", "2500")
                ) { typed["note"] ?? "" }
            },
            tag("button", .init("type", "submit"), .class("quiet")) { "担当にする" },
        ])
    }

    private func box(_ line: Line) -> HTML {
        guard let choice = line.choice else { return .nothing }
        return .element(
            "input",
            [
                .init("type", "checkbox"), .init("name", "case"), .init("value", choice),
                .init("form", "assign"),
                .init("aria-label", "\(line.name.isEmpty ? "ケース \(line.id)" : line.name)を選ぶ"),
            ] + (assigning?.chosen.contains(choice) == true ? [.init("checked", "")] : []), .nothing)
    }

    private func row(_ line: Line, today: Day) -> [HTML] {
        [
            tag("div") {
                box(line)
                tag("a", .class("name"), .href("/cases/\(line.id)")) {
                    tag("bdi") { line.name.isEmpty ? "ケース \(line.id)" : line.name }
                }
                tag("span", .class("kana")) { line.nameKana }
                if line.isProtected { tag("span", .class("masked")) { "支援措置" } }
            },
            .text(line.birth.map { Wording.age($0, today: today) } ?? "—"),
            line.queue == nil ? .text("—") : UrgencyMark.html(line.urgency),
            .joined(
                line.difficulties.map { difficulty in
                    tag("span", .class("tag")) { Wording.difficulty(difficulty) }
                }),
            .joined(line.ruleTitles.map { title in tag("div") { title } }),
            .text(line.since.wareki),
            .text(line.queue?.rawValue ?? line.state.rawValue),
            tag("div") {
                line.holder ?? "—"
                if let ended = line.endedOn {
                    tag("span", .class("kana")) { "\(ended.wareki)に終了" }
                } else if let due = line.due {
                    tag("span", due < today ? .class("kana late") : .class("kana")) {
                        due < today ? "期限切れ \(due.wareki)" : "\(due.wareki)まで"
                    }
                }
            },
        ]
    }
}

/// How soon to look, in words; the filled form stands out without colour as well.
enum UrgencyMark {
    static func html(_ urgency: Urgency) -> HTML {
        urgency == .immediate
            ? tag("span", .class("urgency immediate")) { Wording.urgency(urgency) }
            : tag("span", .class("urgency")) { Wording.urgency(urgency) }
    }
}
