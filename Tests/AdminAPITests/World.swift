import Domain
import Foundation
import HTTP
import Policy
import Store
import TestSupport
import Testing

@testable import AdminAPI

/// A workspace with one published night of invented people, and a service over it.
///
/// みのり is in the open; はるか is under 支援措置, her address and phone must never leave the store; both have a case. しずか has none.
final class World {
    static let day = Day(number: 20_727)
    static let night = Date(timeIntervalSince1970: 1_790_788_000)
    static let password = "架空の合言葉 夜明けの若葉野"
    static let openName = "若葉　みのり"
    static let protectedName = "隠里　はるか"
    /// Of a child without any case.
    static let quietName = "湊野　しずか"
    static let quiet = [quietName, "波止場", "0905555", "湊野　なぎさ", "みなと小学校"]
    /// What must never be seen of はるか.
    static let secrets = ["秘密野三丁目", "99-8", "かくれ荘", "0909999", "090-9999", "隠里　まもる", "ひみつ小学校"]
    /// Everything that is personal in this world.
    static let personal =
        secrets + quiet + [openName, protectedName, "ワカバ", "カクレザト", "若葉台", "0901111", "みなみ小学校", "未受診"]

    let folder: ScratchFolder
    let store: ServiceStore
    let service: AdminService
    let guideline: Guideline
    /// The ids of the two cases.
    let cases: [String]

    /// - Parameters:
    ///   - users: who can log in; each costs a slow password hash.
    ///   - more: flags beside the two.
    ///   - pupils: more children of みなみ小学校, in the run; of none a birth is known.
    ///   - kin: who else lives with しずか, and of whom no school is known.
    ///   - home: who else lives with みのり, a pupil each.
    ///   - twin: a world with the same keys, so that equal cases have equal ids.
    ///   - isCompared: whether records of the three were compared, so that pairs wait for review: みのり with しずか, little under the
    ///     threshold, and はるか with しずか.
    ///   - guideline: `nil`: as it is shipped, but that passwords alone let in.
    ///   - reviewNeedsSecond: whether a verdict on a pair waits for a second person.
    ///   - rejected: opens the rejected rows.
    convenience init(
        _ users: UserID..., more: [Flag] = [], pupils: [PersonID] = [],
        kin: [(id: PersonID, birth: Day?)] = [], home: [Housemate] = [], isCompared: Bool = false,
        twin: World? = nil,
        guideline: Guideline? = nil, reviewNeedsSecond: Bool = false, rejected: OpenRejected? = nil
    ) throws {
        try self.init(
            of: users, more: more, pupils: pupils, kin: kin, home: home, isCompared: isCompared, twin: twin,
            guideline: guideline, reviewNeedsSecond: reviewNeedsSecond, rejected: rejected)
    }

    init(
        of users: [UserID], more: [Flag] = [], pupils: [PersonID] = [],
        kin: [(id: PersonID, birth: Day?)] = [], home: [Housemate] = [], isCompared: Bool = false,
        twin: World? = nil,
        guideline given: Guideline? = nil, reviewNeedsSecond: Bool = false, rejected: OpenRejected? = nil
    ) throws {
        let folder = try ScratchFolder()
        if let twin {
            try FileManager.default.copyItem(atPath: twin.folder.file("keys"), toPath: folder.file("keys"))
        } else {
            try WorkspaceKeys.create(folder: folder.file("keys"))
        }
        let keys = try WorkspaceKeys.load(folder: folder.file("keys"))
        let runs = folder.file("runs")
        try World.makeRun(
            in: runs + "/night", pupils: pupils, kin: kin, home: home, isCompared: isCompared, keys: keys)
        let store = try ServiceStore(path: folder.file("service.sqlite"), keys: keys, runsFolder: runs)
        var summary = RunSummary(run: "r-night", asOf: Self.day)
        summary.extracts = [
            .init(
                source: "kenshin", title: "乳幼児健診", department: "健康課", file: "kenshin_20261001.csv",
                sha256: "ab", asOf: Self.day, ledger: RowLedger(),
                rejections: [.init(code: "date.unreadable", count: 2)]),
            .init(
                source: "gakurei", title: "学齢簿", department: "学務課", file: "gakurei_20261001.csv",
                sha256: "cd",
                asOf: Self.day, ledger: RowLedger(), rejections: [.init(code: "row.columns", count: 3)]),
        ]
        summary.linkage.report = Self.linkageReport
        summary.flags = [.init(rule: "H1", title: "3歳児健診の記録がありません", count: 2)]
        summary.gates = [.init(gate: "row-ledger", passed: true, message: "すべての行の行き先が決まりました。")]
        _ = try store.publish(
            NewPublication(
                summary: summary, folder: "night",
                flags: [World.flag("P-OPEN"), World.flag("P-HIDDEN")] + more,
                standings: ["P-OPEN": PersonStanding(), "P-HIDDEN": PersonStanding(isProtected: true)]),
            at: Self.night)
        for (user, role) in Self.roles where users.contains(user) {
            try store.addUser(
                user, displayName: "架空 \(user)", roles: role.map { [$0] } ?? [],
                scopes: user == "school" ? Self.schools : [], password: Self.password,
                by: .user("cli:root"), at: Self.night)
        }
        let guideline = try given ?? Self.passwordAlone.get()
        self.guideline = guideline
        service = AdminService(
            store: store, guideline: { guideline }, cookie: .plain, reviewNeedsSecond: reviewNeedsSecond,
            rejected: rejected, clock: { Self.night + 3600 }, report: { Issue.record("\($0)") })
        cases = [PersonID("P-OPEN"), "P-HIDDEN"].map { keys.caseID(person: $0, sequence: 1).rawValue }
        self.store = store
        self.folder = folder
    }

    private static let guidelines = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Guidelines").path

    static let shipped = Result { try Guideline.load(folder: guidelines, digest: { Digest.sha256($0) }) }

    /// The same, but that passwords alone let in: what most tests are about lies behind the log-in.
    static let passwordAlone = Result {
        let folder = try ScratchFolder()
        try FileManager.default.copyItem(atPath: guidelines, toPath: folder.file("Guidelines"))
        let roles = try shipped.get().roles.keys.map { "\"\($0)\"" }.sorted().joined(separator: ", ")
        try folder.write(
            Array("{ secondFactor: { except: [\(roles)] } }".utf8),
            to: "Guidelines/log-in/second-factor.json5")
        return try Guideline.load(folder: folder.file("Guidelines"), digest: { Digest.sha256($0) })
    }

    static let roles: [(user: UserID, role: RoleID?)] = [
        ("center", "center-staff"), ("officer", "linkage-officer"), ("school", "school-management"),
        ("privacy", "privacy-officer"), ("nobody", nil), ("other", "center-staff"),
        ("unit", "protection-unit"), ("second", "protection-unit"), ("reviewer", "link-reviewer"),
        ("reviewer2", "link-reviewer"), ("manager", "data-manager"),
    ]

    /// Where the head of 「school」 may look.
    static let schools: Set<Scope> = [.school("みなみ小学校"), .school("ひみつ小学校")]

    private static func makeRun(
        in folder: String, pupils: [PersonID], kin: [(id: PersonID, birth: Day?)], home: [Housemate],
        isCompared: Bool,
        keys: WorkspaceKeys
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let run = try RunStore.create(folder: folder, keys: keys)
        let file = try run.addFile(
            source: "kenshin", title: "乳幼児健診", file: "kenshin_20261001.csv", sha256: "ab", asOf: day)
        let people: [(PersonID, Identifiers, Bool)] =
            [
                (
                    "P-OPEN",
                    person(
                        openName, "ワカバ　ミノリ", address: "若葉野市若葉台二丁目3-4", phone: "09011112222",
                        guardian: "若葉　はる",
                        school: "みなみ小学校"), false
                ),
                (
                    "P-HIDDEN",
                    person(
                        protectedName, "カクレザト　ハルカ", address: "若葉野市秘密野三丁目99-8 かくれ荘", phone: "09099998888",
                        guardian: "隠里　まもる", school: "ひみつ小学校"), true
                ),
                (
                    "P-QUIET",
                    person(
                        quietName, "ミナトノ　シズカ", address: "若葉野市波止場五丁目6-7", phone: "09055556666",
                        guardian: "湊野　なぎさ", school: "みなと小学校"), false
                ),
            ] + pupils.map { ($0, Identifiers(school: "みなみ小学校"), false) }
            + kin.map { ($0.id, Identifiers(birth: $0.birth.map(PartialDate.day)), false) }
            + home.map { ($0.id, $0.identifiers, $0.isProtected) }
        let kinIDs = Set(kin.map(\.id))
        let homeIDs = Set(home.map(\.id))
        for (index, (id, identifiers, isProtected)) in people.enumerated() {
            try run.addRow(file: file, line: index + 2, offset: index * 100, fate: .accepted)
            try run.addEntity(index, source: "kenshin", key: "key-\(index)", identifiers: identifiers)
            try run.addRecord(
                file: file, line: index + 2, offset: index * 100, subject: .child, entity: index,
                facts: kinIDs.contains(id) ? [fact] : [fact, enrolment])
            try run.addPerson(
                id, entities: [index], display: identifiers,
                household: HouseholdID(
                    kinIDs.contains(id) ? "H-2" : homeIDs.contains(id) ? "H-0" : "H-\(index)"),
                standing: PersonStanding(isProtected: isProtected), isResident: true)
        }
        if isCompared {
            for (left, weight) in [(0, 8.5), (1, 6.25)] {
                try run.addLink(
                    left: left, right: 2, weight: weight, isAutomatic: false,
                    levels: [
                        (run.agreement("見込み", "何も比べる前"), -9.5), (run.agreement("氏名", "名が一致"), weight + 9.5),
                    ])
            }
        }
        try run.addIntake(FileIntake(lines: people.count), of: file)
        try run.finish()
    }

    private static func person(
        _ name: String, _ kana: String, address: String, phone: String, guardian: String, school: String
    ) -> Identifiers {
        Identifiers(
            names: [NameForm(kind: .legal, written: name, writtenKana: kana)],
            birth: Day(2022, 4, 10).map(PartialDate.day), sex: .female, address: Address(written: address),
            phones: [phone], guardians: [NameForm(kind: .legal, written: guardian)], school: school)
    }

    private static let linkageReport = LinkageReport(
        model: .init(
            version: 1, isMeasured: false, note: "", prior: -9.5, automatic: 10, review: 2,
            comparisons: [
                .init(title: "性別", levels: [.init(title: "性別が同じ", m: 0.99, u: 0.5, weight: 0.986)])
            ]),
        comparablePairs: 1, weights: [.init(from: 10, pairs: 1)],
        thresholds: [.init(threshold: 10, pairs: 1, expectedSame: 0.999)], expectedSame: 0.999,
        judged: [.init(zone: .review, same: 1, different: 0)],
        blocking: [
            .init(
                title: "生年月日が同じ", pairs: 1, first: 1, blocks: 1, largestBlock: 2, splitBlocks: 0,
                separatedPairs: 0, oversizedBlocks: 0)
        ], heldBack: 0,
        examples: [
            .init(
                kind: .grey, left: .init(source: "kenshin", file: "kenshin_20261001.csv", line: 2),
                right: .init(source: "kenshin", file: "kenshin_20261001.csv", line: 3), weight: 3,
                lines: [.init(comparison: "性別", level: "性別が同じ", weight: 0.986)])
        ], reach: [.init(name: "kenshin", share: GuardedShare(all: 2, with: 2))], linkedSources: [],
        linkedGroups: [.init(name: "all", share: GuardedShare(sumOf: []))], foundChildren: [],
        clusterSizes: [.init(records: 1, persons: 2)])

    private static let enrolment = Fact(item: "F01", kind: "enrolment", value: .code("就学"), on: .day(day))
    private static let fact = Fact(
        item: "B06", kind: "3y", value: .code("未受診"), on: .month(year: 2026, month: 4))

    private static func flag(_ person: PersonID) -> Flag {
        Flag(
            rule: "H1", version: 1, title: "3歳児健診の記録がありません", person: person, urgency: .normal,
            difficulties: [.development, .abuse],
            reasons: [
                Reason(
                    sentence: "乳幼児健診（令和8年10月1日現在）では、3歳児健診が未受診です。",
                    facts: [
                        SourcedFact(
                            fact,
                            from: RowPosition(
                                source: "kenshin", file: "kenshin_20261001.csv", line: 2, offset: 0))
                    ], items: ["B06"],
                    sources: [SourceFreshness(source: "kenshin", title: "乳幼児健診", asOf: day, limit: 45)])
            ], confirm: ["受診の予定を保護者に聞いてください。"], since: day.adding(days: -100))
    }
}

/// Somebody who lives with みのり.
struct Housemate {
    let id: PersonID
    let identifiers: Identifiers
    let isProtected: Bool

    init(_ id: PersonID, _ identifiers: Identifiers, _ isProtected: Bool) {
        (self.id, self.identifiers, self.isProtected) = (id, identifiers, isProtected)
    }
}

/// A browser of a user: keeps the cookie and the form token.
struct Browser {
    var cookie: String?
    var csrf = ""
    let service: AdminService

    /// Not logged in.
    init(_ service: AdminService) { self.service = service }

    init(_ service: AdminService, as user: UserID, token: (String) throws -> Session?) throws {
        self.init(service)
        let answer = post("/login", ["user": user.rawValue, "password": World.password])
        cookie = answer.header("Set-Cookie")?.split(separator: ";").first.map(String.init)
        csrf = try token(String((cookie ?? "").dropFirst("renkei_sid=".count)))?.csrf ?? ""
    }

    func get(_ path: String, method: String = "GET") -> Response {
        let parts = path.split(separator: "?", maxSplits: 1)
        let query = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1)
            return Request.Field(String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
        }
        return service.respond(
            to: Request(method: method, path: String(parts[0]), query: query, headers: headers))
    }

    func post(_ path: String, _ form: [String: String], headers extra: [Request.Field]? = nil) -> Response {
        let body = form.sorted { $0.key < $1.key }.map { name, value in
            name + "="
                + value.utf8.map { "%" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        let fields =
            extra ?? [
                .init("sec-fetch-site", "same-origin"), .init("origin", "null"),
                .init("content-type", "application/x-www-form-urlencoded"),
            ]
        return service.respond(
            to: Request(
                method: "POST", path: path, headers: headers + fields,
                body: Array(body.joined(separator: "&").utf8)))
    }

    func send(
        _ path: String, _ body: [UInt8], _ fields: [Request.Field], query: [Request.Field] = []
    ) -> Response {
        service.respond(
            to: Request(method: "POST", path: path, query: query, headers: headers + fields, body: body))
    }

    /// Logs in on `page`, which asks for it and holds what was not sent.
    func logIn(from page: Response, as user: UserID) throws -> Response {
        let hidden = try #require(page.text.firstMatch(of: /name="unsent" value="([^"]*)"/)?.1)
        let unsent = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].reduce(String(hidden)) {
            $0.replacing($1.0, with: $1.1)
        }
        return post("/login", ["user": user.rawValue, "password": World.password, "unsent": unsent])
    }

    private var headers: [Request.Field] {
        [.init("host", "127.0.0.1:8080")] + (cookie.map { [.init("cookie", $0)] } ?? [])
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSONDecoder().decode(JSON.self, from: Data(body))) ?? .null }
}
