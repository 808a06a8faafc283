internal import Domain

/// The named shapes of the API; a test holds every answer against them.
enum Schemas {
    private static let notApplicable = Schema.word(NotApplicableReason.allCases.map(\.rawValue))

    static let all: [String: Schema] = [
        // What could not be read as a request is of no path.
        "Problem": .request(
            [
                "type": .string, "title": .string, "status": .integer, "detail": .string, "instance": .string,
            ], required: ["type", "title", "status", "detail"]),
        "ConsentList": .object([
            "items": .array(
                .object([
                    "consent": .string, "purpose": .string, "says": .word(["refused", "given"]),
                    "isInForce": .boolean, "isWaiting": .boolean, "isEnded": .boolean,
                    "giver": .word(["person", "guardian", "agent"]), "evidence": .string,
                    "from": .nullable(.date), "until": .nullable(.date), "persons": .array(.string),
                    "steps": .array(
                        .object([
                            "what": .word(["recorded", "confirmed", "ending", "ended"]), "actor": .string,
                            "at": .dateTime, "reason": .string,
                        ])),
                ]))
        ]),
        "SessionList": .object([
            "items": .array(
                .object([
                    "number": .integer, "user": .string, "name": .string, "createdAt": .dateTime,
                    "usedAt": .dateTime, "isThis": .boolean,
                ]))
        ]),
        "Health": .object(["status": .word(["ok"])]),
        "CaseList": .object([
            "items": .array(.named("CaseSummary")), "total": .integer, "next": .nullable(.string),
            "mine": .integer, "overdue": .integer,
            "queues": .array(
                .object(["queue": .word(CaseQueue.allCases.map(\.code)), "title": .string, "count": .integer])
            ),
        ]),
        "CaseSummary": .object([
            "id": .string, "person": .string, "name": .string, "nameKana": .string,
            "birth": .nullable(.named("Period")), "state": .word(CaseState.allCases.map(\.rawValue)),
            "urgency": .word(Urgency.allCases.map(\.rawValue)),
            "difficulties": .array(.word(Difficulty.allCases.map(\.rawValue))), "rules": .array(.string),
            "since": .date, "openedOn": .date, "endedOn": .nullable(.date), "isProtected": .boolean,
            "work": .named("CaseWork"),
        ]),
        "PersonList": .object([
            "items": .array(
                .object([
                    "person": .string, "name": .string, "nameKana": .string,
                    "birth": .nullable(.named("Period")), "isProtected": .boolean, "case": .nullable(.string),
                ])), "next": .nullable(.string), "asOf": .nullable(.date),
        ]),
        "CaseWork": .object([
            "id": .string, "version": .integer, "state": .word(CaseState.allCases.map(\.rawValue)),
            "queue": .nullable(.word(CaseQueue.allCases.map(\.code))), "holder": .nullable(.string),
            "offeredTo": .nullable(.string), "due": .nullable(.date), "quietUntil": .nullable(.date),
            "endReason": .nullable(notApplicable),
            "closing": .nullable(
                .object([
                    "state": .string, "reason": .string, "quietUntil": .nullable(.date),
                    "why": .nullable(notApplicable), "proposer": .string,
                ])),
        ]),
        "CaseAssignment": .object([
            "items": .array(
                .object([
                    "id": .string, "version": .nullable(.integer), "problem": .nullable(.named("Problem")),
                ]))
        ]),
        "SpotCheckList": .object([
            "items": .array(.named("SpotCheck")), "month": .nullable(.string), "asOf": .date,
            "isWithheld": .boolean,
        ]),
        "SpotCheck": .object([
            "number": .integer, "month": .string, "person": .string, "name": .string, "nameKana": .string,
            "birth": .nullable(.named("Period")), "isProtected": .boolean,
            "answers": .array(
                .object([
                    "answer": .word(SpotCheckAnswer.allCases.map(\.rawValue)), "note": .string,
                    "actor": .string, "at": .dateTime,
                ])),
        ]),
        "SpotCheckDetail": person(with: ["child": .named("SpotCheck"), "asOf": .date]),
        // The first and the last day a date can be: equal where it is known to the day.
        "Period": .object(["from": .date, "to": .date]),
        "Case": person(with: [
            "summary": .named("CaseSummary"),
            "flags": .array(.named("Flag")),
            "history": .array(
                .object([
                    "at": .dateTime, "actor": .string, "what": .string, "note": .string,
                    "changes": .array(
                        .object([
                            "part": .string, "before": .nullable(.string), "after": .nullable(.string),
                        ])),
                ])),
            "run": .string, "asOf": .date,
        ]),
        "OpenedCase": .object(["id": .string]),
        "HouseholdMember": .object([
            "name": .string, "birth": .nullable(.named("Period")), "relation": .nullable(.string),
        ]),
        "Household": .object([
            "case": .string, "asOf": .date, "name": .string, "birth": .nullable(.named("Period")),
            "school": shown(.string),
            "members": .array(
                .object([
                    "name": .string, "birth": .nullable(.named("Period")), "relation": .nullable(.string),
                    "school": .nullable(.string),
                    "case": .nullable(
                        .object([
                            "id": .string, "queue": .nullable(.word(CaseQueue.allCases.map(\.code))),
                            "holder": .nullable(.string),
                        ])),
                ])),
        ]),
        "RecordLine": .object([
            "source": .string, "title": .string, "file": .string, "line": .integer,
            "linkWeight": .nullable(.number),
        ]),
        "Flag": .object([
            "rule": .string, "version": .integer, "title": .string,
            "urgency": .word(Urgency.allCases.map(\.rawValue)), "difficulties": .array(.string),
            "confirm": .array(.string), "since": .date,
            "reasons": .array(.named("Reason")), "protective": .array(.named("Reason")),
            "missing": .array(.named("Reason")),
        ]),
        "Reason": .object([
            "sentence": .string, "items": .array(.string), "sources": .array(.named("Source")),
            "facts": .array(.named("Fact")),
        ]),
        "Source": .object([
            "source": .string, "title": .string, "asOf": .nullable(.date), "limitDays": .integer,
        ]),
        "Fact": .object([
            "item": .string, "kind": .string, "value": .either([.string, .number]),
            "unit": .nullable(.string), "on": .nullable(.named("Period")),
            "knownOn": .nullable(.date), "file": .string, "line": .integer,
        ]),
        "Run": .object([
            "sequence": .integer, "run": .string, "asOf": .date, "publishedAt": .dateTime,
            "publicationHash": .string, "extracts": .array(.named("Extract")),
            "linkage": .object([
                "records": .integer, "candidatePairs": .integer, "automatic": .integer, "grey": .integer,
                "report": .nullable(.named("LinkageReport")),
            ]),
            "persons": counts(["total", "children", "offRegister", "protected", "new", "merged", "split"]),
            "flags": .array(.object(["rule": .string, "title": .string, "count": .integer])),
            "cases": counts(["new", "open", "withdrawn"]),
            "gates": .array(
                .object([
                    "gate": .string, "passed": .boolean, "message": .string, "acceptedBy": .nullable(.string),
                    "reason": .nullable(.string),
                ])),
        ]),
        "ExtractList": .object(["asOf": .nullable(.date), "items": .array(.named("Extract"))]),
        "Extract": .object([
            "source": .string, "title": .string, "file": .nullable(.string), "sha256": .string,
            "asOf": .nullable(.date), "rows": .integer, "accepted": .integer, "rejected": .integer,
            "duplicate": .integer, "outside": .integer, "superseded": .integer, "deltas": .array(.string),
            "rejections": .array(.object(["code": .string, "count": .integer])),
            "warnings": .array(.object(["code": .string, "count": .integer])),
        ]),
    ].merging(support) { first, _ in first }.merging(linkage) { first, _ in first }.merging(declarations) {
        first, _ in first
    }.merging(mending) { first, _ in first }.merging(oversight) { first, _ in first }

    /// A value as far as the reader may see it; `value` is null unless `state` is `shown`.
    /// What is told of a person alike, with what is told in one place alone.
    static func person(with members: [String: Schema]) -> Schema {
        let common: [String: Schema] = [
            "sex": .nullable(.word(["male", "female"])), "address": shown(.string),
            "phones": shown(.array(.string)), "guardians": shown(.array(.string)), "school": shown(.string),
            "household": .array(.named("HouseholdMember")), "records": .array(.named("RecordLine")),
        ]
        return .object(common.merging(members) { _, own in own })
    }

    static func shown(_ value: Schema) -> Schema {
        .object(["state": .word(["shown", "masked", "withheld", "absent"]), "value": .nullable(value)])
    }

    private static func counts(_ names: [String]) -> Schema {
        .object(Dictionary(uniqueKeysWithValues: names.map { ($0, Schema.integer) }))
    }
}
