package import Domain
internal import Policy

/// A distinct identity of a source, as linkage compared it.
package struct StoredIdentity: Sendable {
    /// As numbered by the night.
    package let entity: Int
    package let source: SourceID
    /// Without the parts that the grant withholds or masks.
    package let identifiers: Identifiers
}

extension RunStore {
    /// Streams the identities of all persons within the grant of their standing, in the night's order.
    ///
    /// - Throws: `Fault` where the token was made for another run or another kind of pass, and whatever `body` throws.
    package func identities(
        _ read: consuming AuditedRead, _ body: (StoredIdentity) throws -> Void
    ) throws {
        let grants = try open(read, for: .identities)
        try vault.statement(
            """
            SELECT e.id, e.source, e.identifiers, p.protected FROM entity e
            JOIN membership m ON m.entity = e.id JOIN person p ON p.id = m.person ORDER BY e.id
            """
        ).rows { row in
            guard let grant = grants[PersonStanding(isProtected: row.bool(3))] else { return }
            let entity = row.int(0)
            let cell = SealedCell(table: "entity", row: entity, column: "identifiers")
            let identifiers = try Identifiers(canonicalBytes: keys.vault.open(row.blob(2), in: cell))
            try body(
                StoredIdentity(
                    entity: entity, source: SourceID(row.text(1)),
                    identifiers: identifiers.within(grant.visibility)))
        }
    }
}

extension Identifiers {
    /// What of them may be seen; a part that is withheld or masked is as if no source gave it.
    fileprivate func within(_ visibility: (IdentifierPart) -> Visibility) -> Identifiers {
        var seen = self
        for part in IdentifierPart.allCases where visibility(part) != .shown {
            switch part {
            case .name: seen.names = []
            case .birth: seen.birth = nil
            case .sex: seen.sex = nil
            case .address: seen.address = nil
            case .phone: seen.phones = []
            case .guardians: seen.guardians = []
            case .school: seen.school = nil
            case .number: seen.number = nil
            case .household: (seen.household, seen.relation) = (nil, nil)
            }
        }
        return seen
    }
}
