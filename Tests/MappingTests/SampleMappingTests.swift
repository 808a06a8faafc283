import Domain
import Foundation
import Testing

@testable import Mapping

/// The thirteen mapping files of `Mappings/`, each with a row as its department writes it.
@Suite struct SampleMappingTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let source: SourceID
        let header: String
        let row: [String]
        let expected: String
        var testDescription: String { source.rawValue }
    }

    static let asOf = Day(number: 20_727)

    @Test func theDayOfTheExamplesIsTheFirstOfOctober() { #expect(Self.asOf.description == "2026-10-01") }

    @Test func allFilesLoadWithTheRegisterFirst() throws {
        let set = try MappingSet.load(folder: mappingsFolder, catalogue: catalogue)
        #expect(
            set.all.map(\.source.rawValue) == [
                "jumin", "gakurei", "hoiku", "jidofuyo", "jidoteate", "kenshin", "ninsanpu", "seiho", "shien",
                "shugakuenjo", "shukketsu", "soudan", "yobosesshu",
            ])
        #expect(Set(Self.examples.map(\.source)) == Set(set.all.map(\.source)))
        #expect(set.all.filter(\.isRequired).map(\.source) == ["jumin", "shien"])
        #expect(
            set.all.reduce(into: Set<ItemCode>()) { $0.formUnion($1.items) } == allItems.subtracting(["B05"]))
        #expect(
            Set(set.all.filter { $0.sharedNumberSpace == "atena" }.map(\.source))
                == ["jumin", "jidoteate", "kenshin", "yobosesshu", "shien"])
    }

    @Test(arguments: examples) func aRowOfEachLayoutBecomesItsRecords(example: Example) throws {
        let set = try MappingSet.load(folder: mappingsFolder, catalogue: catalogue)
        let mapping = try #require(set[example.source])
        let header = example.header.split(separator: ",").map(String.init)
        var mapper = try mapper(mapping, header: header, asOf: Self.asOf)
        #expect(told(mapper.map(row(example.row))) == example.expected)
    }

    /// The worked example of the README is true.
    @Test func theExampleOfTheReadmeMapsAsItSays() throws {
        let parts = try String(contentsOfFile: mappingsFolder + "/README.md", encoding: .utf8)
            .components(separatedBy: "```")
        let csv = try #require(parts.first { $0.hasPrefix("csv\n") }).split(separator: "\n").dropFirst()
        let text = try #require(parts.first { $0.hasPrefix("json5\n") }).dropFirst("json5\n".count)
        let rows = csv.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        var mapper = try mapper(mapping(String(text)), header: rows[0], asOf: Self.asOf)
        #expect(
            told(mapper.map(row(rows[1]))) == "child legal:若葉　花/ﾜｶﾊﾞ ﾊﾅ | #atena/12345 | *2018-05-12 | female"
                + " | C01.status=受給中@2024-05-01")
    }

    static let examples: [Example] = [
        Example(
            source: "jumin",
            header: "宛名番号,世帯番号,住民種別,住民状態,異動年月日,異動事由,氏名,氏名_フリガナ,氏名_外国人ローマ字,通称,通称_フリガナ,"
                + "旧氏,旧氏_フリガナ,性別表記,生年月日,続柄表記,住所_郵便番号,住所_町字,住所_番地号表記,住所_方書,"
                + "住民となった年月日,転居前住所,国籍等",
            row: [
                "0000012345", "0000000678", "日本人", "住登", "R06.04.01", "転入", "若葉　花", "ワカバ　ハナ", "", "", "",
                "青野",
                "アオノ", "女", "H30.05.12", "子", "999-0001", "若葉台一丁目", "２番３号", "若葉荘１０１", "R06.04.01", "", "日本",
            ],
            expected: "child legal:若葉　花/ワカバ　ハナ,former:青野/アオノ | #atena/12345 | *2018-05-12 | female"
                + " | @若葉台一丁目２番３号 若葉荘１０１ | household:678 | relation:子 | A07.status=住登@2024-04-01"
                + " | A04.move=転入@2024-04-01 | A02.resident_since=2024-04-01@2024-04-01"),
        Example(
            source: "jidoteate",
            header: "受給者宛名番号,受給者氏名,児童宛名番号,児童氏名カナ,児童生年月日,性別,認定状況,認定年月日,現況届受付日",
            row: [
                "12344", "若葉　太郎", "12345", "ﾜｶﾊﾞ ﾊﾅ", "20180512", "2", "受給中", "20240501", "99999999",
            ],
            expected: "child legal:/ﾜｶﾊﾞ ﾊﾅ | #atena/12345 | *2018-05-12 | female | guardian:legal:若葉　太郎/"
                + " | C01.status=受給中@2024-05-01\nguardian legal:若葉　太郎/ | #atena/12344"),
        Example(
            source: "jidofuyo",
            header: "証書番号,受給者氏名,受給者カナ,受給者生年月日,児童氏名,児童カナ,児童生年月日,住所,支給区分,資格取得日",
            row: [
                "00123", "若葉　太郎", "ﾜｶﾊﾞ ﾀﾛｳ", "3600110", "若葉　花", "ﾜｶﾊﾞ ﾊﾅ", "4300512", "若葉台1-2-3", "全部支給",
                "5060501",
            ],
            expected: "child legal:若葉　花/ﾜｶﾊﾞ ﾊﾅ | *2018-05-12 | @若葉台1-2-3"
                + " | guardian:legal:若葉　太郎/ﾜｶﾊﾞ ﾀﾛｳ | C02.status=全部支給@2024-05-01"
                + "\nguardian legal:若葉　太郎/ﾜｶﾊﾞ ﾀﾛｳ | #jidofuyo/123 | *1985-01-10 | @若葉台1-2-3"),
        Example(
            source: "jidofuyo",
            header: "証書番号,受給者氏名,受給者カナ,受給者生年月日,児童氏名,児童カナ,児童生年月日,住所,支給区分,資格取得日",
            row: ["合計", "", "", "", "", "", "", "", "213件", ""], expected: "- 合計の行です。"),
        Example(
            source: "seiho", header: "ケース番号,員番号,氏名,カナ,生年月日,性別,続柄,住所,保護開始日,保護廃止日",
            row: ["0102", "3", "若葉　花", "わかば ハナ", "平成30年5月12日", "女", "子", "若葉台1-2-3", "令和6年4月1日", ""],
            expected: "child legal:若葉　花/わかば ハナ | #seiho/102-3 | *2018-05-12 | female | @若葉台1-2-3"
                + " | D01.status=受給中@2024-04-01"),
        Example(
            source: "seiho", header: "ケース番号,員番号,氏名,カナ,生年月日,性別,続柄,住所,保護開始日,保護廃止日",
            row: ["0102", "3", "若葉　花", "わかば ハナ", "平成30年5月12日", "女", "子", "", "令和6年4月1日", "令和8年2月1日"],
            expected: "child legal:若葉　花/わかば ハナ | #seiho/102-3 | *2018-05-12 | female"
                + " | D01.status=廃止@2026-02-01"),
        Example(
            source: "kenshin", header: "宛名番号,氏名カナ,生年月日,性別,健診種別,対象年月,勧奨日,受診日,結果,把握方法",
            row: ["0000012345", "ﾜｶﾊﾞ ﾊﾅ", "H30.5.12", "2", "02", "2019-11", "R1.12.1", "99999999", "", "訪問"],
            expected: "child legal:/ﾜｶﾊﾞ ﾊﾅ | #atena/12345 | *2018-05-12 | female"
                + " | B06.encouraged=2019-12-01@2019-12-01 | B06.18m=未受診@2019-11 | B06.seen=訪問@2019-11"),
        Example(
            source: "kenshin", header: "宛名番号,氏名カナ,生年月日,性別,健診種別,対象年月,勧奨日,受診日,結果,把握方法",
            row: ["0000012345", "ﾜｶﾊﾞ ﾊﾅ", "H30.5.12", "2", "03", "2021-06", "", "R3.6.20", "03", ""],
            expected: "child legal:/ﾜｶﾊﾞ ﾊﾅ | #atena/12345 | *2018-05-12 | female | B06.3y=受診@2021-06-20"
                + " | B06.3y_result=要精密@2021-06-20"),
        Example(
            source: "yobosesshu", header: "宛名番号,氏名,生年月日,ワクチン,回数,接種日",
            row: ["0000012345", "若葉　花", "20180512", "ＭＲ", "1", "20190601"],
            expected: "child legal:若葉　花/ | #atena/12345 | *2018-05-12 | B07.dose=MR@2019-06-01"),
        Example(
            source: "ninsanpu",
            header: "届出番号,妊婦氏名,妊婦フリガナ,妊婦生年月日,住所,電話,届出日,届出週数,出産予定日,分娩日,産婦健診日,EPDS合計,EPDS10番",
            row: [
                "N-12", "若葉　空", "ワカバ　ソラ", "1995/3/3", "若葉台1-2-3", "090-0000-0001", "2026/1/9", "２２",
                "2026/6/1",
                "2026/6/3", "2026/6/20", "11", "0",
            ],
            expected: "guardian legal:若葉　空/ワカバ　ソラ | *1995-03-03 | @若葉台1-2-3 | tel:09000000001"
                + " | B01.notified_week=22.0@2026-01-09 | B04.delivered=2026-06-03@2026-06-03"
                + " | B04.epds_total=11.0@2026-06-20 | B04.epds_item10=0.0@2026-06-20"),
        Example(
            source: "hoiku",
            header: "施設名,クラス,児童氏名,ふりがな,生年月日,性別,保護者氏名,保護者電話,住所,在籍区分,対象月,登園日数,欠席日数,連絡なし欠席日数",
            row: [
                "若葉台保育園", "うさぎ", "若葉 花", "わかば はな", "2022/5/12", "F", "若葉 太郎", "090-0000-0002", "若葉台1-2-3",
                "在籍",
                "2026-09", "15", "5", "3",
            ],
            expected: "child legal:若葉 花/わかば はな | *2022-05-12 | female | @若葉台1-2-3 | tel:09000000002"
                + " | guardian:legal:若葉 太郎/ | school:若葉台保育園 | C04.enrolled=在籍@2026-9"
                + " | C06.attended_days=15.0@2026-9 | C06.absent_days=5.0@2026-9 | C06.unexplained_days=3.0@2026-9"
        ),
        Example(
            source: "gakurei",
            header: "学齢簿番号,児童生徒氏名,フリガナ,性別,生年月日,保護者氏名,保護者続柄,住所,学校名,学年,就学区分,受付番号",
            row: [
                "G0077", "若葉　花", "ワカバ　ハナ", "2", "H30.5.12", "若葉　太郎", "父", "若葉台1-2-3", "若葉台小学校", "3", "就学",
                "A",
            ],
            expected: "child legal:若葉　花/ワカバ　ハナ | #gakurei/G0077 | *2018-05-12 | female | @若葉台1-2-3"
                + " | guardian:legal:若葉　太郎/ | school:若葉台小学校 | F01.enrolment=就学"),
        Example(
            source: "shukketsu",
            header: "学校名,学年,組,出席番号,氏名,ふりがな,性別,生年月日,年齢,4月欠席,4月遅刻,5月欠席,5月遅刻,10月欠席,10月遅刻,11月欠席,11月遅刻",
            row: [
                "若葉台小学校", "3", "1", "12", "若葉花", "わかばはな", "女", "", "8", "2", "0", "", "", "0", "1", "9", "9",
            ],
            expected: "child legal:若葉花/わかばはな | *8歳@2026-10-01 | female | school:若葉台小学校"
                + " | F03.absent_days=2.0@2026-4 | F03.absent_days=0.0@2026-10 | F03.late_days=0.0@2026-4"
                + " | F03.late_days=1.0@2026-10"),
        Example(
            source: "shugakuenjo", header: "申請番号,保護者氏名,児童生徒氏名,カナ,生年月日,性別,学校名,学年,住所,電話,認定区分,認定日",
            row: [
                "S1", "若葉　太郎", "若葉　花", "ﾜｶﾊﾞ ﾊﾅ", "H30.5.12", "女", "若葉台小学校", "3", "若葉台1-2-3", "090-0000-0003",
                "認定",
                "R8.5.1",
            ],
            expected: "child legal:若葉　花/ﾜｶﾊﾞ ﾊﾅ | *2018-05-12 | female | @若葉台1-2-3 | tel:09000000003"
                + " | guardian:legal:若葉　太郎/ | school:若葉台小学校 | F02.status=認定@2026-05-01"),
        Example(
            source: "soudan",
            header: "No,受付日,児童氏名,フリガナ,性別,生年月日,年齢,住所,保護者氏名,電話,所属,相談種別,要対協区分,主担当,状態,終結日,備考",
            row: [
                "15", "2025/7/1", "若葉花", "ワカバハナ", "女", "", "７歳", "若葉台1-2-3", "若葉太郎", "", "若葉台小学校", "虐待",
                "要保護",
                "見本", "終結", "2026/3/1", "自由記述\n二行目",
            ],
            expected: "child legal:若葉花/ワカバハナ | *7歳@2025-07-01 | female | @若葉台1-2-3"
                + " | guardian:legal:若葉太郎/ | school:若葉台小学校 | D06.report=虐待@2025-07-01"
                + " | D07.registration=要保護@2025-07-01 | D07.closed=2026-03-01@2026-03-01"),
        Example(
            source: "soudan",
            header: "No,受付日,児童氏名,フリガナ,性別,生年月日,年齢,住所,保護者氏名,電話,所属,相談種別,要対協区分,主担当,状態,終結日,備考",
            row: [
                "16", "2025/7/1", "若葉花", "", "", "2018/5/12", "", "", "", "", "", "育成", "", "", "終結",
                "2026/3/1", "",
            ],
            expected: "child legal:若葉花/ | *2018-05-12 | D05.consultation=育成@2025-07-01"),
        Example(
            source: "shien", header: "宛名番号,氏名,フリガナ,生年月日,措置区分,申出者宛名番号,支援措置開始年月日,支援措置終了年月日,解除年月日,相手方氏名",
            row: [
                "0000012345", "若葉　花", "ワカバ　ハナ", "H30.05.12", "併せて支援を求める者", "0000012344", "R07.04.01",
                "R08.03.31", "", "見本",
            ],
            expected: "child legal:若葉　花/ワカバ　ハナ | #atena/12345 | *2018-05-12 | A06.measure=併せて@2025-04-01"),
    ]
}
