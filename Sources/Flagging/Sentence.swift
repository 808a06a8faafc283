/// A Japanese sentence with places for what the evaluation found, such as `{source}では、{date}に…`.
struct Sentence: Sendable, Hashable {
    /// What may stand in braces.
    enum Place: String, Sendable, CaseIterable {
        /// Titles of the sources.
        case source
        /// The day up to which the sources are current.
        case asOf
        /// The newest fact's date, and the oldest's.
        case date, from
        /// The word or the number with its unit.
        case value
        /// The catalogue's name of the deciding part.
        case kind
        /// The day from which the absence counts.
        case due
        /// The person's own earlier mean.
        case baseline
        /// Titles of the rules that came together, and how many kinds of difficulty they make.
        case titles, count
    }
    private enum Piece: Hashable {
        case text(String)
        case place(Place)
    }

    private let pieces: [Piece]
    /// As written.
    let written: String
    var places: Set<Place> {
        Set(pieces.compactMap { if case .place(let place) = $0 { place } else { nil } })
    }

    /// What is wrong with a sentence.
    enum Mistake: Error, Hashable {
        case unclosed
        case unknownPlace(String)
    }

    init(_ written: String) throws(Mistake) {
        var pieces: [Piece] = []
        var rest = Substring(written)
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                throw .unclosed
            }
            let name = String(rest[rest.index(after: open)..<close])
            guard let place = Place(rawValue: name) else { throw .unknownPlace(name) }
            pieces.append(.place(place))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
        self.written = written
    }

    func filled(by value: (Place) -> String) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let words): text += words
            case .place(let place): text += value(place)
            }
        }
        return text
    }
}

/// A number as officials write it: no decimals where there are none, else one.
func figure(_ number: Double, unit: String) -> String {
    let tenths = (number * 10).rounded() / 10
    let text = tenths == tenths.rounded() ? Int(exactly: tenths).map(String.init) : nil
    return (text ?? "\(tenths)") + unit
}
