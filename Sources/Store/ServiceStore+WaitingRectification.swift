internal import Domain
internal import Foundation

extension ServiceStore {
    /// The newest correction of the person's rows that the publication in service knew nothing of, or still uses though it was ended.
    func waitingRectification(
        of person: VaultPerson, in run: RunStore, _ publication: PublicationInfo, _ database: Database
    ) throws -> Int? {
        var waiting: [(id: Int, records: Set<String>)] = []
        try database.statement(
            """
            WITH known(last) AS (
                SELECT coalesce(?1, (SELECT max(id) FROM rectification WHERE at < ?2), 0))
            SELECT r.id, r.records
            FROM known, rectification r JOIN rectification_use u ON u.rectification = r.id
                LEFT JOIN rectification_end e ON e.rectification = r.id
            WHERE u.is_used AND CASE WHEN r.id > last THEN e.at IS NULL ELSE e.at >= coalesce(?3, ?2) END ORDER BY r.id
            """
        ).rows(
            publication.summary.lastRectification, publication.publishedAt.milliseconds,
            publication.summary.rectificationsReadAt
        ) { row in
            let records = row.optionalText(1).map { Set($0.split(separator: " ").map(String.init)) }
            waiting.append((row.int(0), records ?? []))
        }
        guard !waiting.isEmpty else { return nil }
        let own = Set(try run.keptRecords(of: person).map(\.key))
        return waiting.last { !own.isDisjoint(with: $0.records) }?.id
    }
}
