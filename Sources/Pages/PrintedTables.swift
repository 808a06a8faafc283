/// A document of tables on paper: what a guideline says, for people who do not read its files.
package struct PrintedTables: Sendable {
    package struct Section: Sendable {
        let title: String
        let text: String
        package let columns: [String]
        package let rows: [[String]]

        /// - Parameter rows: one cell a column.
        package init(title: String, text: String, columns: [String], rows: [[String]]) {
            self.title = title
            self.text = text
            self.columns = columns
            self.rows = rows
        }
    }

    let title: String
    /// What it is and as of which revision and day.
    let text: String
    let sections: [Section]
    /// Stands faintly across every printed page; `nil`: nothing does.
    let mark: String?

    package init(title: String, text: String, sections: [Section], mark: String? = nil) {
        self.mark = mark
        self.title = title
        self.text = text
        self.sections = sections
    }

    /// A page that needs no other file.
    package func render() -> String {
        Frame.document(title, style: .inlined) {
            if let mark { Watermark.html(mark) }
            tag("main", .id("main")) {
                tag("h1") { title }
                tag("p", .class("muted")) { text }
                for section in sections {
                    tag("section") {
                        tag("h2") { section.title }
                        if !section.text.isEmpty { tag("p") { section.text } }
                        section.table
                    }
                }
            }
        }
    }
}

extension PrintedTables.Section {
    var table: HTML {
        Table(
            caption: title, columns: columns.map { Table.Column($0) },
            rows: rows.map { $0.map { HTML.text($0) } }
        ).html
    }
}
