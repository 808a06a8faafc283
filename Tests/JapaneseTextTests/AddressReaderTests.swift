import Domain
import JapaneseText
import Testing

@Suite struct AddressReaderTests {
    @Test(
        "書き方が違っても同じ町と番地になる",
        arguments: [
            "若葉台一丁目２番３号", "若葉台1-2-3", "若葉台１－２－３", "若葉台１丁目２－３", "若葉台1丁目2番3号", "若葉台1丁目2番地3", "若葉台１ー２ー３",
            "若葉台1−2−3", "若葉台 1-2-3", "若葉台1丁目2の3",
            "若葉野市若葉台1-2-3", "東京都若葉野市若葉台１丁目２番３号", "東京都 若葉野市 若葉台1-2-3", "〒100-0001 東京都若葉野市若葉台1-2-3",
            "大字若葉台一丁目２番３号", "若葉台一丁目 ２番 ３号", "若葉台01-02-03",
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
        ])
    func buildings(written: String, building: String) {
        let address = AddressReader.read(written, postcode: "")
        #expect((address.town, address.block, address.building) == ("若葉台1", "2-3", building))
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
            ("三番町5-6", "三番町", "5-6"), ("二子新地123番地4", "二子新地", "123-4"), ("大字中原字下１２３番地", "中原字下", "123"),
            ("若葉台2-11", "若葉台", "2-11"), ("霞が丘町12番地", "霞ケ丘町", "12"),
            ("霞ヶ丘町１２", "霞ケ丘町", "12"), ("市場町3番7号", "市場町", "3-7"), ("本市場4-5", "本市場", "4-5"),
            ("緑町二十三丁目4番5号", "緑町23", "4-5"), ("千葉県市川市八幡1-1-1", "八幡1", "1-1"),
            ("三重県四日市市諏訪町1番5号", "諏訪町", "1-5"), ("北海道川上郡弟子屈町美留和1番地", "美留和", "1"), ("濵町1番地の2", "浜町", "1-2"),
            ("中央", "中央", ""), ("", "", ""), ("若葉台1丁目", "若葉台1", ""),
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
}

@Suite struct DigitsTests {
    @Test(arguments: [
        ("03-1234-5678", "0312345678"), ("０９０－１２３４－５６７８", "09012345678"), ("090ー1234ー5678", "09012345678"),
        ("(03)1234-5678", "0312345678"), ("+81 90-1234-5678", "09012345678"),
        ("9012345678", "09012345678"), ("312345678", "0312345678"), ("090 1234 5678", "09012345678"),
        ("'09012345678", "09012345678"),
    ])
    func telephones(written: String, normal: String) {
        #expect(PhoneNumber.normal(written) == normal)
    }

    @Test(arguments: [
        "", "なし", "1234", "0000000000", "00012345678", "090-1234-5678 内線3", "123456789012", "〓",
    ])
    func noTelephone(written: String) {
        #expect(PhoneNumber.normal(written) == nil)
    }

    @Test(
        arguments: [
            ("１２", 12), ("007", 7), (" 3 ", 3), ("1,234", 1234), ("", nil), ("1.5", nil), ("-1", nil),
            ("三", nil), ("1234567890123456789", nil),
        ] as [(String, Int?)])
    func wholeNumbers(written: String, number: Int?) {
        #expect(Digits.number(written) == number)
    }
}
