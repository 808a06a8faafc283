import Extracts
import Store

/// A rejected row after its department worked on it.
struct MendedRow {
    /// One for each column of the extract.
    private(set) var fields: [String] = []
    /// The columns that say something new.
    private(set) var changed: [String] = []
    /// Their places.
    private(set) var places: [Int] = []
    /// The columns that only the spreadsheet changed; they stand as they came.
    private(set) var restored: [String] = []
    /// Of the changed columns, those whose number is shorter than the column's, as if its leading zeros were gone.
    private(set) var shortened: [String] = []
    /// What keeps the row from being used.
    private(set) var trouble: (column: String, message: String, fix: String)?

    /// - Parameters:
    ///   - returned: one for each column of the extract, and those that the row had too many.
    ///   - widths: of each column as `SpreadsheetHabits.widths` tells; empty: unknown.
    init(_ content: RejectedContent, _ returned: [String], columns: [String], widths: [Int?] = []) {
        self.init(
            content, returned, columns: columns, widths: widths,
            isUnchanged: { SpreadsheetHabits.explain($0, from: $1) })
    }

    /// - Parameter typed: what somebody typed, by its place; the other cells stand as they were sent.
    init(_ content: RejectedContent, typed: [Int: String], columns: [String]) {
        let sent = content.columns
        self.init(
            content,
            (0..<max(columns.count, sent.count)).map {
                typed[$0] ?? (sent.indices.contains($0) ? sent[$0] : "")
            }, columns: columns, widths: [], isUnchanged: Self.isSameOnPages)
    }

    /// Whether a cell came back from a page as it was shown there: without control characters, line ends as forms have them.
    private static func isSameOnPages(_ returned: String, _ sent: String) -> Bool {
        func plain(_ text: String) -> [Unicode.Scalar] {
            SpreadsheetHabits.plainLineEnds(text).filter {
                $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
            }
        }
        return plain(returned) == plain(sent)
    }

    /// - Parameter isUnchanged: whether a cell says nothing new beside what was sent, although it may be written otherwise.
    private init(
        _ content: RejectedContent, _ returned: [String], columns: [String], widths: [Int?],
        isUnchanged: (_ returned: String, _ sent: String) -> Bool
    ) {
        let sent = content.gap == nil ? content.fields : []
        for (index, cell) in returned.enumerated() {
            let field = sent.indices.contains(index) ? sent[index] : nil
            let column = columns.indices.contains(index) ? columns[index] : nil
            let isSame = cell.utf8.elementsEqual((field?.shown ?? "").utf8)
            let isMask = field?.shown == RejectedContent.mask
            let isUntouched =
                isSame || isUnchanged(cell, field?.shown ?? "")
                || isMask && RejectedContent.isMask(cell)
            let name = column ?? RejectedContent.surplus(index - columns.count)
            if !isUntouched {
                changed.append(name)
                places.append(index)
            }
            if !isUntouched, widths.indices.contains(index), let width = widths[index],
                SpreadsheetHabits.isShortened(cell, width: width)
            {
                shortened.append(name)
            }
            if isUntouched, !isSame { restored.append(name) }
            if column != nil { fields.append(isUntouched ? field?.original ?? "" : cell) }

            if column == nil, !cell.isEmpty {
                note(name, "列の数より多い値が残っています。", "値を正しい列に移し、この列を空にしてください。")
            } else if field?.isDamaged == true, cell.unicodeScalars.contains(LineText.substitute) {
                note(name, "読めない文字（〓）が残っています。", "〓 を正しい文字に直してください。")
            } else if field?.isDamaged == true, isUntouched {
                note(name, "伏せた値に、読めない文字があります。", "「\(cell)」を消し、値をすべて書き直してください。")
            } else if !isUntouched, !isMask, RejectedContent.isMask(cell) {
                note(name, "伏せた値のしるしが、伏せていない列に入っています。", "正しい値に直してください。")
            } else if !isUntouched, isMask, RejectedContent.hasMask(cell) {
                note(name, "伏せた値の一部が残っています。", "値をすべて書き直すか、「\(RejectedContent.mask)」だけに戻してください。")
            } else if !isUntouched, isMask, cell.allSatisfy(\.isWhitespace) {
                note(name, "伏せた値が空欄になっています。", "値を消さないなら「\(RejectedContent.mask)」に戻し、消すなら元の抽出を直してください。")
            }
        }
    }

    /// How many cells that are not masked the row as it was sent filled, and how many of those say nothing any more, where that is
    /// most of what it said.
    func emptied(_ content: RejectedContent) -> (filled: Int, emptied: Int)? {
        let filled = fields.indices.filter {
            content.fields.indices.contains($0) && !content.fields[$0].isMasked
                && !Self.isBlank(content.fields[$0].original)
        }
        let emptied = filled.count { Self.isBlank(fields[$0]) }
        return content.gap == nil && emptied > 1 && emptied * 2 > filled.count ? (filled.count, emptied) : nil
    }

    private static func isBlank(_ cell: String) -> Bool { cell.allSatisfy(\.isWhitespace) }

    private mutating func note(_ column: String, _ message: String, _ fix: String) {
        if trouble == nil { trouble = (column, message, fix) }
    }
}
