/// Rejected rows by file and reason, and the places of those of one reason; no word of what they hold.
package struct RejectedPage: Sendable {
    package static let path = "/rejected"
    package static let title = "却下された行"

    /// One reason in one file.
    package struct Reason: Sendable {
        package var title: String
        package var file: String
        package var code: String
        /// Of its first row.
        package var message: String
        package var count: Int
        /// Of these, the rows whose correction waits for the next night.
        package var corrected: Int
        package var fix: String
        /// Path of its rows.
        package var path: String

        package init(
            title: String, file: String, code: String, message: String, count: Int, corrected: Int,
            fix: String, path: String
        ) {
            self.title = title
            self.file = file
            self.code = code
            self.message = message
            self.count = count
            self.corrected = corrected
            self.fix = fix
            self.path = path
        }
    }

    package struct Line: Sendable {
        /// Names the row in addresses.
        package var id: String
        package var file: String
        package var line: Int
        package var column: String?
        package var message: String
        package var fix: String
        package var isCorrected: Bool
        /// Titles of the columns that the correction changes, where they are known.
        package var changed: [String]

        package init(
            id: String, file: String, line: Int, column: String?, message: String, fix: String,
            isCorrected: Bool, changed: [String] = []
        ) {
            self.id = id
            self.file = file
            self.line = line
            self.column = column
            self.message = message
            self.fix = fix
            self.isCorrected = isCorrected
            self.changed = changed
        }

        /// `nil` where they are not known.
        var changedInWords: String? {
            changed.isEmpty ? nil : "直した列: \(changed.map { "「\($0)」" }.joined())"
        }
    }

    /// Rows of one extract that no correction waits for, as a file.
    package struct Sheet: Sendable {
        package var title: String
        package var file: String
        package var rows: Int
        /// Where it is downloaded.
        package var path: String

        package init(title: String, file: String, rows: Int, path: String) {
            (self.title, self.file, self.rows, self.path) = (title, file, rows, path)
        }
    }

    /// `nil`: no night has ended so far.
    package var run: String?
    package var isInService: Bool
    /// Which corrections ended with a new extract, in sentences.
    package var lapsed: [String]
    package var reasons: [Reason]
    package var sheets: [Sheet]
    package var lines: [Line]
    /// All rows that were asked for, those of the page among them.
    package var total: Int
    /// Whether rows of one file or reason were asked for.
    package var isChosen: Bool
    /// Path of the next page, if there is one.
    package var next: String?

    package init(
        run: String? = nil, isInService: Bool = false, lapsed: [String] = [], reasons: [Reason] = [],
        sheets: [Sheet] = [],
        lines: [Line] = [],
        total: Int = 0, isChosen: Bool = false, next: String? = nil
    ) {
        self.run = run
        self.isInService = isInService
        self.lapsed = lapsed
        self.reasons = reasons
        self.sheets = sheets
        self.lines = lines
        self.total = total
        self.isChosen = isChosen
        self.next = next
    }

    package static func path(of row: String) -> String { "\(path)/\(row)" }

    /// From other pages to this one.
    static var way: HTML {
        tag("p") { tag("a", .href(path)) { "却下された行と、直し方を見る" } }
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .rejected) {
            tag("header") {
                tag("h1") { Self.title }
                tag("p") {
                    if let run {
                        "実行 "
                        tag("span", .class("mono")) { run }
                        isInService ? "（公開中）" : "（公開されていない実行）"
                    } else {
                        "終わった夜間処理がまだありません。"
                    }
                }
            }
            if !lapsed.isEmpty {
                tag("div", .class("panel"), .init("role", "note")) {
                    for ended in lapsed { tag("p") { ended } }
                }
            }
            if reasons.isEmpty {
                tag("div", .class("panel")) { "扱える却下された行はありません。" }
            } else {
                overview
                Self.whatToDo
                rows
                byFile(csrf: frame.csrf)
            }
        }
    }

    private var overview: HTML {
        Table(
            caption: "ファイルと理由ごとの件数",
            columns: [
                .init("データ"), .init("理由"), .init("行", isNumber: true),
                .init("直し済み", isNumber: true), .init("対処"),
            ],
            rows: reasons.map { reason in
                [
                    tag("div") {
                        tag("div") { reason.title }
                        tag("div", .class("mono file")) { reason.file }
                    },
                    tag("div") {
                        tag("a", .href(reason.path)) { reason.message }
                        tag("div", .class("mono")) { reason.code }
                    },
                    .text(Wording.count(reason.count)), .text(Wording.count(reason.corrected)),
                    .text(reason.fix),
                ]
            }, isStacked: true
        ).html
    }

    private var rows: HTML {
        tag("section") {
            tag("h2") { "行（値は出しません）" }
            if isChosen { tag("p") { tag("a", .href(Self.path)) { "すべてのファイルと理由の行を見る" } } }
            Table(
                caption: "\(Wording.count(total))行のうち\(Wording.count(lines.count))行。開くと中身を示し、見たことは監査記録に残ります",
                columns: [.init("ファイル・行"), .init("列と理由"), .init("対処"), .init("直し")],
                rows: lines.map { line in
                    [
                        tag("a", .href(Self.path(of: line.id)), .class("mono file")) {
                            "\(line.file) \(line.line)行"
                        },
                        tag("div") {
                            if let column = line.column { tag("div", .class("name")) { column } }
                            tag("div") { line.message }
                        },
                        .text(line.isCorrected ? "次の夜間処理を待っています" : line.fix),
                        tag("div") {
                            line.isCorrected ? "受け取り済み" : "まだ"
                            if let changed = line.changedInWords { tag("div", .class("small")) { changed } }
                        },
                    ]
                }, isStacked: true
            ).html
            if let next {
                tag("nav", .class("pages"), .init("aria-label", "一覧のページ")) {
                    tag("a", .href(next), .init("rel", "next")) { "次のページへ" }
                }
            }
        }
    }

    /// The rows as files, and the files back.
    private func byFile(csrf: String) -> HTML {
        tag("section", .class("panel"), .id("files")) {
            tag("h2") { "ファイルで直す" }
            if sheets.isEmpty {
                tag("p") { "直しを待っている行はありません。" }
            } else {
                tag("p") { "直しを待っている行のCSV（表計算ソフトで開けます）。書き出したことは監査記録に残ります。使い終わったら、この端末のファイルを消してください。" }
                tag("ul") {
                    for sheet in sheets {
                        tag("li") {
                            tag("a", .href(sheet.path), .init("download", "")) {
                                "\(sheet.title)　"
                                tag("span", .class("mono")) { sheet.file }
                                " の\(Wording.count(sheet.rows))行をダウンロードする"
                            }
                        }
                    }
                }
            }
            ReturnedFilePage.form(csrf: csrf)
        }
    }

    /// What is mended where.
    static var whatToDo: HTML {
        tag("section", .class("panel")) {
            tag("h2") { "直し方" }
            tag("ol") {
                tag("li") { "行の値の誤り: 行を開いて直すか、まとめてファイルでダウンロードして直し、そのファイルを送ります。" }
                tag("li") { "列の名前や書き方が変わった、正しい値なのに却下される: データ連携担当に知らせてください。読み方の決まり（対応付け）を直します。" }
                tag("li") { "ファイルそのものの誤り: もとのシステムから抽出し直し、いつもの方法で送り直します。" }
            }
            tag("p") {
                "どれも、次の夜間処理から効きます。受け取った直しは、その抽出ファイルの行だけに使います。次に届く抽出には引き継がないので、もとのシステムも直してください。"
            }
        }
    }
}

/// One rejected row with what it holds, as far as it may be seen.
package struct RejectedRowPage: Sendable {
    package struct Field: Sendable {
        /// `nil`: a field more than there are columns.
        package var column: String?
        package var value: String
        package var isFaulty: Bool
        package var isMasked: Bool

        package init(column: String?, value: String, isFaulty: Bool, isMasked: Bool) {
            (self.column, self.value, self.isFaulty, self.isMasked) = (column, value, isFaulty, isMasked)
        }
    }

    package var title: String
    package var line: RejectedPage.Line
    package var code: String
    package var fields: [Field]
    /// Bytes that are no character, in words.
    package var unreadable: [String]
    /// Why fields are missing or masked.
    package var note: String?
    package var form: RejectedForm
    /// Path of the next row that nobody has mended.
    package var next: String?

    package init(
        title: String, line: RejectedPage.Line, code: String, fields: [Field], unreadable: [String],
        note: String?, form: RejectedForm, next: String?
    ) {
        self.title = title
        self.line = line
        self.code = code
        self.fields = fields
        self.unreadable = unreadable
        self.note = note
        self.form = form
        self.next = next
    }

    package func render(in frame: Frame) -> String {
        frame.page(RejectedPage.title, at: .rejected) {
            tag("p", .class("small")) {
                tag("a", .href(RejectedPage.path)) { RejectedPage.title }
                " ＞ \(line.file) \(line.line)行"
            }
            tag("h1") { "\(title)の\(line.line)行目" }
            tag("dl", .class("facts")) {
                fact("ファイル", line.file)
                fact("理由", "\(line.message)（\(code)）")
                if let column = line.column { fact("列", column) }
                if !line.isCorrected { fact("対処", line.fix) }
                fact("直し", line.isCorrected ? "受け取り済み。次の夜間処理で使います" : "まだ受け取っていません")
            }
            if line.isCorrected {
                tag("div", .class("panel"), .init("role", "status")) {
                    if form.refusal != nil {
                        tag("p") { "前に受け取った直しは、そのままです。新しく受け取るまでは、次の夜間処理がそれを使います。" }
                    } else {
                        tag("p") {
                            tag("strong") { "直しを受け取りました。" }
                            "次の夜間処理が、この行のかわりに使います。"
                            form.isWhole
                                ? "もう一度送ると、あとのものだけを使います。" : "下の欄は、直したあとの値です。変えて送ると、あとのものを使います。"
                        }
                    }
                    if let changed = line.changedInWords { tag("p") { changed } }
                    if let next { tag("p") { tag("a", .href(next)) { "まだ直していない次の行へ" } } }
                    tag("p") { tag("a", .href(RejectedPage.path)) { "却下された行の一覧へ戻る" } }
                }
            }
            if let note { tag("p", .class("alert")) { note } }
            form.html(
                to: RejectedPage.path(of: line.id), reason: "\(line.message) \(line.fix)", csrf: frame.csrf)
            // Of a row whose columns are known, the form shows it all.
            if form.isWhole, !fields.isEmpty {
                Table(
                    caption: "行の中身。見たことは監査記録に残りました",
                    columns: [.init("列"), .init("値"), .init("誤り", isShort: true)],
                    rows: fields.enumerated().map { index, field in
                        [
                            .text(field.column ?? "（余り\(index + 1)）"),
                            field.isMasked
                                ? tag("span", .class("masked")) { field.value }
                                : tag("bdi") { field.value },
                            field.isFaulty ? tag("strong", .class("fail")) { "ここ" } : .nothing,
                        ]
                    }
                ).html
            }
            if !unreadable.isEmpty {
                tag("h2") { "読めないバイト（〓 のところ）" }
                tag("ul") { for byte in unreadable { tag("li", .class("mono")) { byte } } }
            }
            RejectedPage.whatToDo
        }
    }

    private func fact(_ title: String, _ text: String) -> HTML {
        .joined([tag("dt") { title }, tag("dd") { text }])
    }
}
