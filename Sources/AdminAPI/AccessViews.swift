internal import Domain
internal import Foundation
package import Pages
package import Policy
package import Store

/// Reads of the audit trail as pages and the command line show them.
package enum AccessViews {
    package static func line(_ record: AccessRecord, in guideline: Guideline) -> AuditPage.Line {
        .init(
            at: record.at.japaneseTime, who: AccessWording.who(record.actor, name: record.actorName),
            act: AccessWording.act(record.what),
            purpose: record.purpose.map { guideline.purposes[$0]?.title ?? $0.rawValue },
            about: about(record),
            fields: record.fields.map { field in
                AccessWording.part(field) ?? guideline.catalogue[ItemCode(field)]?.title ?? field
            }, isPermitted: record.isPermitted)
    }

    private static func about(_ record: AccessRecord) -> String {
        if let id = record.caseID { return "ケース \(id)" }
        if let row = record.row { return row }
        return record.persons > 0 ? "\(record.persons)人" : ""
    }
}
