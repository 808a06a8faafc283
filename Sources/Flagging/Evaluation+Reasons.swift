internal import Domain

// What a finding says to people.
extension Evaluation {
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

    func reason(
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

    func absence(
        _ say: Sentence, of items: [ItemCode], speaksOf spoken: [ItemCode], due: Day? = nil
    ) -> Reason {
        let sources = Set(items.flatMap { sourcesOf[$0] ?? [] }).sorted().map(freshness)
        let sentence = say.filled { $0 == .due ? due?.wareki ?? "" : words($0, of: sources) }
        return Reason(
            sentence: sentence + unplaced(in: sources), facts: [], items: spoken, sources: sources)
    }

    /// What may speak against an absence: rows that nobody can tell whose they are.
    func unplaced(in sources: [SourceFreshness]) -> String {
        let counts = sources.compactMap { source in source.unplaced.map { "\(source.title)に\($0)行" } }
        guard !counts.isEmpty else { return "" }
        return "ただし、受け付けられず、だれの記録か分からない行が\(counts.joined(separator: "、"))あります。"
    }

    func words(_ place: Sentence.Place, of sources: [SourceFreshness]) -> String {
        switch place {
        case .source: sources.map(\.title).joined(separator: "・")
        // The least current of them: nothing is claimed beyond.
        case .asOf: sources.compactMap(\.asOf).min()?.wareki ?? "日付不明"
        default: ""
        }
    }

    func freshness(_ id: SourceID) -> SourceFreshness {
        sources[id] ?? SourceFreshness(source: id, title: id.rawValue, asOf: nil, limit: 0)
    }

    // MARK: beside the finding

    /// What speaks for the family (支えになる記録): shown beside the reasons, never taken off them.
    func protective(_ conditions: [Condition]) -> [Reason] {
        conditions.flatMap { condition -> [Reason] in
            if case .yes(let found) = verdict(of: condition) { return found.reasons }
            return []
        }
    }

    /// What could not be told besides the reasons. What policy holds back is not told either.
    func missing(_ gaps: Set<Gap>, of rule: FlagRule) -> [Reason] {
        func told(_ sentence: String, _ items: [ItemCode], _ sources: [SourceID] = []) -> Reason {
            Reason(sentence: sentence, facts: [], items: items, sources: sources.map(freshness))
        }
        func titles(_ sources: [SourceID]) -> String {
            sources.map { freshness($0).title }.joined(separator: "・")
        }
        func items(of sources: [SourceID]) -> [ItemCode] {
            rule.items.filter { !Set(sourcesOf[$0] ?? []).isDisjoint(with: sources) }
        }
        return gaps.compactMap { gap -> Reason? in
            switch gap {
            case .noSource(let item):
                told("「\(rule.itemTitles[item] ?? item.rawValue)」は、まだ届いていません。", [item])
            case .staleSources(let sources):
                told("\(titles(sources))は、新しい記録が届いていないため、見ていない条件があります。", items(of: sources), sources)
            case .rejectedRows(let sources):
                told(
                    "\(titles(sources))に、この方の記録かもしれない、受け付けられない行があるため、見ていない条件があります。",
                    items(of: sources), sources)
            case .undated(let item):
                told("「\(rule.itemTitles[item] ?? item.rawValue)」に日付のない記録があるため、見ていない条件があります。", [item])
            case .withheld, .birthUnknown, .dueUnknown: nil
            }
        }.sorted { $0.sentence.utf8.lexicographicallyPrecedes($1.sentence.utf8) }
    }
}

extension Reason {
    /// That several rules found somebody; it needs a grant for whatever any of their reasons speaks of.
    init(_ say: Sentence, titlesOf flags: [Flag], count: Int) {
        let reasons = flags.flatMap(\.reasons)
        let sources = Dictionary(reasons.flatMap(\.sources).map { ($0.source, $0) }) { first, _ in first }
        let sentence = say.filled { place in
            switch place {
            case .titles: flags.map { "「\($0.title)」" }.joined()
            case .count: "\(count)"
            default: ""
            }
        }
        self.init(
            sentence: sentence, facts: [], items: Set(reasons.flatMap(\.items)).sorted(),
            sources: sources.keys.sorted().compactMap { sources[$0] })
    }
}
