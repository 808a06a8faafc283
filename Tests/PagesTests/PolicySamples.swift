@testable import Pages

/// A guideline and a proposal, invented.
extension Samples {
    static let policy = PolicyPage(
        revision: "9f86d081884c", steps: ["令和8年9月1日 9時0分 架空 花（privacy） 承認した「差を確かめた」"],
        proposal: "0123456789ab", purposes: [.init("support", "こどもの状況確認と支援")], chosen: "support",
        section: PrintedTables.Section(
            title: "こどもの状況確認と支援", text: "（根拠: 第69条）", columns: ["項目", "秘密の種類", "こども家庭センター職員"],
            rows: [["A02 住所", "通常", "一人を見る［支援措置: 住所を伏せる］"]]))

    static let policyWhy = PolicyWhyPage(
        fields: [
            (name: "role", label: "役割", choices: [.init("center-staff", "こども家庭センター職員")], any: nil),
            (name: "item", label: "項目", choices: [.init("A02", "A02 住所")], any: "すべての項目"),
        ], typed: ["role": "center-staff", "item": ""],
        answer: .init(
            isPermitted: false, sentences: ["許す規定がありません。"],
            statements: [["governing-no-contents", "禁止", "記録の内容を示しません。", "すべて"]]))

    static let policyWho = PolicyWhoPage(
        items: [.init("A02", "A02 住所")], chosen: "A02", sentence: "A02 住所（市民課、通常）を使える役割です。",
        columns: ["役割", "操作"], rows: [["こども家庭センター職員", "一人を見る"]])

    static let proposal = PolicyProposalPage(
        revision: "0123456789abcdef", steps: ["令和8年10月1日 9時0分 架空 次郎（officer） 案を出した「項目を加える」"],
        headline: ["★ 支援措置の対象者について、伏せなくなるもの: 1", "狭まるもの: 0"],
        changes: ["できるようになる: 分析担当 / 人数で見る"], drawn: "抜き取り確認: 行わない から 毎月20人（0〜17歳） へ",
        reads: "これまでの閲覧 10件を問い直すと、1件が拒まれます。", replayed: ["拒まれる: 令和8年9月1日 架空 花"],
        missing: ["gakko（学校）"], approval: .possible,
        refused: .init(message: "利用者IDかパスワードが違います。", typed: ["reason": "差を確かめた"]))
}
