import Domain

/// Who belongs to the groups whose records are harder to link, as the night's records themselves show it.
struct LinkageGroups {
    private let asOf: Day
    private(set) var foreignName: Set<Int> = []
    private(set) var changedFamilyName: Set<Int> = []
    /// Children of the register with a brother or sister born the same day.
    private(set) var registerTwins: Set<Int> = []
    /// Children of the register.
    private(set) var children: Set<Int> = []
    private var born: [Birth: Int] = [:]

    private struct Birth: Hashable {
        let household: HouseholdID
        let day: PartialDate
    }

    init(asOf: Day) { self.asOf = asOf }

    /// What names say, so that they need not be read again while they stay the same.
    static func note(of identifiers: Identifiers) -> UInt8 {
        (identifiers.names.contains(where: \.isForeign) ? 1 : 0) + (identifiers.hasOtherFamilyName ? 2 : 0)
    }

    mutating func look(at identifiers: Identifiers, of entity: Int, isSpine: Bool) {
        look(at: identifiers, noted: Self.note(of: identifiers), of: entity, isSpine: isSpine)
    }

    /// - Parameters:
    ///   - identifiers: birth and household are looked at.
    ///   - note: of the names.
    mutating func look(at identifiers: Identifiers, noted note: UInt8, of entity: Int, isSpine: Bool) {
        if note & 1 != 0 { foreignName.insert(entity) }
        if note & 2 != 0 { changedFamilyName.insert(entity) }
        guard isSpine, let birth = identifiers.birth, birth.range.upperBound.age(on: asOf) < 18 else {
            return
        }
        children.insert(entity)
        guard let household = identifiers.household, birth.exactDay != nil else { return }
        let other = born.updateValue(entity, forKey: Birth(household: household, day: birth))
        if let other { registerTwins.formUnion([entity, other]) }
    }
}

extension NameForm {
    /// In Latin letters, in katakana where others write kanji, or a 通称.
    fileprivate var isForeign: Bool {
        let name = family.isEmpty ? unsplit : family
        return kind == .latin || kind == .alias || name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
            || !name.isEmpty && name.unicodeScalars.allSatisfy { (0x30A1...0x30FC).contains($0.value) }
    }
}

extension Identifiers {
    /// A 旧氏, or guardians none of whom has the family name.
    fileprivate var hasOtherFamilyName: Bool {
        if names.contains(where: { $0.kind == .former }) { return true }
        let (own, theirs) = (Self.families(names), Self.families(guardians))
        return !own.isEmpty && !theirs.isEmpty && own.isDisjoint(with: theirs)
    }

    private static func families(_ forms: [NameForm]) -> Set<String> {
        Set(forms.flatMap { [$0.family, $0.familyKana] }).subtracting([""])
    }
}
