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

    var dates = Remembered<String, JapaneseDate.Parsed>()
    var addresses = Remembered<WrittenAddress, Address>()
    var names = Remembered<WrittenName, NameForm>()
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
