import Domain
import Foundation
import Programmes

/// The project's folder.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

let today = Day(number: 20_727)  // 2026-10-01

/// The shipped table.
func shippedTable() throws -> MatchingTable {
    try ConfigurationFile.load(root + "/Guidelines/programmes/matching.json5").decode()
}

func sampleRegistry() throws -> String {
    try String(contentsOfFile: root + "/samples/wakabano/programmes.json", encoding: .utf8)
}

func programme(
    _ name: String = "児童手当", age: AgeBounds = AgeBounds(basis: .explicit, below: 216),
    targets: [String] = ["087"], persons: String = "", conditions: [String] = [],
    area: Programme.CodedName? = .init(code: "999016", name: "若葉野市"),
    period: Programme.Period = .init(), unread: [String]? = nil
) -> Programme {
    Programme(
        psid: "psid-\(name)", name: name, persons: persons, conditions: conditions, area: area, age: age,
        targets: targets, period: period, unread: unread)
}

func fact(_ item: ItemCode, _ kind: String, _ word: String, on day: Day = today) -> SourcedFact {
    SourcedFact(
        Fact(item: item, kind: kind, value: .code(word), on: .day(day)),
        from: RowPosition(source: SourceID("source-\(item)"), file: "s_20261001.csv", line: 2, offset: 0))
}

/// A child of nine unless said otherwise.
func member(
    _ id: PersonID = "P-1", born: Day? = Day(2017, 6, 1), facts: [SourcedFact] = [],
    permitted: Set<ItemCode> = ["A02", "C01", "C02", "C03", "C04", "F02"], unread: Set<SourceID> = [],
    isResident: Bool? = true
) -> SupportMember {
    SupportMember(
        id: id, birth: born.map { .day($0) }, isResident: isResident, facts: facts, permitted: permitted,
        unread: unread)
}

/// Sources of 児童手当, 児童扶養手当, 医療費 and 就学援助, current unless said otherwise.
func sources(asOf: Day? = today, without missing: Set<ItemCode> = [], on day: Day = today) -> SourceState {
    var summary = RunSummary(run: "r", asOf: today)
    summary.extracts = (["C01", "C02", "C03", "F02"] as [ItemCode]).filter { !missing.contains($0) }.map {
        item in
        var extract = ExtractSummary(
            source: SourceID("source-\(item)"), title: "\(item)", file: "f", sha256: "", asOf: asOf,
            ledger: RowLedger(), rejections: [])
        (extract.items, extract.freshnessDays) = ([item], 40)
        return extract
    }
    return SourceState(summary, on: day)
}

func household(
    _ members: [SupportMember], isWhole: Bool = true, sources state: SourceState = sources()
) -> SupportHousehold {
    SupportHousehold(members: members, isWhole: isWhole, sources: state)
}
