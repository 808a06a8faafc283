/// Values of one kind that too many people share: a placeholder date, a school's telephone for its pupils', a children's home.
///
/// Such a value is no evidence that two records are one person's, and blocks nothing. The limits are far above what chance or a
/// family makes, so that a value is only ever left out where it says nothing.
package struct SharedValues: Sendable, Hashable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case birth, phone, guardian, home, lot

        /// Japanese, for people.
        package var title: String {
            switch self {
            case .birth: "生年月日"
            case .phone: "電話番号"
            case .guardian: "保護者の氏名"
            case .home: "住所（方書まで）"
            case .lot: "住所（番地まで）"
            }
        }
    }

    package let kind: Kind
    /// Text ids, or a birth day's digits.
    let values: Set<UInt32>
    /// Records that had one of them.
    package let records: Int
    /// How many they are.
    package var count: Int { values.count }

    /// Birth days in one household at most, as where the register's institutions are told from families.
    static let household = 20
    /// Birth days on one lot at most: past it, it is a housing estate. Also with one guardian's name: past it, a home's director or
    /// a name too common.
    static let block = 100
    /// So many times the usual number of records of one birth day, and so many records, make a day a placeholder.
    static let crowd = (times: 20, records: 60)

    /// Other records of one birth day than the register's, at least, and so many for each person whom the register knows of that
    /// day and so many times their usual number, make a day a placeholder too. A 1 January needs a third: it is what people type.
    static let unregistered = (records: 30, each: 20, times: 8)

    /// Birth days, as digits, that far too many records have.
    ///
    /// - Parameter isRegistered: by record; of the register.
    static func crowdedDays(_ births: [UInt32], isRegistered: [Bool]) -> SharedValues {
        var (counts, registered): ([UInt32: Int], [UInt32: Int]) = ([:], [:])
        for (birth, isRegistered) in zip(births, isRegistered) where birth != 0 {
            counts[birth, default: 0] += 1
            if isRegistered { registered[birth, default: 0] += 1 }
        }
        let total = counts.values.reduce(0, +)
        let usual = counts.isEmpty ? 0 : (total + counts.count - 1) / counts.count
        let crowded = counts.filter { day, count in
            if count > max(crowd.records, crowd.times * usual) { return true }
            guard !registered.isEmpty else { return false }
            let known = registered[day] ?? 0
            let least = max(unregistered.records, unregistered.times * usual, unregistered.each * (known + 1))
            return count - known > (day & 0xFFFF == 0x0101 ? least / 3 : least)
        }
        return SharedValues(
            kind: .birth, values: Set(crowded.keys), records: crowded.values.reduce(0, +))
    }

    /// Values with which more than `most` different birth days stand.
    static func crowded(
        _ kind: Kind, _ column: RaggedColumn, births: [UInt32], most: Int
    ) -> SharedValues {
        var counts: [UInt32: Int] = [:]
        for value in column.values { counts[value, default: 0] += 1 }
        var days: [UInt32: Set<UInt32>] = [:]
        for record in births.indices where births[record] != 0 {
            for place in column.range(record) {
                let value = column.values[place]
                if counts[value] ?? 0 > most { days[value, default: []].insert(births[record]) }
            }
        }
        let crowded = Set(days.filter { $0.value.count > most }.keys)
        return SharedValues(
            kind: kind, values: crowded, records: crowded.reduce(0) { $0 + (counts[$1] ?? 0) })
    }
}
