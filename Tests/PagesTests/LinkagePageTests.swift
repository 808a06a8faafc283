import Domain
import Foundation
import Testing

@testable import Pages

@Suite("The page of a linkage")
struct LinkagePageTests {
    private static let report = Samples.linkageReport
    private static let page = LinkagePage.render(Samples.summary)

    /// The cells of the table with the caption, row by row.
    private static func table(_ caption: String) -> [[String]] {
        guard let start = page.range(of: "<caption>\(caption)"),
            let end = page[start.upperBound...].range(of: "</table>")
        else { return [] }
        return page[start.upperBound..<end.lowerBound].components(separatedBy: "<tr>").dropFirst(2).map {
            row in
            row.split(separator: "<").compactMap { part in
                guard part.hasPrefix("th") || part.hasPrefix("td") else { return nil }
                return part.split(separator: ">", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
            }
        }
    }

    @Test("has in each table the figures of the summary, row by row")
    func figures() {
        #expect(Self.table("基準以上の組でも").map { $0[1] } == Self.report.weights.map { Wording.count($0.pairs) })
        #expect(
            Self.table("規則は上から順に").map { Array($0[1...2]) }
                == Self.report.blocking.map { [Wording.count($0.pairs), Wording.count($0.first)] })
        #expect(
            Self.table("m は同じ人の組で").map { $0[4] }
                == Self.report.model.comparisons.flatMap(\.levels).map { Wording.bits($0.weight) })
        #expect(
            Self.table("1万組のうち").map { $0[1] } == Self.report.thresholds.map { Wording.count($0.pairs) })
        #expect(
            Self.table("1件は").map { $0[1] } == Self.report.clusterSizes.map { Wording.count($0.persons) })
        let example = Self.report.examples[0]
        #expect(
            Self.table("住民記録 jumin_20261001.csv:12").map { $0[2] }
                == example.lines.map { Wording.bits($0.weight) } + [Wording.bits(example.weight)])
        #expect(Self.table("人の判断").map { Array($0[1...]) } == [["1", "0"], ["3", "2"], ["0", "0"]])
    }

    @Test("tells no count from one to nine of a group, nor one that gives it away")
    func fewPeople() {
        #expect(
            Self.table("住民記録のこどもの集まりごと") == [
                ["すべて", "171", "160", "11", "93.6%"],
                ["通称・ローマ字・カタカナの氏名", "10未満", "10未満", "10未満", "—"],
                ["双子・三つ子とみられる", "24", "15〜23", "10未満", "62.5〜95.9%"],
                ["転入して3年に満たない", "0", "0", "0", "—"],
            ])
    }

    @Test("draws bars as long as their figures")
    func bars() {
        let chart = Self.page.components(separatedBy: "blocking-chart-title").last ?? ""
        let widths = chart.components(separatedBy: "</svg>")[0].components(separatedBy: " width=\"")
            .dropFirst()
            .compactMap { $0.split(separator: "\"").first.flatMap { Int($0) } }
        // 1,427 alone; 2,181 of 3,393, which is the longest.
        #expect(widths == [1427 * 490 / 3393, 2181 * 490 / 3393, 490 - 2181 * 490 / 3393])
    }

    @Test("a drawing has a title and a description, and every id once")
    func accessibility() {
        let ids = Self.page.components(separatedBy: " id=\"").dropFirst().compactMap {
            $0.split(separator: "\"").first
        }
        #expect(Set(ids).count == ids.count)
        for drawing in Self.page.components(separatedBy: "role=\"img\"").dropFirst() {
            let label = drawing.split(separator: "\"").dropFirst().first ?? ""
            for id in label.split(separator: " ") { #expect(ids.contains(id), "\(id)") }
        }
        #expect(Self.page.components(separatedBy: "<desc ").count == 11)
    }

    @Test("hostile words of a model, a source or a file stay words")
    func escaping() {
        var summary = Samples.summary
        var report = Samples.linkageReport
        report.model.note = Samples.hostile
        report.model.comparisons[0].title = Samples.hostile
        report.model.comparisons[0].levels[0].title = Samples.hostile
        report.blocking[0].title = Samples.hostile
        report.examples[0].lines[0].level = Samples.hostile
        report.examples[0].left = .init(source: SourceID(Samples.hostile), file: Samples.hostile, line: 1)
        report.reach[0].name = Samples.hostile
        summary.linkage.report = report
        let page = LinkagePage.render(summary, in: Samples.frame)
        #expect(!page.contains("<script") && !page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"))
    }

    @Test("says so where the night kept no figures, or there was none")
    func nothing() {
        var summary = Samples.summary
        summary.linkage.report = nil
        #expect(LinkagePage.render(summary).contains("次の夜間処理から見られます"))
        #expect(LinkagePage.render(nil, in: Samples.frame).contains("まだ公開されていません"))
        #expect(!RunReportPage.render(summary, rejectedRows: [], in: Samples.frame).contains("名寄せの図"))
    }

    @Test(
        "shares are 100% only where it is all, and bounds are rounded outwards",
        arguments: [
            (GuardedShare(all: 0, with: 0), "—"), (GuardedShare(all: 5, with: 3), "—"),
            (GuardedShare(all: 50, with: 50), "100.0%"), (GuardedShare(all: 20_000, with: 19_990), "99.9%"),
            (GuardedShare(all: 30, with: 20), "66.7%"), (GuardedShare(all: 181, with: 175), "95.0〜99.5%"),
            (GuardedShare(all: 9_000, with: 8_999), "99.9〜99.9%"),
            (GuardedShare(all: 12, with: 5), "8.3〜91.7%"),
        ])
    func shares(_ share: GuardedShare, _ expected: String) { #expect(Wording.share(share) == expected) }

    @Test("a share is told in percent, near none and all with two digits, and is never rounded to either")
    func pairShares() {
        #expect(
            [0, 0.00001, 0.0099, 0.04, 0.04446, 0.5, 0.98745, 0.99, 0.9987, 0.99999, 1, .nan].map(
                Wording.share) == [
                    "0%", "0.01%", "0.99%", "4.0%", "4.4%", "50.0%", "98.7%", "99.0%", "99.87%", "99.99%",
                    "100%", "—",
                ])
        #expect([7.139, -6.686, 0, 0.04].map(Wording.bits) == ["+7.1", "-6.7", "0", "0"])
    }
}
