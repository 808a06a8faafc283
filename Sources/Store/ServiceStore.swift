internal import Audit
internal import Domain
package import Foundation
package import Policy

/// `service.sqlite`: publications, cases, users, sessions and the audit trail; one file, so that one transaction
/// binds them.
///
/// Unchecked Sendable: `database`, `openRun`, `queues`, `prepared`, `placed`, `names`, `known` and `matched` are touched only in its turn (`turns`).
package final class ServiceStore: @unchecked Sendable {
    let keys: WorkspaceKeys
    let runsFolder: String
    let signer: CheckpointSigner
    /// One password hash at a time: each takes 64 MiB, and a burst of log-ins must not take the machine down.
    let passwords = NSLock()
    /// One index of names in the making at a time.
    let naming = NSLock()
    private let turns: Turns
    let path: String
    private let database: Database
    private var openRun: (sequence: Int, run: RunStore)?
    private var queues: [OpenQueue.Kind: OpenQueue] = [:]
    /// Of what the open cases were made ahead, or were tried to be.
    private var prepared: (sequence: Int, ring: KeyRing)?
    /// By whose beginnings persons are found; only inside `audited` or `exclusively`.
    var names: KeptNames?
    /// The publication in service as it was read last: reading its summary takes longer than a list.
    var known: PublicationInfo?
    /// The registry that counts, read once; only inside `transaction`, `audited` or `exclusively`.
    var matched: KeptRegistry?
    private var placed: (sequence: Int, tellers: [ItemCode: ScopeKind], places: [PersonID: PersonPlace?])?

    /// Opens the file, creating or migrating it as needed.
    package init(path: String, keys: WorkspaceKeys, runsFolder: String) throws {
        self.keys = keys
        self.path = path
        self.runsFolder = runsFolder
        let seed = keys.audit.withBytes { Array(UnsafeBufferPointer(start: $0, count: SecretKey.length)) }
        guard let signer = CheckpointSigner(name: "renkei-\(keys.audit.id)", seed: seed) else {
            throw Fault(
                .internal, code: "keys.sodium", message: "監査記録の署名鍵を使えません。",
                fix: "libsodium の導入と鍵ファイルを確認してください。")
        }
        self.signer = signer
        database = try Database(path: path, mode: .durable)
        guard chmod(path, 0o600) == 0 else {
            throw Fault(
                .inputOutput, code: "store.open", message: "データベースの権限を 0600 にできません。",
                file: URL(filePath: path).lastPathComponent, fix: "ファイルの所有者を確認してください。")
        }
        try database.watchPlace()
        try database.migrate(serviceMigrations)
        turns = Turns(database: database)
        try requireOwnKeys(in: database)
        try requireLatestRing(in: database)
    }

    /// Runs `body` alone, in one write transaction; nothing is returned before it is committed.
    func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try exclusively { database in try database.transaction { try body(database) } }
    }

    /// Runs `body` alone.
    func exclusively<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try turns.alone(body)
    }

    /// Runs `body`, which looks, and writes nothing whose loss matters, between others; it may see events of answers that are not
    /// given yet.
    func glancing<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try turns.glancing(body)
    }

    /// Runs `body`, which only looks and may take long, on a reader of its own: it waits for nobody, nor anybody for it.
    func beside<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try body(Database(path: path, mode: .readOnly))
    }

    /// Runs `body`, which reads and adds to the trail, in a write transaction that it may share with others of its kind; nothing is
    /// returned before it is committed.
    func audited<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try turns.sharing(body)
    }

    /// The decisions of one request, with what persons said of its purpose.
    func standings(
        _ actor: Actor, _ actions: Set<Action>, _ deciding: Decisions, at: Date, in database: Database
    ) throws -> Standings {
        Standings(
            actor: actor, actions: actions, deciding: deciding,
            consents: try consentsInForce(at: at, in: database).persons(deciding.purpose))
    }

    /// Looks whether another process has changed the ring, and refuses one from a copy.
    func renewRing(in database: Database) throws {
        try keys.ringFile.renew()
        try requireLatestRing(in: database)
    }

    /// The current publication's run, kept open; call only inside `transaction` or `exclusively`.
    func run(of publication: PublicationInfo) throws -> RunStore {
        try renewRing(in: database)
        if let openRun, openRun.sequence == publication.sequence, openRun.run.ring === keys.ring {
            return openRun.run
        }
        let run = try RunStore.open(published: publication, in: runsFolder, keys: keys)
        openRun = (publication.sequence, run)
        return run
    }

    /// Whether a person lies in the asker's range, as the current publication's run says; call only inside `transaction` or
    /// `exclusively`.
    func remit(
        of person: PersonID, for reach: Reach, in run: RunStore?, _ publication: PublicationInfo?
    ) throws -> Remit {
        // Where a person belongs is not even looked up for who reaches everybody, or nobody.
        guard reach.isBounded, reach.missing.isEmpty, let run, let publication else {
            return reach.remit(of: nil)
        }
        return reach.remit(of: try place(of: person, toldBy: reach.tellers, in: run, publication))
    }

    /// The same, in the publication in service.
    func remit(of person: PersonID, for reach: Reach, in database: Database) throws -> Remit {
        let publication = try currentPublication(in: database)
        return try remit(of: person, for: reach, in: publication.map(run(of:)), publication)
    }

    /// Where a person belongs, looked up once a publication; call only inside `transaction` or `exclusively`.
    func place(
        of person: PersonID, toldBy tellers: [ItemCode: ScopeKind], in run: RunStore,
        _ publication: PublicationInfo
    ) throws -> PersonPlace? {
        if placed?.sequence != publication.sequence || placed?.tellers != tellers {
            placed = (publication.sequence, tellers, [:])
        }
        if let known = placed?.places[person] { return known }
        let place = try run.place(of: person, toldBy: tellers, asOf: publication.asOf)
        placed?.places.updateValue(place, forKey: person)
        return place
    }

    /// The open cases, or the ended ones, as they are now; call only inside `transaction` or `exclusively`.
    func queue(
        _ kind: OpenQueue.Kind = .open, of publication: PublicationInfo?, in database: Database
    ) throws -> OpenQueue {
        let run = try publication.map(run(of:))
        if let queue = queues[kind], queue.isOf(publication, keys.ring),
            try queue.catchUp(run, in: database)
        {
            return queue
        }
        // What failed half-way is not kept.
        queues[kind] = nil
        let made = try OpenQueue(kind, of: publication, run, ring: keys.ring, in: database)
        queues[kind] = made
        return made
    }

    /// Whether nobody has made the open cases of a publication yet, nor tried to make them ahead; it counts as tried from now on. Call
    /// only inside `exclusively`.
    func isUnprepared(_ publication: PublicationInfo) -> Bool {
        guard prepared?.sequence != publication.sequence || prepared?.ring !== keys.ring else { return false }
        prepared = (publication.sequence, keys.ring)
        return queues[.open]?.isOf(publication, keys.ring) != true
    }

    /// Open cases that were made ahead, unless somebody was sooner; call only inside `exclusively`.
    func adopt(_ queue: OpenQueue, of publication: PublicationInfo) {
        if queues[.open]?.isOf(publication, keys.ring) != true { queues[.open] = queue }
    }
}

extension ServiceStore {
    /// The right to one pass over a run's personal data, for each of `purposes` in one reading.
    ///
    /// Each of `purposes` decides for one purpose; it is asked once for each standing, about the actions of `kind`, and
    /// persons of a standing it denies are left out for this purpose. One audit event a purpose says who, which items,
    /// and how many persons; all are committed before this returns.
    ///
    /// - Parameters:
    ///   - asker: who has `actor`'s pass made to try rules out, as the trail names it; `nil`: `actor` itself.
    ///   - consents: of a run that is not in service yet; `nil`: those of the publication in service.
    package func auditedRead(
        _ kind: ReadKind = .households, of run: RunStore, actor: Actor, triedBy asker: Actor? = nil,
        purposes: [Decisions], consents: ConsentsInForce? = nil, at: Date
    ) throws -> AuditedRead {
        try run.requireFinished()
        let consents = try consents ?? consentsInForce(at: at)
        return AuditedRead(
            kind: kind, build: run.build,
            purposes: try purposes.map { deciding in
                let consents = consents.persons(deciding.purpose)
                return PurposeAccess(
                    grants: try auditedGrants(
                        kind, for: run, actor: actor, triedBy: asker, deciding: deciding,
                        consents: consents, at: at),
                    consents: consents)
            })
    }

    private func auditedGrants(
        _ kind: ReadKind, for run: RunStore, actor: Actor, triedBy asker: Actor?,
        deciding: Decisions, consents: [PersonID: Consent], at: Date
    ) throws -> [PersonStanding: Grant] {
        let (what, actions): (AuditEvent.What, Set<Action>) =
            switch kind {
            case .households: (asker == nil ? .householdsRead : .rulesTry, [.join, .flag])
            case .counts: (.householdsRead, [.aggregate])
            case .identities: (.identitiesRead, [.review])
            }
        var standings = Standings(actor: actor, actions: actions, deciding: deciding)
        var event = AuditEvent(what, actor: (asker ?? actor).description, at: at.milliseconds)
        var permitted = 0
        var denied = 0
        var grants: [PersonStanding: Grant] = [:]
        for (standing, count) in try run.personCounts(consents) {
            if let grant = try standings.grant(for: standing) {
                permitted += count
                grants[standing] = grant
            } else {
                denied += count
            }
        }
        event.counts = ["persons": permitted, "denied": denied]
        event.references = ["build": run.build]
        standings.describe(in: &event, fields: Set(grants.values.flatMap { $0.items.map(\.rawValue) }))
        try transaction { try append(event, in: $0) }
        return grants
    }
}

/// Decisions of one request: one for each standing within and outside the asker's range, asked once.
struct Standings {
    struct Question: Hashable {
        let standing: PersonStanding
        let remit: Remit
    }

    /// What may be used of somebody, as an order of cases follows from it.
    struct Permitted: Equatable {
        let items: Set<ItemCode>
        let birth: Visibility
        /// Of this person alone; `nil`: of whomever the question fits.
        let person: PersonID?
    }

    private let actor: Actor
    private let actions: Set<Action>
    private let deciding: Decisions
    /// What persons said of the use; of the others nothing is recorded.
    let consents: [PersonID: Consent]
    private var answers: [Question: Decision] = [:]

    init(
        actor: Actor, actions: Set<Action>, deciding: Decisions, consents: [PersonID: Consent] = [:]
    ) {
        self.actor = actor
        self.actions = actions
        self.deciding = deciding
        self.consents = consents
    }

    func standing(of person: PersonID, isProtected: Bool) -> PersonStanding {
        PersonStanding(isProtected: isProtected, consent: consents[person] ?? .notRecorded)
    }

    /// How far the asker reaches.
    var reach: Reach { deciding.reach }

    /// Why a standing was denied; `nil` where it was granted or never asked about.
    func denial(of standing: PersonStanding, _ remit: Remit = .unknown) -> Denial? {
        answers[Question(standing: standing, remit: remit)]?.denial
    }

    /// The first denial there was, in no order.
    var anyDenial: Denial? { answers.values.compactMap(\.denial).first }

    /// Why a list is denied as a whole; `nil` where somebody within range may stand on it.
    mutating func denialOfEverybody() throws -> Denial? {
        let everybody = [false, true].map { PersonStanding(isProtected: $0) }
        let visible = try everybody.filter { try grant(for: $0, reach.inside) != nil }
        return visible.isEmpty ? denial(of: everybody[0], reach.inside) : nil
    }

    /// `nil`: denied.
    mutating func grant(for person: PersonID, isProtected: Bool, _ remit: Remit) throws -> Grant? {
        try grant(for: person, through: person, isProtected: isProtected, remit)
    }

    /// Of what is told of somebody as a part of what is told of `person`, such as who lives there; `nil`: denied.
    ///
    /// What was declared about a person is granted for that person alone.
    mutating func grant(
        for member: PersonID, through person: PersonID, isProtected: Bool, _ remit: Remit
    ) throws -> Grant? {
        let grant = try decided(standing(of: member, isProtected: isProtected), remit)
        return grant?.declared.map { $0.person == person } ?? true ? grant : nil
    }

    /// `nil`: denied, or granted for one person alone.
    ///
    /// - Parameter remit: of a request about no person, or of a kind that no range tells apart, it is not known.
    mutating func grant(for standing: PersonStanding, _ remit: Remit = .unknown) throws -> Grant? {
        let grant = try decided(standing, remit)
        return grant?.declared == nil ? grant : nil
    }

    /// `nil`: denied.
    mutating func permitted(_ question: Question) throws -> Permitted? {
        try decided(question.standing, question.remit).map {
            Permitted(
                items: $0.items, birth: $0.visibility(of: .birth), person: $0.declared?.person)
        }
    }

    /// - Throws: `Fault` where the decision is another's or about another action: a defect of the caller.
    private mutating func decided(_ standing: PersonStanding, _ remit: Remit) throws -> Grant? {
        let question = Question(standing: standing, remit: remit)
        let decision = answers[question] ?? deciding(standing, remit)
        answers[question] = decision
        guard let grant = decision.grant else { return nil }
        guard grant.actor == actor, actions.contains(grant.action) else {
            throw Fault(
                .internal, code: "store.grant", message: "閲覧の許可が、この操作のものではありません。",
                fix: "開発元に連絡してください。")
        }
        return grant
    }

    /// Says in the event what decided: purpose, revision, statements.
    func describe(in event: inout AuditEvent, fields: Set<String>) {
        let grants = answers.values.compactMap(\.grant)
        var statements: Set<String> = []
        for decision in answers.values {
            switch decision {
            case .permit(let grant):
                statements.formUnion(grant.statements)
                event.revision = grant.revision
            case .deny(let denial):
                statements.formUnion(denial.statements)
                event.revision = denial.revision
            }
        }
        event.isPermitted = !grants.isEmpty || answers.isEmpty
        event.purpose =
            grants.map(\.purpose).min() ?? answers.values.compactMap { $0.denial?.purpose }.min()
        if let declared = grants.compactMap(\.declared).first {
            event.references["declaration"] = "K-\(declared.number)"
        }
        event.statements = statements.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        event.fields = fields.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension AuditEvent {
    /// Of a request that is about no person, with what decided it.
    ///
    /// - Throws: `Fault` where the decision is another's or about another action: a defect of the caller.
    init(_ what: What, actor: Actor, action: Action, decision: Decision, at: Date) throws {
        self.init(what, actor: actor.description, at: at.milliseconds)
        var standings = Standings(
            actor: actor, actions: [action], deciding: Decisions(for: "") { _ in decision })
        _ = try standings.grant(for: PersonStanding())
        standings.describe(in: &self, fields: [])
    }
}

extension Date {
    /// Milliseconds since 1970-01-01 UTC, as SQL and audit events keep time.
    var milliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
