internal import Domain

/// The records as columns of integers: every distinct value is encoded once, pair loops see no text.
struct RecordColumns: Sendable {
    /// 0: of no such group. Two records of one group are never the same person, and never compared: group 1 is the
    /// spine, every `unique` source has its own.
    var exclusion: [UInt16] = []
    static let spine: UInt16 = 1
    /// By group, the text id of its source: groups are numbered as they come. 0 for no group and for the spine.
    var groupSources: [UInt32] = [0, 0]
    /// Distinct name forms; `names` holds each record's, as positions in it.
    var forms: [EncodedName] = []
    var names = RaggedColumn()
    /// Text ids of the person's family names, kanji and kana, sorted.
    var families = RaggedColumn()
    /// Text ids of the guardians' family names, kanji and kana, sorted.
    var guardianFamilies = RaggedColumn()
    /// Text ids of the guardians' whole names, kanji and kana, sorted.
    var guardians = RaggedColumn()
    var births: [EncodedBirth] = []
    /// 0 missing, 1 male, 2 female.
    var sexes: [UInt8] = []
    /// Of the register, and neither there nor in another source that has each person once does anybody else have this birth day and
    /// the family name or the household: who is born that day into this family is this one.
    var isSole: [Bool] = []
    /// Text ids of town; of town and block; of town, block and building. 0 where not known so far.
    var towns: [UInt32] = []
    var lots: [UInt32] = []
    var homes: [UInt32] = []
    var postcodes: [UInt32] = []
    var phones = RaggedColumn()
    /// Text ids of the schools' comparable names; 0 where not known.
    var schools: [UInt32] = []
    /// Text ids of number space, and of space and number together.
    var numberSpaces: [UInt32] = []
    var numbers: [UInt32] = []
    var text = TextDictionary()
    /// Values that too many people share to be anybody's; they are left out of the columns.
    var shared: [SharedValues] = []

    var count: Int { births.count }

    /// Unordered pairs that may be compared at all: all but those of one exclusion group.
    var comparablePairs: Double {
        var sizes: [UInt16: Int] = [:]
        for group in exclusion where group != 0 { sizes[group, default: 0] += 1 }
        let excluded = sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        return Double(count * (count - 1) / 2 - excluded)
    }

    init(_ records: [LinkageRecord]) {
        var encoding = RecordEncoding()
        records.forEach { encoding.add($0) }
        self = encoding.finish()
    }

    /// No record yet; `RecordEncoding` fills it.
    init() {}
}
