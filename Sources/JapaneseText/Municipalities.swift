/// Where the municipality ends in an address: names of prefectures, of cities with wards, of Tokyo's wards, and the rules for the rest.
enum Municipalities {
    /// Behind the municipality at the beginning of `name`, the text before the first number; `nil` where there is none.
    static func end(in name: ArraySlice<Unicode.Scalar>, isBehindPrefecture: Bool) -> Int? {
        if let ward = name.prefix(4).firstIndex(of: "区"), tokyoWards.contains(AddressText.text(name[..<ward]))
        {
            return ward + 1
        }
        if let end = countyEnd(name) { return end }
        guard isBehindPrefecture else {
            guard let end = cityEnd(name.prefix(8)), let next = name[end...].first,
                !"町場丁一二三四五六七八九十".unicodeScalars.contains(next)
            else { return nil }
            return wardEnd(name, behind: end)
        }
        if let end = cityEnd(name) { return wardEnd(name, behind: end) }
        return name.dropFirst().firstIndex { $0 == "区" || $0 == "町" || $0 == "村" }.map { $0 + 1 }
    }

    /// Behind the 市 that ends a city's name: not its first letter (市川市), and the last of two in a row (四日市市).
    private static func cityEnd(_ name: ArraySlice<Unicode.Scalar>) -> Int? {
        guard let found = name.dropFirst().firstIndex(of: "市") else { return nil }
        var end = found + 1
        if end < name.endIndex, name[end] == "市" { end = end + 1 }
        return end
    }

    /// Behind 川上郡弟子屈町; towns may be called 玉村町 and 大町町, cities 大和郡山市.
    private static func countyEnd(_ name: ArraySlice<Unicode.Scalar>) -> Int? {
        guard let county = name.dropFirst().prefix(5).firstIndex(of: "郡"),
            !citiesWithCounty.contains(AddressText.text(name.prefix { $0 != "市" })),
            var end = name[county...].dropFirst(2).prefix(7).firstIndex(where: { $0 == "町" || $0 == "村" })
        else { return nil }
        end = end + 1
        if end < name.endIndex, name[end] == "町" { end = end + 1 }
        return end
    }

    /// Behind the ward of a city that has wards.
    private static func wardEnd(_ name: ArraySlice<Unicode.Scalar>, behind city: Int)
        -> Int
    {
        guard let ward = name[city...].dropFirst().prefix(5).firstIndex(of: "区"),
            citiesWithWards.contains(AddressText.text(name[..<city].dropLast()))
        else { return city }
        return ward + 1
    }

    static let prefectures = [
        "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県",
        "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県",
        "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県",
        "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ]

    /// 政令指定都市 (地方自治法252条の19).
    static let citiesWithWards: Set = [
        "札幌", "仙台", "さいたま", "千葉", "横浜", "川崎", "相模原", "新潟", "静岡", "浜松", "名古屋", "京都", "大阪", "堺", "神戸", "岡山",
        "広島", "北九州",
        "福岡", "熊本",
    ]

    /// 特別区.
    static let tokyoWards: Set = [
        "千代田", "中央", "港", "新宿", "文京", "台東", "墨田", "江東", "品川", "目黒", "大田", "世田谷", "渋谷", "中野", "杉並", "豊島", "北",
        "荒川",
        "板橋", "練馬", "足立", "葛飾", "江戸川",
    ]

    static let citiesWithCounty: Set = ["大和郡山", "蒲郡", "小郡"]
}
