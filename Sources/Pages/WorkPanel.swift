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

    /// What the reader was writing and has not sent.
    package struct Draft: Sendable {
        /// The step whose form it was typed into.
        package var form: String
        package var text: String
        /// Of the case when it was typed.
        package var version: Int
        /// When it was kept, already written for people.
        package var at: String

        package init(form: String, text: String, version: Int, at: String) {
            (self.form, self.text, self.version, self.at) = (form, text, version, at)
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
    package var drafts: [Draft]

    package init(
        id: CaseID, work: CaseWork, version: Int, user: UserID, csrf: String, holder: Worker?,
        offeredTo: Worker?,
        proposer: Worker?, workers: [Worker], mayUndo: Bool, refused: Refused?, drafts: [Draft] = []
    ) {
        self.drafts = drafts
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

    func html(in frame: Frame) -> HTML {
        tag("section", .class("panel"), .id("work"), .init("aria-label", "担当と状態")) {
            if let refused {
                tag("p", .class("alert"), .init("role", "alert")) { refused.message }
            }
            status(today: frame.today)
            if mayUndo { form("undo", "直前の操作を取り消す（30秒以内）", isQuiet: true, key: frame.key("u")) }
            if !work.state.isOpen {
                form("reopen", "再開する", note: "再開する理由")
            } else if work.closing != nil {
                approval
            } else if work.offeredTo != nil {
                handover
            } else {
                steps(frame)
            }
            form("note", "メモを残す", note: "メモ", isQuiet: true, key: frame.key("n"))
            DraftsLeft(id: id, csrf: csrf, drafts: left).html
        }
    }

    /// Whether a draft stands in its form again: a note may be added to any version, of a case that changed since nothing else may.
    private func isRestored(_ draft: Draft) -> Bool {
        if refused?.typed["step"] == draft.form { return written.contains(draft.form) }
        return written.contains(draft.form) && (draft.form == "note" || draft.version == version)
    }

    /// What was written and has no form to stand in: drafts, and what was refused since the case has gone on.
    private var left: [Draft] {
        let left = drafts.filter { !isRestored($0) }
        guard let form = refused?.typed["step"], let text = refused?.typed["note"], !text.isEmpty,
            !written.contains(form), !left.contains(where: { ($0.form, $0.text) == (form, text) })
        else { return left }
        return left + [Draft(form: form, text: text, version: version, at: "いま送られたもの")]
    }

    /// Steps whose forms stand here with something to write.
    private var written: Set<String> {
        if !work.state.isOpen { return ["note", "reopen"] }
        if work.closing != nil { return ["note", "reject"] }
        if work.offeredTo != nil {
            return work.offeredTo == user || isMine ? ["note", "decline"] : ["note"]
        }
        guard isMine else { return ["note"] }
        return Set(["note", "release"]).union(work.state.next.isEmpty ? [] : ["move"])
            .union(work.state.ends.isEmpty ? [] : ["close"]).union(others.isEmpty ? [] : ["offer"])
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

    private func steps(_ frame: Frame) -> HTML {
        tag("div") {
            if work.holder == nil { form("claim", "担当する", key: frame.key("c")) }
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

    /// Open from the start where what was refused, or being written, stands in it.
    private func more(_ title: String, _ steps: [String], content: () -> HTML) -> HTML {
        let inside =
            steps.contains(refused?.typed["step"] ?? "")
            || drafts.contains { steps.contains($0.form) && isRestored($0) }
        return inside
            ? tag("details", .init("open", "")) {
                tag("summary") { title }
                content()
            }
            : tag("details") {
                tag("summary") { title }
                content()
            }
    }

    /// - Parameters:
    ///   - note: the label of the text to write; `nil`: none is needed.
    ///   - key: goes to the text, or sends a form without one.
    private func form(
        _ step: String, _ button: String, note: String? = nil, choices: HTML = .nothing,
        isQuiet: Bool = false, key: [Attribute] = []
    ) -> HTML {
        let attributes: [Attribute] = [
            .class("step"), .init("method", "post"), .init("action", "/cases/\(id)"),
        ]
        let kept: [Attribute] = note == nil ? [] : [.init("data-draft", DraftsLeft.path(id))]
        return .element(
            "form", attributes + kept,
            .joined([
                fields(step), choices, note.map { text(step, $0, key) } ?? .nothing,
                HTML.element(
                    "button",
                    [.init("type", "submit")] + (isQuiet ? [.class("quiet")] : [])
                        + (note == nil ? key : []), .text(button)),
                note == nil ? .nothing : draftLine(step),
            ]))
    }

    /// - Parameter step: of a form with something to write, also who does: nobody goes on with another's words.
    private func fields(_ step: String) -> HTML {
        .joined(
            [("csrf", csrf), ("version", "\(version)"), ("step", step), ("writer", user.rawValue)].map {
                name, value in
                tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
            })
    }

    private func text(_ step: String, _ title: String, _ key: [Attribute]) -> HTML {
        let isRefused = refused?.typed["step"] == step
        let draft = drafts.first { $0.form == step && isRestored($0) }
        let attributes: [Attribute] = [
            .init("name", "note"), .init("rows", "2"), .init("maxlength", "2500"),
        ]
        return tag("label") {
            title
            HTML.element(
                "textarea", attributes + key + (isRefused ? [.init("data-unkept", "")] : []),
                // A line break that a text begins with is left out by browsers, but for the first one.
                .text("\n" + (isRefused ? refused?.typed["note"] ?? "" : draft?.text ?? "")))
        }
    }

    /// What is told of a draft, and the button that throws it away.
    private func draftLine(_ step: String) -> HTML {
        let draft = drafts.first { $0.form == step && isRestored($0) }
        return .joined([
            draft == nil
                ? .nothing
                : tag(
                    "button", .init("type", "submit"), .class("quiet"), .init("formnovalidate", ""),
                    .init("formaction", DraftsLeft.path(id) + "/discard")
                ) { "下書きを捨てる" },
            tag("p", .class("small"), .init("aria-live", "polite"), .init("data-told", "")) {
                draft.map { "\($0.at)の下書きを戻しました。まだ記録していません。" } ?? ""
            },
        ])
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
            // A date that is none would not be shown in a field for dates.
            tag(
                "input", .init("type", refused?.typed[name] == nil ? type : "text"), .init("name", name),
                .init("value", refused?.typed[name] ?? (name == "due" ? work.due?.description ?? "" : "")))
        }
    }
}
