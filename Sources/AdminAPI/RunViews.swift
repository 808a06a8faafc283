internal import Domain
internal import Foundation
internal import Store

/// A publication as the API writes it.
enum RunViews {
    static func json(_ publication: PublicationInfo) -> JSON {
        let summary = publication.summary
        return [
            "sequence": .integer(publication.sequence), "run": .string(publication.run.rawValue),
            "asOf": .string(publication.asOf.description),
            "publishedAt": .string(publication.publishedAt.formatted(.iso8601)),
            "publicationHash": .string(summary.publicationHash),
            "extracts": .array(summary.extracts.map(extract)),
            "linkage": [
                "records": .integer(summary.linkage.records),
                "candidatePairs": .integer(summary.linkage.candidatePairs),
                "automatic": .integer(summary.linkage.automatic), "grey": .integer(summary.linkage.grey),
                "report": summary.linkage.report.map(JSON.init(encoding:)) ?? .null,
            ],
            "persons": [
                "total": .integer(summary.persons.total), "children": .integer(summary.persons.children),
                "offRegister": .integer(summary.persons.offRegister),
                "protected": .integer(summary.persons.protected), "new": .integer(summary.persons.new),
                "merged": .integer(summary.persons.merged), "split": .integer(summary.persons.split),
            ],
            "flags": .array(
                summary.flags.map {
                    [
                        "rule": .string($0.rule.rawValue), "title": .string($0.title),
                        "count": .integer($0.count),
                    ]
                }),
            "cases": [
                "new": .integer(summary.cases.new), "open": .integer(summary.cases.open),
                "withdrawn": .integer(summary.cases.withdrawn),
            ],
            "gates": .array(
                summary.gates.map {
                    [
                        "gate": .string($0.gate), "passed": .bool($0.passed), "message": .string($0.message),
                        "acceptedBy": .optional($0.acceptance?.actor),
                        "reason": .optional($0.acceptance?.reason),
                    ]
                }),
        ]
    }

    private static func counts(_ counts: [RejectionCount]) -> JSON {
        .array(counts.map { ["code": .string($0.code), "count": .integer($0.count)] })
    }

    static func extract(_ extract: ExtractSummary) -> JSON {
        [
            "source": .string(extract.source.rawValue), "title": .string(extract.title),
            "file": .optional(extract.file), "sha256": .string(extract.sha256),
            "asOf": .optional(extract.asOf?.description), "rows": .integer(extract.ledger.rows),
            "accepted": .integer(extract.ledger.accepted), "rejected": .integer(extract.ledger.rejected),
            "duplicate": .integer(extract.ledger.duplicate), "outside": .integer(extract.ledger.outside),
            "superseded": .integer(extract.ledger.superseded),
            "deltas": .array(extract.deltas.map(JSON.string)),
            "rejections": counts(extract.rejections), "warnings": counts(extract.warnings),
        ]
    }
}
