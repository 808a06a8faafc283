import Domain
import Mapping

private let catalogue = Catalogue(
    ["A02", "B01", "B06", "C01", "D06", "F03"].map { code in
        Item(
            code: ItemCode(code), title: code, holder: "市民課", sensitivity: .normal, difficulties: [],
            justification: "試験のため", retentionYears: 1,
            kinds: [
                ItemKind(kind: "status", title: "状況", type: .code, codes: ["受給中", "消滅"]),
                ItemKind(kind: "seen", title: "確認", type: .code, codes: ["有", "無"]),
                ItemKind(kind: "absent_days", title: "欠席", type: .number, unit: "日"),
                ItemKind(kind: "encouraged", title: "勧奨日", type: .day),
            ])
    })

/// Any configuration is a mapping, or faults that each name a line and what to do.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMappingFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = bytes(start, count)
    guard let text = String(validating: input, as: UTF8.self),
        let file = try? ConfigurationFile.read(text, name: "x.json5")
    else { return 0 }
    let lines = input.count { $0 == 0x0A } + 1
    do {
        let mapping = try ExtractMapping.read(file, catalogue: catalogue)
        law(!mapping.source.rawValue.isEmpty && mapping.freshnessDays > 0, "a mapping is whole")
        law(mapping.items.allSatisfy { catalogue[$0] != nil }, "a mapping names known items only")
        law(
            Set(mapping.dropped.map(\.header)).isDisjoint(with: mapping.supportingColumns),
            "a dropped column is dropped")
    } catch {
        for fault in error.all {
            law(fault.kind == .configuration && fault.file == "x.json5", "a fault names the file")
            law(fault.line.map((1...lines).contains) == true, "a fault names a line of the file")
            law(!fault.message.isEmpty && !fault.fix.isEmpty, "a fault says what to do")
        }
        let places = error.all.map { "\($0.code) \($0.field ?? "") \($0.message)" }
        law(Set(places).count == places.count, "nothing is told twice")
    }
    return 0
}
