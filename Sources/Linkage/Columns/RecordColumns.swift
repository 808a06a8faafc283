internal import Domain

/// The records as columns of integers: every distinct value is encoded once, pair loops see no text.
struct RecordColumns: Sendable {
    /// 0: of no such group. Two records of one group are never the same person, and never compared: group 1 is the
    /// spine, every `unique` source has its own.
    private(set) var exclusion: [UInt16] = []
    static let spine: UInt16 = 1
    /// Distinct name forms; `names` holds each record's, as positions in it.
    private(set) var forms: [EncodedName] = []
    private(set) var names = RaggedColumn()
    /// Text ids of the person's family names, kanji and kana, sorted.
    private(set) var families = RaggedColumn()
    /// Text ids of the guardians' family names, kanji and kana, sorted.
    private(set) var guardianFamilies = RaggedColumn()
    /// Text ids of the guardians' whole names, kanji and kana, sorted.
    private(set) var guardians = RaggedColumn()
    private(set) var births: [EncodedBirth] = []
    /// 0 missing, 1 male, 2 female.
    private(set) var sexes: [UInt8] = []
    /// Text ids of town; of town and block; of town, block and building. 0 where not known so far.
    private(set) var towns: [UInt32] = []
    private(set) var lots: [UInt32] = []
    private(set) var homes: [UInt32] = []
    private(set) var phones = RaggedColumn()
    /// Text ids of the schools' comparable names; 0 where not known.
    private(set) var schools: [UInt32] = []
    /// Text ids of number space, and of space and number together.
    private(set) var numberSpaces: [UInt32] = []
    private(set) var numbers: [UInt32] = []
    private(set) var text = TextDictionary()

    var count: Int { births.count }

    /// Unordered pairs that may be compared at all: all but those of one exclusion group.
    var comparablePairs: Double {
        var sizes: [UInt16: Int] = [:]
        for group in exclusion where group != 0 { sizes[group, default: 0] += 1 }
        let excluded = sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        return Double(count * (count - 1) / 2 - excluded)
    }

    init(_ records: [LinkageRecord]) {
        var formIDs: [EncodedName: UInt32] = [:]
        func formID(_ form: NameForm) -> UInt32 {
            let encoded = EncodedName(form, into: &text)
            if let known = formIDs[encoded] { return known }
            let id = UInt32(forms.count)
            formIDs[encoded] = id
            forms.append(encoded)
            return id
        }
        let ownForms = records.map { record in
            Self.distinct(record.identifiers.names.map { formID($0) })
        }
        let households = Self.households(of: records)
        var groups: [SourceID: UInt16] = [:]
        for (index, record) in records.enumerated() {
            let identifiers = record.identifiers
            exclusion.append(Self.group(of: record, in: &groups))
            names.append(ownForms[index])
            families.append(Self.familyNames(ownForms[index].map { forms[Int($0)] }))
            var guardianForms = identifiers.guardians.map { formID($0) }
            for member in households[index] { guardianForms += ownForms[member] }
            let guardianNames = Self.distinct(guardianForms).map { forms[Int($0)] }
            guardianFamilies.append(Self.familyNames(guardianNames))
            guardians.append(Self.known(guardianNames.flatMap { [$0.whole, $0.wholeKana] }))
            births.append(EncodedBirth(identifiers.birth))
            sexes.append(identifiers.sex.map { $0 == .male ? 1 : 2 } ?? 0)
            append(identifiers.address)
            phones.append(Self.known(identifiers.phones.map { text.id(of: $0) }))
            schools.append(text.id(of: identifiers.school.map(SchoolName.comparable) ?? ""))
            let number = identifiers.number
            numberSpaces.append(number.map { text.id(of: $0.space) } ?? 0)
            numbers.append(number.map { text.id(of: $0.space + "\u{1F}" + $0.number) } ?? 0)
        }
    }

    private mutating func append(_ address: Address?) {
        let town = address?.town ?? ""
        let lot =
            town.isEmpty || address?.block.isEmpty != false ? "" : town + "\u{1F}" + (address?.block ?? "")
        towns.append(text.id(of: town))
        lots.append(text.id(of: lot))
        homes.append(lot.isEmpty ? 0 : text.id(of: lot + "\u{1F}" + (address?.building ?? "")))
    }

    private static func group(of record: LinkageRecord, in groups: inout [SourceID: UInt16]) -> UInt16 {
        if record.isSpine { return spine }
        guard record.isUnique else { return 0 }
        if let known = groups[record.source] { return known }
        let id = UInt16(groups.count) + spine + 1
        groups[record.source] = id
        return id
    }

    /// For each spine record the others of its register household: the register names no guardian, its household does.
    ///
    /// Institutions are households of the register too; past twenty members no name in it speaks of a guardian.
    private static func households(of records: [LinkageRecord]) -> [[Int]] {
        var members: [HouseholdID: [Int]] = [:]
        for (index, record) in records.enumerated() where record.isSpine {
            if let household = record.identifiers.household { members[household, default: []].append(index) }
        }
        return records.indices.map { index in
            guard records[index].isSpine, let household = records[index].identifiers.household,
                let all = members[household], all.count <= 20
            else { return [] }
            return all.filter { $0 != index }
        }
    }

    private static func familyNames(_ names: [EncodedName]) -> [UInt32] {
        known(names.flatMap { [$0.family, $0.familyKana] })
    }

    /// Text ids sorted, each once, without the missing.
    private static func known(_ texts: [UInt32]) -> [UInt32] { distinct(texts.filter { $0 != 0 }) }

    /// Sorted, each once.
    private static func distinct(_ ids: [UInt32]) -> [UInt32] {
        let sorted = ids.sorted()
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    }
}
