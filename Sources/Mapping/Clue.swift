package import Domain

/// What a rejected row still says about whom it is of; kept for the night alone, and never written.
package struct Clue: Sendable, Hashable {
    package var number: PersonNumber?
    package var birth: PartialDate?
    package var household: HouseholdID?

    package init(number: PersonNumber? = nil, birth: PartialDate? = nil, household: HouseholdID? = nil) {
        self.number = number
        self.birth = birth
        self.household = household
    }

    /// Of a record that another row's keeps out: its number is what is in doubt.
    package init(besidesNumberOf identifiers: Identifiers) {
        self.init(birth: identifiers.birth, household: identifiers.household)
    }
}

extension Mapper {
    /// What a rejected row says of its people whose facts it was to bring; the column at fault says nothing, and nothing
    /// does where the fields are not one for each column.
    package mutating func clues(of fields: [String], _ rejection: Rejection) -> [Clue] {
        guard fields.count == header.count else { return [] }
        let faulty = rejection.column.flatMap { header.firstIndex(of: $0) }
        return people.compactMap { $0.clue(fields, besides: faulty, &memory) }
    }

    /// The column by which a row, as it was corrected, is of somebody else or another record than as it came: another
    /// number or record key, or another name and another birth at once. `nil` where it is of the same.
    ///
    /// - Parameter rejection: why the row came back; a number or key that is at fault is to be changed.
    package mutating func otherPerson(
        in corrected: [String], than original: [String], _ rejection: Rejection
    ) -> String? {
        guard corrected.count == header.count, original.count == header.count else { return nil }
        let faulty = rejection.column.flatMap { header.firstIndex(of: $0) }
        if let first = key.first, !key.contains(where: { $0 == faulty }), let was = self.key(of: original),
            was != self.key(of: corrected)
        {
            return header[first]
        }
        for person in people {
            if let place = person.otherPerson(in: corrected, than: original, besides: faulty, &memory) {
                return header[place]
            }
        }
        return nil
    }

    /// The column by which a corrected row says another household than the original; `nil`: it says the same.
    package func otherHousehold(in corrected: [String], than original: [String]) -> String? {
        guard corrected.count == header.count, original.count == header.count else { return nil }
        return people.lazy.compactMap { $0.otherHousehold(in: corrected, than: original) }.first.map {
            header[$0]
        }
    }
}
