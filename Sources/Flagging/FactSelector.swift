internal import Domain

/// How far back a condition looks from the night's day; history without an end is never read.
enum LookBack: Sendable, Hashable {
    case days(Int)
    case months(Int)
    /// Back to 1 April of the night's school year (年度).
    case schoolYear
    /// Back to the flagged child's own birth.
    case sinceBirth

    /// The first day that is looked at; `nil` where it hangs on a birth date that is not known.
    func start(on day: Day, birth: PartialDate?) -> Day? {
        switch self {
        case .days(let days): day.adding(days: 1 - days)
        case .months(let months): day.adding(months: -months).adding(days: 1)
        case .schoolYear: Day(day.schoolYear, 4, 1)
        case .sinceBirth: birth?.range.lowerBound
        }
    }

    /// The months it can span at most, for a rule about people of up to `oldest` months.
    func months(oldest: Int) -> Int {
        switch self {
        case .days(let days): (days + 30) / 31
        case .months(let months): months
        case .schoolYear: 12
        case .sinceBirth: oldest
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
    var found: [SourcedFact] = []
    /// Facts that may lie in the time looked at or not: the source gives no date, or when that time began is not known.
    var undated: [SourcedFact] = []
}

/// Which facts a condition looks at: parts of items, their values, and how far back.
struct FactSelector: Sendable, Hashable {
    /// At least one, each once.
    let keys: [FactKey]
    /// In code order, each once.
    let items: [ItemCode]
    /// Empty: any word.
    var codes: [String] = []
    var atLeast: Double?
    var atMost: Double?
    /// `nil`: only for current states, which are no history.
    var within: LookBack?

    init(
        keys: [FactKey], codes: [String] = [], atLeast: Double? = nil, atMost: Double? = nil,
        within: LookBack? = nil
    ) {
        var seen: Set<FactKey> = []
        self.keys = keys.filter { seen.insert($0).inserted }
        items = Set(keys.map(\.item)).sorted()
        self.codes = codes
        self.atLeast = atLeast
        self.atMost = atMost
        self.within = within
    }

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
    ///
    /// - Parameters:
    ///   - repeats: whether the same statement of several rows comes once for each.
    ///   - horizon: is told when another fact will be looked at, or one no more.
    func look(
        among facts: FactIndex, on day: Day, birth: PartialDate?, repeats: Bool = false,
        until horizon: Horizon?
    ) -> Looked {
        var looked = Looked()
        let start = within?.start(on: day, birth: birth)
        var parts = 0
        for key in keys {
            guard let part = facts[key.item, key.kind] else { continue }
            parts += 1
            var isFirst = true
            for (place, sourced) in part.enumerated() {
                if !repeats, part.isRepeated(place) { continue }
                guard let date = sourced.fact.on else {
                    if within == nil { looked.found.append(sourced) } else { looked.undated.append(sourced) }
                    continue
                }
                let range = date.range
                if range.lowerBound > day {
                    horizon?.note(range.lowerBound)
                    break
                }
                if let within {
                    guard let start else {
                        looked.undated.append(sourced)
                        continue
                    }
                    guard (within == .sinceBirth ? range.upperBound : range.lowerBound) >= start else {
                        continue
                    }
                    // The oldest goes first.
                    if isFirst { horizon?.note(within.end(of: range.lowerBound, on: day)) }
                    isFirst = false
                }
                looked.found.append(sourced)
            }
        }
        if parts > 1 { looked.found = looked.found.inOrder }
        return looked
    }

    func key(of fact: Fact) -> FactKey? { keys.first { $0.item == fact.item && $0.kind == fact.kind } }
}

/// One person's facts by part, each oldest first; made once for all the rules of a night.
struct FactIndex: Sendable {
    private struct Part: Sendable {
        let item: ItemCode
        let kind: String
        var facts: [SourcedFact]
    }

    private var parts: [Part] = []

    /// - Parameter facts: in any order; fastest where a part's facts stand together.
    init(_ facts: [SourcedFact]) {
        var last = 0
        for sourced in facts {
            let (item, kind) = (sourced.fact.item, sourced.fact.kind)
            if !parts.indices.contains(last) || parts[last].kind != kind || parts[last].item != item {
                last = parts.firstIndex { $0.kind == kind && $0.item == item } ?? parts.count
                if last == parts.count { parts.append(Part(item: item, kind: kind, facts: [])) }
            }
            parts[last].facts.append(sourced)
        }
        for index in parts.indices where parts[index].facts.count > 1 {
            parts[index].facts = parts[index].facts.inOrder
        }
    }

    subscript(item: ItemCode, kind: String) -> [SourcedFact]? {
        for part in parts where part.kind == kind && part.item == item { return part.facts }
        return nil
    }
}

extension Fact {
    /// The first day the fact can hold for.
    var firstDay: Day? { on?.range.lowerBound }

    var number: Double? { if case .number(let number) = value { number } else { nil } }
}

extension [SourcedFact] {
    /// Oldest first, undated before all, then by item, part and row.
    var inOrder: [SourcedFact] {
        let starts = map { $0.fact.firstDay?.number ?? .min }
        func precedes(_ left: Int, _ right: Int) -> Bool {
            let (a, b) = (self[left], self[right])
            if starts[left] != starts[right] { return starts[left] < starts[right] }
            if a.fact.item != b.fact.item { return a.fact.item < b.fact.item }
            if a.fact.kind != b.fact.kind { return a.fact.kind < b.fact.kind }
            return a.position < b.position
        }
        if !indices.dropFirst().contains(where: { precedes($0, $0 - 1) }) { return self }
        return indices.sorted(by: precedes).map { self[$0] }
    }

    /// Whether one before it in order says the same for the same time.
    fileprivate func isRepeated(_ place: Int) -> Bool {
        var before = place - 1
        while before >= 0, self[before].fact.on?.range.lowerBound == self[place].fact.on?.range.lowerBound {
            if self[before].fact == self[place].fact { return true }
            before -= 1
        }
        return false
    }
}
