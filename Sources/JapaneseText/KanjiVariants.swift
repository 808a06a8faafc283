internal import Foundation

/// Kanji variants folded to one kanji of their class, and the width and punctuation around them made uniform.
///
/// For comparison only: folding forgets what the written form says (髙橋 is 髙橋 to its bearer), so sources keep that too.
package enum KanjiVariants {
    /// `text` with every kanji replaced by the representative of its class; idempotent.
    ///
    /// - 髙 → 高, 﨑 → 崎, 𠮷 → 吉, by `KanjiVariantTable` and `RegisterVariantTable`; compatibility ideographs (塚 U+FA10) → the unified kanji.
    /// - Variation selectors are removed, 佐々木 and 佐ゝ木 → 佐佐木, ヶ and ヵ → ケ, and が or ガ between two kanji → ケ (霞が関).
    /// - Full-width ASCII → ASCII, half-width katakana → full-width; all hyphens and dashes → `-`, 〜 and ～ → `~`: code page
    ///   932 and UTF-8 sources have different code points for them.
    /// - 〓 and 外字 (private use) stay: a missing kanji is not a letter less.
    package static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var folding = Folding(capacity: text.utf8.count)
        for scalar in text.unicodeScalars {
            guard folding.append(scalar.value) else {
                // Unicode's own tables cost microseconds: only where ours has no answer. Foundation on Linux leaves what
                // compatibility mapping has made (ﾎﾟ → ホ, mark) uncomposed, hence the second mapping.
                return foldNormalized(
                    joiningMarks(text).precomposedStringWithCompatibilityMapping
                        .precomposedStringWithCanonicalMapping)
            }
        }
        return folding.text
    }

    /// ゛ and ゜ that stand alone as the marks that NFKC composes (か゛ → が), and nothing between them and their kana.
    private static func joiningMarks(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isSelector(scalar.value) {
            output.append(scalar == "\u{309B}" ? "\u{3099}" : scalar == "\u{309C}" ? "\u{309A}" : scalar)
        }
        return String(output)
    }

    private static func foldNormalized(_ text: String) -> String {
        var folding = Folding(capacity: text.utf8.count)
        // A mark that is left goes with no kana.
        for scalar in text.unicodeScalars where scalar != "\u{3099}" && scalar != "\u{309A}" {
            if !folding.append(scalar.value) { folding.keep(scalar.value) }
        }
        return folding.text
    }

    /// A variation selector, which picks a glyph of the kanji before it.
    @inline(__always)
    static func isSelector(_ scalar: UInt32) -> Bool {
        (0xFE00...0xFE0F).contains(scalar) || (0xE0100...0xE01EF).contains(scalar)
    }

    /// Whether a scalar is a kanji (々 and 〓 are not).
    static func isKanji(_ scalar: UInt32) -> Bool {
        (0x3400...0x9FFF).contains(scalar) || (0x20000...0x3FFFF).contains(scalar)
            || unifiedAmongCompatibility.contains(scalar)
    }

    /// The kanji that stand in the block of compatibility ideographs but are none (Unicode Standard, 18.1).
    static let unifiedAmongCompatibility: Set<UInt32> = [
        0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29,
    ]
}

/// The output of a fold, with what it needs to know of the scalars just before.
private struct Folding {
    private var bytes: [UInt8] = []
    private var last: UInt32 = 0
    private var beforeLast: UInt32 = 0

    init(capacity: Int) { bytes.reserveCapacity(capacity + 4) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `false`: only NFKC knows what to do with this scalar.
    mutating func append(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3400...0x9FFF: keepKanji(VariantTable.shared.representative(ofBasic: scalar))
        case 0..<0x80: keep(scalar)
        case 0x30F5, 0x30F6, 0x3095, 0x3096: keep(0x30B1)
        case 0x3005, 0x303B, 0x309D, 0x30FD:
            if KanjiVariants.isKanji(last) { keepKanji(last) } else { keep(scalar) }
        case 0x3041...0x3094, 0x309E, 0x30A0...0x30FF: keep(scalar)
        case 0x3000: keep(0x20)
        case 0xFF01...0xFF5E: keep(scalar - 0xFEE0)
        case 0x2010...0x2015, 0x2212: keep(0x2D)
        case 0x2018, 0x2019: keep(0x27)
        case 0x301C: keep(0x7E)
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF: break
        // Brackets, 〆 〇 and 〓; 外字.
        case 0x3001...0x301B, 0xE000...0xF8FF: keep(scalar)
        default:
            if let known = VariantTable.shared.others[scalar] {
                keepKanji(known)
            } else if KanjiVariants.isKanji(scalar) {
                keepKanji(scalar)
            } else {
                return false
            }
        }
        return true
    }

    /// Writes a scalar as it is.
    mutating func keep(_ scalar: UInt32) {
        switch scalar {
        case 0..<0x80:
            bytes.append(UInt8(scalar))
        case 0x80..<0x800:
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | scalar >> 18))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
        (beforeLast, last) = (last, scalar)
    }

    private mutating func keepKanji(_ kanji: UInt32) {
        // が and ガ: three bytes to take back.
        if last == 0x304C || last == 0x30AC, KanjiVariants.isKanji(beforeLast) {
            bytes.removeLast(3)
            keep(0x30B1)
        }
        keep(kanji)
    }
}

/// Both tables laid out for looking up: one array for the kanji of the basic plane, a dictionary for the few others.
private struct VariantTable: Sendable {
    static let shared = VariantTable()

    private var basic: [UInt16]
    private(set) var others: [UInt32: UInt32] = [:]

    private init() {
        basic = (UInt16(0x3400)...0x9FFF).map { $0 }
        for kanji in KanjiVariantTable.classes + RegisterVariantTable.words {
            let scalars = kanji.unicodeScalars.map(\.value)
            for scalar in scalars.dropFirst() {
                if (0x3400...0x9FFF).contains(scalar) {
                    basic[Int(scalar) - 0x3400] = UInt16(scalars[0])
                } else {
                    others[scalar] = scalars[0]
                }
            }
        }
    }

    /// - Parameter scalar: U+3400...U+9FFF.
    func representative(ofBasic scalar: UInt32) -> UInt32 { UInt32(basic[Int(scalar) - 0x3400]) }
}
