internal import Domain
internal import Foundation
internal import Pages
package import Store

/// What a check of the trail found, for command, page and API alike.
package enum VerificationViews {
    /// What to do with a trail that is not what was signed.
    package static let remedy = "このデータベースをそのまま保全し、個人情報保護担当に知らせてください。"

    /// Of a trail that is whole: how far, and what is still to be done.
    package static func sentences(_ found: TrailVerification) -> [String] {
        let report = found.report
        let counts = "（出来事 \(report.events)件、検査点 \(report.checkpoints)件）。"
        return [
            (found.isCompared
                ? "書きかえは見つかりませんでした" : "データベースの中には食い違いがありません。外の検査点とは比べていません") + counts,
            "データベースにある承認・確認などの \(report.steps)件は、どれも監査記録にあります。",
        ] + coverage(found)
    }

    private static func coverage(_ found: TrailVerification) -> [String] {
        guard found.isCompared else {
            return ["データベースの外の検査点と比べていないため、完全な確認ではありません。「renkei audit verify --save」で控えを作ってください。"]
        }
        let place = found.isChosen ? "外に控えた検査点" : "作業フォルダの隣に控えた検査点"
        return [
            "はじめの\(found.report.covered)件は、\(place)とも合っています。"
                + (found.isChosen ? "" : "同じ機械の中の控えなので、別の場所にも控えてください（設定 audit.checkpoints）。"),
            // The newest one is that this check began.
            found.uncovered > 1
                ? "最後の\(found.uncovered)件（この確かめを始めたことを含む）は、まだ外の検査点がありません。次の控え（夜間処理のあと、画面の動いている間は1時間ごと）のあとで、もう一度確かめられます。"
                : nil,
        ].compactMap(\.self)
    }

    /// What whoever asked should know beside the result.
    package static func remarks(_ found: TrailVerification) -> [String] {
        [
            found.lost > 0
                ? "外の検査点のうち\(found.lost)件は、控えから戻したときに失われたと認められた記録のものです（audit changes で確かめられます）。" : nil,
            found.isRecorded ? nil : "確かめたことを、監査記録に残せませんでした。",
        ].compactMap(\.self)
    }

    /// For a page.
    static func result(_ found: TrailVerification) -> AuditVerifyPage.Result {
        .init(
            isIntact: found.isIntact, isCompared: found.isCompared,
            sentences: found.isIntact ? sentences(found) : found.report.problems,
            remarks: remarks(found), key: found.key)
    }

    /// As the trail tells of the last one; `nil` where there was none.
    ///
    /// - Parameter unreadable: an event since that cannot be read.
    static func last(_ last: Verification?, unreadable: Int?, names: [String: String]) -> String {
        if let unreadable {
            return "監査記録の\(unreadable)番目の出来事を読み取れません。書きかえられたか、壊れています。今、監査記録を確かめてください。"
                + (last.map { "その前の確かめ: \($0.at.japaneseTime)。" } ?? "")
        }
        guard let last else { return "監査記録が書きかえられていないことは、まだ確かめられていません。" }
        let who = AccessWording.who(last.actor, name: names[last.actor])
        let found =
            last.problems > 0
            ? "食い違いが\(last.problems)件見つかりました。データベースをそのまま保全してください。"
            : last.covered > 0
                ? "書きかえは見つかりませんでした（出来事 \(last.events)件、うち\(last.covered)件は外の検査点とも一致）。"
                : "食い違いはありませんでしたが、外の検査点とは比べていません（出来事 \(last.events)件）。"
        return "監査記録の確かめ: \(last.at.japaneseTime) \(who)。\(found)"
    }

    static func json(_ found: TrailVerification) -> JSON {
        [
            "isIntact": .bool(found.isIntact), "events": .integer(found.report.events),
            "root": .string(found.report.root), "checkpoints": .integer(found.report.checkpoints),
            "covered": .integer(found.report.covered), "steps": .integer(found.report.steps),
            "isComplete": .bool(found.isCompared), "problems": .strings(found.report.problems),
            "lost": .integer(found.lost), "isRecorded": .bool(found.isRecorded), "key": .string(found.key),
        ]
    }
}
