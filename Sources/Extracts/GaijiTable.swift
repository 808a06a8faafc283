/// What a source's 外字 stand for: characters that a city's fonts drew at private code points, by the character that is
/// meant, or 〓 where none is.
package struct GaijiTable: Sendable, Hashable {
    private var characters: [UInt32: [UInt8]] = [:]

    package init() {}

    package var isEmpty: Bool { characters.isEmpty }

    /// `false` where the code point has a character already.
    mutating func add(_ code: Unicode.Scalar, _ character: String) -> Bool {
        characters.updateValue(Array(character.utf8), forKey: code.value) == nil
    }

    /// The private code point that `key` names: `U+E000`, or a user-defined code of code page 932 such as `F040` (of EUC-JP
    /// where the extract is declared so); `nil` where it names none.
    static func code(_ key: String, encoding: TextEncoding?) -> Unicode.Scalar? {
        let digits = key.hasPrefix("U+") ? key.dropFirst(2) : key[...]
        guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || isLetter($0) }),
            let number = UInt32(digits, radix: 16)
        else { return nil }
        if digits.startIndex > key.startIndex {
            return Unicode.Scalar(number).flatMap { isPrivate($0) ? $0 : nil }
        }
        let bytes = [UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
        guard digits.utf8.count == 4 || digits.utf8.count == 6,
            let text = (encoding == .eucjp ? TextEncoding.eucjp : .cp932).decode(
                bytes.drop { $0 == 0 }),
            let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1, isPrivate(scalar)
        else { return nil }
        return scalar
    }

    /// Whether `text` is one character that everybody has, with or without a variation selector.
    static func isCharacter(_ text: String) -> Bool {
        text.count == 1 && text.unicodeScalars.allSatisfy { !isPrivate($0) && $0.value >= 0x20 }
    }

    /// `text`, whose fields end at `ends`, with characters for 外字, and where its fields end then; `nil` where it has none.
    func replace(in text: [UInt8], ends: [Int32]) -> (text: [UInt8], ends: [Int32])? {
        // Private code points begin with these bytes in UTF-8, and little else does.
        guard text[..<Int(ends.last ?? 0)].contains(where: { $0 == 0xEE || $0 == 0xEF || $0 >= 0xF3 }) else {
            return nil
        }
        var (replaced, newEnds): ([UInt8], [Int32]) = ([], [])
        var start = 0
        for end in ends {
            for scalar in String(decoding: text[start..<Int(end)], as: UTF8.self).unicodeScalars {
                if let character = characters[scalar.value] {
                    replaced += character
                } else {
                    replaced += UTF8.encode(scalar).map(Array.init) ?? []
                }
            }
            newEnds.append(Int32(truncatingIfNeeded: replaced.count))
            start = Int(end)
        }
        return (replaced, newEnds)
    }

    private static func isPrivate(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .privateUse
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
