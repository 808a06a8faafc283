internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Records a correction of an accepted row, and takes back what rests on it before this returns.
    ///
    /// - Parameters:
    ///   - decision: about `Action.rectify`.
    ///   - checking: takes what the row has been corrected to so far, and what it would be now; says whether that is
    ///     somebody else's row, and throws what keeps it from being used.
    /// - Throws: `Fault` of kind `.denied`; what `checking` throws, and then nothing is kept.
    package func rectify(
        _ new: NewRectification, actor: Actor, decision: Decision, at: Date,
        checking: (_ before: [String: String], _ patch: [String: String]) throws -> Bool
    ) throws -> Rectified {
        try recording(
            .rowRectify, .rectify, actor, decision, at,
            [
                "request": new.request, "reason": new.reason, "file": new.position.file,
                "line": String(new.position.line),
            ]
        ) { database, event in
            event.fields = new.patch.keys.sorted()
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            // Nobody takes keys away while this transaction lasts.
            let run = try run(of: publication)
            // What was corrected of the row before stands, as far as this says nothing else.
            let kept = try rectifications(in: database).entries[new.source]?[new.content]
            let before = kept.flatMap { $0.isUsed ? $0.patch : nil } ?? [:]
            let patch = before.merging(new.patch) { $1 }
            let isOtherPerson = try checking(before, patch)
            let id =
                try database.statement("SELECT coalesce(max(id), 0) + 1 FROM rectification").first {
                    $0.int(0)
                } ?? 1
            var writer = ByteWriter()
            writer.put(all: patch.sorted { $0.key < $1.key }) { writer, cell in
                writer.put(cell.key)
                writer.put(cell.value)
            }
            let ring = keys.ring
            try database.statement("INSERT INTO rectification VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .run(
                    id, new.source.rawValue, new.content,
                    ring.seal(writer.bytes, in: Self.patch(of: id), by: ring.common), ring.common.text,
                    new.request, new.position.file, new.position.line, actor.description, at.milliseconds,
                    new.reason, run.recordKeys(at: new.position).joined(separator: " "))
            try database.statement("INSERT INTO rectification_use VALUES (?, 1)").run(id)
            let docket = Docket(
                database: database, keys: keys, asOf: publication.asOf, at: at.milliseconds,
                standing: { try run.standing(of: $0)?.isProtected })
            let (said, persons) = try run.said(at: new.position)
            let resting = try docket.retract(flagsRestingOn: new.position, said: said, of: persons)
            let tellings = try note(tellings: resting.all, of: id, in: database)
            let cases = Set(resting.all.map(\.id)).sorted()
            event.references["rectification"] = "N-\(id)"
            if let second = new.second { event.references["second"] = second.description }
            event.counts = [
                "flags": resting.all.count, "cases": cases.count, "withdrawn": resting.withdrawn.count,
                "tellings": tellings, "otherPersons": isOtherPerson ? 1 : 0,
            ]
            return Rectified(
                id: id, cases: cases, flags: resting.all.count, withdrawn: resting.withdrawn.count,
                tellings: tellings)
        }
    }

    /// Takes a correction back that was wrong: from the next night on the row stands as it came, or as it was corrected before.
    ///
    /// - Parameter decision: about `Action.rectify`.
    /// - Throws: `Fault`: `.denied`; `rectification.unknown`, `rectification.ended`, `rectification.newer`, `rectification.own`.
    package func endRectification(
        _ id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws {
        try recording(
            .rowRestore, .rectify, actor, decision, at, ["rectification": "N-\(id)", "reason": reason]
        ) { database, event in
            func wrong(_ kind: Fault.Kind, _ code: String, _ message: String, _ fix: String) -> Fault {
                Fault(kind, code: "rectification.\(code)", message: message, fix: fix)
            }
            let kept = try database.statement(
                """
                SELECT r.actor, e.rectification IS NOT NULL, r.request, (SELECT max(n.id) FROM rectification n
                    WHERE n.source = r.source AND n.content = r.content
                        AND n.id NOT IN (SELECT rectification FROM rectification_end))
                FROM rectification r LEFT JOIN rectification_end e ON e.rectification = r.id WHERE r.id = ?
                """
            ).first(id) { ($0.text(0), $0.bool(1), $0.text(2), $0.optionalInt(3)) }
            guard let (maker, isEnded, request, newest) = kept else {
                throw wrong(
                    .notFound, "unknown", "N-\(id) はありません。", "番号は、訂正したときの表示か「renkei audit changes」で確かめてください。")
            }
            guard !isEnded else {
                throw wrong(.usage, "ended", "N-\(id) は、もう取りやめられています。", "番号を確かめてください。")
            }
            guard newest == id else {
                throw wrong(
                    .usage, "newer", "同じ行に、N-\(id) よりあとの訂正があります。",
                    "先に N-\(newest ?? id) を取りやめてください。")
            }
            guard maker != actor.description else {
                throw wrong(.denied, "own", "自分のした訂正は、取りやめられません。", "別の、役割のある人が取りやめてください。")
            }
            try database.statement("INSERT INTO rectification_end VALUES (?, ?, ?, ?)").run(
                id, actor.description, at.milliseconds, reason)
            event.references["request"] = request
        }
    }

    /// Where rows stood that were corrected after the one with the number `last`, and are still.
    func rectifiedRows(after last: Int, in database: Database) throws -> [RowPosition] {
        var rows: [RowPosition] = []
        try database.statement(
            """
            SELECT source, file, line FROM rectification
            WHERE id > ? AND id NOT IN (SELECT rectification FROM rectification_end) ORDER BY id
            """
        ).rows(last) { row in
            rows.append(
                RowPosition(source: SourceID(row.text(0)), file: row.text(1), line: row.int(2), offset: 0))
        }
        return rows
    }

    /// Those that the next night applies; they hold values of persons, for the mapping alone.
    package func rectifications() throws -> Rectifications {
        try exclusively { database in
            try renewRing(in: database)
            return try rectifications(in: database)
        }
    }

    /// Seals every patch by the key `name`, but those of somebody's rows, which are taken away: before that person's keys or a root
    /// go, and the one they were sealed by with them. That a correction was asked for, and who is to be told of it, stays.
    ///
    /// - Parameters:
    ///   - records: opaque keys of the person's.
    ///   - rows: where they stand in the publication in service.
    /// - Returns: how many are left.
    @discardableResult
    func resealRectifications(
        by name: KeyName, besides records: Set<String> = [], _ rows: Set<RowPosition> = [],
        in database: Database
    ) throws -> Int {
        var standing: [(id: Int, patch: [UInt8], key: String, isGone: Bool, isEnded: Bool)] = []
        try database.statement(
            """
            SELECT id, patch, key, source, file, line, records,
                EXISTS (SELECT 1 FROM rectification_end WHERE rectification = id)
            FROM rectification WHERE key <> ''
            """
        )
        .rows { row in
            let position = RowPosition(
                source: SourceID(row.text(3)), file: row.text(4), line: row.int(5), offset: 0)
            let own = row.optionalText(6).map { Set($0.split(separator: " ").map(String.init)) }
            standing.append(
                (
                    row.int(0), row.blob(1), row.text(2),
                    rows.contains(position) || !records.isDisjoint(with: own ?? []), row.bool(7)
                ))
        }
        var left = standing.count
        for (id, patch, key, isGone, isEnded) in standing where isGone || key != name.text {
            // What cannot be opened and is applied to nothing any more stands in nobody's way.
            guard !isGone,
                let plain = try isEnded ? try? open(patch, of: id, by: key) : open(patch, of: id, by: key)
            else {
                try database.statement("DELETE FROM rectification_use WHERE rectification = ?").run(id)
                try database.statement(
                    "UPDATE rectification SET patch = x'', key = '', records = NULL WHERE id = ?"
                )
                .run(id)
                left -= 1
                continue
            }
            try database.statement("UPDATE rectification SET patch = ?, key = ? WHERE id = ?").run(
                keys.ring.seal(plain, in: Self.patch(of: id), by: name), name.text, id)
        }
        return left
    }

    /// Notes which of them stood in for no row of the publication that comes into service: those have lapsed, and stay so.
    func lapse(_ entries: [Rectifications.Entry], at: Date, in database: Database) throws {
        for entry in entries {
            try database.statement("UPDATE rectification_use SET is_used = 0 WHERE rectification = ?")
                .run(entry.id)
            var event = AuditEvent(.rowLapse, actor: "system:nightly", at: at.milliseconds)
            event.references = ["rectification": "N-\(entry.id)", "request": entry.request]
            try append(event, in: database)
        }
    }

    /// Everybody who is, or was, to be told, by number.
    ///
    /// - Parameter decision: about `Action.rectify`.
    package func tellings(actor: Actor, decision: Decision, at: Date) throws -> [Telling] {
        try recording(.rightsTell, .rectify, actor, decision, at, ["step": "list"]) { database, event in
            let tellings = try tellings(in: database)
            event.counts = ["tellings": tellings.count]
            return tellings
        }
    }

    /// How many are still to be told.
    package func waitingTellings() throws -> Int {
        try exclusively { try tellings(in: $0).count { $0.told == nil } }
    }

    /// Records that somebody was told.
    ///
    /// - Throws: `Fault`: `.denied`; `telling.unknown`, `telling.done`.
    package func tell(_ number: String, how: String, actor: Actor, decision: Decision, at: Date) throws
        -> Telling
    {
        try recording(
            .rightsTell, .rectify, actor, decision, at, ["step": "told", "telling": number]
        ) { database, event in
            guard let telling = try tellings(in: database).first(where: { $0.number == number }) else {
                throw Fault(
                    .notFound, code: "telling.unknown", message: "\(number) はありません。",
                    fix: "「renkei rights told」で番号を確かめてください。")
            }
            guard telling.told == nil else {
                throw Fault(
                    .usage, code: "telling.done", message: "\(number) は、もう知らせたと記録されています。",
                    fix: "「renkei rights told」で、まだ知らせていない番号を確かめてください。")
            }
            event.references = [
                "step": "told", "telling": number, "case": telling.caseID.rawValue, "reason": how,
            ]
            let table: String
            switch telling.cause {
            case .rectified(let rectification, _):
                table = "telling_done"
                event.references["rectification"] = "N-\(rectification)"
            case .takenBack(let rule, _):
                table = "taking_back_told"
                event.references["rule"] = rule.rawValue
            }
            try database.statement("INSERT INTO \(table) VALUES (?, ?, ?, ?)").run(
                Int(number.dropFirst(2)), actor.description, at.milliseconds, how)
            return try tellings(in: database).first { $0.number == number } ?? telling
        }
    }

    /// An extract of the publication in service that `file` names; `nil` where there is none.
    package func deliveredFile(_ file: String) throws -> (source: SourceID, sha256: String, asOf: Day?)? {
        try exclusively { database in
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            return try run(of: publication).delivered(file)
        }
    }

    /// Whether the publication in service took the row.
    package func isAccepted(file: String, line: Int) throws -> Bool {
        try exclusively { database in
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            return try run(of: publication).isAccepted(file: file, line: line)
        }
    }
}

extension ServiceStore {
    private func rectifications(in database: Database) throws -> Rectifications {
        var entries: [SourceID: [String: Rectifications.Entry]] = [:]
        var stream = DigestStream()
        // The last one of a row wins.
        try database.statement(
            """
            SELECT r.id, r.source, r.content, r.patch, r.request, r.actor, r.at, u.is_used, r.key
            FROM rectification r JOIN rectification_use u ON u.rectification = r.id
            WHERE r.id NOT IN (SELECT rectification FROM rectification_end) ORDER BY r.id
            """
        ).rows { row in
            let id = row.int(0)
            // Its key went when somebody was shredded or everything was sealed anew: it came back from a copy.
            guard let bytes = try open(row.blob(3), of: id, by: row.text(8)) else { return }
            var reader = ByteReader(bytes)
            let cells = try reader.all { (try $0.text(), try $0.text()) }
            entries[SourceID(row.text(1)), default: [:]][row.text(2)] = Rectifications.Entry(
                id: id, patch: Dictionary(cells, uniquingKeysWith: { $1 }), request: row.text(4),
                actor: row.text(5), at: Date(milliseconds: row.int(6)), isUsed: row.bool(7))
            stream.add(Array("\(id) \(row.text(2)) ".utf8) + bytes)
        }
        let last =
            try database.statement("SELECT coalesce(max(id), 0) FROM rectification").first { $0.int(0) } ?? 0
        return Rectifications(entries: entries, revision: entries.isEmpty ? nil : stream.hex, last: last)
    }

    /// Whoever did something with a case after the flag was raised, and whoever holds it.
    ///
    /// - Returns: how many are to be told.
    private func note(
        tellings flags: [(id: CaseID, rule: RuleID)], of rectification: Int, in database: Database
    ) throws -> Int {
        for (id, rule) in flags {
            try database.statement(
                """
                INSERT OR IGNORE INTO telling(rectification, case_id, user)
                SELECT DISTINCT ?1, ?2, u.id FROM user u WHERE 'user:' || u.id IN (
                    SELECT e.actor FROM case_event e WHERE e.case_id = ?2 AND e.id > coalesce((
                        SELECT min(s.id) FROM case_event s WHERE s.case_id = ?2 AND s.rule = ?3), 0))
                    OR u.id = (SELECT holder FROM cases WHERE id = ?2)
                ORDER BY u.id
                """
            ).run(rectification, id.rawValue, rule.rawValue)
        }
        return try database.statement("SELECT count(*) FROM telling WHERE rectification = ?").first(
            rectification
        ) { $0.int(0) } ?? 0
    }

    /// Of whom nothing is left to be told.
    private static let isNotShredded =
        "t.case_id NOT IN (SELECT id FROM cases WHERE person IN (SELECT person FROM shredded_person))"

    private func tellings(in database: Database) throws -> [Telling] {
        var tellings: [Telling] = []
        try database.statement(
            """
            SELECT t.id, t.rectification, r.request, t.case_id, t.user, u.display_name, r.at, d.at, d.actor, d.how
            FROM telling t JOIN rectification r ON r.id = t.rectification JOIN user u ON u.id = t.user
            LEFT JOIN telling_done d ON d.telling = t.id WHERE \(Self.isNotShredded) ORDER BY t.id
            """
        ).rows { row in
            tellings.append(
                Telling(
                    number: "T-\(row.int(0))", cause: .rectified(row.int(1), request: row.text(2)),
                    caseID: CaseID(row.text(3)), user: UserID(row.text(4)), displayName: row.text(5),
                    since: Date(milliseconds: row.int(6)),
                    told: row.optionalInt(7).map {
                        (Date(milliseconds: $0), row.text(8), row.text(9))
                    }))
        }
        try database.statement(
            """
            SELECT t.id, t.rule, t.why, t.case_id, t.user, u.display_name, t.at, d.at, d.actor, d.how
            FROM taking_back t JOIN user u ON u.id = t.user
            LEFT JOIN taking_back_told d ON d.taking_back = t.id WHERE \(Self.isNotShredded) ORDER BY t.id
            """
        ).rows { row in
            tellings.append(
                Telling(
                    number: "B-\(row.int(0))", cause: .takenBack(RuleID(row.text(1)), why: row.text(2)),
                    caseID: CaseID(row.text(3)), user: UserID(row.text(4)), displayName: row.text(5),
                    since: Date(milliseconds: row.int(6)),
                    told: row.optionalInt(7).map {
                        (Date(milliseconds: $0), row.text(8), row.text(9))
                    }))
        }
        return tellings
    }

    /// A sealed patch; `nil` where its key went.
    ///
    /// - Throws: `Fault` that names the correction where it was changed.
    private func open(_ patch: [UInt8], of id: Int, by key: String) throws -> [UInt8]? {
        do {
            return try keys.ring.openCommon(patch, in: Self.patch(of: id), by: KeyName(text: key))
        } catch let fault as Fault {
            throw Fault(
                fault.kind, code: fault.code, message: "訂正 N-\(id) の値を開けません。書きかえられたか、壊れています。",
                file: "service.sqlite", field: "rectification.patch",
                fix:
                    "「renkei audit verify」で確かめ、「renkei rights correct --end N-\(id)」で取りやめてください。要るときは、書面を見て訂正し直してください。"
            )
        }
    }

    private static func patch(of id: Int) -> SealedCell {
        SealedCell(table: "rectification", row: id, column: "patch")
    }
}

extension RunStore {
    fileprivate func isAccepted(file: String, line: Int) throws -> Bool {
        try facts.statement(
            "SELECT w.fate FROM row w JOIN file d ON d.id = w.file WHERE d.name = ? AND w.line = ?"
        ).first(file, line) { $0.int(0) == 0 } ?? false
    }

    fileprivate func delivered(_ name: String) throws -> (source: SourceID, sha256: String, asOf: Day?)? {
        try facts.statement("SELECT source, sha256, as_of FROM file WHERE name = ?").first(name) {
            (SourceID($0.text(0)), $0.text(1), $0.optionalInt(2).map(Day.init(number:)))
        }
    }
}
