internal import Domain
internal import JapaneseText

/// What the cells of one file have already been read as: a city has few dates and addresses, and many rows that repeat
/// them.
struct CellMemory: Sendable {
    struct WrittenAddress: Hashable, Sendable {
        let written: WrittenText
        let postcode: WrittenText
        let building: WrittenText
    }

    struct WrittenName: Hashable, Sendable {
        let kind: NameForm.Kind
        /// The whole name, or the family name where `given` stands in a column of its own.
        let written: WrittenText
        let given: WrittenText?
        let kana: WrittenText
        let givenKana: WrittenText?

        var isEmpty: Bool {
            written.text.isEmpty && kana.text.isEmpty && given?.text.isEmpty != false
                && givenKana?.text.isEmpty != false
        }
    }

    private let asOf: Day
    /// Places of the columns in which five digits are a spreadsheet's day number.
    private let serials: Set<Int>
    private var dates = Remembered<WrittenText, JapaneseDate.Parsed>()
    private var placeholders = Remembered<WrittenText, Bool>()
    private var serialDates = Remembered<WrittenText, JapaneseDate.Parsed>()
    var addresses = Remembered<WrittenAddress, Address>()
    var names = Remembered<WrittenName, [NameForm]>()

    /// - Parameters:
    ///   - asOf: the day the extract was made for.
    ///   - serials: places of the columns in which a spreadsheet's day numbers are dates.
    init(asOf: Day, serials: Set<Int>) {
        self.asOf = asOf
        self.serials = serials
    }

    /// Whether the column at `place` holds a day that stands for an unknown birth.
    mutating func isPlaceholderBirth(_ fields: [String], at place: Int) -> Bool {
        // Before anything is looked up: nearly every birth is of these years.
        let text = Cell.trimmed(fields[place])
        if text.hasPrefix("20") || text.isEmpty { return false }
        return placeholders.value(of: WrittenText(text)) { [asOf] in
            JapaneseDate.isPlaceholderBirth($0.text, asOf: asOf)
        }
    }

    /// The date in the column at `place`: one column is one reading, whoever asks.
    mutating func date(_ fields: [String], at place: Int) -> JapaneseDate.Parsed {
        let (text, asOf) = (WrittenText(Cell.trimmed(fields[place])), asOf)
        if serials.contains(place) {
            return serialDates.value(of: text) { JapaneseDate.parse($0.text, asOf: asOf, serials: true) }
        }
        return dates.value(of: text) { JapaneseDate.parse($0.text, asOf: asOf) }
    }
}

/// A text that equals another only byte for byte: a variant that Unicode takes for the same is written otherwise. Hashing the
/// bytes costs a fraction of hashing characters.
struct WrittenText: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(text.utf8.count)
    }

    static func == (left: WrittenText, right: WrittenText) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }
}

/// Results of a function by its argument, forgotten all at once when there are too many: memory stays bounded.
struct Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private static var limit: Int { 1 << 14 }
    private var known: [Key: Value] = [:]

    mutating func value(of key: Key, _ make: (Key) -> Value) -> Value {
        if let value = known[key] { return value }
        if known.count == Self.limit { known.removeAll(keepingCapacity: true) }
        let value = make(key)
        known[key] = value
        return value
    }
}
