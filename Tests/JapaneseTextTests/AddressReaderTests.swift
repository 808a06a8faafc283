import Domain
import TestSupport
import Testing

@testable import JapaneseText

@Suite struct AddressReaderTests {
    @Test(
        "書き方が違っても同じ町と番地になる",
        arguments: [
            "若葉台一丁目２番３号", "若葉台1-2-3", "若葉台１－２－３", "若葉台１丁目２－３", "若葉台1丁目2番3号", "若葉台1丁目2番地3", "若葉台１ー２ー３",
            "若葉台1−2−3", "若葉台 1-2-3", "若葉台1丁目2の3",
            "若葉野市若葉台1-2-3", "東京都若葉野市若葉台１丁目２番３号", "東京都 若葉野市 若葉台1-2-3", "〒100-0001 東京都若葉野市若葉台1-2-3",
            "大字若葉台一丁目２番３号", "若葉台一丁目 ２番 ３号", "若葉台01-02-03",
            "若葉台一ー２ー３", "若葉台一－二－三", "若葉台一の二の三", "若葉台1 - 2 - 3", "若葉台1一2一3", "若葉台1・2・3", "若葉台1.2.3",
            "若葉台1/2/3",
            "若葉台１丁２番３号", "若葉台壱丁目弐番参号", "若葉台1丁目2番3", "若葉台1‑2‑3", "若葉台1—2—3", "若葉台１―２―３", "100-0001 若葉台1-2-3",
            "若葉台1丁目2番地ー3",
            "若葉台1丁目2番地の3", "〒1000001若葉台1-2-3",
        ])
    func notations(written: String) {
        let address = AddressReader.read(written, postcode: "")
        #expect((address.town, address.block, address.building) == ("若葉台1", "2-3", ""))
        #expect(address.written == written)
    }

    @Test(
        "建物と部屋を分ける",
        arguments: [
            ("若葉台1-2-3 コーポ若葉201号室", "コーポ若葉201"), ("若葉台1-2-3コーポ若葉201", "コーポ若葉201"),
            ("若葉台１丁目２番３号　コーポ若葉２０１", "コーポ若葉201"), ("若葉台1-2-3コーポ若葉-201", "コーポ若葉201"),
            ("若葉台1-2-3-201", "201"), ("若葉台1丁目2番3-201号", "201"), ("若葉台1-2-3 201号室", "201"),
            ("若葉台一丁目2-3 ｺｰﾎﾟ若葉", "コーポ若葉"), ("若葉台一丁目２番３号若葉ハイツA棟", "若葉ハイツA棟"),
            ("若葉台1-2-3 コーポ若葉#201", "コーポ若葉201"), ("若葉台1-2-3 コーポ若葉201室", "コーポ若葉201"),
            ("若葉台1-2-3-201 コーポ若葉", "コーポ若葉201"), ("若葉台1丁目2番3号の201", "201"), ("若葉台1-2-3 若葉荘 山田様方", "若葉荘山田様方"),
        ])
    func buildings(written: String, building: String) {
        let address = AddressReader.read(written, postcode: "")
        #expect((address.town, address.block, address.building) == ("若葉台1", "2-3", building))
    }

    @Test(
        "棟と部屋の数は、つなぎをなくさない",
        arguments: [
            ("市営住宅1-23", "市営住宅1-23"), ("市営住宅 1 23", "市営住宅1-23"), ("市営住宅１－２３", "市営住宅1-23"),
            ("市営住宅 1 - 23号室", "市営住宅1-23"), ("市営住宅1#23", "市営住宅1-23"), ("市営住宅-1-23", "市営住宅1-23"),
            ("市営住宅12-3", "市営住宅12-3"), ("市営住宅12 3", "市営住宅12-3"), ("市営住宅123", "市営住宅123"),
            ("市営住宅-123", "市営住宅123"), ("市営住宅2-201", "市営住宅2-201"), ("市営住宅 2 201", "市営住宅2-201"),
            ("市営住宅22-01", "市営住宅22-01"), ("市営住宅 A-201", "市営住宅A201"), ("市営住宅1号棟 23", "市営住宅1号棟23"),
        ])
    func theJointBetweenTwoNumbersStays(written: String, building: String) {
        let behind = AddressReader.read("若葉台1-2-3 " + written, postcode: "")
        #expect((behind.town, behind.block, behind.building) == ("若葉台1", "2-3", building))
        let own = AddressReader.read("若葉台1-2-3", postcode: "", building: written)
        #expect(own.building == building)
        #expect(AddressReader.read("若葉台1-2-3", postcode: "", building: building).building == building)
    }

    @Test func aBuildingInOneColumnAndItsRoomInTheOtherStayApart() {
        let address = AddressReader.read("若葉台1-2-3 市営住宅1", postcode: "", building: "23")
        #expect(address.building == "市営住宅1-23")
    }

    @Test func aColumnOfItsOwnForTheBuildingGivesTheSame() {
        let joined = AddressReader.read("若葉台1-2-3 コーポ若葉 201", postcode: "1000001")
        var separate = AddressReader.read("若葉台一丁目２番３号", postcode: "100-0001", building: "コーポ若葉　２０１号室")
        #expect(separate.written == "若葉台一丁目２番３号 コーポ若葉　２０１号室")
        separate.written = joined.written
        #expect(separate == joined)
    }

    @Test(
        "町の名前に数や市・番のつくもの",
        arguments: [
            ("三番町5-6", "3番町", "5-6"), ("3番町5-6", "3番町", "5-6"), ("二子新地123番地4", "二子新地", "123-4"),
            ("大字中原字下１２３番地", "中原下", "123"), ("中原下123", "中原下", "123"),
            ("若葉台2-11", "若葉台", "2-11"), ("霞が丘町12番地", "霞ケ丘町", "12"),
            ("霞ヶ丘町１２", "霞ケ丘町", "12"), ("市場町3番7号", "市場町", "3-7"), ("本市場4-5", "本市場", "4-5"),
            ("緑町二十三丁目4番5号", "緑町23", "4-5"), ("千葉県市川市八幡1-1-1", "八幡1", "1-1"),
            ("三重県四日市市諏訪町1番5号", "諏訪町", "1-5"), ("北海道川上郡弟子屈町美留和1番地", "美留和", "1"), ("濵町1番地の2", "浜町", "1-2"),
            ("中央", "中央", ""), ("", "", ""), ("若葉台1丁目", "若葉台1", ""),
            ("北1条西2丁目3番4号", "北1条西2", "3-4"), ("北一条西二丁目3-4", "北1条西2", "3-4"), ("東3線北12号", "東3線北", "12"),
            ("第１地割１２３番地４", "第1地割", "123-4"), ("中原甲123番地", "中原甲", "123"), ("八丁堀2-3", "八丁堀", "2-3"),
            ("新金岡町1丁3番", "新金岡町1", "3"), ("井之頭1丁目2-3", "井ノ頭1", "2-3"), ("井の頭1丁目2-3", "井ノ頭1", "2-3"),
            ("三の丸2番1号", "三ノ丸", "2-1"), ("千二百三番地", "", "1203"), ("若葉町二百五番地の十", "若葉町", "205-10"),
            ("三ツ沢1番地", "三ツ沢", "1"), ("三っ沢1番地", "三ツ沢", "1"), ("十条台1-2-3", "10条台1", "2-3"),
            ("千代田1番1号", "千代田", "1-1"), ("四日市町5番地", "四日市町", "5"),
        ])
    func towns(written: String, town: String, block: String) {
        let address = AddressReader.read(written, postcode: "")
        #expect((address.town, address.block, address.building) == (town, block, ""))
    }

    @Test(arguments: [
        ("100-0001", "1000001"), ("〒１００－０００１", "1000001"), ("1000001", "1000001"), ("100", ""), ("", ""),
    ])
    func postcodes(written: String, postcode: String) {
        #expect(AddressReader.read("若葉台1-2-3", postcode: written).postcode == postcode)
        #expect(AddressReader.read("〒200-0002 若葉台1-2-3", postcode: "").postcode == "2000002")
    }

    @Test(
        "都道府県と市区町村を分ける",
        arguments: [
            ("東京都若葉野市若葉台1-2-3", "東京都", "若葉野市", "若葉台"), ("若葉野市若葉台1-2-3", "", "若葉野市", "若葉台"),
            ("神奈川県横浜市青葉区美しが丘1-2-3", "神奈川県", "横浜市青葉区", "美シガ丘"), ("横浜市保土ケ谷区川島町1", "", "横浜市保土ケ谷区", "川島町"),
            ("東京都新宿区西新宿2-8-1", "東京都", "新宿区", "西新宿"), ("新宿区西新宿2-8-1", "", "新宿区", "西新宿"),
            ("北海道余市郡余市町黒川町1-2-3", "北海道", "余市郡余市町", "黒川町"), ("富山県中新川郡上市町法音寺1", "富山県", "中新川郡上市町", "法音寺"),
            ("群馬県佐波郡玉村町下新田201", "群馬県", "佐波郡玉村町", "下新田"), ("佐賀県杵島郡大町町福母1", "佐賀県", "杵島郡大町町", "福母"),
            ("奈良県大和郡山市北郡山町1-2", "奈良県", "大和郡山市", "北郡山町"), ("福島県郡山市朝日1-23-7", "福島県", "郡山市", "朝日"),
            ("川上郡弟子屈町美留和1番地", "", "川上郡弟子屈町", "美留和"), ("東京都大島町元町1-1", "東京都", "大島町", "元町"),
            ("広島県廿日市市下平良1-11-1", "広島県", "廿日市市", "下平良"), ("京都府京都市北区上賀茂1", "京都府", "京都市北区", "上賀茂"),
            ("古市1丁目2番3号", "", "", "古市"), ("本市場4-5", "", "", "本市場"),
        ])
    func municipalities(written: String, prefecture: String, municipality: String, town: String) {
        let parts = AddressReader.parts(written)
        #expect((parts.prefecture, parts.municipality, parts.town) == (prefecture, municipality, town))
    }

    @Test func namesOfMunicipalitiesAreLookedForAsTextIsFolded() {
        for name in Set(Municipalities.prefectures).union(Municipalities.citiesWithWards)
            .union(Municipalities.tokyoWards).union(Municipalities.citiesWithCounty)
        {
            #expect(KanjiVariants.fold(name) == name)
        }
    }

    @Test(
        "住居表示と地番は別のものとして読む",
        arguments: [
            ("中央12番3号", AddressParts.Numbering.house), ("中央12番地3", .land), ("中央12番地の3", .land),
            ("中央12-3", .unsaid),
            ("若葉台1丁目2番3号", .house), ("若葉台1丁目2番地3", .land), ("中央", .unsaid),
        ])
    func houseNumbersAndLandNumbersAreTwoThings(written: String, numbering: AddressParts.Numbering) {
        #expect(AddressReader.parts(written).numbering == numbering)
    }

    @Test(arguments: [
        ("若葉台1-2-3 コーポ若葉201号室", "コーポ若葉", "201"), ("若葉台1-2-3 コーポ若葉A-201", "コーポ若葉", "A201"),
        ("若葉台1-2-3 若葉ハイツ2", "若葉ハイツ2", ""), ("若葉台1-2-3-201", "", "201"), ("若葉台1-2-3 5号室", "", "5"),
        ("若葉台1-2-3 若葉ハイツ A棟 1203", "若葉ハイツA棟", "1203"), ("若葉台1-2-3 ABC201", "ABC", "201"),
        ("若葉台1-2-3", "", ""),
    ])
    func theRoomIsWhatCountsAtTheEnd(written: String, building: String, room: String) {
        let parts = AddressReader.parts(written)
        #expect((parts.building, parts.room) == (building, room))
    }

    /// An invented municipality: one town with 丁目, one without, one with both, one called like a 市.
    private static let towns: TownList = {
        var towns = TownList()
        for town in ["若葉台一丁目", "若葉台二丁目", "中央", "緑町", "緑町3丁目", "大字本市場", "美しが丘１丁目"] { towns.add(written: town) }
        return towns
    }()

    @Test(
        "町の一覧があれば、省かれた丁目が分かる",
        arguments: [
            // 舞浜2-11 and 舞浜2-1-1 look alike: only the list says which number is the 丁目.
            ("若葉台2-11", "若葉台", "2", "11", ""), ("若葉台2-1-1", "若葉台", "2", "1-1", ""),
            ("若葉台12-3", "若葉台", "", "12-3", ""),
            ("若葉台12-3-201", "若葉台", "", "12-3", "201"), ("中央12-3-201", "中央", "", "12-3", "201"),
            ("中央12番地3", "中央", "", "12-3", ""), ("緑町3-4-5", "緑町", "3", "4-5", ""),
            ("緑町3-4", "緑町", "", "3-4", ""),
            ("若葉台1", "若葉台", "1", "", ""), ("知らない町1-2-3", "知ラナイ町", "1", "2-3", ""),
        ])
    func theTownListSaysWhatIsAChome(
        written: String, town: String, chome: String, block: String, room: String
    ) {
        let parts = AddressReader.parts(written, towns: Self.towns)
        #expect((parts.town, parts.chome, parts.room) == (town, chome, room))
        #expect(parts.numbers.joined(separator: "-") == block)
    }

    @Test(arguments: [
        ("青葉区美しが丘1-2-3", "青葉区", "美シガ丘"), ("若葉市本市場4", "若葉市", "本市場"), ("本市場4", "", "本市場"),
        ("緑郡若葉町中央5", "緑郡若葉町", "中央"), ("若葉町中央5", "若葉町", "中央"),
    ])
    func theTownListSaysWhereTheTownBegins(written: String, municipality: String, town: String) {
        let parts = AddressReader.parts(written, towns: Self.towns)
        #expect((parts.municipality, parts.town) == (municipality, town))
    }

    @Test(
        "町の名前の中の市では切らない",
        arguments: [
            ("今市本町1-2", "", "今市本町", "1-2"), ("八日市清水1-2", "", "八日市清水", "1-2"),
            ("若葉野市今市本町1-2", "若葉野市", "今市本町", "1-2"), ("栃木県今市本町1-2", "今市", "本町", "1-2"),
            ("若葉野市本町1-2", "若葉野市", "本町", "1-2"),
        ])
    func aCityInsideATownsNameEndsNothing(
        written: String, municipality: String, town: String, block: String
    ) {
        var towns = TownList()
        for town in ["若葉野市今市本町3番地", "東京都若葉野市八日市清水", "本町"] { towns.add(written: town) }
        let parts = AddressReader.parts(written, towns: towns)
        #expect((parts.municipality, parts.town) == (municipality, town))
        #expect(parts.numbers.joined(separator: "-") == block)
    }

    @Test func aChomeIsLearnedOnlyWhereItIsWritten() {
        func read(_ written: String, knowing known: [String]) -> String {
            var towns = TownList()
            for address in known { towns.add(written: address) }
            let parts = AddressReader.parts(written, towns: towns)
            return "\(parts.chome)|\(parts.numbers.joined(separator: "-"))|\(parts.room)"
        }
        let plain = ["中原12-3", "中原15番地", "中原12-3-201"]
        #expect(read("中原12-4", knowing: plain) == "|12-4|")
        #expect(read("中原12-3-201", knowing: plain) == "|12-3|201")
        #expect(read("中原12-3-201", knowing: plain.reversed()) == "|12-3|201")
        #expect(read("中原12-4", knowing: ["中原12-3-201"]) == "|12-4|")
        // Where nobody writes 丁目, most addresses have three numbers.
        let hyphens = ["若葉台1-2-3", "若葉台2-11", "若葉台2-1-1"]
        #expect(read("若葉台1-2-3", knowing: hyphens) == "1|2-3|")
        #expect(read("若葉台2-11", knowing: hyphens + ["若葉台２丁目3番4号"]) == "|2-11|")
        #expect(read("若葉台2-11", knowing: ["若葉台1-2-3", "若葉台２丁目3番4号"]) == "2|11|")
    }

    /// Any notation of an address says the same, whatever mixture of habits it is written in.
    @Test func everyMixtureOfHabitsReadsTheSame() {
        var random = SeededGenerator(seed: testSeed)
        func any(_ forms: [String]) -> String { forms.randomElement(using: &random) ?? "" }
        let kanji = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        func wide(_ number: Int) -> String {
            String(
                String.UnicodeScalarView(
                    String(number).unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
        }
        for _ in 0..<caseCount(3_000) {
            let (chome, ban, go) = (
                Int.random(in: 1...9, using: &random), Int.random(in: 1...99, using: &random),
                Int.random(in: 1...99, using: &random)
            )
            func number(_ value: Int) -> String {
                any([String(value), wide(value), value < 10 ? "0\(value)" : "\(value)"])
            }
            let dash = any(["-", "－", "ー", "−", "‐", "―", "—", " - ", "の", "ノ"])
            let first = any([
                "\(kanji[chome])丁目", number(chome) + "丁目", number(chome) + dash, kanji[chome] + dash,
            ])
            let last = any([number(ban) + "番" + number(go) + "号", number(ban) + dash + number(go)])
            let home = any(["", " コーポ若葉201", "　ｺｰﾎﾟ若葉２０１号室", "コーポ若葉-201", " コーポ若葉 #201"])
            let written =
                any(["", "〒100-0001 ", "100-0001　"]) + any(["", "東京都"]) + "若葉野市" + any(["", " ", "大字"])
                + any(["霞ヶ丘", "霞が丘", "霞ケ丘", "霞ガ丘"]) + first + last + home
            let parts = AddressReader.parts(written)
            #expect(
                (parts.municipality, parts.town, parts.chome) == ("若葉野市", "霞ケ丘", "\(chome)"),
                "\(written) seed \(testSeed)")
            #expect(parts.numbers == ["\(ban)", "\(go)"], "\(written) seed \(testSeed)")
            #expect(
                (parts.building, parts.room) == (home.isEmpty ? ("", "") : ("コーポ若葉", "201")),
                "\(written) seed \(testSeed)")
        }
    }
}
