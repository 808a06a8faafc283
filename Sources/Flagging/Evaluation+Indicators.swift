internal import Domain

// What one indicator comes to, and why nothing can be said where nothing can.
extension Evaluation {
    func verdict(of indicator: Indicator, among known: Known) -> Verdict {
        let looked = indicator.facts.look(among: known.facts, on: day, birth: person.birth, until: horizon)
        if case .missing(let due) = indicator.test { return missing(indicator, due, looked, among: known) }
        if let evidence = evidence(for: indicator, in: looked.found, of: known) {
            let reasons = indicator.say.map { [reason($0, for: indicator, evidence, of: known)] } ?? []
            return .yes(
                Finding(
                    reasons: reasons, since: evidence.facts.compactMap(\.fact.firstDay).min(),
                    ground: ground(evidence.compared + evidence.facts, of: known)))
        }
        if let gap = gap(indicator.items, of: known) { return .unknown(gap) }
        // What would hold if the undated facts counted can be neither said nor denied.
        if let item = looked.undated.map(\.fact.item).min(),
            evidence(for: indicator, in: (looked.undated + looked.found).inOrder, of: known) != nil
        {
            return .unknown(.undated(item))
        }
        return .no
    }

    func evidence(
        for indicator: Indicator, in found: [SourcedFact], of known: Known
    ) -> Evidence? {
        /// From when on facts count whole; those that do will count half one day.
        func start(_ lookBack: LookBack?) -> Day? {
            guard let lookBack, let start = lookBack.start(on: day, birth: person.birth) else { return nil }
            for first in found.compactMap(\.fact.firstDay) where first >= start {
                horizon.note(lookBack.end(of: first, on: day))
            }
            return start
        }
        switch indicator.test {
        case .latest: return latest(indicator.facts, found)
        case .exists: return count(indicator.facts, found, atLeast: 1)
        case .count(let times, let half):
            return count(indicator.facts, found, atLeast: times, halfBefore: start(half))
        case .sum(let total, let half):
            return sum(indicator.facts, found, atLeast: total, halfBefore: start(half))
        case .change(let least, let times):
            return change(indicator.facts, found, atLeast: least, times: times)
        case .consecutive(let months): return consecutive(indicator.facts, found, months: months)
        case .trend(let count, let isRising, let least):
            return trend(indicator.facts, found, count, isRising: isRising, by: least)
        case .open(let closed):
            let begun = indicator.facts.look(
                among: known.facts, on: day, birth: person.birth, repeats: true, until: horizon)
            let ended = closed.look(
                among: known.facts, on: day, birth: person.birth, repeats: true, until: horizon)
            return open(indicator.facts, begun.found, closings: ended.found)
        case .missing: return nil
        }
    }

    func missing(
        _ indicator: Indicator, _ due: Due, _ looked: Looked, among known: Known
    ) -> Verdict {
        let anchors = due.anchors.compactMap { range(of: $0, among: known) }
        let first = due.isSinceDue ? anchors.map(\.lowerBound).min() : nil
        let saying = looked.found.filter { indicator.facts.accepts($0.fact.value) }
        let isPresent = saying.contains { sourced in
            guard let first else { return true }
            return sourced.fact.on.map { $0.range.upperBound > first } ?? false
        }
        if isPresent { return .no }
        if let item = indicator.items.first(where: withheld.contains) { return .unknown(.withheld(item)) }
        guard let dueDay = anchors.map(\.upperBound).max() else { return .unknown(.dueUnknown) }
        let deadline = due.grace.end(from: dueDay)
        horizon.note(deadline)
        if day < deadline { return .notYet(deadline) }
        if let gap = gap(indicator.facts.items, of: known, currentTo: deadline) { return .unknown(gap) }
        // A later due day may stand in a row that was rejected.
        let lost = rejected(due.items, of: known)
        if !lost.isEmpty { return .unknown(.rejectedRows(lost)) }
        // A fact without a date may be from the time looked at: it is no presence, and no absence either.
        let undated = (looked.undated + saying).filter {
            $0.fact.on == nil && indicator.facts.accepts($0.fact.value)
        }
        if let item = undated.map(\.fact.item).min() { return .unknown(.undated(item)) }
        let reasons = indicator.say.map { say in
            let items = say.places.contains(.due) ? indicator.items : indicator.facts.items
            return [absence(say, of: indicator.facts.items, speaksOf: items, due: dueDay)]
        }
        let ground = ground(due.anchors.compactMap { fact(of: $0, among: known) }, of: known)
        return .yes(Finding(reasons: reasons ?? [], since: dueDay, ground: ground))
    }

    func range(of anchor: Due.Anchor, among known: Known) -> ClosedRange<Day>? {
        switch anchor {
        case .after: return fact(of: anchor, among: known)?.fact.on?.range
        case .ageMonths(let months):
            return person.birth.map {
                $0.range.lowerBound.adding(months: months)...$0.range.upperBound.adding(months: months)
            }
        case .schoolEntry:
            guard let range = person.birth?.range,
                let first = range.lowerBound.schoolEntry, let last = range.upperBound.schoolEntry
            else { return nil }
            return first...last
        }
    }

    /// The fact that a due day is counted from; `nil` where there is none, or it is counted from a birth.
    private func fact(of anchor: Due.Anchor, among known: Known) -> SourcedFact? {
        guard case .after(let selector) = anchor else { return nil }
        return selector.look(among: known.facts, on: day, birth: person.birth, until: horizon).found
            .last { selector.accepts($0.fact.value) && $0.fact.on != nil }
    }

    private func ground(_ facts: [SourcedFact], of known: Known) -> [GroundFact] {
        facts.map { GroundFact($0, of: known.id, by: rule) }
    }

    /// Why nothing can be said about what these items lack; `nil` where it can.
    func gap(_ items: [ItemCode], of known: Known, currentTo deadline: Day? = nil) -> Gap? {
        if withheld.isEmpty, known.unread.isEmpty, night.areCurrent(items, to: deadline) { return nil }
        var stale: Set<SourceID> = []
        for item in items {
            if withheld.contains(item) { return .withheld(item) }
            guard let suppliers = sourcesOf[item], !suppliers.isEmpty else { return .noSource(item) }
            for id in suppliers {
                guard let source = sources[id], let asOf = source.asOf, source.isFresh(on: day) else {
                    stale.insert(id)
                    continue
                }
                if let deadline, asOf < deadline {
                    stale.insert(id)
                    // Its next extract may be current to the day.
                    horizon.noteTomorrow()
                }
            }
        }
        if !stale.isEmpty { return .staleSources(stale.sorted()) }
        let lost = rejected(items, of: known)
        return lost.isEmpty ? nil : .rejectedRows(lost)
    }

    /// Sources of `items` with a rejected row that may be about the person.
    func rejected(_ items: [ItemCode], of known: Known) -> [SourceID] {
        if known.unread.isEmpty { return [] }
        return known.unread.intersection(items.flatMap { sourcesOf[$0] ?? [] }).sorted()
    }

    /// Why the absence of these items cannot tell; `nil` where no rejected row may be about the person.
    func rejected(_ items: [ItemCode]) -> Gap? {
        let lost = rejected(items, of: own)
        return lost.isEmpty ? nil : .rejectedRows(lost)
    }
}

extension Day {
    /// The 1 April on which somebody born on this day enters school.
    var schoolEntry: Day? { Day(year - schoolGrade(on: self) + (month >= 4 ? 1 : 0), 4, 1) }
}
