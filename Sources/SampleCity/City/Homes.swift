internal import Domain

/// A dwelling in the invented city.
struct Home: Hashable {
    var town: Int
    /// 0: the town has none.
    var chome: Int
    var block: Int
    var lot: Int
    /// Empty for a house.
    var building: String
    /// 0 for a house.
    var room: Int

    var townName: String { Towns.all[town].name }
    var hasChome: Bool { chome > 0 }

    /// Seven digits that no post office serves: 000 is not assigned.
    var postcode: String {
        let number = (town + 1) * 10 + chome
        return "000" + String(repeating: "0", count: 4 - String(number).count) + String(number)
    }

    /// Whether an address is a block of flats is a property of the address, so that neighbours agree.
    static func any(_ draw: inout Draw) -> Home {
        let town = draw.below(Towns.all.count)
        let chome = Towns.all[town].chome > 0 ? draw.within(1...Towns.all[town].chome) : 0
        let block = chome > 0 ? draw.within(1...30) : draw.within(1...900)
        let lot = chome > 0 ? draw.within(1...25) : draw.within(1...12)
        let place = ((town * 7 + chome) * 911 + block) * 31 + lot
        guard place % 5 < 2 else {
            return Home(town: town, chome: chome, block: block, lot: lot, building: "", room: 0)
        }
        let name = Towns.buildingFirst[place / 5 % Towns.buildingFirst.count]
        let last = Towns.buildingLast[place / 35 % Towns.buildingLast.count]
        return Home(
            town: town, chome: chome, block: block, lot: lot, building: name + last,
            room: draw.within(1...9) * 100 + draw.within(1...8))
    }
}

/// The towns of 若葉野市, all invented: named by the seasons of haiku.
enum Towns {
    struct Town {
        let name: String
        /// How many 丁目; 0 where addresses go by lot number (番地).
        let chome: Int
    }

    static let all: [Town] = [
        ("若葉野中央", 5), ("木漏日台", 4), ("風花町", 3), ("星見ヶ原", 5), ("花筏町", 3), ("夕凪台", 4), ("朝露町", 0),
        ("蛍野", 4), ("虹渡町", 3), ("雪待町", 0), ("月待坂", 3), ("若鮎町", 4), ("早蕨台", 5), ("薄氷町", 0), ("青嵐台", 5),
        ("初雁野", 3), ("露草町", 4), ("風待町", 2), ("花野原", 5), ("笹鳴町", 0), ("水温町", 3), ("麦風町", 4), ("山笑台", 5),
        ("秋茜町", 3), ("小春野", 4), ("霜夜町", 0), ("土筆野", 5), ("夏霞町", 3), ("野分町", 2), ("柳絮町", 3),
        ("星月野", 4), ("春雷町", 2), ("囀ヶ丘", 5), ("稲穂波町", 0), ("雲雀野台", 4), ("若楓町", 3), ("東木漏日台", 3),
        ("西風花町", 2), ("北蛍野", 3), ("南若鮎町", 4),
    ].map { Town(name: $0.0, chome: $0.1) }

    static let buildingFirst = ["メゾン", "コーポ", "ハイツ", "グランド", "サン", "パーク", "リバー"]
    static let buildingLast = ["若葉", "こもれび", "はないかだ", "青嵐", "ほたる", "みどり", "あさつゆ", "ひばり", "つくし", "小春", "ヒルズ"]

    /// Schools are named for the towns around them.
    static func primarySchool(_ home: Home) -> String {
        City.name + "立" + all[home.town / 2 * 2].name + "小学校"
    }
    static func lowerSecondarySchool(_ home: Home) -> String {
        City.name + "立" + all[home.town / 4 * 4].name + "中学校"
    }
    static let nurseries = [
        "わかばの保育園", "こもれび保育所", "ほたる野こども園", "つくしっこ保育園", "はないかだ幼稚園", "かぜまち保育所", "ゆうなぎこども園", "あきあかね保育園",
        "こはる野保育園", "ひばりの丘こども園", "にじわたり保育所", "つきまち幼稚園",
    ]
}
