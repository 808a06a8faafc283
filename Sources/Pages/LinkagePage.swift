package import Domain

/// How the records of one night were linked, in charts with a table beside each; names no person.
///
/// Rendered as a file of its own, or inside the service's frame.
package enum LinkagePage {
    package static let path = "/runs/latest/linkage"
    /// Beside the night's report, in the run's folder.
    package static let file: StaticString = "linkage.html"
    static let title = "名寄せの図"

    /// A document of its own that a browser opens from disk: its stylesheet is inside.
    package static func render(_ summary: RunSummary) -> String {
        Frame.document("\(title) \(summary.asOf)", style: .inlined) {
            tag("main", .id("main")) { content(summary) }
        }
    }

    /// - Parameter summary: `nil` before the first night.
    package static func render(_ summary: RunSummary?, in frame: Frame) -> String {
        frame.page(title, at: .run) {
            if let summary {
                tag("p") { tag("a", .href("/runs/latest")) { "夜間処理の報告へ戻る" } }
                content(summary)
            } else {
                tag("h1") { title }
                tag("div", .class("panel")) { "夜間処理がまだ公開されていません。" }
            }
        }
    }

    private static func content(_ summary: RunSummary) -> HTML {
        let heading = tag("header") {
            tag("h1") { title }
            tag("p") { "\(summary.municipality)　\(summary.asOf.wareki)時点のデータ" }
        }
        guard let report = summary.linkage.report else {
            return .joined([
                heading,
                tag("div", .class("panel")) { "この実行は、図のもとになる数を残さない版の renkei が作りました。次の夜間処理から見られます。" },
            ])
        }
        let sources = Dictionary(
            summary.extracts.map { ($0.source.rawValue, $0.title) }, uniquingKeysWith: { first, _ in first })
        let sections = [
            LinkageSections.weights(report), LinkageSections.levels(report.model),
            LinkageSections.blocking(report),
            LinkageSections.examples(report, sources), LinkageSections.thresholds(report),
            LinkageSections.reach(report, sources), LinkageSections.clusters(report),
            LinkageSections.links(report, sources),
        ]
        return .joined([heading, introduction(report, sections)] + sections.map(\.html))
    }

    private static func introduction(_ report: LinkageReport, _ sections: [LinkageSections.Section]) -> HTML {
        tag("div") {
            tag("p", .class("lead")) {
                "記録どうしを比べた結果を、件数と重みだけで示します。氏名や住所は出ません。重みは、二つの記録が同じ人のものである見込みの強さで、"
                "1（ビット）増えるごとに、同じ人である見込みが別の人である見込みに対して2倍になります。"
            }
            tag("p", .class("lead")) {
                "モデルは第\(report.model.version)版です。"
                report.model.isMeasured
                    ? "重みは正解のある記録で数えたものです。" : "重みは仮の値で、正解のある記録では数えていません。"
                report.model.note
            }
            tag("ol", .class("contents")) {
                for section in sections {
                    tag("li") { tag("a", .href("#\(section.id)")) { section.title } }
                }
            }
        }
    }
}
