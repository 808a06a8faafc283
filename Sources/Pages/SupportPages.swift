package import Domain
package import Programmes

/// A child with the offers in words.
package struct SupportedChildLine: Sendable {
    package var id: PersonID
    package var name: String
    package var nameKana: String
    package var birth: PartialDate?
    package var offers: [OfferLine]
    package var outcomes: [Outcome]

    /// What somebody did about an offer.
    package struct Outcome: Sendable {
        /// Date and time, already written for people.
        package var at: String
        package var who: String
        package var programme: String
        package var what: String

        package init(at: String, who: String, programme: String, what: String) {
            (self.at, self.who, self.programme, self.what) = (at, who, programme, what)
        }
    }

    package init(
        id: PersonID, name: String, nameKana: String, birth: PartialDate?, offers: [OfferLine],
        outcomes: [Outcome]
    ) {
        self.id = id
        self.name = name
        self.nameKana = nameKana
        self.birth = birth
        self.offers = offers
        self.outcomes = outcomes
    }

    func offers(_ standing: Offer.Standing) -> [OfferLine] { offers.filter { $0.standing == standing } }

    var path: String { "/support/\(id)" }

    var called: HTML { tag("bdi") { name.isEmpty ? id.rawValue : name } }
}

/// Households in which a child may miss a programme.
package struct SupportListPage: Sendable {
    package static let path = "/support"
    package static let title = "支援制度の案内"

    /// By household, each with the children who miss something.
    package var households: [[SupportedChildLine]]
    package var next: String?
    package var isFirst: Bool
    package var asOf: Day
    /// Name, day and credit line of the registry; `nil` before the first import.
    package var registry: (source: String, asOf: Day, attribution: String)?
    /// Of whom it cannot be told, and why; `nil`: it can of everybody.
    package var untold: String?

    package init(
        households: [[SupportedChildLine]], next: String?, isFirst: Bool, asOf: Day,
        registry: (source: String, asOf: Day, attribution: String)?, untold: String? = nil
    ) {
        self.untold = untold
        self.households = households
        self.next = next
        self.isFirst = isFirst
        self.asOf = asOf
        self.registry = registry
    }

    package func render(in frame: Frame) -> String {
        frame.page(Self.title, at: .support) {
            tag("header") {
                tag("h1") { Self.title }
                tag("p") { "\(asOf.wareki)時点のデータ" }
            }
            if let registry {
                tag("p", .class("lead")) {
                    "受けられる可能性があるのに、受けている記録のない制度です。記録との照らし合わせで、受けられると決まったものではありません。"
                }
                if let untold { tag("p", .class("alert")) { untold } }
                if households.isEmpty {
                    tag("div", .class("panel")) {
                        SupportWording.none(isLast: next == nil, isTold: untold == nil)
                    }
                } else {
                    list(frame.today)
                }
                tag("nav", .init("aria-label", "ページ")) {
                    if !isFirst { tag("a", .href(Self.path)) { "先頭へ" } }
                    if let next {
                        "　"
                        tag("a", .href(next)) { "次へ" }
                    }
                }
                tag("p", .class("small")) {
                    "\(registry.source)（\(registry.asOf.wareki)時点）　\(registry.attribution)"
                }
            } else {
                tag("div", .class("panel")) {
                    "制度のレジストリが、まだ取り込まれていません。「renkei support import」で取り込みます。"
                }
            }
        }
    }

    private func list(_ today: Day) -> HTML {
        Table(
            caption: "世帯ごとの、受けていない可能性のある制度",
            columns: [
                .init("こども"), .init("生年月日", isShort: true), .init("受けていない可能性"),
                .init("案内できる", isNumber: true),
                .init("人の確認", isNumber: true),
            ],
            rows: households.flatMap { children -> [[HTML]] in
                children.enumerated().map { place, child -> [HTML] in
                    [
                        tag("span") {
                            if place > 0 { "（同じ世帯）" }
                            tag("a", .href(child.path)) { child.called }
                        },
                        .text(child.birth.map { "\($0.wareki)（\(Wording.age($0, today: today))）" } ?? "—"),
                        .text(child.offers(.missed).map(\.name).joined(separator: "、")),
                        .text("\(child.offers(.offered).count)"), .text("\(child.offers(.asked).count)"),
                    ]
                }
            }, isStacked: true
        ).html
    }
}

/// What may be offered to one child, with drafts and what became of them.
package struct SupportChildPage: Sendable {
    package var child: SupportedChildLine
    /// The other children of the household.
    package var siblings: [SupportedChildLine]
    package var isProtected: Bool
    package var asOf: Day
    package var attribution: String
    /// Whether the reader may record what became of an offer.
    package var mayRecord: Bool

    package init(
        child: SupportedChildLine, siblings: [SupportedChildLine], isProtected: Bool, asOf: Day,
        attribution: String, mayRecord: Bool
    ) {
        self.child = child
        self.siblings = siblings
        self.isProtected = isProtected
        self.asOf = asOf
        self.attribution = attribution
        self.mayRecord = mayRecord
    }

    package func render(in frame: Frame) -> String {
        frame.page(SupportListPage.title, at: .support) {
            tag("p", .class("small")) {
                tag("a", .href(SupportListPage.path)) { SupportListPage.title }
                " ＞ \(child.id)"
            }
            tag("h1") {
                child.called
                tag("span", .class("kana")) { child.nameKana }
            }
            tag("p") { "\(asOf.wareki)時点のデータ" }
            if !siblings.isEmpty {
                tag("p") {
                    "同じ世帯のこども: "
                    for sibling in siblings {
                        tag("a", .href(sibling.path)) { sibling.called }
                        " "
                    }
                }
            }
            html(frame)
        }
    }

    /// Also a part of a case's page.
    func html(_ frame: Frame) -> HTML {
        tag("section", .init("aria-labelledby", "support")) {
            tag("h2", .id("support")) { "使える可能性のある支援制度" }
            tag("p", .class("lead")) {
                "記録と制度の一覧を照らし合わせたものです。受けられるかどうかは、窓口で確かめてください。案内の文には、制度のことだけを書きます。"
            }
            if isProtected {
                tag("p", .class("alert")) {
                    "世帯に支援措置の対象の方がいます。住所あての手紙は作りません。連絡の方法を、支援措置担当と相談してください。"
                }
            }
            if child.offers.isEmpty { tag("p", .class("muted")) { "案内できる制度は見つかりませんでした。" } }
            for standing in Offer.Standing.allCases {
                let offers = child.offers(standing)
                if !offers.isEmpty {
                    tag("h3") { "\(SupportWording.title(standing))（\(offers.count)）" }
                    for offer in offers { panel(offer, frame) }
                }
            }
            outcomes
            tag("p", .class("small")) { attribution }
        }
    }

    private func panel(_ offer: OfferLine, _ frame: Frame) -> HTML {
        tag("details", .class("panel")) {
            tag("summary") { offer.name }
            tag("p", .class("written")) { offer.summary }
            tag("dl", .class("facts")) {
                term("そう見える理由", offer.grounds)
                term("受けているか", [offer.receiving])
                term("対象（レジストリの文）", offer.persons.isEmpty ? [] : [offer.persons])
                term("確かめること", offer.questions)
                term("条件", offer.conditions)
                term("期限", [offer.deadline])
                term("必要なもの", offer.documents)
                term("手続と問合せ", offer.procedure)
                term("リンク", offer.links.map { $0.title.isEmpty ? $0.address : "\($0.title) \($0.address)" })
            }
            tag("h4") { "案内の文（メールなど）" }
            tag("p", .class("written")) { offer.draft }
            if !isProtected {
                tag("p") {
                    tag("a", .href("\(child.path)/letter?programme=\(offer.psid.encodedForQuery)")) {
                        "手紙を印刷する"
                    }
                }
            }
            if mayRecord { form(offer, frame) }
        }
    }

    private func term(_ title: String, _ lines: [String]) -> HTML {
        lines.isEmpty
            ? .nothing
            : .joined([
                tag("dt") { title },
                tag("dd") { for line in lines { tag("div", .class("written")) { line } } },
            ])
    }

    private func form(_ offer: OfferLine, _ frame: Frame) -> HTML {
        tag("form", .class("step"), .init("method", "post"), .init("action", child.path)) {
            tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", frame.csrf))
            tag("input", .init("type", "hidden"), .init("name", "programme"), .init("value", offer.psid))
            select("結果", "outcome", SupportOutcome.What.allCases.map { ($0.rawValue, $0.title) })
            select("方法", "channel", SupportOutcome.Channel.allCases.map { ($0.rawValue, $0.title) })
            tag("button", .init("type", "submit")) { "記録する" }
        }
    }

    private func select(_ title: String, _ name: String, _ words: [(String, String)]) -> HTML {
        tag("label") {
            "\(title) "
            tag("select", .init("name", name)) {
                for (word, text) in words { tag("option", .init("value", word)) { text } }
            }
        }
    }

    private var outcomes: HTML {
        child.outcomes.isEmpty
            ? .nothing
            : Table(
                caption: "案内の記録",
                columns: [.init("日時", isShort: true), .init("記録した人"), .init("制度"), .init("結果")],
                rows: child.outcomes.map {
                    [.text($0.at), .text($0.who), .text($0.programme), .text($0.what)]
                }
            ).html
    }
}

/// A letter to print: an address, and the programme's own words.
package struct SupportLetterPage: Sendable {
    package var address: String
    package var draft: Draft

    package init(address: String, draft: Draft) { (self.address, self.draft) = (address, draft) }

    /// Without menu or name of who prints it: what is on the paper goes to the family.
    package func render() -> String {
        Frame.document(draft.subject) {
            tag("main", .id("main"), .class("letter")) {
                tag("p", .class("written")) { "\(address)\nご家庭のみなさまへ" }
                tag("h1") { draft.subject }
                for paragraph in draft.paragraphs { tag("p", .class("written")) { paragraph } }
            }
        }
    }
}
