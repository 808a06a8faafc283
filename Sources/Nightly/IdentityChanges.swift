package import Domain
import Extracts
import Foundation
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

    /// - Parameter run: a finished run, published or stopped by a gate; `nil`: the one in service.
    /// - Throws: `Fault` where nothing is published, `run.unknown` where there is no such run.
    package static func read(_ workspace: Workspace, run: RunID? = nil) throws -> IdentityChanges {
        let service = try workspace.openService()
        let store = try run.map { try finished($0, workspace) } ?? workspace.openPublishedRun()
        return IdentityChanges(
            run: try run ?? service.currentPublication()?.run ?? "none", changes: try store.identityChanges(),
            cases: try service.casesByPerson())
    }

    /// The newest finished build of `run`.
    private static func finished(_ run: RunID, _ workspace: Workspace) throws -> RunStore {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: workspace.runs)) ?? []
        let keys = try WorkspaceKeys.load(folder: workspace.keys)
        for folder in Quarantine.newestFirst(folders, of: run) {
            if let store = try? RunStore.open(folder: "\(workspace.runs)/\(folder)", keys: keys) {
                return store
            }
        }
        throw Fault(
            .notFound, code: "run.unknown", message: "その実行はないか、読めません。", file: workspace.runs,
            fix: "「renkei status」で実行の番号を確かめてください。")
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

    /// Writes all of them as CSV for the systems that keep person ids: UTF-8 with byte order mark, for its owner only.
    ///
    /// - Throws: `Fault` where the file exists or cannot be written.
    package func export(to path: String) throws {
        let rows = list.map {
            [$0.what, Self.title(of: $0.what), $0.person.rawValue, $0.other?.rawValue ?? "", "\($0.cases)"]
        }
        try PrivateFile.write(
            SpreadsheetText.bytes([["種類", "変化", "人", "相手", "ケース"]] + rows), to: path)
    }

    /// Those that make somebody else of somebody who has a case.
    package var touching: [Change] {
        list.filter { $0.cases > 0 && ["merged", "split", "revived"].contains($0.what) }
    }

    /// What an official should read: how many changes touch cases; `nil` where none does. It names nobody.
    var notice: String? {
        guard !touching.isEmpty else { return nil }
        return "名寄せの見直しのうち\(touching.count)件が、ケースのある人に掛かります。"
            + "ケースの記録が正しい方のものか確かめてください。一覧は「renkei review changes」で示します。"
    }
}
