internal import Domain
internal import Foundation
internal import Pages
internal import Store

/// The review's pairs as pages and the API show them.
enum ReviewViews {
    private static func sources(_ item: Review.Item, _ review: Review) -> [String] {
        [item.pair.left.source, item.pair.right.source].map { review.titles[$0] ?? $0.rawValue }
    }

    static func line(_ item: Review.Item, _ review: Review) -> ReviewListPage.Line {
        .init(
            id: item.pair.id, sources: sources(item, review), weight: item.weight, sentence: item.sentence,
            isProtected: item.pair.standing.isProtected, verdict: item.verdict.map { "V-\($0.id)" },
            isOwn: item.verdict?.isBy(review.actor) ?? false)
    }

    /// - Parameter users: names of users, by actor.
    static func decided(
        _ verdict: KeptVerdict, _ review: Review, _ users: [String: String]
    ) -> ReviewDecidedPage.Line {
        let isUntold = isUntold(verdict, review)
        return .init(
            number: "V-\(verdict.id)", pair: verdict.pair,
            sources: [verdict.left.source, verdict.right.source].compactMap(\.self).map {
                review.titles[$0] ?? $0.rawValue
            }, state: state(verdict, review), at: verdict.steps.first?.at.japaneseTime ?? "",
            who: verdict.steps.first.map { AccessWording.who($0.actor, name: users[$0.actor]) } ?? "",
            reason: isUntold ? "2人目の判断のあとで示します" : verdict.steps.first?.reason ?? "")
    }

    /// Who is to say the same as the second one judges without knowing what the first one said.
    private static func isUntold(_ verdict: KeptVerdict, _ review: Review) -> Bool {
        verdict.isWaiting && !verdict.isBy(review.actor)
    }

    private static func state(_ verdict: KeptVerdict, _ review: Review) -> String {
        if isUntold(verdict, review) { return "2人目の判断を待っています" }
        return (verdict.isSame ? "同じ人" : "別の人") + (verdict.isWaiting ? "（2人目を待っています）" : "")
    }

    static func page(
        _ item: Review.Item, _ seen: ReviewedPair, _ review: Review, _ users: [String: String],
        last: String?, refused: WorkPanel.Refused?
    ) -> ReviewPairPage {
        let (left, right) = parts(seen)
        let titles = sources(item, review)
        return ReviewPairPage(
            id: item.pair.id, sentence: item.sentence,
            left: .init(title: titles[0], person: item.isBlind ? nil : item.pair.left.person),
            right: .init(title: titles[1], person: item.isBlind ? nil : item.pair.right.person),
            parts: zip(left, right).map {
                .init(title: $0.title, left: $0.text, right: $1.text, isMasked: $0.isMasked)
            }, isProtected: item.pair.standing.isProtected, isBlind: item.isBlind, weight: item.weight,
            steps: seen.levels.map {
                .init(comparison: $0.comparison, level: $0.level, weight: $0.weight)
            }, automatic: review.automatic,
            verdict: item.verdict.map { verdict in
                .init(
                    number: "V-\(verdict.id)", state: state(verdict, review),
                    steps: isUntold(verdict, review) ? [] : verdict.steps.map { words($0, users) },
                    isToConfirm: isUntold(verdict, review))
            }, needsSecond: review.twoPersons, last: last, asOf: review.publication.asOf, refused: refused)
    }

    private static func words(_ step: KeptVerdict.Step, _ users: [String: String]) -> String {
        let what =
            switch step.what {
            case .decided: "判断"
            case .confirmed: "2人目の判断"
            case .withdrawn: "取消し"
            }
        return
            "\(what) \(step.at.japaneseTime) \(AccessWording.who(step.actor, name: users[step.actor]))「\(step.reason)」"
    }

    private static func parts(_ seen: ReviewedPair) -> ([IdentifierLine], [IdentifierLine]) {
        (
            IdentifierLine.all(seen.left, masked: seen.masked),
            IdentifierLine.all(seen.right, masked: seen.masked)
        )
    }

    static func json(_ item: Review.Item) -> [String: JSON] {
        [
            "pair": .string(item.pair.id), "why": .string(item.why.rawValue),
            "sentence": .string(item.sentence), "weight": item.weight.map(JSON.number) ?? .null,
            "distance": item.distance.map(JSON.number) ?? .null,
            "sources": .strings([item.pair.left.source, item.pair.right.source].map(\.rawValue)),
            "persons": item.isBlind
                ? .null : .strings([item.pair.left.person, item.pair.right.person].map(\.rawValue)),
            "verdict": .optional(item.verdict.map { "V-\($0.id)" }),
            "isWaiting": .bool(item.verdict?.isWaiting ?? false),
            "isProtected": .bool(item.pair.standing.isProtected),
        ]
    }

    static func json(_ item: Review.Item, _ seen: ReviewedPair, _ review: Review) -> JSON {
        let (left, right) = parts(seen)
        func side(_ side: ReviewPair.Side, _ lines: [IdentifierLine]) -> JSON {
            [
                "source": .string(side.source.rawValue),
                "title": .string(review.titles[side.source] ?? side.source.rawValue),
                "person": item.isBlind ? .null : .string(side.person.rawValue),
                "parts": .array(
                    lines.map {
                        [
                            "title": .string($0.title), "text": .string($0.text),
                            "isMasked": .bool($0.isMasked),
                        ]
                    }),
            ]
        }
        var sum = 0.0
        let steps = seen.levels.map { level -> JSON in
            sum += level.weight
            return [
                "comparison": .string(level.comparison), "level": .string(level.level),
                "weight": .number(level.weight), "sum": .number(sum),
            ]
        }
        var members = json(item)
        members["left"] = side(item.pair.left, left)
        members["right"] = side(item.pair.right, right)
        members["steps"] = .array(steps)
        return .object(members)
    }

    static func json(_ verdict: KeptVerdict) -> JSON {
        [
            "verdict": .string("V-\(verdict.id)"), "pair": .string(verdict.pair),
            "answer": .string(verdict.isSame ? "same" : "different"),
            "isInForce": .bool(verdict.isInForce), "isWaiting": .bool(verdict.isWaiting),
            "steps": .array(
                verdict.steps.map { step -> JSON in
                    [
                        "what": .string(step.what.rawValue), "actor": .string(step.actor),
                        "at": .string(step.at.formatted(.iso8601)), "reason": .string(step.reason),
                    ]
                }),
        ]
    }
}
