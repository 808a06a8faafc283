/// Lines over a line of bits, between a floor and one.
struct LineChart {
    struct Line {
        let title: String
        /// Colour and dashes, so that nobody needs the colour.
        let style: StaticString
        /// Of the key's small square.
        let keyStyle: StaticString
        /// In order of the bits.
        let points: [(x: Double, y: Double)]
    }

    let id: String
    let title: String
    let description: String
    let axis: String
    let lines: [Line]
    let marks: [Drawing.Mark]

    private static let (top, bottom, left, right) = (50.0, 270.0, 84.0, 884.0)

    var html: HTML {
        let points = lines.flatMap(\.points)
        let low = points.map(\.x).min() ?? 0
        let x = Scale(values: low...max(points.map(\.x).max() ?? 1, low + 1), places: Self.left...Self.right)
        let least = points.map(\.y).min() ?? 0
        let step = [0.01, 0.02, 0.05, 0.1, 0.2].first { (1 - least) / $0 <= 5 } ?? 0.25
        let steps = max(1, Int(((1 - least) / step).rounded(.up)))
        let y = Scale(values: 1 - Double(steps) * step...1, places: Self.top...Self.bottom)
        func place(_ value: Double) -> Double { Self.top + Self.bottom - y(value) }
        return Drawing(
            id: id, title: title, description: description, height: 324,
            key: lines.map { .init(title: $0.title, style: $0.keyStyle) }
        ).html {
            for number in 0...steps {
                let value = 1 - Double(number) * step
                Drawing.line((Self.left, place(value)), (Self.right, place(value)), "grid")
                Drawing.text(
                    Wording.share(max(0, value)), x: Self.left - 8, y: place(value) + 4, anchor: "end",
                    style: "soft")
            }
            for tick in x.ticks(atMost: 12) {
                Drawing.text(
                    Wording.figure(tick), x: x(tick), y: Self.bottom + 20, anchor: "middle", style: "soft")
            }
            Drawing.text(
                axis, x: (Self.left + Self.right) / 2, y: Self.bottom + 44, anchor: "middle", style: "soft")
            for line in lines {
                tag(
                    "polyline",
                    .init(
                        "points",
                        line.points.map { "\(Wording.figure(x($0.x))),\(Wording.figure(place($0.y)))" }
                            .joined(separator: " ")), .class(line.style))
            }
            Drawing.marks(marks, x: x, to: Self.bottom)
        }
    }
}
