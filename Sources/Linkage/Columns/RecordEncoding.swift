package import Domain

/// Fills columns from records that come one by one; what one record says of another is added when all have come.
///
/// A record that says what one of an earlier night said is taken over as it was encoded then.
package struct RecordEncoding: Sendable {
    /// As each record says by itself.
    private(set) var records = EncodedRecords()
    private let last: EncodedRecords?
    private let lastContents: PrintIndex
    /// Made where the first new name comes.
    private var formIDs: [EncodedName: UInt32] = [:]
    private var schoolIDs: [String: UInt32] = ["": 0]
    private var groups: [SourceID: UInt16] = [:]
    private var groupSources: [UInt32] = [0, 0]
    private var exclusion: [UInt16] = []
    /// Where records come from, and by record which of them.
    private var origins: [Origin] = []
    private(set) var sources: [UInt16] = []
    /// By record, its place in the earlier night; -1 for one that was encoded.
    private(set) var takenFrom: [Int32] = []

    private struct Origin {
        let source: SourceID
        let isSpine: Bool
        let isUnique: Bool
        let number: UInt16
        let group: UInt16
        /// Of the origin itself, to be part of its records' contents.
        let print: ContentPrint
    }

    init(last: EncodedRecords? = nil) {
        self.last = last
        lastContents = PrintIndex(last?.contents ?? [])
        guard let last else { return }
        (records.text, records.forms) = (last.text, last.forms)
    }

    /// Takes a record over that says what one of the earlier night said.
    ///
    /// - Parameter content: the print of its identifiers.
    /// - Returns: what the caller noted of it then; `nil` where it is not known, and must be added.
    package mutating func take(
        _ content: ContentPrint, source: SourceID, isSpine: Bool, isUnique: Bool
    ) -> UInt8? {
        guard let last else { return nil }
        let origin = origin(source, isSpine: isSpine, isUnique: isUnique)
        var content = content
        content.add(origin.print)
        guard let row = lastContents.place(of: content, in: last.contents) else { return nil }
        records.take(row, of: last)
        takenFrom.append(Int32(row))
        exclusion.append(origin.group)
        sources.append(origin.number)
        return last.notes[row]
    }

    /// Encodes a record.
    ///
    /// - Parameters:
    ///   - content: the print of its identifiers; `nil` where it is not known, and the record will never be taken over.
    ///   - note: kept with the record for the caller.
    package mutating func add(_ record: LinkageRecord, content: ContentPrint? = nil, note: UInt8 = 0) {
        let identifiers = record.identifiers
        let origin = origin(record.source, isSpine: record.isSpine, isUnique: record.isUnique)
        exclusion.append(origin.group)
        sources.append(origin.number)
        var whole = content ?? ContentPrint()
        if content != nil { whole.add(origin.print) }
        takenFrom.append(-1)
        records.contents.append(whole)
        records.notes.append(note)
        records.fingerprints.append(Fingerprint.of(record))
        let own = Self.distinct(identifiers.names.map { formID($0) })
        records.names.append(own)
        records.families.append(Self.familyNames(own.map { records.forms[Int($0)] }))
        let guardians = identifiers.guardians.map { formID($0) }
        records.guardianForms.append(guardians)
        let named = guardianNames(Self.distinct(guardians))
        records.guardianFamilies.append(named.families)
        records.guardians.append(named.names)
        records.households.append(records.text.id(of: identifiers.household?.rawValue ?? ""))
        records.births.append(EncodedBirth(identifiers.birth))
        records.sexes.append(identifiers.sex.map { $0 == .male ? 1 : 2 } ?? 0)
        append(identifiers.address)
        records.phones.append(Self.known(identifiers.phones.map { records.text.id(of: $0) }))
        records.schools.append(schoolID(identifiers.school ?? ""))
        let number = identifiers.number
        records.numberSpaces.append(number.map { records.text.id(of: $0.space) } ?? 0)
        records.numbers.append(number.map { records.text.id(of: $0.space + "\u{1F}" + $0.number) } ?? 0)
    }

    /// The register names no guardian; the others of a record's household stand in for them, but not a twin.
    ///
    /// Institutions are households of the register too; past twenty members no name in it speaks of a guardian.
    func finish() -> RecordColumns {
        var columns = records.columns(exclusion: exclusion, groupSources: groupSources)
        let isSpine = exclusion.map { $0 == RecordColumns.spine }
        // By household, its members one behind the other.
        var first = [Int32](repeating: -1, count: records.text.count)
        var next = [Int32](repeating: -1, count: isSpine.count)
        for record in isSpine.indices.reversed() where isSpine[record] && records.households[record] != 0 {
            let household = Int(records.households[record])
            (next[record], first[household]) = (first[household], Int32(record))
        }
        for record in isSpine.indices {
            var others: [Int] = []
            if isSpine[record], records.households[record] != 0 {
                var member = first[Int(records.households[record])]
                while member >= 0, others.count <= 20 {
                    others.append(Int(member))
                    member = next[Int(member)]
                }
            }
            guard (2...20).contains(others.count) else {
                columns.guardianFamilies.append(records.guardianFamilies, record)
                columns.guardians.append(records.guardians, record)
                continue
            }
            var forms = Array(records.guardianForms.values[records.guardianForms.range(record)])
            let birth = records.births[record]
            for member in others
            where member != record && (birth.precision != .day || records.births[member] != birth) {
                forms += records.names.values[records.names.range(member)]
            }
            let named = guardianNames(Self.distinct(forms))
            columns.guardianFamilies.append(named.families)
            columns.guardians.append(named.names)
        }
        columns.leaveOutShared()
        columns.findSole(households: records.households)
        return columns
    }

    private func guardianNames(_ forms: [UInt32]) -> (families: [UInt32], names: [UInt32]) {
        let names = forms.map { records.forms[Int($0)] }
        return (Self.familyNames(names), Self.known(names.flatMap { [$0.whole, $0.wholeKana] }))
    }

    private mutating func formID(_ form: NameForm) -> UInt32 {
        if formIDs.isEmpty, !records.forms.isEmpty {
            formIDs = Dictionary(
                zip(records.forms, 0..<UInt32(records.forms.count)), uniquingKeysWith: { first, _ in first })
        }
        let encoded = EncodedName(form, into: &records.text)
        if let known = formIDs[encoded] { return known }
        let id = UInt32(records.forms.count)
        formIDs[encoded] = id
        records.forms.append(encoded)
        return id
    }

    private mutating func schoolID(_ name: String) -> UInt32 {
        if let known = schoolIDs[name] { return known }
        let id = records.text.id(of: SchoolName.comparable(name))
        schoolIDs[name] = id
        return id
    }

    private mutating func append(_ address: Address?) {
        let town = address?.town ?? ""
        let lot =
            town.isEmpty || address?.block.isEmpty != false ? "" : town + "\u{1F}" + (address?.block ?? "")
        records.towns.append(records.text.id(of: town))
        records.postcodes.append(records.text.id(of: address?.postcode ?? ""))
        records.lots.append(records.text.id(of: lot))
        records.homes.append(
            lot.isEmpty ? 0 : records.text.id(of: lot + "\u{1F}" + (address?.building ?? "")))
    }

    /// Records come source by source, so it is nearly always the last.
    private mutating func origin(_ source: SourceID, isSpine: Bool, isUnique: Bool) -> Origin {
        if let known = origins.last(where: {
            $0.source == source && $0.isSpine == isSpine && $0.isUnique == isUnique
        }) {
            return known
        }
        var print = ContentPrint()
        print.add(source.rawValue)
        print.add((isSpine ? 2 : 0) + (isUnique ? 1 : 0))
        let number = origins.first { $0.source == source }?.number ?? UInt16(origins.count)
        let origin = Origin(
            source: source, isSpine: isSpine, isUnique: isUnique, number: number,
            group: group(source, isSpine: isSpine, isUnique: isUnique), print: print)
        origins.append(origin)
        return origin
    }

    private mutating func group(_ source: SourceID, isSpine: Bool, isUnique: Bool) -> UInt16 {
        if isSpine { return RecordColumns.spine }
        guard isUnique else { return 0 }
        if let known = groups[source] { return known }
        let id = UInt16(groups.count) + RecordColumns.spine + 1
        groups[source] = id
        groupSources.append(records.text.id(of: source.rawValue))
        return id
    }

    private static func familyNames(_ names: [EncodedName]) -> [UInt32] {
        known(names.flatMap { [$0.family, $0.familyKana] })
    }

    /// Text ids sorted, each once, without the missing.
    private static func known(_ texts: [UInt32]) -> [UInt32] { distinct(texts.filter { $0 != 0 }) }

    /// Sorted, each once.
    private static func distinct(_ ids: [UInt32]) -> [UInt32] {
        if ids.count < 2 { return ids }
        let sorted = ids.sorted()
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    }
}

extension RecordColumns {
    /// Takes out of the columns what no single person or household can have.
    fileprivate mutating func leaveOutShared() {
        let days = births.map { $0.precision == .day ? $0.digits : 0 }
        let crowded = SharedValues.crowdedDays(
            days, isRegistered: exclusion.map { $0 == RecordColumns.spine })
        for record in births.indices where days[record] != 0 && crowded.values.contains(days[record]) {
            births[record] = EncodedBirth(nil)
        }
        let phones = SharedValues.crowded(
            .phone, self.phones, births: days, most: SharedValues.household)
        self.phones = self.phones.without(phones.values)
        let guardians = SharedValues.crowded(
            .guardian, self.guardians, births: days, most: SharedValues.block)
        self.guardians = self.guardians.without(guardians.values)
        let homes = SharedValues.crowded(
            .home, RaggedColumn(self.homes), births: days, most: SharedValues.household)
        if !homes.values.isEmpty { self.homes = self.homes.map { homes.values.contains($0) ? 0 : $0 } }
        let lots = SharedValues.crowded(
            .lot, RaggedColumn(self.lots), births: days, most: SharedValues.block)
        if !lots.values.isEmpty { self.lots = self.lots.map { lots.values.contains($0) ? 0 : $0 } }
        shared = [crowded, phones, guardians, homes, lots].filter { $0.records > 0 }
    }

    /// Two of one birth day and family in the register or in a source that has each person once are two persons.
    ///
    /// - Parameter households: by record, the text id of the household; only the register's count.
    fileprivate mutating func findSole(households: [UInt32]) {
        var bearers: [(key: UInt64, group: UInt16, record: UInt32)] = []
        for record in births.indices where births[record].precision == .day {
            let group = exclusion[record]
            guard group != 0 else { continue }
            let day = UInt64(births[record].digits) << 32
            for place in families.range(record) {
                bearers.append((day | UInt64(families.values[place]), group, UInt32(record)))
            }
            // Text ids are far below.
            if group == Self.spine, households[record] != 0 {
                bearers.append((day | 1 << 31 | UInt64(households[record]), group, UInt32(record)))
            }
        }
        bearers.sort { ($0.key, $0.group) < ($1.key, $1.group) }
        isSole = births.indices.map { exclusion[$0] == Self.spine && births[$0].precision == .day }
        var first = 0
        while first < bearers.count {
            var (end, areMore) = (first + 1, false)
            while end < bearers.count, bearers[end].key == bearers[first].key {
                areMore = areMore || bearers[end].group == bearers[end - 1].group
                end += 1
            }
            if areMore { for bearer in bearers[first..<end] { isSole[Int(bearer.record)] = false } }
            first = end
        }
    }
}
