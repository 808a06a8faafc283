internal import Domain

/// The shapes of `LinkageReport`.
extension Schemas {
    static let linkage: [String: Schema] = [
        "LinkageReport": .object([
            "model": .object([
                "version": .integer, "isMeasured": .boolean, "note": .string, "prior": .number,
                "automatic": .number, "review": .number,
                "comparisons": .array(
                    .object([
                        "title": .string,
                        "levels": .array(
                            .object(["title": .string, "m": .number, "u": .number, "weight": .number])),
                    ])),
            ]),
            "comparablePairs": .integer,
            "weights": .array(.object(["from": .number, "pairs": .integer])),
            "thresholds": .array(
                .object(["threshold": .number, "pairs": .integer, "expectedSame": .number])),
            "expectedSame": .number,
            "judged": .array(
                .object([
                    "zone": .word(WeightZone.allCases.map(\.rawValue)), "same": .integer,
                    "different": .integer,
                ])),
            "blocking": .array(
                .object([
                    "title": .string, "pairs": .integer, "first": .integer, "blocks": .integer,
                    "largestBlock": .integer, "splitBlocks": .integer, "separatedPairs": .integer,
                    "oversizedBlocks": .integer,
                ])),
            "heldBack": .integer,
            "examples": .array(
                .object([
                    "kind": .word(LinkageReport.PairExample.Kind.allCases.map(\.rawValue)),
                    "left": .named("RowPlace"), "right": .named("RowPlace"), "weight": .number,
                    "lines": .array(
                        .object(["comparison": .string, "level": .string, "weight": .number])),
                ])),
            "reach": .array(.named("NamedShare")), "linkedSources": .array(.named("NamedShare")),
            "linkedGroups": .array(.named("NamedShare")), "foundChildren": .array(.named("NamedShare")),
            "clusterSizes": .array(.object(["records": .integer, "persons": .integer])),
        ]),
        "RowPlace": .object(["source": .string, "file": .string, "line": .integer]),
        // A count from one to nine, and one that would follow from it, is told between bounds only.
        "NamedShare": .object([
            "name": .string,
            "share": .object(["all": bounds, "with": bounds, "without": bounds]),
        ]),
    ]

    private static let bounds = Schema.object(["least": .integer, "most": .integer])
}
