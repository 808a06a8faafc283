import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

/// Persons who are taken for one another and parted again, as identity does it, and what people write on their cases meanwhile.
private struct Town: ~Copyable {
    let world: World
    let persons: [PersonID]
    /// Who an absorbed id is now; the newest last.
    private(set) var aliases: [(absorbed: PersonID, survivor: PersonID)] = []
    /// Of whom a rule finds something, whoever they are taken for.
    var flagged: Set<PersonID> = []
    /// Under whose id each reason was written.
    private(set) var writtenFor: [String: PersonID] = [:]
    /// As whom their founders went when each note was written.
    private(set) var notes: [(text: String, id: CaseID, of: PersonID)] = []
    private var moment = 0

    init(_ count: Int) throws {
        // Made whole before anything is kept: what is not copyable cannot be given up half way.
        let world = try World()
        try world.service.addUser(
            "sato", displayName: "架空 佐藤", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野",
            by: operating, at: noon)
        persons = (1...count).map { PersonID("P-\($0)") }
        self.world = world
    }

    func now(_ id: PersonID) -> PersonID {
        var id = id
        while let alias = aliases.first(where: { $0.absorbed == id }) { id = alias.survivor }
        return id
    }

    var living: [PersonID] { persons.filter { now($0) == $0 } }

    /// A night that merges, takes back, or does neither.
    mutating func night(
        merging merge: (PersonID, into: PersonID)? = nil, takingBack revived: PersonID? = nil
    ) throws {
        let before = Dictionary(uniqueKeysWithValues: persons.map { ($0, now($0)) })
        if let merge { aliases.append((merge.0, merge.into)) }
        if let revived { aliases.removeAll { $0.absorbed == revived } }
        var new: [PersonID: PersonID] = [:]
        if let merge { new[merge.0] = merge.into }
        var regained: [PersonID: PersonID] = [:]
        for (id, was) in before where (new[was] ?? was) != now(id) { regained[id] = now(id) }
        let flags = Set(flagged.map { now($0) }).sorted().map { flag($0) }
        moment += 1
        let at = moment
        try world.service.transaction { database in
            let docket = Docket(
                database: database, keys: world.service.keys, asOf: today, at: at, standing: { _ in nil })
            try docket.follow(new)
            try docket.giveBack(regained)
            _ = try docket.update(with: flags.map { try KeptFlag($0) })
        }
    }

    /// - Returns: whether there was no case to be opened beside.
    mutating func open(_ person: PersonID, _ reason: String) throws -> Bool {
        let isOpen = try world.count("SELECT count(*) FROM queue WHERE person = '\(person)'") > 0
        guard !isOpen else { return false }
        moment += 1
        let at = moment
        try world.service.transaction { database in
            let docket = Docket(
                database: database, keys: world.service.keys, asOf: today, at: at, standing: { _ in nil })
            let id = try docket.openCase(for: person)
            let rule = try docket.add(
                CaseOpening(difficulty: .truancy, reason: reason), to: id, of: person, items: ["A01"])
            try database.statement(
                "INSERT INTO case_event(case_id, at, actor, what, note, rule) VALUES (?, ?, 'user:sato', '登録', ?, ?)"
            ).run(id.rawValue, at, reason, rule.rawValue)
        }
        writtenFor[reason] = person
        return true
    }

    mutating func note(_ person: PersonID, _ text: String) throws {
        let open = try world.service.exclusively { database in
            try database.statement("SELECT id FROM queue WHERE person = ?").first(person.rawValue) {
                CaseID($0.text(0))
            }
        }
        guard let open else { return }
        moment += 1
        try world.sql(
            "INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(open)', \(moment), 'user:sato', 'メモ', '\(text)')"
        )
        notes.append((text, open, person))
    }

    /// What can be read on each case: whose it is, its state, what stands on it, what people wrote.
    func cases() throws -> [CaseID: [String]] {
        try world.service.exclusively { database in
            var cases: [CaseID: [String]] = [:]
            try database.statement("SELECT id, person, state FROM cases ORDER BY id").rows {
                cases[CaseID($0.text(0))] = [$0.text(1), $0.text(2)]
            }
            for id in cases.keys {
                cases[id]? += try CaseFlag.all(of: id, in: database).filter { !$0.isGone }.map {
                    "\($0.flag.rule) \($0.flag.reasons[0].sentence)"
                }
                try database.statement(
                    "SELECT note FROM case_event WHERE case_id = ? AND actor <> 'nightly' ORDER BY id"
                ).rows(id.rawValue) { cases[id]?.append($0.text(0)) }
            }
            return cases
        }
    }

    /// Reasons that people wrote, standing or gone, by case.
    func reasons() throws -> [(id: CaseID, person: PersonID, founder: PersonID, words: String, isGone: Bool)]
    {
        try world.service.exclusively { database in
            var found: [(CaseID, PersonID, PersonID, String, Bool)] = []
            try database.statement(
                """
                SELECT c.id, c.person, c.founder, f.flag, f.is_gone FROM cases c JOIN case_flag f ON f.case_id = c.id
                WHERE f.rule LIKE 'by-hand-%'
                """
            ).rows {
                let flag = try decoded(Flag.self, $0.text(3))
                found.append(
                    (
                        CaseID($0.text(0)), PersonID($0.text(1)), PersonID($0.text(2)),
                        flag.reasons[0].sentence, $0.bool(4)
                    ))
            }
            return found
        }
    }
}

@Suite("Cases of persons who are one for a while")
struct CaseMergingTests {
    @Test(
        "whatever merges and parts, what people wrote stands on the cases of those it was written for, and nowhere else"
    )
    func words() throws {
        var random = SeededGenerator(seed: testSeed)
        for number in 0..<caseCount(25) {
            var town = try Town(Int.random(in: 3...5, using: &random))
            var steps: [String] = []
            for step in 0..<30 {
                let living = town.living
                let person = living.randomElement(using: &random) ?? "P-1"
                switch Int.random(in: 0..<7, using: &random) {
                case 0:
                    let id = town.persons.randomElement(using: &random) ?? "P-1"
                    town.flagged.formSymmetricDifference([id])
                    steps.append("flag \(id)")
                    try town.night()
                case 1:
                    steps.append("open \(person)")
                    _ = try town.open(person, "理由\(step)")
                case 2:
                    steps.append("note \(person)")
                    try town.note(person, "経過\(step)")
                case 3, 4:
                    guard let other = living.filter({ $0 != person }).randomElement(using: &random) else {
                        continue
                    }
                    steps.append("\(person) -> \(other)")
                    let before = try town.cases()
                    try town.night(merging: (person, into: other))
                    guard Bool.random(using: &random) else { break }
                    steps.append("back at once")
                    try town.night(takingBack: person)
                    let after = try town.cases()
                    #expect(after == before, "seed \(testSeed) \(number): \(steps)")
                default:
                    guard let alias = town.aliases.randomElement(using: &random) else { continue }
                    steps.append("part \(alias.absorbed)")
                    try town.night(takingBack: alias.absorbed)
                }
                let told = "seed \(testSeed) \(number): \(steps)"
                for (text, id, person) in town.notes {
                    // On the case it was written on, which is its founder's.
                    let isThere = try town.world.count(
                        "SELECT count(*) FROM case_event WHERE note = '\(text)' AND case_id = '\(id)'")
                    #expect(isThere == 1, "\(told) \(text) \(person)")
                }
                try check(town, told)
            }
        }
    }

    private func check(_ town: borrowing Town, _ told: String) throws {
        let reasons = try town.reasons()
        for reason in reasons {
            let person = town.writtenFor[reason.words] ?? ""
            let (founder, now) = (town.now(reason.founder), town.now(person))
            #expect(reason.person == founder, "\(told)")
            #expect(reason.person == now, "\(told) \(reason.words) of \(person) on \(reason.id)")
        }
        for (words, person) in town.writtenFor {
            let own = reasons.filter { $0.words == words && $0.founder == person }
            #expect(!own.isEmpty, "\(told) \(words) is lost")
            // Read once, on the case that people work on.
            let standing = reasons.count { $0.words == words && !$0.isGone }
            #expect(standing == 1, "\(told) \(words)")
        }
    }

    @Test("through a third person, too: parted from both, each case has what was written on it and no more")
    func third() throws {
        var town = try Town(3)
        for person in town.persons { _ = try town.open(person, "理由\(person)") }
        let before = try town.cases()
        #expect(before.count == 3)
        try town.night(merging: ("P-1", into: "P-2"))
        try town.night(merging: ("P-2", into: "P-3"))
        let standing = try town.reasons().filter { !$0.isGone }
        #expect(Set(standing.map(\.id)).count == 1 && standing.count == 3)
        try town.night(takingBack: "P-1")
        try town.note("P-1", "離れたあと")
        try check(town, "P-1 parted")
        try town.night(takingBack: "P-2")
        let after = try town.cases().mapValues { $0.filter { $0 != "離れたあと" } }
        #expect(after == before)
    }

    @Test("a case that goes on by itself again says where to look for what was written meanwhile")
    func pointer() throws {
        var town = try Town(2)
        for person in town.persons { _ = try town.open(person, "理由\(person)") }
        let cases = try town.cases()
        try town.night(merging: ("P-1", into: "P-2"))
        try town.note("P-2", "まとめていた間")
        let noted = town.notes.first?.id
        let kept = try #require(noted)
        try town.night(takingBack: "P-1")
        let other = try #require(cases.keys.first { $0 != kept })
        let told = try town.world.count(
            "SELECT count(*) FROM case_event WHERE case_id = '\(other)' AND what = '再開' AND instr(note, '\(kept)')"
        )
        let stays = try town.world.count(
            "SELECT count(*) FROM case_event WHERE case_id = '\(kept)' AND note = 'まとめていた間'")
        #expect(told == 1 && stays == 1)
    }
}
