/// The shapes of what people decide about records, and mend in rows.
extension Schemas {
    private static let item: [String: Schema] = [
        "pair": .string,
        "why": .word(["grey", "refused", "weak", "bridge", "sparse", "withheld", "sample", "asked"]),
        "sentence": .string, "weight": .nullable(.number), "distance": .nullable(.number),
        "sources": .array(.string), "persons": .nullable(.array(.string)), "verdict": .nullable(.string),
        "isWaiting": .boolean, "isProtected": .boolean,
    ]
    private static let side = Schema.object([
        "source": .string, "title": .string, "person": .nullable(.string),
        "parts": .array(.object(["title": .string, "text": .string, "isMasked": .boolean])),
    ])
    private static let place: [String: Schema] = [
        "id": .string, "source": .string, "title": .string, "file": .string, "line": .integer,
        "code": .string, "column": .nullable(.string), "message": .string, "fix": .string,
        "isCorrected": .boolean, "changed": .array(.string),
    ]

    private static let mended: [String: Schema] = [
        "outcome": .word(["kept", "known", "unchanged", "refused", "lapsed"]), "changed": .array(.string),
        "restored": .array(.string), "shortened": .array(.string), "column": .nullable(.string),
        "message": .nullable(.string), "fix": .nullable(.string),
    ]

    static let mending: [String: Schema] = [
        "Correction": .object(mended.merging(["row": .string]) { first, _ in first }),
        "Corrections": .object([
            "outcome": .word(["kept", "partly-kept", "unchanged"]), "kept": .integer, "refused": .integer,
            "more": .integer,
            "rows": .array(
                .object(
                    mended.merging(["line": .integer, "file": .nullable(.string), "row": .nullable(.integer)])
                    {
                        first, _ in first
                    })),
            "waiting": .array(
                .object(["title": .string, "file": .string, "code": .string, "rows": .integer])),
        ]),
        "ReviewList": .object([
            "items": .array(.named("ReviewItem")), "total": .integer, "hidden": .integer,
            "decided": .integer, "drawn": .integer, "judged": .integer, "next": .nullable(.string),
            "asOf": .nullable(.date),
        ]),
        "ReviewItem": .object(item),
        "ReviewPair": .object(
            item.merging([
                "left": side, "right": side,
                "steps": .array(
                    .object([
                        "comparison": .string, "level": .string, "weight": .number, "sum": .number,
                    ])),
            ]) { first, _ in first }),
        "ReviewVerdict": .object([
            "verdict": .string, "pair": .string, "answer": .word(["same", "different"]),
            "isInForce": .boolean, "isWaiting": .boolean,
            "steps": .array(
                .object([
                    "what": .word(["decided", "confirmed", "withdrawn"]), "actor": .string,
                    "at": .dateTime, "reason": .string,
                ])),
        ]),
        "RejectedList": .object([
            "run": .nullable(.string), "isInService": .boolean,
            "reasons": .array(
                .object([
                    "source": .string, "title": .string, "file": .string, "sha256": .string,
                    "code": .string, "count": .integer, "corrected": .integer, "fix": .string,
                ])),
            "lapsed": .array(
                .object(["source": .string, "title": .string, "file": .string, "count": .integer])),
            "items": .array(.object(place)), "total": .integer, "next": .nullable(.string),
        ]),
        "RejectedRow": .object(
            place.merging([
                "fields": .array(
                    .object([
                        "column": .nullable(.string), "value": .string, "isFaulty": .boolean,
                        "isMasked": .boolean,
                    ])),
                "unreadable": .array(.object(["offset": .integer, "hex": .string])),
                "note": .nullable(.string),
            ]) { first, _ in first }),
    ]
}
