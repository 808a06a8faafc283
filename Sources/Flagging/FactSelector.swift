internal import Domain

/// How far back a condition looks from the night's day; history without an end is never read.
enum LookBack: Sendable, Hashable {
    case days(Int)
    case months(Int)
    /// Back to the flagged child's own birth.
    case sinceBirth

    /// The first day that is looked at; `nil` where it hangs on a birth date that is not known.
    func start(on day: Day, birth: PartialDate?) -> Day? {
        switch self {
        case .days(let days): day.adding(days: 1 - days)
        case .months(let months): day.adding(months: -months).adding(days: 1)
        case .sinceBirth: birth?.range.lowerBound
        }
    }
}

/// A part of a basic data item as a rule reads it, with the catalogue's words for it.
struct FactKey: Sendable, Hashable {
    let item: ItemCode
    let kind: String
    let title: String
    let unit: String
}

/// What a look at a person's facts gave.
struct Looked {
    /// Oldest first, the same statement once.
    let found: [SourcedFact]
    /// Facts that may lie in the time looked at or not: the source gives no date.
    let undated: [SourcedFact]
}

/// Which facts a condition looks at: parts of items, their values, and how far back.
struct FactSelector: Sendable, Hashable {
    /// At least one.
    let keys: [FactKey]
    /// Empty: any word.
    var codes: [String] = []
    var atLeast: Double?
    var atMost: Double?
    /// `nil`: only for current states, which are no history.
    var within: LookBack?

    /// In code order, each once.
    var items: [ItemCode] { Set(keys.map(\.item)).sorted() }

    func accepts(_ value: FactValue) -> Bool {
        switch value {
        case .code(let code): codes.isEmpty || codes.contains(code)
        case .number(let number): number >= atLeast ?? -.infinity && number <= atMost ?? .infinity
        case .day: true
        }
    }

    /// The facts of the parts and the time looked at, whatever they say.
    ///
    /// Future days are left out. Where a look-back is set, a fact without a date is neither in it nor out of it.
    func look(among facts: [SourcedFact], on day: Day, birth: PartialDate?) -> Looked {
        var found: [SourcedFact] = []
        var undated: [SourcedFact] = []
        var start: Day?
        for index in facts.indices where isMeant(facts[index].fact) {
            guard let date = facts[index].fact.on else {
                if within == nil { found.append(facts[index]) } else { undated.append(facts[index]) }
                continue
            }
            if let within {
                guard let first = start ?? within.start(on: day, birth: birth) else { continue }
                start = first
                guard (within == .sinceBirth ? date.range.upperBound : date.range.lowerBound) >= first else {
                    continue
                }
            }
            if date.range.lowerBound <= day { found.append(facts[index]) }
        }
        return Looked(found: found.count < 2 ? found : found.inOrder, undated: undated)
    }

    func key(of fact: Fact) -> FactKey? { keys.first { $0.item == fact.item && $0.kind == fact.kind } }

    private func isMeant(_ fact: Fact) -> Bool {
        for key in keys where key.kind == fact.kind && key.item == fact.item { return true }
        return false
    }
}

extension Fact {
    /// The first day the fact can hold for.
    var firstDay: Day? { on?.range.lowerBound }

    var number: Double? { if case .number(let number) = value { number } else { nil } }
}

extension [SourcedFact] {
    /// Oldest first, undated before all, then by row; of equal statements only the first row's.
    var inOrder: [SourcedFact] {
        let sorted = self.sorted { left, right in
            let (a, b) = (left.fact.firstDay?.number ?? .min, right.fact.firstDay?.number ?? .min)
            if a != b { return a < b }
            if left.fact.item != right.fact.item { return left.fact.item < right.fact.item }
            if left.fact.kind != right.fact.kind { return left.fact.kind < right.fact.kind }
            return left.position < right.position
        }
        var seen: Set<Fact> = []
        return sorted.filter { seen.insert($0.fact).inserted }
    }
}
