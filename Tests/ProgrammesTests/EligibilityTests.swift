import Domain
import Foundation
import TestSupport
import Testing

@testable import Programmes

private func answer(
    _ programme: Programme, _ child: SupportMember = member(), with others: [SupportMember] = [],
    isWhole: Bool = true, sources state: SourceState = sources()
) throws -> Eligibility {
    let home = household([child] + others, isWhole: isWhole, sources: state)
    return programme.eligibility(of: child, in: home, by: try shippedTable())
}

private func questions(_ answer: Eligibility) -> [Question] {
    if case .ask(let questions, _) = answer { questions } else { [] }
}

@Test func aProgrammeOfTheAreaAndAgeFits() throws {
    #expect(
        try answer(programme()) == .fits([.area, .age(isInferred: false), .target(code: "087", item: nil)]))
}

@Test func aNoAlwaysSaysWhy() throws {
    #expect(try answer(programme(area: .init(code: "999024", name: "朝露市"))) == .not(.otherArea))
    #expect(try answer(programme(), member(isResident: false)) == .not(.notResident))
    #expect(
        try answer(programme(age: AgeBounds(basis: .explicit, below: 36))) == .not(.age))
    #expect(try answer(programme(age: AgeBounds(basis: .explicit, below: 0))) == .not(.beforeBirth))
    let last = today.adding(days: -1)
    #expect(try answer(programme(period: .init(to: last))) == .not(.over(last)))
    #expect(try answer(programme(period: .init(to: today))) != .not(.over(today)))
}

@Test func whatTheRegistryLeavesOpenIsForAPerson() throws {
    #expect(try questions(answer(programme(conditions: ["所得の制限があります。"]))) == [.conditions])
    #expect(try questions(answer(programme(age: .unknown))) == [.ageUnknown])
    // A word of a text may mean more than its grade.
    #expect(
        try questions(answer(programme(age: AgeBounds(basis: .inferred, grades: 7...9)))) == [.ageInferred])
    #expect(try questions(answer(programme(persons: "障害のある20歳未満の児童を養育する方"))) == [.persons])
    #expect(try questions(answer(programme(unread: ["tag.targetCode[2]"]))) == [.unread("tag.targetCode[2]")])
    #expect(try questions(answer(programme(area: nil))) == [.area])
    #expect(try questions(answer(programme(), member(born: nil))) == [.birth])
    #expect(try questions(answer(programme(), member(isResident: nil))) == [.residence])
    #expect(try questions(answer(programme(targets: ["090"]))) == [.target(code: "090")])
    #expect(try questions(answer(programme(targets: ["000"]))) == [.target(code: "000")])
}

@Test("What the record of a target says, and five ways in which it says nothing, are kept apart")
func absences() throws {
    let single = programme(targets: ["087", "088"])
    let alone = member("P-2", born: Day(1990, 1, 1), facts: [fact("C02", "status", "全部支給")])
    #expect(
        try answer(single, with: [alone])
            == .fits([.area, .age(isInferred: false), .target(code: "088", item: "C02")]))
    let nothing = member("P-2", born: Day(1990, 1, 1))
    #expect(
        try questions(answer(single, with: [nothing])) == [
            .notRecorded(code: "088", item: "C02"), .notRecorded(code: "088", item: "C03"),
        ])
    let stopped = member("P-2", born: Day(1990, 1, 1), facts: [fact("C03", "single_parent", "喪失")])
    #expect(
        try questions(answer(single, with: [stopped])).last == .recordedOtherwise(code: "088", item: "C03"))
    #expect(
        try questions(answer(single, sources: sources(without: ["C02"]))).first
            == .gap(code: "088", .noSource("C02")))
    #expect(
        try questions(answer(single, sources: sources(asOf: today.adding(days: -41)))).first
            == .gap(code: "088", .stale("C02")))
    #expect(
        try questions(answer(single, with: [member("P-2", unread: ["source-C02"])])).first
            == .gap(code: "088", .unread("C02")))
    #expect(
        try questions(answer(single, with: [member("P-2", permitted: ["C03"])])).first
            == .gap(code: "088", .withheld("C02")))
    #expect(try questions(answer(single, isWhole: false)).first == .gap(code: "088", .withheld("C02")))
    // Of whom the register knows no household, nobody is hidden: that is said in words of its own.
    let child = member()
    let unlisted = SupportHousehold(
        members: [child], isWhole: false, isRegistered: false, sources: household([child]).sources)
    #expect(unlisted.gap("C02", of: [child], isHousehold: true) == .noHousehold("C02"))
    #expect(unlisted.gap("C02", of: [child], isHousehold: false) == nil)
}

@Test func whoIsLeftOutOfAHouseholdIsNoReasonToThinkThatNothingIsReceived() throws {
    let table = try shippedTable()
    let allowance = programme("児童扶養手当")
    let child = member()
    #expect(household([child]).receiving(allowance, by: child, table) == .notRecorded("C02", asOf: today))
    #expect(
        household([child], isWhole: false).receiving(allowance, by: child, table) == .gap(.withheld("C02")))
}

@Test("What is received is no offer, and what cannot be told is never said to be missed")
func receipts() throws {
    let table = try shippedTable()
    func standing(_ child: SupportMember, _ state: SourceState = sources()) -> Offer.Standing? {
        household([child], sources: state).offers([programme()], by: table).first?.standing
    }
    #expect(standing(member()) == .missed)
    #expect(standing(member(facts: [fact("C01", "status", "受給中")])) == nil)
    #expect(standing(member(facts: [fact("C01", "status", "差止")])) == .asked)
    // The last word counts.
    let turned = [fact("C01", "status", "受給中", on: Day(2020, 1, 1) ?? today), fact("C01", "status", "消滅")]
    #expect(standing(member(facts: turned)) == .asked)
    #expect(standing(member(), sources(without: ["C01"])) == .offered)
    #expect(standing(member(), sources(asOf: nil)) == .offered)
    #expect(standing(member(unread: ["source-C01"])) == .offered)
    #expect(standing(member(permitted: [])) == .offered)
    #expect(standing(member(born: today.adding(days: -10))) == .offered)
    #expect(standing(member(born: today.adding(days: -46))) == .missed)
}

@Test(
    "What 「対象」 says is no question only where it is the city's own plain text, or a word of the inferred age")
func plainPersons() throws {
    let young = AgeBounds(basis: .inferred, grades: 1...6)
    #expect(try questions(answer(programme(persons: "子育て世帯"))) == [])
    #expect(try questions(answer(programme(age: young, persons: "小学生"))) == [])
    #expect(try questions(answer(programme(age: young, persons: "小学生、子育て世帯"))) == [])
    // Numbers and words may mean different ages.
    #expect(try questions(answer(programme(persons: "小学生"))) == [.persons])
    #expect(try questions(answer(programme(persons: "子育て世帯のうち、非課税の世帯"))) == [.persons])
}

@Test(
    "An area is ours with five digits or six, also without the zero it begins with, and another is not",
    arguments: [
        ("999016", true), ("99901", true), ("99902", false), ("999024", false), ("011002", false),
        ("990001", true),
    ])
func areaCodes(code: String, isOurs: Bool) throws {
    let table = try shippedTable()
    #expect(table.isOurs(code) == isOurs)
    #expect(
        (try answer(programme(area: .init(code: code, name: "市"))) == .not(.otherArea)) == !isOurs)
}

@Test("What an extract that is out of date says holds no more; what is to begin does not hold yet")
func staleRecords() throws {
    let table = try shippedTable()
    let old = sources(asOf: today.adding(days: -41))
    let receiving = member(facts: [fact("C01", "status", "受給中", on: today.adding(days: -800))])
    let offer = household([receiving], sources: old).offers([programme()], by: table).first
    #expect(offer?.standing == .offered)
    #expect(offer?.receiving == .receivedBefore("C01", asOf: today.adding(days: -41)))
    let ended = member(facts: [
        fact("C01", "status", "受給中"), fact("C01", "status", "消滅", on: today.adding(days: 100)),
    ])
    #expect(household([ended]).offers([programme()], by: table).isEmpty)
    let begins = member(facts: [fact("C01", "status", "受給中", on: today.adding(days: 1))])
    #expect(household([begins]).offers([programme()], by: table).first?.standing == .missed)
    let alone = member("P-2", born: Day(1990, 1, 1), facts: [fact("C02", "status", "全部支給")])
    #expect(
        try questions(answer(programme(targets: ["088"]), with: [alone], sources: old)).first
            == .gap(code: "088", .stale("C02")))
}

@Test("The day of asking decides what is over and what is out of date, not the day of the last night")
func dayOfAsking() throws {
    let later = sources(asOf: today, on: today.adding(days: 41))
    let last = today.adding(days: 40)
    #expect(try answer(programme(period: .init(to: last)), sources: later) == .not(.over(last)))
    #expect(
        household([member()], sources: later).offers([programme()], by: try shippedTable()).first?.standing
            == .offered)
}

@Test(
    "A name means a receipt's programme whole: what only has its name inside is another",
    arguments: [
        ("児童扶養手当", "児童扶養手当"), ("特別児童扶養手当", nil), ("児童扶養手当受給者の通勤定期割引", nil), ("児童手当", "児童手当"),
        ("保育所の利用", "保育所などの利用"), ("認可外保育所の利用料補助", nil), ("保育所の園庭開放", nil), ("子ども医療費助成", "子ども医療費の助成"),
        ("子ども医療電話相談", nil), ("ひとり親家庭等医療費助成", "ひとり親家庭等医療費の助成"), ("就学援助", "就学援助"),
    ] as [(String, String?)])
func receiptNames(name: String, title: String?) throws {
    #expect(try shippedTable().receipt(of: programme(name))?.title == title)
}

@Test("A child is of an age exactly as long as the days say, for every day around it")
func agesDayByDay() throws {
    var random = SeededGenerator(seed: testSeed)
    for _ in 0..<caseCount(300) {
        let years = Int.random(in: 0...18, using: &random)
        let birth = today.adding(days: -Int.random(in: 0...7000, using: &random))
        let upTo = AgeBounds(basis: .explicit, below: (years + 1) * 12)
        // 以下 in years: until the day before the birthday after.
        let isOld = birth.age(on: today) > years
        #expect(upTo.holds(birth: birth, on: today) == !isOld, "seed \(testSeed) \(birth) \(years)")
    }
}

@Test("More records never make a sure offer out of nothing: what policy withholds only opens questions")
func withholding() throws {
    var random = SeededGenerator(seed: testSeed)
    let table = try shippedTable()
    let programmes = try RegistryReader.read(sampleRegistry(), name: "s", table: table).programmes
    let items: [ItemCode] = ["C01", "C02", "C03", "F02"]
    for place in 0..<caseCount(300) {
        let facts = [
            fact("C01", "status", ["受給中", "消滅"].randomElement(using: &random) ?? ""),
            fact("C02", "status", ["全部支給", "支給停止"].randomElement(using: &random) ?? ""),
            fact("F02", "status", ["認定", "否認定"].randomElement(using: &random) ?? ""),
        ].filter { _ in Bool.random(using: &random) }
        let born = today.adding(days: -Int.random(in: 0...6000, using: &random))
        let permitted = Set(items.filter { _ in Bool.random(using: &random) })
        let whole = member(born: born, facts: facts, permitted: Set(items))
        let part = member(
            born: born, facts: facts.filter { permitted.contains($0.fact.item) }, permitted: permitted)
        let sure = Set(
            household([whole]).offers(programmes, by: table).filter { $0.standing == .missed }.map(
                \.programme.psid))
        let less = household([part]).offers(programmes, by: table).filter { $0.standing == .missed }.map(
            \.programme.psid)
        #expect(sure.isSuperset(of: less), "seed \(testSeed) case \(place)")
    }
}
