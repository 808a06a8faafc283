internal import Foundation

/// Upright bars side by side over a line of bits, ten times as many a step upwards, with lines at the thresholds.
struct Histogram {
    struct Bin {
        let from: Double
        let count: Int
        let style: StaticString
    }

    let id: String
    let title: String
    let description: String
    let axis: String
    /// In order, without a gap.
    let bins: [Bin]
    let width: Double
    /// In order.
    let marks: [Drawing.Mark]
    let key: [Drawing.Key]

    private static let (top, bottom, left, right) = (50.0, 270.0, 84.0, 884.0)

    var html: HTML {
        let low = min(bins.first?.from ?? 0, marks.first?.at ?? 0)
        let high = max((bins.last?.from ?? 0) + width, marks.last?.at ?? 0)
        let x = Scale(values: low...max(high, low + width), places: Self.left...Self.right)
        let powers = max(1, Int(log10(Double(max(1, bins.map(\.count).max() ?? 1))).rounded(.up)))
        // A bar of one pair is to be seen too.
        let y = Scale(values: -0.3...Double(powers), places: Self.top...Self.bottom)
        func height(_ count: Int) -> Double { y(log10(Double(count))) - Self.top }
        return Drawing(id: id, title: title, description: description, height: 324, key: key).html {
            for power in 0...powers {
                let at = Self.bottom - height(Int(pow(10, Double(power))))
                Drawing.line((Self.left, at), (Self.right, at), "grid")
                Drawing.text(
                    Wording.count(Int(pow(10, Double(power)))), x: Self.left - 8, y: at + 4, anchor: "end",
                    style: "soft")
            }
            for bin in bins where bin.count > 0 {
                Drawing.bar(
                    x: x(bin.from), y: Self.bottom - height(bin.count),
                    width: x(bin.from + width) - x(bin.from) - 1,
                    height: height(bin.count), bin.style)
            }
            Drawing.line((Self.left, Self.bottom), (Self.right, Self.bottom), "axis")
            for tick in x.ticks(atMost: 12) {
                Drawing.text(
                    Wording.figure(tick), x: x(tick), y: Self.bottom + 20, anchor: "middle", style: "soft")
            }
            Drawing.text(
                axis, x: (Self.left + Self.right) / 2, y: Self.bottom + 44, anchor: "middle", style: "soft")
            Drawing.marks(marks, x: x, to: Self.bottom)
        }
    }
}
