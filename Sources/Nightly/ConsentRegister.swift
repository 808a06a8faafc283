package import Domain
import Flagging
package import Foundation
internal import Policy
package import Store

/// The register of what people said of the use of their data: consents, 利用停止, and their ends.
package struct ConsentRegister: Sendable {
    /// Which purpose the register itself is kept for.
    package static let purpose: PurposeID = "rights"

    let service: ServiceStore
    private let session: Session
    private let guideline: Guideline
    private let rules: [PurposeID: Set<RuleID>]
    let at: Date

    /// - Throws: `policy.log-in` where name and password fit nobody; what is wrong with guideline or rules.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        let session = try service.identify(user: user, password: password, at: at)
        let inForce = try GuidelineInForce.load(workspace, service)
        (self.service, self.session, self.at) = (service, session, at)
        guideline = inForce.guideline
        rules = try Rulebook.load(workspace, inForce).rules.rulesByPurpose
    }

    var actor: Actor { .user(session.user) }

    /// Everything recorded, by number, each with the persons it is about now.
    package func list() throws -> [(consent: KeptConsent, reach: Set<PersonID>)] {
        try service.consents(actor: actor, decision: decision, at: at)
    }

    /// Whose row that is, for people who hold a paper with a number on it.
    ///
    /// - Throws: `Fault`: `.denied`; `row.unknown`; `consent.person` where the row is of nobody or of several.
    package func person(file: String, line: Int) throws -> PersonID {
        let decide = guideline.decisions(
            for: AccessRequest(
                actor: actor, roles: session.roles, action: .explain, items: [], purpose: Self.purpose,
                standing: nil, on: Day(inJapanAt: at), hasReason: true))
        let row = try service.explainRow(file: file, line: line, actor: actor, deciding: decide, at: at)
        let children = Set((row?.records ?? []).filter { $0.subject == .child }.compactMap(\.person))
        guard let person = children.first, children.count == 1 else {
            throw Fault(
                .notFound, code: "consent.person", message: "この行から、一人に決まりません。", file: file, line: line,
                fix: "「renkei explain row」で行を確かめ、「--person P-…」で指定してください。")
        }
        return person
    }

    /// - Throws: `Fault`: `.denied`; `consent.purpose`, `consent.period`, `consent.evidence`, `consent.reason` where something
    ///   does not fit; what `ServiceStore.record` throws.
    package func record(_ new: NewConsent, reason: String) throws -> KeptConsent {
        let heeding = guideline.purposesHeedingConsent
        guard heeding.contains(new.purpose) else {
            throw Fault(
                .usage, code: "consent.purpose",
                message: "利用目的「\(new.purpose)」は、同意や利用停止で変わるものではありません。", field: "purpose",
                fix: "\(heeding.sorted().map(\.rawValue).joined(separator: "、")) のどれかを書いてください。")
        }
        if !new.isRefusal, guideline.purposes[new.purpose]?.basis != .consent {
            throw Fault(
                .usage, code: "consent.purpose",
                message: "利用目的「\(new.purpose)」の根拠は同意ではないため、同意を記録しても何も変わりません。", field: "purpose",
                fix: "利用停止の申出なら「--refuse」を、利用停止をやめるなら「renkei consent end」を使ってください。")
        }
        let isOver = new.until.map({ $0 < Day(inJapanAt: at) }) ?? false
        if new.isRefusal ? new.from != nil || new.until != nil : isOver {
            throw Fault(
                .usage, code: "consent.period",
                message: new.isRefusal ? "利用停止に期間は付けられません。日付では終わりません。" : "同意の終わりの日が過ぎています。",
                field: "until",
                fix: new.isRefusal ? "終わらせるときは「renkei consent end」を使ってください。" : "終わりの日を確かめてください。")
        }
        try StatedReason.require(
            new.evidence, of: "根拠の書類", code: "consent.evidence", shortest: 3,
            example: "「--evidence」に、請求書や同意書の件名と受付番号（10桁まで）")
        try StatedReason.require(
            reason, of: "記録", code: "consent.reason", shortest: 5, example: "「--reason」に、何を受けて記録するか")
        return try service.record(
            new, rules: rules[new.purpose] ?? [], reason: reason, actor: actor, decision: decision, at: at)
    }

    package func confirm(_ id: Int, reason: String) throws -> KeptConsent {
        try StatedReason.require(
            reason, of: "確認", code: "consent.reason", shortest: 5, example: "「--reason」に、何を確かめたか")
        return try service.confirm(consent: id, reason: reason, actor: actor, decision: decision, at: at)
    }

    package func end(_ id: Int, reason: String) throws -> KeptConsent {
        try StatedReason.require(
            reason, of: "終了", code: "consent.reason", shortest: 5, example: "「--reason」に、何を受けて終わらせるか")
        return try service.end(consent: id, reason: reason, actor: actor, decision: decision, at: at)
    }

    var decision: Decision {
        guideline.decide(
            AccessRequest(
                actor: actor, roles: session.roles, action: .register, items: [], purpose: Self.purpose,
                standing: PersonStanding(), on: Day(inJapanAt: at), hasReason: true))
    }
}
