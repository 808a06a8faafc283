internal import Domain
internal import Foundation
internal import Store

/// The store's cases as the API writes them; `Schemas` describes the same shapes.
extension CaseViews {
    static func json(_ summary: CaseSummary) -> JSON {
        [
            "id": .string(summary.id.rawValue), "person": .string(summary.person.rawValue),
            "name": .string(summary.name), "nameKana": .string(summary.nameKana),
            "birth": date(summary.birth), "state": .string(summary.state.rawValue),
            "urgency": .string(summary.urgency.rawValue),
            "difficulties": .strings(summary.difficulties.map(\.rawValue)),
            "rules": .strings(summary.ruleTitles), "since": .string(summary.since.description),
            "openedOn": .string(summary.openedOn.description),
            "endedOn": .optional(summary.endedOn?.description), "isProtected": .bool(summary.isProtected),
            "work": json(CaseOutcome(id: summary.id, work: summary.work, version: summary.version)),
        ]
    }

    static func json(_ outcome: CaseOutcome) -> JSON {
        let work = outcome.work
        return [
            "id": .string(outcome.id.rawValue), "version": .integer(outcome.version),
            "state": .string(work.state.rawValue), "queue": .optional(work.queue?.code),
            "holder": .optional(work.holder?.rawValue), "offeredTo": .optional(work.offeredTo?.rawValue),
            "due": .optional(work.due?.description), "quietUntil": .optional(work.quietUntil?.description),
            "endReason": .optional(work.endReason?.rawValue),
            "closing": work.closing.map {
                [
                    "state": .string($0.state.rawValue), "reason": .string($0.reason),
                    "quietUntil": .optional($0.quietUntil?.description), "why": .optional($0.why?.rawValue),
                    "proposer": .string($0.proposer.rawValue),
                ]
            } ?? .null,
        ]
    }

    static func json(_ queues: [CaseQueue: Int]) -> JSON {
        .array(
            CaseQueue.allCases.map {
                [
                    "queue": .string($0.code), "title": .string($0.rawValue),
                    "count": .integer(queues[$0] ?? 0),
                ]
            })
    }

    /// What is told of a person alike, with what is told in this place alone.
    static func json(
        _ particulars: Particulars, _ household: [HouseholdLine], _ records: [RecordLine],
        with members: [String: JSON]
    ) -> JSON {
        let common: [String: JSON] = [
            "sex": .optional(particulars.sex?.rawValue),
            "address": shown(particulars.address) { .string($0) },
            "phones": shown(particulars.phones, JSON.strings),
            "guardians": shown(particulars.guardians, JSON.strings),
            "school": shown(particulars.school) { .string($0) },
            "household": self.household(household), "records": self.records(records),
        ]
        return .object(common.merging(members) { _, own in own })
    }

    static func json(_ detail: CaseDetail, catalogue: Catalogue) -> JSON {
        json(
            detail.particulars, detail.household, detail.records,
            with: [
                "summary": json(detail.summary),
                "flags": .array(detail.flags.map { flag($0, catalogue) }),
                "history": .array(
                    detail.history.map {
                        [
                            "at": .string($0.at.formatted(.iso8601)), "actor": .string($0.actor),
                            "what": .string($0.what), "note": .string($0.note),
                            "changes": .array(
                                $0.changes.map {
                                    [
                                        "part": .string($0.part.rawValue), "before": .optional($0.before),
                                        "after": .optional($0.after),
                                    ]
                                }),
                        ]
                    }),
                "run": .string(detail.publication.run.rawValue),
                "asOf": .string(detail.publication.asOf.description),
            ])
    }

    static func household(_ lines: [HouseholdLine]) -> JSON {
        .array(
            lines.map {
                ["name": .string($0.name), "birth": date($0.birth), "relation": .optional($0.relation)]
            })
    }

    static func records(_ lines: [RecordLine]) -> JSON {
        .array(
            lines.map {
                [
                    "source": .string($0.source.rawValue), "title": .string($0.title),
                    "file": .string($0.file), "line": .integer($0.line),
                    "linkWeight": $0.linkWeight.value.map(JSON.number) ?? .null,
                ]
            })
    }

    private static func flag(_ flag: Flag, _ catalogue: Catalogue) -> JSON {
        [
            "rule": .string(flag.rule.rawValue), "version": .integer(flag.version),
            "title": .string(flag.title), "urgency": .string(flag.urgency.rawValue),
            "difficulties": .strings(flag.difficulties.map(\.rawValue)), "confirm": .strings(flag.confirm),
            "since": .string(flag.since.description),
            "reasons": reasons(flag.reasons, catalogue), "protective": reasons(flag.protective, catalogue),
            "missing": reasons(flag.missing, catalogue),
        ]
    }

    private static func reasons(_ reasons: [Reason], _ catalogue: Catalogue) -> JSON {
        .array(
            reasons.map { reason in
                [
                    "sentence": .string(reason.sentence),
                    "items": .strings(reason.items.map(\.rawValue)),
                    "sources": .array(reason.sources.map(source)),
                    "facts": .array(reason.facts.map { fact($0, catalogue) }),
                ]
            })
    }

    private static func source(_ source: SourceFreshness) -> JSON {
        [
            "source": .string(source.source.rawValue), "title": .string(source.title),
            "asOf": .optional(source.asOf?.description), "limitDays": .integer(source.limit),
        ]
    }

    static func fact(_ sourced: SourcedFact, _ catalogue: Catalogue) -> JSON {
        let fact = sourced.fact
        let value: JSON =
            switch fact.value {
            case .code(let label): .string(label)
            case .number(let number): .number(number)
            case .day(let day): .string(day.description)
            }
        return [
            "item": .string(fact.item.rawValue), "kind": .string(fact.kind), "value": value,
            "unit": .optional(catalogue[fact.item]?.kind(fact.kind)?.unit), "on": date(fact.on),
            "knownOn": .optional(sourced.known?.description), "file": .string(sourced.position.file),
            "line": .integer(sourced.position.line),
        ]
    }

    /// Only as precise as it is known: the first and last day it can be.
    static func date(_ date: PartialDate?) -> JSON {
        guard let range = date?.range else { return .null }
        return ["from": .string(range.lowerBound.description), "to": .string(range.upperBound.description)]
    }

    static func shown<Value>(_ shown: Shown<Value>, _ value: (Value) -> JSON) -> JSON {
        switch shown {
        case .shown(let content): ["state": "shown", "value": value(content)]
        case .masked: ["state": "masked", "value": .null]
        case .withheld: ["state": "withheld", "value": .null]
        case .absent: ["state": "absent", "value": .null]
        }
    }
}
