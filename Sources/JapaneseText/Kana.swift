internal import Foundation

/// Readings in comparable form.
package enum Kana {
    package static func normal(_ text: String) -> String {
        let wide = text.precomposedStringWithCompatibilityMapping
        return wide.applyingTransform(.hiraganaToKatakana, reverse: false)?.replacing(" ", with: "") ?? wide
    }
    package static func loose(_ text: String) -> String { normal(text).replacing("ー", with: "") }
    package static func isKana(_ text: String) -> Bool {
        !text.isEmpty && normal(text).unicodeScalars.allSatisfy { (0x30A1...0x30FC).contains($0.value) }
    }
}
