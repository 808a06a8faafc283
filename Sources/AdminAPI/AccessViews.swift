package import Audit
internal import Domain
internal import Foundation
package import Pages
package import Policy
package import Store

/// Reads of the audit trail as pages and the command line show them.
package enum AccessViews {
    package static func line(_ record: AccessRecord, in guideline: Guideline) -> AuditPage.Line {
        guard let at = record.at else {
            return .init(unreadable: "\(record.sequence)番目の出来事", at: "—")
        }
        return .init(
            at: at.japaneseTime, who: AccessWording.who(record.actor, name: record.actorName),
            act: act(record),
            purpose: record.purpose.map { guideline.purposes[$0]?.title ?? $0.rawValue },
            about: about(record),
            fields: record.fields.map { field in
                AccessWording.part(field) ?? guideline.catalogue[ItemCode(field)]?.title ?? field
            }, isPermitted: record.isPermitted)
    }

    /// What was done; of work on a case, which step.
    private static func act(_ record: AccessRecord) -> String {
        let act = AccessWording.act(record.what)
        guard record.what == AuditEvent.What.caseWork.rawValue, let step = record.references["step"] else {
            return act
        }
        return "\(act)（\(AccessWording.step(step))）"
    }

    /// For programs: names, numbers and ids, as the trail has them.
    static func json(_ record: AccessRecord) -> JSON {
        [
            "sequence": .integer(record.sequence), "at": .optional(record.at?.ISO8601Format()),
            "actor": .string(record.actor), "what": .string(record.what),
            "isPermitted": .bool(record.isPermitted), "purpose": .optional(record.purpose?.rawValue),
            "persons": .integer(record.persons), "case": .optional(record.caseID?.rawValue),
            "row": .optional(record.row), "rows": record.rows.map(JSON.integer) ?? .null,
            "fields": .strings(record.fields),
            "references": .array(
                record.references.sorted { $0.key < $1.key }.map {
                    ["name": .string($0.key), "value": .string($0.value)]
                }),
        ]
    }

    /// What a change was about; `nil` of a read.
    private static func changed(_ record: AccessRecord) -> String? {
        let references = record.references
        if let token = references["token"] {
            return "トークン \(token)" + (references["user"].map { "（利用者 \($0)）" } ?? "")
                + (references["scopes"].map { "、範囲 \($0)" } ?? "")
                + (references["route"].map { " \($0)" } ?? "")
        }
        if let session = references["session"] {
            return "ログイン \(session)（利用者 \(references["user"] ?? "")）"
        }
        if record.what.hasPrefix("user."), let user = references["user"] {
            let scopes = references["scopes"].map { "、範囲 \($0)" } ?? ""
            return references["roles"].map { "利用者 \(user)（役割 \($0.isEmpty ? "なし" : $0)\(scopes)）" }
                ?? "利用者 \(user)"
        }
        if let consent = references["consent"] {
            // The first of two ends nothing yet.
            let step = references["step"] == "ending" ? "（終わらせる申出の1人目）" : ""
            return "申出 \(consent)\(step)" + (references["reason"].map { "「\($0)」" } ?? "")
        }
        if let rectification = references["rectification"] {
            return "訂正 \(rectification)" + (references["reason"].map { "「\($0)」" } ?? "")
        }
        if let verdict = references["verdict"] {
            return "判断 \(verdict)" + (references["answer"].map { $0 == "same" ? "（同じ人）" : "（別の人）" } ?? "")
                + (references["reason"].map { "「\($0)」" } ?? "")
        }
        if let route = references["route"] { return route }
        if ["clock.accept", "restore.accept"].contains(record.what) {
            return "「\(references["reason"] ?? "")」"
        }
        if let event = references["event"] { return "\(event)番目の出来事" }
        if let gate = references["gate"] { return "点検 \(gate)「\(references["reason"] ?? "")」" }
        if record.what.hasPrefix("corrections."), let rows = record.rows {
            return "\(rows)行" + (references["otherPersons"].map { "（うち別の人の行になるか、なり得るもの \($0)行）" } ?? "")
                + (references["emptied"].map { "（うち埋まっていた列の半分より多くが空になるもの \($0)行）" } ?? "")
        }
        if let rule = references["rule"] { return "規則 \(rule) 第\(references["version"] ?? "?")版" }
        if let revision = references["guideline"] {
            return "規定 \(revision.prefix(12))" + (references["reason"].map { "「\($0)」" } ?? "")
        }
        return record.what == "guideline.use" ? references["revision"].map { "規定 \($0.prefix(12))" } : nil
    }

    private static func about(_ record: AccessRecord) -> String {
        if let id = record.caseID {
            let form = CaseForm.allCases.first { $0.code == record.references["form"] }
            return "ケース \(id)" + (form.map { "（\($0.rawValue)）" } ?? "")
        }
        if let declared = record.references["declaration"] {
            return "申告 \(declared)" + (record.references["reason"].map { "「\($0)」" } ?? "")
        }
        if let change = changed(record) { return change }
        if let row = record.row { return row }
        return record.persons > 0 ? "\(record.persons)人" : ""
    }

    /// What an analysis looks for.
    package static func title(_ kind: AuditFinding.Kind) -> String {
        switch kind {
        case .night: "夜間"
        case .holiday: "休日"
        case .bulkPersons: "大量（1日の人数）"
        case .bulkReads: "大量（1時間の閲覧）"
        case .byNumber: "番号からの直接"
        case .heldByOthers: "ほかの職員のケース"
        case .relatives: "本人・家族"
        case .refused: "断られた操作"
        }
    }
}
