import Domain
import Foundation
package import Policy
package import Store

/// The guideline that decides for a service that runs on while others come into force.
///
/// Unchecked Sendable: `held` and `refused` are touched only under `lock`.
package final class GuidelineWatch: @unchecked Sendable {
    /// What a look at the database came to.
    package enum Look: Sendable {
        case same
        /// The new guideline decides from now on.
        case adopted(Guideline)
        /// What came into force cannot be read, or the trail tells of no approval: the last good one goes on deciding. Told once.
        case refused(revision: String)
    }

    private let service: ServiceStore
    private let lock = NSLock()
    private var held: Guideline
    private var refused: String?

    package init(_ service: ServiceStore, beginningWith guideline: Guideline) {
        self.service = service
        held = guideline
    }

    /// The guideline in force.
    package var guideline: Guideline {
        lock.lock()
        defer { lock.unlock() }
        return held
    }

    /// Looks for another guideline in force.
    ///
    /// - Parameter adopting: called with a new guideline before it decides anything; where it throws, the old one stays and the
    ///   next look tries again.
    package func look(adopting: (Guideline) throws -> Void) throws -> Look {
        let revision = try service.guidelineInForce()
        lock.lock()
        defer { lock.unlock() }
        guard let revision, revision != held.revision, revision != refused else { return .same }
        guard try service.isApprovalInTrail(ofGuideline: revision),
            let guideline = try service.guideline(beginning: revision)?.guideline(comparing: true)
        else {
            refused = revision
            return .refused(revision: revision)
        }
        try adopting(guideline)
        held = guideline
        refused = nil
        return .adopted(guideline)
    }
}
