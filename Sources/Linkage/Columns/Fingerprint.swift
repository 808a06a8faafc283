internal import Domain

/// A 64-bit number of a record's content: breaks ties and orders samples, so that neither depends on the order in which
/// records come. Not a key and not kept.
package struct Fingerprint {
    private var hash = ByteHash()

    /// Where `name` stands in an order that only `seed` decides.
    package static func order(_ name: String, seed: UInt64) -> UInt64 {
        var print = Fingerprint()
        print.add(name)
        return mix(print.hash.value ^ mix(seed))
    }

    static func of(_ record: LinkageRecord) -> UInt64 {
        var print = Fingerprint()
        let identifiers = record.identifiers
        print.add(record.source.rawValue)
        for form in identifiers.names { print.add(form) }
        print.add("|")
        for form in identifiers.guardians { print.add(form) }
        if let range = identifiers.birth?.range {
            print.add(range.lowerBound.number)
            print.add(range.upperBound.number)
        }
        print.add(identifiers.sex?.rawValue ?? "")
        if let address = identifiers.address {
            for part in [address.postcode, address.town, address.block, address.building, address.written] {
                print.add(part)
            }
        }
        for phone in identifiers.phones { print.add(phone) }
        print.add(identifiers.school ?? "")
        print.add(identifiers.number?.space ?? "")
        print.add(identifiers.number?.number ?? "")
        print.add(identifiers.household?.rawValue ?? "")
        print.add(identifiers.relation ?? "")
        return mix(print.hash.value)
    }

    private mutating func add(_ form: NameForm) {
        add(form.kind.rawValue)
        for part in [
            form.family, form.given, form.familyKana, form.givenKana, form.unsplit, form.unsplitKana,
            form.written,
            form.writtenKana,
        ] {
            add(part)
        }
    }

    private mutating func add(_ number: Int) { hash.mixIn(number) }

    /// The bytes, then a mark that ends the field.
    private mutating func add(_ text: String) {
        hash.add(text)
        hash.add(0x1F)
    }
}
