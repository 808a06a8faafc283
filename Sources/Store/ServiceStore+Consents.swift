internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Everything anybody ever said of a use, by number; opaque keys and ids alone.
    package func consents() throws -> [KeptConsent] { try exclusively { try consents(in: $0) } }

    /// The same for a person who asks; the trail knows of it before this returns.
    ///
    /// - Parameter decision: about `Action.register`.
    /// - Returns: each with the persons it is about now.
    /// - Throws: `Fault` of kind `.denied`.
    package func consents(
        actor: Actor, decision: Decision, at: Date
    ) throws -> [(consent: KeptConsent, reach: Set<PersonID>)] {
        try recording(.consentList, .register, actor, decision, at) { database, event in
            let reach = try consentReach(in: database)
            let list = try consents(in: database).map { ($0, reach[$0.id] ?? []) }
            event.counts = ["consents": list.count]
            event.subjects = Set(list.flatMap(\.1)).map { keys.pseudonym(of: $0, domain: "audit") }.sorted()
            return list
        }
    }

    /// Records what somebody said; a refusal takes effect before this returns: nothing of the person is shown for the purpose
    /// any more, what rules found for it is deleted, and cases that stood on it alone are ended.
    ///
    /// - Parameters:
    ///   - purposes: that each rule serves, as far as it is known; what any other rule found goes too, as of one that is there no more.
    ///   - reason: without names or numbers of persons: it stays in the audit trail.
    ///   - decision: about `Action.register`.
    /// - Throws: `Fault`: `.denied`; `person.unknown`; `consent.stands` where the same is recorded of the person already.
    package func record(
        _ new: NewConsent, purposes: [RuleID: PurposeID], reason: String, actor: Actor, decision: Decision,
        at: Date
    ) throws -> KeptConsent {
        try recording(.consentRecord, .register, actor, decision, at) { database, event in
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            let run = try run(of: publication)
            guard let id = try run.person(now: new.person), let person = try run.person(id) else {
                throw Self.unknown(person: new.person)
            }
            let reach = try consentReach(in: database)
            let standing = try consents(in: database).first {
                !$0.isEnded && $0.purpose == new.purpose && $0.isRefusal == new.isRefusal
                    && reach[$0.id]?.contains(id) == true
            }
            if let standing { throw Self.stands(standing) }
            try database.statement(
                "INSERT INTO consent(purpose, is_refusal, giver, evidence, from_day, until_day, person) VALUES (?, ?, ?, ?, ?, ?, ?)"
            ).run(
                new.purpose.rawValue, new.isRefusal, new.giver.rawValue, new.evidence, new.from?.number,
                new.until?.number, id.rawValue)
            let number = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            let records = try run.keptRecords(of: person)
            for record in records {
                try database.statement("INSERT INTO consent_record VALUES (?, ?, ?, ?, ?)").run(
                    number, record.key, record.number, try json(record.marks.sorted()),
                    record.source?.rawValue)
            }
            try database.statement("INSERT INTO consent_reach VALUES (?, ?)").run(number, id.rawValue)
            let kept = try step(.recorded, of: number, reason, actor, at, in: database)
            if new.isRefusal {
                let docket = Docket(
                    database: database, keys: keys, asOf: publication.asOf, at: at.milliseconds,
                    standing: { try run.standing(of: $0)?.isProtected })
                let rules = try docket.rules(of: new.purpose, among: purposes)
                var stopped = Set(try docket.stop(id, rules: rules))
                if new.purpose == CaseOpening.purpose { try docket.dropDrafts(about: [id]) }
                // Whoever lives there may be flagged because of what these records say.
                stopped.formUnion(
                    try docket.remove(
                        flagsRestingOn: run.places(ofRecords: Set(records.map(\.key))).rows, about: [id],
                        of: rules, why: Docket.notUsed))
                event.counts["cases"] = stopped.count
            }
            event.subjects = [keys.pseudonym(of: id, domain: "audit")]
            try describe(kept, reason, in: &event, database)
            return kept
        }
    }

    /// A second person says that a consent holds.
    ///
    /// - Throws: `Fault`: `.denied`; `consent.unknown`; `consent.step` where nothing is to be confirmed; `consent.own`.
    package func confirm(
        consent id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptConsent {
        try recording(
            .consentConfirm, .register, actor, decision, at, ["consent": "M-\(id)", "reason": reason]
        ) { database, event in
            let consent = try consent(id, in: database)
            guard !consent.isRefusal, consent.isWaiting(at: at) else {
                throw Self.doesNotFit(consent, "確認を待っていません。")
            }
            try requireAnother(than: .recorded, of: consent, actor)
            let kept = try step(.confirmed, of: id, reason, actor, at, in: database)
            try describe(kept, reason, in: &event, database)
            return kept
        }
    }

    /// Ends a consent; or says that a refusal is to end, which it does when a second person says so too within `KeptConsent.patience`.
    ///
    /// A consent that ends takes with it, at once, what rules found by it.
    ///
    /// - Parameter purposes: as of `record`.
    /// - Throws: `Fault`: `.denied`; `consent.unknown`; `consent.step` where it is ended; `consent.own`.
    package func end(
        consent id: Int, purposes: [RuleID: PurposeID], reason: String, actor: Actor, decision: Decision,
        at: Date
    ) throws -> KeptConsent {
        try recording(
            .consentEnd, .register, actor, decision, at, ["consent": "M-\(id)", "reason": reason]
        ) { database, event in
            let consent = try consent(id, in: database)
            guard !consent.isEnded else { throw Self.doesNotFit(consent, "すでに終わっています。") }
            var what = KeptConsent.Step.What.ended
            if consent.isRefusal {
                let isSecond = consent.isWaiting(at: at)
                what = isSecond ? .ended : .ending
                if isSecond { try requireAnother(than: .ending, of: consent, actor) }
            }
            let kept = try step(what, of: id, reason, actor, at, in: database)
            if !kept.isRefusal, let publication = try currentPublication(in: database) {
                let run = try run(of: publication)
                let docket = Docket(
                    database: database, keys: keys, asOf: publication.asOf, at: at.milliseconds,
                    standing: { try run.standing(of: $0)?.isProtected })
                // What rules found by the consent, not what somebody saw and wrote.
                let rules = try docket.rules(of: kept.purpose, among: purposes).filter { !$0.isByHand }
                let still = try consentsInForce(at: at, in: database).persons(kept.purpose)
                for person in try consentReach(in: database)[id] ?? [] where still[person] != .given {
                    try docket.stop(person, rules: rules)
                }
            }
            try describe(kept, reason, in: &event, database)
            return kept
        }
    }

    /// Takes back that a refusal is to end, by anybody: the next word that it is to end is the first again.
    ///
    /// - Throws: `Fault`: `.denied`; `consent.unknown`; `consent.step` where nobody's word waits.
    package func keep(
        consent id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptConsent {
        try recording(
            .consentRecord, .register, actor, decision, at, ["consent": "M-\(id)", "reason": reason]
        ) { database, event in
            let consent = try consent(id, in: database)
            guard consent.isRefusal, consent.isWaiting(at: at) else {
                throw Self.doesNotFit(consent, "終わらせる申出が出ていません。")
            }
            let kept = try step(.recorded, of: id, reason, actor, at, in: database)
            try describe(kept, reason, in: &event, database)
            return kept
        }
    }

    private func describe(
        _ consent: KeptConsent, _ reason: String, in event: inout AuditEvent, _ database: Database
    ) throws {
        event.references = [
            "consent": "M-\(consent.id)", "use": consent.purpose.rawValue, "reason": reason,
            "says": consent.isRefusal ? "refused" : "given", "step": consent.steps.last?.what.rawValue ?? "",
        ]
        guard consent.steps.last?.what == .recorded else { return }
        event.references["content"] = try contentPrint(
            StepTable.consentContent, of: "consent c", consent.id, in: database)
    }

    private func step(
        _ what: KeptConsent.Step.What, of id: Int, _ reason: String, _ actor: Actor, _ at: Date,
        in database: Database
    ) throws -> KeptConsent {
        try database.statement(
            "INSERT INTO consent_step(consent, what, actor, at, reason) VALUES (?, ?, ?, ?, ?)"
        ).run(id, what.rawValue, actor.description, at.milliseconds, reason)
        return try consent(id, in: database)
    }

    private func consent(_ id: Int, in database: Database) throws -> KeptConsent {
        guard let consent = try consents(in: database).first(where: { $0.id == id }) else {
            throw Fault(
                .notFound, code: "consent.unknown", message: "申出 M-\(id) はありません。",
                fix: "「renkei consent list」で番号を確かめてください。")
        }
        return consent
    }

    /// A few hundred in a city: all are read.
    ///
    /// - Parameter withRecords: only who looks for the records needs them, and every page asks what is in force.
    func consents(in database: Database, withRecords: Bool = true) throws -> [KeptConsent] {
        var steps: [Int: [KeptConsent.Step]] = [:]
        try database.statement("SELECT consent, what, actor, at, reason FROM consent_step ORDER BY id").rows {
            row in
            guard let what = KeptConsent.Step.What(rawValue: row.text(1)) else { throw ByteReader.damaged }
            steps[row.int(0), default: []].append(
                KeptConsent.Step(
                    what: what, actor: row.text(2), at: Date(milliseconds: row.int(3)), reason: row.text(4)))
        }
        let records = withRecords ? try consentRecords(in: database) : [:]
        var consents: [KeptConsent] = []
        try database.statement(
            "SELECT id, purpose, is_refusal, giver, evidence, from_day, until_day, person FROM consent ORDER BY id"
        ).rows { row in
            guard let giver = KeptConsent.Giver(rawValue: row.text(3)) else { throw ByteReader.damaged }
            let id = row.int(0)
            consents.append(
                KeptConsent(
                    id: id, purpose: PurposeID(row.text(1)), isRefusal: row.bool(2), giver: giver,
                    evidence: row.text(4), from: row.optionalInt(5).map(Day.init(number:)),
                    until: row.optionalInt(6).map(Day.init(number:)), person: PersonID(row.text(7)),
                    records: records[id] ?? [], steps: steps[id] ?? []))
        }
        return consents
    }

    /// By number of the consent.
    private func consentRecords(in database: Database) throws -> [Int: [KeptRecord]] {
        var records: [Int: [KeptRecord]] = [:]
        try database.statement("SELECT consent, key, number, marks, source FROM consent_record").rows { row in
            records[row.int(0), default: []].append(
                KeptRecord(
                    key: row.text(1), number: row.optionalText(2),
                    marks: try decoded(Set<String>.self, row.text(3)),
                    source: row.optionalText(4).map(SourceID.init(_:))))
        }
        return records
    }

    private func requireAnother(
        than what: KeptConsent.Step.What, of consent: KeptConsent, _ actor: Actor
    ) throws {
        guard let step = consent.steps.last(where: { $0.what == what }), step.actor == actor.description
        else {
            return
        }
        throw Fault(
            .denied, code: "consent.own", message: "申出 M-\(consent.id) は、もう1人の確認を待っています。",
            fix: "記録した人とは別の、役割のある人が行ってください。")
    }

    private static func doesNotFit(_ consent: KeptConsent, _ why: String) -> Fault {
        Fault(
            .usage, code: "consent.step", message: "申出 M-\(consent.id) は、\(why)",
            fix: "「renkei consent list」で今の状態を確かめてください。")
    }

    private static func stands(_ consent: KeptConsent) -> Fault {
        Fault(
            .usage, code: "consent.stands",
            message: "この方の、この利用目的についての\(consent.isRefusal ? "利用停止" : "同意")は、すでに記録されています（M-\(consent.id)）。",
            fix: "変えるときは、先に「renkei consent end M-\(consent.id)」で終わらせてください。")
    }

    static func unknown(person: PersonID) -> Fault {
        Fault(
            .notFound, code: "person.unknown", message: "公開中の結果に、この番号の人はいません。",
            fix:
                "人の番号（P-…）を「renkei review list --json」や「renkei review changes」で確かめてください。ファイルの行からは「renkei explain row」で分かります。"
        )
    }
}

// MARK: - Whom they are about

extension ServiceStore {
    /// Whom what was said is about in the publication in service.
    package func consentsInForce(at: Date) throws -> ConsentsInForce {
        try exclusively { try consentsInForce(at: at, in: $0) }
    }

    func consentsInForce(at: Date, in database: Database) throws -> ConsentsInForce {
        ConsentsInForce(
            try consents(in: database, withRecords: false), reach: try consentReach(in: database),
            on: Day(inJapanAt: at))
    }

    func consentReach(in database: Database) throws -> [Int: Set<PersonID>] {
        var reach: [Int: Set<PersonID>] = [:]
        try database.statement("SELECT consent, person FROM consent_reach").rows {
            reach[$0.int(0), default: []].insert(PersonID($0.text(1)))
        }
        return reach
    }

    /// Whom what was said is about from now on: who came tonight, or, where no record of theirs did, who it was before.
    ///
    /// - Parameter run: the night's; of what was said while it ran, it tells who has the records now.
    func renewConsentReach(
        _ tonight: [Int: Set<PersonID>], aliases: [PersonID: PersonID], in run: RunStore,
        _ database: Database
    ) throws {
        let before = try consentReach(in: database)
        let said = before.keys.contains { tonight[$0] == nil } ? try consentRecords(in: database) : [:]
        try database.execute("DELETE FROM consent_reach")
        for consent in Set(before.keys).union(tonight.keys) {
            let keys = Set((said[consent] ?? []).map(\.key))
            let owners = tonight[consent] == nil ? try run.owners(ofRecords: keys) : []
            let persons =
                tonight[consent]
                ?? (owners.isEmpty ? Set((before[consent] ?? []).map { aliases[$0] ?? $0 }) : owners)
            for person in persons.sorted() {
                try database.statement("INSERT INTO consent_reach VALUES (?, ?)").run(
                    consent, person.rawValue)
            }
        }
    }
}
