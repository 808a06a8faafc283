package import Domain

/// Pairs of records that people should look at: ids and weights, nobody's name.
package struct ReviewListPage: Sendable {
    package static let path = "/review"
    package static let title = "名寄せの確認"
    package static let decidedPath = "/review/decided"

    package struct Line: Sendable {
        package var id: String
        /// Titles of the two extracts.
        package var sources: [String]
        /// Of somebody protected, and of a pair of the sample that nobody has judged, there is none.
        package var weight: Double?
        package var sentence: String
        package var isProtected: Bool
        /// A verdict that waits for a second person.
        package var verdict: String?
        /// Whether that is the reader's own.
        package var isOwn: Bool

        package init(
            id: String, sources: [String], weight: Double?, sentence: String, isProtected: Bool,
            verdict: String?, isOwn: Bool
        ) {
            self.id = id
            self.sources = sources
            self.weight = weight
            self.sentence = sentence
            self.isProtected = isProtected
            self.verdict = verdict
            self.isOwn = isOwn
        }
    }

    package var lines: [Line]
    /// All that wait, those of the page among them.
    package var waiting: Int
    /// Pairs that policy hides.
    package var hidden: Int
    package var decided: Int
    /// Pairs of the random sample, and how many of them are judged.
    package var drawn: Int
    package var judged: Int
    /// `nil`: no night was published whose pairs can be told.
    package var asOf: Day?
    /// Path of the next page, if there is one.
    package var next: String?

    package init(
        lines: [Line] = [], waiting: Int = 0, hidden: Int = 0, decided: Int = 0, drawn: Int = 0,
        judged: Int = 0, asOf: Day? = nil, next: String? = nil
    ) {
        self.lines = lines
        self.waiting = waiting
        self.hidden = hidden
        self.decided = decided
        self.drawn = drawn
        self.judged = judged
        self.asOf = asOf
        self.next = next
    }

    package static func path(of pair: String) -> String { "\(path)/\(pair)" }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .review, keys: .reviewList) {
            tag("header") {
                tag("h1") { Self.title }
                tag("p") { asOf.map { "\($0.wareki)時点のデータ" } ?? "確かめる組を示せる夜間処理が、まだ公開されていません。" }
            }
            tag("p", .class("lead")) {
                "同じ人の記録かどうかを、名寄せが人に任せた組です。判断の効き目の大きいものから並びます。氏名などは、組を開いたときだけ示し、見たことは監査記録に残ります。"
            }
            if asOf != nil { progress }
            if lines.isEmpty {
                tag("div", .class("panel")) { "確かめる組はありません。" }
            } else {
                table
            }
            if let next {
                tag("nav", .class("pages"), .init("aria-label", "一覧のページ")) {
                    tag("a", .href(next), .init("rel", "next")) { "次のページへ" }
                }
            }
            if hidden > 0 { tag("p", .class("small")) { "権限がないため示さない組: \(hidden)組" } }
        }
    }

    private var progress: HTML {
        .joined([
            RunReportPage.figures(
                [("判断を待っている組", waiting), ("判断の済んだ組", decided)]
                    + (drawn > 0 ? [("無作為の標本", drawn), ("標本のうち判断の済んだ組", judged)] : [])),
            tag("p") {
                if let first = lines.first(where: { !$0.isOwn }) {
                    tag("a", .href(Self.path(of: first.id))) { "はじめの組を確かめる" }
                    "　"
                }
                tag("a", .href(Self.decidedPath)) { ReviewDecidedPage.title }
            },
        ])
    }

    private var table: HTML {
        Table(
            caption: "判断を待っている組。重みは、同じ人である見込みの強さ（ビット）です",
            columns: [
                .init("組", isShort: true), .init("抽出"), .init("重み", isNumber: true), .init("確かめる理由"),
            ],
            rows: lines.map { line in
                [
                    tag("a", .href(Self.path(of: line.id)), .class("name mono")) { line.id },
                    .text(line.sources.joined(separator: " ＝ ")),
                    .text(line.weight.map(Wording.figure) ?? "示しません"),
                    .joined([
                        .text(line.sentence),
                        line.isProtected ? tag("span", .class("tag")) { "支援措置" } : .nothing,
                        line.verdict.map { verdict in
                            tag("span", .class("tag")) {
                                line.isOwn
                                    ? "あなたの判断 \(verdict) が2人目を待っています" : "判断 \(verdict) が2人目を待っています"
                            }
                        } ?? .nothing,
                    ]),
                ]
            }, isStacked: true
        ).html
    }
}

/// The verdicts that stand: of which pairs, and whose word.
package struct ReviewDecidedPage: Sendable {
    package static let title = "判断の済んだ組"

    package struct Line: Sendable {
        package var number: String
        package var pair: String
        package var sources: [String]
        /// What is in force, or waits.
        package var state: String
        /// Date and time, already written for people.
        package var at: String
        package var who: String
        package var reason: String

        package init(
            number: String, pair: String, sources: [String], state: String, at: String, who: String,
            reason: String
        ) {
            self.number = number
            self.pair = pair
            self.sources = sources
            self.state = state
            self.at = at
            self.who = who
            self.reason = reason
        }
    }

    package var lines: [Line]

    package init(lines: [Line]) { self.lines = lines }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .review) {
            tag("p", .class("small")) {
                tag("a", .href(ReviewListPage.path)) { ReviewListPage.title }
            }
            tag("h1") { Self.title }
            tag("p", .class("lead")) {
                "取り消すまで、毎晩の名寄せで使います。新しいものから並びます。取り消すには、組を開きます（もう比べていない組は、コマンド renkei review withdraw で）。"
            }
            if lines.isEmpty {
                tag("div", .class("panel")) { "判断の済んだ組はありません。" }
            } else {
                Table(
                    caption: "取り消されていない判断",
                    columns: [
                        .init("判断", isShort: true), .init("組"), .init("抽出"), .init("答え"), .init("した人"),
                        .init("理由"),
                    ],
                    rows: lines.map { line in
                        [
                            .text(line.number),
                            tag("a", .href(ReviewListPage.path(of: line.pair)), .class("mono")) { line.pair },
                            .text(line.sources.joined(separator: " ＝ ")), .text(line.state),
                            tag("span") {
                                tag("bdi") { line.who }
                                "（\(line.at)）"
                            }, .text(line.reason),
                        ]
                    }, isStacked: true
                ).html
            }
        }
    }
}
