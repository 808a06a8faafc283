import Domain
import Mapping
import Store

/// Knows a row again by what it says in the columns that are used: a column that nobody takes in may change every night.
struct RowContent: Sendable {
    private let header: [String]
    /// Of the used columns.
    private let places: [Int]

    init(_ mapping: ExtractMapping, header: [String]) {
        self.header = header
        places = header.indices.filter { mapping.content(of: header[$0]) != .dropped }
    }

    /// - Parameter fields: as many as the header.
    func key(of fields: [String], source: SourceID, keys: WorkspaceKeys) -> String {
        let cells = places.map { place in
            "\(header[place].utf8.count):\(header[place])\(fields[place].utf8.count):\(fields[place])"
        }
        return keys.recordKey(source: source, canonical: "row\n" + cells.joined())
    }

    func applying(_ patch: [String: String], to fields: [String]) -> [String] {
        zip(header, fields).map { patch[$0] ?? $1 }
    }
}

/// The corrections of accepted rows of one file's source.
struct StandingRows: Sendable {
    private let source: SourceID
    private let keys: WorkspaceKeys
    private let content: RowContent
    private let width: Int
    private let entries: [String: Rectifications.Entry]

    /// `nil` where there are none.
    init?(_ rectifications: Rectifications, _ mapping: ExtractMapping, header: [String], keys: WorkspaceKeys)
    {
        guard let entries = rectifications.entries[mapping.source] else { return nil }
        self.entries = entries
        (source, self.keys, width) = (mapping.source, keys, header.count)
        content = RowContent(mapping, header: header)
    }

    /// The corrected row that stands in for a delivered one; `nil`: it stands as it came.
    func standIn(for fields: [String]) -> (entry: Rectifications.Entry, fields: [String])? {
        guard fields.count == width, let entry = entries[content.key(of: fields, source: source, keys: keys)]
        else { return nil }
        return (entry, content.applying(entry.patch, to: fields))
    }
}

extension Night {
    /// Tells which corrections stand in for no row any more, or for one again, since the night in service.
    func noticeLapsed(_ rectifications: Rectifications, _ read: ReadResult, _ mappings: MappingSet) {
        for (source, entries) in rectifications.entries.sorted(by: { $0.key < $1.key })
        where read.arrived.contains(source) {
            let title = mappings[source]?.title ?? source.rawValue
            for entry in entries.values.sorted(by: { $0.id < $1.id })
            where entry.isUsed != read.rectified.contains(entry.id) {
                log.notice(
                    "訂正 N-\(entry.id)（\(entry.request)、「\(title)」）の行は、"
                        + (entry.isUsed
                            ? "訂正した内容とは別の内容で届いたか届かなかったため、訂正を使いません。担当課の記録が正しいかを確かめてください。"
                            : "もとの内容でまた届いたため、訂正をまた使います。"))
            }
        }
    }
}
