/// What became of each row of a file that came back from its department; and the form for one more.
package struct ReturnedFilePage: Sendable {
    package static let path = "/rejected/corrections"
    package static let file = "file"

    package struct Row: Sendable {
        /// Refused ones come first, kept ones last.
        package enum Place: Int, Sendable { case refused, other, kept }

        package var place: Place
        /// In the returned file.
        package var line: Int
        /// The extract and its line; `nil` where that cannot be read.
        package var origin: String?
        package var column: String?
        package var message: String
        /// What to do, or to know.
        package var remarks: [String]

        package init(
            place: Place, line: Int, origin: String?, column: String?, message: String, remarks: [String]
        ) {
            (self.place, self.line, self.origin) = (place, line, origin)
            (self.column, self.message, self.remarks) = (column, message, remarks)
        }
    }

    /// The sums, in words; `nil` where the file as such could not be used.
    package var tally: String?
    package var rows: [Row]
    /// Rows that nobody has mended yet, in words.
    package var waiting: [String]
    /// Why the file as such could not be used.
    package var refused: String?

    package init(tally: String? = nil, rows: [Row] = [], waiting: [String] = [], refused: String? = nil) {
        (self.tally, self.rows, self.waiting, self.refused) = (tally, rows, waiting, refused)
    }

    /// Rows on the page; a page of ten thousand nobody reads.
    private static let most = 1000

    package func render(in frame: Frame) -> String {
        frame.page(RejectedPage.title, at: .rejected) {
            tag("p", .class("small")) {
                tag("a", .href(RejectedPage.path)) { RejectedPage.title }
                " ＞ 直されたファイル"
            }
            tag("h1") { "直されたファイルを受け取った結果" }
            if let refused {
                tag("div", .class("alert"), .init("role", "alert")) {
                    tag("p") {
                        tag("strong") { "ファイルを受け取れません。" }
                        refused
                    }
                }
            }
            if let tally {
                tag("p", .class("lead"), .init("role", "status")) {
                    tally
                    if rows.contains(where: { $0.place == .kept }) { "。受け取った直しは、次の夜間処理が使います。" }
                }
                table
                waits
            }
            tag("section", .class("panel")) {
                tag("h2") { "もう一度送る" }
                Self.form(csrf: frame.csrf)
            }
        }
    }

    private var table: HTML {
        let sorted = rows.sorted { ($0.place.rawValue, $0.line) < ($1.place.rawValue, $1.line) }
        let rest = rows.count - Self.most
        return Table(
            caption: "行ごとの結果" + (rest > 0 ? "。はじめの\(Self.most)行です。ほかの\(rest)行の内訳は、上の数にあります" : ""),
            columns: [
                .init("送られたファイルの行"), .init("もとの行"), .init("結果", isShort: true), .init("列"), .init("理由・対処"),
            ],
            rows: sorted.prefix(Self.most).map { row in
                [
                    .text("\(row.line)行目"), tag("span", .class("mono")) { row.origin ?? "—" },
                    tag("strong", row.place == .refused ? .class("fail") : .class("name")) {
                        switch row.place {
                        case .refused: "受け取れません"
                        case .other: "そのまま"
                        case .kept: "受け取りました"
                        }
                    },
                    .text(row.column ?? "—"),
                    tag("div") {
                        tag("div") { row.message }
                        for remark in row.remarks { tag("div", .class("small")) { remark } }
                    },
                ]
            }, isStacked: true
        ).html
    }

    private var waits: HTML {
        tag("section") {
            tag("h2") { "まだ直しを待っている行" }
            if waiting.isEmpty {
                tag("p") { "直しを待っている行は、もうありません。" }
            } else {
                tag("ul") { for line in waiting { tag("li") { line } } }
            }
            tag("p") { tag("a", .href(RejectedPage.path)) { "却下された行の一覧へ戻る" } }
        }
    }

    /// Takes one file.
    static func form(csrf: String) -> HTML {
        tag(
            "form", .class("step"), .init("method", "post"), .init("action", path),
            .init("enctype", "multipart/form-data")
        ) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
            tag("label") {
                "直されたファイル（書き出したCSVを直したもの。4 MBまで）"
                tag(
                    "input", .init("type", "file"), .init("name", file), .init("accept", ".csv,text/csv"),
                    .init("required", ""))
            }
            tag("label") {
                tag(
                    "input", .init("type", "checkbox"), .init("name", RejectedForm.otherPerson),
                    .init("value", "yes"))
                "\(RejectedForm.question)（もとの書類やシステムで確かめたときだけ）"
            }
            tag("button", .init("type", "submit")) { "ファイルを送る" }
            tag("p", .class("small")) {
                "列を消したり並べ替えたりせず、「CSV UTF-8」で保存してください。伏せた列は「（伏せています）」のままなら、もとの値を使います。送られたファイルは残しません。受け取った直しは、暗号化して残します。"
            }
        }
    }
}
