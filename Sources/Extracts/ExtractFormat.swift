/// What stands between two fields.
package enum Delimiter: String, Codable, Sendable, CaseIterable {
    case comma, tab

    var byte: UInt8 { self == .comma ? 0x2C : 0x09 }
}

/// How a department writes its extract: what a mapping declares about the bytes, nothing about their meaning.
package struct ExtractFormat: Codable, Sendable, Hashable {
    /// `nil`: found out from the bytes.
    package var encoding: TextEncoding?
    package var delimiter: Delimiter
    /// Physical lines above the header.
    package var titleLines: Int

    package init(encoding: TextEncoding? = nil, delimiter: Delimiter = .comma, titleLines: Int = 0) {
        self.encoding = encoding
        self.delimiter = delimiter
        self.titleLines = titleLines
    }

    /// Keys that are left out take the defaults of `init`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        encoding = try container.decodeIfPresent(TextEncoding.self, forKey: .encoding)
        delimiter = try container.decodeIfPresent(Delimiter.self, forKey: .delimiter) ?? .comma
        titleLines = try container.decodeIfPresent(Int.self, forKey: .titleLines) ?? 0
    }
}
