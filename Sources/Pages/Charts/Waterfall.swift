/// How the weight of one pair comes about, step by step, with the same figures in a table.
struct Waterfall {
    struct Line {
        let comparison: String
        let level: String
        let weight: Double
    }

    /// Unique on the page.
    let id: String
    let title: String
    let lines: [Line]
    /// Of the pair.
    let weight: Double
    let marks: [Drawing.Mark]

    var html: HTML {
        var sum = 0.0
        let steps = lines.map { line in
            defer { sum += line.weight }
            return SpanChart.Row(
                title: line.level.count > 23 ? line.comparison : line.level, from: sum,
                to: sum + line.weight, label: Wording.bits(line.weight),
                style: line.weight < 0 ? "down" : "up")
        }
        return .joined([
            SpanChart(
                id: id, title: title,
                description: "見込みから始めて、項目ごとの重みを順に足し、合計は \(Wording.bits(weight)) です。",
                rows: steps + [
                    .init(title: "合計", from: 0, to: weight, label: Wording.bits(weight), style: "rest")
                ], marks: marks,
                key: [
                    .init(title: "足した重み", style: "up"), .init(title: "引いた重み", style: "down"),
                    .init(title: "合計", style: "rest"),
                ]
            ).html,
            LinkageSections.folded(
                Table(
                    caption: title,
                    columns: [.init("項目"), .init("段階"), .init("重み", isNumber: true)],
                    rows: lines.map {
                        [.text($0.comparison), .text($0.level), .text(Wording.bits($0.weight))]
                    } + [[.text("合計"), .nothing, .text(Wording.bits(weight))]])),
        ])
    }
}
