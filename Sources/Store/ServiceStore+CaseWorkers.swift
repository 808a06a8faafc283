package import Domain
package import Policy

/// Who may be given a case.
package struct CaseWorker: Sendable, Hashable {
    package let id: UserID
    package let displayName: String
    package let roles: [RoleID]
    /// What the user is bound to.
    package let scopes: Set<Scope>
}

/// Whether somebody may work on cases of a person of this standing who belongs there; `nil`: nobody knows where.
package typealias MayWork = @Sendable (CaseWorker, PersonStanding, PersonPlace?) -> Bool

extension ServiceStore {
    /// Who may be given cases of such a person: users who are there, in the order of their ids.
    package func workers(
        for person: PersonID, _ standing: PersonStanding, toldBy tellers: [ItemCode: ScopeKind],
        mayWork: MayWork
    ) throws -> [CaseWorker] {
        try exclusively { database in
            let place = try place(of: person, toldBy: tellers, in: database)
            return try workers(in: database).filter { mayWork($0, standing, place) }
        }
    }

    /// Who may be given one or another of some cases, in the order of their ids.
    package func workers(
        forAny persons: [(id: PersonID, standing: PersonStanding)], toldBy tellers: [ItemCode: ScopeKind],
        mayWork: MayWork
    ) throws -> [CaseWorker] {
        try exclusively { database in
            let standings = Set(persons.map(\.standing))
            // Where somebody belongs is looked up for colleagues alone who are bound to a range.
            var places: [PersonPlace?]?
            return try workers(in: database).filter { worker in
                if standings.contains(where: { mayWork(worker, $0, nil) }) { return true }
                guard !worker.scopes.isEmpty else { return false }
                let known = try places ?? persons.map { try place(of: $0.id, toldBy: tellers, in: database) }
                places = known
                return zip(persons, known).contains { mayWork(worker, $0.standing, $1) }
            }
        }
    }

    func place(
        of person: PersonID, toldBy tellers: [ItemCode: ScopeKind], in database: Database
    ) throws -> PersonPlace? {
        try currentPublication(in: database).flatMap {
            try place(of: person, toldBy: tellers, in: run(of: $0), $0)
        }
    }

    func workers(in database: Database) throws -> [CaseWorker] {
        var workers: [CaseWorker] = []
        try database.statement(
            """
            SELECT id, display_name, (SELECT json_group_array(role) FROM user_role WHERE user = id) FROM user
            WHERE removed_at IS NULL ORDER BY id
            """
        ).rows { row in
            workers.append(
                CaseWorker(
                    id: UserID(row.text(0)), displayName: row.text(1),
                    roles: try decoded([RoleID].self, row.text(2)),
                    scopes: try scopes(of: UserID(row.text(0)), in: database)))
        }
        return workers
    }
}
