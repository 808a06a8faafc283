internal import Domain
internal import JapaneseText

/// What the cells of one file have already been read as: a city has few dates and addresses, and many rows that repeat
/// them.
struct CellMemory: Sendable {
    struct WrittenAddress: Hashable, Sendable {
        let written: String
        let postcode: String
        let building: String
    }

    struct WrittenName: Hashable, Sendable {
        let kind: NameForm.Kind
        let written: String
        let kana: String
    }

    private let asOf: Day
    /// Places of the columns in which five digits are a spreadsheet's day number.
    private let serials: Set<Int>
    private var dates = Remembered<String, JapaneseDate.Parsed>()
    private var serialDates = Remembered<String, JapaneseDate.Parsed>()
    var addresses = Remembered<WrittenAddress, Address>()
    var names = Remembered<WrittenName, NameForm>()

    /// - Parameters:
    ///   - asOf: the day the extract was made for.
    ///   - serials: places of the columns in which a spreadsheet's day numbers are dates.
    init(asOf: Day, serials: Set<Int>) {
        self.asOf = asOf
        self.serials = serials
    }

    /// The date in the column at `place`: one column is one reading, whoever asks.
    mutating func date(_ fields: [String], at place: Int) -> JapaneseDate.Parsed {
        let (text, asOf) = (Cell.trimmed(fields[place]), asOf)
        if serials.contains(place) {
            return serialDates.value(of: text) { JapaneseDate.parse($0, asOf: asOf, serials: true) }
        }
        return dates.value(of: text) { JapaneseDate.parse($0, asOf: asOf) }
    }
}

/// Results of a function by its argument, forgotten all at once when there are too many: memory stays bounded.
struct Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private static var limit: Int { 1 << 16 }
    private var known: [Key: Value] = [:]

    mutating func value(of key: Key, _ make: (Key) -> Value) -> Value {
        if let value = known[key] { return value }
        if known.count == Self.limit { known.removeAll(keepingCapacity: true) }
        let value = make(key)
        known[key] = value
        return value
    }
}
