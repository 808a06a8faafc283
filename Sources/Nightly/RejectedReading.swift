import Domain
import Extracts
import Foundation
import JapaneseText
import Mapping
import Policy
import Store

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
            // Bytes of a value that is masked are a part of it.
            unreadable: isHidden || text.damaged.contains { isMasked.indices.contains($0) && isMasked[$0] }
                ? []
                : text.unreadable.map {
                    RejectedContent.Unreadable(offset: rejection.position.offset + $0, byte: raw.bytes[$0])
                }, isAligned: isAligned)
    }

    /// What a correction says anew, as far as it may be seen.
    ///
    /// Of a masked cell that somebody wrote it is told that they did, and never whether it is as it was: that would tell a guess right.
    func changes(_ correction: Corrections.Entry, of content: RejectedContent) -> [RejectedRow.Change] {
        let columns = form.header
        let sent = content.gap == nil ? content.fields.map(\.original) : []
        let written =
            correction.changed
            ?? columns.indices.filter {
                !isMasked[$0] && sent.indices.contains($0) && correction.fields.indices.contains($0)
                    && sent[$0] != correction.fields[$0]
            }
        let isHidden = correction.fields.count != columns.count || isMisplaced(correction.fields)
        return written.map { index in
            let shown: String? =
                if !columns.indices.contains(index) { "" } else {
                    isHidden || isMasked[index] ? nil : correction.fields[index]
                }
            return .init(index: index, column: RejectedRow.title(of: index, in: columns), shown: shown)
        }
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
