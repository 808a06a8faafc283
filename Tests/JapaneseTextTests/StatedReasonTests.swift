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
