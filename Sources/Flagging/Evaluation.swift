internal import Domain

/// What a condition comes to; unknown stays unknown through `not`, so that a missing extract never becomes a finding.
enum Verdict {
    case yes(Finding)
    case no
    case notYet(Day)
    case unknown(Gap)
}

/// Why a condition holds, and since when.
struct Finding {
    var reasons: [Reason] = []
    var since: Day?
}

/// What is known of one person, and which sources may hold more in rows that were rejected.
private struct Known {
    let facts: [SourcedFact]
    let unread: Set<SourceID>
}

/// One person under the conditions of one rule, on one night.
struct Evaluation {
    let person: JoinedPerson
    let day: Day
    let sources: [SourceID: SourceFreshness]
    let sourcesOf: [ItemCode: [SourceID]]
    let withheld: Set<ItemCode>

    func verdict(of condition: Condition) -> Verdict { verdict(of: condition, among: own) }

    private var own: Known { Known(facts: person.facts, unread: person.unread) }

    private func verdict(of condition: Condition, among known: Known) -> Verdict {
        switch condition {
        case .all(let parts): all(parts, among: known)
        case .any(let parts): any(parts.lazy.map { verdict(of: $0, among: known) })
        case .not(let inner, let say): not(inner, say: say, among: known)
        case .household(let members, let inner): household(members, inner)
        case .indicator(let indicator): verdict(of: indicator, among: known)
        }
    }

    /// As old as the last part that came true.
    private func all(_ parts: [Condition], among known: Known) -> Verdict {
        var finding = Finding()
        var (waiting, gap): (Day?, Gap?) = (nil, nil)
        for part in parts {
            switch verdict(of: part, among: known) {
            case .no: return .no
            case .notYet(let until): waiting = max(waiting ?? until, until)
            case .unknown(let found): gap = gap ?? found
            case .yes(let found):
                finding.reasons += found.reasons
                finding.since = [finding.since, found.since].compactMap(\.self).max()
            }
        }
        if let waiting { return .notYet(waiting) }
        return gap.map(Verdict.unknown) ?? .yes(finding)
    }

    /// Every part that holds gives its reasons; as old as the oldest of them.
    private func any(_ verdicts: some Sequence<Verdict>) -> Verdict {
        var finding: Finding?
        var (waiting, gap): (Day?, Gap?) = (nil, nil)
        for verdict in verdicts {
            switch verdict {
            case .no: continue
            case .notYet(let until): waiting = min(waiting ?? until, until)
            case .unknown(let found): gap = gap ?? found
            case .yes(let found):
                finding = Finding(
                    reasons: (finding?.reasons ?? []) + found.reasons,
                    since: [finding?.since, found.since].compactMap(\.self).min())
            }
        }
        if let finding { return .yes(finding) }
        if let gap { return .unknown(gap) }
        return waiting.map(Verdict.notYet) ?? .no
    }

    private func not(_ inner: Condition, say: Sentence?, among known: Known) -> Verdict {
        switch verdict(of: inner, among: known) {
        case .yes: return .no
        case .no:
            let items = Set(inner.indicators.flatMap(\.items)).sorted()
            return .yes(Finding(reasons: say.map { [absence($0, of: items, speaksOf: items)] } ?? []))
        case .notYet(let until): return .notYet(until)
        case .unknown(let gap): return .unknown(gap)
        }
    }

    private func household(_ members: Condition.Members, _ inner: Condition) -> Verdict {
        func age(_ birth: PartialDate?) -> ClosedRange<Int>? {
            birth.map { $0.range.upperBound.age(on: day)...$0.range.lowerBound.age(on: day) }
        }
        let around = person.household.filter { member in
            switch members {
            case .all, .others: true
            case .siblings: age(member.birth).map { $0.upperBound < 18 } ?? false
            case .adults: age(member.birth).map { $0.lowerBound >= 18 } ?? false
            }
        }.map { Known(facts: $0.facts, unread: $0.unread) }
        let looked = members == .all ? [own] + around : around
        // With nobody to look at, the sources still decide whether "nobody" can be said.
        let nobody = Known(facts: [], unread: [])
        let found = any((looked.isEmpty ? [nobody] : looked).lazy.map { verdict(of: inner, among: $0) })
        // Whom a rejected row of the register is about may live here too.
        if case .no = found, !person.isHouseholdWhole {
            return .unknown(.rejectedRows(person.unread.sorted()))
        }
        return found
    }

    // MARK: indicators

    private func verdict(of indicator: Indicator, among known: Known) -> Verdict {
        let looked = indicator.facts.look(among: known.facts, on: day, birth: person.birth)
        if case .missing(let due) = indicator.test { return missing(indicator, due, looked, among: known) }
        if let evidence = evidence(for: indicator, in: looked.found) {
            let reasons = indicator.say.map { [reason($0, for: indicator, evidence, of: known)] } ?? []
            return .yes(Finding(reasons: reasons, since: evidence.facts.compactMap(\.fact.firstDay).min()))
        }
        if let gap = gap(indicator.facts.items, of: known) { return .unknown(gap) }
        // What would hold if the undated facts counted can be neither said nor denied.
        if let item = looked.undated.map(\.fact.item).min(),
            evidence(for: indicator, in: (looked.undated + looked.found).inOrder) != nil
        {
            return .unknown(.undated(item))
        }
        return .no
    }

    private func evidence(for indicator: Indicator, in found: [SourcedFact]) -> Evidence? {
        switch indicator.test {
        case .latest: latest(indicator.facts, found)
        case .exists: count(indicator.facts, found, atLeast: 1)
        case .count(let times): count(indicator.facts, found, atLeast: times)
        case .sum(let total): sum(indicator.facts, found, atLeast: total)
        case .change(let least, let times): change(indicator.facts, found, atLeast: least, times: times)
        case .consecutive(let months): consecutive(indicator.facts, found, months: months)
        case .missing: nil
        }
    }

    private func missing(
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
        return .yes(Finding(reasons: reasons ?? [], since: dueDay))
    }

    private func range(of anchor: Due.Anchor, among known: Known) -> ClosedRange<Day>? {
        switch anchor {
        case .after(let selector):
            return selector.look(among: known.facts, on: day, birth: person.birth).found
                .last { selector.accepts($0.fact.value) && $0.fact.on != nil }?.fact.on?.range
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

    /// Why nothing can be said about what these items lack; `nil` where it can.
    private func gap(_ items: [ItemCode], of known: Known, currentTo deadline: Day? = nil) -> Gap? {
        var stale: Set<SourceID> = []
        for item in items {
            if withheld.contains(item) { return .withheld(item) }
            guard let suppliers = sourcesOf[item], !suppliers.isEmpty else { return .noSource(item) }
            for id in suppliers {
                guard let source = sources[id], let asOf = source.asOf, source.isFresh(on: day),
                    deadline.map({ asOf >= $0 }) ?? true
                else {
                    stale.insert(id)
                    continue
                }
            }
        }
        if !stale.isEmpty { return .staleSources(stale.sorted()) }
        let lost = rejected(items, of: known)
        return lost.isEmpty ? nil : .rejectedRows(lost)
    }

    /// Sources of `items` with a rejected row that may be about the person.
    private func rejected(_ items: [ItemCode], of known: Known) -> [SourceID] {
        if known.unread.isEmpty { return [] }
        return known.unread.intersection(items.flatMap { sourcesOf[$0] ?? [] }).sorted()
    }

    /// Why the absence of these items cannot tell; `nil` where no rejected row may be about the person.
    func rejected(_ items: [ItemCode]) -> Gap? {
        let lost = rejected(items, of: own)
        return lost.isEmpty ? nil : .rejectedRows(lost)
    }

    // MARK: reasons

    /// A finding with what may speak against it in sources of items that are not there.
    func told(_ finding: Finding, lacking items: [ItemCode]) -> Finding {
        let doubt = unplaced(in: Set(items.flatMap { sourcesOf[$0] ?? [] }).sorted().map(freshness))
        var told = finding
        guard let last = told.reasons.popLast() else { return finding }
        let sentence = last.sentence.hasSuffix(doubt) ? last.sentence : last.sentence + doubt
        told.reasons.append(
            Reason(sentence: sentence, facts: last.facts, items: last.items, sources: last.sources))
        return told
    }

    private func reason(
        _ say: Sentence, for indicator: Indicator, _ evidence: Evidence, of known: Known
    ) -> Reason {
        let sources = Set(evidence.facts.map(\.position.source)).sorted().map(freshness)
        let last = evidence.facts.last
        let sentence = say.filled { place in
            switch place {
            case .date: last?.fact.on?.wareki ?? "日付の記録なし"
            case .from: evidence.facts.first?.fact.on?.wareki ?? "日付の記録なし"
            case .kind: last.flatMap { indicator.facts.key(of: $0.fact)?.title } ?? ""
            case .value: evidence.value
            case .baseline: evidence.baseline
            default: words(place, of: sources)
            }
        }
        // A newer row could say otherwise; what rows add up to, they add up to all the same.
        let lost = indicator.test.looksAtNewest ? rejected(indicator.facts.items, of: known) : []
        let doubt =
            lost.isEmpty
            ? ""
            : "ただし、\(lost.map { freshness($0).title }.joined(separator: "・"))に、この方の記録かもしれない、受け付けられない行があります。"
        return Reason(
            sentence: sentence + doubt, facts: evidence.facts, items: indicator.facts.items, sources: sources)
    }

    private func absence(
        _ say: Sentence, of items: [ItemCode], speaksOf spoken: [ItemCode], due: Day? = nil
    ) -> Reason {
        let sources = Set(items.flatMap { sourcesOf[$0] ?? [] }).sorted().map(freshness)
        let sentence = say.filled { $0 == .due ? due?.wareki ?? "" : words($0, of: sources) }
        return Reason(
            sentence: sentence + unplaced(in: sources), facts: [], items: spoken, sources: sources)
    }

    /// What may speak against an absence: rows that nobody can tell whose they are.
    private func unplaced(in sources: [SourceFreshness]) -> String {
        let counts = sources.compactMap { source in source.unplaced.map { "\(source.title)に\($0)行" } }
        guard !counts.isEmpty else { return "" }
        return "ただし、受け付けられず、だれの記録か分からない行が\(counts.joined(separator: "、"))あります。"
    }

    private func words(_ place: Sentence.Place, of sources: [SourceFreshness]) -> String {
        switch place {
        case .source: sources.map(\.title).joined(separator: "・")
        // The least current of them: nothing is claimed beyond.
        case .asOf: sources.compactMap(\.asOf).min()?.wareki ?? "日付不明"
        default: ""
        }
    }

    private func freshness(_ id: SourceID) -> SourceFreshness {
        sources[id] ?? SourceFreshness(source: id, title: id.rawValue, asOf: nil, limit: 0)
    }
}

extension Day {
    /// The 1 April on which somebody born on this day enters school.
    var schoolEntry: Day? { Day(year - schoolGrade(on: self) + (month >= 4 ? 1 : 0), 4, 1) }
}
