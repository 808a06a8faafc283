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
    /// Without headers little is right, since nothing but proof is written.
    static let floors: [Guise.Variant: Double] = [.asTheyAre: 0.84, .renamed: 0.76, .removed: 0.12]

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

    /// What is called a synonym here is no copy of the dictionary.
    @Test func manyOfTheSynonymsStandInNoDictionary() throws {
        let (words, _) = try Shipped.words()
        let dictionary = try Shipped.dictionary.get()
        let text = HeaderText(notation: [])
        let lists = dictionary.identity.values.map(\.value) + dictionary.facts.values.map(\.value)
        let known = Set(
            (lists.flatMap(\.self) + dictionary.period + dictionary.left.flatMap(\.words)).map(text.normal))
        let all = Synonyms.words.values.flatMap { $0.values }
        let listed = all.filter { known.contains(text.normal(MonthHeader.stem(of: $0))) }.count
        let understood = all.filter { !words.readings(of: MonthHeader.stem(of: $0)).isEmpty }.count
        print("別の言葉 \(all.count)語のうち、辞書にそのままある語 \(listed)、読める語 \(understood)")
        #expect(listed * 3 < all.count * 2)
    }

    /// Names, readings, addresses, telephones, birth dates and numbers of the sample stand in no draft.
    @Test(arguments: Guise.Variant.allCases) func aDraftHoldsNobodysValue(variant: Guise.Variant) throws {
        let scratch = try ScratchFolder()
        let personal: Set<IdentityColumn> = [
            .number, .household, .name, .kana, .latin, .alias, .aliasKana, .birth, .address, .block,
            .building, .phone,
        ]
        for truth in try Shipped.mappings.get() {
            let path = "\(Shipped.checkout)/samples/wakabano/inbox/\(truth.filePrefix)_20261001.csv"
            let guise = try Guise(truth, variant, path: path, folder: scratch.path)
            let draft = MappingDraft(guise.suggestion).text
            let columns = Set(truth.identityHeaders.filter { personal.contains($0.column) }.map(\.header))
            for column in guise.suggestion.profile.columns {
                let header = variant == .removed ? MappingSuggestion.placeholder(column.index) : column.header
                guard columns.contains(guise.known(header)) else { continue }
                for value in column.values.keys where value.count >= 4 {
                    #expect(!draft.contains(value), "\(header)")
                }
            }
        }
    }
}
