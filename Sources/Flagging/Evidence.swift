internal import Domain

/// The facts that make an indicator true, oldest first, and the figures its sentence names.
struct Evidence {
    let facts: [SourcedFact]
    let value: String
    var baseline = ""

    init(facts: [SourcedFact], value: String, baseline: String = "") {
        self.facts = facts
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

    func count(_ selector: FactSelector, _ found: [SourcedFact], atLeast times: Int) -> Evidence? {
        let saying = found.filter { selector.accepts($0.fact.value) }
        guard saying.count >= times, let last = saying.last else { return nil }
        return Evidence(facts: saying, value: times == 1 ? words(of: last, selector) : "\(saying.count)件")
    }

    func sum(_ selector: FactSelector, _ found: [SourcedFact], atLeast total: Double) -> Evidence? {
        let parts = largestByDate(found).filter { $0.fact.number ?? 0 > 0 }
        let sum = parts.reduce(0) { $0 + ($1.fact.number ?? 0) }
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
            facts: [last], value: figure(newest, unit: unit), baseline: figure(mean, unit: unit))
    }

    func consecutive(_ selector: FactSelector, _ found: [SourcedFact], months count: Int) -> Evidence? {
        let newest = largestByDate(found).suffix(count)
        guard newest.count == count, newest.allSatisfy({ selector.accepts($0.fact.value) }) else {
            return nil
        }
        return Evidence(facts: Array(newest), value: "\(count)か月")
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
