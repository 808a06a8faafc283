package import Domain

/// How the records of any table were linked, in the charts of the night's linkage with a table beside each; shows no value of a record.
package enum TableLinkagePage {
    /// How good all pairs of a weight or more are, measured against a truth.
    package struct TruePoint: Sendable {
        package let threshold: Double
        /// 0...1
        package let precision: Double
        package let recall: Double

        package init(threshold: Double, precision: Double, recall: Double) {
            (self.threshold, self.precision, self.recall) = (threshold, precision, recall)
        }
    }

    /// A document of its own that a browser opens from disk: its stylesheet is inside.
    ///
    /// - Parameters:
    ///   - report: `model.automatic` is the threshold the charts are about, `sources` are the inputs; without `clusterSizes` nothing was
    ///     put together.
    ///   - truth: from the lowest threshold up; empty where nobody knows.
    package static func render(_ report: LinkageReport, name: String, truth: [TruePoint]) -> String {
        var sections = [
            LinkageSections.weights(report, of: .table), LinkageSections.levels(report.model),
            LinkageSections.blocking(report), LinkageSections.examples(report, [:], of: .table),
            LinkageSections.thresholds(report, of: .table), LinkageSections.reach(report, [:], of: .table),
        ]
        if !truth.isEmpty { sections.insert(LinkageSections.truth(truth, report.model), at: 5) }
        if !report.clusterSizes.isEmpty { sections.append(LinkageSections.clusters(report, of: .table)) }
        return Frame.document("名寄せの図 \(name)", style: .inlined) {
            tag("main", .id("main")) {
                tag("header") {
                    tag("h1") { "名寄せの図" }
                    tag("p") { name }
                }
                tag("p", .class("lead")) {
                    "記録どうしを比べた結果を、件数と重みだけで示します。列の値は出ません。重みは、二つの記録が同じ人のものである見込みの強さで、"
                    "1（ビット）増えるごとに、同じ人である見込みが別の人である見込みに対して2倍になります。"
                }
                tag("p", .class("lead")) { report.model.note }
                tag("ol", .class("contents")) {
                    for section in sections {
                        tag("li") { tag("a", .href("#\(section.id)")) { section.title } }
                    }
                }
                for section in sections { section.html }
            }
        }
    }
}

extension LinkageSections {
    /// Whose records a section is about: its charts are the same, what to do about them is not.
    enum Subject {
        case city, table
    }

    static func truth(_ points: [TableLinkagePage.TruePoint], _ model: LinkageReport.ModelReport) -> Section {
        section("truth", "正解と比べた良さ") {
            tag("p") {
                "重みがその下限以上の組をすべて結んだとして、正解の列と比べた値です。再現率には、どの規則でも出会わなかった組も数えています。"
            }
            LineChart(
                id: "truth-chart", title: "下限と、適合率・再現率", description: "下限を上げると適合率が上がり、再現率が下がります。",
                axis: "重みの下限（ビット）",
                lines: [
                    .init(
                        title: "適合率（実線）", style: "solid", keyStyle: "up",
                        points: points.map { ($0.threshold, $0.precision) }),
                    .init(
                        title: "再現率（破線）", style: "dashed", keyStyle: "down",
                        points: points.map { ($0.threshold, $0.recall) }),
                ], marks: marks(model)
            ).html
            folded(
                Table(
                    caption: "下限ごとの適合率と再現率",
                    columns: [
                        .init("下限"), .init("適合率", isNumber: true), .init("再現率", isNumber: true),
                    ],
                    rows: points.map {
                        [
                            .text(Wording.figure($0.threshold)), .text(Wording.share($0.precision)),
                            .text(Wording.share($0.recall)),
                        ]
                    }))
        }
    }
}
