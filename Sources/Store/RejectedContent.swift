package import Domain
internal import Foundation

/// A rejected row made out field by field.
package struct RejectedContent: Sendable, Hashable {
    /// Why there are no fields to show.
    package enum Gap: Sendable, Hashable {
        /// It holds what looks like a 個人番号, and was not kept.
        case individualNumber
        /// Only the beginning of it was kept.
        case tooLong
        /// Which field belongs to which column cannot be told, and some columns are to be masked; also where what they hold
        /// stands in another column.
        case unaligned
    }

    package struct Field: Sendable, Hashable {
        /// `nil`: a field more than there are columns.
        package let column: String?
        /// As it may be seen: the text, `RejectedContent.mask`, or its shape.
        package let shown: String
        package let isFaulty: Bool
        package let isMasked: Bool
        /// Some of its bytes are no characters; `shown` has 〓 for them.
        package let isDamaged: Bool
        /// As it came.
        package let original: String

        package init(
            column: String?, shown: String, isFaulty: Bool, isMasked: Bool, isDamaged: Bool, original: String
        ) {
            self.column = column
            self.shown = shown
            self.isFaulty = isFaulty
            self.isMasked = isMasked
            self.isDamaged = isDamaged
            self.original = original
        }
    }

    /// Bytes that are no character, and where in the file.
    package struct Unreadable: Sendable, Hashable {
        package let offset: Int
        package let byte: UInt8

        package init(offset: Int, byte: UInt8) {
            self.offset = offset
            self.byte = byte
        }
    }

    package let fields: [Field]
    package let gap: Gap?
    package let unreadable: [Unreadable]
    /// Whether it can be told which field belongs to which column.
    package let isAligned: Bool

    package init(fields: [Field], gap: Gap?, unreadable: [Unreadable], isAligned: Bool = true) {
        self.fields = fields
        self.gap = gap
        self.unreadable = unreadable
        self.isAligned = isAligned
    }

    /// Stands in the place of what is masked.
    package static let mask = "（伏せています）"

    /// Whether a cell is the mask in any width, whatever spaces a spreadsheet or a hand put there.
    package static func isMask(_ cell: String) -> Bool { plain(cell) == plain(mask) }

    /// Whether a cell still has of the mask, or what somebody wrote for it in brackets.
    package static func hasMask(_ cell: String) -> Bool {
        let text = plain(cell)
        return text.contains("伏せて") || text.hasPrefix("(") && text.hasSuffix(")")
    }

    /// The column of a field more than the extract has columns.
    package static func surplus(_ index: Int) -> String { "（余り\(index + 1)）" }

    /// The fields as the department gets them; none where they cannot be told apart.
    package var columns: [String] { gap == nil ? fields.map(\.shown) : [] }

    private static func plain(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace }
    }
}

extension RejectedContent {
    /// Why fields are missing or masked, for people.
    package var note: String? {
        switch gap {
        case .individualNumber: "個人番号と思われる番号があったため、内容は残していません。"
        case .tooLong: "1行が長すぎるため、内容は示しません。"
        case .unaligned: "列がずれているか、住所や電話がほかの列に入っていて、伏せる列を決められないため、文字の並びの形だけを示します。"
        case nil: fields.contains(where: \.isMasked) ? "支援措置の有無が分からないため、一部の列を伏せています。" : nil
        }
    }
}

extension RejectedContent.Unreadable {
    /// The byte as two hex digits.
    package var hex: String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
}

/// A rejected row with what it holds, as far as it may be seen.
package struct RejectedRow: Sendable {
    package let file: RejectedFile
    package let rejection: Rejection
    package let content: RejectedContent
    /// Of the extract, in their order.
    package let columns: [String]
    /// What the correction that waits for the next night changes.
    package let changes: [Change]

    package init(
        file: RejectedFile, rejection: Rejection, content: RejectedContent, columns: [String],
        changes: [Change] = []
    ) {
        self.file = file
        self.rejection = rejection
        self.content = content
        self.columns = columns
        self.changes = changes
    }

    /// Whether the waiting correction says something of a column that may not be seen.
    package func isHidden(_ index: Int) -> Bool {
        !content.columns.isEmpty && changes.contains { $0.index == index && $0.shown == nil }
    }

    /// A cell that a correction says anew.
    package struct Change: Sendable, Hashable {
        /// In the row.
        package let index: Int
        /// The column's title, as `Cell` has it.
        package let column: String
        /// `nil` where it is masked.
        package let shown: String?

        package init(index: Int, column: String, shown: String?) {
            (self.index, self.column, self.shown) = (index, column, shown)
        }
    }

    /// As faults and forms name the column at `index` of an extract with `columns`.
    package static func title(of index: Int, in columns: [String]) -> String {
        columns.indices.contains(index)
            ? columns[index].trimmingCharacters(in: .whitespaces)
            : RejectedContent.surplus(index - columns.count)
    }
}

extension RejectedRow {
    /// A cell in which somebody mends the row.
    package struct Cell: Sendable, Hashable {
        /// Without spaces around it, as faults name a column; no two of a row have the same.
        package let title: String
        /// As it may be seen; empty where the fields cannot be told apart.
        package let shown: String
        package let isFaulty: Bool
        package let isMasked: Bool
        /// A masked cell that nobody has to write anew is not opened to writing: what was sent stands.
        package let isOpen: Bool
    }

    /// One for each column, and for each field that the row has too many.
    package var cells: [Cell] {
        let fields = content.columns.isEmpty ? [] : content.fields
        return (0..<max(columns.count, fields.count)).map { index in
            let field = fields.indices.contains(index) ? fields[index] : nil
            let isMasked = field?.isMasked ?? false
            let title = Self.title(of: index, in: columns)
            return Cell(
                title: title, shown: field?.shown ?? "",
                isFaulty: field?.isFaulty ?? (title == rejection.column),
                isMasked: isMasked,
                isOpen: !isMasked || field?.isFaulty == true)
        }
    }
}

/// The rejected rows of one finished run, published or not, for the person who mends them: those in that person's range alone.
package protocol RejectedRows {
    /// Of the run's folder.
    var name: String { get }
    /// Whether the run is the one in service; else it stopped at a gate, or is an older one.
    var isInService: Bool { get }
    /// In the order they were read; no word of what the rows hold.
    var files: [RejectedFile] { get }
    /// Of those sources, the corrections that ended with the extract in service.
    func lapsed() throws -> [LapsedCorrections]
    /// Whether a correction of the row waits for the next night.
    func isCorrected(_ file: RejectedFile, line: Int) -> Bool
    /// Titles of the columns that waiting corrections change, by line; a line is missing where that is not known.
    func changed(_ file: RejectedFile, lines: [Int]) throws -> [Int: [String]]
    /// What a row holds, as far as it may be seen; the audit trail names the actor.
    ///
    /// - Throws: `Fault` of kind `.notFound` where no such row was rejected, `.denied` where policy does not let it be read.
    func row(file name: String, line: Int) throws -> RejectedRow
    /// Takes the row as somebody wrote it: the cells that were written, by their place; the others stand as they were sent.
    ///
    /// - Parameter allowsOtherPersons: also where it becomes somebody else's, or may.
    /// - Throws: as `row`.
    func mend(
        file name: String, line: Int, cells: [Int: String], allowsOtherPersons: Bool
    ) throws -> ReturnedRow
    /// The rows of one extract for its department, but those whose correction waits; the audit trail names the actor.
    ///
    /// - Throws: `Fault` of kind `.denied`.
    func sheet(of file: RejectedFile) throws -> RejectedSheet
    /// Takes the rows of a file that a department returned; the good ones are kept for the next night.
    ///
    /// - Returns: one entry for each row of the file, by line.
    /// - Throws: `Fault` of kind `.gate` where the file as such is unusable, `.denied`.
    func reload(_ bytes: [UInt8], allowsOtherPersons: Bool) throws -> [ReturnedRow]
    /// The rejected rows that no correction waits for, by extract and reason, also of those that were taken back just now.
    func waiting() throws -> [WaitingRows]
}
