package import Domain
import Store

/// What the night in service changed about who is who: the list for systems that keep person ids.
package struct IdentityChanges: Sendable {
    package struct Change: Sendable {
        /// `merged`, `split`, `revived`, `returned`, `absent` or `new`.
        package let what: String
        package let person: PersonID
        /// Whom the person became, what split off, or whom it was taken for.
        package let other: PersonID?
        /// Cases that either of the two founded or has.
        package let cases: Int
    }

    package let run: RunID
    /// Those that touch cases first, then merges and splits before who came and went.
    package let list: [Change]
    package let counts: [String: Int]

    private static let order = ["merged", "split", "revived", "returned", "absent", "new"]

    /// - Throws: `Fault` where nothing is published.
    package static func read(_ workspace: Workspace) throws -> IdentityChanges {
        let run = try workspace.openPublishedRun()
        let service = try workspace.openService()
        let cases = try service.casesByPerson()
        let changes = try run.identityChanges().map { change -> Change in
            let (what, person, other): (String, PersonID, PersonID?) =
                switch change {
                case .new(let person): ("new", person, nil)
                case .merged(let survivor, let absorbed): ("merged", absorbed, survivor)
                case .split(let from, let to): ("split", from, to)
                case .absent(let person): ("absent", person, nil)
                case .returned(let person): ("returned", person, nil)
                case .revived(let person, let from): ("revived", person, from)
                }
            let touched = [person, other].compactMap(\.self).reduce(into: Set<CaseID>()) {
                $0.formUnion(cases[$1] ?? [])
            }
            return Change(what: what, person: person, other: other, cases: touched.count)
        }
        let ranks = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let sorted = changes.sorted { a, b in
            if (a.cases > 0) != (b.cases > 0) { return a.cases > 0 }
            let (x, y) = (ranks[a.what] ?? 0, ranks[b.what] ?? 0)
            return x != y ? x < y : (a.person, a.other ?? "") < (b.person, b.other ?? "")
        }
        return IdentityChanges(
            run: try service.currentPublication()?.run ?? "none", list: sorted,
            counts: Dictionary(grouping: changes, by: \.what).mapValues(\.count))
    }
}
