package import Domain
package import Foundation
package import Linkage
import Store

/// Measures the publication in service against the truth of an invented city.
///
/// A unit is what linkage decided on: the distinct identifiers of one source, for one true person. Rows that repeat
/// them add nothing; identifiers that two true persons share count as two units that were put together.
package struct Evaluation: Sendable {
    package let measured: LinkageEvaluation
    /// Where linkage went wrong: persons put together, and parts of one person, each by the first record of either.
    package let mistakes: [Mistake]
    /// Records in the publication that the truth does not know.
    package let unknown: Int

    /// Two records by their places; no value.
    package struct Mistake: Sendable {
        /// Put together though of two persons; else of one person and not put together.
        package let isWrongLink: Bool
        package let left: Truth.Place
        package let right: Truth.Place
    }

    /// - Throws: `Fault` where nothing is published.
    package static func measure(_ workspace: Workspace, truth: Truth) throws -> Evaluation {
        let run = try workspace.openPublishedRun()
        struct Unit: Hashable {
            let entity: Int
            let person: Int
        }
        var seen: Set<Unit> = []
        var (trueness, predicted, sources) = ([Int](), [Int](), [SourceID]())
        var places: [Truth.Place] = []
        var unknown = 0
        try run.placements { place in
            let row = Truth.Place(file: place.file, line: place.line, subject: place.subject)
            let known = truth.persons[row]
            guard let person = known else {
                unknown += 1
                return
            }
            guard seen.insert(Unit(entity: place.entity, person: person)).inserted else { return }
            trueness.append(person)
            predicted.append(place.person)
            sources.append(place.source)
            places.append(row)
        }
        let groups = truth.groups.map { group in
            (name: group.name, members: trueness.map(group.persons.contains))
        }
        return Evaluation(
            measured: .measure(
                truth: trueness, predicted: predicted, sources: sources, groups: groups, kin: truth.kin),
            mistakes: mistakes(trueness, predicted, places, isWrongLink: true)
                + mistakes(predicted, trueness, places, isWrongLink: false),
            unknown: unknown)
    }

    /// Of each `whole` that holds several `part`s: the first record of the first, with the first of each other.
    private static func mistakes(
        _ part: [Int], _ whole: [Int], _ places: [Truth.Place], isWrongLink: Bool
    ) -> [Mistake] {
        var firsts: [Int: [(part: Int, record: Int)]] = [:]
        var order: [Int] = []
        for record in part.indices {
            let known = firsts[whole[record]] ?? []
            if known.isEmpty { order.append(whole[record]) }
            if !known.contains(where: { $0.part == part[record] }) {
                firsts[whole[record], default: []].append((part[record], record))
            }
        }
        return order.flatMap { whole -> [Mistake] in
            let records = firsts[whole] ?? []
            return records.dropFirst().map {
                Mistake(isWrongLink: isWrongLink, left: places[records[0].record], right: places[$0.record])
            }
        }
    }

    /// Links the identities in service once more at each of `thresholds`.
    ///
    /// - Parameter user: who reads the identifiers; the audit trail names them.
    /// - Throws: `Fault` where nothing is published or policy denies the reading.
    package static func curve(
        _ workspace: Workspace, truth: Truth, thresholds: [Double], user: UserID, at: Date
    ) throws -> [ThresholdPoint] {
        let labelled = try LabelledRecords.read(workspace, truth: truth, user: user, at: at)
        return try Linker(
            model: labelled.model, threads: NightSettings.load(path: workspace.settings).threads
        )
        .curve(labelled.records, truth: labelled.truth, thresholds: thresholds, kin: truth.kin)
    }
}

extension Workspace {
    /// The run in service.
    ///
    /// - Throws: `Fault` where nothing is published yet.
    func openPublishedRun() throws -> RunStore { try openPublishedRun(of: openService()).run }

    /// The same with what is told of it, of a database that is open.
    func openPublishedRun(of service: ServiceStore) throws -> (run: RunStore, publication: PublicationInfo) {
        guard let current = try service.currentPublication() else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: root,
                fix: "「renkei run --workspace \(root)」を実行してください。")
        }
        return (
            try RunStore.open(published: current, in: runs, keys: WorkspaceKeys.load(folder: keys)), current
        )
    }
}
