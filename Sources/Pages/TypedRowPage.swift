/// What somebody typed into a rejected row that cannot be taken any more: to be copied.
package struct TypedRowPage: Sendable {
    package struct Cell: Sendable {
        package var column: String
        package var value: String

        package init(column: String, value: String) { (self.column, self.value) = (column, value) }
    }

    /// The extract, its file and line, as the form had them.
    package var row: String
    /// Why it cannot be taken.
    package var message: String
    package var cells: [Cell]
    /// Rejected rows of the same source that there are now, and their title; `nil`: there are none.
    package var now: (title: String, path: String)?

    package init(row: String, message: String, cells: [Cell], now: (title: String, path: String)?) {
        (self.row, self.message, self.cells, self.now) = (row, message, cells, now)
    }

    package func render(in frame: Frame) -> String {
        frame.page(RejectedPage.title, at: .rejected) {
            tag("p", .class("small")) {
                tag("a", .href(RejectedPage.path)) { RejectedPage.title }
                " ＞ \(row)"
            }
            tag("h1") { "送った直しは、まだ受け取っていません" }
            tag("div", .class("alert"), .init("role", "alert")) { tag("p") { message } }
            if let now {
                tag("p") { tag("a", .href(now.path)) { "「\(now.title)」の、いま却下されている行を見る" } }
            }
            tag("p") { tag("a", .href(RejectedPage.path)) { "却下された行の一覧へ" } }
            Table(
                caption: "書いた内容。画面を移ると残りません。要るものは写してください",
                columns: [.init("列"), .init("書いた値")],
                rows: cells.map { cell in
                    [
                        .text(cell.column),
                        cell.value.isEmpty
                            ? tag("span", .class("muted")) { "（空欄）" }
                            : tag("bdi", .class("written")) { cell.value },
                    ]
                }
            ).html
        }
    }
}
