/// Horizontal stacked bars.
struct BarChart {
    struct Bar {
        let title: String
        /// One figure a part, not negative.
        let values: [Int]
        /// What stands behind the bar; `nil`: the sum.
        var label: String?
        var total: Int { values.reduce(0, +) }
    }

    let id: String
    let title: String
    var description = ""
    let parts: [Drawing.Key]
    let bars: [Bar]
    /// Every bar is as long as the others and shows shares of its own sum.
    var isShare = false

    private static let step = 28
    private static let labels = 290
    private static let width = 490
    /// Of the longest bar, where every bar is to be seen.
    private var longest: Int { max(1, bars.map(\.total).max() ?? 1) }

    var html: HTML {
        Drawing(
            id: id, title: title, description: description, height: max(1, bars.count) * Self.step, key: parts
        ).html {
            for (index, bar) in bars.enumerated() { row(bar, y: index * Self.step) }
        }
    }

    private func row(_ bar: Bar, y: Int) -> HTML {
        let whole = isShare ? max(1, bar.total) : longest
        let edges = bar.values.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
            .map { Self.labels + $0 * Self.width / whole }
        let baseline = Double(y + 19)
        return tag("g") {
            Drawing.text(bar.title, x: Double(Self.labels - 12), y: baseline, anchor: "end")
            for (index, part) in parts.enumerated() where edges[index + 1] > edges[index] {
                Drawing.bar(
                    x: Double(edges[index]), y: Double(y + 4), width: Double(edges[index + 1] - edges[index]),
                    height: 18, part.style)
            }
            Drawing.text(
                bar.label ?? Wording.count(bar.total), x: Double((edges.last ?? 0) + 8), y: baseline,
                style: "soft")
        }
    }
}
