package import Domain

/// Looks persons up by name, reading, guardian or birth.
///
/// The words go in a form's body: an address would keep them in the browser's history and in the logs on the way.
package struct SearchPage: Sendable {
    package static let path = "/search"
    package static let title = "氏名で探す"

    package struct Line: Sendable {
        package var id: PersonID
        package var name: String
        package var nameKana: String
        package var birth: PartialDate?
        package var isProtected: Bool
        /// The open case, where the reader sees it in the queue.
        package var caseID: CaseID?
        /// Whether the reader may open a case of such a person, and may see which programmes are for them; not whether this one has any.
        package var mayOpenCase: Bool
        package var maySeeSupport: Bool

        package init(
            id: PersonID, name: String, nameKana: String, birth: PartialDate?, isProtected: Bool,
            caseID: CaseID?, mayOpenCase: Bool = false, maySeeSupport: Bool = false
        ) {
            (self.mayOpenCase, self.maySeeSupport) = (mayOpenCase, maySeeSupport)
            self.id = id
            self.name = name
            self.nameKana = nameKana
            self.birth = birth
            self.isProtected = isProtected
            self.caseID = caseID
        }
    }

    /// What was typed, as it was typed.
    package var words: String
    package var reason: String
    /// Whether the guideline wants a reason of this reader.
    package var wantsReason: Bool
    /// Why nothing was looked up.
    package var fault: FormFault?
    /// `nil`: nothing was looked up.
    package var lines: [Line]?
    /// Where the next page begins, if there is one.
    package var next: PersonID?
    package var isFirst: Bool
    package var asOf: Day?

    package init(
        words: String = "", reason: String = "", wantsReason: Bool, fault: FormFault? = nil,
        lines: [Line]? = nil, next: PersonID? = nil, isFirst: Bool = true, asOf: Day? = nil
    ) {
        self.words = words
        self.reason = reason
        self.wantsReason = wantsReason
        self.fault = fault
        self.lines = lines
        self.next = next
        self.isFirst = isFirst
        self.asOf = asOf
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .search) {
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "フリガナは1文字から、漢字は1文字から、姓・名・姓名のどれでも探せます。保護者の氏名でも探せます。"
                "生年月日（和暦・西暦）を続けて書くと絞り込みます。だれを示したかは記録に残り、書いた言葉は残りません。"
            }
            if let fault { fault.alert("探せません。", title: fault.field.flatMap { Self.titles[$0] }) }
            form(frame.csrf)
            if let lines { found(lines, frame) }
        }
    }

    private func form(_ csrf: String) -> HTML {
        tag("form", .class("panel filter"), .init("method", "post"), .init("action", Self.path)) {
            hidden("csrf", csrf)
            // What has the focus first is what is wrong.
            FormField.input(
                "q", Self.titles["q"] ?? "", words, fault, example: "例: さとう はな、佐藤、サト 令和2年4月1日",
                [
                    .init("type", "search"), .init("autocomplete", "off"), .init("size", "40"),
                    .init("maxlength", "80"),
                ] + (fault == nil ? [.init("autofocus", "")] : []))
            if wantsReason {
                FormField.input(
                    "reason", Self.titles["reason"] ?? "", reason, fault,
                    [.init("type", "text"), .init("autocomplete", "off")])
            }
            tag("button", .init("type", "submit")) { "探す" }
        }
    }

    private static let titles = ["q": "氏名・フリガナ・保護者の氏名・生年月日", "reason": "探す理由"]

    private func found(_ lines: [Line], _ frame: Frame) -> HTML {
        tag("section", .init("aria-label", "見つかった方")) {
            if lines.isEmpty {
                tag("div", .class("panel")) {
                    asOf == nil
                        ? "夜間処理がまだ公開されていません。"
                        : "あなたの見られる範囲に、当てはまる方はいません。"
                }
            } else {
                tag("p") {
                    tag("strong") {
                        next == nil && isFirst
                            ? "\(Wording.count(lines.count))人が見つかりました。"
                            : "\(Wording.count(lines.count))人を表示しています。"
                    }
                    if next != nil { "ほかにもいます。言葉を足すか、生年月日を続けて書くと絞り込めます。" }
                    if let asOf { "（\(asOf.wareki)時点のデータ）" }
                }
                table(lines, today: frame.today)
            }
            if let next {
                tag("form", .class("pages"), .init("method", "post"), .init("action", Self.path)) {
                    hidden("csrf", frame.csrf)
                    hidden("q", words)
                    if wantsReason { hidden("reason", reason) }
                    hidden("after", next.rawValue)
                    tag("button", .init("type", "submit")) { "次の50人" }
                }
            }
        }
    }

    private func hidden(_ name: String, _ value: String) -> HTML {
        tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
    }

    private func table(_ lines: [Line], today: Day) -> HTML {
        Table(
            caption: "フリガナの順に並んでいます",
            columns: [
                .init("氏名"), .init("生年月日", isShort: true), .init("番号"), .init("ケース・支援制度", isShort: true),
            ],
            rows: lines.map { line in
                [
                    tag("div") {
                        tag("bdi") { line.name }
                        tag("span", .class("kana")) { line.nameKana }
                        if line.isProtected { tag("span", .class("masked")) { "支援措置" } }
                    },
                    .text(line.birth.map { "\($0.wareki)（\(Wording.age($0, today: today))）" } ?? "—"),
                    tag("span", .class("number")) { line.id.rawValue },
                    links(line, today: today),
                ]
            }, isStacked: true
        ).html
    }

    /// Where one can go on with somebody. Of whom it is known not to be a child, there is neither a case nor support.
    private func links(_ line: Line, today: Day) -> HTML {
        let mayBeChild = line.birth.map { $0.range.upperBound.age(on: today) < 18 } ?? true
        var links: [(path: String, words: String)] = []
        if let id = line.caseID {
            links.append(("/cases/\(id)", "ケースを見る"))
        } else if line.mayOpenCase, mayBeChild {
            links.append((CaseOpeningPage.path(for: line.id), "ケースを開く"))
        }
        if line.maySeeSupport, mayBeChild { links.append(("/support/\(line.id)", "支援制度を見る")) }
        guard !links.isEmpty else { return .text("—") }
        return .joined(links.map { link in tag("div") { tag("a", .href(link.path)) { link.words } } })
    }
}
