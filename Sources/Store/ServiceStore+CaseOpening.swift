internal import Audit
package import Domain
package import Foundation
internal import Policy

extension ServiceStore {
    /// Opens a case of a child by hand, with its event and the audit event in one transaction.
    ///
    /// Nobody has two open cases: where the child has one that this person may not see, they are answered as of nobody. Adding what
    /// they say to it would show them what others wrote there.
    /// - Returns: the case.
    /// - Throws: `Fault`: `.denied` where this person may record of nobody; `case.nobody`, the same whether nobody is called so, or the
    ///   child lies outside the range, refused the use, may be no child or has a case that is not this person's to see; `case.open` naming the open case that this person may see;
    ///   `case.family`; `.usage` with `field` where something lacks.
    package func open(
        _ opening: CaseOpening, for person: PersonID, at desk: CaseDesk, at: Date
    ) throws -> CaseID {
        try recording(.caseWork, desk.actor, at) { database, event in
            event.references = ["step": "open"]
            let actor = Actor.user(desk.actor)
            if let denial = desk.recording.denial ?? desk.reading.denial { throw refusal(denial, &event) }
            let found = try self.person(.person(person), in: database)
            event.subjects = subjects(found.map { [$0.id] } ?? [])
            var seeing = try standings(actor, [.read], desk.reading, at: at, in: database)
            var writing = try standings(actor, [.record], desk.recording, at: at, in: database)
            guard let found, let publication = try currentPublication(in: database),
                let grant = try seeing.grant(
                    for: found.id, isProtected: found.isProtected,
                    remit(of: found.id, for: desk.reading.reach, in: database)),
                try writing.grant(
                    for: found.id, isProtected: found.isProtected,
                    remit(of: found.id, for: desk.recording.reach, in: database)) != nil,
                try mayBeChild(found, at: at, toldBy: desk.reading.reach.tellers, in: database)
            else {
                writing.describe(in: &event, fields: [])
                throw Self.nobodyToOpen
            }
            writing.describe(in: &event, fields: [])
            try requireNoFamily(found.id, desk, in: database)
            let open = try database.statement("SELECT id FROM queue WHERE person = ?").first(
                found.id.rawValue
            ) { CaseID($0.text(0)) }
            if let open {
                event.references["case"] = open.rawValue
                guard try row(open, at: desk, at, in: database) != nil else { throw Self.nobodyToOpen }
                throw Fault(
                    .conflict, code: "case.open", message: "この方には、開いているケース（\(open)）があります。",
                    fix: "そのケースの経過に書いてください。")
            }
            try require(opening)
            let day = publication.day(ofAsking: at)
            let docket = Docket(
                database: database, keys: keys, asOf: day, at: at.milliseconds, standing: { _ in nil })
            let id = try docket.openCase(for: found.id)
            event.references["case"] = id.rawValue
            let rule = try docket.add(opening, to: id, of: found.id, items: grant.items)
            try database.statement("UPDATE cases SET protected = max(protected, ?2) WHERE id = ?1").run(
                id.rawValue, found.isProtected)
            try database.statement(
                "INSERT INTO case_event(case_id, at, actor, what, note, rule) VALUES (?, ?, ?, '登録', ?, ?)"
            ).run(id.rawValue, at.milliseconds, actor.description, opening.reason, rule.rawValue)
            return id
        }
    }

    private func require(_ opening: CaseOpening) throws(Fault) {
        func incomplete(_ message: String, _ fix: String) -> Fault {
            Fault(.usage, code: "case.incomplete", message: message, field: "reason", fix: fix)
        }
        if opening.reason.isEmpty {
            throw incomplete("理由が書かれていません。", "何に気付き、何を確かめてほしいかを書いてください。")
        }
        if opening.reason.utf8.count > CaseRequest.longestNote {
            throw incomplete("文が長すぎます。", "\(CaseRequest.longestNote / 3)字ほどまでに書いてください。")
        }
    }

    private static let nobodyToOpen = Fault(
        .notFound, code: "case.nobody",
        message: "ケースを開けるこどもが見つかりません。この番号のこどもがいないか、見る範囲の外か、利用停止の申出があるか、ほかの担当が扱っています。",
        fix: "番号（P-…）を確かめてください。気になることがあるときは、こども家庭センターに直接知らせてください。")
}

extension Docket {
    /// Puts what somebody opened a case with beside its flags.
    func add(
        _ opening: CaseOpening, to id: CaseID, of person: PersonID, items: Set<ItemCode>
    ) throws -> RuleID {
        let flag = opening.flag(
            try nextNumber(of: id, after: RuleID.handPrefix), of: person, items: items, on: asOf)
        try database.statement("INSERT INTO case_flag VALUES (?, ?, ?, ?, 0)").run(
            id.rawValue, flag.rule.rawValue, try json(flag), asOf.number)
        return flag.rule
    }

    /// For a flag of the case that no rule found.
    func nextNumber(of id: CaseID, after prefix: String) throws -> Int {
        try database.statement(
            """
            SELECT coalesce(max(CAST(substr(rule, length(?2) + 1) AS INTEGER)), 0) + 1 FROM case_flag
            WHERE case_id = ?1 AND substr(rule, 1, length(?2)) = ?2
            """
        ).first(id.rawValue, prefix) { $0.int(0) } ?? 1
    }
}
