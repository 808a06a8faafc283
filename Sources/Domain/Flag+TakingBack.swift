/// What is left of a flag where it, or some of what it says, is not to be kept any more.
extension Flag {
    /// Whether any of some facts bears it, named by a sentence or not.
    ///
    /// - Parameter isTaken: told whose the fact is where that is known.
    package func rests(on isTaken: (SourcedFact, PersonID?) -> Bool) -> Bool {
        reasons.contains { $0.facts.contains { isTaken($0, nil) } }
            || ground.contains { isTaken($0.sourced, $0.person) }
    }

    /// The same flag without what it says because of some facts.
    ///
    /// Words beside its reasons go with the fact they name. Where the flag rests on one, every reason is emptied: a sentence of absence, of
    /// months compared or of other rules may quote a fact that it does not name. The ground keeps whose facts it was and where they stood.
    ///
    /// - Parameters:
    ///   - isTaken: as `rests(on:)` has it.
    ///   - day: takes the place of `since` where the oldest fact may be among them.
    /// - Returns: `nil` where the flag says nothing because of them.
    package func without(_ isTaken: (SourcedFact, PersonID?) -> Bool, on day: Day) -> Flag? {
        var flag = self
        flag.protective.removeAll { $0.facts.contains { isTaken($0, nil) } }
        flag.missing.removeAll { $0.facts.contains { isTaken($0, nil) } }
        if rests(on: isTaken) {
            flag.reasons = reasons.map(\.emptied)
            flag.ground = ground.map { isTaken($0.sourced, $0.person) ? $0.emptied : $0 }
            flag.since = day
        }
        return flag == self ? nil : flag
    }

    /// What stands in place of a flag that may not be kept, on a case that people worked on: who could read the flag goes on reading the
    /// case, and nothing says what it was.
    package func erased(_ number: Int, on day: Day) -> Flag {
        Flag(
            rule: .erased(number), version: 1, title: Reason.erased, person: person, urgency: .normal,
            difficulties: [], reasons: reasons.map(\.emptied), confirm: [], since: day)
    }
}

extension Reason {
    /// What decides who reads it, and nothing of what it said.
    fileprivate var emptied: Reason {
        Reason(
            sentence: Self.erased, facts: [], items: Set(items + facts.map(\.fact.item)).sorted(), sources: []
        )
    }

    /// Whether what it said is not kept any more.
    package var isErased: Bool { sentence == Self.erased }

    fileprivate static let erased = "もとになった記録が訂正や取消しなどで使えなくなったため、内容を消しました。"
}

extension GroundFact {
    /// Whose it was, and where it stood.
    fileprivate var emptied: GroundFact {
        let fact = Fact(item: sourced.fact.item, kind: sourced.fact.kind, value: .code(""), on: nil)
        return GroundFact(SourcedFact(fact, from: sourced.position), of: person, by: rule)
    }
}

extension RuleID {
    /// Of no rule: what stands in place of a flag that may not be kept. No rule file may be called so.
    package static func erased(_ number: Int) -> RuleID { RuleID(erasedPrefix + String(number)) }

    /// Whether a rule found it, and it is kept: neither by hand nor erased.
    package var isOfRule: Bool { !isByHand && !rawValue.hasPrefix(Self.erasedPrefix) }

    package static let erasedPrefix = "erased-"
}
