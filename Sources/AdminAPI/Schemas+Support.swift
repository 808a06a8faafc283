internal import Programmes
internal import Store

/// Shapes of what is told of support programmes.
extension Schemas {
    static let support: [String: Schema] = [
        "SupportList": .object([
            "items": .array(
                .object(["isProtected": .boolean, "children": .array(.named("SupportedChild"))])),
            "next": .nullable(.string), "asOf": .date, "registry": .nullable(.named("SupportRegistry")),
            "untold": .named("SupportUntold"),
        ]),
        // Of whom it cannot be told whether they miss anything, since extracts did not come or are too old.
        "SupportUntold": .object([
            "households": .integer, "children": .integer, "programmes": .integer,
            "extracts": .array(
                .object(["item": .string, "title": .nullable(.string), "asOf": .nullable(.date)])),
        ]),
        "Support": .object([
            "child": .named("SupportedChild"), "isProtected": .boolean, "asOf": .date,
            "registry": .named("SupportRegistry"),
        ]),
        // The credit line must be shown wherever a programme is.
        "SupportRegistry": .object(["source": .string, "asOf": .date, "attribution": .string]),
        "SupportedChild": .object([
            "person": .string, "name": .string, "nameKana": .string, "birth": .nullable(.named("Period")),
            "offers": .array(.named("SupportOffer")),
            "outcomes": .array(
                .object([
                    "programme": .string, "outcome": .word(SupportOutcome.What.allCases.map(\.rawValue)),
                    "channel": .nullable(.string), "actor": .string, "at": .dateTime,
                ])),
        ]),
        "SupportOffer": .object([
            "programme": .string, "name": .string,
            "standing": .word(Offer.Standing.allCases.map(\.rawValue)), "grounds": .array(.string),
            "receiving": .string, "persons": .string, "questions": .array(.string),
            "conditions": .array(.string),
            "deadline": .string, "documents": .array(.string),
            "links": .array(.object(["title": .string, "address": .string])),
        ]),
    ]
}
