package import Domain

private let pending = Fault(.internal, code: "store.pending", message: "未実装です。", fix: "次の版を待ってください。")

/// What became of a row.
package enum RowFate: Sendable, Hashable {
    case accepted
    case rejected(Rejection)
    case duplicate(ofLine: Int)
    /// No row at all: a title, a total, a blank line.
    case outside(reason: String)
}

/// A change of identity between two nights.
package enum IdentityChange: Sendable, Hashable {
    case new(PersonID)
    case merged(survivor: PersonID, absorbed: PersonID)
    case split(from: PersonID, to: PersonID)
}

/// A member of a household as joined for flag rules: facts within the grant for its standing.
package struct MemberFacts: Sendable {
    package let id: PersonID
    package let birth: PartialDate?
    package let isResident: Bool
    package let standing: PersonStanding
    /// Sorted by item, kind, day, value, source, file and line.
    package let facts: [SourcedFact]
}

/// A register household, or one person without one.
package struct HouseholdFacts: Sendable {
    /// Sorted by id.
    package let members: [MemberFacts]
}

/// The ledger of one file as counted in the database.
package struct FileLedger: Sendable, Hashable {
    package let source: SourceID
    package let file: String
    package let ledger: RowLedger
    /// In code order.
    package let rejections: [RejectionCount]
}

/// A token for one pass over a run's personal facts: its audit event is written.
package struct AuditedRead: ~Copyable, Sendable {
    let build: String
}

/// The two files of one night's run: `facts.sqlite` and `vault.sqlite`.
package final class RunStore {
    package static func create(folder: String, keys: WorkspaceKeys) throws -> RunStore { throw pending }
    package static func open(folder: String, keys: WorkspaceKeys) throws -> RunStore { throw pending }

    package func addFile(source: SourceID, title: String, file: String, sha256: String, asOf: Day?) throws
        -> Int
    {
        throw pending
    }
    package func addRow(file: Int, line: Int, offset: Int, fate: RowFate) throws { throw pending }
    package func addRecord(file: Int, line: Int, subject: Subject, entity: Int, facts: [Fact]) throws {
        throw pending
    }
    package func addEntity(_ index: Int, source: SourceID, key: String, identifiers: Identifiers) throws {
        throw pending
    }
    package func addPerson(
        _ id: PersonID, entities: [Int], display: Identifiers, household: HouseholdID?,
        standing: PersonStanding, isResident: Bool
    ) throws { throw pending }
    package func addLink(
        left: Int, right: Int, weight: Double, isAutomatic: Bool,
        levels: [(comparison: String, level: String, weight: Double)]
    ) throws { throw pending }
    package func addIdentityEvent(_ change: IdentityChange) throws { throw pending }
    package func finish() throws { throw pending }

    package func ledgers() throws -> [FileLedger] { throw pending }
    package func households(_ read: consuming AuditedRead, _ body: (HouseholdFacts) throws -> Void) throws {
        throw pending
    }
    package func memberships() throws -> [String: PersonID] { throw pending }
}

/// Hash of everything a run publishes, over canonical plain bytes in sorted order; lower-case hex.
package func publicationHash(run: RunStore, flags: [Flag]) throws -> String { throw pending }
