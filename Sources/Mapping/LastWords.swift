/// Which row speaks last of each record in a full file and the deltas after it.
///
/// Later files and later lines win. A row that is rejected says nothing: what was said before stands, so that one
/// unreadable change cannot take a measure of protection away; a row that a later one replaces is asked no more, even
/// where it could not be read.
package struct LastWords: Sendable {
    private struct Place: Comparable {
        let file: Int
        let line: Int
        static func < (a: Place, b: Place) -> Bool { (a.file, a.line) < (b.file, b.line) }
    }
    private struct Word {
        let place: Place
        let isDeletion: Bool
    }
    private var last: [RowDigest: Word] = [:]
    private var files: [String] = []

    package init() {}

    /// Begins the next file, in the order of days.
    package mutating func begin(file: String) { files.append(file) }

    /// Hears a row of the file begun last, in the file's order.
    package mutating func hear(_ outcome: MappingOutcome, key: RowDigest?, line: Int) {
        guard let key else { return }
        let place = Place(file: files.count - 1, line: line)
        switch outcome {
        case .accepted: last[key] = Word(place: place, isDeletion: false)
        case .superseded: last[key] = Word(place: place, isDeletion: true)
        case .rejected, .duplicate, .outside: break
        }
    }

    /// The fate of a row once everything has been heard.
    ///
    /// - Parameter file: the row's file, by the order of `begin`.
    package func fate(
        _ outcome: MappingOutcome, key: RowDigest?, file: Int, line: Int
    ) -> MappingOutcome {
        guard let key, let word = last[key] else { return outcome }
        let place = Place(file: file, line: line)
        switch outcome {
        case .accepted where word.place != place: break
        case .rejected where word.place > place: break
        default: return outcome
        }
        let name = files[word.place.file]
        return .superseded(
            reason: word.isDeletion
                ? "「\(name)」\(word.place.line)行目の削除の印で除きました。"
                : "「\(name)」\(word.place.line)行目の新しい行に置き換わりました。")
    }
}
