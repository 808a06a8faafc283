/// A JSON value as far as its keys go; finds keys of a file that nothing reads.
indirect enum JSONShape: Decodable {
    case object([String: JSONShape])
    case array([JSONShape])
    case other

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .object(
                try container.allKeys.reduce(into: [:]) {
                    $0[$1.stringValue] = try container.decode(JSONShape.self, forKey: $1)
                })
        } else if var container = try? decoder.unkeyedContainer() {
            var all: [JSONShape] = []
            while !container.isAtEnd { all.append(try container.decode(JSONShape.self)) }
            self = .array(all)
        } else {
            self = .other
        }
    }

    /// Keys here that `known` lacks, with the known key they most likely mean; in order of the path.
    func unknownKeys(beside known: JSONShape, path: String = "") -> [(path: String, nearest: String?)] {
        switch (self, known) {
        case (.object(let written), .object(let known)):
            return written.sorted { $0.key < $1.key }.flatMap { key, value in
                let place = path.isEmpty ? key : "\(path).\(key)"
                if let next = known[key] { return value.unknownKeys(beside: next, path: place) }
                let unused = known.keys.filter { written[$0] == nil }.sorted()
                return [(place, Self.nearest(to: key, in: unused))]
            }
        case (.array(let written), .array(let known)):
            return zip(written, known).enumerated().flatMap { index, pair in
                pair.0.unknownKeys(beside: pair.1, path: "\(path)[\(index)]")
            }
        default:
            return []
        }
    }

    private static func nearest(to key: String, in keys: [String]) -> String? {
        let points = key.unicodeScalars.map(\.value)
        let ranked = keys.map { other in
            let others = other.unicodeScalars.map(\.value)
            return (distance: StringSimilarity.levenshtein(points.span, others.span), key: other)
        }
        return ranked.filter { $0.distance <= 3 }.min { $0.distance < $1.distance }?.key
    }
}
