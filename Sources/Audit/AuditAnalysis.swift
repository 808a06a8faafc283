package import Domain

/// What somebody should ask about: one kind of unusual reading of one user on one day. Ids and counts only.
package struct AuditFinding: Sendable, Hashable {
    /// The standard analyses.
    package enum Kind: String, Sendable, CaseIterable {
        case night
        case holiday
        case bulkPersons = "bulk-persons"
        case bulkReads = "bulk-reads"
        case byNumber = "by-number"
        case heldByOthers = "held-by-others"
        case relatives
        case refused
    }

    package let kind: Kind
    /// `user:…`.
    package let actor: String
    /// In Japan.
    package let day: Day
    /// Events; of `bulkPersons` different persons.
    package let count: Int
    /// From how many on it is told.
    package let limit: Int
    /// The first of the events, by their place in the trail: for `audit prove` and for asking.
    package let examples: [Int]
}

/// Looks through the trail for what somebody should ask about; one event after the other, oldest first.
package struct AuditAnalysis: Sendable {
    private struct Place: Hashable {
        let kind: AuditFinding.Kind
        let actor: String
        let day: Day
    }
    private struct Tally {
        var count = 0
        var examples: [Int] = []

        mutating func add(_ sequence: Int) {
            count += 1
            if examples.count < 5 { examples.append(sequence) }
        }
    }
    private struct Visit: Hashable {
        let actor: String
        let day: Day
    }

    private let guideline: AnalysisGuideline
    private let relatives: [String: Set<Pseudonym>]
    private var tallies: [Place: Tally] = [:]
    private var persons: [Visit: Set<Pseudonym>] = [:]
    private var firstReads: [Visit: [Int]] = [:]
    private var hours: [Visit: [Int: Tally]] = [:]
    /// Whom a user's lists showed that day: reading them next is no look-up by number.
    private var listed: [Visit: Set<Pseudonym>] = [:]
    /// Whose case a user opened that day: its page tells of support programmes too, which is no second look.
    private var opened: [Visit: Set<Pseudonym>] = [:]

    /// - Parameter relatives: by actor, whom it is told of that they are the user or the user's family.
    package init(_ guideline: AnalysisGuideline, relatives: [String: Set<Pseudonym>]) {
        self.guideline = guideline
        self.relatives = relatives
    }

    package mutating func add(_ event: RecordedEvent) {
        guard event.actor.hasPrefix("user:") else { return }
        // Japan keeps one time zone without summer time.
        let (days, milliseconds) = (event.at + 9 * 3_600_000).quotientAndRemainder(dividingBy: 86_400_000)
        let visit = Visit(actor: event.actor, day: Day(number: days))
        func tally(_ kind: AuditFinding.Kind) {
            tallies[Place(kind: kind, actor: visit.actor, day: visit.day), default: Tally()]
                .add(event.sequence)
        }
        guard event.isPermitted else { return tally(.refused) }
        guard let what = AuditEvent.What(rawValue: event.what), what.nature.showsPersons else { return }
        let nature = what.nature
        let minutes = milliseconds / 60_000
        if guideline.isClosed(visit.day) {
            tally(.holiday)
        } else if minutes < guideline.hours.from.minutes || minutes >= guideline.hours.to.minutes {
            tally(.night)
        }
        if let relatives = relatives[event.actor], !relatives.isDisjoint(with: event.subjects) {
            tally(.relatives)
        }
        persons[visit, default: []].formUnion(event.subjects)
        if firstReads[visit, default: []].count < 5 { firstReads[visit, default: []].append(event.sequence) }
        // Who typed a name has not found the person on a list.
        if nature == .list, what != .personsSearch { listed[visit, default: []].formUnion(event.subjects) }
        if what == .supportRead, opened[visit]?.isDisjoint(with: event.subjects) == false { return }
        if what == .caseRead { opened[visit, default: []].formUnion(event.subjects.prefix(1)) }
        if nature == .single || nature == .byNumber || what == .personsSearch {
            hours[visit, default: [:]][minutes / 60, default: Tally()].add(event.sequence)
        }
        if nature == .byNumber || isUnlisted(what, event.subjects, visit) { tally(.byNumber) }
        if event.references["held"] == "other" { tally(.heldByOthers) }
    }

    /// Unusual reading, by kind, day and user.
    package func findings() -> [AuditFinding] {
        var findings: [AuditFinding] = []
        func tell(_ kind: AuditFinding.Kind, _ visit: Visit, _ count: Int, _ examples: [Int]) {
            let limit = guideline.limits.limit(of: kind)
            guard count >= limit else { return }
            findings.append(
                AuditFinding(
                    kind: kind, actor: visit.actor, day: visit.day, count: count, limit: limit,
                    examples: examples))
        }
        for (place, tally) in tallies {
            tell(place.kind, Visit(actor: place.actor, day: place.day), tally.count, tally.examples)
        }
        for (visit, seen) in persons { tell(.bulkPersons, visit, seen.count, firstReads[visit] ?? []) }
        for (visit, hours) in hours {
            // The busiest hour stands for the day; the earliest of several.
            let busiest = hours.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }
            if let tally = busiest?.value { tell(.bulkReads, visit, tally.count, tally.examples) }
        }
        let order = Dictionary(
            uniqueKeysWithValues: AuditFinding.Kind.allCases.enumerated().map { ($0.element, $0.offset) })
        return findings.sorted {
            (order[$0.kind] ?? 0, $0.day, $0.actor) < (order[$1.kind] ?? 0, $1.day, $1.actor)
        }
    }

    /// What was opened by a number: no list of that day showed the person, or there is nobody of that number.
    private func isUnlisted(_ what: AuditEvent.What, _ subjects: [Pseudonym], _ visit: Visit) -> Bool {
        switch what {
        // The person stands first, before the household.
        case .caseRead, .casePrint, .spotCheckRead:
            listed[visit]?.isDisjoint(with: subjects.prefix(1)) != false
        // A household is listed with its children.
        case .supportRead: listed[visit]?.isDisjoint(with: subjects) != false
        default: false
        }
    }
}

extension AnalysisGuideline.Limits {
    fileprivate func limit(of kind: AuditFinding.Kind) -> Int {
        switch kind {
        case .night: night
        case .holiday: holiday
        case .bulkPersons: personsPerDay
        case .bulkReads: readsPerHour
        case .byNumber: byNumber
        case .heldByOthers: heldByOthers
        case .relatives: relatives
        case .refused: refused
        }
    }
}
