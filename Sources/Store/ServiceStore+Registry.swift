internal import Audit
internal import Domain
package import Foundation
package import Policy
package import Programmes

/// A registry as it was imported, with the programmes of our areas and the table that they are matched by.
package struct KeptRegistry: Sendable, Hashable {
    package let id: Int
    /// Of the areas of `table`, and those whose area is not known.
    package let registry: Registry
    package let table: MatchingTable
    /// Of all areas.
    package let total: Int
    package let actor: String
    package let at: Date
}

extension ServiceStore {
    /// Keeps a registry with the table that matches it; it counts from now on.
    ///
    /// - Parameter decision: about `Action.record` for the programmes' purpose.
    /// - Throws: `Fault` of kind `.denied`.
    package func importRegistry(
        _ registry: Registry, table: MatchingTable, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptRegistry {
        let answer: Result<KeptRegistry, Denial> = try transaction { database in
            var event = try AuditEvent(
                .registryImport, actor: actor, action: .record, decision: decision, at: at)
            event.references = ["sha256": registry.sha256, "asOf": registry.asOf.description]
            event.counts = ["programmes": registry.programmes.count]
            if case .deny(let denial) = decision {
                try append(event, in: database)
                return .failure(denial)
            }
            try database.statement(
                "INSERT INTO registry(source, as_of, attribution, sha256, matching, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            ).run(
                registry.source, registry.asOf.number, registry.attribution, registry.sha256, try json(table),
                actor.description, at.milliseconds)
            let id = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            let insert = try database.statement("INSERT INTO programme VALUES (?, ?, ?, ?, ?)")
            for (place, programme) in registry.programmes.enumerated() {
                try insert.run(id, place, programme.psid, programme.area?.code, try json(programme))
            }
            try append(event, in: database)
            guard let kept = try keptRegistry(in: database) else { throw ByteReader.damaged }
            return .success(kept)
        }
        return try answer.mapError(\.fault).get()
    }

    /// The registry that counts; `nil` before the first import. It names nobody.
    package func registry() throws -> KeptRegistry? { try exclusively { try keptRegistry(in: $0) } }

    func keptRegistry(in database: Database) throws -> KeptRegistry? {
        let id = try database.statement("SELECT max(id) FROM registry").first { $0.optionalInt(0) }
        guard let id = id.flatMap(\.self) else { return nil }
        if let matched, matched.id == id { return matched }
        var kept: KeptRegistry?
        let total =
            try database.statement("SELECT count(*) FROM programme WHERE registry = ?").first(id) {
                $0.int(0)
            } ?? 0
        try database.statement(
            "SELECT source, as_of, attribution, sha256, matching, actor, at FROM registry WHERE id = ?"
        ).rows(id) { row in
            let table = try decoded(MatchingTable.self, row.text(4))
            kept = KeptRegistry(
                id: id,
                registry: Registry(
                    source: row.text(0), asOf: Day(number: row.int(1)), attribution: row.text(2),
                    sha256: row.text(3),
                    programmes: try programmes(of: id, areas: table.areaNumbers, in: database)),
                table: table, total: total, actor: row.text(5), at: Date(milliseconds: row.int(6)))
        }
        matched = kept
        return kept
    }

    private func programmes(
        of registry: Int, areas: [String], in database: Database
    ) throws -> [Programme] {
        var programmes: [Programme] = []
        try database.statement(
            """
            SELECT programme FROM programme
            WHERE registry = ?1 AND (area IS NULL OR EXISTS (SELECT 1 FROM json_each(?2) WHERE value = substr(area, 1, 5)
                OR length(area) = 5 AND value = '0' || substr(area, 1, 4))) ORDER BY place
            """
        ).rows(registry, try json(areas)) { programmes.append(try decoded(Programme.self, $0.text(0))) }
        return programmes
    }
}
