import Domain
import Foundation
import TestSupport
import Testing

@testable import Audit

/// The shipped guideline, with limits of one.
private func guideline(_ limits: [String: Int] = [:]) throws -> AnalysisGuideline {
    var numbers = [
        "night": 1, "holiday": 1, "personsPerDay": 1000, "readsPerHour": 1000, "byNumber": 1,
        "heldByOthers": 1,
        "relatives": 1, "refused": 1,
    ]
    numbers.merge(limits) { $1 }
    let text = """
        { hours: { from: "08:30", to: "17:15" }, closedDays: ["12-29"],
          holidays: { add: ["2026-10-05"], remove: ["2026-10-03"] },
          limits: { \(numbers.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", ")) } }
        """
    return try ConfigurationFile.read(text, name: "analysis.json5").decode()
}

/// `2026-10-01 09:00` in Japan.
private func at(_ text: String) throws -> Int {
    let parts = text.split(separator: " ")
    let time = parts[1].split(separator: ":").compactMap { Int($0) }
    let day = try #require(Day(iso: String(parts[0])))
    return ((day.number * 24 + time[0] - 9) * 60 + time[1]) * 60_000
}

/// Events of a user, each listed before it is read unless it says otherwise.
private struct Diary {
    var analysis: AuditAnalysis
    private var sequence = 0

    init(_ guideline: AnalysisGuideline, relatives: [String: Set<Pseudonym>] = [:]) {
        analysis = AuditAnalysis(guideline, relatives: relatives)
    }

    mutating func add(
        _ what: AuditEvent.What, at time: String, by actor: String = "user:tanaka",
        _ change: (inout AuditEvent) -> Void = { _ in }
    ) throws {
        var event = AuditEvent(what, actor: actor, at: try at(time))
        event.subjects = ["p1"]
        change(&event)
        let recorded = RecordedEvent(canonical: Array(event.canonical(sequence: sequence).utf8))
        analysis.add(try #require(recorded))
        sequence += 1
    }

    var kinds: [String] { analysis.findings().map { "\($0.kind.rawValue) \($0.day) \($0.count)" } }
}

@Test func whatTheTrailWritesReadsBack() throws {
    var event = AuditEvent(.caseRead, actor: "user:\"若\"", at: try at("2026-10-01 09:00"))
    (event.isPermitted, event.purpose, event.revision) = (false, "outreach", "r1")
    (event.subjects, event.fields, event.counts) = (["a"], ["B06"], ["cases": 1])
    event.references = ["case": "C-1"]
    let read = try #require(RecordedEvent(canonical: Array(event.canonical(sequence: 5).utf8)))
    #expect(read.sequence == 5 && read.at == event.at && read.actor == event.actor && !read.isPermitted)
    #expect(read.what == "case.read" && read.purpose == "outreach" && read.revision == "r1")
    #expect(read.subjects == ["a"] && read.fields == ["B06"] && read.counts == ["cases": 1])
    #expect(read.references == ["case": "C-1"])
    #expect(RecordedEvent(canonical: Array("{}".utf8)) == nil)
}

@Test(
    "Reading outside office hours is told as night or holiday",
    arguments: [
        ("2026-10-01 08:29", "night 2026-10-01 1"), ("2026-10-01 08:30", nil), ("2026-10-01 17:14", nil),
        ("2026-10-01 17:15", "night 2026-10-01 1"), ("2026-10-01 23:59", "night 2026-10-01 1"),
        ("2026-10-02 00:00", "night 2026-10-02 1"), ("2026-10-04 12:00", "holiday 2026-10-04 1"),
        // 体育の日の後身、スポーツの日; a day the town closes; one it opens; a Monday between two holidays.
        ("2026-10-12 12:00", "holiday 2026-10-12 1"), ("2026-10-05 12:00", "holiday 2026-10-05 1"),
        ("2026-10-03 12:00", nil), ("2026-09-22 12:00", "holiday 2026-09-22 1"),
        ("2026-12-29 12:00", "holiday 2026-12-29 1"),
    ] as [(String, String?)])
func hours(time: String, finding: String?) throws {
    var diary = Diary(try guideline())
    try diary.add(.casesList, at: time)
    #expect(diary.kinds == [finding].compactMap(\.self))
}

@Test func aCopyOfTheOwnFamilysRecordIsReadingLikeAnyOther() throws {
    var diary = Diary(try guideline(), relatives: ["user:tanaka": ["p1"]])
    try diary.add(.recordsDisclose, at: "2026-10-01 22:00")
    #expect(diary.kinds == ["night 2026-10-01 1", "by-number 2026-10-01 1", "relatives 2026-10-01 1"])
}

@Test func nightsOfTheSystemAndLogInsAreNoReading() throws {
    var diary = Diary(try guideline())
    try diary.add(.householdsRead, at: "2026-10-01 02:00", by: "system:nightly")
    try diary.add(.logIn, at: "2026-10-01 02:00")
    #expect(diary.kinds.isEmpty)
}

@Test func manyPersonsOrManyReadsAreBulk() throws {
    var diary = Diary(try guideline(["byNumber": 100, "personsPerDay": 3, "readsPerHour": 3]))
    for number in 1...2 {
        try diary.add(.caseRead, at: "2026-10-01 10:0\(number)") { $0.subjects = [Pseudonym("p\(number)")] }
    }
    #expect(diary.kinds.isEmpty)
    // The same person in another hour: more reads, but neither three in an hour nor three persons.
    try diary.add(.caseRead, at: "2026-10-01 11:00")
    #expect(diary.kinds.isEmpty)
    try diary.add(.caseRead, at: "2026-10-01 11:10")
    try diary.add(.caseRead, at: "2026-10-01 11:20")
    #expect(diary.kinds == ["bulk-reads 2026-10-01 3"])
    try diary.add(.casesList, at: "2026-10-01 12:00") { $0.subjects = ["p8", "p9"] }
    #expect(diary.kinds == ["bulk-persons 2026-10-01 4", "bulk-reads 2026-10-01 3"])
}

@Test func readingACaseThatNoListShowedIsALookUpByNumber() throws {
    var diary = Diary(try guideline())
    try diary.add(.casesList, at: "2026-10-01 09:00") { $0.subjects = ["p1", "p2"] }
    try diary.add(.caseRead, at: "2026-10-01 09:01") { $0.subjects = ["p2", "sibling"] }
    #expect(diary.kinds.isEmpty)
    // Another user's list, another day's, a case that is none, and an explanation by number.
    try diary.add(.caseRead, at: "2026-10-01 09:02", by: "user:sato")
    try diary.add(.caseRead, at: "2026-10-02 09:00")
    try diary.add(.caseRead, at: "2026-10-02 09:01") { $0.subjects = [] }
    try diary.add(.personExplain, at: "2026-10-02 09:02")
    #expect(diary.analysis.findings().map(\.actor) == ["user:sato", "user:tanaka"])
    #expect(diary.kinds.contains("by-number 2026-10-02 3"))
    #expect(diary.analysis.findings().last { $0.kind == .byNumber }?.examples == [3, 4, 5])
}

@Test("programmes and drawn children that no list showed are looked up by number, too")
func whatNoListShowedIsALookUpByNumber() throws {
    var diary = Diary(try guideline(["readsPerHour": 2]))
    try diary.add(.supportList, at: "2026-10-01 09:00") { $0.subjects = ["p1", "p2"] }
    try diary.add(.supportRead, at: "2026-10-01 09:01") { $0.subjects = ["p0", "p2"] }
    try diary.add(.spotCheckList, at: "2026-10-02 09:00") { $0.subjects = ["p1"] }
    try diary.add(.spotCheckRead, at: "2026-10-02 09:01") { $0.subjects = ["p1", "sibling"] }
    #expect(diary.kinds.isEmpty)
    try diary.add(.supportRead, at: "2026-10-05 09:01") { $0.subjects = ["p0", "p2"] }
    #expect(diary.kinds == ["holiday 2026-10-05 1", "by-number 2026-10-05 1"])
    // The sibling was listed, the child who was opened was not.
    try diary.add(.spotCheckRead, at: "2026-10-02 09:02") { $0.subjects = ["p0", "p1"] }
    #expect(diary.kinds.contains("by-number 2026-10-02 1"))
}

@Test func whoTypedANameHasNotFoundThePersonOnAList() throws {
    var diary = Diary(try guideline(["readsPerHour": 2]))
    try diary.add(.personsSearch, at: "2026-10-01 09:00")
    try diary.add(.caseRead, at: "2026-10-01 09:01")
    #expect(diary.kinds == ["bulk-reads 2026-10-01 2", "by-number 2026-10-01 1"])
}

@Test func theProgrammesOnACasesPageAreNoSecondLook() throws {
    var diary = Diary(try guideline(["readsPerHour": 2]))
    for what in [AuditEvent.What.caseRead, .supportRead] { try diary.add(what, at: "2026-10-01 09:00") }
    #expect(diary.kinds == ["by-number 2026-10-01 1"])
    try diary.add(.supportRead, at: "2026-10-01 09:01") { $0.subjects = ["p2"] }
    #expect(diary.kinds == ["bulk-reads 2026-10-01 2", "by-number 2026-10-01 2"])
}

@Test func theOwnFamilyColleaguesCasesAndRefusalsAreTold() throws {
    var diary = Diary(try guideline(["byNumber": 100]), relatives: ["user:tanaka": ["p7"]])
    try diary.add(.caseRead, at: "2026-10-01 09:00") { $0.subjects = ["p1", "p7"] }
    try diary.add(.caseRead, at: "2026-10-01 09:01", by: "user:sato") { $0.subjects = ["p7"] }
    try diary.add(.caseRead, at: "2026-10-01 09:02") { $0.references = ["held": "other"] }
    try diary.add(.caseRead, at: "2026-10-01 09:03") { $0.references = ["held": "own"] }
    try diary.add(.caseRead, at: "2026-10-01 09:04", by: "user:school") { $0.isPermitted = false }
    #expect(
        diary.analysis.findings().map { "\($0.kind.rawValue) \($0.actor)" } == [
            "held-by-others user:tanaka", "relatives user:tanaka", "refused user:school",
        ])
}

/// Every finding of random diaries is one that counting by hand finds.
@Test func findingsAreThoseOfCountingByHand() throws {
    var generator = SeededGenerator(seed: testSeed)
    for _ in 0..<caseCount(30) {
        var diary = Diary(try guideline(["byNumber": 100]))
        var nights: [String: Int] = [:]
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            let (hour, day) = (
                Int.random(in: 0..<24, using: &generator), Int.random(in: 6...8, using: &generator)
            )
            let actor = "user:\(["a", "b"].randomElement(using: &generator) ?? "a")"
            let time = "2026-10-0\(day) \(hour < 10 ? "0" : "")\(hour):00"
            try diary.add(.caseRead, at: time, by: actor)
            if hour < 9 || hour >= 18 { nights["\(actor) 2026-10-0\(day)", default: 0] += 1 }
        }
        let found = diary.analysis.findings().filter { $0.kind == .night }
        #expect(
            Dictionary(uniqueKeysWithValues: found.map { ("\($0.actor) \($0.day)", $0.count) }) == nights,
            "seed \(testSeed)")
    }
}
