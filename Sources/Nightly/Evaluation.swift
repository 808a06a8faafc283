import Domain
package import Linkage
import Store

/// Measures the publication in service against the truth of an invented city.
///
/// A unit is what linkage decided on: the distinct identifiers of one source, for one true person. Rows that repeat
/// them add nothing; identifiers that two true persons share count as two units that were put together.
package struct Evaluation: Sendable {
    package let measured: LinkageEvaluation
    /// Records in the publication that the truth does not know.
    package let unknown: Int

    /// - Throws: `Fault` where nothing is published.
    package static func measure(_ workspace: Workspace, truth: Truth) throws -> Evaluation {
        let run = try workspace.openPublishedRun()
        struct Unit: Hashable {
            let entity: Int
            let person: Int
        }
        var seen: Set<Unit> = []
        var (trueness, predicted, sources) = ([Int](), [Int](), [SourceID]())
        var unknown = 0
        try run.placements { place in
            let known = truth.persons[
                Truth.Place(file: place.file, line: place.line, subject: place.subject)]
            guard let person = known else {
                unknown += 1
                return
            }
            guard seen.insert(Unit(entity: place.entity, person: person)).inserted else { return }
            trueness.append(person)
            predicted.append(place.person)
            sources.append(place.source)
        }
        return Evaluation(
            measured: .measure(truth: trueness, predicted: predicted, sources: sources), unknown: unknown)
    }
}

extension Workspace {
    /// The run in service.
    ///
    /// - Throws: `Fault` where nothing is published yet.
    func openPublishedRun() throws -> RunStore {
        guard let current = try openService().currentPublication() else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: root,
                fix: "「renkei run --workspace \(root)」を実行してください。")
        }
        return try RunStore.open(published: current, in: runs, keys: WorkspaceKeys.load(folder: keys))
    }
}
