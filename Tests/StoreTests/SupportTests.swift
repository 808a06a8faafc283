import Domain
import Foundation
import Programmes
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let city = Programme.CodedName(code: "999016", name: "若葉野市")

private let programmes = [
    Programme(
        psid: "um1", name: "児童手当", area: city, age: AgeBounds(basis: .explicit, below: 216), targets: ["087"]),
    Programme(
        psid: "um2", name: "児童扶養手当", area: city, age: AgeBounds(basis: .explicit, below: 216),
        targets: ["087"]),
    Programme(
        psid: "um3", name: "となり市の券", area: .init(code: "999024", name: "朝露市"), age: .unknown, targets: []),
]

private func table() throws -> MatchingTable {
    try ConfigurationFile.read(
        """
        { areas: [{ code: "999016", name: "若葉野市" }], targets: [{ code: "087", title: "子育て中", everyone: true }],
          ages: [], receipts: [
            { title: "児童扶養手当", names: ["児童扶養手当"], of: "household", item: "C02", kind: "status", received: ["全部支給"] },
            { title: "児童手当", names: ["児童手当"], of: "child", item: "C01", kind: "status", received: ["受給中"] }] }
        """, name: "matching.json5"
    ).decode()
}

private let items: Set<ItemCode> = ["A01", "A02", "A07", "C01", "C02"]

private func offering(_ action: Action, _ items: Set<ItemCode> = items) -> Decision {
    .permit(
        Grant(
            actor: staff, action: action, purpose: "programmes", items: items, bandedItems: [],
            parts: Set(IdentifierPart.allCases), obligations: Obligations([]), statements: ["p1"],
            revision: "r1"))
}

private func deciding(
    _ action: Action, _ decide: @escaping @Sendable (PersonStanding) -> Decision? = { _ in nil }
) -> Decisions {
    Decisions(for: "programmes") { standing in
        // As the guideline's `use-stopped`.
        decide(standing) ?? (standing.consent == .refused ? refusal : offering(action))
    }
}

/// A family of three: a child of 2014, an elder one who gets 児童手当, and their mother, who gets 児童扶養手当; and a child who lives alone.
private func town(flags: [Flag] = [], isProtected: Bool = false) throws -> World {
    let world = try World()
    let run = try RunStore.create(folder: world.runFolder("r"), keys: world.keys)
    let register = try run.addFile(
        source: "jumin", title: "住民記録", file: "jumin_20261001.csv", sha256: "aa", asOf: today)
    let allowance = try run.addFile(
        source: "teate", title: "手当", file: "teate_20261001.csv", sha256: "bb", asOf: today)
    let people: [(id: PersonID, born: Int, household: HouseholdID, fact: Fact?)] = [
        ("P-1", 16_300, "h", nil),
        ("P-2", 15_900, "h", Fact(item: "C01", kind: "status", value: .code("受給中"), on: nil)),
        ("P-3", 7_000, "h", Fact(item: "C02", kind: "status", value: .code("全部支給"), on: .day(today))),
        ("P-4", 16_000, "other", nil),
    ]
    for (index, person) in people.enumerated() {
        var invented = Invented(person.id, household: person.household)
        invented.identifiers.birth = .day(Day(number: person.born))
        let line = index + 2
        try run.addRow(file: register, line: line, offset: line, fate: .accepted)
        try run.addRow(file: allowance, line: line, offset: line, fate: .accepted)
        try run.addEntity(
            index, source: "jumin", key: "jumin-\(person.id)", identifiers: invented.identifiers)
        try run.addRecord(
            file: register, line: line, offset: line, subject: .child, entity: index,
            facts: [Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(today))])
        try run.addRecord(
            file: allowance, line: line, offset: line, subject: .child, entity: index,
            facts: person.fact.map { [$0] } ?? [])
        try run.addPerson(
            person.id, entities: [index], display: invented.identifiers, household: person.household,
            standing: PersonStanding(isProtected: isProtected && person.household == "h"), isResident: true)
    }
    for file in [register, allowance] { try run.addIntake(FileIntake(lines: people.count), of: file) }
    try run.finish()
    var summary = RunSummary(run: "r", asOf: today, municipality: "若葉野市")
    var extract = ExtractSummary(
        source: "teate", title: "手当", file: "teate_20261001.csv", sha256: "bb", asOf: today,
        ledger: RowLedger(), rejections: [])
    (extract.items, extract.freshnessDays) = (["C01", "C02"], 40)
    summary.extracts = [extract]
    _ = try world.service.publish(
        NewPublication(
            summary: summary, folder: "r", flags: flags, standings: [:],
            rules: ["support": ["U1", "S1"], "programmes": ["M1"]]), at: noon)
    _ = try world.service.importRegistry(
        Registry(source: "見本", asOf: today, attribution: "出典", sha256: "cc", programmes: programmes),
        table: try table(), actor: staff, decision: offering(.record, []), at: noon)
    return world
}

private func missed(
    _ world: borrowing World, _ decisions: Decisions = deciding(.list), after: SupportCursor? = nil,
    limit: Int = 50, at: Date = noon
) throws -> SupportPage {
    try world.service.missedSupport(
        actor: staff, deciding: decisions, after: after, limit: limit, at: at)
}

/// By child, what is missed.
private func found(_ page: SupportPage) -> [PersonID: [String]] {
    Dictionary(
        uniqueKeysWithValues: page.households.flatMap(\.children).map {
            ($0.id, $0.offers(.missed).map(\.programme.psid))
        })
}

@Test func whatNoRecordSaysIsReceivedIsMissed() throws {
    let world = try town()
    #expect(try found(missed(world)) == ["P-1": ["um1"], "P-4": ["um1", "um2"]])
    #expect(try world.service.registry()?.total == 3)
    #expect(try world.service.registry()?.registry.programmes.count == 2)
}

@Test func pagesNeitherSkipNorRepeatHouseholds() throws {
    let world = try town()
    let first = try missed(world, limit: 1)
    let second = try missed(world, after: first.next, limit: 1)
    #expect(first.next != nil && second.next == nil)
    // The cursor names nobody, and comes back from its text.
    let text = try #require(first.next?.text)
    #expect(text.count == 32 && SupportCursor(text) == first.next)
    for other in ["", "P-1", String(text.dropLast(2)), text + "00", String(repeating: "g", count: 32)] {
        #expect(SupportCursor(other) == nil, "\(other)")
    }
    #expect(Set(found(first).keys).union(found(second).keys) == ["P-1", "P-4"])
    #expect(Set(found(first).keys).isDisjoint(with: found(second).keys))
}

@Test func whoRefusedIsOfferedNothingAndWhatOthersGetIsNotConcludedFromIt() throws {
    let world = try town()
    let mother = NewConsent(
        purpose: "programmes", isRefusal: true, giver: .person, evidence: "申出", from: nil, until: nil,
        person: "P-3")
    let child = NewConsent(
        purpose: "programmes", isRefusal: true, giver: .guardian, evidence: "申出", from: nil, until: nil,
        person: "P-4")
    for consent in [mother, child] {
        _ = try world.service.record(
            consent, purposes: [:], reason: "認めた", actor: staff, decision: registered, at: noon)
    }
    // The mother's 児童扶養手当 cannot be seen any more: that is no reason to say that it is missed.
    let detail = try #require(
        try world.service.support(of: .person("P-1"), actor: staff, deciding: deciding(.read), at: noon))
    #expect(detail.child.offers(.missed).map(\.programme.psid) == ["um1"])
    #expect(detail.child.offers(.offered).map(\.receiving) == [.gap(.withheld("C02"))])
    #expect(try found(missed(world)) == ["P-1": ["um1"]])
    #expect(
        fault {
            _ = try world.service.support(
                of: .person("P-4"), actor: staff, deciding: deciding(.read), at: noon)
        }?
        .kind == .denied)
}

private let registered = Decision.permit(
    Grant(
        actor: staff, action: .register, purpose: "rights", items: [], bandedItems: [], parts: [],
        obligations: Obligations([]), statements: ["s1"], revision: "r1"))

@Test func noLetterGoesToAProtectedHouseholdAndNoAnswerHoldsItsAddress() throws {
    let world = try town(isProtected: true)
    let detail = try #require(
        try world.service.support(of: .person("P-1"), actor: staff, deciding: deciding(.read), at: noon))
    #expect(detail.address == .masked && detail.household.isProtected)
    func record(_ channel: SupportOutcome.Channel) throws {
        try world.service.record(
            SupportOutcome(psid: "um1", what: .sent, channel: channel, actor: staff.description, at: noon),
            of: .person("P-1"), actor: staff, deciding: deciding(.record), at: noon)
    }
    // Nor is one said to have gone.
    let refused = fault { try record(.letter) }
    #expect(refused?.code == "support.letter" && refused?.field == "channel")
    try record(.text)
    #expect(try world.count("SELECT count(*) FROM support_outcome") == 1)
    for text in Invented("P-1").contacts { #expect(!"\(detail)".contains(text), "\(text)") }
    let open = try town()
    let other = try #require(
        try open.service.support(of: .person("P-1"), actor: staff, deciding: deciding(.read), at: noon))
    #expect(other.address == .shown("若葉台二丁目3-P-1番"))
}

@Test("An answer ends an offer, a sent invitation does not; the last word counts and all stay")
func outcomes() throws {
    let world = try town()
    let service = world.service
    func record(_ what: SupportOutcome.What, _ psid: String = "um1") throws {
        try service.record(
            SupportOutcome(psid: psid, what: what, channel: .text, actor: "", at: noon), of: .person("P-1"),
            actor: staff, deciding: deciding(.record), at: noon)
    }
    try record(.sent)
    #expect(try found(missed(world))["P-1"] == ["um1"])
    try record(.declined)
    #expect(try found(missed(world))["P-1"] == nil)
    try record(.notReached)
    #expect(try found(missed(world))["P-1"] == ["um1"])
    let detail = try world.service.support(
        of: .person("P-1"), actor: staff, deciding: deciding(.read), at: noon)
    #expect(detail?.child.outcomes.map(\.what) == [.sent, .declined, .notReached])
    #expect(detail?.child.outcomes.first?.actor == "user:tanaka")
    #expect(fault { try record(.sent, "um9") }?.code == "support.programme")
    #expect(throws: Fault.self) { try world.sql("DELETE FROM support_outcome") }
    #expect(throws: Fault.self) { try world.sql("UPDATE support_outcome SET what = 'applied'") }
}

@Test func everyReadAndActIsInTheTrailWithTheProgrammesPurpose() throws {
    let world = try town()
    _ = try missed(world)
    _ = try world.service.support(of: .person("P-1"), actor: staff, deciding: deciding(.read), at: noon)
    try world.service.record(
        SupportOutcome(psid: "um1", what: .sent, channel: nil, actor: "", at: noon), of: .person("P-1"),
        actor: staff, deciding: deciding(.record), at: noon)
    for what in ["registry.import", "support.list", "support.read", "support.record"] {
        let sql =
            "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = '\(what)' AND event ->> '$.purpose' = 'programmes'"
        #expect(try world.count(sql) == 1, "\(what)")
    }
    #expect(fault { _ = try missed(world, Decisions(for: "programmes") { _ in refusal }) }?.kind == .denied)
    #expect(
        try world.count(
            "SELECT count(*) FROM audit_event WHERE event LIKE '%support.list%deny%' OR event LIKE '%deny%support.list%'"
        ) == 1)
}

@Test("Whether any rule found a child changes no byte of list, detail or draft")
func nonInterference() throws {
    var random = SeededGenerator(seed: testSeed)
    func answers(_ world: borrowing World) throws -> String {
        let list = try missed(world)
        let service = world.service
        let details = try (["P-1", "P-2", "P-4"] as [PersonID]).map {
            try service.support(of: .person($0), actor: staff, deciding: deciding(.read), at: noon)
        }
        let drafts = list.households.flatMap(\.children).flatMap(\.offers).map {
            Draft($0.programme, channel: .letter, municipality: "若葉野市", attribution: "出典").text
        }
        // The order of households is that of keyed numbers: another workspace has another.
        return list.households.map { "\($0)" }.sorted().joined()
            + details.map { "\($0?.child as Any) \($0?.household as Any)" }.joined()
            + drafts.sorted().joined()
    }
    let plain = try answers(town())
    for _ in 0..<caseCount(5) {
        let flags = (["P-1", "P-2", "P-4"] as [PersonID]).flatMap { person in
            (["U1", "S1"] as [RuleID]).filter { _ in Bool.random(using: &random) }.map {
                flag(person, $0, urgency: Bool.random(using: &random) ? .soon : .normal)
            }
        }
        #expect(try answers(town(flags: flags)) == plain, "seed \(testSeed)")
    }
}

@Test func theNightCountsHouseholdsAndNamesNobody() throws {
    let world = try town()
    let night = Actor.system("nightly")
    let decisions = Decisions(for: "programmes") { _ in
        .permit(
            Grant(
                actor: night, action: .join, purpose: "programmes", items: items, bandedItems: [], parts: [],
                obligations: Obligations([]), statements: ["n"], revision: "r1"))
    }
    let counts = try #require(try world.service.supportCounts(actor: night, deciding: decisions, at: noon))
    #expect(counts.households == 2 && counts.children == 2)
}

@Test("Where the extract that would tell is late, the count says of whom it cannot be told, and why")
func whatCannotBeToldStandsBesideWhatIsMissed() throws {
    let world = try town()
    #expect(try missed(world).untold == Untold())
    // The allowances' extract is good for 40 days.
    let late = noon + 60 * 86_400
    let page = try missed(world, at: late)
    #expect(page.households.isEmpty)
    #expect(page.untold.households == 2 && page.untold.children == 3)
    #expect(page.untold.programmes == ["um1", "um2"])
    #expect(
        page.untold.extracts == [
            Untold.Extract(item: "C01", title: "手当", asOf: today),
            Untold.Extract(item: "C02", title: "手当", asOf: today),
        ])
    let night = Actor.system("nightly")
    let decisions = Decisions(for: "programmes") { _ in
        .permit(
            Grant(
                actor: night, action: .join, purpose: "programmes", items: items, bandedItems: [], parts: [],
                obligations: Obligations([]), statements: ["n"], revision: "r1"))
    }
    let counts = try #require(try world.service.supportCounts(actor: night, deciding: decisions, at: late))
    #expect(counts.households == 0 && counts.untold == page.untold)
}

@Test("That somebody lives in the city changes nothing of the list for who may not see them")
func whoMayNotBeSeenDoesNotShowInACursor() throws {
    let world = try town()
    let all = try missed(world)
    let (first, last) = (try #require(all.households.first), try #require(all.households.last))
    let hidden = try #require(last.children.first?.id)
    // The household behind the last one shown is denied altogether: the page is the last all the same.
    #expect(try missed(world, limit: 1).next != nil)
    _ = try world.service.record(
        NewConsent(
            purpose: "programmes", isRefusal: true, giver: .guardian, evidence: "申出", from: nil, until: nil,
            person: hidden), purposes: [:], reason: "認めた", actor: staff, decision: registered, at: noon)
    let shorter = try missed(world, limit: 1)
    #expect(shorter.households.flatMap(\.children).map(\.id) == first.children.map(\.id))
    #expect(shorter.next == nil)
}

@Test("Who may offer nothing to anybody hears the same of everybody, and every attempt is in the trail")
func attempts() throws {
    let world = try town()
    let nobody = Decisions(for: "programmes") { _ in refusal }
    func record(_ person: PersonID, _ psid: String, _ decisions: Decisions) -> Fault? {
        fault {
            try world.service.record(
                SupportOutcome(psid: psid, what: .sent, channel: nil, actor: "", at: noon),
                of: .person(person), actor: staff, deciding: decisions, at: noon)
        }
    }
    let (known, unknown) = (record("P-1", "um1", nobody), record("P-NOBODY", "um1", nobody))
    #expect(known?.kind == .denied && known == unknown)
    #expect(try world.refusals("support.record") == 2)
    #expect(record("P-NOBODY", "um1", deciding(.record))?.code == "person.unknown")
    #expect(record("P-1", "um9", deciding(.record))?.code == "support.programme")
    #expect(try world.refusals("support.record") == 4)
    for person in ["P-1", "P-NOBODY"] as [PersonID] {
        let denied = fault {
            _ = try world.service.support(of: .person(person), actor: staff, deciding: nobody, at: noon)
        }
        #expect(denied == known)
    }
    #expect(try world.refusals("support.read") == 2)
    #expect(
        try world.count(
            "SELECT count(*) FROM audit_event WHERE event ->> '$.what' LIKE 'support.%' AND event ->> '$.purpose' IS NULL"
        ) == 0)
}

@Test("The trail says what was shown: names and births of children, and the items that were granted")
func shownFields() throws {
    let world = try town()
    let few = Decisions(for: "programmes") { _ in offering(.list, ["A01", "C01"]) }
    _ = try missed(world, few)
    func fields(_ what: String) throws -> Int {
        try world.count(
            """
            SELECT count(*) FROM audit_event WHERE event ->> '$.what' = '\(what)' AND event LIKE '%"name"%'
                AND event LIKE '%"birth"%' AND event LIKE '%"C01"%' AND event NOT LIKE '%"C02"%'
            """)
    }
    #expect(try fields("support.list") == 1)
    _ = try missed(world)
    #expect(try fields("support.list") == 1)
}

@Test(
    "Nights that fail do not stop the calendar: what is over since is not offered, what is old says nothing")
func daysPass() throws {
    let world = try town()
    #expect(try found(missed(world, at: noon + 40 * 86_400)) == ["P-1": ["um1"], "P-4": ["um1", "um2"]])
    #expect(try found(missed(world, at: noon + 41 * 86_400)) == [:])
    let publication = try #require(try world.service.currentPublication())
    #expect(publication.day(ofAsking: noon) == today)
    #expect(publication.day(ofAsking: noon + 3 * 86_400) == today.adding(days: 3))
    #expect(publication.day(ofAsking: noon - 86_400) == today)
}

@Test("What was recorded of one child is not told as another's when a merge was taken back")
func mergesTakenBack() throws {
    let world = try town()
    try world.service.record(
        SupportOutcome(psid: "um1", what: .declined, channel: nil, actor: "", at: noon), of: .person("P-1"),
        actor: staff, deciding: deciding(.record), at: noon)
    try world.sql("INSERT INTO person_merge(absorbed, survivor) VALUES ('P-1', 'P-4')")
    let detail = try world.service.support(
        of: .person("P-4"), actor: staff, deciding: deciding(.read), at: noon)
    #expect(detail?.child.outcomes.isEmpty == true)
    #expect(detail?.child.offers(.missed).map(\.programme.psid) == ["um1", "um2"])
    #expect(try found(missed(world)) == ["P-4": ["um1", "um2"]])
}

@Test("A shredding takes along what was recorded of offers, of this person alone")
func shredding() throws {
    let world = try town()
    for person in ["P-1", "P-4"] as [PersonID] {
        try world.service.record(
            SupportOutcome(psid: "um1", what: .declined, channel: nil, actor: "", at: noon),
            of: .person(person), actor: staff, deciding: deciding(.record), at: noon)
    }
    func registering(_ actor: Actor) -> Decision { grant(.register, actor: actor) }
    let proposed = try world.service.proposeShredding(
        of: "P-1", reason: "消去の請求を認めた", actor: staff, decision: registering(staff), at: noon)
    let manager = Actor.user("manager")
    _ = try world.service.shred(
        proposed.id, reason: "決裁を確かめた", actor: manager, decision: registering(manager), at: noon)
    #expect(try world.count("SELECT count(*) FROM support_outcome WHERE person = 'P-1'") == 0)
    #expect(try world.count("SELECT count(*) FROM support_outcome WHERE person = 'P-4'") == 1)
    #expect(throws: Fault.self) { try world.sql("DELETE FROM support_outcome") }
}
