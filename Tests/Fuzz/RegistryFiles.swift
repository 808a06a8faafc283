import Domain
import Programmes

private let table: MatchingTable? = try? ConfigurationFile.read(
    """
    { areas: [{ code: "999016", name: "若葉野市" }], targets: [{ code: "087", title: "子育て中", everyone: true }],
      ages: [{ word: "小学生", grade: { from: 1, to: 6 } }, { word: "乳児", months: { below: 12 } }], receipts: [] }
    """, name: "matching.json5"
).decode()

/// Any text is a registry with every record accounted for, or one fault that says what to do.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzRegistryFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = bytes(start, count)
    guard let table, let text = String(validating: input, as: UTF8.self) else { return 0 }
    do {
        let reading = try RegistryReader.read(text, name: "x.json", table: table)
        law(
            reading.programmes.count + reading.count(.rejected) == reading.records,
            "every record is read or told as rejected")
        law(
            Set(reading.programmes.map(\.psid)).count == reading.programmes.count,
            "a number is one programme's")
        for programme in reading.programmes {
            law(!programme.psid.isEmpty && !programme.name.isEmpty, "a programme is whole")
            if let from = programme.age.from, let below = programme.age.below {
                law(from < below || below == 0, "an age that contradicts itself is unknown")
            }
            law(
                Draft(programme, channel: .text, municipality: "市", attribution: "").text.count
                    <= Draft.longest,
                "a short text is short")
        }
        for remark in reading.remarks {
            law(
                !remark.message.isEmpty && !remark.fix.isEmpty && remark.line > 0,
                "a remark says where and what to do")
        }
    } catch {
        law(error.file == "x.json" && !error.fix.isEmpty, "a fault says what to do")
    }
    return 0
}
