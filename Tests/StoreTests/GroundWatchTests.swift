import Domain
import Foundation
import Testing

@testable import Store

/// What tells a record that was taken back from one that something followed, case by case.
@Suite struct GroundWatchTests {
    /// A row of a person, in a source.
    struct Row: Sendable {
        var person: PersonID
        var source: SourceID
        var facts: [Fact]
    }

    /// Two nights of a flag of P-1: what was delivered on each.
    struct Nights: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var ground: Fact
        var of: PersonID = "P-1"
        var source: SourceID = "shukketsu"
        var before: [Row]
        var after: [Row]
        /// Sources of the second night; `nil`: the same.
        var delivered: [SourceID: Day]?
        var change: IdentityChange?
        var unread: SourceID?
        var outgrown = false
        /// Of the second night; `nil`: nobody.
        var left: PersonID?
        /// How the case tells of it; `nil`: as of something that passed.
        var told: String?
    }

    private static func days(_ count: Double, _ month: Int, _ year: Int = 2026) -> Fact {
        Fact(item: "F03", kind: "absent_days", value: .number(count), on: .month(year: year, month: month))
    }
    private static func checkup(_ word: String, _ on: PartialDate) -> Fact {
        Fact(item: "B06", kind: "18m", value: .code(word), on: on)
    }
    private static func move(_ word: String, _ day: Day) -> Fact {
        Fact(item: "A04", kind: "move", value: .code(word), on: .day(day))
    }
    private static func living(_ word: String, _ day: Day) -> Fact {
        Fact(item: "A07", kind: "status", value: .code(word), on: .day(day))
    }
    private static let may = PartialDate.month(year: 2026, month: 5)
    private static func roster(_ person: PersonID, _ facts: [Fact]) -> Row {
        Row(person: person, source: "shukketsu", facts: facts)
    }
    private static func register(_ person: PersonID, _ facts: [Fact]) -> Row {
        Row(person: person, source: "jumin", facts: facts)
    }
    private static func health(_ person: PersonID, _ facts: [Fact]) -> Row {
        Row(person: person, source: "kenshin", facts: facts)
    }
    private static func allowance(_ word: String, _ day: Day) -> Row {
        Row(
            person: "P-1", source: "teate",
            facts: [Fact(item: "C01", kind: "status", value: .code(word), on: .day(day))])
    }
    /// A class-mate, whose rows show what the extract covers.
    private static let other = roster("P-9", [days(1, 4), days(0, 5), days(2, 9)])
    private static let (changed, gone, parted) = ("別の内容", "もうありません", "別の方の記録")

    static let table: [Nights] = [
        // Series: a row or a column for each month.
        Nights(
            testDescription: "one month of several is corrected", ground: days(12, 9),
            before: [roster("P-1", [days(3, 5), days(12, 9)]), other],
            after: [roster("P-1", [days(3, 5), days(2, 9)]), other], told: changed),
        Nights(
            testDescription: "one month of several is cancelled", ground: days(12, 9),
            before: [roster("P-1", [days(3, 5), days(12, 9)]), other],
            after: [roster("P-1", [days(3, 5)]), other], told: gone),
        Nights(
            testDescription: "a month is cancelled while the next one comes", ground: days(12, 9),
            before: [roster("P-1", [days(3, 5), days(12, 9)]), other],
            after: [roster("P-1", [days(3, 5), days(0, 10)]), other], told: gone),
        Nights(
            testDescription: "a sibling's row says the same, and theirs is deleted", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), roster("P-2", [days(12, 9)]), other],
            after: [roster("P-2", [days(12, 9)]), other], told: gone),
        Nights(
            testDescription: "a sibling's record in the household is deleted, theirs stays",
            ground: days(12, 9), of: "P-2",
            before: [roster("P-1", [days(3, 9)]), roster("P-2", [days(12, 9)]), other],
            after: [roster("P-1", [days(3, 9)]), other], told: gone),
        Nights(
            testDescription: "the only row is deleted", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [other], told: gone),
        Nights(
            testDescription: "the oldest row of a small extract is deleted", ground: days(12, 3),
            before: [roster("P-1", [days(12, 3)]), other], after: [other], told: gone),
        Nights(
            testDescription: "a better month follows", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other],
            after: [roster("P-1", [days(12, 9), days(0, 10)]), other], told: nil),
        Nights(
            testDescription: "the period that the extract covers goes on", ground: days(12, 4),
            before: [roster("P-1", [days(12, 4), days(1, 5)]), other],
            after: [roster("P-1", [days(1, 5)]), roster("P-9", [days(0, 5), days(2, 9)])], told: nil),
        Nights(
            testDescription: "the extract did not come", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [], delivered: ["jumin": today],
            told: nil),
        Nights(
            testDescription: "an older extract came", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [other],
            delivered: ["jumin": today, "shukketsu": today.adding(days: -30)], told: nil),
        Nights(
            testDescription: "their row could not be read", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [other], unread: "shukketsu", told: nil),
        Nights(
            testDescription: "the child left school", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [other], outgrown: true, told: nil),
        Nights(
            testDescription: "a month of who left school was corrected", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other], after: [roster("P-1", [days(1, 9)]), other],
            outgrown: true, told: changed),
        Nights(
            testDescription: "the family moved out, and school with it", ground: days(12, 9),
            before: [
                register("P-1", [living("住登", today.adding(days: -900))]), roster("P-1", [days(12, 9)]),
                other,
            ],
            after: [register("P-1", [living("転出", today)]), other], told: nil),
        Nights(
            testDescription: "the register has them no more", ground: days(12, 9),
            before: [
                register("P-1", [living("住登", today.adding(days: -900))]), roster("P-1", [days(12, 9)]),
                other,
            ],
            after: [other], left: "P-1", told: nil),
        Nights(
            testDescription: "the row is another's since the link was undone", ground: days(12, 9),
            before: [roster("P-1", [days(12, 9)]), other],
            after: [roster("P-5", [days(12, 9)]), other], change: .split(from: "P-1", to: "P-5"),
            told: parted),
        Nights(
            testDescription: "the household parted, the record stands", ground: days(12, 9), of: "P-2",
            before: [roster("P-2", [days(12, 9)]), other], after: [roster("P-2", [days(12, 9)]), other],
            told: nil),
        // One row that says what is so now.
        Nights(
            testDescription: "the check-up was done", ground: checkup("未受診", may), source: "kenshin",
            before: [health("P-1", [checkup("未受診", may)])],
            after: [health("P-1", [checkup("受診", .day(Day(number: 20_700)))])], told: nil),
        Nights(
            testDescription: "the check-up had been done in that month", ground: checkup("未受診", may),
            source: "kenshin", before: [health("P-1", [checkup("未受診", may)])],
            after: [health("P-1", [checkup("受診", .day(Day(2026, 5, 20) ?? today))])], told: changed),
        Nights(
            testDescription: "the month was wrong", ground: checkup("未受診", may), source: "kenshin",
            before: [health("P-1", [checkup("未受診", may)])],
            after: [health("P-1", [checkup("未受診", .month(year: 2026, month: 7))])], told: changed),
        Nights(
            testDescription: "a move was cancelled, the birth stands again",
            ground: move("転入", today.adding(days: -90)), source: "jumin",
            before: [register("P-1", [move("転入", today.adding(days: -90))])],
            after: [register("P-1", [move("出生", today.adding(days: -900))])], told: gone),
        Nights(
            testDescription: "they moved again", ground: move("転入", today.adding(days: -90)),
            source: "jumin", before: [register("P-1", [move("転入", today.adding(days: -90))])],
            after: [register("P-1", [move("転居", today.adding(days: -5))])], told: nil),
        Nights(
            testDescription: "they moved once more since", ground: move("転居", today.adding(days: -90)),
            source: "jumin", before: [register("P-1", [move("転居", today.adding(days: -90))])],
            after: [register("P-1", [move("転居", today.adding(days: 1))])], told: nil),
        Nights(
            testDescription: "the day of a move was wrong", ground: move("転入", today.adding(days: -90)),
            source: "jumin", before: [register("P-1", [move("転入", today.adding(days: -90))])],
            after: [register("P-1", [move("転入", today.adding(days: -20))])], told: changed),
        Nights(
            testDescription: "a decision of the same day is another",
            ground: Fact(item: "C01", kind: "status", value: .code("差止"), on: .day(today)), source: "teate",
            before: [allowance("差止", today)], after: [allowance("受給中", today)], told: changed),
        Nights(
            testDescription: "the decision was changed later",
            ground: Fact(
                item: "C01", kind: "status", value: .code("差止"), on: .day(today.adding(days: -9))),
            source: "teate", before: [allowance("差止", today.adding(days: -9))],
            after: [allowance("受給中", today)], told: nil),
        Nights(
            testDescription: "a state without a day ended",
            ground: Fact(item: "F01", kind: "enrolment", value: .code("転出"), on: nil), source: "gakurei",
            before: [
                Row(
                    person: "P-1", source: "gakurei",
                    facts: [Fact(item: "F01", kind: "enrolment", value: .code("転出"), on: nil)])
            ],
            after: [
                Row(
                    person: "P-1", source: "gakurei",
                    facts: [Fact(item: "F01", kind: "enrolment", value: .code("就学"), on: nil)])
            ], told: nil),
    ]

    /// A finished run of these rows; everybody lives in one household and has a row of the register.
    private func night(
        _ world: borrowing World, _ name: String, _ rows: [Row], delivered: [SourceID: Day],
        left: PersonID?, unread: SourceID?, change: IdentityChange?
    ) throws {
        let run = try RunStore.create(folder: world.runFolder(name), keys: world.keys)
        var files: [SourceID: Int] = [:]
        for (source, day) in delivered.sorted(by: { $0.key < $1.key }) {
            files[source] = try run.addFile(
                source: source, title: source.rawValue, file: "\(source)_\(name).csv", sha256: name, asOf: day
            )
        }
        var (entity, lines): (Int, [Int: Int]) = (0, [:])
        for person in Set(rows.map(\.person)).union(["P-1", "P-2"]).subtracting([left].compactMap(\.self))
            .sorted()
        {
            let invented = Invented(person, household: "h")
            var own = rows.filter { $0.person == person }
            if !own.contains(where: { $0.source == "jumin" }) {
                own.append(Row(person: person, source: "jumin", facts: []))
            }
            var entities: [Int] = []
            for row in own {
                guard let file = files[row.source] else { continue }
                let line = entity + 2
                lines[file, default: 0] += 1
                try run.addRow(file: file, line: line, offset: line, fate: .accepted)
                try run.addEntity(
                    entity, source: row.source, key: "\(row.source)-\(entity)",
                    identifiers: invented.identifiers)
                try run.addRecord(
                    file: file, line: line, offset: line, subject: .child, entity: entity, facts: row.facts)
                entities.append(entity)
                entity += 1
            }
            try run.addPerson(
                person, entities: entities, display: invented.identifiers, household: "h",
                standing: PersonStanding(isProtected: false), isResident: true,
                unread: person == "P-1" ? [unread].compactMap(\.self) : [])
        }
        for file in files.values.sorted() { try run.addIntake(FileIntake(lines: lines[file] ?? 0), of: file) }
        if let change { try run.addIdentityEvent(change) }
        try run.finish()
    }

    private static func raised(_ nights: Nights, also: [Fact] = []) -> Flag {
        let position = RowPosition(source: nights.source, file: "x.csv", line: 2, offset: 0)
        return Flag(
            rule: "U1", version: 1, title: "規則U1", person: "P-1", urgency: .normal, difficulties: [.abuse],
            reasons: [Reason(sentence: "理由", facts: [], items: [nights.ground.item], sources: [])],
            confirm: [], since: today,
            ground: ([nights.ground] + also).map {
                GroundFact(SourcedFact($0, from: position), of: nights.of, by: "U1")
            })
    }

    private func publish(
        _ world: borrowing World, _ name: String, _ flags: [Flag], _ nights: Nights, at: Date
    ) throws {
        _ = try world.service.publish(
            NewPublication(
                summary: RunSummary(run: RunID(name), asOf: today), folder: name, flags: flags,
                standings: [:], rules: ["support": ["U1"]],
                outgrown: { [outgrown = nights.outgrown] _, _ in outgrown }), at: at)
    }

    /// Whom the case names after the second night, and how it tells of it.
    private func told(
        _ nights: Nights, standing: Flag? = nil, also: [Fact] = [], ended: Bool = false
    ) throws -> (why: [String], events: [String]) {
        let world = try World()
        var sources: [SourceID: Day] = ["jumin": today]
        for row in nights.before + nights.after { sources[row.source] = today }
        try night(
            world, "r", nights.before, delivered: sources, left: nil, unread: nil, change: nil)
        // Not through the door: a password of each of so many takes long.
        try world.sql(
            "INSERT INTO user(id, display_name, password, created_at) VALUES ('sato', '架空 佐藤', '-', 1)")
        try publish(world, "r", [Self.raised(nights, also: also)], nights, at: noon)
        let id = try world.firstCase()
        try world.sql("UPDATE cases SET holder = 'sato', state = '確認中'")
        if ended {
            try world.sql(
                """
                INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(id)', 1, 'user:sato', '記録', '訪問した');
                UPDATE cases SET holder = NULL, state = '支援接続'
                """)
        }
        let delivered =
            nights.delivered
            ?? sources.mapValues { _ in today.adding(days: 1) }
        try night(
            world, "r2", nights.after, delivered: delivered, left: nights.left, unread: nights.unread,
            change: nights.change)
        try publish(world, "r2", [standing].compactMap(\.self), nights, at: noon + 86_400)
        return try world.service.exclusively { database in
            var (why, events): ([String], [String]) = ([], [])
            try database.statement("SELECT why FROM taking_back WHERE user = 'sato' ORDER BY id").rows {
                why.append($0.text(0))
            }
            try database.statement("SELECT what FROM case_event WHERE actor = 'nightly' ORDER BY id").rows {
                events.append($0.text(0))
            }
            return (why, events)
        }
    }

    @Test(arguments: table)
    func aRecordTakenBackIsToldAndWhatFollowedIsNot(nights: Nights) throws {
        for ended in [false, true] {
            let found = try told(nights, ended: ended)
            guard let expected = nights.told else {
                #expect(found.why.isEmpty && found.events.last == "きっかけの解消", "\(found)")
                continue
            }
            #expect(found.why.count == 1 && found.why[0].contains(expected), "\(found)")
            #expect(found.events.last == "根拠の取消し", "\(found)")
        }
    }

    @Test(arguments: [false, true])
    func ofAFlagThatStandsThePartThatWasTakenBackIsTold(ended: Bool) throws {
        let nights = Nights(
            testDescription: "", ground: Self.days(12, 9),
            before: [Self.roster("P-1", [Self.days(9, 5), Self.days(12, 9)]), Self.other],
            after: [Self.roster("P-1", [Self.days(9, 5)]), Self.other])
        var left = nights
        left.ground = Self.days(9, 5)
        let part = try told(nights, standing: Self.raised(left), also: [Self.days(9, 5)], ended: ended)
        #expect(part.why.count == 1 && part.why[0].hasPrefix("根拠の一部"), "\(part)")
        #expect(part.events == ["きっかけの確認", "根拠の取消し"])
        // A month that only left the look-back tells nobody.
        var passed = nights
        passed.after = nights.before
        #expect(
            try told(passed, standing: Self.raised(left), also: [Self.days(9, 5)], ended: ended).why.isEmpty)
    }
}
