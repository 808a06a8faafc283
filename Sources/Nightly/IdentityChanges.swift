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

    /// In this order people read them.
    package static let kinds = ["merged", "split", "revived", "returned", "absent", "new"]

    package static func title(of kind: String) -> String {
        switch kind {
        case "merged": "統合"
        case "split": "分割"
        case "revived": "統合の取りやめ"
        case "returned": "再出現"
        case "absent": "不在"
        default: "新規"
        }
    }

    /// - Throws: `Fault` where nothing is published.
    package static func read(_ workspace: Workspace) throws -> IdentityChanges {
        let run = try workspace.openPublishedRun()
        let service = try workspace.openService()
        return IdentityChanges(
            run: try service.currentPublication()?.run ?? "none", changes: try run.identityChanges(),
            cases: try service.casesByPerson())
    }

    /// - Parameter cases: of each person, those it founded or has.
    init(run: RunID, changes: [IdentityChange], cases: [PersonID: Set<CaseID>]) {
        let changes = changes.map { change -> Change in
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
        let ranks = Dictionary(
            Self.kinds.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.run = run
        list = changes.sorted { a, b in
            if (a.cases > 0) != (b.cases > 0) { return a.cases > 0 }
            let (x, y) = (ranks[a.what] ?? 0, ranks[b.what] ?? 0)
            return x != y ? x < y : (a.person, a.other ?? "") < (b.person, b.other ?? "")
        }
        counts = Dictionary(grouping: changes, by: \.what).mapValues(\.count)
    }

    /// Those that make somebody else of somebody.
    package var moved: [Change] { list.filter { ["merged", "split", "revived"].contains($0.what) } }

    /// What an official should read: whose cases are touched; `nil` where none is.
    var notice: String? {
        let touching = moved.filter { $0.cases > 0 }
        guard !touching.isEmpty else { return nil }
        return "名寄せの見直しが、ケースのある人\(touching.count)人に掛かります（"
            + touching.prefix(5).map(\.words).joined(separator: "、") + (touching.count > 5 ? "ほか" : "")
            + "）。ケースの記録が正しい方のものか確かめてください。一覧は「renkei review changes」で示します。"
    }
}

extension IdentityChanges.Change {
    /// Japanese: who became whom; ids alone.
    package var words: String {
        let pair = "\(person)" + (other.map { "→\($0)" } ?? "")
        return "\(IdentityChanges.title(of: what)) \(pair)" + (cases > 0 ? "（ケース\(cases)件）" : "")
    }
}
