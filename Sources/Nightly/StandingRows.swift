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

    /// What the row says in the columns that are used.
    func used(of fields: [String]) -> [String] { places.map { fields[$0] } }

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
        // One that lapsed stays so: whether the wrong words are right this time, a person says.
        let entries = rectifications.entries[mapping.source]?.filter(\.value.isUsed) ?? [:]
        guard !entries.isEmpty else { return nil }
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
    /// Tells which corrections stand in for no row any more, for several, or for none since it would not be accepted.
    func noticeLapsed(_ rectifications: Rectifications, _ read: ReadResult, _ mappings: MappingSet) {
        for (source, entries) in rectifications.entries.sorted(by: { $0.key < $1.key })
        where read.arrived.contains(source) {
            let title = mappings[source]?.title ?? source.rawValue
            for entry in entries.values.sorted(by: { $0.id < $1.id }) where entry.isUsed {
                let row = "訂正 N-\(entry.id)（\(entry.request)、「\(title)」）の行は、"
                if read.unusable.contains(entry.id) {
                    log.notice(row + "訂正すると受け付けられないため、届いたまま使いました。同じ行をもう一度訂正するか、訂正を取りやめてください。")
                } else if let rows = read.rectified[entry.id] {
                    if rows > 1 {
                        log.notice(row + "同じ内容の行が\(rows)行届いたため、どれにも訂正を使いました。別の人の行が混じっていないかを確かめてください。")
                    }
                } else {
                    log.notice(
                        row + "訂正する前の内容では届かなかったため、訂正を使うのをやめました。担当課の記録が正しいかを確かめ、"
                            + "同じ誤りがまた届いたら、もう一度訂正してください。")
                }
            }
        }
    }
}
