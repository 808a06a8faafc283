import Domain
import Store
import Testing

@testable import Nightly

@Suite struct MendedRowTests {
    @Test(arguments: [
        ("0012345", "12345", true), ("0000", "0", true), ("012", "013", false), ("", "0", false),
        ("426401339012", "4.26401E+11", true), ("426401339012", "4.26402E+11", false),
        ("426401339012", "4.26401E+10", false), ("12345", "1.2345E+4", false),
        ("2024-04-01", "2024/4/1", true), ("2024/04/01", "2024/4/1", true), ("2024-04-01", "2024/4/2", false),
        ("20240401", "2024/4/1", false), ("改\r\n行", "改\n行", true), ("改\n行", "改行", false), ("𠮷野", "??野", true),
        ("𠮷野", "?野", true), ("𠮷野", "???野", false), ("𠮷野", "野", false), ("山野", "?野", false),
        ("葛\u{E0100}城", "葛?城", true), ("葛\u{E0100}城", "葛城", true), ("葛\u{E0100}城", "葛木", false),
        ("鷗\u{301C}", "?\u{FF5E}", true), ("若葉\u{301C}", "若葉\u{FF5E}", true), ("若葉\u{301C}", "若葉?", true),
        ("若葉\u{FF5E}", "若葉?", false),
        ("a?", "a?", true), ("か\u{3099}", "が", false),
    ])
    func whatASpreadsheetDoesToAFieldIsKnownAgain(sent: String, returned: String, isUntouched: Bool) {
        #expect(SpreadsheetHabits.explain(returned, from: sent) == isUntouched)
    }

    private func field(
        _ original: String, shown: String? = nil, isDamaged: Bool = false, column: String? = "列"
    ) -> RejectedContent.Field {
        RejectedContent.Field(
            column: column, shown: shown ?? original, isFaulty: false, isMasked: shown != nil,
            isDamaged: isDamaged, original: original)
    }

    private func mended(
        _ fields: [RejectedContent.Field], _ returned: [String], gap: RejectedContent.Gap? = nil
    ) -> MendedRow {
        MendedRow(
            RejectedContent(fields: fields, gap: gap, unreadable: []), returned, columns: ["番号", "住所", "日付"])
    }

    @Test func whatIsTypedOnAPageIsMeantAsItStands() {
        let sent = [field("0012"), field("若葉台1", shown: RejectedContent.mask), field("2024\r\n年\u{1}13月")]
        let content = RejectedContent(fields: sent, gap: nil, unreadable: [])
        let columns = ["番号", "住所", "日付"]
        // No spreadsheet took the zeros away; a browser takes control characters away, and has line ends of its own.
        let row = MendedRow(content, typed: [0: "12", 2: "2024\n年13月"], columns: columns)
        #expect(row.changed == ["番号"] && row.fields == ["12", "若葉台1", "2024\r\n年\u{1}13月"])
        #expect(row.shortened.isEmpty && row.trouble == nil)
        #expect(MendedRow(content, typed: [:], columns: columns).changed.isEmpty)
        // Of a row whose columns cannot be told apart, what nobody wrote is empty.
        let apart = RejectedContent(fields: sent, gap: .unaligned, unreadable: [], isAligned: false)
        #expect(MendedRow(apart, typed: [2: "a"], columns: columns).fields == ["", "", "a"])
    }

    @Test func aRowThatIsLeftNearlyEmptyIsKnown() {
        func emptied(_ sent: [RejectedContent.Field], _ returned: [String]) -> [Int]? {
            mended(sent, returned).emptied(RejectedContent(fields: sent, gap: nil, unreadable: [])).map {
                [$0.filled, $0.emptied]
            }
        }
        let sent = [field("0012"), field("若葉台1", shown: RejectedContent.mask), field("2024-13-45")]
        #expect(emptied(sent, ["", RejectedContent.mask, " "]) == [2, 2], "what is masked does not count")
        #expect(emptied(sent, ["0012", RejectedContent.mask, ""]) == nil)
        #expect(emptied([field("a"), field("b"), field("c")], ["", "\u{3000}", "c"]) == [3, 2])
        // Half of them, or one alone, is what mending may be.
        #expect(emptied([field("a"), field("b"), field("c"), field("d")], ["a", "b", "", ""]) == nil)
        #expect(emptied([field("a"), field(""), field("")], ["", "x", ""]) == nil)
    }

    @Test func theCellsThatWereWrittenAreKnownByTheirPlace() {
        let sent = [
            field("0012"), field("若葉台1", shown: RejectedContent.mask), field("2024-13-45"),
            field("x", column: nil),
        ]
        // What somebody guesses of a masked cell counts as written, right or wrong.
        for guess in ["若葉台1", "見本町2"] {
            #expect(mended(sent, ["0012", guess, "2024-12-05", ""]).places == [1, 2, 3])
        }
        #expect(mended(sent, ["12", RejectedContent.mask, "2024-13-45", "x"]).places == [])
    }

    @Test func whatIsMaskedComesBackAsItWasAndWhatASpreadsheetLostToo() {
        let sent = [field("0012"), field("若葉台1", shown: RejectedContent.mask), field("2024-13-45")]
        let row = mended(sent, ["12", RejectedContent.mask, "2024-12-05"])
        #expect(row.fields == ["0012", "若葉台1", "2024-12-05"])
        #expect(row.changed == ["日付"] && row.restored == ["番号"] && row.trouble == nil)
        #expect(mended(sent, ["12", RejectedContent.mask, "2024-13-45"]).changed.isEmpty)
        #expect(mended(sent, ["12", "見本町" + RejectedContent.mask, ""]).trouble?.column == "住所")
        #expect(mended(sent, ["12", "見本町2", ""]).fields == ["0012", "見本町2", ""])
    }

    @Test(arguments: ["(伏せています)", "（伏せています) ", "　（伏せて います）"])
    func aMaskComesBackInAnyWidth(cell: String) {
        let sent = [field("1"), field("若葉台1", shown: RejectedContent.mask), field("a")]
        let row = mended(sent, ["1", cell, "b"])
        #expect(row.fields == ["1", "若葉台1", "b"] && row.changed == ["日付"] && row.trouble == nil)
    }

    @Test(arguments: ["（ふせています）", "伏せています", "", "　"])
    func whatMayBeAMaskOrAnEmptiedCellIsAskedAbout(cell: String) {
        let sent = [field("1"), field("若葉台1", shown: RejectedContent.mask), field("a")]
        #expect(mended(sent, ["1", cell, "b"]).trouble?.column == "住所")
    }

    @Test func aNumberThatASpreadsheetShortenedIsTold() {
        let widths = SpreadsheetHabits.widths(
            of: [["0012", "a", "20240401"], ["3456", "b", "20240402"], ["", "0012", ""], ["x"]], columns: 3)
        #expect(widths == [4, 4, nil])
        #expect(SpreadsheetHabits.widths(of: [["012"], ["0012"]], columns: 1) == [nil])
        let sent = RejectedContent(
            fields: [field("0012"), field("a"), field("1")], gap: nil, unreadable: [])
        func shortened(_ returned: String) -> [String] {
            MendedRow(sent, [returned, "a", "2"], columns: ["番号", "住所", "日付"], widths: widths).shortened
        }
        #expect(shortened("13") == ["番号"] && shortened("0013").isEmpty && shortened("12").isEmpty)
        #expect(shortened("十三").isEmpty && shortened("").isEmpty)
    }

    @Test func aCharacterThatCouldNotBeReadMustBeMended() {
        let sent = [field("1"), field("〓山", isDamaged: true), field("")]
        #expect(mended(sent, ["1", "〓山", ""]).changed.isEmpty)
        #expect(mended(sent, ["2", "〓山", ""]).trouble?.column == "住所")
        #expect(mended(sent, ["1", "髙山〓", ""]).trouble?.column == "住所")
        #expect(mended(sent, ["1", "髙山", ""]).trouble == nil)
        #expect(
            mended([field("1"), field("〓山"), field("")], ["1", "〓川", ""]).trouble == nil, "it had one before")
    }

    @Test func whatCouldNotBeReadAndIsMaskedMustBeWrittenAnew() {
        let sent = [field("1"), field("〓山", shown: RejectedContent.mask, isDamaged: true), field("")]
        let untouched = mended(sent, ["1", RejectedContent.mask, "2024-04-01"])
        #expect(untouched.trouble?.column == "住所" && untouched.trouble?.fix.contains("書き直してください") == true)
        let anew = mended(sent, ["1", "髙山", "2024-04-01"])
        #expect(anew.trouble == nil && anew.fields == ["1", "髙山", "2024-04-01"])
    }

    @Test("the sign of what is masked is nobody's name: filled down, it is asked about")
    func maskElsewhere() {
        let sent = [field("1"), field("若葉"), field("")]
        for sign in [RejectedContent.mask, "(伏せています)"] {
            #expect(mended(sent, ["1", sign, "2024-04-01"]).trouble?.column == "住所")
        }
    }

    @Test func aRowOfTooManyFieldsMustBeMovedTogether() {
        let sent = [field("1"), field("若葉"), field("台1"), field("2024-04-01", column: nil)]
        #expect(mended(sent, ["1", "若葉台1", "2024-04-01", "2024-04-01"]).trouble?.column == "（余り1）")
        let row = mended(sent, ["1", "若葉台1", "2024-04-01", ""])
        #expect(row.trouble == nil && row.fields == ["1", "若葉台1", "2024-04-01"])
    }

    @Test func aRowOfWhichNothingIsShownIsWrittenAnew() {
        let sent = [field("1", shown: "○"), field("2", shown: "○")]
        #expect(mended(sent, ["", "", ""], gap: .unaligned).changed.isEmpty)
        #expect(mended(sent, ["1", "若葉台1", ""], gap: .unaligned).fields == ["1", "若葉台1", ""])
    }
}
