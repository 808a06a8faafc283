/// A table with header cells and a caption that screen readers announce.
struct Table {
    struct Column {
        let title: String
        /// Figures stand right, in columns.
        let isNumber: Bool

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    let caption: String
    let columns: [Column]
    /// One cell a column; the first one names the row.
    let rows: [[HTML]]

    var html: HTML {
        // Focusable, so that a keyboard can scroll a wide table on a narrow screen.
        tag(
            "div", .class("scroll"), .init("tabindex", "0"), .init("role", "region"),
            .init("aria-label", caption)
        ) {
            tag("table") {
                tag("caption") { caption }
                tag("thead") {
                    tag("tr") { for column in columns { header(column) } }
                }
                tag("tbody") {
                    for row in rows {
                        tag("tr") {
                            for (column, cell) in zip(columns, row).prefix(1) { rowHeader(column, cell) }
                            for (column, cell) in zip(columns, row).dropFirst() { body(column, cell) }
                        }
                    }
                }
            }
        }
    }

    private func header(_ column: Column) -> HTML {
        column.isNumber
            ? tag("th", .scope("col"), .class("number")) { column.title }
            : tag("th", .scope("col")) { column.title }
    }

    private func rowHeader(_ column: Column, _ cell: HTML) -> HTML {
        column.isNumber
            ? tag("th", .scope("row"), .class("number")) { cell } : tag("th", .scope("row")) { cell }
    }

    private func body(_ column: Column, _ cell: HTML) -> HTML {
        column.isNumber ? tag("td", .class("number")) { cell } : tag("td") { cell }
    }
}
