internal import Foundation

/// Headers in comparable form: what departments write in many ways is one text.
struct HeaderText: Sendable {
    /// Words in brackets that only tell the notation, in comparable form.
    private let notation: Set<String>

    init(notation: [String]) {
        self.notation = Set(notation.map { Self.plain(Self.folded($0)) })
    }

    /// Width, case, spaces, separators, の and 年月日 against 日 make no difference; a bracket that tells the notation is
    /// dropped, any other is read on: 住所（転出先） is no 住所.
    func normal(_ header: String) -> String {
        var text = Self.folded(header)
        while let open = text.firstIndex(where: { Self.brackets[$0] != nil }),
            let closing = Self.brackets[text[open]],
            let close = text[open...].firstIndex(of: closing)
        {
            let inside = String(text[text.index(after: open)..<close])
            let kept = notation.contains(Self.plain(inside)) ? "" : inside
            text.replaceSubrange(open...close, with: kept)
        }
        return Self.plain(text)
    }

    /// The words of `normal` that carry the meaning: 登園した日数 and 登園日数 are one, 連絡なし and 連絡あり are not.
    static func skeleton(_ normal: String) -> String {
        let text = normal.replacing("なし", with: "無").replacing("ない", with: "無").replacing("無し", with: "無")
            .replacing("あり", with: "有").replacing("有り", with: "有")
        return String(
            String.UnicodeScalarView(text.unicodeScalars.filter { !(0x3041...0x3096).contains($0.value) }))
    }

    private static let brackets: [Character: Character] = ["(": ")", "[": "]", "【": "】", "<": ">", "〔": "〕"]
    private static let separators = Set(" \t\r\n_/・･:;、，,.|-ー‐－*※\"'()[]【】<>〔〕".unicodeScalars)

    private static func folded(_ text: String) -> String {
        Cell.trimmed(text).precomposedStringWithCompatibilityMapping.lowercased()
    }

    private static func plain(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            // ー is a separator between signs (1ー2) and a letter in a word (ワーカー).
            let isLongVowel = scalar == "ー" && (0x3041...0x30FF).contains(previous.value)
            if isLongVowel || !separators.contains(scalar) { scalars.append(scalar) }
            previous = scalar
        }
        var plain = String(scalars).replacing("の", with: "").replacing("年月日", with: "日")
        for ending in ["no", "ナンバー", "№"] where plain.hasSuffix(ending) && plain.count > ending.count {
            plain = plain.dropLast(ending.count) + "番号"
        }
        return plain
    }
}
