internal import Audit
package import Domain
package import Foundation
package import Policy

/// Two identities of different persons that may be one, or of one person that may be two: no content, nobody's name.
package struct ReviewPair: Sendable, Hashable {
    /// `R-` and sixteen hex digits of the two records' keys: the same from night to night.
    package let id: String
    /// The publication whose rows `Side.entity` counts.
    let publication: Int
    package let left: Side
    package let right: Side
    /// log2
    package let weight: Double
    /// Whether the night has joined the two.
    package let isJoined: Bool
    /// Whether little else holds the person together.
    package let thinness: Thinness?
    package let standing: PersonStanding

    /// How little else there is.
    package enum Thinness: Int, Sendable {
        /// No other pair of the threshold or more joins the two groups of records that this one joins.
        case bridge = 1
        /// The weakest link of a person less than half of whose pairs reach the threshold.
        case sparse = 2
    }

    package struct Side: Sendable, Hashable {
        package let source: SourceID
        package let person: PersonID
        let entity: Int
        let key: String
    }

    static func id(of one: String, _ other: String) -> String {
        let names = [one, other].sorted().joined(separator: "|")
        return "R-" + Digest.sha256(Array(names.utf8)).prefix(16)
    }

    /// As a sample keeps it.
    package var sampled: ReviewSample.Pair {
        ReviewSample.Pair(left: left.key, right: right.key, isJoined: isJoined)
    }
}

/// A pair with what may be seen of it.
package struct ReviewedPair: Sendable {
    package let pair: ReviewPair
    package let left: Identifiers
    package let right: Identifiers
    /// Parts that are hidden because of 支援措置.
    package let masked: [IdentifierPart]
    /// Why the pair has its weight; empty where that stays untold.
    package let levels: [LevelExplanation]
}

/// Which pairs of a run are meant.
package enum ReviewChoice: Sendable {
    /// Those that wait for review, what was joined with a weight below this, and what holds a person together where little else does.
    case open(joinedBelow: Double)
    case person(PersonID)
    case pair(String)
    /// Every pair the run keeps: those that joined clusters, and those that wait for review.
    case all
}

extension ServiceStore {
    /// The pairs of the publication in service, by id; `deciding` is asked about `Action.review`.
    ///
    /// - Returns: the pairs, and how many are left out because policy denies their standing.
    /// - Throws: `Fault` of kind `.denied`; `person.unknown` where nobody is, or was, called so.
    package func reviewPairs(
        _ choice: ReviewChoice, actor: Actor, deciding: Decisions, at: Date
    ) throws -> (pairs: [ReviewPair], hidden: Int) {
        try reviewing(.reviewList, actor: actor, deciding: deciding, at: at, isLong: true) {
            run, publication, standings, event in
            var (pairs, hidden): ([ReviewPair], Int) = ([], 0)
            for pair in try run.reviewPairs(choice, of: publication) {
                if try standings.grant(for: pair.standing) == nil { hidden += 1 } else { pairs.append(pair) }
            }
            event.counts = ["pairs": pairs.count, "denied": hidden]
            standings.describe(in: &event, fields: [])
            return (pairs.sorted { $0.id < $1.id }, hidden)
        }
    }

    /// What may be seen of `pairs`, in their order; the trail knows of it before this returns.
    ///
    /// - Parameter blind: ids of pairs that are to be judged without knowing what made their weight.
    /// - Throws: `Fault` of kind `.denied`; `review.moved` where `pairs` are of an earlier publication.
    package func reviewRead(
        _ pairs: [ReviewPair], blind: Set<String>, isExport: Bool, actor: Actor,
        deciding: Decisions, at: Date
    ) throws -> [ReviewedPair] {
        try reviewing(
            isExport ? .reviewExport : .reviewRead, actor: actor, deciding: deciding, at: at
        ) { run, publication, standings, event in
            var fields: Set<String> = []
            var read: [ReviewedPair] = []
            for pair in pairs {
                guard pair.publication == publication else { throw Self.moved }
                guard let grant = try standings.grant(for: pair.standing) else { continue }
                let shown = IdentifierPart.allCases.filter { grant.visibility(of: $0) == .shown }
                fields.formUnion(shown.map(\.rawValue))
                read.append(
                    ReviewedPair(
                        pair: pair,
                        left: try run.storedIdentifiers(ofEntity: pair.left.entity)
                            .within(grant.visibility),
                        right: try run.storedIdentifiers(ofEntity: pair.right.entity)
                            .within(grant.visibility),
                        masked: IdentifierPart.allCases.filter {
                            [.masked, .generalised].contains(grant.visibility(of: $0))
                        },
                        levels: pair.standing.hidesWeights || blind.contains(pair.id)
                            ? [] : try run.levels(of: pair)))
            }
            let persons = Set(pairs.flatMap { [$0.left.person, $0.right.person] })
            event.subjects = persons.map { keys.pseudonym(of: $0, domain: "audit") }.sorted()
            event.counts = ["pairs": read.count]
            standings.describe(in: &event, fields: fields)
            return read
        }
    }

    /// The two sides of a pair as a verdict keeps them.
    ///
    /// - Throws: `review.moved` where the pair is of an earlier publication.
    package func verdictSides(of pair: ReviewPair) throws -> (left: KeptRecord, right: KeptRecord) {
        try exclusively { database in
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            guard pair.publication == publication.sequence else { throw Self.moved }
            return try run(of: publication).verdictSides(of: pair)
        }
    }

    /// Runs `body` on the publication in service and adds its event to the trail before it answers. The file is written to
    /// only then: a long reading must not keep a night from publishing.
    ///
    /// - Parameter isLong: it opens nothing that is sealed and may take long, on readers of its own: nobody's answer waits for it.
    func reviewing<Answer>(
        _ what: AuditEvent.What, actor: Actor, deciding: Decisions, at: Date, isLong: Bool = false,
        _ body: (RunStore, _ publication: Int, inout Standings, inout AuditEvent) throws -> Answer
    ) throws -> Answer {
        var standings = Standings(actor: actor, actions: [.review], deciding: deciding)
        var event = AuditEvent(what, actor: actor.description, at: at.milliseconds)
        guard try standings.grant(for: PersonStanding()) != nil else {
            standings.describe(in: &event, fields: [])
            try transaction { try append(event, in: $0) }
            guard let denial = standings.denial(of: PersonStanding()) else {
                preconditionFailure("INVARIANT: what is not permitted is denied")
            }
            throw denial.fault
        }
        let current = { (database: Database) throws -> PublicationInfo in
            guard let publication = try self.currentPublication(in: database) else {
                throw Self.nothingPublished
            }
            return publication
        }
        guard isLong else {
            return try exclusively { database in
                let publication = try current(database)
                let answer = try body(
                    try run(of: publication), publication.sequence, &standings, &event)
                try database.transaction { try append(event, in: database) }
                return answer
            }
        }
        let publication = try exclusively { database in
            try renewRing(in: database)
            return try current(database)
        }
        let answer = try body(
            try RunStore.open(published: publication, in: runsFolder, keys: keys), publication.sequence,
            &standings, &event)
        try transaction { try append(event, in: $0) }
        return answer
    }

    /// Entities are numbered anew every night: what was listed before names other people's records now.
    static var moved: Fault {
        Fault(
            .busy, code: "review.moved", message: "この組を読んだあとに、新しい夜間処理の結果が公開されました。",
            fix: "もう一度実行してください。公開中の結果から組を読み直します。")
    }

    static var nothingPublished: Fault {
        Fault(
            .notFound, code: "publication.none", message: "まだ公開されたものがありません。", fix: "「renkei run」を実行してください。")
    }
}

extension RunStore {
    fileprivate func reviewPairs(_ choice: ReviewChoice, of publication: Int) throws -> [ReviewPair] {
        // Runs of an earlier program know no thin links.
        let knowsThin =
            try vault.statement("SELECT 1 FROM sqlite_master WHERE name = 'thin'").first { $0.bool(0) }
            ?? false
        let columns = """
            SELECT l.source, p.person, l.id, l.key, r.source, q.person, r.id, r.key, k.weight,
                p.id = q.id, p.protected OR q.protected,
                \(knowsThin
                ? "(SELECT why FROM thin WHERE left_entity = k.left_entity AND right_entity = k.right_entity)"
                : "NULL") AS thin
            FROM link k JOIN entity l ON l.id = k.left_entity JOIN entity r ON r.id = k.right_entity
            JOIN membership m ON m.entity = l.id JOIN membership n ON n.entity = r.id
            JOIN person p ON p.id = m.person JOIN person q ON q.id = n.person
            """
        var pairs: [ReviewPair] = []
        func take(_ row: Statement) {
            let (left, right) = (
                ReviewPair.Side(
                    source: SourceID(row.text(0)), person: PersonID(row.text(1)), entity: row.int(2),
                    key: row.text(3)),
                ReviewPair.Side(
                    source: SourceID(row.text(4)), person: PersonID(row.text(5)), entity: row.int(6),
                    key: row.text(7))
            )
            guard holds(record: left.key), holds(record: right.key) else { return }
            let id = ReviewPair.id(of: left.key, right.key)
            if case .pair(let asked) = choice, asked != id { return }
            pairs.append(
                ReviewPair(
                    id: id, publication: publication, left: left, right: right, weight: row.double(8),
                    isJoined: row.bool(9), thinness: row.optionalInt(11).flatMap(ReviewPair.Thinness.init),
                    standing: PersonStanding(isProtected: row.bool(10))))
        }
        switch choice {
        case .open(let limit):
            try vault.statement(
                columns + " WHERE k.automatic = 0 OR k.weight < ?1 OR thin IS NOT NULL"
            ).rows(limit, body: take)
        case .all: try vault.statement(columns).rows { take($0) }
        case .person(let id):
            guard let person = try person(now: id) else {
                throw ServiceStore.unknown(person: id)
            }
            try vault.statement(columns + " WHERE p.person = ?1 OR q.person = ?1").rows(
                person.rawValue, body: take)
        case .pair:
            // Those that wait for somebody are few, and are what is asked for nearly always.
            for waiting in [" WHERE k.automatic = 0", " WHERE k.automatic <> 0"] where pairs.isEmpty {
                try vault.statement(columns + waiting).rows(body: take)
            }
        }
        return pairs
    }

    /// Who somebody once called `id` is in this run; `nil` where none of its records came, or nobody was ever called so.
    func person(now id: PersonID) throws -> PersonID? {
        let id = try bearer(of: id)
        return try vault.statement("SELECT 1 FROM person WHERE person = ?").first(id.rawValue) { _ in id }
    }

    /// Who bears an id now, whether or not any record of theirs came.
    func bearer(of id: PersonID) throws -> PersonID {
        var id = id
        // Ends: an alias is only ever made from one living id to another.
        while let survivor = try vault.statement("SELECT survivor FROM alias WHERE absorbed = ?").first(
            id.rawValue, read: { PersonID($0.text(0)) })
        { id = survivor }
        return id
    }

    fileprivate func levels(of pair: ReviewPair) throws -> [LevelExplanation] {
        try vault.statement("SELECT levels FROM link WHERE left_entity = ? AND right_entity = ?").first(
            pair.left.entity, pair.right.entity
        ) { try levels($0.blob(0)) } ?? []
    }
}
