package import Domain
internal import Foundation

/// The guideline that decides for a service that runs on while officials edit the folder.
///
/// An edit counts once the folder has rested, so that no half-saved guideline ever decides; an edit that cannot be read
/// leaves the last good one deciding, which grants nothing that it did not grant before.
///
/// Unchecked Sendable: `state` is touched only under `lock`.
package final class GuidelineWatch: @unchecked Sendable {
    /// What a look at the folder came to.
    package enum Look: Sendable {
        /// Nothing new, or not rested yet.
        case same
        /// The new guideline decides from now on.
        case adopted(Guideline)
        /// The edit is wrong; told once for each edit.
        case refused(Faults)
    }

    /// How long the folder must rest, in seconds.
    package static let rest = 5.0

    private struct State {
        var guideline: Guideline
        /// What the folder holds instead, and since when; `nil` where it cannot even be listed.
        var edit: (revision: String?, since: Double)?
        var isTold = false
    }

    private let folder: String
    private let digest: @Sendable ([UInt8]) -> String
    private let lock = NSLock()
    private var state: State

    /// - Throws: everything that is wrong with the folder; without a good guideline there is nothing to begin with.
    package init(folder: String, digest: @escaping @Sendable ([UInt8]) -> String) throws(Faults) {
        self.folder = folder
        self.digest = digest
        state = State(guideline: try Guideline.load(folder: folder, digest: digest))
    }

    /// The guideline in force.
    package var guideline: Guideline {
        lock.lock()
        defer { lock.unlock() }
        return state.guideline
    }

    /// Looks at the folder.
    ///
    /// - Parameters:
    ///   - now: seconds of any clock that goes on.
    ///   - adopting: called with a new guideline before it decides anything; where it throws, the old one stays and the
    ///     next look tries again.
    package func look(at now: Double, adopting: (Guideline) throws -> Void) rethrows -> Look {
        lock.lock()
        defer { lock.unlock() }
        let revision = (try? GuidelineFolder(folder)).map { digest($0.canonicalBytes) }
        guard revision != state.guideline.revision else {
            state.edit = nil
            return .same
        }
        guard let edit = state.edit, edit.revision == revision else {
            state.edit = (revision, now)
            state.isTold = false
            return .same
        }
        guard now - edit.since >= Self.rest, !state.isTold else { return .same }
        switch Result(catching: { () throws(Faults) in try Guideline.load(folder: folder, digest: digest) }) {
        // Edited again while it was read: rests anew.
        case .success(let read) where read.revision != revision: return .same
        case .success(let read):
            try adopting(read)
            state.guideline = read
            state.edit = nil
            return .adopted(read)
        case .failure(let faults):
            state.isTold = true
            return .refused(faults)
        }
    }
}
