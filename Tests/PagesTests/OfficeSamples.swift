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
        message: "日付として読めません。", fix: "元のシステムで生年月日を確かめてください。", isCorrected: true,
        changed: ["生年月日", "住所"])

    static let rejected = RejectedPage(
        run: "r-7c1f0a", isInService: true, lapsed: ["「住民記録」に新しい抽出が届いたため、前の抽出の行の直し2件は終わりました。"],
        reasons: [
            .init(
                title: "住民記録", file: "jumin_20261001.csv", code: "date.unreadable",
                message: "日付として読めません。", count: 14, corrected: 1,
                fix: "日付の形に直してください。", path: "/rejected?source=jumin&code=row")
        ],
        sheets: [
            .init(
                title: "住民記録", file: "jumin_20261001.csv", rows: 13, path: "/rejected/sheet?file=0123456789ab"
            )
        ],
        lines: [place], total: 14, isChosen: true, next: "/rejected?source=jumin&after=0123456789ab-88")

    /// - Parameter isWhole: whether its columns cannot be told apart.
    static func rejectedRow(isWhole: Bool = false, refusal: RejectedForm.Refusal? = nil) -> RejectedRowPage {
        var line = place
        line.isCorrected = refusal == nil && !isWhole
        line.changed = line.isCorrected ? ["生年月日", "住所"] : []
        return RejectedRowPage(
            title: "住民記録", line: line, code: "date.unreadable",
            fields: [
                .init(column: "生年月日", value: "X99.9.9", isFaulty: true, isMasked: true),
                .init(column: nil, value: "余り", isFaulty: true, isMasked: false),
            ], unreadable: ["0x8F　ファイル先頭から9130バイト目"], note: "支援措置の有無が分からないため、一部の列を伏せています。",
            form: RejectedForm(
                fields: [
                    .init(
                        name: "c0", title: "生年月日",
                        value: isWhole ? "" : line.isCorrected ? "2020-02-16" : "R99.1.1",
                        isFaulty: !line.isCorrected, isMasked: false, isOpen: true,
                        former: line.isCorrected ? "R99.1.1" : nil),
                    .init(
                        name: "c1", title: "住所", value: "（伏せています）", isFaulty: false, isMasked: true,
                        isOpen: false, former: line.isCorrected ? "（伏せています）" : nil),
                    .init(name: "c2", title: "電話", value: "", isFaulty: true, isMasked: true, isOpen: true),
                    .init(
                        name: "c3", title: "備考", value: "<一行>\n次の行", isFaulty: false, isMasked: false,
                        isOpen: true),
                ], isWhole: isWhole, refusal: refusal, isOtherPerson: false, user: "gakumu", origin: "{}"),
            next: "/rejected/0123456789ab-90")
    }

    static let rejectedRefused = rejectedRow(
        refusal: .init(
            column: "生年月日", message: "直すと、別の人か別の記録の行になります。", fix: "担当課に確かめてください。", asks: true))

    static let typedRow = TypedRowPage(
        row: "住民記録 jumin_20261001.csv 88行", message: "この行は、いまは却下されていません。",
        cells: [.init(column: "生年月日", value: "2020-02-16"), .init(column: "<備考>", value: "")],
        now: ("住民記録", "/rejected?source=jumin"))

    static let returnedFile = ReturnedFilePage(
        tally: "受け取った直し 1行、受け取れない行 1行、そのほか 1行",
        rows: [
            .init(
                place: .kept, line: 2, origin: "jumin_20261001.csv 88行", column: "生年月日", message: "",
                remarks: ["表計算ソフトが変えた列はもとの値のままにします: 「宛名番号」"]),
            .init(
                place: .refused, line: 3, origin: "jumin_20261001.csv 90行", column: "生年月日",
                message: "日付として読めません。", remarks: ["対処: 元のシステムで生年月日を確かめてください。"]),
            .init(place: .other, line: 4, origin: nil, column: nil, message: "同じ直しを受け取り済みです。", remarks: []),
        ], waiting: ["住民記録 jumin_20261001.csv: date.unreadable 12行"])

    static let returnedRefused = ReturnedFilePage(refused: "「直されたファイル」: ファイルが選ばれていないか、空です。")
}
