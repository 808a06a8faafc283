internal import Domain

/// A header with `{月}` in it, which stands for one column a month (`{月}月欠席`: `4月欠席`, `5月欠席`…).
struct MonthHeader {
    private let prefix: Substring
    private let suffix: Substring

    /// `nil` for an ordinary header.
    init?(_ header: String) {
        guard let place = header.firstRange(of: "{月}") else { return nil }
        prefix = header[..<place.lowerBound]
        suffix = header[place.upperBound...]
    }

    /// The month 1...12 that `header` is for, or `nil` where it is no such header.
    func month(of header: String) -> Int? {
        guard header.hasPrefix(prefix), header.hasSuffix(suffix), header.count > prefix.count + suffix.count
        else { return nil }
        let digits = Cell.folded(String(header.dropFirst(prefix.count).dropLast(suffix.count)))
        guard let month = Int(digits), (1...12).contains(month) else { return nil }
        return month
    }

    /// The month `month` of the school year (April to March) that holds `date`.
    static func date(_ month: Int, inSchoolYearOf date: Day) -> PartialDate {
        let first = date.month >= 4 ? date.year : date.year - 1
        return .month(year: month >= 4 ? first : first + 1, month: month)
    }
}

/// Where each of a mapping's headers stands in one file.
struct HeaderMatch {
    let header: [String]
    private var places: [String: Int] = [:]
    private var months: [String: [(index: Int, month: Int)]] = [:]

    /// - Throws: `mapping.columns` where the file has not exactly the columns of the mapping: a column that is missing makes
    ///   facts vanish, and one that nobody mapped may hold what may not land.
    init(_ mapping: ExtractMapping, header: [String]) throws(Fault) {
        self.header = header.map(Cell.trimmed)
        let names = Names(mapping)
        var unknown: [String] = []
        var doubled: [(first: String, second: String, means: String)] = []
        for (index, written) in self.header.enumerated() {
            switch names.meaning(of: written) {
            case .column(let name):
                if let first = places.updateValue(index, forKey: name) {
                    doubled.append((self.header[first], written, name))
                }
            case .month(let name, let month):
                if let first = months[name]?.first(where: { $0.month == month }) {
                    doubled.append((self.header[first.index], written, name))
                }
                months[name, default: []].append((index, month))
            case nil: unknown.append(written)
            }
        }
        let missing = mapping.headers.filter { places[$0] == nil && months[$0] == nil }
        guard missing.isEmpty, unknown.isEmpty, doubled.isEmpty else {
            throw Self.fault(
                mapping, missing: missing, unknown: unknown,
                doubled: doubled.map {
                    $0.first == $0.second
                        ? "列「\($0.first)」が2つあります。"
                        : "列「\($0.first)」と列「\($0.second)」は、どちらも「\($0.means)」に当たります。"
                })
        }
    }

    /// INVARIANT: `name` is one of the mapping's headers without `{月}`.
    subscript(name: String) -> Int { places[name] ?? 0 }

    /// The places a fact's column has, with the month where it is one column a month.
    func places(of name: String) -> [(index: Int, month: Int?)] {
        months[name].map { $0.map { ($0.index, $0.month) } } ?? [(self[name], nil)]
    }

    /// What the headers of a file mean, by the mapping's own names and their synonyms.
    struct Names {
        enum Meaning {
            case column(String)
            case month(String, Int)
        }
        private var plain: [String: String] = [:]
        private var patterns: [(name: String, header: MonthHeader)] = []

        init(_ mapping: ExtractMapping) {
            for name in mapping.headers {
                for spelling in [name] + (mapping.synonyms[name] ?? []) {
                    if let pattern = MonthHeader(spelling) {
                        patterns.append((name, pattern))
                    } else {
                        plain[spelling] = name
                    }
                }
            }
        }

        func meaning(of written: String) -> Meaning? {
            if let name = plain[written] { return .column(name) }
            for (name, header) in patterns {
                if let month = header.month(of: written) { return .month(name, month) }
            }
            return nil
        }
    }

    private static func fault(
        _ mapping: ExtractMapping, missing: [String], unknown: [String], doubled: [String]
    ) -> Fault {
        var parts: [String] = []
        // A file without its header line has a person's row in this place, which may not be told.
        if missing.count * 2 > mapping.headers.count {
            parts.append("見出しの行が見つかりません（\(mapping.headers.count)列のうち\(missing.count)列がありません）。")
        } else {
            for name in missing {
                let near = nearest(name, in: unknown).map { "（ファイルの「\($0)」が近い見出しです）" } ?? ""
                parts.append("列「\(name)」がありません\(near)。")
            }
            parts += doubled
            parts += unknown.map { "列「\($0)」は対応付けにありません。" }
        }
        return Fault(
            .gate, code: "mapping.columns", message: "\(mapping.title)の抽出の列が対応付けと違います。" + parts.joined(),
            field: missing.first,
            fix:
                "抽出の様式が変わったのなら対応付けを直してください。見出しの書き方が違うだけなら synonyms に書き足せます。見出しの前の表題行の数（format.titleLines）も確かめてください。"
        )
    }
}
