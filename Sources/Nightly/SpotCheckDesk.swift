package import Domain
package import Foundation
import JapaneseText
import Policy
package import Store

/// Where children who were drawn are looked at and answered about, by somebody who names themselves.
package struct SpotCheckDesk {
    /// What children are drawn and looked at for: as cases are.
    package static let purpose: PurposeID = "support"

    private let desk: SignedIn

    /// - Throws: `policy.log-in` where name and password fit nobody.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        desk = try SignedIn(workspace, service, user: user, password: password, for: Self.purpose, at: at)
    }

    private var items: Set<ItemCode> { desk.guideline.purposes[Self.purpose]?.items ?? [] }

    package func list() throws -> SpotCheckList {
        try desk.service.spotChecks(
            actor: desk.actor, deciding: desk.decisions(.list), needing: items, at: desk.at)
    }

    /// - Throws: `Fault`: `.denied`; `spot-check.unknown`; whatever the answer lacks.
    package func answer(_ number: Int, _ answer: SpotCheckAnswer, note: String) throws {
        try WrittenNote.require(note)
        let isKept = try desk.service.answerSpotCheck(
            number, answer, note: note, actor: desk.actor, deciding: desk.decisions(.record),
            reading: desk.decisions(.read), needing: items, at: desk.at)
        guard isKept else {
            throw Fault(
                .notFound, code: "spot-check.unknown", message: "抜き取り確認に、この番号のこどもはいません。",
                fix: "「renkei rules sample list --user ID」で番号を確かめてください。")
        }
    }
}

extension Night {
    /// Draws the month's children, where the guideline in force says how many.
    func drawSpotChecks(_ guideline: Guideline, _ service: ServiceStore) throws {
        guard let purpose = guideline.purposes[SpotCheckDesk.purpose], let plan = purpose.spotCheck else {
            return
        }
        let deciding = guideline.decisions(
            for: AccessRequest(
                actor: Self.actor, roles: Self.roles, action: .join, items: purpose.items,
                purpose: purpose.id, standing: nil, on: asOf, isScheduled: true))
        guard deciding.denial == nil else { return }
        _ = try service.drawSpotChecks(plan, actor: Self.actor, deciding: deciding, at: now())
    }
}
