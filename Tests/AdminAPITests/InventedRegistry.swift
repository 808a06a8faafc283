import Domain
import Policy
import Programmes
import Store

/// Programmes over every item there is, so that whatever somebody has says something of one.
struct InventedRegistry {
    /// Of facts: receives it, does not, and a word that no programme knows.
    static let values = ["受給中", "停止", "審査中"]

    private let registry: Registry
    private let table: MatchingTable
    let psids: [String]

    init(_ guideline: Guideline) throws {
        let items = guideline.catalogue.items.keys.sorted()
        let programmes = items.enumerated().map { index, item in
            Programme(
                psid: "psid3.0+9990000990160+\(item)", name: "制度\(item)", summary: "見本です。",
                area: .init(code: "999016", name: "若葉野市"),
                age: AgeBounds(basis: .explicit, below: 60 + 12 * (index % 12)),
                targets: [index % 2 == 0 ? "087" : "001"])
        }
        psids = programmes.map(\.psid)
        registry = Registry(
            source: "見本のレジストリ", asOf: World.day, attribution: "出典: 見本（CC BY 4.0）", sha256: "ab",
            programmes: programmes)
        let records = items.map { #"{ item: "\#($0)", kind: "kind", is: ["受給中"] }"# }
        let receipts = items.map {
            #"{ title: "制度\#($0)", names: ["制度\#($0)"], of: "\#($0.rawValue.hasPrefix("A") ? "household" : "child")", item: "\#($0)", kind: "kind", received: ["受給中"] }"#
        }
        table = try ConfigurationFile.read(
            """
            { areas: [{ code: "999016", name: "若葉野市" }],
              targets: [{ code: "087", title: "子育て中", everyone: true },
                { code: "001", title: "記録のある家庭", records: [\(records.joined(separator: ", "))] }],
              ages: [], receipts: [\(receipts.joined(separator: ", "))] }
            """, name: "matching.json5"
        ).decode()
    }

    func importInto(_ store: ServiceStore, _ guideline: Guideline) throws {
        let decision = guideline.decide(
            AccessRequest(
                actor: .user("importer"), roles: ["center-staff"], action: .record, items: [],
                purpose: .programmes, standing: PersonStanding(), on: World.day))
        _ = try store.importRegistry(
            registry, table: table, actor: .user("importer"), decision: decision, at: World.night)
    }
}
