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
        case .guidelinePropose, .guidelineApprove, .guidelineWithdraw: ["guideline"]
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

/// Where an official finds a step in the database, and what is to be done about one that the trail does not hold.
package struct StepPlace: Sendable, Hashable {
    package let name: String
    package let remedy: String

    package init(name: String, remedy: String) {
        self.name = name
        self.remedy = remedy
    }
}

/// Holds the steps that the database keeps against those that the trail tells of, while its events pass by once.
package struct StepComparison: Sendable {
    /// What one of the two does not hold.
    package enum Difference: Sendable, Hashable {
        /// Somebody added or changed the row: no event tells of it.
        case isNotInTrail(RecordedStep, place: StepPlace)
        /// Somebody took the row away or changed it: the event with this number has none.
        case isNotInDatabase(RecordedStep, event: Int)
    }

    private static let whats = Set(
        AuditEvent.What.allCases.filter { $0.stepReferences != nil }.map(\.rawValue))

    private var rows: [RecordedStep: [(place: StepPlace, content: String?)]] = [:]
    private var events: [RecordedStep: [(number: Int, content: String?)]] = [:]

    package init() {}

    /// - Parameter content: a keyed print of what else the row says, where the trail has one of such steps (`content`).
    package mutating func add(row step: RecordedStep, at place: StepPlace, content: String? = nil) {
        rows[step, default: []].append((place, content))
    }

    /// - Parameter event: the bytes of the trail; most are of reads, and are not decoded.
    package mutating func add(event bytes: [UInt8]) {
        // Bytes that are no event are found by the tree.
        guard let what = RecordedEvent.what(in: bytes), Self.whats.contains(what),
            let event = RecordedEvent(canonical: bytes)
        else { return }
        for step in event.steps {
            events[step, default: []].append((event.sequence, event.references["content"]))
        }
    }

    /// How many rows were compared.
    package var count: Int { rows.values.reduce(0) { $0 + $1.count } }

    /// Rows first, each in the order of its place; then events in the order of the trail.
    package func differences() -> [Difference] {
        var (added, missing): ([(RecordedStep, StepPlace)], [(RecordedStep, Int)]) = ([], [])
        for step in Set(rows.keys).union(events.keys) {
            var told = events[step] ?? []
            let untold = (rows[step] ?? []).filter { row in
                // An event from before the trail had prints tells of a row whatever it says.
                let match =
                    told.firstIndex { $0.content == row.content }
                    ?? told.firstIndex { $0.content == nil || row.content == nil }
                if let match { told.remove(at: match) }
                return match == nil
            }
            added += untold.map { (step, $0.place) }
            if !step.what.outlastsItsRow { missing += told.map { (step, $0.number) } }
        }
        return added.sorted { ($0.1.name, $0.0.at) < ($1.1.name, $1.0.at) }.map {
            .isNotInTrail($0.0, place: $0.1)
        } + missing.sorted { $0.1 < $1.1 }.map { .isNotInDatabase($0.0, event: $0.1) }
    }
}
