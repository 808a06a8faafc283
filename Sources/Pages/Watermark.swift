/// Stands faintly across every printed page, so that paper tells where it came from.
enum Watermark {
    /// Fixed, so that browsers repeat it on every page of paper.
    static func html(_ mark: String) -> HTML {
        tag("div", .class("watermark"), .init("aria-hidden", "true")) {
            for _ in 0..<12 { tag("div") { Array(repeating: mark, count: 4).joined(separator: "　　") } }
        }
    }
}
