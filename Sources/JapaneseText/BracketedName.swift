package import Domain

/// A name cell that holds a second name in brackets, as many departments write one: 金　花子（木下　花子）, 田中（旧姓鈴木）　花子,
/// 若葉　はな(ワカバ ハナ).
package enum BracketedName {
    /// The name forms of one cell: the name itself, and what stands in its brackets.
    ///
    /// In brackets, kana is the reading where the source has no other; one word is a former family name where it is called
    /// one or stands behind the family name; Latin letters are the name as the residence card has it; any other name is an
    /// alias. A cell with brackets of any other shape is one name as it stands.
    /// - Parameters:
    ///   - written: the name, or the family name where `given` is not `nil`.
    ///   - given: the given name's own cell.
    ///   - kana: of the name itself; may be empty; the family name's where `givenKana` is not `nil`.
    ///   - givenKana: the given name's own cell of readings.
    package static func forms(
        kind: NameForm.Kind, written: String, given: String? = nil, kana: String, givenKana: String? = nil,
        dictionary: NameDictionary
    ) -> [NameForm] {
        guard let parts = parts(joined(written, given)) else {
            return [
                NameReader.read(
                    kind: kind, written: written, given: given, kana: kana, givenKana: givenKana,
                    dictionary: dictionary)
            ]
        }
        let kana = joined(kana, givenKana)
        if Kana.isKana(parts.inside) && !Kana.isKana(parts.outside) {
            return [
                NameReader.read(
                    kind: kind, written: parts.outside, kana: kana.isEmpty ? parts.inside : kana,
                    dictionary: dictionary)
            ]
        }
        let (label, name) = label(of: parts.inside)
        // キン　ハナコ（キノシタ　ハナコ）: readings in the same shape.
        let readings = Self.parts(kana)
        let main = NameReader.read(
            kind: kind, written: parts.outside, kana: readings?.outside ?? kana, dictionary: dictionary)
        let isOneWord = ComparableText.words(name).count == 1
        let second: NameForm.Kind =
            if let label { label } else if NameReader.isLatin(name) {
                .latin
            } else if parts.isBehindFamily && isOneWord {
                .former
            } else { .alias }
        // A former family name goes with the given name the person has.
        let whole =
            second == .former && isOneWord && !parts.given.isEmpty ? name + "　" + parts.given : name
        return [
            main,
            NameReader.read(
                kind: second, written: whole, kana: second == .former ? "" : readings?.inside ?? "",
                dictionary: dictionary),
        ]
    }

    /// What a bracket calls the name in it.
    private static let labels: [(word: String, kind: NameForm.Kind)] = [
        ("旧姓", .former), ("旧氏", .former), ("旧", .former), ("通称名", .alias), ("通称", .alias), ("本名", .legal),
    ]

    private static func joined(_ family: String, _ given: String?) -> String {
        guard let given, !given.isEmpty else { return family }
        return family.isEmpty ? given : family + "　" + given
    }

    private static func label(of inside: String) -> (NameForm.Kind?, String) {
        for (word, kind) in labels where inside.hasPrefix(word) {
            let rest = inside.unicodeScalars.dropFirst(word.unicodeScalars.count)
                .drop { ComparableText.isSpace($0) || $0 == ":" || $0 == "：" || $0 == "・" }
            if !rest.isEmpty { return (kind, String(rest)) }
        }
        return (nil, inside)
    }

    private struct Parts {
        let outside: String
        let inside: String
        /// What stands behind the bracket.
        let given: String
        /// Whether the bracket stands between family and given name.
        var isBehindFamily: Bool { !given.isEmpty }
    }

    /// `nil` unless there is exactly one bracket with a name in it and a name before it.
    private static func parts(_ written: String) -> Parts? {
        let scalars = written.unicodeScalars
        guard let open = scalars.firstIndex(where: { opening.contains($0) }),
            let close = scalars.firstIndex(where: { closing.contains($0) }), open < close,
            !scalars[scalars.index(after: open)..<close].contains(where: { opening.contains($0) }),
            !scalars[scalars.index(after: close)...].contains(where: {
                opening.contains($0) || closing.contains($0)
            })
        else { return nil }
        let before = ComparableText.trimmed(scalars[..<open])
        let inside = ComparableText.trimmed(scalars[scalars.index(after: open)..<close])
        let behind = ComparableText.trimmed(scalars[scalars.index(after: close)...])
        guard !before.isEmpty, !inside.isEmpty else { return nil }
        return Parts(
            outside: behind.isEmpty ? before : before + "　" + behind, inside: inside, given: behind)
    }

    private static let opening: [Unicode.Scalar] = ["(", "（", "〔", "［", "["]
    private static let closing: [Unicode.Scalar] = [")", "）", "〕", "］", "]"]
}
