package import Domain

/// Of whom it cannot be told whether they miss a programme, because an extract that would tell did not come or is too old: stands beside
/// every count of what is missed, so that a zero is never the extract's.
package struct Untold: Sendable, Hashable {
    /// An extract that would tell of an item.
    package struct Extract: Sendable, Hashable {
        package let item: ItemCode
        /// `nil`: none supplies the item.
        package let title: String?
        /// The day it is current to; `nil`: it did not come.
        package let asOf: Day?

        package init(item: ItemCode, title: String?, asOf: Day?) {
            (self.item, self.title, self.asOf) = (item, title, asOf)
        }
    }

    package private(set) var households = 0
    package private(set) var children = 0
    /// By number.
    package private(set) var programmes: Set<String> = []
    /// In the order of items, then titles.
    package private(set) var extracts: [Extract] = []

    package init() {}

    /// Counts a household.
    ///
    /// - Parameter children: what may be offered to each of its children.
    package mutating func count(_ children: [[Offer]], in sources: SourceState) {
        let waiting = children.map { $0.filter { !$0.waitingFor.isEmpty } }.filter { !$0.isEmpty }
        guard !waiting.isEmpty else { return }
        households += 1
        self.children += waiting.count
        for offer in waiting.joined() {
            programmes.insert(offer.programme.psid)
            for extract in offer.waitingFor.sorted().flatMap(sources.late) where !extracts.contains(extract) {
                extracts.append(extract)
            }
        }
        extracts.sort { ($0.item, $0.title ?? "") < ($1.item, $1.title ?? "") }
    }
}

extension Offer {
    /// Items whose extract did not come, or is too old, and without which nobody can tell whether this one is missed, whatever else a
    /// person has to look at.
    package var waitingFor: Set<ItemCode> {
        var items: Set<ItemCode> = []
        if case .ask(let questions, _) = eligibility {
            for question in questions {
                switch question {
                case .gap(_, .stale(let item)), .gap(_, .noSource(let item)): items.insert(item)
                case .gap, .notRecorded, .recordedOtherwise, .target, .area, .residence, .ageUnknown,
                    .ageInferred, .birth, .persons, .conditions, .unread:
                    continue
                }
            }
        }
        switch receiving {
        case .gap(.stale(let item)), .gap(.noSource(let item)), .receivedBefore(let item, _):
            items.insert(item)
        case .notRecorded: break
        case .received, .decided, .notYetDue, .unknowable, .gap: return []
        }
        return items
    }
}
