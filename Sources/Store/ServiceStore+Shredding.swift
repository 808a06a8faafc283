internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Every shredding there was, by number; ids alone.
    ///
    /// - Parameter decision: about `Action.register`, here and below.
    /// - Throws: `Fault` of kind `.denied`, here and below.
    package func shreddings(actor: Actor, decision: Decision, at: Date) throws -> [KeptShredding] {
        try recording(.shreddingList, .register, actor, decision, at) { database, event in
            let list = try shreddings(in: database)
            event.counts = ["shreddings": list.count]
            event.subjects = subjects(list.map(\.person))
            return list
        }
    }

    /// One person asks that somebody's keys be taken away; nothing changes yet.
    ///
    /// - Parameter reason: without names or numbers of persons: it stays in the audit trail.
    /// - Throws: `person.unknown`; `shredding.stands` where it is proposed already.
    package func proposeShredding(
        of person: PersonID, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptShredding {
        try recording(.shreddingPropose, .register, actor, decision, at, ["reason": reason]) {
            database, event in
            let (id, records) = try shreddable(person, in: database)
            if let standing = try shreddings(in: database).first(where: {
                $0.person == id && [.proposed, .approved].contains($0.state)
            }) {
                throw Fault(
                    .usage, code: "shredding.stands", message: "この方の消去は、すでに申し出られています（S-\(standing.id)）。",
                    fix: "別の人が「renkei person shred S-\(standing.id)」を実行してください。")
            }
            // A database from a copy may know less than the ring: no number is given twice.
            let last = try database.statement("SELECT max(id) FROM shredding").first { $0.int(0) } ?? 0
            let number = max(last, keys.ring.shredded.last?.number ?? 0) + 1
            try database.statement("INSERT INTO shredding(id, person, records) VALUES (?, ?, ?)").run(
                number, id.rawValue, Self.digest(records))
            event.subjects = [keys.pseudonym(of: id, domain: "audit")]
            return try step(.proposed, of: number, reason, actor, at, &event, in: database)
        }
    }

    /// Takes a proposal back.
    package func withdrawShredding(
        _ id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptShredding {
        try recording(
            .shreddingWithdraw, .register, actor, decision, at, ["shredding": "S-\(id)", "reason": reason]
        ) { database, event in
            let shredding = try shredding(id, in: database)
            // An approved one was stopped on the way, before a key went; the records may be another's since.
            try renewRing(in: database)
            let isStopped =
                shredding.state == .approved && !keys.ring.shredded.contains { $0.number == id }
            guard shredding.state == .proposed || isStopped else { throw Self.doesNotFit(shredding) }
            event.subjects = [keys.pseudonym(of: shredding.person, domain: "audit")]
            return try step(.withdrawn, of: id, reason, actor, at, &event, in: database)
        }
    }

    /// Another person approves: the keys of all the person's records go, and with them whatever they sealed, in every copy there is.
    ///
    /// In this order, so that a stop anywhere is taken up where it was: the trail, the ring, the run folders, the cases. Nobody else may be
    /// working on the runs meanwhile (`RunLock`).
    /// - Returns: the shredding, done, and how many cases were ended and facts emptied.
    /// - Throws: `shredding.unknown`, `shredding.step`, `shredding.own`, `shredding.form` where the run in service is of one key still.
    package func shred(
        _ id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> (shredding: KeptShredding, done: ShreddingCounts) {
        let person = try recording(
            .personShred, .register, actor, decision, at, ["shredding": "S-\(id)", "reason": reason]
        ) { database, event -> ShreddedPerson in
            let shredding = try shredding(id, in: database)
            event.subjects = [keys.pseudonym(of: shredding.person, domain: "audit")]
            // Stopped on the way: whoever may, ends it.
            if shredding.state != .approved {
                guard shredding.state == .proposed else { throw Self.doesNotFit(shredding) }
                guard shredding.steps.first?.actor != actor.description else {
                    throw Fault(
                        .denied, code: "shredding.own", message: "消去の申出 S-\(id) は、別の人の承認を待っています。",
                        fix: "申し出た人とは別の、役割のある人が行ってください。")
                }
            }
            let person = try target(of: shredding, in: database)
            if shredding.state == .proposed {
                _ = try step(.approved, of: id, reason, actor, at, &event, in: database)
            }
            event.counts["records"] = person.records.count
            return person
        }
        let names = try namesInService()
        try takeKeys(of: person)
        let done = try carryOut(person, reason: reason, actor: actor, at: at)
        try keepNames(names)
        return done
    }

    /// Everybody whose keys were taken away, by number.
    package var shredded: [ShreddedPerson] { keys.ring.shredded }

    /// Ends what a stop left of shreddings, wherever it stopped, and does those again that a database from a copy knows nothing of.
    package func finishShreddings(at: Date) throws -> FinishedShreddings {
        let (approved, forgotten) = try exclusively { database in
            try renewRing(in: database)
            let known = try shreddings(in: database)
            let ended = Set(known.filter { [.done, .approved].contains($0.state) }.map(\.id))
            return (
                known.filter { $0.state == .approved },
                keys.ring.shredded.filter { !ended.contains($0.number) }
            )
        }
        var finished = FinishedShreddings()
        func end(_ person: ShreddedPerson) throws {
            let (_, done) = try carryOut(
                person, reason: "途中で止まったか、古い控えに戻されたため、もう一度消しました。", actor: .system("nightly"), at: at)
            finished.ended += 1
            if done.isInLog { finished.isInLog = true }
        }
        for shredding in approved {
            let person: ShreddedPerson
            do {
                person = try exclusively { try target(of: shredding, in: $0) }
            } catch let fault as Fault where Self.waits.contains(fault.code) {
                finished.open.append(shredding.id)
                continue
            }
            try takeKeys(of: person)
            try end(person)
        }
        for person in forgotten { try end(person) }
        return finished
    }

    /// Why it cannot be told yet whose keys are to go: the night may go on, and mend it.
    private static let waits: Set<String> = [
        "person.unknown", "publication.lost", "publication.other-form", "publication.other-root",
        "publication.none", "shredding.form", "shredding.changed",
    ]

    /// Whose keys are to go, or went already.
    private func target(of shredding: KeptShredding, in database: Database) throws -> ShreddedPerson {
        try renewRing(in: database)
        if let known = keys.ring.shredded.first(where: { $0.number == shredding.id }) { return known }
        // Two proposals came to be about one person.
        if let known = keys.ring.shredded.first(where: { $0.persons.contains(shredding.person) }) {
            return ShreddedPerson(
                number: shredding.id, persons: known.persons, records: known.records,
                protectedHomes: known.protectedHomes)
        }
        let (person, records) = try shreddable(shredding.person, in: database)
        try requireUnchanged(shredding, records, in: database)
        return ShreddedPerson(
            number: shredding.id, persons: try everyID(of: person, in: database).union([shredding.person]),
            records: records, protectedHomes: try protectedHomes(of: person, in: database))
    }

    /// A person's ids that nobody else has in the run in service: who was taken for the person once may be somebody else again.
    private func everyID(of person: PersonID, in database: Database) throws -> Set<PersonID> {
        guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
        let run = try run(of: publication)
        return try Set(
            ids(of: person, in: database).filter { id in
                if id == person { return true }
                guard let now = try run.person(now: id) else { return try run.absentKeys(of: id).isEmpty }
                return now == person
            })
    }

    /// What is taken away is what was proposed: a night since may have joined somebody else's records to the person, or parted them.
    private func requireUnchanged(
        _ shredding: KeptShredding, _ records: [KeptRecord], in database: Database
    ) throws {
        let proposed = try database.statement("SELECT records FROM shredding WHERE id = ?").first(
            shredding.id
        ) { $0.optionalText(0) }
        guard proposed != Self.digest(records) else { return }
        throw Fault(
            .conflict, code: "shredding.changed",
            message: "申出 S-\(shredding.id) のあとの夜間処理で、この方の記録が変わりました（別の方の記録が結ばれたか、分かれたおそれがあります）。",
            fix: "「renkei person shred --withdraw S-\(shredding.id)」で取り下げ、だれの記録かを確かめて、申し出直してください。")
    }

    private static func digest(_ records: [KeptRecord]) -> String {
        Digest.sha256(Array(records.map(\.key).sorted().joined(separator: " ").utf8))
    }

    /// The households that a measure of the person's own covers, as tombstones know them.
    private func protectedHomes(of person: PersonID, in database: Database) throws -> Set<String> {
        guard let publication = try currentPublication(in: database) else { return [] }
        let run = try run(of: publication)
        guard let found = try run.person(person), found.standing.isProtected, let household = found.household
        else { return [] }
        let facts = try FactReader(run).facts(of: run.entities(ofPerson: found.number)) {
            $0 == protectionItem
        }
        let ended = facts.filter { fact in
            guard fact.fact.kind == "ended" else { return false }
            if case .day(let day) = fact.fact.value { return day <= publication.asOf }
            return true
        }.map(\.position)
        let isInForce = facts.contains { $0.fact.kind == "measure" && !ended.contains($0.position) }
        return isInForce ? [hexadecimal(household)] : []
    }

    /// Takes the person's keys away, and that of what cannot be told apart by person; what people corrected is sealed by the one that
    /// comes next before.
    private func takeKeys(of person: ShreddedPerson) throws {
        try replaceRing(
            sealing: { $0.nextCommon }, unless: { isTaken(person) },
            reseal: { database in
                let records = Set(person.records.map(\.key))
                let places = try currentPublication(in: database).map {
                    try run(of: $0).places(ofRecords: records)
                }
                try resealCorrections(
                    by: keys.ring.nextCommon, besides: places?.extracts ?? [], in: database)
                try resealRectifications(
                    by: keys.ring.nextCommon, besides: records, places?.rows ?? [], in: database)
            }, change: { try $0.without(person) })
    }

    private func isTaken(_ person: ShreddedPerson) -> Bool {
        let ring = keys.ring
        return ring.shredded.contains { $0.number == person.number }
            || !person.records.contains { ring.root.holds(.record($0.key)) }
    }

    /// What is left to do when the keys are gone.
    private func carryOut(
        _ person: ShreddedPerson, reason: String, actor: Actor, at: Date
    ) throws -> (shredding: KeptShredding, done: ShreddingCounts) {
        var counts = ShreddingCounts(records: person.records.count)
        let rows = try rowsInService(of: person)
        try RunStore.removeRuns(inFolder: runsFolder, besides: publishedFolders())
        counts.facts = try RunStore.removeFacts(
            of: Set(person.records.map(\.key)), fromRunsIn: runsFolder)
        let done = try transaction { database in
            try noteRing(in: database)
            let docket = Docket(
                database: database, keys: keys, asOf: Day(inJapanAt: at), at: at.milliseconds,
                standing: { _ in nil })
            let cases = try docket.shred(person.persons)
            counts.cases = cases.count
            try docket.dropDrafts(about: person.persons)
            try docket.dropDrafts(sealedBy: Set(person.records.map(\.key)))
            // What the cases of others say because of these records goes with them.
            try docket.remove(flagsRestingOn: rows, about: person.persons, why: Docket.notUsed)
            try withdrawVerdicts(about: person, reason, actor, at, in: database)
            for id in person.persons {
                try database.statement("DELETE FROM user_relative WHERE person = ?").run(id.rawValue)
                try database.statement("INSERT OR IGNORE INTO shredded_person VALUES (?)").run(id.rawValue)
                try database.statement("DELETE FROM support_outcome WHERE person = ?").run(id.rawValue)
                try database.statement(
                    "DELETE FROM spot_check_answer WHERE spot_check IN (SELECT id FROM spot_check WHERE person = ?)"
                ).run(id.rawValue)
                try database.statement("DELETE FROM spot_check WHERE person = ?").run(id.rawValue)
                try database.statement("DELETE FROM known_fact WHERE person = ?").run(
                    KnownFacts(of: id, keys: keys).person)
            }
            // A database from before it was proposed.
            try database.statement("INSERT OR IGNORE INTO shredding(id, person) VALUES (?, ?)").run(
                person.number, person.persons.sorted().first?.rawValue ?? "")
            var event = AuditEvent(.personShred, actor: actor.description, at: at.milliseconds)
            event.subjects = person.persons.map { keys.pseudonym(of: $0, domain: "audit") }.sorted()
            event.counts = [
                "records": counts.records, "facts": counts.facts, "cases": counts.cases,
                "serial": keys.ring.serial,
            ]
            let done = try step(.done, of: person.number, reason, actor, at, &event, in: database)
            try append(event, in: database)
            try noteErasure(in: database)
            return done
        }
        counts.isInLog = try !foldErasures()
        return (done, counts)
    }

    /// None where nothing is in service, or it cannot be read.
    private func rowsInService(of person: ShreddedPerson) throws -> Set<RowPosition> {
        try exclusively { database in
            guard let publication = try currentPublication(in: database),
                let run = try? run(of: publication)
            else { return [] }
            return try run.places(ofRecords: Set(person.records.map(\.key))).rows
        }
    }

    /// Who it is in the run in service, and the person's records; who stayed away is known by keys alone.
    private func shreddable(
        _ person: PersonID, in database: Database
    ) throws -> (person: PersonID, records: [KeptRecord]) {
        guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
        let run = try run(of: publication)
        guard run.form == RunFiles.form else {
            throw Fault(
                .usage, code: "shredding.form", message: "公開中の実行は、人ごとの鍵がない前の版のものです。",
                fix: "「renkei run」で夜間処理をしてから、もう一度実行してください。")
        }
        let absent = { (id: PersonID) in
            try run.absentKeys(of: id).map { KeptRecord(key: $0, number: nil) }
        }
        if let id = try run.person(now: person), let present = try run.person(id) {
            return (id, try run.keptRecords(of: present) + absent(id))
        }
        let records = try absent(person)
        guard !records.isEmpty, !keys.ring.isShredded(person) else { throw Self.unknown(person: person) }
        return (person, records)
    }

    private func withdrawVerdicts(
        about person: ShreddedPerson, _ reason: String, _ actor: Actor, _ at: Date, in database: Database
    ) throws {
        let keys = Set(person.records.map(\.key))
        for verdict in try verdicts(in: database)
        where !verdict.isWithdrawn && !keys.isDisjoint(with: [verdict.left.key, verdict.right.key]) {
            try database.statement(
                "INSERT INTO verdict_step(verdict, what, actor, at, reason) VALUES (?, 'withdrawn', ?, ?, ?)"
            ).run(verdict.id, actor.description, at.milliseconds, reason)
        }
    }

    private func step(
        _ what: KeptShredding.Step.What, of id: Int, _ reason: String, _ actor: Actor, _ at: Date,
        _ event: inout AuditEvent, in database: Database
    ) throws -> KeptShredding {
        try database.statement(
            "INSERT INTO shredding_step(shredding, what, actor, at, reason) VALUES (?, ?, ?, ?, ?)"
        ).run(id, what.rawValue, actor.description, at.milliseconds, reason)
        event.references = ["shredding": "S-\(id)", "step": what.rawValue, "reason": reason]
        return try shredding(id, in: database)
    }

    private func shredding(_ id: Int, in database: Database) throws -> KeptShredding {
        guard let found = try shreddings(in: database).first(where: { $0.id == id }) else {
            throw Fault(
                .notFound, code: "shredding.unknown", message: "消去の申出 S-\(id) はありません。",
                fix: "「renkei person shred --list」で番号を確かめてください。")
        }
        return found
    }

    /// A handful in a city: all are read.
    private func shreddings(in database: Database) throws -> [KeptShredding] {
        var steps: [Int: [KeptShredding.Step]] = [:]
        try database.statement("SELECT shredding, what, actor, at, reason FROM shredding_step ORDER BY id")
            .rows { row in
                guard let what = KeptShredding.Step.What(rawValue: row.text(1)) else {
                    throw ByteReader.damaged
                }
                steps[row.int(0), default: []].append(
                    KeptShredding.Step(
                        what: what, actor: row.text(2), at: Date(milliseconds: row.int(3)),
                        reason: row.text(4)))
            }
        var list: [KeptShredding] = []
        try database.statement("SELECT id, person FROM shredding ORDER BY id").rows { row in
            list.append(
                KeptShredding(id: row.int(0), person: PersonID(row.text(1)), steps: steps[row.int(0)] ?? []))
        }
        return list
    }

    private static func doesNotFit(_ shredding: KeptShredding) -> Fault {
        Fault(
            .usage, code: "shredding.step",
            message: "消去の申出 S-\(shredding.id) は、"
                + (shredding.state == .withdrawn ? "取り下げられています。" : "すでに行われています。"),
            fix: "「renkei person shred --list」で今の状態を確かめてください。")
    }
}

/// What a shredding took away.
package struct ShreddingCounts: Sendable, Hashable {
    /// Records whose keys went.
    package var records = 0
    /// Rows of run folders whose facts were emptied.
    package var facts = 0
    /// Cases whose flags were deleted.
    package var cases = 0
    /// Whether the database's log still holds what was overwritten, since somebody was reading all the while.
    package var isInLog = false
}

/// What was left of shreddings when a night began.
package struct FinishedShreddings: Sendable, Hashable {
    package var ended = 0
    /// Numbers of those that are approved, and of whom nobody can be found now.
    package var open: [Int] = []
    /// As of `ShreddingCounts`, of any of them.
    package var isInLog = false
}
