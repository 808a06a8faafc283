import Domain
import Foundation
import Policy
import Programmes
import Store

/// The copy of what is held about a person, as its JSON says it; the page says the same.
///
/// Nothing in it follows from a fact that is not given: two persons who differ only in such facts get the same bytes.
struct DisclosurePack: Encodable {
    /// Items of which nothing is said, and why.
    struct Unanswered: Encodable {
        let why: String
        let items: [ItemCode]
        let titles: [String]
    }

    /// Who a source says the person is.
    struct Identity: Encodable {
        let source: String
        let rows: [String]
        /// Title and value, in a fixed order.
        let parts: [Part]

        struct Part: Encodable {
            let title: String
            let value: String
        }
    }

    struct Entry: Encodable {
        let item: ItemCode
        let title: String
        let kind: String
        let kindTitle: String
        let value: String
        let on: String?
        let source: String
        let file: String
        let line: Int
        let asOf: String?
    }

    struct Finding: Encodable {
        let rule: RuleID
        let version: Int
        let title: String
        let reasons: [String]
    }

    struct Use: Encodable {
        let purpose: PurposeID
        let title: String
        let description: String
        let articles: [String]
        let period: String
        /// Bodies and roles whom the guideline lets see some of the given items for it.
        let recipients: [String]
    }

    struct Reading: Encodable {
        let on: String
        let purpose: String
        let bodies: [String]
    }

    struct Wish: Encodable {
        let number: String
        let says: String
        let purpose: String
        let recordedOn: String
        let state: String
    }

    /// That somebody was drawn at random, which no rule had found (抜き取り確認).
    struct SpotCheck: Encodable {
        let month: String
        let answer: String?
        let on: String?
    }

    struct Outcome: Encodable {
        let on: String
        let programme: String
        let result: String
    }

    struct Retention: Encodable {
        let item: ItemCode
        let title: String
        let holder: String
        let years: Int
    }

    let request: String
    let requester: Requester
    let municipality: String
    let preparedOn: String
    let asOf: String
    let guideline: String
    let identities: [Identity]
    let records: [Entry]
    /// `nil`: whether there is any is not answered; likewise what follows.
    let findings: [Finding]?
    let readings: [Reading]?
    let wishes: [Wish]?
    let spotChecks: [SpotCheck]?
    let outcomes: [Outcome]?
    let purposes: [Use]
    let retention: [Retention]
    let unanswered: [Unanswered]

    init(
        _ held: HeldRecords, _ request: Disclosure.Request, unanswered: [Unanswered], guideline: Guideline,
        municipality: String, on day: Day
    ) {
        let catalogue = guideline.catalogue
        let given = held.items
        self.request = request.number
        requester = request.requester
        self.municipality = municipality
        preparedOn = day.description
        asOf = held.publication.asOf.description
        self.guideline = String(guideline.revision.prefix(12))
        self.unanswered = unanswered
        identities = held.identities.map { Identity($0, held) }
        records = held.facts.map { Entry($0, held, catalogue) }
        findings =
            given.contains(.findings)
            ? held.findings.map {
                Finding(
                    rule: $0.rule, version: $0.version, title: $0.title, reasons: $0.reasons.map(\.sentence))
            } : nil
        readings =
            given.contains(.readings)
            ? held.readings.map { reading in
                Reading(
                    on: Day(inJapanAt: reading.at).description,
                    purpose: guideline.purposes[reading.purpose]?.title ?? reading.purpose.rawValue,
                    bodies: Set(reading.roles.compactMap { guideline.roles[$0]?.body.rawValue }).sorted())
            } : nil
        wishes = given.contains(.wishes) ? held.wishes.map { Wish($0, guideline) } : nil
        spotChecks =
            given.contains(.spotChecks)
            ? held.spotChecks.map { check in
                SpotCheck(
                    month: check.month, answer: check.answer?.rawValue,
                    on: check.at.map { Day(inJapanAt: $0).description })
            } : nil
        outcomes =
            given.contains(.supportOutcomes)
            ? held.outcomes.map { outcome in
                Outcome(
                    on: Day(inJapanAt: outcome.at).description, programme: outcome.name ?? outcome.psid,
                    result: outcome.what.title)
            } : nil
        let uses = guideline.accesses(on: held.publication.asOf).filter {
            [.list, .read].contains($0.action) && $0.item.map(given.contains) == true && $0.open != nil
        }
        purposes = guideline.purposes.values.sorted { $0.id < $1.id }.filter {
            $0.isActive(on: day) && !$0.items.isDisjoint(with: given)
        }.map { purpose in
            Use(
                purpose: purpose.id, title: purpose.title, description: purpose.description,
                articles: purpose.articles,
                period: "\(purpose.validFrom)から" + (purpose.validTo.map { "\($0)まで" } ?? ""),
                recipients: Set(uses.filter { $0.purpose == purpose.id }.map(\.role)).sorted().compactMap {
                    guideline.roles[$0].map { "\($0.body.rawValue) \($0.title)" }
                })
        }
        retention = given.sorted().compactMap { catalogue[$0] }.map {
            Retention(item: $0.code, title: $0.title, holder: $0.holder, years: $0.retentionYears)
        }
    }
}

extension DisclosurePack.Identity {
    fileprivate init(_ identity: HeldRecords.Identity, _ held: HeldRecords) {
        let row = identity.rows[0]
        source = held.files[row.file]?.title ?? identity.source.rawValue
        rows = identity.rows.map { "\($0.file) \($0.line)行目" }
        let who = identity.identifiers
        func text(_ names: [NameForm]) -> String {
            names.map { $0.writtenKana.isEmpty ? $0.written : "\($0.written)（\($0.writtenKana)）" }.filter {
                !$0.isEmpty
            }
            .joined(separator: "、")
        }
        let values: [(String, String?)] = [
            ("氏名", text(who.names)), ("生年月日", who.birth?.wareki),
            ("性別", who.sex.map { $0 == .male ? "男" : "女" }), ("住所", who.address?.written),
            ("電話", who.phones.joined(separator: "、")), ("保護者", text(who.guardians)),
            ("所属", who.school), ("番号", who.number?.number), ("続柄", who.relation),
        ]
        parts = values.compactMap { title, value in
            value.flatMap { $0.isEmpty ? nil : Part(title: title, value: $0) }
        }
    }
}

extension DisclosurePack.Entry {
    fileprivate init(_ sourced: SourcedFact, _ held: HeldRecords, _ catalogue: Catalogue) {
        let (fact, row) = (sourced.fact, sourced.position)
        let known = catalogue[fact.item]?.kind(fact.kind)
        let extract = held.files[row.file]
        item = fact.item
        title = catalogue[fact.item]?.title ?? ""
        kind = fact.kind
        kindTitle = known?.title ?? fact.kind
        value =
            switch fact.value {
            case .code(let label): label
            case .number(let number):
                (number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number))
                    + (known?.unit ?? "")
            case .day(let day): day.wareki
            }
        on = fact.on?.wareki
        source = extract?.title ?? row.source.rawValue
        file = row.file
        line = row.line
        asOf = extract?.asOf?.description
    }
}

extension DisclosurePack.Wish {
    fileprivate init(_ consent: KeptConsent, _ guideline: Guideline) {
        number = "M-\(consent.id)"
        says = consent.isRefusal ? "利用停止" : "同意"
        purpose = guideline.purposes[consent.purpose]?.title ?? consent.purpose.rawValue
        recordedOn = consent.steps.first.map { Day(inJapanAt: $0.at).description } ?? ""
        state =
            consent.isEnded ? "終了" : consent.isRefusal || consent.isConfirmed ? "有効" : "確認を待っています"
    }
}
