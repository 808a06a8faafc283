import Domain
import Foundation
import Policy
import Store

/// Somebody known by name and password, who acts for one purpose.
struct SignedIn {
    /// What the requests of persons are worked on for (開示, 訂正, 利用停止).
    static let rights: PurposeID = "rights"

    let service: ServiceStore
    let guideline: Guideline
    let inForce: GuidelineInForce
    let at: Date
    private let session: Session
    private let purpose: PurposeID

    /// - Throws: `policy.log-in` where name and password fit nobody.
    init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String,
        for purpose: PurposeID = rights, at: Date
    ) throws {
        self.purpose = purpose
        session = try service.identify(user: user, password: password, at: at)
        inForce = try GuidelineInForce.load(workspace, service)
        guideline = inForce.guideline
        (self.service, self.at) = (service, at)
    }

    var actor: Actor { .user(session.user) }

    /// Decisions about `action` with every item of the purpose.
    ///
    /// - Parameter second: who does it together with this one.
    func decisions(_ action: Action, second: Actor? = nil) -> Decisions {
        guideline.decisions(for: request(action, second: second))
    }

    /// The decision about an action that is about no person.
    func decision(_ action: Action) -> Decision { guideline.decide(request(action, second: nil)) }

    private func request(_ action: Action, second: Actor?) -> AccessRequest {
        AccessRequest(
            actor: actor, roles: session.roles, action: action,
            items: action.concernsItems ? guideline.purposes[purpose]?.items ?? [] : [],
            purpose: purpose, standing: PersonStanding(), on: Day(inJapanAt: at), hasReason: true,
            second: second, scopes: session.scopes)
    }

    /// Why an item is forbidden to this person for an action, in the guideline's words.
    func forbidding(_ item: ItemCode, _ action: Action, _ standing: PersonStanding) -> [String] {
        var request = request(action, second: .user("second"))
        (request.items, request.standing) = ([item], standing)
        return guideline.verdicts(on: request).filter {
            $0.effect == .forbid && $0.verdict != .doesNotApply && $0.items.contains(item)
        }.map(\.reason)
    }

    /// Whose row that is, for people who hold a paper with a number on it: the child's, or the adult's of a row of adults alone.
    ///
    /// - Throws: `Fault`: `.denied`; `rights.person` where the row is of nobody or of several.
    func person(file: String, line: Int) throws -> PersonID {
        let row = try service.explainRow(
            file: file, line: line, actor: actor, deciding: decisions(.explain), at: at)
        let records = row?.records ?? []
        // A child who may not be told is not passed over for a parent.
        let subject = records.contains { $0.subject == .child } ? Subject.child : .guardian
        let persons = Set(records.filter { $0.subject == subject }.compactMap(\.person))
        guard let person = persons.first, persons.count == 1 else {
            throw Fault(
                .notFound, code: "rights.person", message: "この行から、一人に決まりません。", file: file, line: line,
                fix: "「renkei explain row」で行を確かめ、「--person P-…」で指定してください。")
        }
        return person
    }
}
