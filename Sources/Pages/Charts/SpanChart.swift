/// Horizontal bars from one value to another over a line of bits: weights from nought on, or a sum step by step.
struct SpanChart {
    struct Row {
        let title: String
        let from: Double
        let to: Double
        /// Stands at the right edge.
        let label: String
        let style: StaticString
        /// A line without a bar, over the rows it names.
        var isHeading = false

        static func heading(_ title: String) -> Row {
            Row(title: title, from: 0, to: 0, label: "", style: "soft", isHeading: true)
        }
    }

    let id: String
    let title: String
    let description: String
    let rows: [Row]
    var marks: [Drawing.Mark] = []
    let key: [Drawing.Key]

    private static let (step, left, right) = (28.0, 372.0, 820.0)

    var html: HTML {
        let ends = rows.flatMap { [$0.from, $0.to] } + marks.map(\.at) + [0]
        let low = ends.min() ?? 0
        let x = Scale(values: low...max(ends.max() ?? 1, low + 1), places: Self.left...Self.right)
        let top = Drawing.top(below: marks)
        let bottom = top + Double(rows.count) * Self.step
        return Drawing(id: id, title: title, description: description, height: Int(bottom) + 26, key: key)
            .html {
                for tick in x.ticks(atMost: 10) {
                    Drawing.line((x(tick), top), (x(tick), bottom), tick == 0 ? "axis" : "grid")
                    Drawing.text(
                        Wording.figure(tick), x: x(tick), y: bottom + 18, anchor: "middle", style: "soft")
                }
                for (place, row) in rows.enumerated() {
                    self.row(row, y: top + Double(place) * Self.step, x: x)
                }
                Drawing.marks(marks, x: x, to: bottom)
            }
    }

    private func row(_ row: Row, y: Double, x: Scale) -> HTML {
        guard !row.isHeading else { return Drawing.text(row.title, x: 0, y: y + 19, style: "strong") }
        return tag("g") {
            Drawing.text(Self.fitting(row.title), x: Self.left - 12, y: y + 19, anchor: "end")
            Drawing.bar(
                x: x(min(row.from, row.to)), y: y + 5, width: abs(x(row.to) - x(row.from)), height: 18,
                row.style)
            Drawing.text(row.label, x: Double(Drawing.width), y: y + 19, anchor: "end", style: "soft")
        }
    }

    /// What has room left of the bars; the table beside has the words in full.
    private static func fitting(_ title: String) -> String {
        title.count > 23 ? title.prefix(22) + "…" : title
    }
}
