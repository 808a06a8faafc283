internal import Domain

/// Computes the values of blocking keys, none, one or several a record.
///
/// Values are hashes, not texts: a collision only compares one pair too many. They are of the texts themselves, not of
/// their ids, so that a block has the same key on every night.
struct KeyValues {
    private let columns: RecordColumns
    /// Hash of each text's loose form, made once for every distinct text.
    private let loose: [UInt64]

    init(_ columns: RecordColumns) {
        self.columns = columns
        loose = (0..<columns.text.count).map { id in
            columns.text.codePoints[columns.text.range(UInt32(id))].reduce(UInt64(0)) { hash, point in
                Self.loose(point).map { mix(hash ^ UInt64($0)) } ?? hash
            }
        }
    }

    /// What a record has of a key: most have one value or none, and no list is made for them.
    private enum Values {
        case none
        case one(UInt64)
        case several([UInt64])
    }

    /// Calls `body` with each hash under which a record stands for all keys at once, in ascending order; not at all where it
    /// lacks one of them.
    func combined(_ keys: [BlockingKey], of record: Int, _ body: (UInt64) -> Void) {
        var hash: UInt64 = 0x72656E6B_6569
        for (place, key) in keys.enumerated() {
            switch values(key, of: record) {
            case .none: return
            case .one(let value): hash = mix(hash ^ value)
            case .several(let values):
                return several(values.map { mix(hash ^ $0) }, keys[(place + 1)...], of: record, body)
            }
        }
        body(hash)
    }

    private func several(
        _ first: [UInt64], _ keys: ArraySlice<BlockingKey>, of record: Int, _ body: (UInt64) -> Void
    ) {
        var hashes = first
        for key in keys {
            switch values(key, of: record) {
            case .none: return
            case .one(let value): hashes = hashes.map { mix($0 ^ value) }
            case .several(let values):
                hashes = hashes.flatMap { hash in values.map { mix(hash ^ $0) } }
            }
        }
        for hash in Set(hashes).sorted() { body(hash) }
    }

    private func values(_ key: BlockingKey, of record: Int) -> Values {
        switch key {
        case .number: return known(columns.numbers[record])
        case .birthDay: return exact(record) { $0 }
        case .birthMonth: return exact(record) { $0 >> 8 }
        case .birthYear: return exact(record) { $0 >> 16 }
        case .birthday: return exact(record) { $0 & 0xFFFF }
        case .sex: return columns.sexes[record] == 0 ? .none : .one(UInt64(columns.sexes[record]))
        case .given: return names(record) { hash($0.given) }
        case .givenKana: return names(record) { hash($0.givenKana) }
        case .family: return names(record) { hash($0.family) }
        case .familyKana: return names(record) { hash($0.familyKana) }
        case .name: return names(record) { hash($0.whole) }
        case .nameKana: return names(record) { hash($0.wholeKana) }
        case .givenKanaLoose: return names(record) { loose[Int($0.givenKana)] }
        case .familyKanaLoose: return names(record) { loose[Int($0.familyKana)] }
        case .nameKanaLoose: return names(record) { loose[Int($0.wholeKana)] }
        case .town: return known(columns.towns[record])
        case .lot: return known(columns.lots[record])
        case .home: return known(columns.homes[record])
        case .phone: return texts(columns.phones, record)
        case .guardian: return texts(columns.guardians, record)
        case .school: return known(columns.schools[record])
        }
    }

    /// 0 for the missing text alone.
    private func hash(_ id: UInt32) -> UInt64 { columns.text.prints[Int(id)].high }

    private func known(_ id: UInt32) -> Values { id == 0 ? .none : .one(hash(id)) }

    private func texts(_ column: RaggedColumn, _ record: Int) -> Values {
        let range = column.range(record)
        if range.count < 2 { return range.first.map { .one(hash(column.values[$0])) } ?? .none }
        return .several(column.values[range].map(hash))
    }

    private func exact(_ record: Int, _ part: (UInt32) -> UInt32) -> Values {
        let birth = columns.births[record]
        return birth.precision == .day ? .one(UInt64(part(birth.digits))) : .none
    }

    private func names(_ record: Int, _ part: (EncodedName) -> UInt64) -> Values {
        let range = columns.names.range(record)
        if range.count < 2 {
            let value = range.first.map { part(columns.forms[Int(columns.names.values[$0])]) } ?? 0
            return value == 0 ? .none : .one(value)
        }
        var values: [UInt64] = []
        for form in columns.names.values[range] {
            let value = part(columns.forms[Int(form)])
            if value != 0, !values.contains(value) { values.append(value) }
        }
        return values.isEmpty ? .none : .several(values)
    }

    /// A katakana without its voicing mark; `nil` for the long-vowel mark.
    static func loose(_ point: UInt32) -> UInt32? {
        switch point {
        case 0x30FC: nil
        // カガ…ヂ stand in pairs, then ッ shifts the pairs of ツ, テ and ト by one.
        case 0x30AB...0x30C2: (point - 0x30AB) / 2 * 2 + 0x30AB
        case 0x30C4...0x30C9: point / 2 * 2
        // ハバパ…ホボポ stand in threes.
        case 0x30CF...0x30DD: (point - 0x30CF) / 3 * 3 + 0x30CF
        case 0x30F4: 0x30A6
        default: point
        }
    }
}
