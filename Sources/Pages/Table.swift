/// A table with header cells and a caption that screen readers announce.
struct Table {
    struct Column {
        let title: String
        /// Figures stand right, in columns.
        let isNumber: Bool
        /// A date, an age, one word: it stands in one line, and other columns give way.
        let isShort: Bool

        init(_ title: String, isNumber: Bool = false, isShort: Bool = false) {
            self.title = title
            self.isNumber = isNumber
            self.isShort = isShort
        }
    }

    let caption: String
    let columns: [Column]
    /// One cell a column; the first one names the row.
    let rows: [[HTML]]
    /// On a narrow screen each row becomes a card with its columns' titles, instead of scrolling sideways.
    var isStacked = false

    var html: HTML {
        // Focusable, so that a keyboard can scroll a wide table on a narrow screen.
        .element(
            "div",
            [
                isStacked ? .class("scroll cards") : .class("scroll"), .init("tabindex", "0"),
                .init("role", "region"), .init("aria-label", caption),
            ],
            part("table", "table") {
                tag("caption") { caption }
                part("thead", "rowgroup") {
                    part("tr", "row") {
                        for column in columns {
                            cell("th", "columnheader", [.scope("col")], column) { .text(column.title) }
                        }
                    }
                }
                part("tbody", "rowgroup") {
                    for row in rows {
                        part("tr", "row") {
                            for (column, content) in zip(columns, row).prefix(1) {
                                cell("th", "rowheader", [.scope("row")], column) { content }
                            }
                            for (column, content) in zip(columns, row).dropFirst() {
                                cell(
                                    "td", "cell", isStacked ? [.init("data-title", column.title)] : [], column
                                ) {
                                    content
                                }
                            }
                        }
                    }
                }
            })
    }

    /// Laid out as a card, a table is none any more to a screen reader, unless the roles say so.
    private func part(_ name: StaticString, _ role: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
        .element(name, isStacked ? [.init("role", role)] : [], content())
    }

    private func cell(
        _ name: StaticString, _ role: String, _ attributes: [Attribute], _ column: Column,
        content: () -> HTML
    ) -> HTML {
        .element(
            name,
            attributes + (isStacked ? [.init("role", role)] : [])
                + (column.isNumber ? [.class("number")] : column.isShort ? [.class("short")] : []),
            content())
    }
}
