package import Domain

/// Hash of everything a run publishes: persons with memberships, flags with reasons, in sorted order; lower-case hex.
///
/// Over plain canonical bytes, never over ciphertext: equal inputs give equal hashes, though every seal has its own
/// nonce. Streams, so that memory stays flat.
package func publicationHash(run: RunStore, flags: [Flag]) throws -> String {
    try run.requireFinished()
    var stream = DigestStream()
    try run.eachPersonByID { person in
        var writer = ByteWriter()
        writer.put("person")
        writer.put(person.id.rawValue)
        writer.put(person.standing.isProtected ? 1 : 0)
        writer.put(person.isResident ? 1 : 0)
        writer.put(optional: person.household) { $0.put($1) }
        writer.put(person.display.canonicalBytes)
        writer.put(all: try run.recordKeys(ofPerson: person.number)) { $0.put($1) }
        stream.add(writer.bytes)
    }
    for flag in flags.sorted(by: { ($0.person, $0.rule) < ($1.person, $1.rule) }) {
        stream.add(flag.canonicalBytes)
    }
    return stream.hex
}

extension RunStore {
    fileprivate func recordKeys(ofPerson number: Int) throws -> [String] {
        var keys: [String] = []
        try vault.statement(
            """
            SELECT e.source, e.key FROM membership m JOIN entity e ON e.id = m.entity
            WHERE m.person = ? ORDER BY e.source, e.key
            """
        ).rows(number) { keys.append($0.text(0) + "/" + $0.text(1)) }
        return keys
    }
}

extension Flag {
    /// Every part of the flag in one fixed form.
    var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        for text in ["flag", person.rawValue, rule.rawValue, title, urgency.rawValue] { writer.put(text) }
        writer.put(version)
        writer.put(since.number)
        writer.put(all: difficulties.map(\.rawValue)) { $0.put($1) }
        writer.put(all: confirm) { $0.put($1) }
        for told in [reasons, protective, missing] { writer.put(told) }
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ reasons: [Reason]) {
        put(all: reasons) { writer, reason in
            writer.put(reason.sentence)
            writer.put(all: reason.items.map(\.rawValue)) { $0.put($1) }
            writer.put(all: reason.sources) { writer, source in
                writer.put(source.source.rawValue)
                writer.put(source.title)
                writer.put(optional: source.asOf) { $0.put($1.number) }
                writer.put(source.limit)
            }
            writer.put(all: reason.facts) { $0.put($1) }
        }
    }

    fileprivate mutating func put(_ sourced: SourcedFact) {
        put(sourced.fact.item.rawValue)
        put(sourced.fact.kind)
        switch sourced.fact.value {
        case .code(let label):
            put(0)
            put(label)
        case .number(let number):
            put(1)
            put(number)
        case .day(let day):
            put(2)
            put(day.number)
        }
        put(optional: sourced.fact.on) { $0.put(StoredDate.number($1)) }
        put(sourced.position.source.rawValue)
        put(sourced.position.file)
        put(sourced.position.line)
        put(sourced.position.offset)
    }
}
