/// Which row speaks last of each record in a full file and the deltas after it.
///
/// Later files and later lines win. A row that is rejected says nothing: what was said before stands, so that one
/// unreadable change cannot take a measure of protection away.
package struct LastWords: Sendable {
    private struct Place: Hashable {
        let file: Int
        let line: Int
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
        guard case .accepted = outcome, let key, let word = last[key],
            word.place != Place(file: file, line: line)
        else { return outcome }
        let name = files[word.place.file]
        return .superseded(
            reason: word.isDeletion
                ? "「\(name)」\(word.place.line)行目の削除の印で除きました。"
                : "「\(name)」\(word.place.line)行目の新しい行に置き換わりました。")
    }
}
