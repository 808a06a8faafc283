internal import Domain
internal import Foundation
internal import Pages
package import Policy
package import Store

extension Declaration.Kind {
    var place: Frame.Place { self == .emergency ? .emergency : .unlock }
    var page: DeclarePage.Kind { self == .emergency ? .emergency : .unlock }
    var path: String { self == .emergency ? "/emergencies" : "/unlocks" }
    var title: String { self == .emergency ? "緊急の確認" : "支援措置の開示" }
}

/// Declarations as pages, the API and `renkei emergency` show them.
package enum DeclarationViews {
    /// A time of day in Japan, `23時5分`.
    static func clock(_ at: Date) -> String {
        at.japaneseTime.split(separator: " ").last.map(String.init) ?? ""
    }

    /// - Parameter logInEnds: with which it ends at the latest.
    static func banner(_ declaration: Declaration, logInEnds: Date?, now: Date) -> Frame.Declared {
        let end = [declaration.endsAt ?? now, logInEnds].compactMap(\.self).min() ?? now
        return .init(
            number: declaration.number, title: declaration.kind.title,
            minutesLeft: max(0, Int((end.timeIntervalSince(now) / 60).rounded(.up))), until: clock(end))
    }

    /// - Parameter names: of users, for people.
    static func line(_ declaration: Declaration, names: [UserID: String]) -> DeclarePage.Line {
        let patience = declaration.askedAt.addingTimeInterval(Double(Declaration.patience) * 60)
        return .init(
            number: declaration.number,
            person: declaration.person.rawValue
                + (["", declaration.person.rawValue].contains(declaration.typed)
                    ? "" : "（書かれた番号: \(declaration.typed)）"),
            who: names[declaration.user] ?? declaration.user.rawValue, reason: declaration.reason,
            until: clock(declaration.endsAt ?? patience))
    }

    static func page(
        _ person: DeclaredPerson, guideline: Guideline, refused: (message: String, note: String)?
    ) -> DeclaredPersonPage {
        let declaration = person.declaration
        return DeclaredPersonPage(
            kind: declaration.kind.page, number: declaration.number, reason: declaration.reason,
            until: declaration.endsAt.map(clock) ?? "", stopped: titles(declaration.overrides, guideline),
            name: person.name, nameKana: person.nameKana, isProtected: person.isProtected,
            birth: person.birth, particulars: CaseViews.particulars(person.particulars),
            household: person.household.map(CaseViews.line), householdWithheld: person.householdWithheld,
            facts: person.facts.map { CaseViews.fact($0, guideline.catalogue) },
            records: person.records.map(CaseViews.line),
            notes: person.notes.map {
                .init(declaration: $0.declaration, at: $0.at.japaneseTime, who: $0.who, words: $0.words)
            }, asOf: person.publication.asOf, isCorrectionWaiting: person.isCorrectionWaiting,
            refused: refused)
    }

    static func line(
        _ line: DeclarationLine, guideline: Guideline, now: Date
    ) -> DeclarationsPage.Line {
        let declaration = line.declaration
        func name(_ user: UserID) -> String {
            line.names[user].map { "\($0)（\(user)）" } ?? user.rawValue
        }
        let review: DeclarationsPage.Line.Review =
            if let step = declaration.review {
                .done(
                    (step.what == .appropriate ? "適切だった" : "適切でなかった")
                        + "「\(step.words)」\(name(step.user))、\(step.at.japaneseTime)")
            } else if declaration.isReviewOverdue(at: now) {
                .overdue
            } else {
                declaration.kind.wantsReview && declaration.beganAt != nil ? .awaited : .none
            }
        return .init(
            number: declaration.number, title: declaration.kind.title,
            whom: whom(declaration, line.subject), who: name(declaration.user),
            second: declaration.second.map(name), reason: declaration.reason,
            at: (declaration.beganAt ?? declaration.askedAt).japaneseTime,
            until: declaration.endsAt.map(clock), state: state(declaration, now: now),
            stopped: titles(declaration.overrides, guideline),
            events: line.events.map { AccessViews.line($0, in: guideline).sentence }, notes: line.notes,
            review: review)
    }

    /// Whom it opened, in numbers: a line each.
    package static func whom(_ declaration: Declaration, _ subject: DeclaredSubject) -> [String] {
        let isTyped = !["", declaration.person.rawValue].contains(declaration.typed)
        let age =
            subject.person == nil
            ? "いまの結果にはいない方" : subject.isMinor.map { $0 ? "18歳未満" : "18歳以上かもしれない方" } ?? "年齢の分からない方"
        return [
            declaration.person.rawValue
                + (subject.person.map { $0 == declaration.person ? "" : "（いまは \($0)）" } ?? "") + "　" + age,
            isTyped ? "書かれた番号: \(declaration.typed)" : nil,
            subject.cases.isEmpty
                ? "ケースはありません" : "ケース: \(subject.cases.map(\.rawValue).joined(separator: "、"))",
            subject.household.isEmpty
                ? nil : "同じ世帯の方: \(subject.household.map(\.rawValue).joined(separator: "、"))",
        ].compactMap(\.self)
    }

    static func state(_ declaration: Declaration, now: Date) -> DeclarationsPage.Line.State {
        if declaration.isRunning(at: now) { return .running }
        if declaration.isWaiting(at: now) { return .waiting }
        return declaration.beganAt == nil ? .lapsed : .ended
    }

    static func titles(_ purposes: [PurposeID], _ guideline: Guideline) -> [String] {
        purposes.map { guideline.purposes[$0]?.title ?? $0.rawValue }
    }
}

/// The same as JSON; `Schemas` describes the shapes.
extension DeclarationViews {
    static func json(_ declaration: Declaration, now: Date) -> JSON {
        let state =
            switch state(declaration, now: now) {
            case .waiting: "waiting"
            case .running: "running"
            case .ended: "ended"
            case .lapsed: "lapsed"
            }
        return [
            "number": .integer(declaration.number), "name": .string(declaration.name),
            "kind": .string(declaration.kind.rawValue), "state": .string(state),
            "user": .string(declaration.user.rawValue), "second": .optional(declaration.second?.rawValue),
            "reason": .string(declaration.reason), "minutes": .integer(declaration.minutes),
            "askedAt": .string(declaration.askedAt.formatted(.iso8601)),
            "beganAt": .optional(declaration.beganAt?.formatted(.iso8601)),
            "endsAt": .optional(declaration.endsAt?.formatted(.iso8601)),
            "stopped": .strings(declaration.overrides.map(\.rawValue)),
        ]
    }

    static func json(_ line: DeclarationLine, now: Date) -> JSON {
        let declaration = line.declaration
        return [
            "declaration": json(declaration, now: now), "notes": .integer(line.notes),
            "subject": [
                "declared": .string(declaration.person.rawValue), "typed": .string(declaration.typed),
                "person": .optional(line.subject.person?.rawValue),
                "cases": .strings(line.subject.cases.map(\.rawValue)),
                "isMinor": line.subject.isMinor.map(JSON.bool) ?? .null,
                "household": .strings(line.subject.household.map(\.rawValue)),
            ],
            "awaitsReview": .bool(declaration.awaitsReview(at: now)),
            "isOverdue": .bool(declaration.isReviewOverdue(at: now)),
            "finding": .optional(declaration.review?.what.rawValue),
            "reviewer": .optional(declaration.review?.user.rawValue),
            "events": .array(
                line.events.map {
                    [
                        "sequence": .integer($0.sequence), "at": .optional($0.at?.formatted(.iso8601)),
                        "actor": .string($0.actor), "what": .string($0.what), "fields": .strings($0.fields),
                        "isPermitted": .bool($0.isPermitted),
                    ]
                }),
        ]
    }

    static func json(_ person: DeclaredPerson, catalogue: Catalogue, now: Date) -> JSON {
        CaseViews.json(
            person.particulars, person.household, person.records,
            with: [
                "declaration": json(person.declaration, now: now),
                "person": .string(person.declaration.person.rawValue), "name": .string(person.name),
                "nameKana": .string(person.nameKana), "birth": CaseViews.date(person.birth),
                "isProtected": .bool(person.isProtected),
                "householdWithheld": .integer(person.householdWithheld),
                "isCorrectionWaiting": .bool(person.isCorrectionWaiting),
                "facts": .array(person.facts.map { CaseViews.fact($0, catalogue) }),
                "notes": .array(
                    person.notes.map {
                        [
                            "declaration": .string($0.declaration), "at": .string($0.at.formatted(.iso8601)),
                            "who": .string($0.who), "words": .string($0.words),
                        ]
                    }),
                "run": .string(person.publication.run.rawValue),
                "asOf": .string(person.publication.asOf.description),
            ])
    }
}

extension Schemas {
    static let declarations: [String: Schema] = [
        "Declaration": .object([
            "number": .integer, "name": .string,
            "kind": .word(Declaration.Kind.allCases.map(\.rawValue)),
            "state": .word(["waiting", "running", "ended", "lapsed"]), "user": .string,
            "second": .nullable(.string), "reason": .string, "minutes": .integer, "askedAt": .dateTime,
            "beganAt": .nullable(.dateTime), "endsAt": .nullable(.dateTime), "stopped": .array(.string),
        ]),
        "DeclarationList": .object([
            "items": .array(
                .object([
                    "declaration": .named("Declaration"), "notes": .integer,
                    "subject": .object([
                        "declared": .string, "typed": .string, "person": .nullable(.string),
                        "cases": .array(.string), "isMinor": .nullable(.boolean),
                        "household": .array(.string),
                    ]), "awaitsReview": .boolean,
                    "isOverdue": .boolean,
                    "finding": .nullable(.word(["appropriate", "inappropriate"])),
                    "reviewer": .nullable(.string),
                    "events": .array(
                        .object([
                            "sequence": .integer, "at": .nullable(.dateTime), "actor": .string,
                            "what": .string,
                            "fields": .array(.string), "isPermitted": .boolean,
                        ])),
                ]))
        ]),
        "DeclaredPerson": person(with: [
            "declaration": .named("Declaration"), "person": .string, "name": .string, "nameKana": .string,
            "birth": .nullable(.named("Period")), "isProtected": .boolean, "householdWithheld": .integer,
            "isCorrectionWaiting": .boolean,
            "facts": .array(.named("Fact")),
            "notes": .array(
                .object(["declaration": .string, "at": .dateTime, "who": .string, "words": .string])),
            "run": .string, "asOf": .date,
        ]),
    ]
}
