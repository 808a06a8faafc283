import Domain
import Extracts
import Foundation
import JapaneseText
import TestSupport
import Testing

@testable import Mapping

/// The parts of a suggestion, each on notations as they come.
@Suite struct SuggestPartsTests {
    @Test(arguments: [
        ("若葉　花", "漢漢　漢"), ("ﾜｶﾊﾞ ﾊﾅ", "ｱｱｱｱ ｱｱ"), ("わかば はな", "あああ ああ"), ("SMITH Ann", "AAAAA Aaa"),
        ("090-0000-0001", "999-9999-9999"), ("２番３号", "９漢９漢"), ("１行目\n２行目", "９漢漢↵９漢漢"), ("髙𠮷", "漢漢"),
        ("A-12", "A-99"), ("", ""),
    ]) func aShapeTellsTheNotationAndNotTheValue(value: String, shape: String) {
        #expect(ValueShape.of(value) == shape)
    }

    @Test(arguments: [
        ("H30.5.12", "H99.9.99"), ("令和6年4月1日", "令和9年9月9日"), ("昭和五十年頃", "昭和九九年頃"), ("5060401", "9999999"),
        ("2024/4/1", "9999/9/9"),
    ]) func aDatesShapeKeepsTheEra(value: String, shape: String) {
        #expect(ValueShape.of(value, isDate: true) == shape)
    }

    @Test func aLongValueIsCut() {
        #expect(ValueShape.of(String(repeating: "若", count: 100)) == String(repeating: "漢", count: 24) + "…")
    }

    @Test(arguments: [
        ("宛名番号", "番号"), ("受給者宛名番号", "保護者の番号"), ("児童の氏名", "氏名"), ("氏名（保護者）", "保護者の氏名"), ("ﾌﾘｶﾞﾅ", "氏名のかな"),
        ("対象児童 氏名カナ", "氏名のかな"), ("生年月日（西暦）", "生年月日"), ("母 生年月日", "保護者の生年月日"), ("申請者(保護者)氏名", "保護者の氏名"),
        ("申請者氏名", "申請者の氏名"), ("性別コード", "性別"), ("現住所", "住所"), ("住所_方書", "方書"), ("ＴＥＬ", "電話"),
    ]) func aHeaderIsReadWordForWord(header: String, meaning: String) throws {
        let (words, _) = try Shipped.words()
        #expect(words.readings(of: header).map { $0.meaning.title(words.catalogue) } == [meaning])
    }

    /// Header, and what the draft says of the names: a column each for family and given name, or one for both.
    @Test(arguments: [
        (
            "宛名番号,姓,名,姓カナ,名カナ",
            "names: [{ written: { family: \"姓\", given: \"名\" }, kana: { family: \"姓カナ\", given: \"名カナ\" } }],"
        ),
        (
            "宛名番号,児童姓,児童名,児童セイ,児童メイ",
            "names: [{ written: { family: \"児童姓\", given: \"児童名\" }, kana: { family: \"児童セイ\", given: \"児童メイ\" } }],"
        ),
    ]) func familyAndGivenNamesInAColumnEachAreRead(header: String, names: String) throws {
        let rows = (1...40).map { "\(1000 + $0),若葉,花子,ワカバ,ハナコ" }
        let suggestion = try Shipped.suggestion(of: ([header] + rows).joined(separator: "\n") + "\n")
        let draft = DraftColumns(suggestion, ShownValues(suggestion.catalogue), comment: { _ in "" }).people
        #expect(draft.contains(names), "\(draft)")
    }

    @Test(arguments: ["相手方氏名", "加害者住所", "相手電話"]) func thePersecutorIsNeverRead(header: String) throws {
        let (words, _) = try Shipped.words()
        guard case .left? = words.readings(of: header).first?.meaning else {
            Issue.record("\(header)")
            return
        }
    }

    /// One word too many makes another column of it.
    @Test(arguments: [
        "住所（転出先等）", "緊急連絡先電話番号", "世帯主氏名", "きょうだい氏名", "医療機関名", "認定取消年月日", "出生体重", "親族氏名", "申出者宛名番号",
        "連絡あり欠席日数",
        "児童数", "希望施設名", "員番号", "接種者氏名", "母性", "父性",
    ]) func aHeaderWithAnUnknownWordIsLeftOpen(header: String) throws {
        let (words, _) = try Shipped.words()
        #expect(words.readings(of: header).isEmpty)
    }

    @Test(arguments: [
        ("連絡なし欠席日数", "C06.unexplained_days"), ("登園した日数", "C06.attended_days"),
        ("住民となった年月日", "A02.resident_since"),
        ("現況届の受付日", "C01.annual_report"), ("要対協 登録の区分", ""), ("支給の区分", "C02.status"),
    ]) func theCataloguesTitlesAreHeadersToo(header: String, fact: String) throws {
        let (words, _) = try Shipped.words()
        let facts = words.readings(of: header).compactMap { reading -> String? in
            if case .fact(let item, let kind) = reading.meaning { "\(item).\(kind)" } else { nil }
        }
        #expect(facts.contains(fact) == !fact.isEmpty)
    }

    struct Beginning: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        let finding: HeaderSearch.Finding
        var titleLines = 0
        var delimiter = ","
    }

    @Test(arguments: [
        Beginning(
            testDescription: "見出しから始まる", lines: ["氏名,生年月日,住所", "若葉　花,2018/5/12,若葉台1-2-3"],
            finding: .found(line: 1)),
        Beginning(
            testDescription: "表題2行", lines: ["一覧表", "出力：福祉課", "氏名,生年月日,住所", "若葉　花,2018/5/12,若葉台1-2-3"],
            finding: .found(line: 3), titleLines: 2),
        Beginning(
            testDescription: "表計算ソフトの表題",
            lines: ["一覧表,,,,", "番号,氏名,生年月日,住所,電話", "1,若葉　花,2018/5/12,若葉台1-2-3,"],
            finding: .found(line: 2), titleLines: 1),
        Beginning(
            testDescription: "空行の後", lines: ["", "氏名,生年月日,住所", "若葉　花,2018/5/12,若葉台1-2-3"],
            finding: .found(line: 2),
            titleLines: 1),
        Beginning(
            testDescription: "見出しなし", lines: ["若葉　花,2018/5/12,若葉台1-2-3", "若葉　空,2016/5/12,若葉台1-2-3"],
            finding: .none),
        Beginning(
            testDescription: "英語の見出し",
            lines: ["KEY,LABEL,DOB", "12345,a,20180512", "12346,b,20160512", "12347,c,20140512"],
            finding: .found(line: 1)),
        Beginning(
            testDescription: "不詳のある行", lines: ["山田花子,不詳", "若葉花,2018/5/12", "若葉空,2016/5/12", "若葉海,2014/5/12"],
            finding: .none),
        Beginning(
            testDescription: "見出しにもなる値の行", lines: ["若葉花,電話,済", "若葉空,訪問,済", "若葉海,電話,未"], finding: .unclear),
        Beginning(
            testDescription: "知っている言葉が1つ", lines: ["若葉花,所属,若葉台", "若葉空,休職,若葉台"], finding: .unclear),
        Beginning(
            testDescription: "言葉だけの行", lines: ["若葉花,若葉台", "若葉空,若葉台", "若葉海,若葉台"], finding: .unclear),
        Beginning(
            testDescription: "年月日という見出し",
            lines: ["児童氏名,年月日", "若葉　花,2018/5/12", "若葉　空,2016/5/12", "若葉　海,2014/5/12"],
            finding: .found(line: 1)),
        Beginning(
            testDescription: "タブ区切り", lines: ["氏名\t生年月日\t住所", "若葉　花\t2018/5/12\t若葉台1,2,3"],
            finding: .found(line: 1),
            delimiter: "\t"),
    ]) func theHeaderIsFound(beginning: Beginning) throws {
        let (words, _) = try Shipped.words()
        let scratch = try ScratchFolder()
        let path = try scratch.write(
            Array((beginning.lines.joined(separator: "\n") + "\n").utf8), to: "x.csv")
        let form = try HeaderSearch.search(path: path, file: "x.csv", words: words, asOf: Shipped.asOf)
        #expect(form.finding == beginning.finding)
        #expect(form.titleLines == beginning.titleLines)
        #expect(form.delimiter == (beginning.delimiter == "," ? .comma : .tab))
    }

    /// The sample's own notations; one line of totals at the end is no row.
    @Test func totalsAreNoRows() throws {
        let suggestion = try Shipped.suggestion(
            of:
                "受給者番号,児童氏名,支給区分,備考\nA1,若葉　花,全部支給,\nA2,若葉　空,一部支給,\n合計,2名,,\n")
        #expect(suggestion.profile.rows == 2)
        #expect(suggestion.profile.totals == [.init(column: 0, word: "合計", line: 4)])
        #expect(
            MappingDraft(suggestion).text.contains("outside: [{ when: { \"受給者番号\": { begins: [\"合計\"] } }"))
    }

    /// The few who hold cases have surnames as short and as frequent as codes.
    @Test(arguments: ["ケースワーカー", "CW", "主担", "世帯主", "担当区分", "謎の列", "支援者種別"])
    func namesUnderAnyHeaderStayOutOfADraft(header: String) throws {
        let found = try Shipped.suggestion(
            of:
                "児童氏名,備考,\(header)\n" + (1...60).map { "若葉　花,,\($0 % 2 == 0 ? "山田" : "鈴木")\n" }.joined())
        let draft = MappingDraft(found).text
        #expect(!draft.contains("山田") && !draft.contains("鈴木"))
    }

    @Test(arguments: ["利用区分", "相談種別", "面談の状況", "終了事由"])
    func wordsUnderAHeaderThatPromisesAListAreShown(header: String) throws {
        let found = try Shipped.suggestion(
            of:
                "児童氏名,備考,\(header)\n" + (1...60).map { "若葉　花,,\($0 % 2 == 0 ? "来所" : "終了")\n" }.joined())
        let draft = MappingDraft(found).text
        #expect(draft.contains("来所") && draft.contains("終了"))
    }

    /// What the values are is plain; whose they are is not.
    @Test(arguments: [
        ("世帯主性別", "男", "女"), ("里親性別", "男", "女"), ("通告者性別", "男", "女"), ("里親の認定", "全部支給", "一部支給"),
        ("所属", "総務課", "市民課"), ("施設名", "第一病棟", "第二病棟"),
    ])
    func valuesUnderAHeaderThatSaysSomethingElseAreAsked(header: String, one: String, other: String) throws {
        let found = try Shipped.suggestion(
            of:
                "児童氏名,備考,\(header)\n" + (1...60).map { "若葉　花,,\($0 % 2 == 0 ? one : other)\n" }.joined())
        guard case .ask = found.guesses[2].verdict else {
            Issue.record("\(found.guesses[2].verdict)")
            return
        }
        #expect(found.guesses[2].confidence < Confidence.silent)
    }

    @Test func aColumnOfSchoolsUnderItsHeaderIsWritten() throws {
        let found = try Shipped.suggestion(
            of:
                "児童氏名,備考,所属\n" + (1...60).map { "若葉　花,,\($0 % 3 == 0 ? "不明" : "若葉\($0 % 2)小学校")\n" }.joined())
        #expect(found.guesses[2].verdict == .write(.identity(.school, of: .row)))
    }

    /// The catalogue does not have the programme, whatever its columns are called.
    @Test func theStatusOfAnotherProgrammeIsAsked() throws {
        let rows = (1...40).map { "\($0),若葉　花\($0 % 7),\($0 % 2 == 0 ? "受給中" : "消滅")" }.joined(
            separator: "\n")
        let other = try Shipped.suggestion(of: "特別児童扶養手当受給者一覧\n整理番号,児童氏名,受給状況\n\(rows)\n")
        #expect(other.guesses.allSatisfy { if case .write(.fact) = $0.verdict { false } else { true } })
        let known = try Shipped.suggestion(of: "児童手当受給者一覧\n整理番号,児童氏名,受給状況\n\(rows)\n")
        #expect(known.guesses[2].verdict == .write(.fact("C01", kind: "status")))
    }

    @Test func twoColumnsOfOneMeaningAreAsked() throws {
        let two = try Shipped.suggestion(of: "氏名,住所,現住所\n若葉　花,若葉台1-2-3,若葉台1-2-4\n")
        #expect(
            two.guesses[1].confidence < Confidence.silent && two.guesses[2].confidence < Confidence.silent)
    }

    @Test func numbersThatMayBeIndividualNumbersAreLeftAndTold() throws {
        let numbers = (1...20).map { "12345678\(String(format: "%03d", $0))" }.compactMap {
            start -> String? in
            (0...9).map { "\(start)\($0)" }.first { IndividualNumber.isContained(in: $0) }
        }
        let found = try Shipped.suggestion(of: "氏名,番号\n" + numbers.map { "若葉　花,\($0)\n" }.joined())
        guard case .leave(let reason) = found.guesses[1].verdict else {
            Issue.record("\(found.guesses[1].verdict)")
            return
        }
        #expect(reason.contains("個人番号"))
        #expect(numbers.allSatisfy { !MappingDraft(found).text.contains($0) })
    }

    /// The file is refused with a line for each question; with the questions answered it loads.
    @Test func aDraftIsRefusedUntilItsQuestionsAreAnswered() throws {
        let text = MappingDraft(
            try Shipped.suggestion(of: "宛名番号,氏名,生年月日,性別,謎の列\n0000012345,若葉　花,H30.5.12,女,あ\n"), name: "teate"
        ).text
        let catalogue = try Shipped.catalogue.get()
        func read(_ text: String) throws -> ExtractMapping {
            try ExtractMapping.read(try ConfigurationFile.read(text, name: "x.json5"), catalogue: catalogue)
        }
        let faults = #expect(throws: Faults.self) { try read(text) }?.all ?? []
        #expect(faults.map(\.code).allSatisfy { $0 == "mapping.open" })
        #expect(faults.compactMap(\.field) == ["title", "department", "purpose", "columns.謎の列.drop"])
        #expect(faults.allSatisfy { $0.line != nil })
        let mapping = try read(text.replacing(OpenQuestion.mark, with: "使いません"))
        #expect(mapping.identifyingColumns == ["宛名番号", "氏名", "生年月日", "性別"])
    }

    @Test func aCityThatIsNotKnownYetCanBeLearntFromItsOwnMappings() throws {
        let own = try mapping(
            mappingText(
                people: "child: { names: [{ written: '氏名' }], number: '若葉コード' },",
                columns: "'くらし': { item: 'C02', kind: 'status' },"))
        let words = HeaderWords(
            try Shipped.dictionary.get(), mappings: [own], catalogue: try Shipped.catalogue.get())
        #expect(words.readings(of: "若葉コード").map(\.meaning) == [.identity(.number, of: .row)])
        #expect(words.readings(of: "くらし").map(\.meaning) == [.fact("C02", kind: "status")])
    }
}
