import Domain
import Foundation
import TestSupport

@testable import Policy
@testable import Store

/// A workspace in a scratch folder: keys, a runs folder and `service.sqlite`.
struct World: ~Copyable {
    let folder: ScratchFolder
    let keys: WorkspaceKeys
    let service: ServiceStore

    init() throws {
        // Made whole before anything is kept: a folder that is not copyable cannot be given up half way.
        let folder = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
        try FileManager.default.createDirectory(
            atPath: folder.file("runs"), withIntermediateDirectories: true)
        service = try ServiceStore(
            path: folder.file("service.sqlite"), keys: keys, runsFolder: folder.file("runs"))
        self.keys = keys
        self.folder = folder
    }

    func runFolder(_ name: String) throws -> String {
        let path = folder.file("runs/" + name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A run with these people, each with one row of 住民記録 and one of 乳幼児健診.
    @discardableResult
    func run(_ name: String, _ people: [Invented], finished: Bool = true) throws -> RunStore {
        let run = try RunStore.create(folder: runFolder(name), keys: keys)
        let register = try run.addFile(
            source: "jumin", title: "住民記録", file: "jumin_20261001.csv", sha256: "aa", asOf: today)
        let checkups = try run.addFile(
            source: "kenshin", title: "乳幼児健診", file: "kenshin_20261001.csv", sha256: "bb", asOf: today)
        for (index, person) in people.enumerated() {
            let line = index + 2
            try run.addRow(file: register, line: line, offset: line * 100, fate: .accepted)
            try run.addRow(file: checkups, line: line, offset: line * 50, fate: .accepted)
            try run.addEntity(
                2 * index, source: "jumin", key: "jumin-\(person.recordsOf ?? person.id)",
                identifiers: person.identifiers)
            var pupil = person.identifiers
            pupil.school = person.school ?? pupil.school
            try run.addEntity(
                2 * index + 1, source: "kenshin", key: "kenshin-\(person.recordsOf ?? person.id)",
                identifiers: pupil)
            try run.addRecord(
                file: register, line: line, offset: line * 100, subject: .child, entity: 2 * index,
                facts: [Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(today))])
            try run.addRecord(
                file: checkups, line: line, offset: line * 50, subject: .child, entity: 2 * index + 1,
                facts: [
                    Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 5)),
                    Fact(item: "B06", kind: "encouraged", value: .day(today), on: nil),
                ]
                    + (person.school == nil
                        ? [] : [Fact(item: "F01", kind: "enrolment", value: .code("就学"), on: .day(today))]))
            try run.addLink(
                left: 2 * index, right: 2 * index + 1, weight: 12.5, isAutomatic: true,
                levels: [(run.agreement("氏名", "一致"), 7), (run.agreement("住所", "一致"), 5.5)])
        }
        for file in [register, checkups] { try run.addIntake(FileIntake(lines: people.count), of: file) }
        for (index, person) in people.enumerated() {
            try run.addPerson(
                person.id, entities: [2 * index, 2 * index + 1], display: person.identifiers,
                household: person.household, standing: PersonStanding(isProtected: person.isProtected),
                isResident: true)
        }
        if finished { try run.finish() }
        return run
    }

    /// Publishes a run that is on the disk.
    @discardableResult
    func publish(
        _ name: String, _ flags: [Flag], aliases: [PersonID: PersonID] = [:],
        regained: [PersonID: PersonID] = [:], undecided: [PersonID: Set<RuleID>] = [:],
        consentReach: [Int: Set<PersonID>] = [:], at: Date = noon
    ) throws -> CaseCounts {
        try service.publish(
            NewPublication(
                summary: RunSummary(run: RunID(name), asOf: today), folder: name, flags: flags,
                undecided: undecided, standings: [:],
                aliases: aliases, regained: regained, consentReach: consentReach,
                rules: ["support": ["U1", "S1"], "programmes": ["M1"]]), at: at)
    }

    /// Writes to `service.sqlite` beside the API.
    func sql(_ text: String) throws { try service.exclusively { try $0.execute(text) } }

    func count(_ sql: String) throws -> Int {
        try service.exclusively { try $0.statement(sql).first { $0.int(0) } ?? 0 }
    }

    /// How often the trail says of an act that it was refused.
    func refusals(_ what: String) throws -> Int {
        try count(
            "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = '\(what)' AND event ->> '$.outcome' = 'deny'"
        )
    }

    func states() throws -> [String: String] {
        try service.exclusively { database in
            var states: [String: String] = [:]
            try database.statement("SELECT person, state FROM cases ORDER BY rowid").rows {
                states[$0.text(0)] = $0.text(1)
            }
            return states
        }
    }

    func firstCase() throws -> CaseID {
        CaseID(
            try service.exclusively { try $0.statement("SELECT id FROM queue").first { $0.text(0) } ?? "" })
    }
}

/// An invented person; every part of it that must not leak is a text found nowhere else.
struct Invented {
    var id: PersonID
    var household: HouseholdID?
    var isProtected = false
    var identifiers: Identifiers
    /// Where the second record has the person as a pupil.
    var school: String?
    /// Whose records a night gave to this person; `nil`: the own ones.
    var recordsOf: PersonID?

    init(
        _ id: PersonID, household: HouseholdID? = nil, isProtected: Bool = false, recordsOf: PersonID? = nil
    ) {
        self.id = id
        self.recordsOf = recordsOf
        self.household = household
        self.isProtected = isProtected
        identifiers = Identifiers(
            names: [NameForm(kind: .legal, written: "若葉 \(id)子", writtenKana: "ワカバ \(id)コ")],
            birth: .day(Day(number: 19_000)), sex: .female,
            address: Address(postcode: "9990001", town: "若葉台2", block: "3-4", written: "若葉台二丁目3-\(id)番"),
            phones: ["0990000\(id)"], guardians: [NameForm(kind: .legal, written: "若葉 親\(id)")],
            school: "若葉\(id)小学校", household: household, relation: "子")
    }

    /// What a protected person's answers must not hold.
    var contacts: [String] { ["若葉台", "3-\(id)番", "0990000\(id)", "親\(id)", "\(id)小学校", "9990001"] }
}

let today = Day(number: 20_727)  // 2026-10-01
let noon = Date(timeIntervalSince1970: 1_790_823_600)
let staff = Actor.user("tanaka")
let operating = Actor.user("cli:root")

func flag(
    _ person: PersonID, _ rule: RuleID = "U1", urgency: Urgency = .normal,
    difficulties: [Difficulty] = [.abuse],
    since: Day = today, reasons: [[ItemCode]] = [["B06"]], restingOn line: Int? = nil
) -> Flag {
    let facts = line.map {
        [
            SourcedFact(
                Fact(item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 5)),
                from: RowPosition(source: "kenshin", file: "kenshin_20261001.csv", line: $0, offset: 0))
        ]
    }
    return Flag(
        rule: rule, version: 1, title: "規則\(rule)", person: person, urgency: urgency,
        difficulties: difficulties,
        reasons: reasons.map { items in
            Reason(
                sentence: "\(items.map(\.rawValue).joined())による理由", facts: facts ?? [], items: items,
                sources: [SourceFreshness(source: "kenshin", title: "乳幼児健診", asOf: today, limit: 40)])
        },
        confirm: ["面談の有無"], since: since)
}

func grant(
    _ action: Action, items: Set<ItemCode> = ["A01", "A07", "B06"],
    parts: Set<IdentifierPart> = Set(IdentifierPart.allCases), actor: Actor = staff,
    obligations: Set<Obligation> = []
) -> Decision {
    .permit(
        Grant(
            actor: actor, action: action, purpose: "support", items: items, bandedItems: [], parts: parts,
            obligations: Obligations(obligations), statements: ["s1"], revision: "r1"))
}

extension Decisions {
    /// Of a request for the purpose of nearly every test.
    static func support(_ decide: @escaping @Sendable (PersonStanding) -> Decision) -> Decisions {
        Decisions(for: "support", decide)
    }
}

let refusal = Decision.deny(
    Denial(ground: .forbidden, message: "許可がありません。", statements: ["f1"], revision: "r1"))

/// The fault that `body` throws.
func fault(_ body: () throws -> Void) -> Fault? {
    do { try body() } catch { return error as? Fault ?? (error as? Faults)?.all.first }
    return nil
}
