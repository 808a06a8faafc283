internal import Audit
package import Domain
package import Foundation

/// What people recorded besides cases: answers about children who were drawn, and what became of offered programmes.
extension ServiceStore {
    /// A kind of such records in its table.
    private struct OwnRecords {
        let item: ItemCode
        let table: String
        /// Number, time and person of each, by number.
        let sql: String

        static let all = [
            OwnRecords(
                item: .spotChecks, table: "spot_check_answer",
                sql: """
                    SELECT a.id, a.at, c.person FROM spot_check_answer a JOIN spot_check c ON c.id = a.spot_check
                    ORDER BY a.id
                    """),
            OwnRecords(
                item: .supportOutcomes, table: "support_outcome",
                sql: "SELECT id, at, person FROM support_outcome ORDER BY id"),
        ]
    }

    /// Records past the period of their item, by item; none of an item without a period.
    func ownRecords(
        _ periods: RetentionPeriods, in database: Database
    ) throws -> [ItemCode: (table: String, rows: [(id: Int, person: String)])] {
        var past: [ItemCode: (table: String, rows: [(id: Int, person: String)])] = [:]
        for kind in OwnRecords.all where periods.years[kind.item] != nil {
            past[kind.item] = (kind.table, [])
            try database.statement(kind.sql).rows { row in
                let day = Day(inJapanAt: Date(milliseconds: row.int(1)))
                if periods.isOver(kind.item, since: day) {
                    past[kind.item]?.rows.append((row.int(0), row.text(2)))
                }
            }
        }
        return past
    }

    /// Deletes such records, and who was drawn so long ago, by a list that two persons approved.
    ///
    /// - Parameters:
    ///   - periods: counted on the list's day: nothing is past them that was not on it.
    ///   - hash: of the list.
    ///   - unanswered: whether it counted who was drawn and never answered about.
    /// - Returns: how many; `foldErasures` takes them out of the database's log.
    package func eraseOwnRecords(
        _ periods: RetentionPeriods, approved hash: String, unanswered: Bool, at: Date
    ) throws -> Int {
        try transaction { database in
            var counts: [String: Int] = [:]
            let past = try ownRecords(periods, in: database)
            let draws = try pastDraws(periods, in: database)
            let drawn = draws.answered + (unanswered ? draws.unanswered : [])
            guard past.values.contains(where: { !$0.rows.isEmpty }) || !drawn.isEmpty else { return 0 }
            for (item, found) in past.sorted(by: { $0.key < $1.key }) where !found.rows.isEmpty {
                try database.statement("INSERT INTO retention_past VALUES (?, ?, ?, ?)").run(
                    found.table, found.rows.map(\.id).max() ?? 0, hash, at.milliseconds)
                for row in found.rows {
                    try database.statement("DELETE FROM \(found.table) WHERE id = ?").run(row.id)
                }
                counts[item.rawValue] = found.rows.count
            }
            for id in drawn {
                try database.statement("INSERT INTO retention_past VALUES ('spot_check', ?, ?, ?)").run(
                    id, hash, at.milliseconds)
                // Who was answered about later than that stays with the answer.
                try database.statement(
                    """
                    DELETE FROM spot_check WHERE id = ?1
                        AND NOT EXISTS (SELECT 1 FROM spot_check_answer WHERE spot_check = ?1)
                    """
                ).run(id)
            }
            counts["drawn"] = drawn.isEmpty ? nil : drawn.count
            var event = AuditEvent(.retentionErase, actor: "system:nightly", at: at.milliseconds)
            event.counts = counts
            event.references = ["retention": hash, "day": periods.day.description]
            try append(event, in: database)
            try noteErasure(in: database)
            return counts.values.reduce(0, +)
        }
    }

    /// How many of them, with the draws that nobody answered about, are past the periods of a night and not past those of the list that
    /// it follows.
    /// - Parameter isCounting: whether that list counted draws; one that did not takes none.
    package func ownRecords(
        past tonight: RetentionPeriods, besides approved: RetentionPeriods, drawsOfApproved isCounting: Bool
    ) throws -> Int {
        try exclusively { database in
            func count(_ periods: RetentionPeriods, draws: Bool) throws -> Int {
                try ownRecords(periods, in: database).values.reduce(0) { $0 + $1.rows.count }
                    + (draws ? pastDraws(periods, in: database).unanswered.count : 0)
            }
            return try max(count(tonight, draws: true) - count(approved, draws: isCounting), 0)
        }
    }

    /// Who was drawn in a month that is past the period, and of whom no later answer is kept: those who had answers, and those who never
    /// had one.
    func pastDraws(
        _ periods: RetentionPeriods, in database: Database
    ) throws -> (answered: [Int], unanswered: [Int]) {
        let past = try ownRecords(periods, in: database)[.spotChecks]?.rows.map(\.id) ?? []
        var drawn: (answered: [Int], unanswered: [Int]) = ([], [])
        try database.statement(
            """
            SELECT id, month, EXISTS (SELECT 1 FROM spot_check_answer WHERE spot_check = c.id) FROM spot_check c
            WHERE NOT EXISTS (
                SELECT 1 FROM spot_check_answer WHERE spot_check = c.id
                    AND id NOT IN (SELECT value FROM json_each(?))) ORDER BY id
            """
        ).rows(try json(past)) { row in
            guard let first = Day(iso: row.text(1) + "-01"),
                periods.isOver(.spotChecks, since: first.adding(months: 1))
            else { return }
            if row.bool(2) { drawn.answered.append(row.int(0)) } else { drawn.unanswered.append(row.int(0)) }
        }
        return drawn
    }
}
