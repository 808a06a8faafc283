import Domain

/// Which counts of a measurement are not told: fewer than `SmallCounts.least`, and those by which such a one could be reckoned.
extension RuleMeasure {
    package enum Column: CaseIterable, Sendable {
        /// What the rule raised, and the three that make it up.
        case fired, assessed, backlog, withdrawn
        /// What makes up the assessed.
        case supported, watching, notApplicable, elsewhere

        fileprivate static let parts: [Column] = [.assessed, .backlog, .withdrawn]
        fileprivate static let ends: [Column] = [.supported, .watching, .notApplicable, .elsewhere]
    }

    /// Of each of `months`, in its order. Months tell each other, and each part of each: where one of a rule's has too small a count
    /// anywhere, of all of them only what was raised is told, as far as its sum tells none.
    package var hiddenMonths: [Set<Column>] {
        let sums = Dictionary(rules.map { ($0.rule, $0.hidden) }, uniquingKeysWith: { first, _ in first })
        var hidden = [Set<Column>](repeating: [], count: months.count)
        for places in Dictionary(grouping: months.indices, by: { months[$0].rule }).values
        where !places.allSatisfy({ months[$0].hidden.isEmpty }) {
            let told = SmallCounts.told(
                Dictionary(uniqueKeysWithValues: places.map { ("\($0)", months[$0].fired) }))
            let isSumTold = sums[months[places[0]].rule]?.contains(.fired) == false
            for place in places {
                hidden[place] = Set(Column.allCases)
                if isSumTold, told["\(place)"] != .some(nil) { hidden[place].remove(.fired) }
            }
        }
        return hidden
    }
}

extension RuleMeasure.Line {
    package func count(_ column: RuleMeasure.Column) -> Int {
        switch column {
        case .fired: fired
        case .assessed: assessed
        case .backlog: backlog
        case .withdrawn: withdrawn
        case .supported: ends[.supported] ?? 0
        case .watching: ends[.watching] ?? 0
        case .notApplicable: ends[.notApplicable] ?? 0
        case .elsewhere: (ends[.alreadySupported] ?? 0) + (ends[.referred] ?? 0)
        }
    }

    /// By the line alone.
    package var hidden: Set<RuleMeasure.Column> {
        func isFew(_ column: RuleMeasure.Column) -> Bool { (1..<SmallCounts.least).contains(count(column)) }
        guard !isFew(.fired) else { return Set(RuleMeasure.Column.allCases) }
        var hidden = Set(RuleMeasure.Column.parts.filter(isFew))
        // Rather the whole than what people looked at.
        if hidden.count == 1 { hidden.insert(.fired) }
        guard assessed >= SmallCounts.least else { return hidden.union(RuleMeasure.Column.ends) }
        let told = SmallCounts.told(
            Dictionary(uniqueKeysWithValues: RuleMeasure.Column.ends.map { ("\($0)", count($0)) }))
        return hidden.union(RuleMeasure.Column.ends.filter { told["\($0)"] == .some(nil) })
    }
}
