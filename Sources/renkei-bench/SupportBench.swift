import Domain
import Foundation
import Programmes

/// All programmes of the sample city against invented households of one child and one adult: matching alone, without reading.
func benchSupport(children: Int) throws {
    let table: MatchingTable = try ConfigurationFile.load("Guidelines/programmes/matching.json5").decode()
    let text = try String(contentsOfFile: "samples/wakabano/programmes.json", encoding: .utf8)
    let programmes = try RegistryReader.read(text, name: "programmes.json", table: table).programmes
    var random = SeededGenerator(seed: 7)
    let day = Day(number: 20_727)
    var summary = RunSummary(run: "bench", asOf: day)
    summary.extracts = (["C01", "C02", "F02"] as [ItemCode]).map { item in
        var extract = ExtractSummary(
            source: SourceID(item.rawValue), title: "", file: "", sha256: "", asOf: day, ledger: RowLedger(),
            rejections: [])
        (extract.items, extract.freshnessDays) = ([item], 40)
        return extract
    }
    let sources = SourceState(summary, on: summary.asOf)
    func facts(_ words: [(ItemCode, String)]) -> [SourcedFact] {
        words.filter { _ in Bool.random(using: &random) }.map { item, word in
            SourcedFact(
                Fact(item: item, kind: "status", value: .code(word), on: .day(day)),
                from: RowPosition(source: SourceID(item.rawValue), file: "f", line: 2, offset: 0))
        }
    }
    let households = (0..<children).map { place in
        func member(_ name: String, _ ages: ClosedRange<Int>, _ words: [(ItemCode, String)]) -> SupportMember
        {
            SupportMember(
                id: PersonID("P-\(name)\(place)"),
                birth: .day(day.adding(days: -Int.random(in: ages, using: &random))), isResident: true,
                facts: facts(words), permitted: ["A02", "C01", "C02", "C03", "F02"], unread: [])
        }
        return SupportHousehold(
            members: [
                member("c", 0...6500, [("C01", "受給中"), ("F02", "認定")]),
                member("a", 9000...16_000, [("C02", "全部支給")]),
            ], isWhole: true, sources: sources)
    }
    let start = ContinuousClock.now
    var missed = 0
    for household in households {
        missed += household.offers(programmes, by: table).count { $0.standing == .missed }
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    print(
        "support: \(children) children x \(programmes.count) programmes, \(missed) missed, \(String(format: "%.1f", seconds)) s, "
            + "\(String(format: "%.2f", seconds / Double(children * programmes.count) * 1e6)) us a pair")
}
