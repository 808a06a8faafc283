internal import Audit
internal import Domain
package import Foundation
package import Policy

/// The verdicts that are not withdrawn, found by the pair they are about, in the way the night finds them.
struct StandingVerdicts {
    private var byPair: [String: KeptVerdict] = [:]
    /// Verdicts of which a record did not come as it was, by that record's number.
    private var byNumber: [String: [KeptVerdict]] = [:]
    /// Keys of records that did not come.
    private var gone: Set<String> = []

    /// - Parameter isAbsent: whether the record with this key was known and did not come.
    init(_ verdicts: [KeptVerdict], isAbsent: (String) throws -> Bool) rethrows {
        for verdict in verdicts where !verdict.isWithdrawn {
            byPair[verdict.pair] = byPair[verdict.pair] ?? verdict
            for side in [verdict.left, verdict.right] {
                guard let number = side.number, try isAbsent(side.key) else { continue }
                gone.insert(side.key)
                byNumber[number, default: []].append(verdict)
            }
        }
    }

    /// Whether a pair of these sources may be known by number alone: only then its identifiers must be opened.
    func mayKnowByNumber(_ sources: Set<SourceID>) -> Bool {
        byNumber.values.joined().contains {
            sources == Set([$0.left.source, $0.right.source].compactMap(\.self))
        }
    }

    func of(_ pair: ReviewPair) -> KeptVerdict? { byPair[pair.id] }

    func of(_ one: KeptRecord, _ other: KeptRecord) -> KeptVerdict? {
        if let exact = byPair[ReviewPair.id(of: one.key, other.key)] { return exact }
        return [one.number, other.number].compactMap(\.self).flatMap { byNumber[$0] ?? [] }.first { verdict in
            isSame(verdict.left, one) && isSame(verdict.right, other)
                || isSame(verdict.left, other) && isSame(verdict.right, one)
        }
    }

    private func isSame(_ kept: KeptRecord, _ record: KeptRecord) -> Bool {
        kept.key == record.key || gone.contains(kept.key) && kept.isEarlierForm(of: record)
    }
}

extension ServiceStore {
    /// The verdict that stands on each of `pairs`, by the pair's id; opens identifiers only to know edited records again.
    ///
    /// - Throws: `review.moved` where `pairs` are of an earlier publication.
    package func standingVerdicts(on pairs: [ReviewPair]) throws -> [String: KeptVerdict] {
        try exclusively { database in
            let standing = try standing(verdicts(in: database), in: database)
            var mayBeEdited: [Set<SourceID>: Bool] = [:]
            for sources in Set(pairs.map { Set([$0.left.source, $0.right.source]) }) {
                mayBeEdited[sources] = standing.mayKnowByNumber(sources)
            }
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            var found: [String: KeptVerdict] = [:]
            for pair in pairs {
                guard pair.publication == publication.sequence else { throw Self.moved }
                if let verdict = standing.of(pair) {
                    found[pair.id] = verdict
                } else if mayBeEdited[[pair.left.source, pair.right.source]] == true {
                    let sides = try run(of: publication).verdictSides(of: pair)
                    found[pair.id] = standing.of(sides.left, sides.right)
                }
            }
            return found
        }
    }

    /// The verdicts themselves, keys alone; the trail knows of it before this returns.
    ///
    /// - Parameter id: `nil`: all that stand.
    /// - Throws: `Fault`: `.denied`, `verdict.unknown`.
    package func reviewVerdicts(
        _ id: Int? = nil, actor: Actor, deciding: Decisions, at: Date
    ) throws -> [KeptVerdict] {
        let all = try verdicts()
        return try reviewing(.reviewList, actor: actor, deciding: deciding, at: at) {
            _, _, standings, event in
            let chosen = all.filter { id == nil ? !$0.isWithdrawn : $0.id == id }
            if let id {
                guard !chosen.isEmpty else { throw Self.unknown(verdict: id) }
                event.references = ["verdict": "V-\(id)"]
            } else {
                event.counts = ["verdicts": chosen.count]
            }
            standings.describe(in: &event, fields: [])
            return chosen
        }
    }

    /// The verdicts that may stand on a pair of `sides`.
    func standingVerdicts(about sides: [KeptRecord], in database: Database) throws -> StandingVerdicts {
        var ids: [Int] = []
        try database.statement(
            """
            SELECT id FROM verdict WHERE left_key IN (SELECT value FROM json_each(?1))
                OR right_key IN (SELECT value FROM json_each(?1))
                OR left_number IN (SELECT value FROM json_each(?2))
                OR right_number IN (SELECT value FROM json_each(?2)) ORDER BY id
            """
        ).rows(try json(sides.map(\.key)), try json(sides.compactMap(\.number))) { ids.append($0.int(0)) }
        return try standing(verdicts(ids, in: database), in: database)
    }

    private func standing(_ verdicts: [KeptVerdict], in database: Database) throws -> StandingVerdicts {
        let published = try currentPublication(in: database).map { try run(of: $0) }
        return try StandingVerdicts(verdicts) { key in
            try published?.vault.statement("SELECT 1 FROM absent WHERE key = ?").first(key) { _ in true }
                ?? false
        }
    }
}

extension RunStore {
    /// Opens the identifiers of both; who calls owes grant and audit event.
    func verdictSides(of pair: ReviewPair) throws -> (left: KeptRecord, right: KeptRecord) {
        func side(_ side: ReviewPair.Side) throws -> KeptRecord {
            try keptRecord(of: side.entity, key: side.key, source: side.source)
        }
        return (try side(pair.left), try side(pair.right))
    }

    /// Every record of a person; opens their identifiers, likewise.
    func keptRecords(of person: VaultPerson) throws -> [KeptRecord] {
        try entities(ofPerson: person.number).compactMap { entity in
            let known = try vault.statement("SELECT key, source FROM entity WHERE id = ?").first(entity) {
                (key: $0.text(0), source: SourceID($0.text(1)))
            }
            return try known.map { try keptRecord(of: entity, key: $0.key, source: $0.source) }
        }
    }

    private func keptRecord(of entity: Int, key: String, source: SourceID) throws -> KeptRecord {
        let identifiers = try storedIdentifiers(ofEntity: entity)
        let isGuardian = try facts.statement("SELECT subject FROM record WHERE entity = ?").first(entity) {
            $0.int(0) == 1
        }
        return KeptRecord(
            key: key,
            number: identifiers.number.map {
                keys.numberKey(source: source, subject: isGuardian == true ? .guardian : .child, $0)
            },
            marks: keys.marks(source: source, identifiers), source: source)
    }
}
