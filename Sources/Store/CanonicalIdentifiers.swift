internal import Domain

extension Identifiers {
    /// Version of the form below; a reader refuses another.
    private static let form = 1

    /// Compact bytes, several times faster than JSON for the million identities of a night.
    var canonicalBytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.put(Self.form)
        writer.put(all: names) { $0.put($1) }
        writer.put(optional: birth) { $0.put(StoredDate.number($1)) }
        writer.put(optional: sex) { $0.put($1 == .male ? 1 : 2) }
        writer.put(optional: address) { writer, address in
            for text in [address.postcode, address.town, address.block, address.building, address.written] {
                writer.put(text)
            }
        }
        writer.put(all: phones) { $0.put($1) }
        writer.put(all: guardians) { $0.put($1) }
        writer.put(optional: school) { $0.put($1) }
        writer.put(optional: number) {
            $0.put($1.space)
            $0.put($1.number)
        }
        writer.put(optional: household) { $0.put($1.rawValue) }
        writer.put(optional: relation) { $0.put($1) }
        return writer.bytes
    }

    /// What a source wrote, without the comparable forms made of it: a better reader of names must not make everybody
    /// somebody new. Of an address the building is kept apart, since two columns may be written as one.
    var writtenBytes: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        func put(_ forms: [NameForm]) {
            writer.put(all: forms) { writer, form in
                writer.put(NameForm.Kind.allCases.firstIndex(of: form.kind) ?? 0)
                writer.put(form.written)
                writer.put(form.writtenKana)
            }
        }
        put(names)
        writer.put(optional: birth) { $0.put(StoredDate.number($1)) }
        writer.put(optional: sex) { $0.put($1 == .male ? 1 : 2) }
        writer.put(optional: address) { writer, address in
            for text in [address.postcode, address.written, address.building] { writer.put(text) }
        }
        writer.put(all: phones) { $0.put($1) }
        put(guardians)
        writer.put(optional: school) { $0.put($1) }
        writer.put(optional: number) {
            $0.put($1.space)
            $0.put($1.number)
        }
        writer.put(optional: household) { $0.put($1.rawValue) }
        writer.put(optional: relation) { $0.put($1) }
        return writer.bytes
    }

    init(canonicalBytes bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        guard try reader.int() == Self.form else { throw ByteReader.damaged }
        self.init(
            names: try reader.all { try $0.nameForm() },
            birth: try reader.optional { StoredDate.date(try $0.int()) },
            sex: try reader.optional { try $0.int() == 1 ? .male : .female },
            address: try reader.optional {
                Address(
                    postcode: try $0.text(), town: try $0.text(), block: try $0.text(),
                    building: try $0.text(), written: try $0.text())
            },
            phones: try reader.all { try $0.text() },
            guardians: try reader.all { try $0.nameForm() },
            school: try reader.optional { try $0.text() },
            number: try reader.optional { PersonNumber(space: try $0.text(), number: try $0.text()) },
            household: try reader.optional { HouseholdID(try $0.text()) },
            relation: try reader.optional { try $0.text() })
        guard reader.isAtEnd else { throw ByteReader.damaged }
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ name: NameForm) {
        put(NameForm.Kind.allCases.firstIndex(of: name.kind) ?? 0)
        put(name.family)
        put(name.given)
        put(name.familyKana)
        put(name.givenKana)
        put(name.unsplit)
        put(name.unsplitKana)
        put(name.written)
        put(name.writtenKana)
    }
}

extension ByteReader {
    fileprivate mutating func nameForm() throws -> NameForm {
        let kind = try int()
        guard NameForm.Kind.allCases.indices.contains(kind) else { throw Self.damaged }
        return NameForm(
            kind: NameForm.Kind.allCases[kind], family: try text(), given: try text(), familyKana: try text(),
            givenKana: try text(), unsplit: try text(), unsplitKana: try text(), written: try text(),
            writtenKana: try text())
    }
}
