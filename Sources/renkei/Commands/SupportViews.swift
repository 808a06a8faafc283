import Domain
import Foundation
import Nightly
import Pages
import Programmes
import Store

/// What a registry file came to.
struct RegistryView: Encodable {
    let outcome: String
    let records: Int
    let programmes: Int
    let counts: [String: Int]
    let remarks: [RegistryRemark]
    private let showsAll: Bool

    private enum CodingKeys: CodingKey { case outcome, records, programmes, counts, remarks }

    init(_ outcome: String, _ reading: SupportDesk.Reading, showsAll: Bool) {
        self.outcome = outcome
        self.showsAll = showsAll
        records = reading.registry.records
        programmes = reading.registry.programmes.count
        remarks = reading.registry.remarks
        counts = Dictionary(
            uniqueKeysWithValues: RegistryRemark.Kind.allCases.map {
                ($0.rawValue, reading.registry.count($0))
            })
    }

    var text: String {
        let titles: [RegistryRemark.Kind: String] = [
            .rejected: "使えない記録", .open: "分からない所（人の確認になります）", .understood: "読み替えた所",
        ]
        let parts = RegistryRemark.Kind.allCases.compactMap { kind -> String? in
            let found = remarks.filter { $0.kind == kind }
            guard !found.isEmpty else { return nil }
            let head = "\(titles[kind] ?? "")（\(found.count)）"
            guard kind != .understood || showsAll else { return head + " --all で示します" }
            let lines = found.map {
                "  \($0.line)行目 \($0.psid.isEmpty ? "（番号なし）" : $0.psid) \($0.field): \($0.message)\n    対処: \($0.fix)"
            }
            return ([head] + lines).joined(separator: "\n")
        }
        return (["記録 \(records)件、使える制度 \(programmes)件"] + parts).joined(separator: "\n")
    }
}

/// The programmes of the registry that counts.
struct ProgrammeListView: Encodable {
    struct Line: Encodable {
        let programme: String
        let name: String
        let age: String
        let deadline: String
        /// Whether the deadline is past, so that it is offered to nobody any more.
        let isOver: Bool
        let conditions: [String]
    }

    let outcome = "listed"
    let source: String
    let asOf: String
    let attribution: String
    let total: Int
    let programmes: [Line]

    init(_ kept: KeptRegistry, on day: Day) {
        source = kept.registry.source
        asOf = kept.registry.asOf.description
        attribution = kept.registry.attribution
        total = kept.total
        programmes = kept.registry.programmes.map {
            Line(
                programme: $0.psid, name: $0.name, age: Self.age($0.age),
                deadline: SupportWording.deadline($0.period), isOver: $0.isOver(on: day),
                conditions: $0.conditions)
        }
    }

    /// Of school years; those before school have no number that anybody uses.
    private static func grades(_ grades: ClosedRange<Int>) -> String {
        if grades.upperBound <= 0 { return grades.lowerBound == 0 ? "就学前の1年（年長）" : "就学前" }
        let first = grades.lowerBound <= 0 ? "就学前" : "学年 \(grades.lowerBound)"
        return grades.count == 1 ? first : "\(first)〜\(grades.upperBound)"
    }

    private static func age(_ age: AgeBounds) -> String {
        func months(_ count: Int) -> String { count % 12 == 0 ? "\(count / 12)歳" : "\(count)か月" }
        switch age.basis {
        case .unknown: return "分かりません"
        case .explicit where age.isBeforeBirth: return "生まれる前"
        case .explicit, .inferred:
            let words = [age.from.map { months($0) + "から" }, age.below.map { months($0) + "未満" }].compactMap(
                \.self)
            let grades = age.grades.map(Self.grades)
            return (words + [grades].compactMap(\.self)).joined() + (age.basis == .inferred ? "（推定）" : "")
        }
    }

    var text: String {
        TextTable.text(
            ["番号", "制度", "年齢", "期限"],
            programmes.map {
                [$0.programme, $0.name, $0.age, $0.deadline + ($0.isOver ? "（過ぎています）" : "")]
            },
            limit: 44)
            + "\n\(source)（\(asOf)、全体 \(total)件）\n\(attribution)"
    }
}

/// A child with the offers in words.
struct SupportedChildView: Encodable {
    struct OfferView: Encodable {
        let programme: String
        let name: String
        let standing: String
        let grounds: [String]
        let receiving: String
        let persons: String
        let questions: [String]
        let conditions: [String]
        let deadline: String
        let documents: [String]
        let links: [String]
    }

    let person: String
    let name: String
    let isProtected: Bool
    struct OutcomeView: Encodable {
        let programme: String
        let name: String
        let outcome: String
        let channel: String?
        let actor: String
        let at: Date
    }

    let offers: [OfferView]
    /// What was done about offers, oldest first.
    let outcomes: [OutcomeView]
    let attribution: String

    init(_ detail: SupportDetail, _ catalogue: Catalogue) {
        self.init(
            detail.child, isProtected: detail.household.isProtected, detail.registry, catalogue)
    }

    init(
        _ child: SupportedChild, isProtected: Bool, _ kept: KeptRegistry?, _ catalogue: Catalogue
    ) {
        person = child.id.rawValue
        name = child.name
        self.isProtected = isProtected
        attribution = kept?.registry.attribution ?? ""
        let wording = kept.map {
            SupportWording(
                table: $0.table, catalogue: catalogue, municipality: "", attribution: $0.registry.attribution)
        }
        let names = Dictionary(
            (kept?.registry.programmes ?? []).map { ($0.psid, $0.name) },
            uniquingKeysWith: { first, _ in first })
        outcomes = child.outcomes.map {
            OutcomeView(
                programme: $0.psid, name: names[$0.psid] ?? $0.psid, outcome: $0.what.rawValue,
                channel: $0.channel?.rawValue, actor: $0.actor, at: $0.at)
        }
        offers = child.offers.compactMap { offer in
            wording?.line(offer)
        }.map {
            OfferView(
                programme: $0.psid, name: $0.name, standing: $0.standing.rawValue, grounds: $0.grounds,
                receiving: $0.receiving, persons: $0.persons, questions: $0.questions,
                conditions: $0.conditions,
                deadline: $0.deadline, documents: $0.documents, links: $0.links.map(\.address))
        }
    }

    var text: String {
        var lines = ["\(person) \(name)"]
        if isProtected { lines[0] += "（支援措置の世帯。住所あての手紙は作りません）" }
        for standing in Offer.Standing.allCases {
            let found = offers.filter { $0.standing == standing.rawValue }
            guard !found.isEmpty else { continue }
            lines += ["", "\(SupportWording.title(standing))（\(found.count)）"]
            for offer in found {
                lines.append("  \(offer.name)　\(offer.programme)")
                lines += (offer.grounds + [offer.receiving] + offer.questions).map { "    \($0)" }
                if !offer.persons.isEmpty { lines.append("    対象: \(offer.persons)") }
                lines += offer.conditions.map { "    条件: \($0)" }
                lines.append("    期限: \(offer.deadline)")
            }
        }
        if !outcomes.isEmpty { lines += ["", "案内の記録（\(outcomes.count)）"] + outcomes.map { "  " + $0.text } }
        return (lines + ["", attribution]).joined(separator: "\n")
    }
}

extension SupportedChildView.OutcomeView {
    var title: String { SupportOutcome.What(rawValue: outcome)?.title ?? outcome }

    var text: String { "\(at.japaneseTime)　\(name)　\(title)　\(actor)" }
}

/// Households in which a programme may be missed.
struct MissedView: Encodable {
    struct Household: Encodable {
        let isProtected: Bool
        let children: [SupportedChildView]
    }

    let outcome = "listed"
    let asOf: String
    let households: [Household]
    let next: String?
    let attribution: String?
    let untold: UntoldView

    init(_ page: SupportPage, _ catalogue: Catalogue) {
        untold = UntoldView(page.untold, catalogue, ofPage: true)
        asOf = page.asOf.description
        next = page.next?.text
        attribution = page.registry?.registry.attribution
        households = page.households.map { household in
            Household(
                isProtected: household.isProtected,
                children: household.children.map {
                    SupportedChildView($0, isProtected: household.isProtected, page.registry, catalogue)
                })
        }
    }

    var text: String {
        guard let attribution else { return "レジストリが、まだ取り込まれていません。「renkei support import」で取り込んでください。" }
        guard !households.isEmpty else {
            let none = SupportWording.none(isLast: next == nil, isTold: untold.text == nil)
            return ([untold.text, none].compactMap(\.self)).joined(separator: "\n")
        }
        let rows = households.enumerated().flatMap { place, household -> [[String]] in
            household.children.map { child -> [String] in
                let missed = child.offers.filter { $0.standing == Offer.Standing.missed.rawValue }.map(\.name)
                return [
                    "\(place + 1)", child.person, child.name, missed.joined(separator: "、"),
                    household.isProtected ? "支援措置" : "",
                    child.outcomes.map { "\($0.name): \($0.title)" }.joined(separator: "、"),
                ]
            }
        }
        return TextTable.text(["世帯", "番号", "こども", "受けていない可能性のある制度", "", "案内の記録"], rows, limit: 60)
            + "\n\(untold.text.map { $0 + "\n" } ?? "")\(asOf)時点。受けられると決まったものではありません。\n\(attribution)"
    }
}

/// Of whom it cannot be told whether they miss a programme.
struct UntoldView: Encodable {
    struct Extract: Encodable {
        let item: String
        let title: String?
        let asOf: String?
    }

    let households: Int
    let children: Int
    let programmes: Int
    let extracts: [Extract]
    let text: String?

    private enum CodingKeys: CodingKey { case households, children, programmes, extracts }

    init(_ untold: Untold, _ catalogue: Catalogue, ofPage: Bool) {
        (households, children) = (untold.households, untold.children)
        programmes = untold.programmes.count
        extracts = untold.extracts.map {
            Extract(item: $0.item.rawValue, title: $0.title, asOf: $0.asOf?.description)
        }
        text = SupportWording.untold(untold, catalogue, ofPage: ofPage)
    }
}

/// What a night says of programmes that may be missed.
struct MissedSupportView: Encodable {
    let outcome: String
    var households: Int?
    var children: Int?
    var untold: UntoldView?
    var why: String?

    init(_ missed: MissedSupport) {
        switch missed {
        case .notImported: outcome = "notImported"
        case .denied: outcome = "denied"
        case .failed(let reason):
            outcome = "failed"
            why = reason
        case .counted(let counts, let catalogue):
            outcome = "counted"
            (households, children) = (counts.households, counts.children)
            untold = UntoldView(counts.untold, catalogue, ofPage: false)
        }
    }

    /// Lines for the end of a night; nothing where no registry was imported.
    ///
    /// - Parameter next: the command that lists them.
    func text(_ next: String) -> String {
        switch outcome {
        case "notImported": return ""
        case "denied": return "受けていない可能性のある支援制度は、決まりにより数えていません。\n"
        case "failed": return "受けていない可能性のある支援制度は、数えられませんでした: \(why ?? "")\n"
        default:
            let found = "受けていない可能性のある支援制度: \(households ?? 0)世帯、こども\(children ?? 0)人 （\(next)）\n"
            return found + (untold?.text.map { "ほかに、\($0)\n" } ?? "")
        }
    }
}
