package import Domain

/// What the reader can do with a case now: forms for the steps that fit, and nothing else.
package struct WorkPanel: Sendable {
    package struct Worker: Sendable {
        package var id: UserID
        package var name: String

        package init(id: UserID, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// A step that was refused: why, and what was typed, by the names of the form's fields.
    package struct Refused: Sendable {
        package var message: String
        package var typed: [String: String]

        package init(message: String, typed: [String: String]) {
            self.message = message
            self.typed = typed
        }
    }

    package var id: CaseID
    package var work: CaseWork
    package var version: Int
    package var user: UserID
    package var csrf: String
    package var holder: Worker?
    package var offeredTo: Worker?
    package var proposer: Worker?
    /// To whom the case may go.
    package var workers: [Worker]
    package var mayUndo: Bool
    package var refused: Refused?

    package init(
        id: CaseID, work: CaseWork, version: Int, user: UserID, csrf: String, holder: Worker?,
        offeredTo: Worker?,
        proposer: Worker?, workers: [Worker], mayUndo: Bool, refused: Refused?
    ) {
        self.id = id
        self.work = work
        self.version = version
        self.user = user
        self.csrf = csrf
        self.holder = holder
        self.offeredTo = offeredTo
        self.proposer = proposer
        self.workers = workers
        self.mayUndo = mayUndo
        self.refused = refused
    }

    private var isMine: Bool { work.holder == user }
    private var others: [Worker] { workers.filter { $0.id != user } }

    func html(today: Day) -> HTML {
        tag("section", .class("panel"), .id("work"), .init("aria-label", "担当と状態")) {
            if let refused {
                tag("p", .class("alert"), .init("role", "alert")) { refused.message }
            }
            status(today: today)
            if mayUndo { form("undo", "直前の操作を取り消す（30秒以内）", isQuiet: true) }
            if !work.state.isOpen {
                form("reopen", "再開する", note: "再開する理由")
            } else if work.closing != nil {
                approval
            } else if work.offeredTo != nil {
                handover
            } else {
                steps
            }
            form("note", "メモを残す", note: "メモ", isQuiet: true)
        }
    }

    private func status(today: Day) -> HTML {
        tag("dl", .class("facts")) {
            tag("dt") { "いま" }
            tag("dd") { tag("strong") { work.queue?.rawValue ?? work.state.rawValue } }
            tag("dt") { "担当" }
            tag("dd") { holder?.name ?? "決まっていません" }
            if let offeredTo {
                tag("dt") { "引継ぎ先" }
                tag("dd") { "\(offeredTo.name)（返事を待っています）" }
            }
            if let due = work.due {
                tag("dt") { "期限" }
                tag("dd") {
                    if due < today {
                        tag("span", .class("late")) { "\(due.wareki)（過ぎています）" }
                    } else {
                        "\(due.wareki)"
                    }
                }
            }
            if let closing = work.closing {
                tag("dt") { "終了の申出" }
                tag("dd") {
                    "「\(closing.state.rawValue)」　\(proposer?.name ?? "")　\(closing.why?.rawValue ?? "")　"
                    tag("span", .class("written")) { closing.reason }
                    remedy(closing.why)
                }
            }
            if let why = work.endReason {
                tag("dt") { "対象外の理由" }
                tag("dd") {
                    why.rawValue
                    remedy(why)
                }
            }
            if let quiet = work.quietUntil {
                tag("dt") { "再び載せない期間" }
                tag("dd") { "\(quiet.wareki)まで" }
            }
        }
    }

    private func remedy(_ why: NotApplicableReason?) -> HTML {
        why?.remedy.map { remedy in tag("p", .class("small")) { remedy } } ?? .nothing
    }

    private var approval: HTML {
        tag("div") {
            if work.closing?.proposer == user {
                tag("p", .class("muted")) { "ほかの職員の承認を待っています。" }
            } else {
                form("approve", "終了を承認する")
            }
            form("reject", "差し戻す", note: "差し戻す理由", isQuiet: true)
        }
    }

    private var handover: HTML {
        tag("div") {
            if work.offeredTo == user { form("accept", "引き受ける") }
            if work.offeredTo == user || isMine {
                form(
                    "decline", isMine ? "引継ぎをやめる" : "辞退する", note: isMine ? "やめる理由" : "辞退する理由", isQuiet: true)
            }
        }
    }

    private var steps: HTML {
        tag("div") {
            if work.holder == nil { form("claim", "担当する") }
            if isMine {
                if !work.state.next.isEmpty {
                    form("move", "進める", note: "理由", choices: choices("次の状態", work.state.next))
                }
                if !work.state.ends.isEmpty {
                    more("終える", ["close"]) {
                        form(
                            "close", "終了を申し出る", note: "理由（対象外は、その他のときだけ必要です）",
                            choices: .joined([
                                choices("終わり方", work.state.ends), reasons,
                                field("quietUntil", "再び載せない期間（対象外だけ）", type: "date"),
                            ]))
                    }
                }
                more("期限・引継ぎ", ["due", "offer", "release"]) {
                    tag("div") {
                        form(
                            "due", "期限を決める", choices: field("due", "期限（空にすると期限なし）", type: "date"),
                            isQuiet: true)
                        if !others.isEmpty {
                            form("offer", "引継ぎを頼む", note: "頼む理由", choices: people, isQuiet: true)
                        }
                        form("release", "担当をやめる", note: "やめる理由", isQuiet: true)
                    }
                }
            } else if !others.isEmpty || work.holder == nil {
                more("担当を決める", ["assign"]) { form("assign", "担当にする", choices: people, isQuiet: true) }
            }
        }
    }

    /// Open from the start where what was refused stands in it.
    private func more(_ title: String, _ inside: [String], content: () -> HTML) -> HTML {
        inside.contains(refused?.typed["step"] ?? "")
            ? tag("details", .init("open", "")) {
                tag("summary") { title }
                content()
            }
            : tag("details") {
                tag("summary") { title }
                content()
            }
    }

    /// - Parameter note: the label of the text to write; `nil`: none is needed.
    private func form(
        _ step: String, _ button: String, note: String? = nil, choices: HTML = .nothing, isQuiet: Bool = false
    ) -> HTML {
        tag("form", .class("step"), .init("method", "post"), .init("action", "/cases/\(id)")) {
            for (name, value) in [("csrf", csrf), ("version", "\(version)"), ("step", step)] {
                tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
            }
            choices
            if let note {
                tag("label") {
                    note
                    tag("textarea", .init("name", "note"), .init("rows", "2"), .init("maxlength", "2500")) {
                        refused?.typed["step"] == step ? refused?.typed["note"] ?? "" : ""
                    }
                }
            }
            isQuiet
                ? tag("button", .init("type", "submit"), .class("quiet")) { button }
                : tag("button", .init("type", "submit")) { button }
        }
    }

    private func choices(_ title: String, _ states: Set<CaseState>) -> HTML {
        select("state", title, CaseState.allCases.filter(states.contains).map { ($0.rawValue, $0.rawValue) })
    }

    private var reasons: HTML {
        select(
            "why", "対象外の理由（対象外だけ）",
            [("", "選んでください")] + NotApplicableReason.allCases.map { ($0.rawValue, $0.rawValue) })
    }

    private var people: HTML {
        select("to", "職員", (isMine ? others : workers).map { ($0.id.rawValue, $0.name) })
    }

    private func select(_ name: String, _ title: String, _ options: [(value: String, text: String)]) -> HTML {
        tag("label") {
            title
            tag("select", .init("name", name)) {
                for option in options {
                    refused?.typed[name] == option.value
                        ? tag("option", .init("value", option.value), .init("selected", "")) { option.text }
                        : tag("option", .init("value", option.value)) { option.text }
                }
            }
        }
    }

    private func field(_ name: String, _ title: String, type: String) -> HTML {
        tag("label") {
            title
            tag(
                "input", .init("type", type), .init("name", name),
                .init("value", refused?.typed[name] ?? (name == "due" ? work.due?.description ?? "" : "")))
        }
    }
}
