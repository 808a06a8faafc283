package import Domain

extension FlagRule {
    /// The numbers from which the rule's conditions hold, in the order written.
    package var thresholds: [Double] {
        guard case .condition(let condition) = search else { return [] }
        return condition.indicators.compactMap(\.threshold)
    }

    /// The same rule with another number in the place of one of `thresholds`, under another id, to be tried beside it.
    package func trying(_ number: Double, at place: Int, as id: RuleID) -> FlagRule {
        guard case .condition(let condition) = search else { return self }
        var left = place
        let changed = condition.mapped { indicator in
            guard indicator.threshold != nil else { return indicator }
            left -= 1
            return left == -1 ? indicator.with(threshold: number) : indicator
        }
        return FlagRule(
            id: id, version: version, title: title, purpose: purpose, items: items,
            difficulties: difficulties,
            urgency: urgency, confirm: confirm, rationale: rationale, source: source, author: author,
            approver: approver, effectiveFrom: effectiveFrom, effectiveTo: effectiveTo,
            expectedShare: expectedShare, proceed: proceed, population: population,
            search: .condition(changed),
            suppressions: suppressions, protective: protective, itemTitles: itemTitles)
    }
}

extension Condition {
    fileprivate func mapped(_ change: (Indicator) -> Indicator) -> Condition {
        switch self {
        case .all(let parts): .all(parts.map { $0.mapped(change) })
        case .any(let parts): .any(parts.map { $0.mapped(change) })
        case .not(let inner, let say): .not(inner.mapped(change), say: say)
        case .household(let members, let least, let inner):
            .household(members, atLeast: least, inner.mapped(change))
        case .indicator(let indicator): .indicator(change(indicator))
        case .age, .flagged: self
        }
    }
}

extension Indicator {
    fileprivate var threshold: Double? {
        switch test {
        case .latest, .exists: facts.atLeast
        case .count(let times, _): Double(times)
        case .sum(let total, _): total
        case .change(let least, _): least
        case .consecutive(let months): Double(months)
        case .trend(_, _, let least): least
        case .open, .missing: nil
        }
    }

    fileprivate func with(threshold: Double) -> Indicator {
        var facts = facts
        let test: Test
        switch self.test {
        case .latest, .exists:
            facts.atLeast = threshold
            test = self.test
        case .count(_, let half): test = .count(Int(threshold.rounded(.up)), halfBefore: half)
        case .sum(_, let half): test = .sum(threshold, halfBefore: half)
        case .change(_, let times): test = .change(atLeast: threshold, times: times)
        case .consecutive: test = .consecutive(Int(threshold.rounded(.up)))
        case .trend(let count, let isRising, _): test = .trend(count, isRising: isRising, by: threshold)
        case .open, .missing: test = self.test
        }
        return Indicator(test: test, facts: facts, say: say)
    }
}
