import Domain
import Extracts
import Foundation
import JapaneseText
import Mapping
import Policy
import Store

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
        let original: String
    }

    /// Bytes that are no character, and where in the file.
    package struct Unreadable: Sendable, Hashable {
        package let offset: Int
        package let byte: UInt8
    }

    package let fields: [Field]
    package let gap: Gap?
    package let unreadable: [Unreadable]
    /// Whether it can be told which field belongs to which column.
    var isAligned = true

    /// Stands in the place of what is masked.
    package static let mask = "（伏せています）"

    /// Whether a cell is the mask in any width, whatever spaces a spreadsheet or a hand put there.
    static func isMask(_ cell: String) -> Bool { plain(cell) == plain(mask) }

    /// Whether a cell still has of the mask, or what somebody wrote for it in brackets.
    static func hasMask(_ cell: String) -> Bool {
        let text = plain(cell)
        return text.contains("伏せて") || text.hasPrefix("(") && text.hasSuffix(")")
    }

    private static func plain(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace }
    }
}

extension RejectedContent {
    /// Of a row of which there is nothing to make out.
    fileprivate init(_ gap: Gap) { self.init(fields: [], gap: gap, unreadable: [], isAligned: false) }
}

/// Makes out the rejected rows of one extract.
struct RejectedReading {
    let mapping: ExtractMapping
    let form: FileForm
    let obligations: Set<Obligation>
    /// By column.
    private let isMasked: [Bool]

    init(mapping: ExtractMapping, form: FileForm, obligations: Set<Obligation>) {
        self.mapping = mapping
        self.form = form
        self.obligations = obligations
        let masked = Set(obligations.compactMap(\.part))
        isMasked = form.header.map { header in
            switch mapping.content(of: header) {
            case .address: masked.contains(.address)
            case .phone: masked.contains(.phone)
            case .guardian: masked.contains(.guardians)
            case .school: masked.contains(.school)
            // Old addresses and the like: nobody here needs them.
            case .dropped: !masked.isEmpty
            case .other: false
            }
        }
    }

    func content(of row: KeptRow?, _ rejection: Rejection) throws -> RejectedContent {
        guard let row else { return RejectedContent(.individualNumber) }
        let raw = RawLine(bytes: row.bytes, length: row.length)
        guard !raw.isCut else { return RejectedContent(.tooLong) }
        let text = try form.text(of: raw, mapping)
        // No byte of a broken character is a delimiter, so that damage alone shifts no column.
        let isAligned =
            text.fields.count == form.header.count && rejection.code != "row.quotes"
            && !isMisplaced(text.fields)
        let isHidden = !isAligned && isMasked.contains(true)
        return RejectedContent(
            fields: text.fields.enumerated().map { index, field in
                let column = form.header.indices.contains(index) ? form.header[index] : nil
                let isMasked = !isHidden && column != nil && isMasked[index] && !field.isEmpty
                return RejectedContent.Field(
                    column: column,
                    shown: isHidden ? ValueShape.of(field) : isMasked ? RejectedContent.mask : field,
                    isFaulty: column.map { $0.trimmingCharacters(in: .whitespaces) == rejection.column }
                        ?? true
                        || text.damaged.contains(index),
                    isMasked: isMasked || isHidden, isDamaged: text.damaged.contains(index), original: field)
            }, gap: isHidden ? .unaligned : nil,
            unreadable: text.unreadable.map {
                RejectedContent.Unreadable(offset: rejection.position.offset + $0, byte: raw.bytes[$0])
            }, isAligned: isAligned)
    }

    /// Whether a column that is not masked holds an address or a telephone: then nobody knows what the other columns hold.
    private func isMisplaced(_ fields: [String]) -> Bool {
        isMasked.contains(true)
            && zip(fields, isMasked).contains { field, isMasked in
                guard !isMasked else { return false }
                let text = KanjiVariants.fold(field)
                if text.contains(/^\+81|0[0-9]{1,4}-[0-9]|^0[5-9]0[0-9]{8}$/), PhoneNumber.normal(text) != nil
                {
                    return true
                }
                return text.contains(/丁目|番地|[0-9]番/)
                    || text.contains(/\p{Han}[^0-9]*[0-9]+-[0-9]/) && !text.contains(/令和|平成|昭和|大正/)
            }
    }
}
