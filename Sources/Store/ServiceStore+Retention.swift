internal import Audit
package import Domain
package import Foundation
package import Policy

/// A list that somebody proposed, and who approved it.
package struct KeptRetention: Sendable {
    /// Of the list, as JSON: what is approved is what was seen.
    package let hash: String
    package let list: RetentionList
    package let proposer: String
    package let proposedAt: Date
    /// `nil`: it waits for another person.
    package let approver: String?
    package let approvedAt: Date?
}

/// What a list of the expired counts; ids of cases, no persons.
package struct PastTheirPeriod: Sendable {
    package let facts: [ItemCode: (facts: Int, persons: Int)]
    package let run: RunID
    package let endedCases: [CaseID]
    /// Children who were drawn so long ago and never answered about.
    package let unansweredDraws: Int
    package let folders: Int
}

extension ServiceStore {
    /// What is past its period on the periods' day; reads every fact of the publication in service, and tells counts.
    ///
    /// - Parameter decision: about `action`.
    /// - Throws: `Fault`: `.denied`; nothing is published.
    package func retentionCounts(
        _ periods: RetentionPeriods, actor: Actor, action: Action, decision: Decision, at: Date
    ) throws -> PastTheirPeriod {
        // Every fact of the run is read: outside of the transaction that writes, so that nobody's answer waits for it.
        let found = try decision.grant == nil ? nil : exclusively { try pastTheirPeriod(periods, in: $0) }
        return try recording(.retentionList, action, actor, decision, at) { _, event in
            guard let found else { throw Self.nothingPublished }
            event.counts = [
                "facts": found.facts.values.reduce(0) { $0 + $1.facts }, "cases": found.endedCases.count,
                "drawn": found.unansweredDraws,
            ]
            event.references = ["run": found.run.rawValue, "day": periods.day.description]
            return found
        }
    }

    /// `nil`: nothing is published.
    private func pastTheirPeriod(
        _ periods: RetentionPeriods, in database: Database
    ) throws -> PastTheirPeriod? {
        guard let publication = try currentPublication(in: database) else { return nil }
        var folders = 0
        try database.statement("SELECT DISTINCT folder FROM publication WHERE folder <> ?").rows(
            publication.folder
        ) { row in
            if access(runsFolder + "/" + row.text(0), F_OK) == 0 { folders += 1 }
        }
        let facts = try run(of: publication).expired(periods).merging(
            try ownRecords(periods, in: database).mapValues {
                (facts: $0.rows.count, persons: Set($0.rows.map(\.person)).count)
            }
        ) { $1 }
        return PastTheirPeriod(
            facts: facts, run: publication.run, endedCases: try endedCases(periods, in: database).map(\.id),
            unansweredDraws: try pastDraws(periods, in: database).unanswered.count, folders: folders)
    }

    /// Keeps a list for another person to approve.
    ///
    /// - Parameter decision: about `Action.propose`.
    package func propose(
        retention list: RetentionList, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws {
        let (text, hash) = (try json(list), try list.hash)
        try recording(
            .retentionPropose, .propose, actor, decision, at, ["retention": hash, "reason": reason]
        ) { database, _ in
            let isKnown = try database.statement("SELECT 1 FROM retention WHERE hash = ?").first(hash) { _ in
                true
            }
            guard isKnown == nil else {
                throw Fault(
                    .usage, code: "retention.proposed", message: "同じ一覧の案は、もう出ています。",
                    fix: "別の人が「renkei retention approve \(hash.prefix(12))」で承認してください。")
            }
            try database.statement("INSERT INTO retention VALUES (?, ?, ?, ?, ?)").run(
                hash, text, actor.description, at.milliseconds, reason)
        }
    }

    /// Approves a proposed list: from the next night on it is followed.
    ///
    /// - Parameters:
    ///   - prefix: at least twelve characters of its hash.
    ///   - decision: about `Action.approve`.
    /// - Throws: `Fault`: `.denied`; `retention.unproposed`, `retention.own`, `retention.approved`.
    package func approve(
        retention prefix: String, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptRetention {
        try recording(.retentionApprove, .approve, actor, decision, at, ["reason": reason]) {
            database, event in
            let all = try retentions(in: database)
            guard prefix.count >= 12, let kept = all.first(where: { $0.hash.hasPrefix(prefix) }) else {
                throw Fault(
                    .notFound, code: "retention.unproposed", message: "その番号の一覧は、案として出ていません。",
                    fix: "「renkei retention propose」が示した番号を、12文字以上書いてください。")
            }
            event.references["retention"] = kept.hash
            guard kept.approver == nil else {
                throw Fault(
                    .usage, code: "retention.approved", message: "この一覧は、もう承認されています。",
                    fix: "新しい一覧は「renkei retention list」で確かめてください。")
            }
            guard kept.proposer != actor.description else {
                throw Fault(
                    .denied, code: "retention.own", message: "自分の出した案は、承認できません。",
                    fix: "別の、役割のある人が承認してください。")
            }
            try database.statement(
                "INSERT INTO retention_approval(retention, actor, at, reason) VALUES (?, ?, ?, ?)"
            ).run(
                kept.hash, actor.description, at.milliseconds, reason)
            return try retentions(in: database).first { $0.hash == kept.hash } ?? kept
        }
    }

    /// The list that was approved last; `nil`: nothing may be deleted.
    package func approvedRetention() throws -> KeptRetention? {
        try exclusively { try retentions(in: $0) }.last { $0.approvedAt != nil }
    }

    /// How many ended cases are past their period, besides those of the approved list.
    package func endedCases(_ periods: RetentionPeriods, besides listed: Set<CaseID>) throws -> Int {
        try exclusively { try endedCases(periods, in: $0) }.count { !listed.contains($0.id) }
    }

    /// Takes notes and person from the ended cases that were `listed` and are past their period still; of each a tombstone stays,
    /// with counts.
    ///
    /// - Returns: how many; `foldErasures` takes them out of the database's log.
    package func eraseEndedCases(
        _ periods: RetentionPeriods, listed: Set<CaseID>, approved hash: String, at: Date
    ) throws -> Int {
        try transaction { database in
            let ended = try endedCases(periods, in: database).filter { listed.contains($0.id) }
            guard !ended.isEmpty else { return 0 }
            for (id, day) in ended {
                try database.statement(
                    """
                    INSERT INTO case_tombstone SELECT id, state, ?2,
                        (SELECT count(*) FROM case_event WHERE case_id = ?1),
                        (SELECT count(*) FROM case_flag WHERE case_id = ?1), ?3, ?4 FROM cases WHERE id = ?1
                    """
                ).run(id.rawValue, day.number, hash, at.milliseconds)
                for table in ["case_event", "case_flag", "case_draft"] {
                    try database.statement("DELETE FROM \(table) WHERE case_id = ?").run(id.rawValue)
                }
                try database.statement("DELETE FROM case_joined WHERE case_id = ?1 OR kept = ?1").run(
                    id.rawValue)
                // Nobody has such an id.
                try database.statement(
                    """
                    UPDATE cases SET person = 'erased:' || id, founder = 'erased:' || id, holder = NULL,
                        offered_to = NULL, due_on = NULL, closing = NULL, quiet_until = NULL, end_reason = NULL, protected = 0 WHERE id = ?
                    """
                ).run(id.rawValue)
            }
            var event = AuditEvent(.retentionErase, actor: "system:nightly", at: at.milliseconds)
            event.counts = ["cases": ended.count]
            event.references = ["retention": hash, "day": periods.day.description]
            try append(event, in: database)
            try noteErasure(in: database)
            return ended.count
        }
    }

    /// Folders of publications that came into service before `date`, but for the one in service.
    package func foldersReplaced(publishedBefore date: Date) throws -> [String] {
        try exclusively { database in
            var folders: [String] = []
            try database.statement(
                """
                SELECT folder FROM publication GROUP BY folder HAVING max(published_at) < ?
                    AND folder <> (SELECT p.folder FROM publication p JOIN current_publication c ON c.sequence = p.sequence)
                ORDER BY folder
                """
            ).rows(date.milliseconds) { folders.append($0.text(0)) }
            return folders
        }
    }
}

extension ServiceStore {
    /// In the order of their approval, after those that wait.
    private func retentions(in database: Database) throws -> [KeptRetention] {
        var all: [KeptRetention] = []
        try database.statement(
            """
            SELECT r.hash, r.list, r.actor, r.at, a.actor, a.at FROM retention r
            LEFT JOIN retention_approval a ON a.retention = r.hash ORDER BY a.id, r.hash
            """
        ).rows { row in
            all.append(
                KeptRetention(
                    hash: row.text(0), list: try decoded(RetentionList.self, row.text(1)),
                    proposer: row.text(2), proposedAt: Date(milliseconds: row.int(3)),
                    approver: row.optionalText(4),
                    approvedAt: row.optionalInt(5).map(Date.init(milliseconds:))))
        }
        return all
    }

    /// Cases that are in no queue, with the day of the last thing that was done with them.
    private func endedCases(
        _ periods: RetentionPeriods, in database: Database
    ) throws -> [(id: CaseID, ended: Day)] {
        var ended: [(id: CaseID, ended: Day)] = []
        try database.statement(
            """
            SELECT c.id, max(e.at) FROM cases c JOIN case_event e ON e.case_id = c.id
            WHERE c.id NOT IN (SELECT id FROM queue) GROUP BY c.id ORDER BY c.id
            """
        ).rows { row in
            let day = Day(inJapanAt: Date(milliseconds: row.int(1)))
            if periods.isOver(caseEndedOn: day) { ended.append((CaseID(row.text(0)), day)) }
        }
        return ended
    }
}

extension RetentionList {
    /// What two persons agree on: of the whole list, with its day and counts.
    package var hash: String {
        get throws { Digest.sha256(Array(try json(self).utf8)) }
    }
}

extension RunStore {
    /// Facts past their period, and of how many persons, by item.
    fileprivate func expired(_ periods: RetentionPeriods) throws -> [ItemCode: (facts: Int, persons: Int)] {
        var counts: [ItemCode: Int] = [:]
        var persons: [ItemCode: Set<String>] = [:]
        try facts.statement(
            """
            SELECT r.facts, d.as_of, s.pseudonym FROM record r JOIN file d ON d.id = r.file
            LEFT JOIN subject s ON s.entity = r.entity
            """
        ).rows { row in
            let asOf = row.optionalInt(1).map(Day.init(number:))
            for (_, _, fact) in try words.unpack(row.blob(0), permitted: { periods.years[$0] != nil })
            where periods.isOver(fact, asOf: asOf) {
                counts[fact.item, default: 0] += 1
                if let person = row.optionalText(2) { persons[fact.item, default: []].insert(person) }
            }
        }
        return counts.reduce(into: [:]) { $0[$1.key] = ($1.value, persons[$1.key]?.count ?? 0) }
    }
}
