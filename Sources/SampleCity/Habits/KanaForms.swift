/// The ways departments write kana: half-width without small letters, hiragana, full-width.
enum KanaForms {
    private static let half: [Unicode.Scalar: String] = {
        let table = """
            アｱ イｲ ウｳ エｴ オｵ カｶ キｷ クｸ ケｹ コｺ サｻ シｼ スｽ セｾ ソｿ タﾀ チﾁ ツﾂ テﾃ トﾄ ナﾅ ニﾆ ヌﾇ ネﾈ ノﾉ ハﾊ ヒﾋ フﾌ ヘﾍ ホﾎ
            マﾏ ミﾐ ムﾑ メﾒ モﾓ ヤﾔ ユﾕ ヨﾖ ラﾗ リﾘ ルﾙ レﾚ ロﾛ ワﾜ ヲｦ ンﾝ ァｱ ィｲ ゥｳ ェｴ ォｵ ッﾂ ャﾔ ュﾕ ョﾖ ーｰ ・･
            """
        let voiced = """
            ガｶﾞ ギｷﾞ グｸﾞ ゲｹﾞ ゴｺﾞ ザｻﾞ ジｼﾞ ズｽﾞ ゼｾﾞ ゾｿﾞ ダﾀﾞ ヂﾁﾞ ヅﾂﾞ デﾃﾞ ドﾄﾞ バﾊﾞ ビﾋﾞ ブﾌﾞ ベﾍﾞ ボﾎﾞ パﾊﾟ ピﾋﾟ プﾌﾟ ペﾍﾟ ポﾎﾟ ヴｳﾞ
            """
        let pairs = (table + " " + voiced).split(whereSeparator: \.isWhitespace).compactMap { entry in
            entry.unicodeScalars.first.map {
                ($0, String(String.UnicodeScalarView(entry.unicodeScalars.dropFirst())))
            }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()

    /// Half-width katakana, small letters as large ones, as old mainframes wrote (ジュン → ｼﾞﾕﾝ).
    static func halfWidth(_ kana: String) -> String {
        var text = ""
        for scalar in kana.unicodeScalars {
            if let form = half[scalar] { text += form } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// Hiragana; ー stays.
    static func hiragana(_ kana: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in kana.unicodeScalars {
            let isKatakana = (0x30A1...0x30F4).contains(scalar.value)
            text.append(isKatakana ? Unicode.Scalar(scalar.value - 0x60) ?? scalar : scalar)
        }
        return String(text)
    }
}
