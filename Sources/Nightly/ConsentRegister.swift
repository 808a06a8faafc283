package import Domain
import Flagging
package import Foundation
import JapaneseText
internal import Policy
package import Store

/// The register of what people said of the use of their data: consents, 利用停止, and their ends.
package struct ConsentRegister: Sendable {
    let desk: SignedIn
    private let guidelines: String

    /// Reads neither rules nor mappings: a draft with a mistake must not keep anybody's refusal waiting.
    ///
    /// - Throws: `policy.log-in` where name and password fit nobody.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        desk = try SignedIn(workspace, service, user: user, password: password, at: at)
        guidelines = workspace.guidelines
    }

    var service: ServiceStore { desk.service }
    private var guideline: Guideline { desk.guideline }
    var actor: Actor { desk.actor }
    var at: Date { desk.at }
    var decision: Decision { desk.decision(.register) }

    /// Everything recorded, by number, each with the persons it is about now.
    package func list() throws -> [(consent: KeptConsent, reach: Set<PersonID>)] {
        try service.consents(actor: actor, decision: decision, at: at)
    }

    /// Whose row that is, as `SignedIn` tells.
    package func person(file: String, line: Int) throws -> PersonID {
        try desk.person(file: file, line: line)
    }

    /// - Throws: `Fault`: `.denied`; `consent.purpose`, `consent.period`, `consent.evidence`, `consent.reason` where something
    ///   does not fit; what `ServiceStore.record` throws.
    /// - Returns: also the rule files that do not tell their purpose: what their rules found of the person went too.
    package func record(
        _ new: NewConsent, reason: String
    ) throws -> (consent: KeptConsent, unread: [String]) {
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
        let rules = RuleSet.purposes(folder: guidelines)
        let kept = try service.record(
            new, purposes: rules.known, reason: reason, actor: actor, decision: decision, at: at)
        return (kept, new.isRefusal ? rules.unread : [])
    }

    package func confirm(_ id: Int, reason: String) throws -> KeptConsent {
        try StatedReason.require(
            reason, of: "確認", code: "consent.reason", shortest: 5, example: "「--reason」に、何を確かめたか")
        return try service.confirm(consent: id, reason: reason, actor: actor, decision: decision, at: at)
    }

    /// Takes back that a refusal is to end.
    package func keep(_ id: Int, reason: String) throws -> KeptConsent {
        try StatedReason.require(
            reason, of: "取りやめ", code: "consent.reason", shortest: 5, example: "「--reason」に、なぜ終わらせないか")
        return try service.keep(consent: id, reason: reason, actor: actor, decision: decision, at: at)
    }

    package func end(_ id: Int, reason: String) throws -> KeptConsent {
        try StatedReason.require(
            reason, of: "終了", code: "consent.reason", shortest: 5, example: "「--reason」に、何を受けて終わらせるか")
        return try service.end(
            consent: id, purposes: RuleSet.purposes(folder: guidelines).known, reason: reason, actor: actor,
            decision: decision, at: at)
    }
}
