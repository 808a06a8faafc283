/// A chart as inline SVG that says in words what it shows; a table with the same figures stands beside it.
///
/// Drawn 900 units wide; on a narrow screen it scrolls sideways inside its figure instead of shrinking its letters.
struct Drawing {
    /// One colour of the chart and what it stands for.
    struct Key {
        let title: String
        let style: StaticString
    }

    /// Unique on the page.
    let id: String
    let title: String
    /// What there is to see, in a sentence or two.
    let description: String
    let height: Int
    var key: [Key] = []

    static let width = 900

    func html(@HTMLBuilder content: () -> HTML) -> HTML {
        let drawn = content()
        return tag("figure") {
            tag("figcaption") { title }
            tag(
                "div", .class("drawing"), .init("tabindex", "0"), .init("role", "group"),
                .init("aria-label", title)
            ) {
                tag(
                    "svg", .init("viewBox", "0 0 \(Self.width) \(height)"), .init("role", "img"),
                    .init("aria-labelledby", "\(id)-title \(id)-desc")
                ) {
                    tag("title", .id("\(id)-title")) { title }
                    tag("desc", .id("\(id)-desc")) { "\(description)同じ数値を下の表に示します。" }
                    drawn
                }
            }
            if !key.isEmpty {
                tag("div", .class("key")) {
                    for entry in key {
                        tag("span") {
                            tag("svg", .init("viewBox", "0 0 10 10"), .init("aria-hidden", "true")) {
                                tag("rect", .init("width", "10"), .init("height", "10"), .class(entry.style))
                            }
                            entry.title
                        }
                    }
                }
            }
        }
    }

    // MARK: parts of drawings

    /// A value that a line marks, with its words.
    struct Mark {
        let at: Double
        let title: String
    }

    /// Upright lines with their words above, one a row, so that near ones do not write over each other.
    static func marks(_ marks: [Mark], x: Scale, to bottom: Double) -> HTML {
        .joined(
            marks.enumerated().map { row, mark in
                let (place, baseline) = (x(mark.at), 14 + 18 * Double(row))
                let isLeft = place > Double(width) * 0.7
                return .joined([
                    line((place, baseline - 10), (place, bottom), "mark"),
                    text(
                        mark.title, x: place + (isLeft ? -6 : 6), y: baseline,
                        anchor: isLeft ? "end" : "start"),
                ])
            })
    }

    /// Where a drawing begins below so many marks.
    static func top(below marks: [Mark]) -> Double { 8 + 18 * Double(marks.count) }

    static func text(
        _ text: String, x: Double, y: Double, anchor: StaticString = "start", style: StaticString? = nil
    ) -> HTML {
        .element(
            "text",
            [
                .init("x", Wording.figure(x)), .init("y", Wording.figure(y)),
                .init("text-anchor", "\(anchor)"),
            ] + (style.map { [.class($0)] } ?? []), .text(text))
    }

    static func line(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ style: StaticString)
        -> HTML
    {
        tag(
            "line", .init("x1", Wording.figure(from.x)), .init("y1", Wording.figure(from.y)),
            .init("x2", Wording.figure(to.x)), .init("y2", Wording.figure(to.y)), .class(style))
    }

    /// - Parameters:
    ///   - width: not negative; a sliver stays visible.
    static func bar(x: Double, y: Double, width: Double, height: Double, _ style: StaticString) -> HTML {
        tag(
            "rect", .init("x", Wording.figure(x)), .init("y", Wording.figure(y)),
            .init("width", Wording.figure(max(width, 1))), .init("height", Wording.figure(height)),
            .class(style))
    }
}

/// Where values of a range stand on a drawing.
struct Scale {
    let values: ClosedRange<Double>
    let places: ClosedRange<Double>

    func callAsFunction(_ value: Double) -> Double {
        let share = (value - values.lowerBound) / max(values.upperBound - values.lowerBound, 1e-9)
        return places.lowerBound + share * (places.upperBound - places.lowerBound)
    }

    /// Whole numbers at even distances, at most `count` of them.
    func ticks(atMost count: Int) -> [Double] {
        let length = values.upperBound - values.lowerBound
        guard let step = [1.0, 2, 5, 10, 20, 50, 100, 200].first(where: { length / $0 <= Double(count) })
        else { return [] }
        return Array(
            stride(from: (values.lowerBound / step).rounded(.up) * step, through: values.upperBound, by: step)
        )
    }
}
