internal import Domain

/// A place in the queue's order, as one reader sees it: the last line of a page.
///
/// It holds the sort key itself, not a row number, so that cases opened or closed between two pages neither repeat nor
/// hide a line that was there all along.
package struct CaseCursor: Sendable, Hashable, Comparable {
    let urgency: Int
    /// Minus the number of independent kinds of difficulty: more come first.
    let rank: Int
    /// Day number of the oldest signal.
    let since: Int
    let id: CaseID

    init(urgency: Int, rank: Int, since: Int, id: CaseID) {
        self.urgency = urgency
        self.rank = rank
        self.since = since
        self.id = id
    }

    /// The cursor a page's `text` was made from; `nil` for anything else.
    package init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard text.utf8.count <= 80, parts.count == 4, let urgency = Int(parts[0]),
            let breadth = Int(parts[1]),
            let since = Int(parts[2]), !parts[3].isEmpty
        else { return nil }
        self.init(urgency: urgency, rank: 0 &- breadth, since: since, id: CaseID(String(parts[3])))
    }

    /// For a link: digits, dots, letters and hyphens only.
    package var text: String { "\(urgency).\(-rank).\(since).\(id)" }

    package static func < (left: CaseCursor, right: CaseCursor) -> Bool {
        (left.urgency, left.rank, left.since, left.id) < (right.urgency, right.rank, right.since, right.id)
    }
}
