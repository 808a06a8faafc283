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

    /// Of each of `months`, in its order: by the row itself, and by the other months of the rule, of which the sum is told.
    package var hiddenMonths: [Set<Column>] {
        let sums = Dictionary(rules.map { ($0.rule, $0.hidden) }, uniquingKeysWith: { first, _ in first })
        var hidden = months.map(\.hidden)
        for places in Dictionary(grouping: months.indices, by: { months[$0].rule }).values {
            for column in Column.allCases {
                let told = SmallCounts.told(
                    Dictionary(
                        uniqueKeysWithValues: places.map {
                            ("\($0)", hidden[$0].contains(column) ? 1 : months[$0].count(column))
                        }))
                for place in places where told["\(place)"] == .some(nil) { hidden[place].insert(column) }
            }
            for place in places where hidden[place].contains(.assessed) {
                hidden[place].formUnion(Column.ends)
            }
            // A whole that is told tells the one part that is not.
            let isOpen = places.allSatisfy { place in
                Column.parts.filter { hidden[place].contains($0) }.count != 1
            }
            if !isOpen || sums[months[places[0]].rule]?.contains(.fired) != false {
                for place in places { hidden[place].insert(.fired) }
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
