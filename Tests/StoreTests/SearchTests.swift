import Domain
import Foundation
import JapaneseText
import TestSupport
import Testing

@testable import Policy
@testable import Store

private func person(
    _ id: PersonID, _ written: String, _ kana: String, birth: Day? = nil, guardian: String? = nil,
    isProtected: Bool = false, school: String? = nil
) -> Invented {
    var person = Invented(id, isProtected: isProtected)
    person.identifiers.names = [NameForm(kind: .legal, written: written, writtenKana: kana)]
    person.identifiers.birth = birth.map(PartialDate.day)
    person.identifiers.guardians = guardian.map { [NameForm(kind: .legal, written: $0)] } ?? []
    person.school = school
    return person
}

private let lists = Decisions.support { _ in grant(.list) }

@Suite("Searching persons")
struct SearchTests {
    private func page(
        _ service: ServiceStore, _ text: String, _ deciding: Decisions = lists, after: PersonID? = nil,
        limit: Int = 50
    ) throws -> PersonPage {
        try service.searchPersons(
            NameQuery(text, asOf: today), actor: staff, deciding: deciding, after: after, limit: limit,
            reason: "", at: noon)
    }

    private func found(
        _ world: borrowing World, _ text: String, _ deciding: Decisions = lists
    ) throws -> [PersonID] {
        try page(world.service, text, deciding).persons.map(\.id)
    }

    private func world() throws -> World {
        let world = try World()
        try world.run(
            "r",
            [
                person("P-1", "佐藤　花", "サトウ　ハナ", birth: Day(2020, 4, 10), guardian: "髙橋　葉子"),
                person("P-2", "髙橋 湊", "ﾀｶﾊｼ ﾐﾅﾄ", birth: Day(2019, 5, 1)),
                person("P-3", "大野　ゆうこ", "オオノ　ユウコ", birth: Day(2020, 4, 30)),
                person("P-4", "佐々木　颯太", "ササキ　ソウタ", isProtected: true, school: "東小"),
                person("P-5", "SANTOS MARIA", "サントス　マリア", school: "西小"),
                person(
                    "P-6", "佐藤　みどり", "サトウ　ミドリ", birth: Day(2018, 1, 2), guardian: "佐々木　まもる", isProtected: true
                ),
            ])
        try world.publish("r", [flag("P-1"), flag("P-4")])
        return world
    }

    @Test(
        "every notation finds who is meant, in the order of readings",
        arguments: [
            ("サ", ["P-4", "P-6", "P-1", "P-5"]), ("さ", ["P-4", "P-6", "P-1", "P-5"]),
            ("ｻ", ["P-4", "P-6", "P-1", "P-5"]),
            ("さとう", ["P-1", "P-6"]), ("サトー", ["P-1", "P-6"]), ("佐", ["P-4", "P-1", "P-6"]),
            ("佐藤", ["P-1", "P-6"]), ("佐藤花", ["P-1"]), ("佐藤 花", ["P-1"]), ("さとうはな", ["P-1"]),
            ("さとう　は", ["P-1"]), ("ハナ", ["P-1"]), ("花", ["P-1"]), ("高橋湊", ["P-2"]), ("たかはしみ", ["P-2"]),
            ("おーの", ["P-3"]), ("大野優", []), ("大野ゆー", ["P-3"]), ("santos", ["P-5"]), ("Ｍａｒ", ["P-5"]),
            ("サントスマリア", ["P-5"]), ("サトウ 2020-04-10", ["P-1"]), ("R2.4.10", ["P-1"]), ("サ 令和2年", ["P-1"]),
            ("令和2年4月 オオノ", ["P-3"]), ("葉子", ["P-1"]), ("ヌ", []), ("花 佐藤", ["P-1"]),
        ])
    func notations(text: String, ids: [String]) throws {
        let world = try world()
        #expect(Set(try found(world, text)) == Set(ids.map { PersonID($0) }.filter { $0 != "P-none" }))
    }

    @Test("results stand in the order of readings, and a guardian's name finds the child")
    func order() throws {
        let world = try world()
        #expect(try found(world, "サ") == ["P-4", "P-1", "P-6", "P-5"])
        // 高橋: the child of the name, and the child of a guardian of the name.
        #expect(try found(world, "高橋") == ["P-1", "P-2"])
        let line = try #require(try page(world.service, "佐藤花").persons.first)
        #expect(line.name == "佐藤　花" && line.nameKana == "サトウ　ハナ" && !line.isProtected)
        #expect(line.birth == Day(2020, 4, 10).map(PartialDate.day))
        #expect(line.caseID != nil)
        #expect(try page(world.service, "大野").persons.first?.caseID == nil)
    }

    @Test("every beginning of every name finds all who have it, as one by one does")
    func againstOneByOne() throws {
        var random = SeededGenerator(seed: testSeed)
        let families = [
            ("佐藤", "サトウ"), ("斎藤", "サイトウ"), ("齋藤", "サイトー"), ("佐々木", "ササキ"), ("大野", "オオノ"), ("小野", "オノ"),
            ("王", "オウ"),
            ("渡邊", "ワタナベ"), ("一", "ハジメ"), ("関ヶ原", "セキガハラ"), ("森", "モリ"), ("井上", "イノウエ"), ("宇上", "ウウエ"),
        ]
        let givens = [
            ("優子", "ユウコ"), ("裕", "ユウ"), ("翔", "ショウ"), ("桜", "サクラ"), ("さくら", "サクラ"), ("が久", "ガク"),
            ("恵一", "ケイイチ"),
            ("大", "オオ"), ("海", "ウミ"), ("一", "ハジメ"),
        ]
        func drawn(_ list: [(String, String)]) -> (String, String) {
            list[Int.random(in: list.indices, using: &random)]
        }
        let people = (0..<90).map { number in
            let (family, given, guardian) = (drawn(families), drawn(givens), drawn(families))
            let space = number % 5 == 0 ? "" : "　"
            var one = person(
                PersonID("P-\(number)"), family.0 + space + given.0, family.1 + space + given.1,
                guardian: guardian.0 + "　" + given.0)
            if number % 3 == 0 {
                one.identifiers.names[0].family = SearchText.folded(family.0)
                one.identifiers.names[0].given = SearchText.folded(given.0)
                one.identifiers.names[0].familyKana = family.1
                one.identifiers.names[0].givenKana = given.1
            }
            return one
        }
        let world = try World()
        try world.run("r", people)
        try world.publish("r", [])
        try world.service.renewNames()
        func isNamed(_ name: NameForm, _ query: NameQuery) -> Bool {
            let parts = SearchText.parts(of: name).flatMap(SearchText.foldedWords(of:))
            func fits(_ word: NameQuery.Word) -> Bool {
                parts.contains { $0.utf8.starts(with: word.beginning.utf8) }
                    || word.cuts.contains { cut in
                        parts.contains(cut.whole)
                            && parts.contains { $0.utf8.starts(with: cut.beginning.utf8) }
                    }
            }
            return query.words.allSatisfy(fits) || query.joined.map(fits) == true
        }
        for number in 0..<caseCount(150) {
            let one = people[Int.random(in: people.indices, using: &random)].identifiers
            let names = one.names + one.guardians
            let name = names[Int.random(in: names.indices, using: &random)]
            let whole =
                Bool.random(using: &random) || name.writtenKana.isEmpty ? name.written : name.writtenKana
            let spaces = ["　", " ", ""]
            let text = String(whole.prefix(Int.random(in: 1...whole.count, using: &random)))
                .replacing("　", with: spaces[number % 3])
            let query = try NameQuery(text, asOf: today)
            let expected = people.filter { person in
                (person.identifiers.names + person.identifiers.guardians).contains { isNamed($0, query) }
            }.map(\.id)
            var found: [PersonID] = []
            var after: PersonID?
            repeat {
                let page = try page(world.service, text, after: after, limit: 7)
                found += page.persons.map(\.id)
                after = page.next
            } while after != nil
            #expect(found.sorted() == expected.sorted(), "seed \(testSeed) \(number)")
            // Whoever the beginning was taken from is among them.
            #expect(
                people.contains { $0.identifiers == one && found.contains($0.id) },
                "seed \(testSeed) \(number)")
        }
    }

    @Test("who may not be listed is neither shown nor counted, and moves no page")
    func denied() throws {
        let world = try world()
        let open = Decisions.support { $0.isProtected ? refusal : grant(.list) }
        #expect(try found(world, "サ", open) == ["P-1", "P-5"])
        let first = try page(world.service, "サ", open, limit: 1)
        #expect(first.persons.map(\.id) == ["P-1"] && first.next == "P-1")
        let last = try page(world.service, "サ", open, after: "P-1", limit: 1)
        #expect(last.persons.map(\.id) == ["P-5"] && last.next == nil)
        // Nobody's place tells where somebody stands who may not be found: as of nobody at all.
        for cursor in ["P-4", "P-NOBODY"] as [PersonID] {
            #expect(fault { _ = try page(world.service, "サ", open, after: cursor) }?.code == "search.cursor")
        }
    }

    @Test("a hidden name finds nobody, a hidden guardian or birth nobody by it")
    func hiddenParts() throws {
        let world = try world()
        func seeing(_ parts: Set<IdentifierPart>, _ obligations: Set<Obligation> = []) -> Decisions {
            .support { _ in grant(.list, parts: parts, obligations: obligations) }
        }
        #expect(try found(world, "サ", seeing([.birth, .guardians])).isEmpty)
        #expect(try found(world, "葉子", seeing([.name, .birth])).isEmpty)
        #expect(try found(world, "葉子", seeing([.name, .guardians], [.maskGuardians])).isEmpty)
        #expect(try found(world, "サトウ R2.4.10", seeing([.name])).isEmpty)
        // Of a generalised birth the month alone tells.
        let month = seeing([.name, .birth], [.generaliseBirth])
        #expect(try found(world, "R2.4.29", month) == ["P-3", "P-1"])
        #expect(
            try page(world.service, "R2.4.29", month).persons.first?.birth == .month(year: 2020, month: 4))
        // 支援措置 hides a guardian whatever policy forgets.
        #expect(try found(world, "まもる").isEmpty)
    }

    @Test("a birth finds whom it may fit by what the reader is told of it, as one by one does")
    func birthsOneByOne() throws {
        var random = SeededGenerator(seed: testSeed)
        let (start, noted) = (try #require(Day(2020, 3, 25)), try #require(Day(2026, 4, 1)))
        func day() -> Day { start.adding(days: Int.random(in: 0..<45, using: &random)) }
        let births: [PartialDate?] = (0..<120).map { number in
            switch number % 12 {
            case 0: .month(year: 2020, month: Int.random(in: 3...5, using: &random))
            case 1: .year(Int.random(in: 2019...2021, using: &random))
            case 2: .age(Int.random(in: 5...6, using: &random), on: noted)
            case 3: nil
            default: .day(day())
            }
        }
        let world = try World()
        try world.run(
            "r",
            births.enumerated().map { number, birth in
                var one = person(
                    PersonID("P-\(number)"), "佐藤　花", "サトウ　ハナ", isProtected: number.isMultiple(of: 3))
                one.identifiers.birth = birth
                return one
            })
        try world.publish("r", [])
        // All are told of whole, all by the month, and by the month who is protected alone.
        for coarse in [[], [false, true], [true]] as [Set<Bool>] {
            let lists = Decisions.support {
                grant(.list, obligations: coarse.contains($0.isProtected) ? [.generaliseBirth] : [])
            }
            for _ in 0..<caseCount(12) {
                let wanted = day()
                let fitting = births.indices.filter { number in
                    let isCoarse = coarse.contains(number.isMultiple(of: 3))
                    return births[number]?.told(isCoarse ? .generalised : .shown)?.range.contains(wanted)
                        == true
                }
                for text in ["\(wanted)", "サ \(wanted)"] {
                    var found: [PersonID] = []
                    var after: PersonID?
                    repeat {
                        let page = try page(world.service, text, lists, after: after, limit: 7)
                        found += page.persons.map(\.id)
                        after = page.next
                    } while after != nil
                    #expect(
                        Set(found) == Set(fitting.map { PersonID("P-\($0)") })
                            && found.count == fitting.count,
                        "seed \(testSeed): \(text)")
                }
            }
        }
    }

    @Test("a head of a school finds the own pupils alone")
    func range() throws {
        let world = try world()
        let reach = Reach(required: [.school], given: [.school("西小")], tellers: ["F01": .school])
        let head = Decisions(for: "support", reach: reach) { $1 == .within ? grant(.list) : refusal }
        #expect(try found(world, "サ", head) == ["P-5"])
    }

    @Test("whoever refused the use is found by nobody whom that stops")
    func refused() throws {
        let world = try world()
        let decision = grant(.register, actor: .user("privacy"))
        _ = try world.service.record(
            NewConsent(
                purpose: "support", isRefusal: true, giver: .guardian, evidence: "第1号", from: nil, until: nil,
                person: "P-1"), purposes: [:], reason: "申出", actor: .user("privacy"), decision: decision,
            at: noon)
        let heeding = Decisions.support { $0.consent == .refused ? refusal : grant(.list) }
        #expect(try found(world, "佐藤", heeding) == ["P-6"])
    }

    @Test("the trail names who was shown, never what was looked for, and a refusal as well")
    func trail() throws {
        let world = try world()
        _ = try found(world, "サトウ 令和2年4月10日")
        #expect(fault { _ = try found(world, "佐藤花", .support { _ in refusal }) }?.kind == .denied)
        let events = try world.service.exclusively { database in
            var events: [String] = []
            try database.statement(
                "SELECT event FROM audit_event WHERE event ->> '$.what' = 'persons.search' ORDER BY sequence"
            ).rows { events.append($0.text(0)) }
            return events
        }
        #expect(events.count == 2 && events[1].contains("deny"))
        #expect(events[0].contains(world.keys.pseudonym(of: "P-1", domain: "audit").rawValue))
        #expect(events[0].contains(#""counts":{"persons":1}"#))
        for word in ["サト", "佐藤", "花", "2020", "令和"] {
            #expect(!events.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test(
        "paging neither skips nor repeats while cases are worked on, and says so when a night took the person away"
    )
    func paging() throws {
        let world = try World()
        let people = (0..<30).map { person(PersonID("P-\($0)"), "佐藤　\($0)", "サトウ　\($0)") }
        try world.run("r", people)
        try world.publish("r", people.prefix(9).map { flag($0.id) })
        var (seen, after): ([PersonID], PersonID?) = ([], nil)
        repeat {
            let page = try page(world.service, "サトウ", after: after, limit: 7)
            seen += page.persons.map(\.id)
            after = page.next
            try world.sql("UPDATE cases SET version = version + 1 WHERE person = '\(seen[0])'")
        } while after != nil
        #expect(seen.count == 30 && Set(seen).count == 30)
        let gone = try #require(try page(world.service, "サトウ", limit: 7).next)
        try world.run("r2", people.filter { $0.id != gone } + [person("P-N", "佐藤　新", "サトウ　アラタ")])
        try world.publish("r2", [])
        #expect(
            fault { _ = try page(world.service, "サトウ", after: gone, limit: 7) }?.code == "search.cursor")
        #expect(try found(world, "サトウア") == ["P-N"], "the night's names count at once")
    }

    @Test("a shredded person is never found: in service, after a restart, from a copy")
    func shredded() throws {
        let world = try world()
        #expect(try found(world, "佐藤花") == ["P-1"])
        let copy = try ScratchFolder()
        for name in ["runs", "service.sqlite"] {
            try FileManager.default.copyItem(atPath: world.folder.file(name), toPath: copy.file(name))
        }
        let (officer, manager) = (Actor.user("privacy"), Actor.user("manager"))
        let proposed = try world.service.proposeShredding(
            of: "P-1", reason: "認めた", actor: officer, decision: grant(.register, actor: officer), at: noon)
        _ = try world.service.shred(
            proposed.id, reason: "確かめた", actor: manager, decision: grant(.register, actor: manager), at: noon)
        #expect(try found(world, "佐藤") == ["P-6"] && found(world, "葉子").isEmpty)
        let again = try ServiceStore(
            path: world.folder.file("service.sqlite"), keys: world.keys, runsFolder: world.folder.file("runs")
        )
        let kept = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys).keptNames()
        #expect(kept?.count == 5)
        #expect(try page(again, "佐藤").persons.map(\.id) == ["P-6"])
        // The index of before opens for nobody, and the vault of before tells nothing of the person.
        #expect(try RunStore.open(folder: copy.file("runs/r"), keys: world.keys).keptNames() == nil)
        let old = try RunStore.open(folder: copy.file("runs/r"), keys: world.keys).madeNames()
        #expect(old.count == 5)
    }

    @Test("where the sealed index is lost, cut or another's, it is made of the vault and kept again")
    func lost() throws {
        let world = try world()
        let file = world.folder.file("runs/r/names.sealed")
        let whole = try Data(contentsOf: URL(filePath: file))
        for bytes in [nil, whole.prefix(200), Data("x".utf8)] as [Data?] {
            try FileManager.default.removeItem(atPath: file)
            if let bytes { try bytes.write(to: URL(filePath: file)) }
            let store = try ServiceStore(
                path: world.folder.file("service.sqlite"), keys: world.keys,
                runsFolder: world.folder.file("runs"))
            #expect(try page(store, "佐藤花").persons.map(\.id) == ["P-1"])
            #expect(
                try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys).keptNames()?.count
                    == 6)
        }
    }

    @Test("what is sealed anew under another root is searched as before")
    func resealed() throws {
        let world = try world()
        #expect(try found(world, "佐藤花") == ["P-1"])
        _ = try world.service.reseal(reason: "紛失", actor: operating, at: noon, threads: 1)
        #expect(try found(world, "佐藤花") == ["P-1"])
        let run = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys)
        #expect(run.keptNames()?.count == 6)
    }

    @Test("the disk tells no part of a name without the keys")
    func disk() throws {
        let world = try world()
        _ = try found(world, "佐藤")
        for name in try FileManager.default.subpathsOfDirectory(atPath: world.folder.path) {
            guard let bytes = try? Data(contentsOf: URL(filePath: world.folder.file(name))) else { continue }
            for word in ["佐藤", "サトー", "サトウ", "ハナ", "SANTOS"] {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(name) \(word)")
            }
        }
    }
}
