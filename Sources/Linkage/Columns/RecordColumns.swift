internal import Domain

/// The records as columns of integers: every distinct value is encoded once, pair loops see no text.
struct RecordColumns: Sendable {
    /// 0: of no such group. Two records of one group are never the same person, and never compared: group 1 is the
    /// spine, every `unique` source has its own.
    fileprivate(set) var exclusion: [UInt16] = []
    static let spine: UInt16 = 1
    /// By group, the text id of its source: groups are numbered as they come. 0 for no group and for the spine.
    fileprivate(set) var groupSources: [UInt32] = [0, 0]
    /// Distinct name forms; `names` holds each record's, as positions in it.
    fileprivate(set) var forms: [EncodedName] = []
    fileprivate(set) var names = RaggedColumn()
    /// Text ids of the person's family names, kanji and kana, sorted.
    fileprivate(set) var families = RaggedColumn()
    /// Text ids of the guardians' family names, kanji and kana, sorted.
    fileprivate(set) var guardianFamilies = RaggedColumn()
    /// Text ids of the guardians' whole names, kanji and kana, sorted.
    fileprivate(set) var guardians = RaggedColumn()
    fileprivate(set) var births: [EncodedBirth] = []
    /// 0 missing, 1 male, 2 female.
    fileprivate(set) var sexes: [UInt8] = []
    /// Of the register, and neither there nor in another source that has each person once does anybody else have this birth day and
    /// the family name or the household: who is born that day into this family is this one.
    fileprivate(set) var isSole: [Bool] = []
    /// Text ids of town; of town and block; of town, block and building. 0 where not known so far.
    fileprivate(set) var towns: [UInt32] = []
    fileprivate(set) var lots: [UInt32] = []
    fileprivate(set) var homes: [UInt32] = []
    fileprivate(set) var postcodes: [UInt32] = []
    fileprivate(set) var phones = RaggedColumn()
    /// Text ids of the schools' comparable names; 0 where not known.
    fileprivate(set) var schools: [UInt32] = []
    /// Text ids of number space, and of space and number together.
    fileprivate(set) var numberSpaces: [UInt32] = []
    fileprivate(set) var numbers: [UInt32] = []
    fileprivate(set) var text = TextDictionary()
    /// Values that too many people share to be anybody's; they are left out of the columns.
    fileprivate(set) var shared: [SharedValues] = []

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
        records.forEach { encoding.append($0) }
        self = encoding.finish()
    }

    /// No record yet; `RecordEncoding` fills it.
    fileprivate init() {}
}

/// Fills columns from records that come one by one; what one record says of another is added when all have come.
struct RecordEncoding {
    private var columns = RecordColumns()
    private var formIDs: [EncodedName: UInt32] = [:]
    private var groups: [SourceID: UInt16] = [:]
    /// Forms of the guardians that the records themselves name.
    private var guardianForms = RaggedColumn()
    /// For each spine record its register household, for any other `nil`.
    private var households: [HouseholdID?] = []

    mutating func append(_ record: LinkageRecord) {
        let identifiers = record.identifiers
        columns.exclusion.append(group(of: record))
        let own = Self.distinct(identifiers.names.map { formID($0) })
        columns.names.append(own)
        columns.families.append(Self.familyNames(own.map { columns.forms[Int($0)] }))
        guardianForms.append(identifiers.guardians.map { formID($0) })
        households.append(record.isSpine ? identifiers.household : nil)
        columns.births.append(EncodedBirth(identifiers.birth))
        columns.sexes.append(identifiers.sex.map { $0 == .male ? 1 : 2 } ?? 0)
        append(identifiers.address)
        columns.phones.append(Self.known(identifiers.phones.map { columns.text.id(of: $0) }))
        columns.schools.append(columns.text.id(of: identifiers.school.map(SchoolName.comparable) ?? ""))
        let number = identifiers.number
        columns.numberSpaces.append(number.map { columns.text.id(of: $0.space) } ?? 0)
        columns.numbers.append(number.map { columns.text.id(of: $0.space + "\u{1F}" + $0.number) } ?? 0)
    }

    /// The register names no guardian; the others of a record's household stand in for them, but not a twin.
    ///
    /// Institutions are households of the register too; past twenty members no name in it speaks of a guardian.
    consuming func finish() -> RecordColumns {
        var members: [HouseholdID: [Int]] = [:]
        for (index, household) in households.enumerated() {
            if let household { members[household, default: []].append(index) }
        }
        for index in households.indices {
            var forms = guardianForms.values[guardianForms.range(index)]
            if let household = households[index], let all = members[household], all.count <= 20 {
                let birth = columns.births[index]
                for member in all
                where member != index && (birth.precision != .day || columns.births[member] != birth) {
                    forms += columns.names.values[columns.names.range(member)]
                }
            }
            let names = Self.distinct(forms).map { columns.forms[Int($0)] }
            columns.guardianFamilies.append(Self.familyNames(names))
            columns.guardians.append(Self.known(names.flatMap { [$0.whole, $0.wholeKana] }))
        }
        leaveOutShared()
        findSole(members)
        return columns
    }

    /// Takes out of the columns what no single person or household can have.
    private mutating func leaveOutShared() {
        let births = columns.births.map { $0.precision == .day ? $0.digits : 0 }
        let days = SharedValues.crowdedDays(
            births, isRegistered: columns.exclusion.map { $0 == RecordColumns.spine })
        for record in births.indices where births[record] != 0 && days.values.contains(births[record]) {
            columns.births[record] = EncodedBirth(nil)
        }
        let phones = SharedValues.crowded(
            .phone, columns.phones, births: births, most: SharedValues.household)
        columns.phones = columns.phones.without(phones.values)
        let guardians = SharedValues.crowded(
            .guardian, columns.guardians, births: births, most: SharedValues.block)
        columns.guardians = columns.guardians.without(guardians.values)
        let homes = SharedValues.crowded(
            .home, RaggedColumn(columns.homes), births: births, most: SharedValues.household)
        columns.homes = columns.homes.map { homes.values.contains($0) ? 0 : $0 }
        let lots = SharedValues.crowded(
            .lot, RaggedColumn(columns.lots), births: births, most: SharedValues.block)
        columns.lots = columns.lots.map { lots.values.contains($0) ? 0 : $0 }
        columns.shared = [days, phones, guardians, homes, lots].filter { $0.records > 0 }
    }

    /// Two of one birth day and family in the register or in a source that has each person once are two persons.
    ///
    /// - Parameter members: the register's households.
    private mutating func findSole(_ members: [HouseholdID: [Int]]) {
        var bearers: [(key: UInt64, group: UInt16, record: UInt32)] = []
        for record in columns.births.indices where columns.births[record].precision == .day {
            let group = columns.exclusion[record]
            guard group != 0 else { continue }
            let day = UInt64(columns.births[record].digits) << 32
            for place in columns.families.range(record) {
                bearers.append((day | UInt64(columns.families.values[place]), group, UInt32(record)))
            }
            // Text ids are far below.
            if let household = households[record], let first = members[household]?.first {
                bearers.append((day | 1 << 31 | UInt64(first), group, UInt32(record)))
            }
        }
        bearers.sort { ($0.key, $0.group) < ($1.key, $1.group) }
        columns.isSole = columns.births.indices.map {
            columns.exclusion[$0] == RecordColumns.spine && columns.births[$0].precision == .day
        }
        var first = 0
        while first < bearers.count {
            var (end, areMore) = (first + 1, false)
            while end < bearers.count, bearers[end].key == bearers[first].key {
                areMore = areMore || bearers[end].group == bearers[end - 1].group
                end += 1
            }
            if areMore { for bearer in bearers[first..<end] { columns.isSole[Int(bearer.record)] = false } }
            first = end
        }
    }

    private mutating func formID(_ form: NameForm) -> UInt32 {
        let encoded = EncodedName(form, into: &columns.text)
        if let known = formIDs[encoded] { return known }
        let id = UInt32(columns.forms.count)
        formIDs[encoded] = id
        columns.forms.append(encoded)
        return id
    }

    private mutating func append(_ address: Address?) {
        let town = address?.town ?? ""
        let lot =
            town.isEmpty || address?.block.isEmpty != false ? "" : town + "\u{1F}" + (address?.block ?? "")
        columns.towns.append(columns.text.id(of: town))
        columns.postcodes.append(columns.text.id(of: address?.postcode ?? ""))
        columns.lots.append(columns.text.id(of: lot))
        columns.homes.append(
            lot.isEmpty ? 0 : columns.text.id(of: lot + "\u{1F}" + (address?.building ?? "")))
    }

    private mutating func group(of record: LinkageRecord) -> UInt16 {
        if record.isSpine { return RecordColumns.spine }
        guard record.isUnique else { return 0 }
        if let known = groups[record.source] { return known }
        let id = UInt16(groups.count) + RecordColumns.spine + 1
        groups[record.source] = id
        columns.groupSources.append(columns.text.id(of: record.source.rawValue))
        return id
    }

    private static func familyNames(_ names: [EncodedName]) -> [UInt32] {
        known(names.flatMap { [$0.family, $0.familyKana] })
    }

    /// Text ids sorted, each once, without the missing.
    private static func known(_ texts: [UInt32]) -> [UInt32] { distinct(texts.filter { $0 != 0 }) }

    /// Sorted, each once.
    private static func distinct(_ ids: some Sequence<UInt32>) -> [UInt32] {
        let sorted = ids.sorted()
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    }
}
