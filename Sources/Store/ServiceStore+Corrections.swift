internal import Audit
package import Domain
package import Foundation
package import Policy

/// The place of a row in an extract, by the extract's hash.
package struct ExtractPlace: Hashable, Sendable {
    package let sha256: String
    package let line: Int

    package init(sha256: String, line: Int) {
        self.sha256 = sha256
        self.line = line
    }
}

/// A row that a department sent back corrected.
package struct CorrectedRow: Sendable, Hashable {
    package let place: ExtractPlace
    package let source: SourceID
    /// In the order of the extract's header.
    package let fields: [String]
    /// Places of the cells that say something new, those of the row among them that are behind the last column.
    package let changed: [Int]

    package init(place: ExtractPlace, source: SourceID, fields: [String], changed: [Int] = []) {
        self.place = place
        self.source = source
        self.fields = fields
        self.changed = changed
    }
}

/// Corrections of a source that ended, since the newest extract took the place of the one they were made for.
package struct LapsedCorrections: Sendable, Hashable {
    package let source: SourceID
    package let title: String
    /// The newest extract.
    package let file: String
    package let count: Int

    package init(source: SourceID, title: String, file: String, count: Int) {
        (self.source, self.title, self.file, self.count) = (source, title, file, count)
    }

    /// For people.
    package var sentence: String {
        "「\(title)」に新しい抽出（\(file)）が届いたため、前の抽出の行の直し\(count)件は終わりました。まだ誤りのある行は、新しい抽出でもう一度却下されます。もとのシステムも直してください。"
    }
}

/// The corrections that stand for tonight's extracts.
package struct Corrections: Sendable {
    package struct Entry: Sendable, Hashable {
        package let fields: [String]
        /// As `CorrectedRow.changed`; `nil` in corrections from before it was kept.
        package let changed: [Int]?
        /// As audit events name actors.
        package let actor: String
        package let at: Date
    }

    package let entries: [ExtractPlace: Entry]
    /// Of each source whose extract has been replaced since: how many do not count any more.
    package let lapsed: [SourceID: Int]
    /// Hashes of the extracts whose corrections have lapsed.
    package let replaced: Set<String>
    /// Hash of all entries, `nil` where there are none; part of the run's id.
    package let revision: String?

    package static let none = Corrections(entries: [:], lapsed: [:], replaced: [], revision: nil)
}

extension ServiceStore {
    /// The rows at `places` of a finished run as their departments wrote them, in that order; a row that is not kept is `nil`.
    ///
    /// The caller owes what the grant's obligations demand: only who knows the columns can mask them.
    /// - Parameter decision: about `Action.mend`.
    /// - Throws: `Fault` of kind `.denied`.
    package func rejectedRows(
        _ places: [(file: Int, line: Int)], of run: RunStore, isExport: Bool, actor: Actor,
        decision: Decision,
        references: [String: String], at: Date
    ) throws -> [KeptRow?] {
        try run.requireFinished()
        return try mending(
            isExport ? .rejectedExport : .rejectedRead, actor: actor, decision: decision,
            counts: ["rows": places.count], references: references, at: at
        ) { _ in try places.map { try run.keptRow(file: $0.file, line: $0.line) } }
    }

    /// Keeps that somebody asked who may mend nothing.
    ///
    /// - Throws: `Fault` of kind `.denied`.
    package func refuseMending(actor: Actor, decision: Decision, at: Date) throws {
        try mending(
            .rejectedRead, actor: actor, decision: decision, counts: ["rows": 0], references: [:], at: at
        ) { _ in }
    }

    /// Keeps corrections, sealed; the last one of a row counts.
    ///
    /// - Parameter decision: about `Action.mend`.
    package func keepCorrections(
        _ rows: [CorrectedRow], actor: Actor, decision: Decision, references: [String: String], at: Date
    ) throws {
        try mending(
            .correctionsKeep, actor: actor, decision: decision, counts: ["rows": rows.count],
            references: references, at: at
        ) { database in
            // Nobody takes keys away while this transaction lasts.
            try renewRing(in: database)
            let ring = keys.ring
            for row in rows {
                var writer = ByteWriter()
                writer.put(all: row.fields) { $0.put($1) }
                writer.put(all: row.changed) { $0.put($1) }
                try database.statement("INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?, ?, ?)").run(
                    row.place.sha256, row.place.line, row.source.rawValue,
                    ring.seal(writer.bytes, in: Self.cell(row.place), by: ring.common), actor.description,
                    at.milliseconds, ring.common.text)
            }
        }
    }

    /// The extracts that corrections are kept for.
    package func correctedExtracts() throws -> [(source: SourceID, sha256: String)] {
        try exclusively { database in
            var extracts: [(source: SourceID, sha256: String)] = []
            try database.statement("SELECT DISTINCT source, sha256 FROM correction ORDER BY sha256, source")
                .rows { extracts.append((SourceID($0.text(0)), $0.text(1))) }
            return extracts
        }
    }

    /// The corrections for the extracts with the hashes `extracts`, and how many lapse with the `replaced` ones.
    ///
    /// - Parameter decision: about `Action.collect`: a correction is taken in as an extract is.
    /// - Throws: `Fault` of kind `.denied`; the audit trail tells of it.
    package func corrections(
        for extracts: [String], replaced: Set<String>, actor: Actor, decision: Decision, at: Date
    ) throws -> Corrections {
        let taken: Corrections? = try transaction { database in
            try renewRing(in: database)
            let places = try places(of: Set(extracts), in: database).values.flatMap(\.self)
            let lapsed = try self.places(of: replaced, in: database).mapValues(\.count)
            guard !places.isEmpty || !lapsed.isEmpty else { return Corrections.none }
            try event(
                .correctionsTake, actor: actor, action: .collect, decision: decision,
                counts: ["rows": places.count, "lapsed": lapsed.values.reduce(0, +)], references: [:],
                at: at,
                in: database)
            if decision.grant == nil { return nil }
            var entries: [ExtractPlace: Corrections.Entry] = [:]
            for place in places { entries[place] = try correction(at: place, in: database) }
            return Corrections(
                entries: entries, lapsed: lapsed, replaced: replaced,
                revision: entries.isEmpty ? nil : revision(of: entries))
        }
        if let taken { return taken }
        guard case .deny(let denial) = decision else {
            preconditionFailure("INVARIANT: what is permitted was done")
        }
        throw denial.fault
    }

    /// Whether the very same correction is kept already; what is kept does not leave the store.
    ///
    /// - Parameter hidden: places of fields that are not compared: whoever wrote them would learn whether they guessed right.
    package func isKept(_ row: CorrectedRow, besides hidden: Set<Int> = []) throws -> Bool {
        try exclusively { database in
            try renewRing(in: database)
            guard let kept = try correction(at: row.place, in: database)?.fields else { return false }
            return kept.count == row.fields.count
                && zip(kept, row.fields).enumerated().allSatisfy { index, fields in
                    hidden.contains(index) || fields.0.utf8.elementsEqual(fields.1.utf8)
                }
        }
    }

    /// The correction that is kept of a row; what it holds is as personal as the row.
    ///
    /// The caller has had the row by `rejectedRows`, so that the trail knows of the reading, and owes what the grant's obligations demand.
    package func keptCorrection(at place: ExtractPlace) throws -> Corrections.Entry? {
        try exclusively { database in
            try renewRing(in: database)
            return try correction(at: place, in: database)
        }
    }

    /// Which cells the corrections at `places` change, by place; nothing of what they hold.
    package func changedCells(at places: [ExtractPlace]) throws -> [ExtractPlace: [Int]] {
        try exclusively { database in
            try renewRing(in: database)
            var changed: [ExtractPlace: [Int]] = [:]
            for place in places { changed[place] = try correction(at: place, in: database)?.changed }
            return changed
        }
    }

    /// Of each source, the corrections that ended when the extract in service came and took the place of theirs. Summaries of a year are
    /// read for it, on a reader of its own.
    package func lapsedCorrections() throws -> [LapsedCorrections] {
        try beside { database in
            var lapsed: [LapsedCorrections] = []
            // A summary without corrections, as of most nights, is not taken apart.
            try database.statement(
                """
                WITH now AS (SELECT p.sequence, p.summary FROM publication p JOIN current_publication USING (sequence))
                SELECT e.value ->> '$.source', e.value ->> '$.title', e.value ->> '$.file', c.value ->> '$.lapsed'
                FROM now, publication p, json_each(p.summary, '$.corrections') c, json_each(p.summary, '$.extracts') e,
                    json_each(now.summary, '$.extracts') n
                WHERE p.sequence BETWEEN now.sequence - ? AND now.sequence AND instr(p.summary, '"lapsed":') > 0
                    AND c.value ->> '$.lapsed' > 0 AND e.value ->> '$.source' = c.value ->> '$.source'
                    AND n.value ->> '$.source' = e.value ->> '$.source' AND n.value ->> '$.sha256' = e.value ->> '$.sha256'
                ORDER BY p.sequence DESC
                """
            ).rows(Self.nightsLookedBack) { row in
                let source = SourceID(row.text(0))
                guard !lapsed.contains(where: { $0.source == source }) else { return }
                lapsed.append(
                    LapsedCorrections(
                        source: source, title: row.text(1), file: row.optionalText(2) ?? "", count: row.int(3)
                    ))
            }
            return lapsed.sorted { $0.source < $1.source }
        }
    }

    /// An extract that comes once a year.
    private static let nightsLookedBack = 400

    /// Where there are corrections, and when each was taken back; nothing of what they hold.
    package func correctedPlaces() throws -> [ExtractPlace: Date] {
        try exclusively { database in
            var places: [ExtractPlace: Date] = [:]
            try database.statement("SELECT sha256, line, at FROM correction").rows {
                places[ExtractPlace(sha256: $0.text(0), line: $0.int(1))] = Date(milliseconds: $0.int(2))
            }
            return places
        }
    }

    /// Removes the corrections of the extracts with the hashes `replaced`.
    package func removeCorrections(of replaced: Set<String>, actor: Actor, at: Date) throws {
        try transaction { database in
            let count = try places(of: replaced, in: database).values.reduce(0) { $0 + $1.count }
            guard count > 0 else { return }
            for sha256 in replaced {
                try database.statement("DELETE FROM correction WHERE sha256 = ?").run(sha256)
            }
            var event = AuditEvent(.correctionsLapse, actor: actor.description, at: at.milliseconds)
            event.counts = ["rows": count]
            try append(event, in: database)
        }
    }
}

extension ServiceStore {
    /// Runs `body` in one transaction with its audit event; a denial leaves the event alone.
    private func mending<Result>(
        _ what: AuditEvent.What, actor: Actor, decision: Decision, counts: [String: Int],
        references: [String: String], at: Date, _ body: (Database) throws -> Result
    ) throws -> Result {
        let result: Result? = try transaction { database in
            try event(
                what, actor: actor, action: .mend, decision: decision, counts: counts, references: references,
                at: at, in: database)
            return decision.grant == nil ? nil : try body(database)
        }
        if case .deny(let denial) = decision { throw denial.fault }
        guard let result else { preconditionFailure("INVARIANT: what is permitted was done") }
        return result
    }

    private func event(
        _ what: AuditEvent.What, actor: Actor, action: Action, decision: Decision, counts: [String: Int],
        references: [String: String], at: Date, in database: Database
    ) throws {
        var event = try AuditEvent(what, actor: actor, action: action, decision: decision, at: at)
        event.counts = counts
        event.references = references
        try append(event, in: database)
    }

    private func correction(at place: ExtractPlace, in database: Database) throws -> Corrections.Entry? {
        try database.statement(
            "SELECT fields, actor, at, key FROM correction WHERE sha256 = ? AND line = ?"
        ).first(place.sha256, place.line) { row -> Corrections.Entry? in
            guard let plain = try openCorrection(row.blob(0), at: place, key: row.optionalText(3)) else {
                return nil
            }
            var reader = ByteReader(plain)
            return Corrections.Entry(
                fields: try reader.all { try $0.text() },
                changed: reader.isAtEnd ? nil : try reader.all { try $0.int() }, actor: row.text(1),
                at: Date(milliseconds: row.int(2)))
        }.flatMap(\.self)
    }

    /// `nil` where its key went when somebody was shredded or everything was sealed anew: it came back from a copy.
    private func openCorrection(_ sealed: [UInt8], at place: ExtractPlace, key: String?) throws -> [UInt8]? {
        let ring = keys.ring
        guard let key else { return try ring.former?.open(sealed, in: Self.cell(place)) }
        return try ring.openCommon(sealed, in: Self.cell(place), by: KeyName(text: key))
    }

    /// Seals every correction by the key `name`, but those of `removed`, which are deleted: before somebody's keys or a root go, and
    /// the one they were sealed by with them.
    ///
    /// - Returns: how many are left.
    @discardableResult
    func resealCorrections(
        by name: KeyName, besides removed: Set<ExtractPlace> = [], in database: Database
    ) throws -> Int {
        var standing: [(place: ExtractPlace, fields: [UInt8], key: String?)] = []
        try database.statement("SELECT sha256, line, fields, key FROM correction").rows { row in
            standing.append(
                (ExtractPlace(sha256: row.text(0), line: row.int(1)), row.blob(2), row.optionalText(3)))
        }
        var left = standing.count
        for (place, fields, key) in standing where removed.contains(place) || key != name.text {
            guard !removed.contains(place), let plain = try openCorrection(fields, at: place, key: key) else {
                try database.statement("DELETE FROM correction WHERE sha256 = ? AND line = ?").run(
                    place.sha256, place.line)
                left -= 1
                continue
            }
            try database.statement("UPDATE correction SET fields = ?, key = ? WHERE sha256 = ? AND line = ?")
                .run(
                    keys.ring.seal(plain, in: Self.cell(place), by: name), name.text, place.sha256,
                    place.line)
        }
        return left
    }

    private func places(
        of extracts: Set<String>, in database: Database
    ) throws -> [SourceID: [ExtractPlace]] {
        var places: [SourceID: [ExtractPlace]] = [:]
        for sha256 in extracts.sorted() {
            try database.statement("SELECT source, line FROM correction WHERE sha256 = ?").rows(sha256) {
                places[SourceID($0.text(0)), default: []].append(
                    ExtractPlace(sha256: sha256, line: $0.int(1)))
            }
        }
        return places
    }

    private func revision(of entries: [ExtractPlace: Corrections.Entry]) -> String {
        var stream = DigestStream()
        for (place, entry) in entries.sorted(by: {
            ($0.key.sha256, $0.key.line) < ($1.key.sha256, $1.key.line)
        }) {
            var writer = ByteWriter()
            writer.put(place.sha256)
            writer.put(place.line)
            writer.put(all: entry.fields) { $0.put($1) }
            writer.put(entry.actor)
            writer.put(entry.at.milliseconds)
            stream.add(writer.bytes)
        }
        return stream.hex
    }

    static func cell(_ place: ExtractPlace) -> SealedCell {
        SealedCell(table: "correction", row: place.line, column: "fields of \(place.sha256)")
    }
}
