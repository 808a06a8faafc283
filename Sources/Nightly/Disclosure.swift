package import Domain
package import Foundation
import JapaneseText
import Mapping
import Policy
package import Store

/// Makes the copy of what is held about a person for somebody who asked for it (開示の写し), by two persons together.
package struct Disclosure: Sendable {
    /// What is asked, as the command line says it.
    package struct Request: Sendable {
        package enum Subject: Sendable {
            case person(PersonID)
            case row(file: String, line: Int)
        }

        /// 受付番号.
        package let number: String
        package let requester: Requester
        package let subject: Subject
        package let reason: String
        /// Whether the requester is the guardian of an adult (成年後見).
        package let isUnderGuardianship: Bool

        package init(
            number: String, requester: Requester, subject: Subject, reason: String,
            isUnderGuardianship: Bool = false
        ) {
            self.isUnderGuardianship = isUnderGuardianship
            self.number = number
            self.requester = requester
            self.subject = subject
            self.reason = reason
        }
    }

    /// What was made, for the office: nothing of it goes to the requester.
    package struct Made: Sendable {
        package let person: PersonID
        package let files: [String]
        package let facts: Int
        /// Items of which the person has facts that are not given, with how many and why.
        package let withheld: [(item: ItemCode, title: String, facts: Int, why: String)]
        package let isProtected: Bool
    }

    private let first: SignedIn
    private let second: SignedIn
    private let mappings: MappingSet
    private let municipality: String

    /// - Throws: `policy.log-in` where a name and its password fit nobody; `rights.second` where both are one person; what is
    ///   wrong with guideline, mappings or settings.
    package init(
        _ workspace: Workspace, user: UserID, password: String, second: UserID, secondPassword: String,
        at: Date
    ) throws {
        guard user != second else {
            throw Fault(
                .usage, code: "rights.second", message: "開示の写しは、別の2人で作ります。", field: "second",
                fix: "「--second」に、もう1人の担当者の利用者IDを書いてください。")
        }
        let service = try workspace.openService()
        first = try SignedIn(workspace, service, user: user, password: password, at: at)
        self.second = try SignedIn(workspace, service, user: second, password: secondPassword, at: at)
        mappings = try Rulebook.load(workspace, first.inForce, passesOverBroken: true).mappings
        municipality = try NightSettings.load(path: workspace.settings).municipality
    }

    /// Writes the copy into a new folder: for people (HTML) and for machines (JSON), both alike.
    ///
    /// - Throws: `Fault`: `rights.refused` (denied), which tells the office why and what to do, and then nothing is written;
    ///   `rights.adult`; `.denied`; `person.unknown`; `rights.number`, `rights.reason`; `output.exists` before anything is read.
    package func make(_ request: Request, into folder: String) throws -> Made {
        try StatedReason.require(
            request.number, of: "受付番号", code: "rights.number", shortest: 2,
            example: "「--request」に、請求書の受付番号（「令和8年第3号」など）")
        try StatedReason.require(
            request.reason, of: "開示", code: "rights.reason", shortest: 5,
            example: "「--reason」に、何を確かめて開示するか")
        guard access(folder, F_OK) != 0 else { throw PrivateFile.taken(folder) }
        let person =
            switch request.subject {
            case .person(let id): id
            case .row(let file, let line): try first.person(file: file, line: line)
            }
        let held = try read(request, person)
        let unanswered = unanswered(held, request.requester.action)
        let pack = DisclosurePack(
            held, request, unanswered: unanswered, guideline: first.guideline, municipality: municipality,
            on: Day(inJapanAt: first.at))
        return Made(
            person: held.person, files: try write(pack, to: folder), facts: held.facts.count,
            withheld: held.withheld.sorted { $0.key < $1.key }.map { item, count in
                (
                    item, first.guideline.catalogue[item]?.title ?? "", count,
                    unanswered.first { $0.items.contains(item) }?.why ?? ""
                )
            }, isProtected: held.isProtected)
    }

    private func read(_ request: Request, _ person: PersonID) throws -> HeldRecords {
        let action = request.requester.action
        let deciding = first.decisions(action, second: second.actor)
        let confirming = second.decisions(action, second: first.actor)
        let order = DisclosureOrder(
            number: request.number, requester: request.requester, person: person, reason: request.reason,
            second: second.actor, isUnderGuardianship: request.isUnderGuardianship,
            wholeSources: wholeSources(deciding(PersonStanding()).grant).intersection(
                wholeSources(confirming(PersonStanding()).grant)))
        do {
            return try first.service.heldRecords(
                order, actor: first.actor, deciding: deciding,
                confirming: confirming, at: first.at)
        } catch let fault as Fault
            where fault.kind == .denied && fault.code != "rights.adult"
            && deciding(PersonStanding()).grant != nil
        {
            // Of anybody else it would be permitted: it is this person's standing.
            guard confirming(PersonStanding()).grant != nil else {
                throw fault
            }
            throw Fault(
                .denied, code: "rights.refused", message: "この請求では、写しを作りません。\(fault.message)",
                fix: "請求者には記録の有無を伝えず、決定の期限を延ばすこと・延ばす期間（30日以内）・理由（「確認に時間がかかるため」）を、どの請求にも使う書面で知らせ（法第83条第2項）、"
                    + "支援措置担当に知らせて、請求者の本人確認と決定（法第78条第1項第1号・第81条）を任せてください。")
        }
    }

    /// The sources of which every item that is taken in may be given.
    private func wholeSources(_ grant: Grant?) -> Set<SourceID> {
        guard let grant else { return [] }
        let active = first.guideline.activeItems(
            for: Night.actor, roles: Night.roles, on: Day(inJapanAt: first.at))
        return Set(
            mappings.all.filter { $0.items.intersection(active).isSubset(of: grant.items) }.map(\.source))
    }

    /// The items that are not given, by why; whether there is anything of them is told to nobody, so that the list is the same
    /// for everybody whom the same statements decide.
    private func unanswered(_ held: HeldRecords, _ action: Action) -> [DisclosurePack.Unanswered] {
        let guideline = first.guideline
        let items = (guideline.purposes[SignedIn.rights]?.items ?? []).subtracting(held.items)
        var byReason: [String: [ItemCode]] = [:]
        for item in items.sorted() {
            // Asked as of anybody: why may not depend on whether the person is protected.
            let verdicts =
                [first, second].lazy.map { $0.forbidding(item, action, PersonStanding()) }
                .first { !$0.isEmpty } ?? []
            byReason[verdicts.isEmpty ? "開示を許す決まりがありません。" : verdicts.joined(separator: " "), default: []]
                .append(item)
        }
        return byReason.map { why, items in
            DisclosurePack.Unanswered(
                why: why, items: items, titles: items.map { guideline.catalogue[$0]?.title ?? "" })
        }.sorted { $0.items[0] < $1.items[0] }
    }

    private func write(_ pack: DisclosurePack, to folder: String) throws -> [String] {
        guard mkdir(folder, 0o700) == 0, chmod(folder, 0o700) == 0 else {
            throw errno == EEXIST ? PrivateFile.taken(folder) : PrivateFile.unwritable(folder)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let files = [
            ("kaiji.html", Array(pack.page.utf8)), ("kaiji.json", Array(try encoder.encode(pack)) + [0x0A]),
        ]
        return try files.map { name, bytes in
            let path = "\(folder)/\(name)"
            try PrivateFile.write(bytes, to: path)
            return path
        }
    }
}
