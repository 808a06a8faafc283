/// The register of consents and refusals (同意と利用停止の申出), for who keeps it; ids alone, no name.
package struct ConsentsPage: Sendable {
    package static let path = "/consents"
    package static let title = "同意と利用停止"

    package struct Line: Sendable {
        /// `M-1`.
        package var number: String
        package var isRefusal: Bool
        package var purpose: String
        /// In force, waiting for a second person, over: a word.
        package var state: String
        package var giver: String
        /// Where the paper is.
        package var evidence: String
        /// Of a consent; empty without a period.
        package var period: String
        /// Whom it is about now; none where no record of theirs came.
        package var persons: [String]
        /// What was done, in order: when, who, what, why.
        package var steps: [String]
        /// What a second person does next; `nil`: nothing is waited for.
        package var next: String?

        package init(
            number: String, isRefusal: Bool, purpose: String, state: String, giver: String, evidence: String,
            period: String, persons: [String], steps: [String], next: String?
        ) {
            self.number = number
            self.isRefusal = isRefusal
            self.purpose = purpose
            self.state = state
            self.giver = giver
            self.evidence = evidence
            self.period = period
            self.persons = persons
            self.steps = steps
            self.next = next
        }
    }

    package var lines: [Line]

    package init(lines: [Line]) { self.lines = lines }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .consents) {
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "利用停止の請求と同意の登録簿です。効いているものと、2人目を待つものが上に並びます。この一覧を見たことも記録に残ります。"
            }
            if lines.isEmpty {
                tag("div", .class("panel")) { "記録された申出はありません。" }
            } else {
                Table(
                    caption: "申出",
                    columns: [
                        .init("番号", isShort: true), .init("申出", isShort: true), .init("利用目的"),
                        .init("状態", isShort: true), .init("申し出た人", isShort: true), .init("書類"),
                        .init("今の対象"),
                    ], rows: lines.map(row), isStacked: true
                ).html
            }
            tag("section", .class("panel")) {
                tag("h2") { "記録する・確かめる・終える" }
                tag("p") { "パスワードと2人の手続が要るため、コマンドで行います。" }
                for command in ["record --help", "confirm M-番号", "end M-番号"] {
                    tag("p") { tag("code") { "renkei consent \(command)" } }
                }
            }
        }
    }

    private func row(_ line: Line) -> [HTML] {
        [
            .text(line.number), .text(line.isRefusal ? "利用停止" : "同意"), .text(line.purpose),
            tag("div") {
                tag("div") { line.state }
                if let next = line.next { tag("div", .class("small")) { next } }
            },
            .text(line.giver),
            tag("div") {
                tag("div") { tag("bdi") { line.evidence } }
                if !line.period.isEmpty { tag("div", .class("small")) { line.period } }
                tag("details") {
                    tag("summary") { "経過（\(line.steps.count)件）" }
                    tag("ul") { for step in line.steps { tag("li") { step } } }
                }
            },
            .text(line.persons.isEmpty ? "（届いた記録にいません）" : line.persons.joined(separator: "、")),
        ]
    }
}
