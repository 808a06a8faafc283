/// Tables on a terminal whose columns line up in Japanese text.
enum TextTable {
    /// Columns padded by display width.
    ///
    /// - Parameters:
    ///   - limit: cells in a column at most; longer texts end in `…`. `nil`: as wide as the text.
    ///   - alignsNumbers: numbers stand to the right, all else to the left.
    static func text(
        _ head: [String], _ rows: [[String]], limit: Int? = nil, alignsNumbers: Bool = true
    ) -> String {
        let all = ([head] + rows).map { $0.map { clipped(oneLine($0), limit) } }
        let widths = head.indices.map { column in all.map { width(of: $0[column]) }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - width(of: cell))
                let isNumber = alignsNumbers && !cell.isEmpty && cell.allSatisfy(\.isNumber)
                return isNumber ? space + cell : cell + space
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// Cells on a terminal: full-width characters take two, marks on a character none.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x3099, 0x309A, 0xFE00...0xFE0F, 0xE0100...0xE01EF: 0
        case 0..<0x1100, 0xFF61...0xFF9F: 1
        default: 2
        }
    }

    private static func clipped(_ text: String, _ limit: Int?) -> String {
        guard let limit, width(of: text) > limit else { return text }
        var (clipped, used) = ("", 0)
        for character in text {
            used += width(of: String(character))
            if used > limit - 2 { break }
            clipped.append(character)
        }
        return clipped + "…"
    }

    private static func oneLine(_ text: String) -> String {
        text.contains { $0.isNewline } ? text.split(whereSeparator: \.isNewline).joined(separator: "↵") : text
    }
}
