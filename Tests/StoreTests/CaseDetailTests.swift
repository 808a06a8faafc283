import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let family = [
    Invented("P-1", household: "h"), Invented("P-2", household: "h"), Invented("P-3", household: "other"),
]

private func detail(
    _ world: borrowing World,
    _ deciding: @escaping @Sendable (PersonStanding) -> Decision = { _ in grant(.read) }
) throws -> CaseDetail? {
    try world.service.caseDetail(world.firstCase(), actor: staff, deciding: .support(deciding), at: noon)
}

@Test func aCaseShowsWhatTheGrantCovers() throws {
    let world = try World()
    try world.run("r", family)
    try world.publish("r", [flag("P-1")])
    let detail = try #require(try detail(world))
    #expect(detail.summary.name == "若葉 P-1子" && detail.particulars.sex == .female)
    #expect(
        detail.particulars.address == .shown("若葉台二丁目3-P-1番")
            && detail.particulars.phones == .shown(["0990000P-1"]))
    #expect(
        detail.particulars.guardians == .shown(["若葉 親P-1"]) && detail.particulars.school == .shown("若葉P-1小学校")
    )
    #expect(detail.household.map(\.name) == ["若葉 P-2子"] && detail.household.first?.relation == "子")
    #expect(detail.flags == [flag("P-1")])
    #expect(detail.history.map(\.what) == ["きっかけの確認"] && detail.history.first?.actor == "nightly")
    #expect(
        detail.records.map(\.title) == ["住民記録", "乳幼児健診"] && detail.records.first?.linkWeight == .shown(12.5))
    #expect(detail.publication.run == "r")
}

@Test func whatIsNotGrantedIsWithheldWithoutATrace() throws {
    let world = try World()
    try world.run("r", family)
    try world.publish(
        "r",
        [flag("P-1", reasons: [["B06"], ["D01"], ["B06", "D01"]]), flag("P-1", "U2", reasons: [["D01"]])])
    let detail = try #require(try detail(world) { _ in grant(.read, items: ["B06"], parts: [.name]) })
    #expect(
        detail.particulars.address == .withheld && detail.particulars.phones == .withheld
            && detail.particulars.school == .withheld)
    #expect(detail.particulars.sex == nil && detail.summary.birth == nil && detail.household.isEmpty)
    #expect(detail.flags.map(\.rule) == ["U1"] && detail.flags.first?.reasons.map(\.items) == [["B06"]])
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"withheld\":3%'") == 1)
    #expect(detail.records.map(\.source) == ["kenshin"])
    #expect(!"\(detail)".contains("D01"))
}

@Test func aReasonWithAFactOfAnotherItemIsWithheldToo() throws {
    let world = try World()
    try world.run("r", family)
    let hidden = Reason(
        sentence: "理由",
        facts: [
            SourcedFact(
                Fact(item: "D01", kind: "status", value: .code("受給中"), on: nil),
                from: RowPosition(source: "seiho", file: "f", line: 1, offset: 0))
        ], items: ["B06"], sources: [])
    let one = Flag(
        rule: "U1", version: 1, title: "規則", person: "P-1", urgency: .normal, difficulties: [],
        reasons: [hidden], confirm: [], since: today)
    try world.publish("r", [one])
    #expect(try detail(world) { _ in grant(.read, items: ["B06"]) } == nil)
    #expect(try detail(world) { _ in grant(.read, items: ["B06", "D01"]) }?.flags == [one])
}

@Test("A protected person's contacts reach no answer, whatever the grant says", arguments: [true, false])
func protection(ofTheWholeFamily: Bool) throws {
    let world = try World()
    var people = family
    people[0].isProtected = true
    people[1].isProtected = ofTheWholeFamily
    try world.run("r", people)
    try world.publish("r", [flag("P-1")])
    let detail = try #require(try detail(world))
    #expect(detail.summary.isProtected)
    #expect(detail.particulars.address == .masked && detail.particulars.phones == .masked)
    #expect(detail.particulars.guardians == .masked && detail.particulars.school == .masked)
    let page = try world.service.cases(
        actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
    for text in people[0].contacts + people[1].contacts {
        #expect(!"\(detail)".contains(text), "\(text)")
        #expect(!"\(page)".contains(text), "\(text)")
    }
}

@Test func anObligationMasksWithoutProtectionToo() throws {
    let world = try World()
    try world.run("r", family)
    try world.publish("r", [flag("P-1")])
    let detail = try #require(try detail(world) { _ in grant(.read, obligations: [.maskAddress]) })
    #expect(detail.particulars.address == .masked && detail.particulars.phones != .masked)
}

@Test func maskingDoesNotTellWhetherThereIsAValue() throws {
    let world = try World()
    var bare = Invented("P-1", isProtected: true)
    bare.identifiers.address = nil
    bare.identifiers.phones = []
    try world.run("r", [bare])
    try world.publish("r", [flag("P-1")])
    let detail = try #require(try detail(world))
    #expect(detail.particulars.address == .masked && detail.particulars.phones == .masked)
}

@Test func aHouseholdMemberOfADeniedStandingHasNoLine() throws {
    let world = try World()
    var people = family
    people[1].isProtected = true
    try world.run("r", people)
    try world.publish("r", [flag("P-1")])
    let detail = try #require(try detail(world) { $0.isProtected ? refusal : grant(.read) })
    #expect(detail.household.isEmpty)
}

@Test func aDeniedCaseIsRefusedAndAnUnknownOneIsNil() throws {
    let world = try World()
    try world.run("r", family)
    try world.publish("r", [flag("P-1")])
    #expect(fault { _ = try detail(world) { _ in refusal } }?.kind == .denied)
    #expect(fault { _ = try detail(world) { _ in grant(.list) } }?.code == "store.grant")
    let none = try world.service.caseDetail(
        "C-none", actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
    #expect(none == nil)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%case.read%'") == 2)
}

@Test func anExplanationTellsWhereRowsWentAndNothingOfWhatTheySay() throws {
    let world = try World()
    var people = family
    people[1].isProtected = true
    try world.run("r", people)
    try world.publish("r", [])
    func row(_ line: Int, _ deciding: @escaping @Sendable (PersonStanding) -> Decision) throws
        -> RowExplanation?
    {
        try world.service.explainRow(
            file: "kenshin_20261001.csv", line: line, actor: staff, deciding: .support(deciding), at: noon)
    }
    let found = try #require(try row(2) { _ in grant(.explain, items: []) })
    #expect(found.fate == .accepted && found.title == "乳幼児健診")
    #expect(found.records == [RecordExplanation(subject: .child, person: "P-1", items: ["B06"])])
    let hidden = try #require(try row(3) { $0.isProtected ? refusal : grant(.explain, items: []) })
    #expect(hidden.records == [RecordExplanation(subject: .child, person: nil, items: [])])
    #expect(try row(99) { _ in grant(.explain) } == nil)
    #expect(fault { _ = try row(2) { _ in refusal } }?.kind == .denied)
    func person(_ id: PersonID) throws -> PersonExplanation? {
        try world.service.explainPerson(
            id, actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
    }
    let open = try #require(try person("P-1"))
    #expect(open.records.map(\.line) == [2, 2])
    #expect(open.links.first?.levels.map(\.level) == ["一致", "一致"] && open.links.first?.weight == 12.5)
    let masked = try #require(try person("P-2"))
    #expect(masked.links.allSatisfy { $0.levels.isEmpty && $0.weight == nil } && !masked.links.isEmpty)
    #expect(masked.records.allSatisfy { $0.linkWeight == .masked } && !masked.records.isEmpty)
    #expect(try person("P-99") == nil)
}
