package import Domain

/// Whether a programme is received already, as far as records tell.
package enum Receiving: Sendable, Hashable {
    case received(ItemCode)
    /// A record says so, in a source that is not current any more: whether it still is cannot be told.
    case receivedBefore(ItemCode, asOf: Day?)
    /// A record says something else, such as 支給停止 or 否認定: somebody decided.
    case decided(ItemCode)
    /// No record, in sources that are current as of a day.
    case notRecorded(ItemCode, asOf: Day?)
    /// No record, but the papers may be under way.
    case notYetDue(ItemCode)
    /// No item tells of this programme.
    case unknowable
    case gap(Gap)
}

/// A programme that may be for a child of a household.
package struct Offer: Sendable, Hashable {
    /// How sure it is; lists are in this order.
    package enum Standing: String, Sendable, Hashable, CaseIterable, Codable {
        /// Seems to be for the child, and no record says that it is received: もらいそびれ.
        case missed
        /// Seems to be for the child; whether it is received cannot be told.
        case offered
        /// Only a person can tell.
        case asked
    }

    package let programme: Programme
    package let child: PersonID
    package let eligibility: Eligibility
    package let receiving: Receiving
    package let standing: Standing
}

extension SupportHousehold {
    /// What may be for the children of the household and is not received, by child in the order of members, then standing, then the
    /// registry's order.
    package func offers(_ programmes: [Programme], by table: MatchingTable) -> [Offer] {
        members.filter { $0.mayBeChild(on: sources.day) }.flatMap { child in
            let offers = programmes.compactMap { offer($0, to: child, by: table) }
            return Offer.Standing.allCases.flatMap { standing in offers.filter { $0.standing == standing } }
        }
    }

    /// `nil` where it is not for the child, or received.
    private func offer(
        _ programme: Programme, to child: SupportMember, by table: MatchingTable
    ) -> Offer? {
        let eligibility = programme.eligibility(of: child, in: self, by: table)
        let fits: Bool
        switch eligibility {
        case .not: return nil
        case .fits: fits = true
        case .ask: fits = false
        }
        let receiving = receiving(programme, by: child, table)
        let standing: Offer.Standing
        switch receiving {
        case .received: return nil
        case .notRecorded: standing = fits ? .missed : .asked
        case .unknowable, .gap, .notYetDue, .receivedBefore: standing = fits ? .offered : .asked
        case .decided: standing = .asked
        }
        return Offer(
            programme: programme, child: child.id, eligibility: eligibility, receiving: receiving,
            standing: standing)
    }

    /// Whether records say that `child` receives it.
    func receiving(_ programme: Programme, by child: SupportMember, _ table: MatchingTable) -> Receiving {
        guard let receipt = table.receipt(of: programme) else { return .unknowable }
        let holders = receipt.of == .child ? [child] : members
        let found = holders.compactMap { $0.latest(receipt.item, receipt.kind, on: sources.day) }
        let saying = found.filter { $0.words.contains(where: receipt.received.contains) }
        if saying.contains(where: { sources.areFresh($0.sources) }) { return .received(receipt.item) }
        if !saying.isEmpty { return .receivedBefore(receipt.item, asOf: sources.asOf(receipt.item)) }
        if let gap = gap(receipt.item, of: holders, isHousehold: receipt.of == .household) {
            return .gap(gap)
        }
        guard found.isEmpty else { return .decided(receipt.item) }
        if let days = receipt.graceDays, isWithin(days, child) { return .notYetDue(receipt.item) }
        return .notRecorded(receipt.item, asOf: sources.asOf(receipt.item))
    }

    /// Whether the child was born, or the household came, so few days ago that papers may be under way.
    private func isWithin(_ days: Int, _ child: SupportMember) -> Bool {
        let first = sources.day.adding(days: -days)
        if let birth = child.birth, birth.range.upperBound > first { return true }
        return child.facts.contains { sourced in
            guard sourced.fact.item == "A02", case .day(let day) = sourced.fact.value else { return false }
            return day > first
        }
    }
}
