import Domain
import Foundation
import HTTP
import Policy
import Store
import TestSupport

@testable import AdminAPI

/// One person as a world of a pair knows it.
struct Townsman: Equatable {
    /// Whose rows and household these are; the same in both worlds.
    let number: Int
    var identifiers: Identifiers
    var isProtected: Bool
    /// As the register of pupils names it.
    var school: String
    var flags: [Flag]
    /// What the row of the register says.
    var facts: [Fact]
    /// What a row of another department says, where there is one.
    var other: [Fact]?
    /// Of the links of the register's record: with the pupil's, with the other department's.
    var weights: [Double]

    var id: PersonID { PersonID("P-\(number)") }

    /// Whether somebody bound to `Town.scopes` has the person in their range.
    func isWithin(_ scope: ScopeKind) -> Bool {
        switch scope {
        case .city: true
        case .school: school == Town.school
        case .age: identifiers.birth.map { $0.range.lowerBound.age(on: World.day) <= 6 } ?? false
        case .department: false
        }
    }
}

/// A published night over a town of invented people, each with one to three records.
final class Town {
    let folder: ScratchFolder
    let store: ServiceStore
    let guideline: Guideline
    let role: RoleID
    /// What the reader is bound to, and the pupils' school there.
    static let scopes: Set<Scope> = [.school(school), .age(0...6), .department("学務課")]
    static let school = "若葉野市立朝露町小学校"
    static let enrolment = Fact(item: "F01", kind: "enrolment", value: .code("就学"), on: .day(World.day))

    /// The id of a person's case, whether there is one.
    let caseID: (PersonID) -> String

    /// - Parameter twin: a town with the same keys, so that equal cases have equal ids.
    init(_ people: [Townsman], role: RoleID, guideline: Guideline, twin: Town?) throws {
        let folder = try ScratchFolder()
        if let twin {
            try FileManager.default.copyItem(atPath: twin.folder.file("keys"), toPath: folder.file("keys"))
        } else {
            try WorkspaceKeys.create(folder: folder.file("keys"))
        }
        let keys = try WorkspaceKeys.load(folder: folder.file("keys"))
        let runs = folder.file("runs")
        try FileManager.default.createDirectory(atPath: runs + "/night", withIntermediateDirectories: true)
        try Self.makeRun(
            in: runs + "/night", people, keys, scope: guideline.roles[role]?.scope ?? .city)
        let store = try ServiceStore(path: folder.file("service.sqlite"), keys: keys, runsFolder: runs)
        var summary = RunSummary(run: "r-night", asOf: World.day)
        // Either may supply every item, so that it tells something where nothing of one came.
        summary.extracts = [("jumin", "住民"), ("soudan", "相談")].map { source, title in
            var extract = ExtractSummary(
                source: SourceID(source), title: title, file: "\(source)_20261001.csv", sha256: "ab",
                asOf: World.day, ledger: RowLedger(), rejections: [])
            (extract.items, extract.freshnessDays) = (guideline.catalogue.items.keys.sorted(), 40)
            return extract
        }
        // Above every weight: all pairs wait for review, so that which ones do tells nothing.
        summary.linkage.threshold = 1_000
        _ = try store.publish(
            NewPublication(
                summary: summary, folder: "night",
                flags: people.flatMap(\.flags),
                standings: Dictionary(
                    uniqueKeysWithValues: people.map { ($0.id, PersonStanding(isProtected: $0.isProtected)) })
            ),
            at: World.night)
        caseID = { keys.caseID(person: $0, sequence: 1).rawValue }
        (self.store, self.guideline, self.role) = (store, guideline, role)
        self.folder = folder
    }

    private static func makeRun(
        in folder: String, _ people: [Townsman], _ keys: WorkspaceKeys, scope: ScopeKind
    ) throws {
        let run = try RunStore.create(folder: folder, keys: keys)
        let register = try run.addFile(
            source: "jumin", title: "住民", file: "jumin_20261001.csv", sha256: "ab", asOf: World.day)
        let other = try run.addFile(
            source: "soudan", title: "相談", file: "soudan_20261001.csv", sha256: "cd", asOf: World.day)
        for person in people {
            let (line, first) = (person.number + 2, 3 * person.number)
            var records = [
                (register, person.identifiers, person.facts),
                (register, Identifiers(school: person.school), [enrolment]),
            ]
            if let facts = person.other { records.append((other, person.identifiers, facts)) }
            for file in Set(records.map(\.0)).sorted() {
                try run.addRow(file: file, line: line, offset: line * 100, fate: .accepted)
            }
            for (index, (file, identifiers, facts)) in records.enumerated() {
                try run.addEntity(
                    first + index, source: file == register ? "jumin" : "soudan", key: "key-\(first + index)",
                    identifiers: identifiers)
                try run.addRecord(
                    file: file, line: line, offset: line * 100, subject: .child, entity: first + index,
                    facts: facts)
                guard index > 0 else { continue }
                let weight = person.weights[index - 1]
                try run.addLink(
                    left: first, right: first + index, weight: weight, isAutomatic: true,
                    levels: [(run.agreement("氏名", "一致"), weight - 2), (run.agreement("住所", "一致"), 2)])
            }
            // Who lives with somebody in the range is told with them, and so lives in both worlds.
            let household = person.isWithin(scope) ? "H-\(person.number / 3)" : "H-out-\(person.number)"
            try run.addPerson(
                person.id, entities: Array(first..<first + records.count), display: person.identifiers,
                household: HouseholdID(household),
                standing: PersonStanding(isProtected: person.isProtected), isResident: true)
        }
        try run.addIntake(FileIntake(lines: people.count), of: register)
        try run.addIntake(FileIntake(lines: people.count { $0.other != nil }), of: other)
        try run.finish()
    }
}
