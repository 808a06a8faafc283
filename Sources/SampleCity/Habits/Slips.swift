internal import Domain

/// What goes wrong when people type.
enum Slips {
    private static let voiced = Array("ガギグゲゴザジズゼゾダデドバビブベボ")
    private static let plain = Array("カキクケコサシスセソタテトハヒフヘホ")
    private static let anyKana = Array("アイウエオカキクケコサシスセソタナハマヤラリル")

    /// One slip in a kana name: voicing, long vowel, ズ and ヅ, a wrong or a missing letter.
    static func kana(_ kana: String, _ draw: inout Draw) -> String {
        var letters = Array(kana)
        guard letters.count > 1 else { return kana }
        switch draw.below(5) {
        case 0:
            for place in letters.indices {
                if let at = voiced.firstIndex(of: letters[place]) {
                    letters[place] = plain[at]
                    return String(letters)
                }
            }
        case 1:
            for place in letters.indices.dropFirst() {
                if let at = plain.firstIndex(of: letters[place]) {
                    letters[place] = voiced[at]
                    return String(letters)
                }
            }
        case 2:
            if let place = letters.lastIndex(of: "ウ"), place > 0 {
                letters.remove(at: place)
                return String(letters)
            }
            if let place = letters.firstIndex(of: "オ"), place > 0 {
                letters[place] = "ウ"
                return String(letters)
            }
        case 3:
            if let place = letters.firstIndex(where: { $0 == "ズ" || $0 == "ジ" }) {
                letters[place] = letters[place] == "ズ" ? "ヅ" : "ヂ"
                return String(letters)
            }
        default: break
        }
        letters[draw.below(letters.count)] = draw.one(of: anyKana)
        return String(letters)
    }

    /// One slip in a birth date; still a day of the calendar, and not after `asOf`.
    static func birth(_ day: Day, asOf: Day, _ draw: inout Draw) -> Day {
        let slipped: Day? =
            switch draw.below(5) {
            case 0: Day(day.year + (draw.chance(0.5) ? 1 : -1), day.month, day.day)
            case 1: Day(day.year, day.day, day.month)
            case 2: Day(day.year, day.month, day.day / 10 * 10 + draw.below(10))
            case 3: Day(day.year, draw.within(1...12), day.day)
            default: day.adding(days: draw.chance(0.5) ? 1 : -1)
            }
        guard let slipped, slipped <= asOf else { return day }
        return slipped
    }
}
