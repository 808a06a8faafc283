import Domain

@testable import Pages

/// What linkage officers and reviewers look at, invented.
extension Samples {
    static func office(_ places: Frame.Place...) -> Frame {
        var office = frame
        office.places = Set(places)
        return office
    }

    static let reviewList = ReviewListPage(
        lines: [
            .init(
                id: "R-0123456789abcdef", sources: ["住民記録", "学齢簿"], weight: nil,
                sentence: "支援措置の対象者の組です。確かめる理由と重みは示しません。", isProtected: true, verdict: nil, isOwn: false),
            .init(
                id: "R-0123456789abcde0", sources: ["住民記録", "乳幼児健診"], weight: 8.5,
                sentence: "自動で結ぶ基準に 1.5 足りません。", isProtected: false, verdict: "V-2", isOwn: true),
        ], waiting: 21, hidden: 1, decided: 4, drawn: 300, judged: 120, asOf: today,
        next: "/review?after=1.5_R-0123456789abcde0")

    static func reviewPair(
        isProtected: Bool = false, isBlind: Bool = false, verdict: ReviewPairPage.Verdict? = nil,
        refused: WorkPanel.Refused? = nil
    ) -> ReviewPairPage {
        let isTold = !isProtected && !isBlind
        return ReviewPairPage(
            id: "R-0123456789abcde0",
            sentence: isTold ? "自動で結ぶ基準に 1.5 足りません。" : "無作為に選んだ組です。名寄せの確かさを見積もるために確かめます。",
            left: .init(title: "住民記録", person: isBlind ? nil : "P-0001"),
            right: .init(title: "乳幼児健診", person: isBlind ? nil : "P-0002"),
            parts: [
                .init(title: "氏名", left: "架空　たろう", right: "架空　太郎", isMasked: false),
                .init(title: "生年月日", left: "2019-05-12", right: "2019-05-12", isMasked: false),
                .init(
                    title: "住所", left: isProtected ? "（伏せています）" : "若葉台1-2",
                    right: isProtected ? "（伏せています）" : "", isMasked: isProtected),
                .init(title: "電話", left: "", right: "", isMasked: false),
            ], isProtected: isProtected, isBlind: isBlind, weight: isTold ? 8.5 : nil,
            steps: isTold
                ? [
                    .init(comparison: "見込み", level: "何も比べる前", weight: -9.6),
                    .init(comparison: "生年月日", level: "生年月日が同じ", weight: 12.1),
                    .init(comparison: "氏名", level: "名の読みが同じ", weight: 6),
                ] : [],
            automatic: 10, verdict: verdict, needsSecond: false, last: "R-0123456789abcdef", asOf: today,
            refused: refused)
    }

    static let reviewDecided = ReviewDecidedPage(lines: [
        .init(
            number: "V-2", pair: "R-0123456789abcde0", sources: ["住民記録", "乳幼児健診"], state: "別の人",
            at: "令和8年10月1日 9時5分", who: "架空 花（reviewer）", reason: "窓口で生年月日を確かめた")
    ])

    private static let place = RejectedPage.Line(
        id: "0123456789ab-88", file: "jumin_20261001.csv", line: 88, column: "生年月日",
        message: "日付として読めません。", fix: "元のシステムで生年月日を確かめてください。", isCorrected: true)

    static let rejected = RejectedPage(
        run: "r-7c1f0a", isInService: true,
        reasons: [
            .init(
                title: "住民記録", file: "jumin_20261001.csv", code: "date.unreadable", count: 14, corrected: 1,
                fix: "日付の形に直してください。", path: "/rejected?source=jumin&code=row")
        ], lines: [place], total: 14, isChosen: true, next: "/rejected?source=jumin&after=0123456789ab-88")

    static let rejectedRow = RejectedRowPage(
        title: "住民記録", line: place, code: "date.unreadable",
        fields: [
            .init(column: "生年月日", value: "R99.1.1", isFaulty: true, isMasked: false),
            .init(column: "住所", value: "（伏せています）", isFaulty: false, isMasked: true),
            .init(column: nil, value: "余り", isFaulty: true, isMasked: false),
        ], unreadable: ["0x8F　ファイル先頭から9130バイト目"], note: "支援措置の有無が分からないため、一部の列を伏せています。")
}
