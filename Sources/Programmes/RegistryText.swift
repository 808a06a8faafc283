internal import Domain

/// Readers of the registry's notations: codes, dates, texts with addresses in them.
enum RegistryText {
    /// Without blanks, tabs and line ends at the ends, and without control characters but line ends.
    static func cleaned(_ text: String) -> String {
        let kept = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 == "\n"
                        || $0.properties.generalCategory != .control
                            && $0.properties.generalCategory != .format
                }))
        return trimmed(kept)
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The codes of one text: `"002，003"` holds two, `"027 "` and `"86"` one each.
    ///
    /// - Returns: three digits each where that is possible; anything else as it stands.
    static func codes(_ text: String) -> [String] {
        text.split { ",，、;；".contains($0) || $0.isWhitespace }.map { code in
            let narrow = String(code).inHalfWidth
            guard (1...3).contains(narrow.count), narrow.allSatisfy(\.isASCIIDigit) else { return narrow }
            return String(repeating: "0", count: 3 - narrow.count) + narrow
        }
    }

    static func isCode(_ text: String) -> Bool { text.count == 3 && text.allSatisfy(\.isASCIIDigit) }

    /// `2024-04-01`, `2024/4/1` or `20240401`, with or without a time behind it.
    static func day(_ text: String) -> Day? {
        let narrow = text.inHalfWidth
        let date = narrow.split { $0 == "T" || $0 == " " }.first.map(String.init) ?? ""
        if date.count == 8, let number = Int(date), date.allSatisfy(\.isASCIIDigit) {
            return Day(number / 10_000, number / 100 % 100, number % 100)
        }
        let parts = date.split(whereSeparator: { "-/.".contains($0) }).map(String.init)
        guard parts.count == 3, parts[0].count == 4, parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        return Day(year, month, day)
    }

    /// Whether the text says that there is no limit in time.
    static func isAnytime(_ text: String) -> Bool {
        ["随時", "通年", "常時"].contains(trimmed(text))
    }

    /// A text and the addresses that stand in it, as `タイトル;https://…`; the titles stay in the text.
    static func links(in text: String) -> (text: String, links: [Programme.Link]) {
        var links: [Programme.Link] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            var (rest, kept) = (Substring(line), "")
            while let start = addressStart(in: rest) {
                let before = rest[..<start]
                let end = rest[start...].firstIndex { !$0.isAddressPart } ?? rest.endIndex
                let address = String(rest[start..<end])
                let isTitled = before.last.map { ";；".contains($0) } ?? false
                let title = isTitled ? before.dropLast() : before
                let words = title.split { "。 　\t（(「".contains($0) }.last.map { trimmed($0) } ?? ""
                links.append(.init(title: isTitled ? words : "", address: address))
                kept += title
                rest = rest[end...]
            }
            return kept + rest
        }
        return (cleaned(lines.joined(separator: "\n")), links)
    }

    private static func addressStart(in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            let rest = text[index...]
            if rest.hasPrefix("https://") || rest.hasPrefix("http://") { return index }
            index = text.index(after: index)
        }
        return nil
    }

    /// An address that a page may show: of the web, and of plain characters.
    static func isAddress(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && text.count <= 2000
            && text.allSatisfy(\.isAddressPart) && text.count > 10
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    fileprivate var isAddressPart: Bool {
        guard let byte = asciiValue else { return false }
        return byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".contains(self)
    }
}
