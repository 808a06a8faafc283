import Domain
import Foundation
import TestSupport

@testable import Policy

/// The day the tests ask about.
let today = Day(number: 20_727)  // 2026-10-01

/// The guideline that this project ships.
let shippedFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Guidelines").path

/// Tells contents apart in tests; never a digest for anything else.
func checksum(_ bytes: [UInt8]) -> String {
    String(
        bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }, radix: 16
    )
}

func shipped() throws -> Guideline { try Guideline.load(folder: shippedFolder, digest: checksum) }

/// Three items, two purposes, two roles of people and one of the machine, and a third of people bound to schools.
func guideline(
    _ statements: [Statement], purposes: [Purpose]? = nil, pupil scope: ScopeKind = .school
) -> Guideline {
    let items = [("X1", Sensitivity.normal), ("X2", .special), ("X3", .tax)].map { code, sensitivity in
        Item(
            code: ItemCode(code), title: "項目", holder: "課", sensitivity: sensitivity, difficulties: [],
            justification: "試験", retentionYears: 1, kinds: [])
    }
    let roles = [("staff", false), ("other", false), ("night", true), ("pupil", false)].map { id, isSystem in
        Role(
            id: RoleID(id), title: "役割", body: .using, description: "試験", isSystem: isSystem,
            scope: id == "pupil" ? scope : .city)
    }
    return Guideline(
        catalogue: Catalogue(items), purposes: purposes ?? [purpose("help"), purpose("else", items: ["X1"])],
        roles: roles, statements: statements, identifierItems: [.name: "X1", .address: "X2"],
        tellers: ["X1": .school],
        revision: "r1")
}

func purpose(
    _ id: PurposeID, basis: LegalBasis = .changedPurpose, from: Day = today, to: Day? = nil,
    items: Set<ItemCode> = ["X1", "X2", "X3"], isEmergency: Bool = false
) -> Purpose {
    Purpose(
        id: id, title: "目的", description: "試験", basis: basis, articles: ["条"], validFrom: from, validTo: to,
        occasion: nil, council: "記録", fileRegister: "簿", items: items, isEmergency: isEmergency,
        spotCheck: nil)
}

func statement(
    _ effect: Effect, id: String? = nil, roles: Selector<RoleID> = .all,
    actions: Set<Action> = Set(Action.allCases),
    items: Selector<ItemCode> = .all, sensitivities: Set<Sensitivity>? = nil,
    purposes: Selector<PurposeID> = .all,
    when condition: Condition = Condition(), obligations: Set<Obligation> = []
) -> Statement {
    Statement(
        id: id ?? "the-\(effect)", effect: effect, reason: "試験のためです。", roles: roles, actions: actions,
        items: items, sensitivities: sensitivities, purposes: purposes, condition: condition,
        obligations: obligations)
}

func request(
    _ action: Action = .read, items: Set<ItemCode> = ["X1", "X2", "X3"], roles: [RoleID] = ["staff"],
    purpose: PurposeID = "help", standing: PersonStanding? = PersonStanding(), on day: Day = today,
    actor: Actor = .user("tanaka"), isScheduled: Bool = false, isDeclared: Bool = false,
    hasReason: Bool = false,
    second: Actor? = nil, scopes: Set<Scope> = [], remit: Remit = .within
) -> AccessRequest {
    AccessRequest(
        actor: actor, roles: roles, action: action, items: items, purpose: purpose, standing: standing,
        on: day, isScheduled: isScheduled,
        declared: isDeclared || second != nil
            ? .supposed(isDeclared ? .emergency : .unlock, by: actor, for: purpose, second: second) : nil,
        hasReason: hasReason, scopes: scopes, remit: remit)
}

extension Decision {
    var denial: Denial? {
        if case .deny(let denial) = self { denial } else { nil }
    }
    /// What is granted; nothing where denied.
    var items: Set<ItemCode> { grant.map { $0.items.union($0.bandedItems) } ?? [] }
}

extension Guideline {
    /// The same guideline with one more statement.
    func adding(_ statement: Statement) -> Guideline {
        Guideline(
            catalogue: catalogue, purposes: Array(purposes.values), roles: Array(roles.values),
            statements: statements.map(\.statement) + [statement], identifierItems: identifierItems,
            tellers: tellers, revision: revision)
    }

    /// Every request over one role, action, purpose and standing, each for all items, with everything done that an obligation may
    /// demand beforehand; the machine's role by the clock, people's within their range.
    func everyRequest(on day: Day = today) -> [AccessRequest] {
        let standings: [PersonStanding?] = [nil, PersonStanding(), PersonStanding(isProtected: true)]
        let all = Set(catalogue.items.keys)
        return roles.values.sorted { $0.id < $1.id }.flatMap { role in
            Action.allCases.flatMap { action in
                purposes.keys.sorted().flatMap { purpose in
                    standings.map { standing in
                        request(
                            action, items: all, roles: [role.id], purpose: purpose, standing: standing,
                            on: day,
                            actor: role.isSystem ? .system("nightly") : .user("tanaka"),
                            isScheduled: role.isSystem, isDeclared: purposes[purpose]?.isEmergency == true,
                            hasReason: true, second: .user("suzuki"), remit: .within)
                    }
                }
            }
        }
    }
}
