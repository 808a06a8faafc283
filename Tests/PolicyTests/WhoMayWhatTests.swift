import Domain
import Testing

@testable import Policy

/// Who may do what, as the guideline's readers would say it.
@Suite("Who may what")
struct WhoMayWhatTests {
    struct Case: Sendable, CustomStringConvertible {
        let role: RoleID
        let action: Action
        let purpose: PurposeID
        let may: Set<ItemCode>
        let mayNot: Set<ItemCode>

        init(
            _ role: RoleID, _ action: Action, _ purpose: PurposeID, may: Set<ItemCode> = [],
            mayNot: Set<ItemCode> = []
        ) {
            self.role = role
            self.action = action
            self.purpose = purpose
            self.may = may
            self.mayNot = mayNot
        }
        var description: String { "\(role) \(action) \(purpose)" }
    }

    static let contents: Set<ItemCode> = [
        "B01", "B04", "B06", "B07", "C01", "C02", "C04", "C06", "D01", "D05", "D06", "D07", "F01", "F02",
        "F03",
    ]
    static let identifiers: Set<ItemCode> = ["A01", "A02", "A03", "A08", "A09", "A10", "A11"]

    static let cases: [Case] = [
        Case("nightly", .collect, "support", may: contents.union(identifiers), mayNot: ["A06"]),
        Case("nightly", .collect, "operations", may: identifiers.union(["A06", "A07"]), mayNot: contents),
        Case("nightly", .join, "support", may: contents, mayNot: ["A06"]),
        Case("nightly", .flag, "support", may: contents.union(["A04", "A07"]), mayNot: ["A06"]),
        Case("nightly", .flag, "programmes", may: ["C02", "D01", "F02"], mayNot: ["D06", "B06"]),
        Case("nightly", .flag, "operations", mayNot: identifiers),
        Case("nightly", .read, "support", mayNot: contents.union(identifiers)),
        Case("center-staff", .read, "support", may: contents.union(identifiers), mayNot: ["A06"]),
        Case("center-staff", .list, "support", may: contents.union(identifiers), mayNot: ["A06"]),
        Case("center-staff", .read, "programmes", may: ["C02", "D01"], mayNot: ["D06", "B06"]),
        Case("center-staff", .read, "operations", mayNot: identifiers),
        Case("center-staff", .review, "operations", mayNot: identifiers),
        Case("center-staff", .collect, "support", mayNot: contents),
        Case(
            "school-management", .read, "support", may: ["A01", "A09", "A10", "F01", "F03"],
            mayNot: ["A02", "A08", "F02", "D01", "D06", "D07", "B06", "C02", "C04"]),
        Case(
            "public-health-nurse", .read, "support",
            may: ["A01", "A02", "A08", "B01", "B04", "B06", "B07", "C04"],
            mayNot: ["C02", "D01", "D05", "D06", "D07", "F02", "F03"]),
        Case("council-coordinator", .read, "support", may: contents.union(identifiers)),
        Case(
            "link-reviewer", .review, "operations", may: identifiers, mayNot: contents.union(["A06", "A07"])),
        Case("link-reviewer", .read, "support", mayNot: contents.union(identifiers)),
        Case("linkage-officer", .read, "support", mayNot: contents.union(identifiers)),
        Case("linkage-officer", .list, "support", mayNot: contents.union(identifiers)),
        Case("linkage-officer", .review, "operations", mayNot: identifiers),
        Case("privacy-officer", .read, "support", mayNot: contents.union(identifiers)),
        Case("analyst", .read, "support", mayNot: contents.union(identifiers)),
        Case("analyst", .list, "support", mayNot: contents.union(identifiers)),
        Case(
            "analyst", .aggregate, "analysis", may: ["B06", "C01", "F03"],
            mayNot: identifiers.union(["D05", "D06", "D07"])),
        Case("analyst", .aggregate, "support", mayNot: contents.union(identifiers)),
        Case("data-manager", .aggregate, "analysis", may: ["B06", "C01"], mayNot: identifiers),
        Case(
            "data-manager", .aggregate, "inspection", may: ["A01", "A02", "C02"],
            mayNot: ["A03", "A06", "A08", "A09", "A10", "B06", "D05", "D06", "D07"]),
        Case("data-manager", .list, "inspection", mayNot: contents.union(identifiers)),
        Case("analyst", .aggregate, "inspection", mayNot: contents.union(identifiers)),
        Case("center-staff", .aggregate, "inspection", mayNot: contents.union(identifiers)),
        Case("data-manager", .read, "support", mayNot: contents.union(identifiers)),
        Case("contractor", .read, "support", mayNot: contents.union(identifiers)),
        Case("department-staff", .read, "support", mayNot: contents.union(identifiers)),
        Case("center-staff", .read, "emergency", mayNot: contents.union(identifiers)),
        Case("school-management", .aggregate, "analysis", mayNot: contents),
        Case("protection-unit", .read, "safety", may: identifiers.union(["A06"]), mayNot: contents),
        Case("protection-unit", .read, "support", mayNot: contents.union(identifiers)),
        Case("center-staff", .read, "safety", mayNot: identifiers.union(["A06"])),
    ]

    @Test(arguments: cases)
    func itemsFollowTheTable(_ one: Case) throws {
        let guideline = try shipped()
        let isSystem = guideline.roles[one.role]?.isSystem == true
        let granted = guideline.decide(
            request(
                one.action, items: Set(guideline.catalogue.items.keys), roles: [one.role],
                purpose: one.purpose,
                actor: isSystem ? .system("nightly") : .user("tanaka"), isScheduled: isSystem)
        ).items
        #expect(one.may.isSubset(of: granted), "\(one.may.subtracting(granted).sorted())")
        #expect(one.mayNot.isDisjoint(with: granted), "\(one.mayNot.intersection(granted).sorted())")
    }

    /// Actions without items, and who alone may do them.
    static let actions: [(Action, PurposeID, Set<RoleID>)] = [
        (.record, "support", ["center-staff", "public-health-nurse", "council-coordinator"]),
        (.explain, "operations", ["linkage-officer", "privacy-officer", "data-manager"]),
        (.explain, "rights", ["privacy-officer"]),
        (.audit, "operations", ["privacy-officer", "data-manager"]),
        (.operate, "operations", ["linkage-officer", "data-manager", "contractor"]),
        (.propose, "operations", ["linkage-officer", "data-manager", "privacy-officer"]),
        (.approve, "operations", ["data-manager", "privacy-officer"]),
        (.record, "emergency", []),
        (.mend, "operations", ["linkage-officer", "department-staff"]),
        (.mend, "support", []),
        (.audit, "support", []),
    ]

    @Test(arguments: actions)
    func actionsFollowTheTable(_ action: Action, _ purpose: PurposeID, _ roles: Set<RoleID>) throws {
        let guideline = try shipped()
        for role in guideline.roles.values {
            let grant = guideline.decide(
                request(
                    action, items: [], roles: [role.id], purpose: purpose,
                    actor: role.isSystem ? .system("nightly") : .user("tanaka"), isScheduled: role.isSystem)
            ).grant
            #expect((grant != nil) == roles.contains(role.id), "\(role.id)")
        }
    }
}
