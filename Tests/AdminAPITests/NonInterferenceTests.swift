import Domain
import Foundation
import HTTP
import Policy
import Store
import TestSupport
import Testing

@testable import AdminAPI

/// One person as both worlds of a pair know it, or as one of them does.
private struct Townsman {
    /// Whose rows and household these are; the same in both worlds.
    let number: Int
    var identifiers: Identifiers
    let isProtected: Bool
    /// As the register of pupils names it.
    let school: String
    var flags: [Flag]

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

/// A published night over a town of invented people, with one user of a role.
private final class Town {
    let folder: ScratchFolder
    let store: ServiceStore
    let service: AdminService
    /// What the reader is bound to, and the pupils' school there.
    static let scopes: Set<Scope> = [.school(school), .age(0...6), .department("学務課")]
    static let school = "若葉野市立朝露町小学校"

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
        let run = try RunStore.create(folder: runs + "/night", keys: keys)
        let file = try run.addFile(
            source: "jumin", title: "住民", file: "jumin_20261001.csv", sha256: "ab", asOf: World.day)
        let scope = guideline.roles[role]?.scope ?? .city
        for person in people {
            let (number, line) = (person.number, person.number + 2)
            let pupil = Identifiers(school: person.school)
            let enrolment = Fact(item: "F01", kind: "enrolment", value: .code("就学"), on: .day(World.day))
            try run.addRow(file: file, line: line, offset: number * 100, fate: .accepted)
            for (entity, identifiers, facts) in [
                (2 * number, person.identifiers, []), (2 * number + 1, pupil, [enrolment]),
            ] {
                try run.addEntity(entity, source: "jumin", key: "key-\(entity)", identifiers: identifiers)
                try run.addRecord(
                    file: file, line: line, offset: number * 100, subject: .child, entity: entity,
                    facts: facts)
            }
            // Who lives with somebody in the range is told with them, and so lives in both worlds.
            let household = person.isWithin(scope) ? "H-\(number / 3)" : "H-out-\(number)"
            try run.addPerson(
                person.id, entities: [2 * number, 2 * number + 1], display: person.identifiers,
                household: HouseholdID(household),
                standing: PersonStanding(isProtected: person.isProtected), isResident: true)
        }
        try run.addIntake(FileIntake(lines: people.count), of: file)
        try run.finish()
        let store = try ServiceStore(path: folder.file("service.sqlite"), keys: keys, runsFolder: runs)
        _ = try store.publish(
            NewPublication(
                summary: RunSummary(run: "r-night", asOf: World.day), folder: "night",
                flags: people.flatMap(\.flags),
                standings: Dictionary(
                    uniqueKeysWithValues: people.map { ($0.id, PersonStanding(isProtected: $0.isProtected)) })
            ),
            at: World.night)
        try store.addUser(
            "reader", displayName: "架空", roles: [role], scopes: Self.scopes, password: World.password,
            by: .user("cli:root"), at: World.night)
        service = AdminService(
            store: store, guideline: { guideline }, cookie: .plain, clock: { World.night + 3600 },
            report: { _ in })
        caseID = { keys.caseID(person: $0, sequence: 1).rawValue }
        self.folder = folder
        self.store = store
    }

    /// Everything the service answers the reader: queue page by page, counts, order, the cases of `people`, and what is refused.
    func answers(about people: [PersonID]) throws -> [String] {
        let reader = try Browser(
            service, as: "reader", token: { try self.store.session(token: $0, at: World.night + 3600) })
        var texts: [String] = []
        for start in ["/cases", "/api/v1/cases?limit=7", "/cases?queue=mine", "/audit", "/"] {
            var path: String? = start
            while let here = path {
                let answer = reader.get(here)
                texts.append("\(answer.status) " + answer.text.replacing(reader.csrf, with: ""))
                let next =
                    answer.text.firstMatch(of: /after=([-0-9A-Z.]+)"/)?.1
                    ?? answer.text.firstMatch(of: /"next":"([^"]+)"/)?.1
                path = next.map { "\(start)\(start.contains("?") ? "&" : "?")after=\($0)" }
            }
        }
        let sent: [Request.Field] = [
            .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
            .init("if-match", "\"0\""),
        ]
        for id in people.map(caseID) {
            for path in ["/cases/\(id)", "/api/v1/cases/\(id)"] {
                let answer = reader.get(path)
                texts.append("\(answer.status) " + answer.text.replacing(reader.csrf, with: ""))
            }
            let answer = reader.send(
                "/api/v1/cases/\(id)/steps", Array(#"{"step":"note","note":"電話した"}"#.utf8), sent)
            texts.append("\(answer.status) \(answer.text)")
        }
        return texts
    }
}

/// Two worlds that differ only in what a role may not see answer that role with the same bytes.
@Suite("Non-interference")
struct NonInterferenceTests {
    private static let roles: [RoleID] = [
        "center-staff", "school-management", "public-health-nurse", "council-coordinator", "link-reviewer",
        "linkage-officer", "privacy-officer", "data-manager", "analyst", "protection-unit",
        "department-staff",
        "contractor",
    ]

    @Test(arguments: roles)
    func whatIsDeniedChangesNoByte(role: RoleID) throws {
        let guidelines = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Guidelines")
        let guideline = try Guideline.load(folder: guidelines.path, digest: { Digest.sha256($0) })
        var generator = SeededGenerator(seed: testSeed)
        // One large pair of worlds, or many small ones: `RENKEI_CASES=250` is three thousand over all roles.
        let pairs = caseCount(1)
        for _ in 0..<pairs {
            guard try compare(role, guideline, people: pairs == 1 ? 36 : 9, &generator) else { return }
        }
    }

    /// Whether one pair of worlds was answered alike.
    private func compare(
        _ role: RoleID, _ guideline: Guideline, people count: Int, _ generator: inout SeededGenerator
    ) throws -> Bool {
        var pair = (one: [Townsman](), other: [Townsman]())
        let scope = guideline.roles[role]?.scope ?? .city
        for index in 0..<count {
            let person = invented(index, guideline, role, &generator)
            // Of who is out of the range a world need not even know.
            if person.isWithin(scope) || index % 3 == 0 {
                pair.one.append(varied(person, guideline, role, scope, &generator))
            }
            pair.other.append(varied(person, guideline, role, scope, &generator))
        }
        if count > 30 { #expect((pair.one.count == count) == (scope == .city)) }
        #expect(pair.one.map(\.identifiers) != pair.other.map(\.identifiers))
        let one = try Town(pair.one, role: role, guideline: guideline, twin: nil)
        let other = try Town(pair.other, role: role, guideline: guideline, twin: one)
        let people = pair.other.map(\.id)
        let (left, right) = (try one.answers(about: people), try other.answers(about: people))
        #expect(left.count == right.count, "seed \(testSeed)")
        for (left, right) in zip(left, right) where left != right {
            Issue.record("\(role) seed \(testSeed)\n\(left)\n\(right)")
            return false
        }
        return true
    }

    /// What the role may see of a person: of the queue and of the case.
    private func grants(_ guideline: Guideline, _ role: RoleID, _ isProtected: Bool) -> [Grant] {
        [Action.list, .read].compactMap { action in
            guideline.decide(
                AccessRequest(
                    actor: .user("reader"), roles: [role], action: action,
                    items: Set(guideline.catalogue.items.keys), purpose: "support",
                    standing: PersonStanding(isProtected: isProtected), on: World.day, remit: .within)
            ).grant
        }
    }

    private func invented(
        _ index: Int, _ guideline: Guideline, _ role: RoleID, _ generator: inout SeededGenerator
    ) -> Townsman {
        let isProtected = Int.random(in: 0..<4, using: &generator) == 0
        var identifiers = Identifiers()
        for part in IdentifierPart.allCases { set(part, of: &identifiers, &generator) }
        let grants = grants(guideline, role, isProtected)
        let seen = guideline.catalogue.items.keys.sorted().filter { item in
            grants.contains { $0.permits(item) }
        }
        var flags: [Flag] = []
        for rule in ["S1", "S2"] where !seen.isEmpty && Bool.random(using: &generator) {
            let items = (0..<Int.random(in: 1...2, using: &generator)).map { _ in
                seen[Int.random(in: seen.indices, using: &generator)]
            }
            flags.append(flag(RuleID(rule), PersonID("P-\(index)"), items, &generator))
        }
        return Townsman(
            number: index, identifiers: identifiers, isProtected: isProtected,
            school: Bool.random(using: &generator) ? Town.school : "若葉野市立青嵐台小学校", flags: flags)
    }

    /// The same person, with everything drawn anew that the role may not see: of who is out of its range, everything.
    private func varied(
        _ person: Townsman, _ guideline: Guideline, _ role: RoleID, _ scope: ScopeKind,
        _ generator: inout SeededGenerator
    ) -> Townsman {
        guard person.isWithin(scope) else {
            var other = invented(person.number, guideline, role, &generator)
            while other.isWithin(scope) {
                other = invented(person.number, guideline, role, &generator)
            }
            return other
        }
        var person = person
        let grants = grants(guideline, role, person.isProtected)
        for part in IdentifierPart.allCases
        where part != .household && !grants.contains(where: { $0.visibility(of: part) == .shown }) {
            set(part, of: &person.identifiers, &generator)
        }
        let denied = guideline.catalogue.items.keys.sorted().filter { item in
            !grants.contains { $0.permits(item) }
        }
        guard !denied.isEmpty else { return person }
        func any() -> ItemCode { denied[Int.random(in: denied.indices, using: &generator)] }
        // Flags of their own, and reasons beside those that are seen.
        for rule in ["X1", "X2"] where Bool.random(using: &generator) {
            person.flags.append(flag(RuleID(rule), person.id, [any()], &generator))
        }
        for index in person.flags.indices
        where person.flags[index].rule.rawValue.hasPrefix("S") && Bool.random(using: &generator) {
            let old = person.flags[index]
            let reason = reason([any()], &generator)
            person.flags[index] = Flag(
                rule: old.rule, version: old.version, title: old.title, person: old.person,
                urgency: old.urgency,
                difficulties: old.difficulties, reasons: old.reasons + [reason], confirm: old.confirm,
                since: min(old.since, day(of: reason)))
        }
        return person
    }

    private func flag(
        _ rule: RuleID, _ person: PersonID, _ items: [ItemCode], _ generator: inout SeededGenerator
    ) -> Flag {
        let reasons = items.map { reason([$0], &generator) }
        return Flag(
            rule: rule, version: 1, title: "規則\(rule)", person: person,
            urgency: Urgency.allCases.randomElement(using: &generator) ?? .normal,
            difficulties: [Difficulty.allCases.randomElement(using: &generator) ?? .abuse], reasons: reasons,
            confirm: ["確かめてください。"], since: reasons.map(day(of:)).min() ?? World.day)
    }

    private func reason(_ items: [ItemCode], _ generator: inout SeededGenerator) -> Reason {
        let on = World.day.adding(days: -Int.random(in: 1..<400, using: &generator))
        let number = Int.random(in: 0..<100_000, using: &generator)
        return Reason(
            sentence: "\(number)の記録があります。",
            facts: items.map {
                SourcedFact(
                    Fact(item: $0, kind: "kind", value: .number(Double(number)), on: .day(on)),
                    from: RowPosition(source: "jumin", file: "jumin_20261001.csv", line: 2, offset: 0))
            },
            items: items, sources: [SourceFreshness(source: "jumin", title: "住民", asOf: World.day, limit: 45)]
        )
    }

    private func day(of reason: Reason) -> Day {
        reason.facts.compactMap(\.fact.on?.range.lowerBound).min() ?? World.day
    }

    private func set(
        _ part: IdentifierPart, of identifiers: inout Identifiers, _ generator: inout SeededGenerator
    ) {
        let number = Int.random(in: 0..<1_000_000, using: &generator)
        switch part {
        case .name: identifiers.names = [NameForm(kind: .legal, written: "若葉　\(number)", writtenKana: "ワカバ")]
        case .birth: identifiers.birth = .day(World.day.adding(days: -number % 6000 - 1))
        case .sex: identifiers.sex = number % 2 == 0 ? .female : .male
        case .address: identifiers.address = Address(town: "町\(number % 99)", written: "若葉野市\(number)番")
        case .phone: identifiers.phones = ["090\(number)"]
        case .guardians: identifiers.guardians = [NameForm(kind: .legal, written: "保護　\(number)")]
        case .school: identifiers.school = "第\(number)小学校"
        case .number, .household: break
        }
    }
}
