internal import Domain
internal import Foundation
internal import Pages
internal import Policy
internal import Programmes
internal import Store

/// The store's offers as pages and API show them.
enum SupportViews {
    static func wording(
        _ kept: KeptRegistry, _ exchange: Exchange, _ municipality: String
    ) -> SupportWording {
        SupportWording(
            table: kept.table, catalogue: exchange.guideline.catalogue, municipality: municipality,
            attribution: kept.registry.attribution)
    }

    /// - Parameters:
    ///   - municipality: for drafts.
    ///   - users: names of users, by actor.
    static func line(
        _ child: SupportedChild, _ kept: KeptRegistry?, _ exchange: Exchange, _ municipality: String = "",
        users: [String: String] = [:]
    ) -> SupportedChildLine {
        let names = Dictionary(
            (kept?.registry.programmes ?? []).map { ($0.psid, $0.name) },
            uniquingKeysWith: { first, _ in first })
        return SupportedChildLine(
            id: child.id, name: child.name, nameKana: child.nameKana, birth: child.birth,
            offers: kept.map { kept in child.offers.map(wording(kept, exchange, municipality).line) } ?? [],
            outcomes: child.outcomes.map {
                .init(
                    at: $0.at.japaneseTime, who: users[$0.actor] ?? $0.actor,
                    programme: names[$0.psid] ?? $0.psid,
                    what: $0.what.title)
            })
    }

    static func page(
        _ detail: SupportDetail, _ exchange: Exchange, users: [String: String]
    ) -> SupportChildPage {
        let city = detail.publication.summary.municipality
        func line(_ child: SupportedChild) -> SupportedChildLine {
            self.line(child, detail.registry, exchange, city, users: users)
        }
        return SupportChildPage(
            child: line(detail.child),
            siblings: detail.household.children.filter { $0.id != detail.child.id }.map(line),
            isProtected: detail.household.isProtected, asOf: detail.publication.asOf,
            attribution: detail.registry.registry.attribution,
            mayRecord: exchange.decisions(for: .record, purpose: .programmes).denial == nil)
    }

    static func json(_ kept: KeptRegistry) -> JSON {
        [
            "source": .string(kept.registry.source), "asOf": .string(kept.registry.asOf.description),
            "attribution": .string(kept.registry.attribution),
        ]
    }

    static func json(_ untold: Untold) -> JSON {
        [
            "households": .integer(untold.households), "children": .integer(untold.children),
            "programmes": .integer(untold.programmes.count),
            "extracts": .array(
                untold.extracts.map {
                    [
                        "item": .string($0.item.rawValue), "title": .optional($0.title),
                        "asOf": .optional($0.asOf?.description),
                    ]
                }),
        ]
    }

    static func json(_ child: SupportedChild, _ kept: KeptRegistry?, _ exchange: Exchange) -> JSON {
        let line = line(child, kept, exchange)
        return [
            "person": .string(child.id.rawValue), "name": .string(child.name),
            "nameKana": .string(child.nameKana), "birth": CaseViews.date(child.birth),
            "offers": .array(
                line.offers.map { offer -> JSON in
                    [
                        "programme": .string(offer.psid), "name": .string(offer.name),
                        "standing": .string(offer.standing.rawValue), "grounds": .strings(offer.grounds),
                        "receiving": .string(offer.receiving), "persons": .string(offer.persons),
                        "questions": .strings(offer.questions),
                        "conditions": .strings(offer.conditions), "deadline": .string(offer.deadline),
                        "documents": .strings(offer.documents),
                        "links": .array(
                            offer.links.map { ["title": .string($0.title), "address": .string($0.address)] }),
                    ]
                }),
            "outcomes": .array(
                child.outcomes.map { outcome -> JSON in
                    [
                        "programme": .string(outcome.psid), "outcome": .string(outcome.what.rawValue),
                        "channel": .optional(outcome.channel?.rawValue), "actor": .string(outcome.actor),
                        "at": .string(outcome.at.formatted(.iso8601)),
                    ]
                }),
        ]
    }
}
