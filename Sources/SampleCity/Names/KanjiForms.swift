internal import Domain

/// Old and variant forms of characters that names are registered with (髙, 﨑, 邊), beside the modern ones.
///
/// A few of them (𠮷, 𣘺) are outside every legacy code page: files in CP932 show 〓 instead.
enum KanjiForms {
    /// Modern form, then its variants; 斎 and 斉 are two different characters and have different ones.
    private static let table = """
        高髙 崎﨑 辺邊邉 斎齋 斉齊 浜濱濵 沢澤 広廣 島嶋嶌 徳德 柳栁 瀬瀨 真眞 吉𠮷 恵惠 桜櫻 国國 竜龍 富冨 峰峯 黒黑
        栄榮 関關 塩鹽 条條 万萬 館舘 槙槇 桑桒 曽曾 来來 遥遙 弥彌 礼禮 静靜 実實 寿壽 穂穗 桧檜 橋𣘺 亜亞
        """
    private static let variants: [Character: [Character]] = Dictionary(
        table.split(whereSeparator: \.isWhitespace).compactMap { entry in
            entry.first.map { ($0, Array(entry.dropFirst())) }
        }, uniquingKeysWith: { first, _ in first })
    private static let moderns: [Character: Character] = Dictionary(
        variants.sorted { $0.key < $1.key }.flatMap { modern, old in old.map { ($0, modern) } },
        uniquingKeysWith: { first, _ in first })

    /// Whether the name has a character with an old form.
    static func hasOld(_ written: String) -> Bool { written.contains { variants[$0] != nil } }

    /// The name with its first such character in an old form.
    static func old(_ written: String, _ draw: inout Draw) -> String {
        guard let at = written.firstIndex(where: { variants[$0] != nil }),
            let forms = variants[written[at]]
        else { return written }
        return written.replacingCharacter(at: at, with: draw.one(of: forms))
    }

    /// The name in modern characters.
    static func modern(_ written: String) -> String {
        written.contains { moderns[$0] != nil }
            ? String(written.map { moderns[$0] ?? $0 }) : written
    }
}

extension String {
    func replacingCharacter(at index: Index, with character: Character) -> String {
        String(self[..<index]) + String(character) + String(self[self.index(after: index)...])
    }
}
