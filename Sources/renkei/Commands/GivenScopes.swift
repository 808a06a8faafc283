import Domain
import Mapping
import Nightly
import Policy
import Store

/// The ranges that somebody wrote for a user, held against what the city knows.
struct GivenScopes {
    private let workspace: Workspace
    private let service: ServiceStore
    private let guideline: Guideline

    init(_ workspace: Workspace, _ service: ServiceStore, _ guideline: Guideline) {
        (self.workspace, self.service, self.guideline) = (workspace, service, guideline)
    }

    /// - Parameter text: `school:…,department:…,age:0-6`; `nil`: none.
    /// - Throws: `Fault` of kind `.usage` where one cannot be read or names nothing that is known.
    func read(_ text: String?) throws -> Set<Scope> {
        var scopes: Set<Scope> = []
        for word in (text ?? "").split(separator: ",").map(String.init) {
            guard let scope = Scope(text: word) else {
                throw usageFault(
                    "範囲「\(word)」を読み取れません。", "school:学校名、department:課の名前、age:0-6 の形で書いてください。")
            }
            switch scope {
            case .age: break
            case .department(let name): try require(name, called: "課", among: departments())
            case .school(let name):
                guard let known = try service.schools(toldBy: tellers()) else {
                    throw Fault(
                        .notFound, code: "publication.none", message: "まだ公開されたものがなく、どの学校があるか分かりません。",
                        fix: "「renkei run」を実行してから、学校の範囲を付けてください。")
                }
                try require(name, called: "学校", among: known)
            }
            scopes.insert(scope)
        }
        return scopes
    }

    /// What tells a pupil's school, also by a guideline that waits or lies in the folder: a range is given before the approval that
    /// demands it.
    private func tellers() throws -> [ItemCode: ScopeKind] {
        let coming = [
            try service.guidelineProposed()?.guideline(comparing: false),
            try? GuidelineFiles(folder: workspace.guidelines).guideline(),
        ]
        return coming.compactMap(\.self).reduce(into: guideline.tellers) { tellers, coming in
            tellers.merge(coming.tellers) { known, _ in known }
        }
    }

    /// Those that extracts come from, and those that the catalogue says hold an item.
    private func departments() throws -> Set<String> {
        let mappings = try MappingSet.load(folder: workspace.mappings, catalogue: guideline.catalogue)
        let holders = guideline.catalogue.items.values.flatMap { $0.holder.split(separator: "・") }
        return Set(mappings.all.map(\.department) + holders.map(String.init))
    }

    private func require(_ name: String, called title: String, among known: Set<String>) throws {
        guard !known.contains(name) else { return }
        let near = known.sorted().filter { $0.contains(name) }.prefix(3)
        let guesses = near.isEmpty ? [nearest(name, in: known.sorted())].compactMap(\.self) : Array(near)
        let few =
            known.count <= 30
            ? "次のどれかを書いてください: \(known.sorted().joined(separator: "、"))" : "抽出に書かれているとおりの名前を書いてください。"
        throw usageFault(
            "\(title)「\(name)」は知られていません。",
            guesses.isEmpty ? few : "「\(guesses.joined(separator: "」か「"))」のことでしょうか。")
    }
}
