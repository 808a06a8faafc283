import Domain
import Foundation
import HTTP
import Policy
import TestSupport
import Testing

@testable import AdminAPI
@testable import Store

@Suite("An emergency that somebody declares")
struct EmergencyTests {
    @Test(
        "opens a child without any case to who declared it, until it is ended, with every step in the trail")
    func opensOneChild() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(center.get("/cases").text.contains("href=\"/emergencies\""))
        let answer = office.declare(center, "kenshin_20261001.csv:4", minutes: "30")
        #expect(answer.status == 303 && answer.header("Location") == "/declarations/1", "\(answer.text)")
        let begun = try office.event("declaration.begin")
        #expect(begun["purpose"] == "emergency" && begun["references"]?["declaration"] == "K-1")
        #expect(begun["references"]?["reason"] == .string(Office.reason))
        #expect(begun["statements"] == ["emergency-reads"] && begun["references"]?["minutes"] == "30")

        let page = center.get("/declarations/1")
        #expect(page.status == 200)
        for text in World.quiet + ["未受診", "緊急の確認", "5時10分"] where text != "5時10分" {
            #expect(page.text.contains(text), "\(text)")
        }
        let read = try office.event("person.read")
        #expect(read["purpose"] == "emergency" && read["references"]?["declaration"] == "K-1")
        #expect(read["outcome"] == "permit" && read["actor"] == "user:center")
        guard case .array(let fields) = read["fields"] else {
            Issue.record("no fields")
            return
        }
        #expect(fields.contains("address") && fields.contains("B06") && fields.contains("name"))
        for secret in World.quiet { #expect(!read.text.contains(secret)) }

        for path in ["/cases", "/emergencies", "/cases/C-NONE"] {
            let text = center.get(path).text
            #expect(text.contains("緊急の確認の申告中です（K-1）") && text.contains("あと30分"), "\(path)")
            #expect(text.contains("action=\"/declarations/1/end\""))
        }
        let note = center.post("/declarations/1/notes", ["csrf": center.csrf, "note": "祖母宅にいる。"])
        #expect(note.status == 303 && center.get("/declarations/1").text.contains("祖母宅にいる。"))
        #expect(try office.event("declaration.note")["purpose"] == "emergency")
        #expect(center.post("/declarations/1/notes", ["csrf": center.csrf, "note": " "]).status == 422)

        #expect(center.post("/declarations/1/end", ["csrf": center.csrf]).status == 303)
        for (door, answer) in [
            ("read", center.get("/declarations/1")), ("api", center.get("/api/v1/declarations/1")),
            ("note", center.post("/declarations/1/notes", ["csrf": center.csrf, "note": "後から"])),
        ] {
            #expect(answer.status == 403 && answer.text.contains("もう一度申告"), "\(door)")
            for secret in World.personal { #expect(!answer.text.contains(secret), "\(door) \(secret)") }
        }
        #expect(try office.event("person.read")["outcome"] == "deny")
        #expect(!center.get("/cases").text.contains("申告中です"))
        #expect(try office.world.store.auditVerify().problems.isEmpty)
    }

    @Test("runs as long as was asked and at most an hour, whatever the clock does")
    func time() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(office.declare(center, "P-QUIET", minutes: "61").status == 422)
        #expect(office.declare(center, "P-QUIET", minutes: "0").status == 422)
        #expect(office.declare(center, "P-QUIET", minutes: "10").status == 303)
        let begin = office.clock.now
        func sees(_ minutes: Double) -> Bool {
            office.clock.now = begin.addingTimeInterval(minutes * 60)
            return center.get("/declarations/1").status == 200
        }
        #expect(sees(0) && sees(9.99))
        #expect(!sees(10), "a clock that went on")
        #expect(!sees(9.5) && !sees(8.5), "a clock that goes back gives no minute twice")
        office.clock.now = begin.addingTimeInterval(700)
        #expect(office.declare(center, "P-QUIET").header("Location") == "/declarations/2")
        let second = office.clock.now
        office.clock.now = second.addingTimeInterval(-1)
        #expect(center.get("/declarations/2").status == 403, "before it was declared")
        // Used every now and then, the log-in lasts.
        for minutes in stride(from: 10.0, through: 59, by: 7) {
            office.clock.now = second.addingTimeInterval(minutes * 60)
            #expect(center.get("/declarations/2").status == 200)
        }
        office.clock.now = second.addingTimeInterval(3600)
        #expect(center.get("/declarations/2").status == 403)
    }

    @Test("is for the user, the log-in and the child it names alone")
    func binding() throws {
        let office = Office(try World("center", "other", "privacy"))
        let center = try office.browser("center")
        let sameUser = try office.browser("center")
        let other = try office.browser("other")
        let privacy = try office.browser("privacy")
        #expect(office.declare(center, office.world.cases[0]).status == 303)
        #expect(center.get("/declarations/1").text.contains(World.openName))
        for reader in [sameUser, other, privacy] {
            for path in ["/declarations/1", "/api/v1/declarations/1"] {
                let answer = reader.get(path)
                #expect(answer.status == 403 && !answer.text.contains(World.openName), "\(path)")
                #expect(answer.text.contains("もう一度申告"))
            }
            #expect(!reader.get("/cases").text.contains("申告中です"))
        }
        // Nobody else ends it but who oversees.
        #expect(other.post("/declarations/1/end", ["csrf": other.csrf]).status == 404)
        #expect(center.get("/declarations/1").status == 200)
        // Others are not opened by it.
        for path in [
            "/declarations/2", "/declarations/0", "/declarations/x", "/declarations/X-1", "/declarations/K-2",
        ] {
            #expect([403, 404].contains(center.get(path).status), "\(path)")
        }
        #expect(office.declare(center, "P-OPEN").status == 409)
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(center.get("/declarations/2").text.contains(World.quietName))
        #expect(center.get("/declarations/1").text.contains(World.openName))
        // Who logs out has ended what the log-in declared.
        #expect(center.post("/logout", ["csrf": center.csrf]).status == 303)
        #expect(try office.world.store.declarationCounts(at: office.clock.now).awaitingReview == 2)
    }

    @Test("is open to the roles the guideline names, and a refused attempt is in the trail")
    func roles() throws {
        let office = Office(try World("school", "officer", "privacy", "nobody", "unit"))
        for user: UserID in ["school", "officer", "privacy", "nobody", "unit"] {
            let reader = try office.browser(user)
            #expect(reader.get("/emergencies").status == 403, "\(user)")
            #expect(!reader.get("/audit").text.contains("href=\"/emergencies\""))
            for whom in ["P-QUIET", "P-NOBODY", "nonsense"] {
                let answer = office.declare(reader, whom)
                #expect(answer.status == 403 && answer.text.contains("権限がありません"), "\(user) \(whom)")
            }
            #expect(try office.event("declaration.begin")["outcome"] == "deny")
            #expect(try office.event("declaration.begin")["actor"] == .string("user:\(user)"))
        }
        #expect(try office.world.store.declarationCounts(at: office.clock.now).running == 0)
    }

    @Test("takes a reason in words and somebody who is one person")
    func form() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        for whom in ["", "若葉 みのり", "P-NOBODY", "C-NONE", "kenshin_20261001.csv:99", "x:0", "none.csv:2"] {
            let answer = office.declare(center, whom)
            #expect(answer.status == 422 && answer.text.contains("だれのことか"), "\(whom)")
            #expect(answer.text.contains(Office.reason), "what was typed is not lost")
        }
        for reason in ["", "電話", "09011112222 に電話する"] {
            let answer = center.post(
                "/emergencies", ["csrf": center.csrf, "whom": "P-OPEN", "reason": reason, "minutes": ""])
            #expect(answer.status == 422, "\(reason)")
        }
        #expect(center.post("/emergencies", ["whom": "P-OPEN", "reason": Office.reason]).status == 403)
        #expect(try office.world.store.declarationCounts(at: office.clock.now).running == 0)
    }

    @Test("leaves hidden what 支援措置 hides")
    func protection() throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(office.declare(center, "P-HIDDEN").status == 303)
        for path in ["/declarations/1", "/api/v1/declarations/1"] {
            let answer = center.get(path)
            #expect(answer.status == 200 && answer.text.contains(World.protectedName))
            for secret in World.secrets { #expect(!answer.text.contains(secret), "\(path) \(secret)") }
        }
        #expect(center.get("/declarations/1").text.contains("緊急のときも表示しません"))
    }

    @Test("says before it is declared that the use is stopped, and keeps that it went on")
    func stoppedUse() throws {
        let office = Office(try World("center", "privacy"))
        let center = try office.browser("center")
        try office.refuse("P-OPEN")
        #expect(center.get("/cases/\(office.world.cases[0])").status == 404)
        let first = office.declare(center, "P-OPEN")
        #expect(first.status == 409 && first.text.contains("利用停止の申出があります"))
        #expect(
            first.text.contains("こどもの状況確認と支援") && first.text.contains("name=\"despite\" value=\"P-OPEN\""))
        #expect(try office.event("declaration.look")["references"]?["stopped"] == "support")
        #expect(try office.world.store.declarationCounts(at: office.clock.now).running == 0)
        // Told of one child, it was not told of another.
        #expect(office.declare(center, "P-OPEN", despite: "P-QUIET").status == 409)
        #expect(office.declare(center, "P-OPEN", despite: "P-OPEN").status == 303)
        let page = center.get("/declarations/1").text
        #expect(page.contains(World.openName) && page.contains("利用停止の申出があります"))
        #expect(try office.event("declaration.begin")["references"]?["stopped"] == "support")
        #expect(try office.browser("privacy").get("/declarations").text.contains("利用停止の申出がある方でした"))
        // The daily use stays stopped meanwhile.
        #expect(center.get("/cases/\(office.world.cases[0])").status == 404)
    }

    @Test("changes no byte of what others see, and is found by none of them")
    func nonInterference() throws {
        let bare = try World("center", "other", "school", "officer")
        let full = try World("center", "other", "school", "officer", twin: bare)
        func bytes(_ world: World, declaring: Bool) throws -> [String] {
            let office = Office(world)
            let center = try office.browser("center")
            if declaring {
                for whom in ["P-OPEN", "P-HIDDEN", "P-QUIET"] {
                    #expect(office.declare(center, whom).status == 303)
                }
                _ = center.get("/declarations/1")
                _ = center.post("/declarations/1/notes", ["csrf": center.csrf, "note": "所在を確かめた"])
                _ = center.post("/declarations/2/end", ["csrf": center.csrf])
            }
            office.clock.pass(minutes: 1)
            var texts: [String] = []
            for user: UserID in ["other", "school", "officer", "center"] {
                let reader = try office.browser(user)
                for path in AccessTests.paths
                    + world.cases.flatMap({ ["/cases/\($0)", "/api/v1/cases/\($0)"] })
                    + [
                        "/emergencies", "/unlocks", "/declarations", "/declarations/1",
                        "/api/v1/declarations",
                        "/api/v1/declarations/1",
                    ]
                {
                    let answer = reader.get(path)
                    texts.append(
                        "\(user) \(path) \(answer.status) \(answer.text.replacing(reader.csrf, with: ""))")
                }
                // A child that somebody else has open can be declared all the same.
                if user == "other" {
                    #expect(office.declare(reader, "P-QUIET").status == 303)
                }
            }
            return texts
        }
        let (one, other) = (try bytes(bare, declaring: false), try bytes(full, declaring: true))
        #expect(one.count == other.count)
        for (one, other) in zip(one, other) where one != other { Issue.record("\(one)\n\(other)") }
    }

    @Test("gives nothing that cannot be recorded", arguments: Stop.allCases)
    func noRecordNoAnswer(_ stop: Stop) throws {
        let office = Office(try World("center"))
        let center = try office.browser("center")
        #expect(office.declare(center, "P-QUIET").status == 303)
        #expect(center.get("/declarations/1").status == 200)
        try stop.happen(to: office.world.store)
        for path in ["/declarations/1", "/api/v1/declarations/1"] {
            let answer = center.get(path)
            #expect(answer.status == 503, "\(path) \(answer.status)")
            for secret in World.personal { #expect(!answer.text.contains(secret)) }
        }
        #expect(office.declare(center, "P-OPEN").status == 503)
    }

    @Test("the API declares, reads and ends, in the declared shapes")
    func api() throws {
        let office = Office(try World("center", "privacy"))
        let center = try office.browser("center")
        func send(_ browser: Browser, _ path: String, _ body: String) -> Response {
            browser.send(
                "/api/v1" + path, Array(body.utf8),
                [.init("sec-fetch-site", "same-origin"), .init("content-type", "application/json")])
        }
        try office.refuse("P-QUIET")
        let asked = #"{"whom":"P-QUIET","reason":"通報を受けて所在を確かめる","minutes":"5""#
        #expect(send(center, "/emergencies", asked + "}").json["type"] == "urn:renkei:problem:use-stopped")
        let answer = send(center, "/emergencies", asked + #","despite":"P-QUIET"}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(Schema.named("Declaration").mismatch(answer.json) == nil)
        #expect(answer.json["state"] == "running" && answer.json["stopped"] == ["support"])
        let read = center.get("/api/v1/declarations/1")
        #expect(read.status == 200 && Schema.named("DeclaredPerson").mismatch(read.json) == nil)
        #expect(read.json["name"] == .string(World.quietName))
        #expect(send(center, "/declarations/1/notes", #"{"note":"会えた"}"#).status == 200)
        #expect(send(center, "/declarations/1/notes", #"{"note":""}"#).status == 422)
        #expect(send(center, "/declarations/1/end", "{}").json["state"] == "ended")
        #expect(center.get("/api/v1/declarations/1").status == 403)
        for body in [asked, "[]", #"{"whom":1}"#, #"{"name":"x"}"#, "{}"] {
            #expect([400, 422].contains(send(center, "/emergencies", body).status), "\(body)")
        }
        let privacy = try office.browser("privacy")
        let list = privacy.get("/api/v1/declarations")
        #expect(list.status == 200 && Schema.named("DeclarationList").mismatch(list.json) == nil)
        // Who was on the list is found by whoever asks who read of a person.
        guard case .array(let subjects) = try office.event("declaration.list")["subjects"] else {
            Issue.record("no subjects")
            return
        }
        #expect(subjects.count == 1)
        let review = #"{"finding":"inappropriate","words":"通報の記録がなかった"}"#
        #expect(send(center, "/declarations/1/review", review).status == 403)
        #expect(send(privacy, "/declarations/1/review", review).status == 200)
        #expect(send(privacy, "/declarations/1/review", review).status == 409)
        #expect(send(privacy, "/declarations/9/review", review).status == 404)
        #expect(Browser(office.service).get("/api/v1/declarations/1").status == 401)
    }

    @Test("whatever happens in whatever order, a record is opened only by what a plain account of it allows")
    func againstAPlainAccount() throws {
        struct Plain {
            let user: UserID
            let session: String
            let number: Int
            let begin: Date
            var end: Date
        }
        var generator = SeededGenerator(seed: testSeed)
        let world = try World()
        let guideline = world.guideline
        let users: [UserID] = ["ann", "bob"]
        let sessions = ["s1", "s2"]
        let persons: [PersonID] = ["P-OPEN", "P-HIDDEN", "P-QUIET"]
        func desk(_ user: UserID, _ session: String) -> DeclarationDesk {
            DeclarationDesk(user: user, token: session) { action, running in
                guideline.decisions(
                    for: AccessRequest(
                        actor: .user(user), roles: ["center-staff"], action: action,
                        items: Set(guideline.catalogue.items.keys), purpose: running.purpose, standing: nil,
                        on: World.day, declared: running))
            }
        }
        var (now, latest) = (World.night + 3600, World.night + 3600)
        var account: [Plain] = []
        var (opened, refused) = (0, 0)
        for _ in 0..<caseCount(400) {
            now = now.addingTimeInterval(Double(Int.random(in: -90_000...600_000, using: &generator)) / 1000)
            if now < latest.addingTimeInterval(-119) { now = latest }
            let user = users.randomElement(using: &generator) ?? "ann"
            let session = sessions.randomElement(using: &generator) ?? "s1"
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                let person = persons.randomElement(using: &generator) ?? "P-OPEN"
                let minutes = Int.random(in: 1...60, using: &generator)
                let answer = try? world.store.declare(
                    NewDeclaration(
                        kind: .emergency, whom: .person(person), reason: "確かめる", minutes: minutes,
                        overrides: true), at: desk(user, session), at: now)
                if case .declared(let kept) = answer {
                    account.append(
                        Plain(
                            user: user, session: session, number: kept.number, begin: now,
                            end: now.addingTimeInterval(Double(minutes) * 60)))
                }
            case 1 where !account.isEmpty:
                let index = Int.random(in: account.indices, using: &generator)
                _ = try world.store.end(
                    declaration: account[index].number, by: account[index].user,
                    auditing: guideline.decide(
                        AccessRequest(
                            actor: .user("ann"), roles: [], action: .audit, items: [], purpose: "operations",
                            standing: PersonStanding(), on: World.day)), at: now)
                if account[index].begin <= now { account[index].end = min(account[index].end, now) }
            default:
                let number = Int.random(in: 1...max(1, account.count + 1), using: &generator)
                let allowed = account.contains {
                    $0.number == number && $0.user == user && $0.session == session && $0.begin <= now
                        && max(now, latest) < $0.end
                }
                let seen = try? world.store.declaredPerson(number, at: desk(user, session), at: now)
                #expect((seen != nil) == allowed, "seed \(testSeed) \(number) \(user) \(session) \(now)")
                if seen != nil { opened += 1 } else { refused += 1 }
            }
            latest = max(latest, now)
        }
        #expect(opened > 5 && refused > 5, "\(opened) \(refused) seed \(testSeed)")
    }
}
