internal import Extracts

/// How one department's extract looks from the outside.
struct ExtractLayout {
    enum Quoting { case always, whereNeeded }

    /// The file is `<prefix>_<yyyyMMdd>.csv`.
    let prefix: String
    let encoding: TextEncoding
    var hasByteOrderMark = false
    /// Lines above the header.
    var titles: [String] = []
    var quoting = Quoting.whereNeeded
    let header: [String]

    /// - Parameter header: column names separated by commas.
    init(
        _ prefix: String, _ encoding: TextEncoding, quoting: Quoting = .whereNeeded,
        hasByteOrderMark: Bool = false, titles: [String] = [], header: String
    ) {
        self.prefix = prefix
        self.encoding = encoding
        self.quoting = quoting
        self.hasByteOrderMark = hasByteOrderMark
        self.titles = titles
        self.header = header.split(separator: ",").map(String.init)
    }
}
