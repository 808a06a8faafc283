internal import Foundation

/// Kanji variants folded to one of their class.
package enum KanjiVariants {
    package static func fold(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping }
}
