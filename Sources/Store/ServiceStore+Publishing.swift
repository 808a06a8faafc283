internal import Audit
package import Domain
package import Foundation

extension ServiceStore {
    package func currentPublication() throws -> PublicationInfo? {
        try glancing { try currentPublication(in: $0) }
    }

    /// Puts a finished run into service: pointer, cases, their events and the audit event, in one transaction.
    ///
    /// Nothing changes when the current publication is of the same run and folder; another folder of the same run
    /// replaces one that was lost.
    /// - Throws: `Fault` of kind `.gate` where the run's folder is not finished; what was in service stays in service.
    package func publish(_ publication: NewPublication, at: Date) throws -> CaseCounts {
        // Before others have to wait for it.
        let prepared = try exclusively { database -> (known: KnownTonight, flags: [KeptFlag])? in
            guard try !isCurrent(publication, in: database) else { return nil }
            let run = try RunStore.open(folder: runsFolder + "/" + publication.folder, keys: keys)
            let known = try newlyKnown(in: run, publication, database)
            return (known, try dated(publication.flags, besides: known, in: run, database))
        }
        return try transaction { database in
            if try isCurrent(publication, in: database),
                let current = try currentPublication(in: database)
            {
                return current.summary.cases
            }
            guard let (known, flags) = prepared else {
                throw Fault(
                    .conflict, code: "publish.changed", message: "公開中の実行が、公開の途中で変わりました。",
                    fix: "もう一度「renkei run」を実行してください。")
            }
            let run = try RunStore.open(folder: runsFolder + "/" + publication.folder, keys: keys)
            try keep(known, in: database)
            var summary = publication.summary
            summary.lastRectification = publication.lastRectification
            summary.rectificationsReadAt = publication.rectificationsReadAt?.milliseconds
            var docket = Docket(
                database: database, keys: keys, asOf: summary.asOf, at: at.milliseconds,
                standing: { person in
                    let told = publication.standings[person]?.isProtected ?? false
                    guard let kept = try run.standing(of: person) else { return told ? true : nil }
                    return told || kept.isProtected
                })
            let ground = try GroundWatch(
                tonight: run, before: before(publication, in: database),
                merged: { absorbed in
                    try database.statement("SELECT survivor FROM person_merge WHERE absorbed = ?").first(
                        absorbed.rawValue
                    ) { PersonID($0.text(0)) }
                }, outgrown: publication.outgrown)
            ground.unplaced = Set(summary.extracts.filter { $0.unplaced ?? 0 > 0 }.map(\.source))
            docket.ground = ground
            try docket.follow(publication.aliases, undecided: publication.undecided)
            try docket.giveBack(publication.regained, undecided: publication.undecided)
            try renewConsentReach(
                publication.consentReach, aliases: publication.aliases, in: run, database)
            // Also of what was said while the night ran.
            let byHand = try docket.rules(of: CaseOpening.purpose, among: [:]).filter(\.isByHand)
            let wishes = try consentsInForce(at: at, in: database).refused
            let refused = wishes.mapValues { purposes in
                purposes.reduce(into: Set<RuleID>()) {
                    $0.formUnion(publication.rules[$1] ?? [])
                    if $1 == CaseOpening.purpose { $0.formUnion(byHand) }
                }
            }
            ground.refused = Set(refused.keys)
            var undecided = publication.undecided
            try dropOldDrafts(at: at, in: database)
            try docket.dropDrafts(
                about: Set(wishes.filter { $0.value.contains(CaseOpening.purpose) }.keys))
            for (person, rules) in refused.sorted(by: { $0.key < $1.key }) {
                try docket.stop(person, rules: rules)
                undecided[person]?.subtract(rules)
            }
            let before = try openCases(in: database)
            summary.cases = try docket.update(
                with: flags.filter { refused[$0.flag.person]?.contains($0.flag.rule) != true },
                undecided: undecided)
            let opened = try openCases(in: database)
            // What was refused while the night ran, it read of the households too.
            let heeded = publication.consentReach.values.reduce(into: Set<PersonID>()) { $0.formUnion($1) }
            for (person, rules) in refused.sorted(by: { $0.key < $1.key }) where !heeded.contains(person) {
                guard let late = try run.person(person) else { continue }
                try docket.remove(
                    flagsRestingOn: run.places(ofRecords: Set(run.keptRecords(of: late).map(\.key))).rows,
                    about: [person],
                    of: rules, why: Docket.notUsed)
            }
            // Of rows that were corrected while the night ran; it read them as they came.
            let late = try rectifiedRows(after: publication.lastRectification ?? .max, in: database)
            let old = late.isEmpty ? nil : try self.before(publication, in: database)
            for row in late {
                let (said, persons) = try old?.said(at: row) ?? ([], [])
                _ = try docket.retract(flagsRestingOn: row, said: said, of: persons)
            }
            try summary.cases.recount(before: before, opened: opened, now: openCases(in: database))
            try lapse(publication.lapsed, at: at, in: database)

            try database.statement(
                "INSERT INTO publication(run, published_at, folder, summary) VALUES (?, ?, ?, ?)"
            ).run(summary.run.rawValue, at.milliseconds, publication.folder, try json(summary))
            try database.execute(
                """
                INSERT INTO current_publication VALUES (1, last_insert_rowid())
                ON CONFLICT DO UPDATE SET sequence = excluded.sequence
                """)
            // Who keeps an order of the queue makes another for another publication.
            try database.execute(
                "DELETE FROM queue_change WHERE number < (SELECT max(number) FROM queue_change)")
            try appendAcceptances(of: summary, at: at, in: database)
            var event = AuditEvent(.runPublish, actor: "system:nightly", at: at.milliseconds)
            event.counts = [
                "flags": publication.flags.count, "new": summary.cases.new, "open": summary.cases.open,
                "withdrawn": summary.cases.withdrawn,
            ]
            event.references = [
                "run": summary.run.rawValue, "hash": summary.publicationHash, "build": run.build,
            ]
            try append(event, in: database)
            try signCheckpoint(at: at, in: database)
            return summary.cases
        }
    }

    /// The run that was in service until now, as far as it is still there.
    private func before(_ publication: NewPublication, in database: Database) throws -> RunStore? {
        guard let current = try currentPublication(in: database), current.folder != publication.folder
        else { return nil }
        // One that is lost or damaged keeps no night from publishing.
        return try? RunStore.open(published: current, in: runsFolder, keys: keys)
    }

    private func openCases(in database: Database) throws -> Set<String> {
        var open: Set<String> = []
        try database.statement("SELECT id FROM queue").rows { open.insert($0.text(0)) }
        return open
    }

    private func isCurrent(_ publication: NewPublication, in database: Database) throws -> Bool {
        let current = try currentPublication(in: database)
        return current?.run == publication.summary.run && current?.folder == publication.folder
    }

    /// Says in the trail that a night begins, and with which files: one that cannot say so does not begin.
    ///
    /// - Parameter extracts: SHA-256 by file name.
    package func recordStart(run: RunID, extracts: [String: String], at: Date) throws {
        var event = AuditEvent(.runStart, actor: "system:nightly", at: at.milliseconds)
        event.references = extracts.merging(["run": run.rawValue]) { $1 }
        event.counts = ["extracts": extracts.count]
        try transaction { try append(event, in: $0) }
    }

    /// Who let the night through, and why.
    private func appendAcceptances(of summary: RunSummary, at: Date, in database: Database) throws {
        for gate in summary.gates where !gate.passed {
            guard let acceptance = gate.acceptance else { continue }
            var event = AuditEvent(.gateAccept, actor: acceptance.actor, at: at.milliseconds)
            event.references = [
                "run": summary.run.rawValue, "gate": gate.gate, "reason": acceptance.reason,
            ]
            try append(event, in: database)
        }
    }

    /// The folders of all publications there ever were, the newest publication's first; each once.
    package func publishedFolders() throws -> [String] {
        try exclusively { database in
            var folders: [String] = []
            try database.statement(
                "SELECT folder FROM publication GROUP BY folder ORDER BY max(sequence) DESC"
            ).rows { folders.append($0.text(0)) }
            return folders
        }
    }

    /// How many flags of open cases stand, by rule, because the rule is undecided for the person tonight.
    ///
    /// - Parameters:
    ///   - undecided: rules that could not be applied tonight, by person.
    ///   - flags: tonight's flags; a rule that found the person again does not count.
    ///   - aliases: absorbed person → surviving person, for cases that have not moved yet.
    package func standingFlags(
        undecided: [PersonID: Set<RuleID>], besides flags: [Flag], aliases: [PersonID: PersonID]
    ) throws -> [RuleID: Int] {
        guard !undecided.isEmpty else { return [:] }
        let found = Dictionary(grouping: flags, by: \.person).mapValues { Set($0.map(\.rule)) }
        return try exclusively { database in
            // Two cases of people who are one now become one.
            var standing: [RuleID: Set<PersonID>] = [:]
            try database.statement(
                "SELECT q.person, f.rule FROM queue q JOIN case_flag f ON f.case_id = q.id WHERE NOT f.is_gone"
            ).rows { row in
                let (kept, rule) = (PersonID(row.text(0)), RuleID(row.text(1)))
                let person = aliases[kept] ?? kept
                guard undecided[person]?.contains(rule) == true, found[person]?.contains(rule) != true
                else { return }
                standing[rule, default: []].insert(person)
            }
            return standing.mapValues(\.count)
        }
    }

    /// - Parameter message: Japanese, without personal values.
    package func recordFailedRun(run: RunID, message: String, at: Date) throws {
        try transaction { database in
            try database.statement("INSERT INTO failed_run(run, at, message) VALUES (?, ?, ?)").run(
                run.rawValue, at.milliseconds, message)
            var event = AuditEvent(.runFail, actor: "system:nightly", at: at.milliseconds)
            event.references = ["run": run.rawValue]
            try append(event, in: database)
        }
    }

    /// What failed since is mended: the inputs are again those of the publication in service.
    package func forgetFailures() throws {
        try transaction { try $0.execute("DELETE FROM failed_run") }
    }

    /// The last failed run, if it is newer than the publication in service.
    package func lastFailure() throws -> FailedRun? {
        try exclusively { database in
            let last = try database.statement(
                "SELECT run, at, message FROM failed_run ORDER BY id DESC LIMIT 1"
            ).first {
                FailedRun(run: RunID($0.text(0)), at: Date(milliseconds: $0.int(1)), message: $0.text(2))
            }
            guard let last, let current = try currentPublication(in: database) else { return last }
            return last.at > current.publishedAt ? last : nil
        }
    }

    /// When the last night began that neither published nor failed: it still runs, or was killed; `nil`: there is none.
    package func unfinishedNight() throws -> Date? {
        try exclusively { database in
            try database.statement(
                """
                SELECT event FROM audit_event WHERE \(Self.member("what")) IN ('run.start', 'run.publish', 'run.fail')
                ORDER BY sequence DESC LIMIT 1
                """
            ).first { RecordedEvent(canonical: $0.blob(0)) }.flatMap(\.self).flatMap {
                $0.what == AuditEvent.What.runStart.rawValue ? Date(milliseconds: $0.at) : nil
            }
        }
    }

    func currentPublication(in database: Database) throws -> PublicationInfo? {
        let isKnown = try database.statement(
            """
            SELECT 1 FROM current_publication c JOIN publication p ON p.sequence = c.sequence
            WHERE p.sequence = ? AND p.published_at = ? AND p.folder = ?
            """
        ).first(known?.sequence ?? 0, known?.publishedAt.milliseconds ?? 0, known?.folder ?? "") { _ in true }
        if isKnown == true { return known }
        known = try publication(
            """
            SELECT p.sequence, p.published_at, p.folder, p.summary
            FROM current_publication c JOIN publication p ON p.sequence = c.sequence WHERE c.sequence > ?
            """, 0, in: database)
        return known
    }

    /// - Parameter sql: of sequence, moment, folder and summary, with one value to be bound.
    func publication(_ sql: String, _ value: Int, in database: Database) throws -> PublicationInfo? {
        try database.statement(sql).first(value) { row in
            let summary = try decoded(RunSummary.self, row.text(3))
            return PublicationInfo(
                sequence: row.int(0), run: summary.run, asOf: summary.asOf,
                publishedAt: Date(milliseconds: row.int(1)), summary: summary, folder: row.text(2))
        }
    }
}

/// Sorted keys, so that equal values are equal text.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch { throw ByteReader.damaged }
}

extension CaseCounts {
    /// Takes out what was opened and taken back in the same night, and counts what else was taken back.
    ///
    /// - Parameters: ids of the open cases: before the night's flags, with them, and after what changed meanwhile was taken back.
    fileprivate mutating func recount(before: Set<String>, opened: Set<String>, now: Set<String>) {
        let gone = opened.subtracting(now)
        new -= gone.subtracting(before).count
        withdrawn += gone.intersection(before).count
        open = now.count
    }
}
