internal import Domain

/// A flag of a case with its place in the case's life.
struct CaseFlag {
    let flag: Flag
    /// The day of the data that raised it, after it was gone anew.
    let raisedOn: Day
    /// Raised before, not by the publication in service.
    let isGone: Bool

    static func all(of id: CaseID, in database: Database) throws -> [CaseFlag] {
        var flags: [CaseFlag] = []
        try database.statement(
            "SELECT flag, raised_on, is_gone FROM case_flag WHERE case_id = ? ORDER BY rule"
        )
        .rows(id.rawValue) { flags.append(try CaseFlag($0)) }
        return flags
    }

    /// Of every case of the kind, outlined.
    static func outlines(_ kind: OpenQueue.Kind, in database: Database) throws -> [CaseID: [FlagOutline]] {
        var outlines: [CaseID: [FlagOutline]] = [:]
        try database.statement(
            """
            SELECT flag, raised_on, is_gone, case_id FROM case_flag
            WHERE case_id IN (SELECT id FROM cases WHERE state IN (\(kind.states))) ORDER BY case_id, rule
            """
        ).rows { outlines[CaseID($0.text(3)), default: []].append(try FlagOutline($0)) }
        return outlines
    }

    private init(_ row: Statement) throws {
        flag = try decoded(Flag.self, row.text(0))
        raisedOn = Day(number: row.int(1))
        isGone = row.bool(2)
    }
}

/// A case as it would be if the flags that a reader may not see did not exist.
///
/// State, order, age and presence follow from nothing else: a flag that is withheld changes no byte of an answer.
struct CaseSight {
    let state: CaseState
    let urgency: Urgency
    /// Sorted.
    let difficulties: [Difficulty]
    /// How many of its flags share no difficulty with each other.
    let independent: Int
    let since: Day
    let openedOn: Day
    /// Rules whose flags the reader may see or could see before.
    let rules: Set<RuleID>
    /// Rules whose flags stand, of those; sorted.
    let standing: [RuleID]

    /// `nil` where the reader may see none of its flags, whether there are any or not.
    init?(_ row: CaseRow, _ outlines: [FlagOutline], permitted: (ItemCode) -> Bool) {
        let seen = outlines.compactMap { outline in outline.seen(permitted).map { (outline, $0.since) } }
        let current = seen.filter { !$0.0.isGone }
        let counted = current.isEmpty ? seen : current
        guard let urgency = counted.map(\.0.urgency).min(), let since = counted.map(\.1).min(),
            let openedOn = (row.isTouched ? seen : counted).map(\.0.raisedOn).min()
        else { return nil }
        state = row.isTouched ? row.state : current.isEmpty ? .withdrawn : .candidate
        self.urgency = urgency
        self.since = since
        self.openedOn = openedOn
        difficulties = Set(counted.flatMap(\.0.difficulties)).sorted()
        independent = Difficulty.independent(counted.map(\.0.difficulties).filter { !$0.isEmpty })
        rules = Set(seen.map(\.0.rule))
        standing = current.map(\.0.rule).sorted()
    }

    /// Place in the queue's order: by urgency, then by independent kinds of difficulty, then by age.
    func cursor(of id: CaseID) -> CaseCursor {
        CaseCursor(urgency: urgency.rank, rank: -independent, since: since.number, id: id)
    }
}
