import Domain
import Testing

@testable import JapaneseText

@Test(
    "A reason that says nothing, or holds somebody's number, is refused",
    arguments: [
        ("", "verdict.reason"), ("　", "verdict.reason"), ("一行目\n二行目", "verdict.reason"),
        (String(repeating: "あ", count: 201), "verdict.reason"),
        ("個人番号 123456789018 山田太郎 090-1111-2222", "verdict.reason-number"),
        ("０９０－１１１１－２２２２ に電話", "verdict.reason-number"),
    ])
func aReasonIsRefused(reason: String, code: String) {
    let fault = #expect(throws: Fault.self) {
        try StatedReason.require(
            reason, of: "判断", code: "verdict.reason", shortest: 1, example: "「--reason」に、何で確かめたか")
    }
    #expect(fault?.code == code && fault?.kind == .usage)
}

@Test("A reason in words is taken", arguments: ["取り違え", "20261001の抽出、12行目を窓口で確認"])
func aReasonIsTaken(reason: String) throws {
    try StatedReason.require(
        reason, of: "判断", code: "verdict.reason", shortest: 1, example: "「--reason」に、何で確かめたか")
}

@Suite struct StatedReasonTests {
    @Test(
        "A reason may say when it was",
        arguments: [
            "2026-11-22 23:05 通報", "2026/11/22 23:05 泣き声の通報", "２０２６－１１－２２ ２３：０５　通報", "11月22日 23時05分の通報",
            "2026-11-22 から 2026-11-24 まで", "jumin_20261001.csv:1234 と照らした",
        ])
    func times(_ reason: String) throws {
        try StatedReason.require(reason, of: "申告", code: "x", shortest: 5, example: "何を")
    }

    @Test(
        "A reason holds no telephone number, whatever stands beside it",
        arguments: [
            "090-1234-5678 に電話する", "０９０１２３４５６７８に電話", "03 (1234) 5678 に電話", "2026-11-22 0901234567 に電話",
            "090-2026-11-22 に電話", "2026-11-22-3456 に電話",
        ])
    func numbers(_ reason: String) {
        #expect(throws: Fault.self) {
            try StatedReason.require(reason, of: "申告", code: "x", shortest: 5, example: "何を")
        }
    }
}
