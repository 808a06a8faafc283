internal import Audit
internal import Domain
internal import Policy

/// What overseers and who owns rules look at.
extension Schemas {
    static let oversight: [String: Schema] = [
        "VerificationWork": .work(.named("Verification")),
        "Verification": .object([
            "isIntact": .boolean, "events": .integer, "root": .string, "checkpoints": .integer,
            "covered": .integer, "steps": .integer, "isComplete": .boolean, "problems": .array(.string),
            "lost": .integer, "isRecorded": .boolean, "key": .string,
        ]),
        // `at` is null of an event that cannot be read.
        "AuditRecordList": .object([
            "items": .array(
                .object([
                    "sequence": .integer, "at": .nullable(.dateTime), "actor": .string, "what": .string,
                    "isPermitted": .boolean, "purpose": .nullable(.string), "persons": .integer,
                    "case": .nullable(.string), "row": .nullable(.string), "rows": .nullable(.integer),
                    "fields": .array(.string),
                    "references": .array(.object(["name": .string, "value": .string])),
                ])), "next": .nullable(.integer),
        ]),
        "AuditAnalysis": .object([
            "from": .date, "to": .date, "hasLimits": .boolean, "events": .integer,
            "unreadable": .array(.integer),
            "items": .array(
                .object([
                    "kind": .word(AuditFinding.Kind.allCases.map(\.rawValue)), "actor": .string,
                    "day": .date, "count": .integer, "limit": .integer, "events": .array(.integer),
                ])),
        ]),
        "UserList": .object([
            "items": .array(
                .object([
                    "user": .string, "name": .string, "roles": .array(.string), "scopes": .array(.string),
                    "hasSecondFactor": .boolean, "isLocked": .boolean, "removedAt": .nullable(.dateTime),
                    "logIns": .integer, "usedAt": .nullable(.dateTime),
                ]))
        ]),
        "Policy": .object([
            "revision": .string, "steps": .array(.string), "proposal": .nullable(.string),
        ]),
        // `open`: of who is not protected; null where it is not permitted.
        "AccessList": .object([
            "revision": .string, "on": .date,
            "items": .array(
                .object([
                    "role": .string, "action": .word(Action.allCases.map(\.rawValue)), "purpose": .string,
                    "item": .nullable(.string), "open": obligations, "protected": obligations,
                    "isDeclared": .boolean,
                ])),
        ]),
        // Of each statement its id, effect, reason and items.
        "PolicyDecision": .object([
            "isPermitted": .boolean, "sentences": .array(.string), "statements": .array(.array(.string)),
        ]),
        "PolicyProposal": .object([
            "revision": .string, "steps": .array(.string), "headline": .array(.string),
            "changes": .array(.string), "drawn": .nullable(.string), "reads": .string,
            "replayed": .array(.string), "missing": .array(.string), "mayApprove": .boolean,
        ]),
        "RuleTrialWork": .work(.named("RuleTrial")),
        // A count is null where it is too small to be told.
        "RuleTrial": .object([
            "asOf": .date, "tried": .string, "persons": .nullable(.integer), "week": .nullable(.string),
            "lines": .array(
                .object([
                    "rule": .string, "version": .integer, "title": .string, "persons": .nullable(.integer),
                    "expected": .nullable(.integer), "suppressed": .nullable(.integer),
                    "notEvaluated": .nullable(.integer), "waiting": .array(.string),
                    "areas": .named("ToldCounts"), "schools": .nullable(.named("ToldCounts")),
                    "groups": .named("ToldCounts"),
                ])),
        ]),
        "ToldCounts": .object([
            "items": .array(.object(["title": .string, "persons": .integer])), "isPartial": .boolean,
        ]),
        "RuleList": .object([
            "items": .array(.object(rule)), "measures": .array(.string), "measured": .array(.array(.string)),
            "proposals": .array(.object(["hash": .string, "title": .string])),
        ]),
        "Rule": .object(
            rule.merging([
                "purpose": .string, "difficulties": .array(.word(Difficulty.allCases.map(\.rawValue))),
                "population": .string, "items": .array(.string), "looks": .array(.string),
                "sentences": .array(.string), "suppressions": .array(.string), "found": .string,
                "history": .array(.string), "approval": .string, "text": .string,
            ]) { own, _ in own }),
    ]

    private static let obligations = Schema.nullable(.array(.word(Obligation.allCases.map(\.rawValue))))

    private static let rule: [String: Schema] = [
        "id": .string, "version": .integer, "title": .string,
        "urgency": .word(Urgency.allCases.map(\.rawValue)), "author": .string, "approver": .string,
        "from": .date, "to": .nullable(.date), "rationale": .string, "source": .string,
        "confirm": .array(.string), "expected": .number, "proceed": .nullable(.string),
    ]
}
