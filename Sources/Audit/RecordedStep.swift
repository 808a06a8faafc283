package import Domain

/// A step that two persons take together, or that cannot be taken back, as both the database and the trail must say it.
package struct RecordedStep: Sendable, Hashable {
    package let what: AuditEvent.What
    /// What it was done with and what was said, in the order of `AuditEvent.What.references`.
    package let subject: [String]
    /// As events name actors; empty where the database keeps none.
    package let actor: String
    /// Milliseconds since 1970-01-01 UTC; 0 where the database keeps none.
    package let at: Int
    /// About whom; `nil` where the trail does not say so of each such step.
    package let person: Pseudonym?

    package init(
        _ what: AuditEvent.What, _ subject: [String], actor: String, at: Int, person: Pseudonym? = nil
    ) {
        self.what = what
        self.subject = subject
        self.actor = actor
        self.at = at
        self.person = person
    }
}

extension AuditEvent.What {
    /// What of its references makes an event that of one step; `nil`: the database keeps no step of it.
    package var stepReferences: [String]? {
        switch self {
        case .guidelinePropose, .guidelineApprove: ["guideline"]
        case .rulePropose, .ruleApprove: ["rule", "version", "hash"]
        case .retentionPropose, .retentionApprove: ["retention"]
        case .consentRecord, .consentConfirm, .consentEnd: ["consent", "use", "says", "step"]
        case .shreddingPropose, .shreddingWithdraw, .personShred: ["shredding", "step"]
        case .rowRectify: ["rectification", "request", "file", "line"]
        case .rowLapse, .rowRestore: ["rectification"]
        case .declarationBegin: ["declaration", "kind", "minutes"]
        case .declarationConfirm, .declarationNote: ["declaration"]
        case .declarationReview: ["declaration", "finding"]
        case .verdictDecide, .verdictConfirm, .verdictWithdraw: ["verdict", "answer"]
        case .caseWork: ["case"]
        case .restoreAccept: ["lost"]
        default: nil
        }
    }

    /// Whether an event may stand without its row: what it is about goes when a person is shredded or a period is over, or a request
    /// that came twice had one effect.
    fileprivate var outlastsItsRow: Bool { self == .rowLapse || self == .caseWork }
}

extension RecordedEvent {
    /// The steps it tells of; none where it was refused, or did nothing that is kept.
    package var steps: [RecordedStep] {
        guard isPermitted, let what = AuditEvent.What(rawValue: what), let names = what.stepReferences,
            let first = names.first, references[first] != nil
        else { return [] }
        // A shredding that goes on where it stopped takes no step, nor does a rule whose file is put in place again.
        if what == .personShred, references["step"] == nil { return [] }
        if what == .ruleApprove, references["again"] != nil { return [] }
        let subject = names.map { references[$0] ?? "" }
        switch what {
        case .restoreAccept:
            return subject[0].split(separator: " ").map { RecordedStep(what, [String($0)], actor: "", at: 0) }
        case .rowLapse: return [RecordedStep(what, subject, actor: "", at: 0)]
        case .consentRecord, .shreddingPropose, .declarationBegin:
            return [RecordedStep(what, subject, actor: actor, at: at, person: subjects.first)]
        default: return [RecordedStep(what, subject, actor: actor, at: at)]
        }
    }
}

/// Holds the steps that the database keeps against those that the trail tells of.
package struct StepComparison: Sendable {
    /// What one of the two does not hold.
    package enum Difference: Sendable, Hashable {
        /// Somebody added or changed the row: no event tells of it. With its place, as `add(row:at:)` was told.
        case isNotInTrail(RecordedStep, place: String)
        /// Somebody took the row away or changed it: the event with this number has none.
        case isNotInDatabase(RecordedStep, event: Int)
    }

    private var rows: [RecordedStep: [String]] = [:]
    private var events: [RecordedStep: [Int]] = [:]

    package init() {}

    /// - Parameter place: where an official finds it.
    package mutating func add(row step: RecordedStep, at place: String) {
        rows[step, default: []].append(place)
    }

    package mutating func add(event: RecordedEvent) {
        for step in event.steps { events[step, default: []].append(event.sequence) }
    }

    /// How many rows were compared.
    package var count: Int { rows.values.reduce(0) { $0 + $1.count } }

    /// Rows first, each in the order of its place; then events in the order of the trail.
    package func differences() -> [Difference] {
        let added = rows.flatMap { step, places in
            places.dropFirst(events[step]?.count ?? 0).map { (step, $0) }
        }.sorted { ($0.1, $0.0.at) < ($1.1, $1.0.at) }
        let missing = events.filter { !$0.key.what.outlastsItsRow }.flatMap { step, numbers in
            numbers.dropFirst(rows[step]?.count ?? 0).map { (step, $0) }
        }.sorted { $0.1 < $1.1 }
        return added.map { .isNotInTrail($0.0, place: $0.1) }
            + missing.map { .isNotInDatabase($0.0, event: $0.1) }
    }
}
