import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

/// A night in the invented 若葉野市: 1 October 2026, every source current to that day unless a case says otherwise.
enum Fixture {
    static let night = day("2026-10-01")
    static let guidelines = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Guidelines").path

    static let sourceTitles: [(id: SourceID, title: String, items: [ItemCode])] = [
        ("jumin", "住民記録", ["A02", "A04", "A07"]),
        ("jidoteate", "児童手当", ["C01"]),
        ("jidofuyo", "児童扶養手当", ["C02"]),
        ("seiho", "生活保護", ["D01"]),
        ("kenshin", "乳幼児健診", ["B06"]),
        ("yobosesshu", "予防接種", ["B07"]),
        ("ninsanpu", "妊娠届・産婦健診", ["B01", "B04"]),
        ("hoiku", "保育所等在籍・登園", ["C04", "C06"]),
        ("gakurei", "学齢簿", ["F01"]),
        ("shukketsu", "出欠", ["F03"]),
        ("shugakuenjo", "就学援助", ["F02"]),
        ("soudan", "家庭児童相談・要対協台帳", ["D05", "D06", "D07"]),
    ]
    static let sourcesOf = Dictionary(
        uniqueKeysWithValues: sourceTitles.flatMap { source in source.items.map { ($0, [source.id]) } })

    static func sources(
        stale: Set<SourceID> = [], absent: Set<SourceID> = [], unplaced: [SourceID: Int] = [:]
    ) -> [SourceID: SourceFreshness] {
        let listed = sourceTitles.map { source in
            SourceFreshness(
                source: source.id, title: source.title,
                asOf: absent.contains(source.id)
                    ? nil : stale.contains(source.id) ? night.adding(days: -36) : night,
                limit: 35, unplaced: unplaced[source.id])
        }
        return Dictionary(uniqueKeysWithValues: listed.map { ($0.source, $0) })
    }

    /// The contract's vocabulary, whatever `Guidelines/items` holds today.
    static let catalogue = Catalogue([
        item("A02", "住所・住民となった日", [ItemKind(kind: "resident_since", title: "住民となった日", type: .day)]),
        item("A04", "異動", [code("move", "異動の種類", ["転入", "転居", "転出", "出生", "その他"])]),
        item("A06", "支援措置", [code("measure", "措置の区分", ["本措置", "仮支援措置", "併せて"])]),
        item("A07", "住民の状態", [code("status", "住民の状態", ["住登", "転出", "死亡"])]),
        item("B01", "妊娠届", [number("notified_week", "届出の週数", "週")]),
        item(
            "B04", "産婦健診・EPDS",
            [
                number("epds_total", "EPDS合計", "点"), number("epds_item10", "EPDS設問10", "点"),
                ItemKind(kind: "delivered", title: "分娩の日", type: .day),
            ]),
        item(
            "B06", "乳幼児健診",
            [
                code("4m", "4か月児健診", ["受診", "未受診"]), code("18m", "1歳6か月児健診", ["受診", "未受診"]),
                code("3y", "3歳児健診", ["受診", "未受診"]),
                code("4m_result", "4か月児健診の結果", ["異常なし", "要観察", "要精密"]),
                code("18m_result", "1歳6か月児健診の結果", ["異常なし", "要観察", "要精密"]),
                code("3y_result", "3歳児健診の結果", ["異常なし", "要観察", "要精密"]),
                ItemKind(kind: "encouraged", title: "受診を勧めた日", type: .day),
                code("seen", "健診以外で状況を確かめた方法", ["訪問", "園", "電話"]),
            ]),
        item("B07", "予防接種", [code("dose", "接種したワクチン", ["五種混合", "MR", "水痘", "日本脳炎", "BCG"])]),
        item("C01", "児童手当", [code("status", "認定の状況", ["受給中", "消滅", "差止"])]),
        item("C02", "児童扶養手当", [code("status", "支給の区分", ["全部支給", "一部支給", "支給停止"])]),
        item("C04", "保育所・幼稚園等の在籍", [code("enrolled", "在籍の区分", ["在籍", "退園"])]),
        item("C06", "園の登園・欠席", [number("unexplained_days", "連絡のない欠席の日数", "日")]),
        item("D01", "生活保護", [code("status", "受給の状況", ["受給中", "廃止"])]),
        item("D05", "家庭児童相談", [code("consultation", "相談の種別", ["養護", "その他"])]),
        item("D06", "虐待に関する通告・相談", [code("report", "通告の種別", ["虐待"])]),
        item(
            "D07", "要対協の登録",
            [
                code("registration", "登録の区分", ["要保護", "要支援", "特定妊婦"]),
                ItemKind(kind: "closed", title: "終結の日", type: .day),
            ]),
        item("F01", "学齢簿", [code("enrolment", "就学の区分", ["就学", "就学免除", "就学猶予", "転出"])]),
        item("F02", "就学援助", [code("status", "認定の区分", ["認定", "否認定", "取消"])]),
        item("F03", "学校の欠席・遅刻", [number("absent_days", "欠席した日数", "日"), number("late_days", "遅刻した日数", "日")]),
        item("X01", "国籍等", [code("nationality", "国籍", ["日本", "その他"])]),
    ])

    static func shipped() throws -> RuleSet {
        try RuleSet.load(folder: guidelines, catalogue: catalogue, purposes: ["support", "programmes"])
    }

    /// Reads `B06.18m=未受診@2026-05`: item, kind, value (nothing: the date itself), date (nothing: undated).
    ///
    /// Every fact gets a row of its own unless `#` and a line follow.
    static func fact(_ text: String, line: Int) -> SourcedFact {
        let row = text.split(separator: "#")
        let parts = row[0].split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let (name, written) = split(parts[0], at: "=")
        let (itemCode, kind) = split(name, at: ".")
        let date = parts.count > 1 ? partial(parts[1]) : nil
        let value: FactValue
        if let day = date?.exactDay, written.isEmpty {
            value = .day(day)
        } else if let number = Double(written) {
            value = .number(number)
        } else {
            value = .code(written)
        }
        let item = ItemCode(itemCode)
        let source = sourcesOf[item]?.first ?? "unknown"
        let position = RowPosition(
            source: source, file: "\(source)_20261001.csv", line: row.count > 1 ? Int(row[1]) ?? 0 : line,
            offset: 0)
        return SourcedFact(Fact(item: item, kind: kind, value: value, on: date), from: position)
    }

    static func facts(_ texts: [String]) -> [SourcedFact] {
        texts.enumerated().map { fact($0.element, line: $0.offset + 100) }
    }

    static func day(_ text: String) -> Day { Day(iso: text) ?? Day(number: 0) }

    private static func partial(_ text: String) -> PartialDate {
        let numbers = text.split(separator: "-").compactMap { Int($0) }
        return numbers.count == 2 ? .month(year: numbers[0], month: numbers[1]) : .day(day(text))
    }

    private static func split(_ text: String, at mark: Character) -> (String, String) {
        let parts = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    private static func item(_ id: ItemCode, _ title: String, _ kinds: [ItemKind]) -> Item {
        Item(
            code: id, title: title, holder: "市", sensitivity: .normal, difficulties: [], justification: "試験",
            retentionYears: 5, kinds: kinds)
    }
    private static func code(_ kind: String, _ title: String, _ codes: [String]) -> ItemKind {
        ItemKind(kind: kind, title: title, type: .code, codes: codes)
    }
    private static func number(_ kind: String, _ title: String, _ unit: String) -> ItemKind {
        ItemKind(kind: kind, title: title, type: .number, unit: unit)
    }
}

/// A person under one rule, and what must come of it.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: RuleID
    let born: String?
    let facts: [String]
    var resident = true
    var around: [(born: String?, facts: [String])] = []
    var stale: Set<SourceID> = []
    var absent: Set<SourceID> = []
    var withheld: Set<ItemCode> = []
    /// Sources of which a rejected row may be about the person, and rejected rows that lead to nobody.
    var unread: Set<SourceID> = []
    var unplaced: [SourceID: Int] = [:]
    var on = Fixture.night
    /// `flag <since>`, `none`, `n/a`, `not yet <day>`, `suppressed <code>`, `unknown <code>`.
    let expected: String

    init(
        _ rule: RuleID, _ name: String, born: String?, _ facts: [String], resident: Bool = true,
        around: [(born: String?, facts: [String])] = [], stale: Set<SourceID> = [],
        absent: Set<SourceID> = [], withheld: Set<ItemCode> = [], on: String = "2026-10-01",
        _ expected: String
    ) {
        self.name = name
        self.rule = rule
        self.born = born
        self.facts = facts
        self.resident = resident
        self.around = around
        self.stale = stale
        self.absent = absent
        self.withheld = withheld
        self.on = Fixture.day(on)
        self.expected = expected
    }

    var testDescription: String { "\(rule) \(name)" }

    var person: JoinedPerson {
        JoinedPerson(
            id: "P-0", birth: born.map { .day(Fixture.day($0)) }, isResident: resident,
            facts: Fixture.facts(facts),
            household: around.enumerated().map { index, member in
                HouseholdMember(
                    id: PersonID("P-\(index + 1)"), birth: member.born.map { .day(Fixture.day($0)) },
                    facts: Fixture.facts(member.facts), unread: unread)
            }, unread: unread)
    }

    func outcome(_ set: RuleSet, of person: JoinedPerson? = nil) -> RuleOutcome? {
        set.rule(rule).map {
            set.evaluate(
                person ?? self.person, rule: $0, on: on,
                sources: Fixture.sources(stale: stale, absent: absent, unplaced: unplaced),
                sourcesOf: Fixture.sourcesOf, withheld: withheld)
        }
    }
}

extension RuleOutcome {
    var summary: String {
        switch self {
        case .flag(let flag): "flag \(flag.since)"
        case .suppressed(let reason): "suppressed \(reason.rawValue)"
        case .notApplicable: "n/a"
        case .notYetDue(let day): "not yet \(day)"
        case .noFinding: "none"
        case .notEvaluated(let gap): "unknown \(gap.code)"
        }
    }
}
