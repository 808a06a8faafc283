internal import Domain
internal import Foundation
internal import JapaneseText
internal import Pages
internal import Policy
package import Store

/// The register of consents and refusals, to look at; every step in it is two people's, with their passwords, by command.
extension RouteTable {
    var consentRoutes: [Route] {
        [
            Route(
                "GET", ConsentsPage.path, "showConsents", "同意と利用停止の登録簿", needs: .permission(.register),
                answers: [.page("登録簿")],
                handle: { exchange in
                    let lines = try consents(exchange).map {
                        ConsentViews.line($0.consent, reach: $0.reach, exchange.guideline, now: exchange.now)
                    }
                    return page(ConsentsPage(lines: lines).render(in: try frame(exchange)))
                }),
            Route(
                "GET", "/api/v1/consents", "listConsents", "同意と利用停止の登録簿",
                needs: .permission(.register), answers: [.json("登録簿", .named("ConsentList"))],
                handle: { exchange in
                    let items = try consents(exchange).map {
                        ConsentViews.json($0.consent, reach: $0.reach, now: exchange.now)
                    }
                    return json(["items": .array(items)])
                }),
        ]
    }

    /// What is in force or waits first, each by number.
    private func consents(_ exchange: Exchange) throws -> [(consent: KeptConsent, reach: Set<PersonID>)] {
        let all = try store.consents(
            actor: exchange.actor, decision: exchange.decisions(for: .register)(PersonStanding()),
            at: exchange.now)
        return all.filter { !$0.consent.isEnded } + all.filter { $0.consent.isEnded }
    }
}

/// Consents as pages, the API and `renkei consent` show them.
package enum ConsentViews {
    static func line(
        _ consent: KeptConsent, reach: Set<PersonID>, _ guideline: Guideline, now: Date
    ) -> ConsentsPage.Line {
        let isWaiting = consent.isWaiting(at: now)
        let next = isWaiting ? (consent.isRefusal ? "別の人も終えるまで効いています" : "別の人が確かめるまで効きません") : nil
        return .init(
            number: "M-\(consent.id)", isRefusal: consent.isRefusal,
            purpose: guideline.title(consent.purpose),
            state: state(consent, now), giver: word(consent.giver),
            evidence: consent.evidence,
            period: [consent.from.map { "\($0.wareki)から" }, consent.until.map { "\($0.wareki)まで" }]
                .compactMap(\.self).joined(),
            persons: reach.map(\.rawValue).sorted(),
            steps: consent.steps.map {
                "\($0.at.japaneseTime)　\(who($0.actor))　\(word($0.what))　\($0.reason)"
            }, next: next)
    }

    static func json(_ consent: KeptConsent, reach: Set<PersonID>, now: Date) -> JSON {
        [
            "consent": .string("M-\(consent.id)"), "purpose": .string(consent.purpose.rawValue),
            "says": .string(consent.isRefusal ? "refused" : "given"),
            "isInForce": .bool(consent.isInForce(on: Day(inJapanAt: now))),
            "isWaiting": .bool(consent.isWaiting(at: now)), "isEnded": .bool(consent.isEnded),
            "giver": .string(consent.giver.rawValue), "evidence": .string(consent.evidence),
            "from": .optional(consent.from?.description), "until": .optional(consent.until?.description),
            "persons": .strings(reach.map(\.rawValue).sorted()),
            "steps": .array(
                consent.steps.map {
                    [
                        "what": .string($0.what.rawValue), "actor": .string($0.actor),
                        "at": .string($0.at.ISO8601Format()), "reason": .string($0.reason),
                    ]
                }),
        ]
    }

    private static func state(_ consent: KeptConsent, _ now: Date) -> String {
        if consent.isEnded { return "終了" }
        if consent.isInForce(on: Day(inJapanAt: now)) {
            return consent.isWaiting(at: now) ? "有効（終了を待つ）" : "有効"
        }
        return consent.isWaiting(at: now) ? "2人目を待つ" : "期間の外"
    }

    private static func who(_ actor: String) -> String {
        actor.hasPrefix("user:") ? String(actor.dropFirst(5)) : actor
    }

    package static func word(_ giver: KeptConsent.Giver) -> String {
        switch giver {
        case .person: "本人"
        case .guardian: "保護者"
        case .agent: "代理人"
        }
    }

    private static func word(_ step: KeptConsent.Step.What) -> String {
        switch step {
        case .recorded: "記録"
        case .confirmed: "確認"
        case .ending: "終了の申出"
        case .ended: "終了"
        }
    }
}
