import Domain
import Extracts
import Foundation
import JapaneseText
import TestSupport

@testable import Mapping

/// The vocabulary of the sample city's catalogue, as far as mappings need it.
let catalogue = Catalogue([
    item("A02", day("resident_since")),
    item("A04", code("move", "転入", "転居", "転出", "出生", "その他")),
    item("A06", code("measure", "本措置", "仮支援措置", "併せて"), day("ended")),
    item("A07", code("status", "住登", "転出", "死亡")),
    item("B01", number("notified_week")),
    item("B04", number("epds_total"), number("epds_item10"), day("delivered")),
    item(
        "B06", code("4m", "受診", "未受診"), code("18m", "受診", "未受診"), code("3y", "受診", "未受診"),
        code("4m_result", "異常なし", "要観察", "要精密"), code("18m_result", "異常なし", "要観察", "要精密"),
        code("3y_result", "異常なし", "要観察", "要精密"), day("encouraged"), code("seen", "訪問", "園", "電話")),
    item("B05", code("visited", "有", "無")),
    item("B07", code("dose", "五種混合", "MR", "水痘", "日本脳炎", "BCG")),
    item("C01", code("status", "受給中", "消滅", "差止"), day("annual_report")),
    item("C02", code("status", "全部支給", "一部支給", "支給停止")),
    item("C04", code("enrolled", "在籍", "退園")),
    item("C06", number("attended_days"), number("absent_days"), number("unexplained_days")),
    item("D01", code("status", "受給中", "廃止")),
    item("D05", code("consultation", "養護", "障害", "非行", "育成", "保健", "その他")),
    item("D06", code("report", "虐待")),
    item("D07", code("registration", "要保護", "要支援", "特定妊婦"), day("closed")),
    item("F01", code("enrolment", "就学", "就学免除", "就学猶予", "転出")),
    item("F02", code("status", "認定", "否認定", "取消")),
    item("F03", number("absent_days"), number("late_days")),
])

let allItems = Set(catalogue.items.keys)
let mappingsFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Mappings")
    .standardizedFileURL.path

private func item(_ code: ItemCode, _ kinds: ItemKind...) -> Item {
    Item(
        code: code, title: "項目\(code)", holder: "市民課", sensitivity: .normal, difficulties: [],
        justification: "試験のため", retentionYears: 5, kinds: kinds)
}
private func code(_ kind: String, _ codes: String...) -> ItemKind {
    ItemKind(kind: kind, title: kind, type: .code, codes: codes)
}
private func number(_ kind: String) -> ItemKind {
    ItemKind(kind: kind, title: kind, type: .number, unit: "日")
}
private func day(_ kind: String) -> ItemKind { ItemKind(kind: kind, title: kind, type: .day) }

/// A mapping file with the usual head around what a test is about.
func mappingText(
    source: String = "sample", head: String = "", people: String = "child: { names: [{ written: '氏名' }] },",
    columns: String = ""
) -> String {
    """
    { source: '\(source)', title: '見本', department: '見本課', purpose: '試験のため', file: '\(source)',
      required: false, freshnessDays: 30, rowDropLimit: 0.2, format: {},
      \(head)
      people: { \(people) },
      columns: { \(columns) } }
    """
}

func mapping(_ text: String) throws -> ExtractMapping {
    try ExtractMapping.read(ConfigurationFile.read(text, name: "x.json5"), catalogue: catalogue)
}

func faults(of text: String) -> [Fault] {
    do {
        _ = try mapping(text)
        return []
    } catch let several as Faults {
        return several.all
    } catch {
        return [error as? Fault].compactMap(\.self)
    }
}

func mapper(
    _ mapping: ExtractMapping, header: [String], asOf: Day, active: Set<ItemCode> = allItems,
    references: [SourceID: Set<String>] = [:]
) throws(Fault) -> Mapper {
    try Mapper(
        mapping, header: header, names: NameDictionary(), asOf: asOf, activeItems: active,
        references: references)
}

func row(_ fields: [String], line: Int = 2) -> Row {
    Row(
        position: RowPosition(source: "sample", file: "sample_20261001.csv", line: line, offset: 0),
        fields: fields)
}

/// The outcome of one row in one line a record, for tables of expectations.
func told(_ outcome: MappingOutcome) -> String {
    switch outcome {
    case .accepted(let records, let warnings):
        (records.map(told) + warnings.map { "! \($0.code) \($0.column ?? "-")" }).joined(separator: "\n")
    case .rejected(let rejection): "× \(rejection.code) \(rejection.column ?? "-")"
    case .duplicate(let line): "= \(line)"
    case .outside(let reason): "- \(reason)"
    case .superseded(let reason): "~ \(reason)"
    }
}

private func told(_ record: Record) -> String {
    let who = record.identifiers
    func names(_ names: [NameForm]) -> String {
        names.map { "\($0.kind.rawValue):\($0.written)/\($0.writtenKana)" }.joined(separator: ",")
    }
    var parts = ["\(record.subject.rawValue) \(names(who.names))"]
    if let number = who.number { parts.append("#\(number.space)/\(number.number)") }
    if let birth = who.birth { parts.append("*\(told(birth))") }
    if let sex = who.sex { parts.append(sex.rawValue) }
    if let address = who.address { parts.append("@\(address.written)") }
    if !who.phones.isEmpty { parts.append("tel:\(who.phones.joined(separator: ","))") }
    if !who.guardians.isEmpty { parts.append("guardian:\(names(who.guardians))") }
    if let school = who.school { parts.append("school:\(school)") }
    if let household = who.household { parts.append("household:\(household)") }
    if let relation = who.relation { parts.append("relation:\(relation)") }
    return (parts + record.facts.map(told)).joined(separator: " | ")
}

private func told(_ fact: Fact) -> String {
    let value =
        switch fact.value {
        case .code(let word): word
        case .number(let number): String(number)
        case .day(let day): day.description
        }
    return "\(fact.item).\(fact.kind)=\(value)" + (fact.on.map { "@\(told($0))" } ?? "")
}

private func told(_ date: PartialDate) -> String {
    switch date {
    case .day(let day): day.description
    case .month(let year, let month): "\(year)-\(month)"
    case .year(let year): "\(year)"
    case .age(let age, let day): "\(age)歳@\(day)"
    }
}
