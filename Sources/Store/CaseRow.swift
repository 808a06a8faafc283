internal import Domain
internal import Foundation

/// A row of `cases`.
struct CaseRow {
    let id: CaseID
    let person: PersonID
    let state: CaseState
    var isProtected: Bool
    /// Whether a person did anything with it; the night alone never makes it more than a candidate.
    let isTouched: Bool
    let work: CaseWork
    /// Counts the steps; who changes the case names the one they saw.
    let version: Int
    let holderName: String?
    /// `nil` of an open case.
    let endedOn: Day?

    private static let columns = """
        id, person, state, protected,
        EXISTS(
            SELECT 1 FROM case_event WHERE case_id = cases.id AND actor <> '\(Docket.actor)' AND rule IS NULL),
        holder, offered_to, due_on, closing, quiet_until, version, end_reason,
        (SELECT display_name FROM user WHERE user.id = holder),
        CASE WHEN state NOT IN (\(OpenQueue.Kind.open.states)) THEN
            coalesce(
                (SELECT max(at) FROM case_event WHERE case_id = cases.id
                    AND change ->> '$.before.state' <> change ->> '$.after.state'),
                (SELECT max(at) FROM case_event WHERE case_id = cases.id)) END
        """

    static func one(_ id: CaseID, in database: Database) throws -> CaseRow? {
        try database.statement("SELECT \(columns) FROM cases WHERE id = ?").first(
            id.rawValue, read: CaseRow.init)
    }

    /// Every case, in no order.
    ///
    /// - Parameter kind: whether they are open, or were ended by people.
    static func all(_ kind: OpenQueue.Kind, in database: Database) throws -> [CaseRow] {
        var rows: [CaseRow] = []
        let cases = kind == .open ? "queue AS cases" : "cases WHERE state IN (\(kind.states))"
        try database.statement("SELECT \(columns) FROM \(cases)").rows { rows.append(try CaseRow($0)) }
        return rows
    }

    private init(_ row: Statement) throws {
        guard let state = CaseState(rawValue: row.text(2)) else { throw ByteReader.damaged }
        id = CaseID(row.text(0))
        person = PersonID(row.text(1))
        self.state = state
        isProtected = row.bool(3)
        isTouched = row.bool(4)
        var work = CaseWork(state: state)
        work.holder = row.optionalText(5).map(UserID.init(rawValue:))
        work.offeredTo = row.optionalText(6).map(UserID.init(rawValue:))
        work.due = row.optionalInt(7).map(Day.init(number:))
        work.closing = try row.optionalText(8).map { try decoded(CaseWork.Closing.self, $0) }
        work.quietUntil = row.optionalInt(9).map(Day.init(number:))
        work.endReason = try row.optionalText(11).map { word in
            guard let reason = NotApplicableReason(rawValue: word) else { throw ByteReader.damaged }
            return reason
        }
        self.work = work
        version = row.int(10)
        holderName = row.optionalText(12)
        endedOn = state.isOpen ? nil : row.optionalInt(13).map { Day(inJapanAt: Date(milliseconds: $0)) }
    }
}
