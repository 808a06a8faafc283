import Domain
import Extracts
import Foundation
import SampleCity
import TestSupport
import Testing

@testable import Mapping

/// What `renkei mapping suggest` makes of every sample extract in three guises, without the extract's own mapping.
@Suite struct SuggestTests {
    /// Columns right at least, of all; the rest is open. What the committed sample and two other cities gave, rounded down.
    static let floors: [Guise.Variant: Double] = [.asTheyAre: 0.5, .renamed: 0.5, .removed: 0.1]

    @Test(arguments: Guise.Variant.allCases) func noColumnOfAnySampleIsConfidentlyWrong(
        variant: Guise.Variant
    ) throws {
        let scratch = try ScratchFolder()
        let other = scratch.file("city")
        _ = try SampleCity(.showcase(children: 600, seed: testSeed, asOf: Shipped.asOf)).write(to: other)
        var total = Score()
        var table = "見出し \(variant.rawValue)（種 \(testSeed)）\n"
        for truth in try Shipped.mappings.get() {
            for (city, folder) in [("若葉野市", Shipped.checkout + "/samples/wakabano"), ("別の市", other)] {
                let path = "\(folder)/inbox/\(truth.filePrefix)_20261001.csv"
                let guise = try Guise(truth, variant, path: path, folder: scratch.path)
                let score = try Score(guise)
                total = total + score
                table +=
                    "| \(truth.source) | \(city) | \(score.right) | \(score.open) | \(score.wrong.count) |\n"
            }
        }
        print(table + "合計: 正しい \(total.right)、問い \(total.open)、誤り \(total.wrong.count)")
        #expect(total.wrong.isEmpty, "\(total.wrong.joined(separator: "\n"))")
        #expect(Double(total.right) >= (Self.floors[variant] ?? 1) * Double(total.columns))
    }
}

extension SuggestTests {
    @Test func dump() throws {
        guard let name = ProcessInfo.processInfo.environment["DUMP"] else { return }
        let scratch = try ScratchFolder()
        for truth in try Shipped.mappings.get() where name.contains(truth.source.rawValue) || name == "all" {
            for variant in Guise.Variant.allCases {
                let guise = try Guise(
                    truth, variant,
                    path: "\(Shipped.checkout)/samples/wakabano/inbox/\(truth.filePrefix)_20261001.csv",
                    folder: scratch.path)
                print("=====", truth.source, variant.rawValue)
                print(MappingDraft(guise.suggestion).text)
            }
        }
    }
}
