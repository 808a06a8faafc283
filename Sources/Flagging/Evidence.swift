internal import Domain

/// The facts that make an indicator true, oldest first, and the figures its sentence names.
struct Evidence {
    let facts: [SourcedFact]
    let value: String
    var baseline = ""
    /// What they were compared with.
    let compared: [SourcedFact]

    init(
        facts: [SourcedFact], value: String, baseline: String = "", comparedWith compared: [SourcedFact] = []
    ) {
        self.facts = facts
        self.compared = compared
        self.value = value
        self.baseline = baseline
    }
}

// Each indicator over the facts it looks at (oldest first, the same statement once); `nil`: not so.
extension Evaluation {
    func latest(_ selector: FactSelector, _ found: [SourcedFact]) -> Evidence? {
        guard let last = found.last else { return nil }
        let tied = found.filter { $0.fact.firstDay == last.fact.firstDay }
        let saying = tied.filter { selector.accepts($0.fact.value) }
        let largest = saying.max { $0.fact.number ?? 0 < $1.fact.number ?? 0 }
        guard let largest, largest.fact.number != nil || saying.count == tied.count else { return nil }
        return Evidence(facts: [largest], value: words(of: largest, selector))
    }

    func count(
        _ selector: FactSelector, _ found: [SourcedFact], atLeast times: Int, halfBefore: Day? = nil
    ) -> Evidence? {
        let saying = found.filter { selector.accepts($0.fact.value) }
        let weight = saying.reduce(0) { $0 + share(of: $1, halfBefore) }
        guard weight >= Double(times), let last = saying.last else { return nil }
        return Evidence(facts: saying, value: times == 1 ? words(of: last, selector) : "\(saying.count)件")
    }

    func sum(
        _ selector: FactSelector, _ found: [SourcedFact], atLeast total: Double, halfBefore: Day? = nil
    ) -> Evidence? {
        let parts = largestByDate(found).filter { $0.fact.number ?? 0 > 0 }
        let sum = parts.reduce(0) { $0 + ($1.fact.number ?? 0) * share(of: $1, halfBefore) }
        guard sum >= total, !parts.isEmpty else { return nil }
        return Evidence(facts: parts, value: figure(sum, unit: unit(of: parts, selector)))
    }

    func change(
        _ selector: FactSelector, _ found: [SourcedFact], atLeast least: Double, times: Double
    ) -> Evidence? {
        let months = largestByDate(found)
        guard months.count > 1, let last = months.last, let newest = last.fact.number else { return nil }
        let mean = months.dropLast().reduce(0) { $0 + ($1.fact.number ?? 0) } / Double(months.count - 1)
        guard newest >= least, newest >= times * mean else { return nil }
        let unit = unit(of: [last], selector)
        return Evidence(
            facts: [last], value: figure(newest, unit: unit), baseline: figure(mean, unit: unit),
            comparedWith: months.dropLast())
    }

    func consecutive(_ selector: FactSelector, _ found: [SourcedFact], months count: Int) -> Evidence? {
        let newest = largestByDate(found).suffix(count)
        guard newest.count == count, newest.allSatisfy({ selector.accepts($0.fact.value) }) else {
            return nil
        }
        return Evidence(facts: Array(newest), value: "\(count)か月")
    }

    func trend(
        _ selector: FactSelector, _ found: [SourcedFact], _ count: Int, isRising: Bool, by least: Double
    ) -> Evidence? {
        let newest = Array(largestByDate(found).suffix(count))
        guard newest.count == count, let last = newest.last, let to = last.fact.number,
            let from = newest.first?.fact.number
        else { return nil }
        let steps = zip(newest, newest.dropFirst()).map { ($1.fact.number ?? 0) - ($0.fact.number ?? 0) }
        guard steps.allSatisfy({ isRising ? $0 > 0 : $0 < 0 }), abs(to - from) >= least else { return nil }
        let unit = unit(of: [last], selector)
        return Evidence(facts: newest, value: figure(to, unit: unit), baseline: figure(from, unit: unit))
    }

    /// The newest of what began and was not ended: an end in its own row ends it; an end in a row without a beginning ends
    /// all that began no later.
    func open(_ selector: FactSelector, _ found: [SourcedFact], closings: [SourcedFact]) -> Evidence? {
        let open = found.filter { begun in
            selector.accepts(begun.fact.value)
                && !closings.contains { closing in
                    if closing.position == begun.position { return true }
                    if found.contains(where: { $0.position == closing.position }) { return false }
                    return closing.fact.firstDay?.number ?? .max >= begun.fact.firstDay?.number ?? .min
                }
        }
        guard let last = open.last else { return nil }
        return Evidence(facts: [last], value: words(of: last, selector))
    }

    private func share(of sourced: SourcedFact, _ halfBefore: Day?) -> Double {
        guard let halfBefore, let first = sourced.fact.firstDay else { return 1 }
        return first < halfBefore ? 0.5 : 1
    }

    /// One number for each date: two rows for one month (two rosters, a corrected row) are two views of the same days.
    private func largestByDate(_ found: [SourcedFact]) -> [SourcedFact] {
        var largest: [SourcedFact] = []
        for sourced in found where sourced.fact.number != nil {
            if let last = largest.last, last.fact.firstDay == sourced.fact.firstDay {
                if last.fact.number ?? 0 < sourced.fact.number ?? 0 {
                    largest[largest.count - 1] = sourced
                }
            } else {
                largest.append(sourced)
            }
        }
        return largest
    }

    private func words(of sourced: SourcedFact, _ selector: FactSelector) -> String {
        switch sourced.fact.value {
        case .code(let code): code
        case .number(let number): figure(number, unit: unit(of: [sourced], selector))
        case .day(let day): day.wareki
        }
    }

    private func unit(of facts: [SourcedFact], _ selector: FactSelector) -> String {
        facts.last.flatMap { selector.key(of: $0.fact)?.unit } ?? ""
    }
}
