internal import Domain

/// What a column holds, as far as it decides who may see a row that could not be read.
package enum ColumnContent: Sendable, Hashable {
    case address, phone, guardian, school
    /// Not received: nobody here needs it.
    case dropped
    case other
}

extension ExtractMapping {
    /// What stands under `header`, one of the file's own.
    package func content(of header: String) -> ColumnContent {
        let name: String
        switch HeaderMatch.Names(self).meaning(of: Cell.trimmed(header)) {
        case .column(let meant), .month(let meant, _): name = meant
        // A column that nobody mapped may hold anything.
        case nil: return .dropped
        }
        for columns in people.map(\.columns) {
            let address = columns.address
            let places =
                (address?.written.all ?? []) + [address?.postcode, address?.building].compactMap(\.self)
            let guardians = (columns.guardians ?? []).flatMap(\.headers)
            if places.contains(where: { $0.value == name }) { return .address }
            if (columns.phones?.all ?? []).contains(where: { $0.value == name }) { return .phone }
            if guardians.contains(where: { $0.value == name }) { return .guardian }
            if columns.school?.value == name { return .school }
        }
        return dropped.contains { $0.header == name } ? .dropped : .other
    }
}
