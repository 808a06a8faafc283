internal import Domain

/// A row of `cases`.
struct CaseRow {
    let id: CaseID
    let person: PersonID
    let state: CaseState
    let urgency: Urgency
    let difficulties: Int
    let since: Int
    let openedOn: Int
    let isProtected: Bool

    var cursor: CaseCursor { CaseCursor(urgency: urgency.rank, rank: -difficulties, since: since, id: id) }

    private static let columns = "id, person, state, urgency, difficulties, since, opened_on, protected"

    static func one(_ id: CaseID, in database: Database) throws -> CaseRow? {
        try database.statement("SELECT \(columns) FROM cases WHERE id = ?").first(
            id.rawValue, read: CaseRow.init)
    }

    /// The next open cases in the queue's order. The text is fixed, so that it stays on the index `cases_queue`.
    static let pageSQL = """
        SELECT \(columns) FROM queue
        WHERE (urgency, -difficulties, since, id) > (?, ?, ?, ?) AND ((protected AND ?) OR (NOT protected AND ?))
        ORDER BY urgency, -difficulties, since, id LIMIT ?
        """

    static func page(
        after: CaseCursor?, limit: Int, protected: Bool, others: Bool, in database: Database
    ) throws -> [CaseRow] {
        let start = after ?? CaseCursor(urgency: -1, rank: 0, since: 0, id: "")
        var rows: [CaseRow] = []
        try database.statement(pageSQL).rows(
            start.urgency, start.rank, start.since, start.id.rawValue, protected, others, limit
        ) { rows.append(try CaseRow($0)) }
        return rows
    }

    /// The text is fixed, so that it stays on the index `cases_queue_protected`.
    static let countSQL = "SELECT count(*) FROM queue WHERE protected = ?"

    static func count(protected: Bool, in database: Database) throws -> Int {
        try database.statement(countSQL).first(protected) { $0.int(0) } ?? 0
    }

    private init(_ row: Statement) throws {
        guard let state = CaseState(rawValue: row.text(2)),
            let urgency = Urgency.allCases.first(where: { $0.rank == row.int(3) })
        else { throw ByteReader.damaged }
        id = CaseID(row.text(0))
        person = PersonID(row.text(1))
        self.state = state
        self.urgency = urgency
        difficulties = row.int(4)
        since = row.int(5)
        openedOn = row.int(6)
        isProtected = row.bool(7)
    }
}
