package import Domain

/// Why somebody decided something, in their words: a line that stays in the audit trail, without anybody's number.
package enum StatedReason {
    private static let longest = 200

    /// - Parameters:
    ///   - deed: what was decided, as the message names it (`承認`).
    ///   - code: of the fault; with `-number` behind it where the reason holds a number of somebody.
    ///   - shortest: characters it must have.
    ///   - example: what it should say (`何を確かめたか`).
    ///   - field: of the form or body it stands in.
    /// - Throws: `Fault` of kind `.usage`.
    package static func require(
        _ reason: String, of deed: String, code: String, shortest: Int, example: String,
        field: String? = nil
    ) throws(Fault) {
        let isPlain = reason.unicodeScalars.allSatisfy {
            ![.control, .lineSeparator, .paragraphSeparator, .format].contains($0.properties.generalCategory)
        }
        guard (shortest...longest).contains(reason.count), isPlain, !reason.allSatisfy(\.isWhitespace) else {
            throw Fault(
                .usage, code: code, message: "\(deed)の理由がないか、短すぎるか、長すぎるか、1行ではありません。",
                field: field,
                fix: "\(example)を\(shortest)文字から\(longest)文字までの1行で書いてください。")
        }
        guard !IndividualNumber.isContained(in: reason), longestNumber(in: reason) < 10 else {
            throw Fault(
                .usage, code: code + "-number", message: "\(deed)の理由に、番号や電話番号と思われる数字があります。",
                field: field,
                fix: "理由は監査記録に残ります。人の番号・氏名・電話番号を書かず、何で確かめたかや、抽出名と行番号で書いてください。")
        }
    }

    /// Digits in a row, whatever hyphens and spaces stand between them; those of dates do not count.
    private static func longestNumber(in text: String) -> Int {
        let text = text.inHalfWidth.replacing(
            /(?:^|[^0-9-])(?:19|20)[0-9]{2}[-\/](?:0?[1-9]|1[0-2])[-\/](?:0?[1-9]|[12][0-9]|3[01])(?![-\/0-9])/,
            with: "日")
        var (longest, run) = (0, 0)
        for character in text where !"-‐－ー 　()（）".contains(character) {
            run = character.isWholeNumber ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
