/// What is known of each katakana, laid out by scalar.
struct KanaTable: Sendable {
    static let shared = KanaTable()
    static let longVowel: UInt32 = 0x30FC
    static let vu: UInt32 = 0x30F4

    /// ヴァ ヴィ ヴェ ヴォ, the second already large, as the plain kana they are searched by.
    static let afterVu: [UInt32: UInt32] = [0x30A2: 0x30CF, 0x30A4: 0x30D2, 0x30A8: 0x30D8, 0x30AA: 0x30DB]

    /// A katakana that stands for a sound of its own.
    @inline(__always)
    static func isLetter(_ scalar: UInt32) -> Bool { (0x30A1...0x30FA).contains(scalar) }

    /// ー, and a dakuten or handakuten behind something that is no kana.
    static func isMark(_ scalar: UInt32) -> Bool {
        scalar == longVowel || (0x3099...0x309C).contains(scalar) || scalar == 0xFF9E || scalar == 0xFF9F
    }

    private static let base: UInt32 = 0x30A0
    /// Indexed by full-width katakana minus `base`; 0: none.
    private var large = [UInt32](repeating: 0, count: 0x60)
    private var voicedForm = [UInt32](repeating: 0, count: 0x60)
    private var halfVoicedForm = [UInt32](repeating: 0, count: 0x60)
    private var unvoicedForm = [UInt32](repeating: 0, count: 0x60)
    /// The vowel kana a kana ends in.
    private var vowel = [UInt32](repeating: 0, count: 0x60)
    /// U+FF66...U+FF9D, and the small letters of Ainu U+31F0...U+31FF.
    private let halfWidth: [UInt32]
    private let ainu: [UInt32]
    /// 変体仮名 and archaic kana, by scalar from `firstOld` on.
    private let old: [UInt32]
    private static let firstOld: UInt32 = 0x1B000

    private init() {
        func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
        func index(_ kana: UInt32) -> Int { Int(kana - Self.base) }

        for kana in Self.base..<(Self.base + 0x60) {
            large[index(kana)] = kana
            unvoicedForm[index(kana)] = kana
        }
        for (from, to) in zip(scalars("ァィゥェォッャュョヮヵヶヂヅヲヰヱ"), scalars("アイウエオツヤユヨワカケジズオイエ")) {
            large[index(from)] = to
        }
        // ヂ and ヅ are written ジ and ズ in comparable form, so チ and ツ are voiced to those.
        for (plain, voiced) in zip(
            scalars("カキクケコサシスセソタチツテトハヒフヘホウ"), scalars("ガギグゲゴザジズゼゾダジズデドバビブベボヴ"))
        {
            voicedForm[index(plain)] = voiced
            if plain != 0x30C1, plain != 0x30C4 { unvoicedForm[index(voiced)] = plain }
        }
        for (plain, halfVoiced) in zip(scalars("ハヒフヘホ"), scalars("パピプペポ")) {
            halfVoicedForm[index(plain)] = halfVoiced
            unvoicedForm[index(halfVoiced)] = plain
        }
        for (ending, row) in [
            ("ア", "アカサタナハマヤラワ"), ("イ", "イキシチニヒミリ"), ("ウ", "ウクスツヌフムユル"), ("エ", "エケセテネヘメレ"),
            ("オ", "オコソトノホモヨロ"),
        ] {
            for kana in scalars(row) { vowel[index(kana)] = scalars(ending)[0] }
        }
        halfWidth = scalars("ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン")
        old = (Self.firstOld...0x1B16F).map { Self.modern($0) ?? $0 }
        ainu = scalars("クシストヌハヒフヘホムラリルレロ")
    }

    /// Today's katakana, in comparable form, for an old kana, by its Unicode name (`HENTAIGANA LETTER KA-3`, `KATAKANA LETTER
    /// ARCHAIC E`); `nil` where the name gives two sounds (`KA-KE`): nobody can tell which.
    private static func modern(_ scalar: UInt32) -> UInt32? {
        guard let word = Unicode.Scalar(scalar)?.properties.name?.split(separator: " ").last else {
            return nil
        }
        let parts = word.split(separator: "-")
        guard let sound = parts.first, parts.dropFirst().allSatisfy({ Int($0) != nil }) else { return nil }
        if sound == "N" { return 0x30F3 }
        let rows: [Substring: String] = [
            "": "アイウエオ", "K": "カキクケコ", "S": "サシスセソ", "T": "タチツテト", "N": "ナニヌネノ", "H": "ハヒフヘホ",
            "M": "マミムメモ", "Y": "ヤイユエヨ", "R": "ラリルレロ", "W": "ワイウエオ",
        ]
        guard let vowel = sound.last.flatMap({ "AIUEO".firstIndex(of: $0) }),
            let row = rows[sound.dropLast()].map({ Array($0.unicodeScalars) })
        else { return nil }
        return row["AIUEO".distance(from: "AIUEO".startIndex, to: vowel)].value
    }

    /// Comparable katakana of any single kana letter: hiragana, katakana of either width.
    func normal(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0x3041...0x3096: large[Int(scalar - 0x3040)]
        case 0x30A1...0x30FA: large[Int(scalar - Self.base)]
        case 0xFF66...0xFF9D: large[Int(halfWidth[Int(scalar - 0xFF66)] - Self.base)]
        case 0x31F0...0x31FF: ainu[Int(scalar - 0x31F0)]
        case Self.firstOld...0x1B16F: old[Int(scalar - Self.firstOld)]
        default: scalar
        }
    }

    /// With dakuten; itself where there is none.
    func voiced(_ kana: UInt32) -> UInt32 { form(voicedForm, kana) }
    /// With handakuten; itself where there is none.
    func halfVoiced(_ kana: UInt32) -> UInt32 { form(halfVoicedForm, kana) }
    func unvoiced(_ kana: UInt32) -> UInt32 { form(unvoicedForm, kana) }

    /// As searched for loosely: unvoiced, ヴ → フ, ワ → ハ, ヷヸヹヺ as ヴァ ヴィ ヴェ ヴォ.
    func plain(_ kana: UInt32) -> UInt32 {
        switch kana {
        case Self.vu: 0x30D5
        case 0x30EF, 0x30F7: 0x30CF
        case 0x30F8: 0x30D2
        case 0x30F9: 0x30D8
        case 0x30FA: 0x30DB
        default: unvoiced(kana)
        }
    }

    /// Whether the vowel `kana` only lengthens the kana before: ア after ア段, ウ after オ段, イ after エ段…
    func prolongs(_ kana: UInt32, _ last: UInt32) -> Bool {
        guard Self.isLetter(last), case let ending = vowel[Int(last - Self.base)], ending != 0 else {
            return false
        }
        return kana == ending || (kana == 0x30A6 && ending == 0x30AA) || (kana == 0x30A4 && ending == 0x30A8)
    }

    private func form(_ table: [UInt32], _ kana: UInt32) -> UInt32 {
        guard kana >= Self.base, kana < Self.base + 0x60 else { return kana }
        let form = table[Int(kana - Self.base)]
        return form == 0 ? kana : form
    }
}
