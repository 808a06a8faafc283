package import Domain
package import Foundation
package import Policy

private let pending = Fault(.internal, code: "store.pending", message: "未実装です。", fix: "次の版を待ってください。")

/// `service.sqlite`: publications, cases, users, sessions and the audit trail; one file, so that one transaction binds them.
package final class ServiceStore: Sendable {
    package init(path: String, keys: WorkspaceKeys, runsFolder: String) throws { throw pending }

    package func currentPublication() throws -> PublicationInfo? { throw pending }
    /// Nothing changes when the current publication is of the same run.
    package func publish(_ publication: NewPublication, at: Date) throws -> CaseCounts { throw pending }
    package func recordFailedRun(run: RunID, message: String, at: Date) throws { throw pending }
    /// The last failed run, if it is newer than the publication.
    package func lastFailure() throws -> FailedRun? { throw pending }

    package func addUser(_ id: UserID, displayName: String, roles: [RoleID], password: String, at: Date)
        throws
    {
        throw pending
    }
    /// `nil`: unknown user, wrong password, or too many failures; equal timing for all three.
    package func logIn(user: UserID, password: String, at: Date) throws -> NewSession? { throw pending }
    package func session(token: String, at: Date) throws -> Session? { throw pending }
    package func logOut(token: String, at: Date) throws { throw pending }

    /// The decision must be about `Action.list`; cases of a standing that is denied are neither listed nor counted.
    package func cases(
        actor: Actor, deciding: (PersonStanding) -> Decision, after: CaseCursor?, limit: Int, at: Date
    ) throws -> CasePage { throw pending }
    /// The decision must be about `Action.read`. `nil`: no such case. Denied: throws the denial's `Fault`.
    package func caseDetail(
        _ id: CaseID, actor: Actor, deciding: (PersonStanding) -> Decision, at: Date
    ) throws -> CaseDetail? { throw pending }

    /// The decisions must be about `Action.join`. Writes the audit event of the pass and gives the token for
    /// `RunStore.households(_:_:)`.
    package func auditedRead(
        of run: RunStore, actor: Actor, deciding: (PersonStanding) -> Decision, at: Date
    ) throws -> AuditedRead { throw pending }

    package func auditVerify() throws -> AuditReport { throw pending }
}
