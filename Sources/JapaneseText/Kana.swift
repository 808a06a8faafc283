/// Readings in comparable form.
package enum Kana {
    /// Full-width katakana for comparing two readings; idempotent.
    ///
    /// Half → full width with dakuten composed, hiragana → katakana, small → large, ヂ → ジ, ヅ → ズ, ヲ → オ, ヰ → イ, ヱ → エ,
    /// 変体仮名 → today's kana, ゝ ゞ written out, any dash after kana → ー. Spaces, ・ and ＝ are removed, full-width letters become ASCII
    /// capitals, all else stays.
    package static func normal(_ text: String) -> String {
        var output = Reading(capacity: text.utf8.count)
        for scalar in text.unicodeScalars { output.append(scalar.value) }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// A coarser key for blocking only: it makes different names equal (ハル, バル); idempotent.
    ///
    /// On top of `normal`: voiced and half-voiced → plain (ヴァ → ハ), ワ → ハ, long vowels dropped however they are written
    /// (コータ, コウタ, コオタ → コタ; ケイコ → ケコ).
    package static func loose(_ text: String) -> String {
        var output = Reading(capacity: text.utf8.count)
        var last: UInt32 = 0
        var scalars = normal(text).unicodeScalars.map(\.value)[...]
        while let kana = scalars.popFirst() {
            guard KanaTable.isLetter(kana) else {
                if !KanaTable.isMark(kana) {
                    output.keep(kana)
                    last = 0
                }
                continue
            }
            if kana == KanaTable.vu, let next = scalars.first, let plain = KanaTable.afterVu[next] {
                scalars.removeFirst()
                last = plain
            } else if KanaTable.shared.prolongs(kana, last) {
                continue
            } else {
                last = KanaTable.shared.plain(kana)
            }
            output.keep(last)
        }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// Whether `text` is a reading: at least one kana, and nothing but kana, long-vowel marks, spaces, ・ and ＝.
    package static func isKana(_ text: String) -> Bool {
        var found = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x3041...0x3096, 0x309D, 0x309E, 0x30A1...0x30FA, 0x30FD, 0x30FE, 0x31F0...0x31FF,
                0xFF66...0xFF6F,
                0xFF71...0xFF9D, 0x1B000...0x1B16F:
                found = true
            case 0x3099...0x309C, 0x30FB, 0x30FC, 0x30A0, 0xFF1D, 0xFF65, 0xFF70, 0xFF9E, 0xFF9F, 0x20,
                0x3000:
                break
            default: return false
            }
        }
        return found
    }
}

/// A reading being written, as UTF-8.
private struct Reading {
    private(set) var bytes: [UInt8] = []
    /// The last katakana or ー written; 0 after anything else.
    private var last: UInt32 = 0

    init(capacity: Int) { bytes.reserveCapacity(capacity + 8) }

    mutating func append(_ scalar: UInt32) {
        switch scalar {
        case 0x3041...0x3096, 0x30A1...0x30FA: keep(KanaTable.shared.normal(scalar))
        case 0xFF66...0xFF6F, 0xFF71...0xFF9D: keep(KanaTable.shared.normal(scalar))
        case 0xFF9E, 0x3099, 0x309B: mark(scalar, KanaTable.shared.voiced(last))
        case 0xFF9F, 0x309A, 0x309C: mark(scalar, KanaTable.shared.halfVoiced(last))
        case 0x309D, 0x30FD: keep(last != 0 ? KanaTable.shared.unvoiced(last) : scalar)
        case 0x309E, 0x30FE:
            keep(last != 0 ? KanaTable.shared.voiced(KanaTable.shared.unvoiced(last)) : scalar)
        case 0x30FC, 0xFF70: keep(KanaTable.longVowel)
        case 0x2D, 0x2010...0x2015, 0x2212, 0x2500, 0xFF0D: keep(last != 0 ? KanaTable.longVowel : scalar)
        case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x3000, 0x200B, 0xFEFF, 0x30FB, 0xFF65, 0xB7, 0x30A0, 0xFF1D: break
        case 0x31F0...0x31FF, 0x1B000...0x1B16F: keep(KanaTable.shared.normal(scalar))
        case 0xFF01...0xFF5E: append(scalar - 0xFEE0)
        case 0x61...0x7A: keep(scalar - 0x20)
        default: keep(scalar)
        }
    }

    mutating func keep(_ scalar: UInt32) {
        if scalar < 0x80 {
            bytes.append(UInt8(scalar))
        } else if (0x800..<0x10000).contains(scalar) {
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        } else if let known = Unicode.Scalar(scalar) {
            bytes.append(contentsOf: Character(known).utf8)
        }
        last = KanaTable.isLetter(scalar) || scalar == KanaTable.longVowel ? scalar : 0
    }

    /// For a dakuten or handakuten: one that does not go with the kana before it is dropped.
    private mutating func mark(_ scalar: UInt32, _ marked: UInt32) {
        if last == 0 { return keep(scalar) }
        guard marked != last else { return }
        bytes.removeLast(3)
        keep(marked)
    }
}
