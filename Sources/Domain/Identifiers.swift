/// One form of a person's name, in comparable form and as it was written.
///
/// A person has several: legal, 通称, 旧氏, Latin. Comparable means folded by `JapaneseText`: kanji variants to their
/// class, kana to full-width katakana, no spaces. Parts that the source does not have are empty, never guessed.
package struct NameForm: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case legal, alias, former, latin
    }
    package var kind: Kind
    /// Comparable family and given name in kanji (or Latin capitals); empty where unknown.
    package var family: String
    package var given: String
    /// Comparable readings in full-width katakana; empty where unknown.
    package var familyKana: String
    package var givenKana: String
    /// The whole name where the source gives it unsplit and no dictionary could split it; else empty.
    package var unsplit: String
    package var unsplitKana: String
    /// As written by the source, for people to read.
    package var written: String
    package var writtenKana: String

    package init(
        kind: Kind, family: String = "", given: String = "", familyKana: String = "", givenKana: String = "",
        unsplit: String = "", unsplitKana: String = "", written: String = "", writtenKana: String = ""
    ) {
        self.kind = kind
        self.family = family
        self.given = given
        self.familyKana = familyKana
        self.givenKana = givenKana
        self.unsplit = unsplit
        self.unsplitKana = unsplitKana
        self.written = written
        self.writtenKana = writtenKana
    }
}

/// Sex as the registers code it.
package enum Sex: String, Hashable, Sendable, Codable {
    case male, female
}

/// An address in comparable parts and as it was written.
package struct Address: Hashable, Sendable, Codable {
    /// Seven digits, or empty.
    package var postcode: String
    /// Town with 丁目 as a number, folded (`若葉台2`); empty where unknown.
    package var town: String
    /// Block, lot and number joined by hyphens (`3-4`); empty where unknown.
    package var block: String
    /// Building and room, folded; empty where unknown.
    package var building: String
    package var written: String

    package init(
        postcode: String = "", town: String = "", block: String = "", building: String = "",
        written: String = ""
    ) {
        self.postcode = postcode
        self.town = town
        self.block = block
        self.building = building
        self.written = written
    }
}

/// A source's own number for a person, meaningful only inside its number space.
///
/// 宛名番号 are not unique over systems; two numbers are compared only where the tenant certified one shared space.
package struct PersonNumber: Hashable, Sendable, Codable {
    package let space: String
    /// Text, without the leading zeros that spreadsheets eat.
    package let number: String

    package init(space: String, number: String) {
        self.space = space
        self.number = number
    }
}

/// What a row says about who a person is, as opposed to what it says about them (`Fact`).
package struct Identifiers: Hashable, Sendable, Codable {
    package var names: [NameForm]
    package var birth: PartialDate?
    package var sex: Sex?
    package var address: Address?
    /// Digits only.
    package var phones: [String]
    package var guardians: [NameForm]
    package var school: String?
    package var number: PersonNumber?
    package var household: HouseholdID?
    /// Relation to the household's head as written (続柄), spine only.
    package var relation: String?

    package init(
        names: [NameForm] = [], birth: PartialDate? = nil, sex: Sex? = nil, address: Address? = nil,
        phones: [String] = [], guardians: [NameForm] = [], school: String? = nil, number: PersonNumber? = nil,
        household: HouseholdID? = nil, relation: String? = nil
    ) {
        self.names = names
        self.birth = birth
        self.sex = sex
        self.address = address
        self.phones = phones
        self.guardians = guardians
        self.school = school
        self.number = number
        self.household = household
        self.relation = relation
    }
}
