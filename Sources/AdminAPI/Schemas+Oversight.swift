internal import Domain

/// What overseers and who owns rules look at.
extension Schemas {
    static let oversight: [String: Schema] = [
        "VerificationWork": .work(.named("Verification")),
        "Verification": .object([
            "isIntact": .boolean, "events": .integer, "root": .string, "checkpoints": .integer,
            "covered": .integer, "steps": .integer, "isComplete": .boolean, "problems": .array(.string),
            "lost": .integer, "isRecorded": .boolean, "key": .string,
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

    private static let rule: [String: Schema] = [
        "id": .string, "version": .integer, "title": .string,
        "urgency": .word(Urgency.allCases.map(\.rawValue)), "author": .string, "approver": .string,
        "from": .date, "to": .nullable(.date), "rationale": .string, "source": .string,
        "confirm": .array(.string), "expected": .number, "proceed": .nullable(.string),
    ]
}
