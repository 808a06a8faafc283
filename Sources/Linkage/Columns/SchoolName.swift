/// A school's or nursery's name as it is compared: departments write its founder and the word 学校, or leave them out.
enum SchoolName {
    /// What stands before 立 in a founder (若葉野市立, 県立); the founder's own name comes before it.
    private static let founders = ["市立", "町立", "村立", "区立", "県立", "都立", "府立", "道立", "組合立"]
    /// Founders without a name, only at the very beginning: 国立 is also a city.
    private static let bareFounders = ["私立", "公立"]
    private static let kinds = [
        ("小学校", "小"), ("中学校", "中"), ("義務教育学校", "義務"), ("高等学校", "高"), ("高校", "高"),
    ]
    /// What departments write where a child is enrolled nowhere, or nobody knows.
    private static let nowhere: Set<String> = [
        "在宅", "家庭", "未就園", "未就学", "なし", "無し", "無", "不明", "未定", "-", "ー",
    ]

    /// Without spaces, founder and the word 学校 (若葉野市立第一小学校 → 第一小); empty where it names no school.
    static func comparable(_ written: String) -> String {
        let scalars = Array(written.unicodeScalars.filter { !$0.properties.isWhitespace })
        var name = String(String.UnicodeScalarView(scalars))
        if nowhere.contains(name) { return "" }
        name = withoutFounder(name)
        for (kind, short) in kinds where name.hasSuffix(kind) && name.count > kind.count {
            return String(name.dropLast(kind.count)) + short
        }
        return name
    }

    private static func withoutFounder(_ name: String) -> String {
        for founder in bareFounders where name.hasPrefix(founder) && name.count > founder.count {
            return String(name.dropFirst(founder.count))
        }
        // The first founder in the text ends the prefix: 国立市立国立第一小学校 is 国立第一小学校.
        var rest = Substring(name)
        while !rest.isEmpty {
            if let founder = founders.first(where: rest.hasPrefix) {
                let own = rest.dropFirst(founder.count)
                return own.isEmpty ? name : String(own)
            }
            rest = rest.dropFirst()
        }
        return name
    }
}
