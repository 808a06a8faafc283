/// The ways departments write an address.
enum AddressForms {
    private static let kanji = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"]

    static func fullWidth(_ number: Int) -> String {
        String(
            String.UnicodeScalarView(
                String(number).unicodeScalars.map { Unicode.Scalar($0.value + 0xFEE0) ?? $0 }))
    }

    /// `若葉野中央一丁目`
    static func town(_ home: Home) -> String {
        home.townName + (home.hasChome ? kanji[home.chome] + "丁目" : "")
    }
    /// `２番３号`, or `１２番地３` where the town has no 丁目.
    static func lot(_ home: Home) -> String {
        home.hasChome
            ? "\(fullWidth(home.block))番\(fullWidth(home.lot))号"
            : "\(fullWidth(home.block))番地\(fullWidth(home.lot))"
    }
    /// `メゾン若葉２０１号室`, empty for a house.
    static func building(_ home: Home) -> String {
        home.room > 0 ? "\(home.building)\(fullWidth(home.room))号室" : ""
    }
    /// `若葉野市若葉野中央一丁目２番３号　メゾン若葉２０１号室`
    static func full(_ home: Home, withBuilding: Bool) -> String {
        City.name + town(home) + lot(home) + (withBuilding && home.room > 0 ? "　" + building(home) : "")
    }

    /// How loosely kept files write: hyphens half or full width, with or without the city, the room glued on.
    static func loose(_ home: Home, withBuilding: Bool, _ draw: inout Draw) -> String {
        let parts = home.hasChome ? [home.chome, home.block, home.lot] : [home.block, home.lot]
        let hasRoom = withBuilding && home.room > 0
        let city = draw.chance(0.4) ? City.name : ""
        let town = looseTown(home, &draw)
        switch draw.below(4) {
        case 0:
            let numbers = parts.map(String.init).joined(separator: "-")
            return city + town + numbers + (hasRoom ? "-\(home.room)" : "")
        case 1:
            return city + town + parts.map(String.init).joined(separator: "-")
                + (hasRoom ? " \(home.building)\(home.room)" : "")
        case 2:
            return city + town + parts.map(fullWidth).joined(separator: "－")
                + (hasRoom ? "　\(home.building)\(fullWidth(home.room))" : "")
        default:
            let lot =
                home.hasChome
                ? "\(home.chome)丁目\(home.block)番\(home.lot)号" : "\(home.block)番地\(home.lot)"
            return city + town + lot + (hasRoom ? " \(home.building)\(home.room)号" : "")
        }
    }

    /// ヶ is written ケ or が by some.
    private static func looseTown(_ home: Home, _ draw: inout Draw) -> String {
        guard let at = home.townName.firstIndex(of: "ヶ"), draw.chance(0.5) else { return home.townName }
        return home.townName.replacingCharacter(at: at, with: draw.chance(0.6) ? "ケ" : "が")
    }
}
