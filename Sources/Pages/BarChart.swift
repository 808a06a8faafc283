/// Horizontal stacked bars as inline SVG; always stands beside a table with the same figures.
struct BarChart {
    struct Part {
        let title: String
        let style: StaticString
    }

    struct Bar {
        let title: String
        /// One figure a part, not negative.
        let values: [Int]
        var total: Int { values.reduce(0, +) }
    }

    let title: String
    let parts: [Part]
    let bars: [Bar]

    private static let step = 26
    private static let labels = 290
    private static let width = 520
    private static let figures = 90

    var html: HTML {
        let height = max(1, bars.count) * Self.step
        let longest = max(1, bars.map(\.total).max() ?? 1)
        return tag("figure") {
            tag("figcaption") { title }
            tag(
                "svg", .init("viewBox", "0 0 \(Self.labels + Self.width + Self.figures) \(height)"),
                .init("role", "img"), .init("aria-label", "\(title)。同じ数値を下の表に示します。")
            ) {
                for (index, bar) in bars.enumerated() { row(bar, y: index * Self.step, longest: longest) }
            }
            tag("div", .class("key")) {
                for part in parts {
                    tag("span") {
                        tag("svg", .init("viewBox", "0 0 10 10"), .init("aria-hidden", "true")) {
                            tag("rect", .init("width", "10"), .init("height", "10"), .class(part.style))
                        }
                        part.title
                    }
                }
            }
        }
    }

    private func row(_ bar: Bar, y: Int, longest: Int) -> HTML {
        let edges = bar.values.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
            .map { Self.labels + $0 * Self.width / longest }
        let baseline = String(y + 17)
        return tag("g") {
            tag(
                "text", .init("x", String(Self.labels - 12)), .init("y", baseline),
                .init("text-anchor", "end")
            ) {
                bar.title
            }
            for (index, part) in parts.enumerated() where edges[index + 1] > edges[index] {
                tag(
                    "rect", .init("x", String(edges[index])), .init("y", String(y + 4)),
                    .init("width", String(edges[index + 1] - edges[index])), .init("height", "18"),
                    .class(part.style))
            }
            tag(
                "text", .init("x", String((edges.last ?? 0) + 8)), .init("y", baseline), .class("soft")
            ) { Wording.count(bar.total) }
        }
    }
}
