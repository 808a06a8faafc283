import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

/// A way by which something about a person leaves the service, as the pairs of worlds go through it.
enum Door: CaseIterable {
    /// Every page and path of the API: queue, counts, order, detail, work, emergencies, reports, trail.
    case pages
    /// Support programmes: list, page by page, detail, letter, what was recorded of an offer.
    case programmes
    /// Children drawn at random: list, child, answer.
    case drawn
    /// What became of a row, a person's records and links, a case's flags.
    case explanation
    /// Pairs for link review, and what is read of them; queue, pairs and verdicts on pages and API.
    case review
    case copyForPerson, copyForGuardian, copyForAgent

    /// What policy is asked about.
    var actions: [Action] {
        switch self {
        case .pages, .programmes, .drawn: [.list, .read]
        case .explanation: [.explain]
        case .review: [.review]
        case .copyForPerson, .copyForGuardian, .copyForAgent: requester.map { [$0.action] } ?? []
        }
    }

    var purpose: PurposeID {
        switch self {
        case .pages, .drawn: "support"
        case .programmes: "programmes"
        case .explanation, .review: "operations"
        case .copyForPerson, .copyForGuardian, .copyForAgent: "rights"
        }
    }

    /// Who asked for a copy.
    var requester: Requester? {
        switch self {
        case .pages, .programmes, .drawn, .explanation, .review: nil
        case .copyForPerson: .person
        case .copyForGuardian: .guardian
        case .copyForAgent: .agent
        }
    }

    /// Whether policy asks there in whose range somebody is.
    var hasRange: Bool { [.pages, .programmes, .drawn].contains(self) }

    /// What the role is asked about with every item there is.
    func request(
        _ role: RoleID, _ action: Action, _ guideline: Guideline, by user: UserID = "reader"
    ) -> AccessRequest {
        AccessRequest(
            actor: .user(user), roles: [role], action: action,
            items: Set(guideline.catalogue.items.keys), purpose: purpose, standing: PersonStanding(),
            on: World.day, hasReason: true, second: .user(user == "reader" ? "second" : "reader"),
            scopes: Town.scopes, remit: .within)
    }
}

extension Town {
    /// Everything the door answers the reader about `people`, refusals as well.
    func answers(at door: Door, about people: [Townsman]) throws -> [String] {
        switch door {
        case .pages: try pages(about: people)
        case .programmes: try programmes(about: people)
        case .drawn: try drawn(from: people)
        case .explanation: explanations(about: people)
        case .review: try reviewPages(of: people) + reviewed()
        case .copyForPerson, .copyForGuardian, .copyForAgent: copies(about: people, door)
        }
    }

    private func decisions(_ door: Door, by user: UserID = "reader") -> Decisions {
        guideline.decisions(for: door.request(role, door.actions[0], guideline, by: user))
    }

    private func told(_ answer: () throws -> Any) -> String {
        do { return "\(try answer())" } catch { return "\(error)" }
    }

    private func explanations(about people: [Townsman]) -> [String] {
        let (deciding, reader, at) = (decisions(.explanation), Actor.user("reader"), World.night + 3600)
        var answers: [String] = []
        for person in people {
            for file in ["jumin_20261001.csv", "soudan_20261001.csv"] {
                answers.append(
                    told {
                        try store.explainRow(
                            file: file, line: person.number + 2, actor: reader, deciding: deciding, at: at)
                            as Any
                    })
            }
            answers.append(
                told { try store.explainPerson(person.id, actor: reader, deciding: deciding, at: at) as Any })
            let id = CaseID(caseID(person.id))
            answers.append(
                told { try store.explainCase(id, actor: reader, deciding: deciding, at: at) as Any })
        }
        return answers
    }

    private func reviewed() -> [String] {
        let (deciding, reader, at) = (decisions(.review), Actor.user("reader"), World.night + 3600)
        do {
            let found = try store.reviewPairs(.all, actor: reader, deciding: deciding, at: at)
            let read = try store.reviewRead(
                found.pairs, blind: [], isExport: false, actor: reader, deciding: deciding, at: at)
            return ["\(found.hidden)"]
                + read.map { seen in
                    // The weight of a protected pair is told by no command.
                    let weight = seen.pair.standing.hidesWeights ? "" : "\(seen.pair.weight)"
                    return """
                        \(seen.pair.id) \(seen.pair.left.person) \(seen.pair.right.person) \(seen.pair.isJoined) \(weight)
                        \(seen.left) \(seen.right) \(seen.masked) \(seen.levels)
                        """
                }
        } catch { return ["\(error)"] }
    }

    private func reviewPages(of people: [Townsman]) throws -> [String] {
        let reader = try browser()
        var texts: [String] = []
        for start in ["/review", "/api/v1/review?limit=2"] {
            var path: String? = start
            while let here = path {
                let answer = reader.get(here)
                texts.append(kept(answer, of: reader))
                let next =
                    answer.text.firstMatch(of: /after=([-0-9A-Za-z._]+)"/)?.1
                    ?? answer.text.firstMatch(of: /"next":"([^"]+)"/)?.1
                path = next.map { "\(start)\(start.contains("?") ? "&" : "?")after=\($0)" }
            }
        }
        for person in people {
            for other in 1...(person.other == nil ? 1 : 2) {
                let pair = ReviewPair.id(
                    of: "key-\(3 * person.number)", "key-\(3 * person.number + other)")
                for path in ["/review/\(pair)", "/api/v1/review/\(pair)"] {
                    texts.append(kept(reader.get(path), of: reader))
                }
                texts.append(
                    kept(
                        reader.post(
                            "/review/\(pair)", ["csrf": reader.csrf, "answer": "later", "reason": ""]),
                        of: reader))
                texts.append(
                    kept(
                        reader.send(
                            "/api/v1/review/\(pair)/verdicts",
                            Array(#"{"answer":"same","reason":"窓口で確認"}"#.utf8), Self.sent), of: reader))
            }
        }
        for path in ["/review", "/review/decided"] { texts.append(kept(reader.get(path), of: reader)) }
        return texts
    }

    private func copies(about people: [Townsman], _ door: Door) -> [String] {
        let (deciding, confirming) = (decisions(door), decisions(door, by: "second"))
        return people.map { person in
            told {
                let held = try store.heldRecords(
                    DisclosureOrder(
                        number: "令和8年第3号", requester: door.requester ?? .person, person: person.id,
                        reason: "本人を確かめた", second: .user("second"), wholeSources: []),
                    actor: .user("reader"), deciding: deciding, confirming: confirming, at: World.night + 3600
                )
                // How much was withheld is told to the office alone.
                return """
                    \(held.person) \(held.items.sorted()) \(held.identities) \(held.facts) \(held.findings)
                    \(held.readings) \(held.wishes)
                    """
            }
        }
    }

    /// The reader at a browser; what is kept of an answer is the same whatever the log-in.
    private func browser() throws -> Browser {
        try store.addUser(
            "reader", displayName: "架空", roles: [role], scopes: Self.scopes, password: World.password,
            by: .user("cli:root"), at: World.night)
        let service = AdminService(
            store: store, guideline: { [guideline] in guideline }, cookie: .plain,
            clock: { World.night + 3600 }, report: { Issue.record("\($0)") })
        return try Browser(
            service, as: "reader", token: { try self.store.session(token: $0, at: World.night + 3600) })
    }

    private func kept(_ answer: Response, of reader: Browser) -> String {
        "\(answer.status) " + answer.text.replacing(reader.csrf, with: "")
    }

    private static let sent: [Request.Field] = [
        .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
        .init("if-match", "\"0\""),
    ]

    private func programmes(about people: [Townsman]) throws -> [String] {
        let registry = try InventedRegistry(guideline)
        try registry.importInto(store, guideline)
        let reader = try browser()
        var texts: [String] = []
        for start in ["/support", "/api/v1/support?limit=2"] {
            var path: String? = start
            while let here = path {
                let answer = reader.get(here)
                texts.append(kept(answer, of: reader))
                let next =
                    answer.text.firstMatch(of: /after=([0-9a-f]+)"/)?.1
                    ?? answer.text.firstMatch(of: /"next":"([^"]+)"/)?.1
                path = next.map { "\(start)\(start.contains("?") ? "&" : "?")after=\($0)" }
            }
        }
        for person in people {
            let outcome =
                #"{"programme":"\#(registry.psids[person.number % 3])","outcome":"sent","channel":"letter"}"#
            texts.append(
                kept(
                    reader.send(
                        "/api/v1/support/\(person.id)/outcomes", Array(outcome.utf8), Self.sent), of: reader))
            for path in [
                "/support/\(person.id)", "/api/v1/support/\(person.id)",
                "/support/\(person.id)/letter?programme=\(registry.psids[0])",
            ] {
                texts.append(kept(reader.get(path), of: reader))
            }
        }
        return texts
    }

    private func drawn(from people: [Townsman]) throws -> [String] {
        let deciding = guideline.decisions(
            for: AccessRequest(
                actor: .system("nightly"), roles: ["nightly"], action: .join,
                items: guideline.purposes["support"]?.items ?? [], purpose: "support", standing: nil,
                on: World.day, isScheduled: true))
        // All whom no rule applied to: whom a draw leaves out depends on everybody.
        _ = try store.drawSpotChecks(
            SpotCheckPlan(perMonth: 500, ages: 0...17), actor: .system("nightly"), deciding: deciding,
            at: World.night)
        let reader = try browser()
        var texts = ["/spot-checks", "/api/v1/spot-checks"].map { kept(reader.get($0), of: reader) }
        for number in 1...people.count {
            for path in ["/spot-checks/\(number)", "/api/v1/spot-checks/\(number)"] {
                texts.append(kept(reader.get(path), of: reader))
            }
            texts.append(
                kept(
                    reader.send(
                        "/api/v1/spot-checks/\(number)/answers", Array(#"{"answer":"気になる点なし"}"#.utf8),
                        Self.sent), of: reader))
        }
        return texts
    }

    /// Some cases, where there are such, are held, overdue, or ended.
    private func work(on people: [Townsman]) throws {
        try store.addUser(
            "worker", displayName: "架空 worker", roles: [], password: World.password, by: .user("cli:root"),
            at: World.night + 3600)
        for person in people where person.number % 4 > 0 {
            let (state, holder) = [("対象外", "worker"), ("確認中", "worker"), ("候補", "reader")][
                person.number % 4 - 1]
            let id = caseID(person.id)
            try store.transaction { database in
                try database.statement(
                    "UPDATE cases SET state = ?, holder = ?, due_on = ? WHERE id = ?"
                ).run(state, holder, World.day.number - 1, id)
                try database.statement(
                    """
                    INSERT INTO case_event(case_id, at, actor, what, note, change)
                    SELECT id, ?, 'user:worker', '記録', '', ? FROM cases WHERE id = ?
                    """
                ).run(
                    World.night.milliseconds + person.number * 40_000_000,
                    #"{"before":{"state":"候補"},"after":{"state":"\#(state)"},"isUndo":false}"#, id)
            }
        }
    }

    /// Everything the service answers the reader: every list page by page, reports, the cases of `people`, what is declared of
    /// two of them, and what is refused.
    private func pages(about people: [Townsman]) throws -> [String] {
        let reader = try browser()
        try work(on: people)
        var texts: [String] = []
        func keep(_ answer: Response) { texts.append(kept(answer, of: reader)) }
        let lists =
            [
                "/api/v1/cases?limit=7", "/cases?queue=mine", "/cases?queue=overdue", "/cases?queue=ended",
                "/api/v1/cases?queue=ended&limit=2", "/api/v1/cases?holder=@nobody&limit=3",
                "/cases?holder=worker", "/sheets/ledger?holder=@me", "/api/v1/cases?ageFrom=3&ageTo=9",
                "/cases?ageTo=2", "/api/v1/cases?difficulty=貧困",
            ]
            + Set(people.flatMap(\.flags).map(\.rule)).sorted().prefix(3).map { "/api/v1/cases?rule=\($0)" }
            + ["若", "ワ", "保護", "若葉 R2"].map { "/api/v1/persons?limit=3&q=\($0)" }
        // But the key of an authenticator, which follows from the log-in's random token, and pairs, which are a door of their own.
        let paths = reader.service.routes.filter {
            $0.method == "GET" && !$0.path.contains("{") && $0.path != "/second-factor"
                && $0.needs != .permission(.review)
        }
        for start in paths.map(\.path)
            + lists
        {
            var path: String? = start
            while let here = path {
                let answer = reader.get(here)
                keep(answer)
                let next =
                    answer.text.firstMatch(of: /after=([-0-9A-Z.]+)"/)?.1
                    ?? answer.text.firstMatch(of: /"next":"([^"]+)"/)?.1
                path = next.map { "\(start)\(start.contains("?") ? "&" : "?")after=\($0)" }
            }
        }
        for id in people.map(\.id).map(caseID) {
            for path in ["/cases/\(id)", "/api/v1/cases/\(id)"] {
                for path in [path, path + "/household"] { keep(reader.get(path)) }
            }
            for form in CaseForm.ofOne { keep(reader.get("/cases/\(id)/sheets/\(form.code)")) }
            keep(reader.post("/sheets/progress", ["csrf": reader.csrf, "case": "\(id):0"]))
            keep(
                reader.send(
                    "/api/v1/cases/\(id)/steps", Array(#"{"step":"note","note":"電話した"}"#.utf8), Self.sent))
        }
        for (index, person) in people.prefix(2).enumerated() {
            let body = #"{"whom":"jumin_20261001.csv:\#(person.number + 2)","reason":"泣き声の通報があった"}"#
            keep(reader.send("/api/v1/emergencies", Array(body.utf8), Self.sent))
            for path in ["/declarations/\(index + 1)", "/api/v1/declarations/\(index + 1)"] {
                keep(reader.get(path))
            }
        }
        for words in ["ワカバ", "保護"] { keep(reader.post("/search", ["csrf": reader.csrf, "q": words])) }
        // Not the trail again: whoever oversees it is told what was tried.
        for path in ["/cases", "/api/v1/cases", "/emergencies"] { keep(reader.get(path)) }
        return texts
    }
}
