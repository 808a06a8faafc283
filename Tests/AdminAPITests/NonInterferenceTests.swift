import Domain
import Foundation
import Policy
import Store
import TestSupport
import Testing

/// Two worlds that differ only in what a role may not see at a door answer that role there with the same bytes.
@Suite("Non-interference")
struct NonInterferenceTests {
    private static let roles: [RoleID] = [
        "center-staff", "school-management", "public-health-nurse", "council-coordinator", "link-reviewer",
        "linkage-officer", "privacy-officer", "data-manager", "analyst", "protection-unit",
        "department-staff", "contractor",
    ]

    private func guideline() throws -> Guideline {
        try World.passwordAlone.get()
    }

    @Test("every role of people is compared")
    func allRoles() throws {
        #expect(Set(Self.roles) == Set(try guideline().roles.values.filter { !$0.isSystem }.map(\.id)))
    }

    @Test("what is denied changes no byte", arguments: roles, Door.allCases)
    func whatIsDeniedChangesNoByte(role: RoleID, door: Door) throws {
        let guideline = try guideline()
        var inventor = Inventor(
            guideline: guideline, role: role, door: door, random: SeededGenerator(seed: testSeed))
        // One large pair of worlds, or many small ones: `RENKEI_CASES=100` is 9,600 over all roles and doors.
        let pairs = caseCount(1)
        for number in 0..<pairs {
            let pair = inventor.pair(people: pairs == 1 && door == .pages ? 18 : 9)
            #expect(pair.one != pair.other)
            let (left, right) = try answers(pair, role: role, door, guideline)
            #expect(left.count == right.count, "\(role) \(door) seed \(testSeed) pair \(number)")
            for (left, right) in zip(left, right) where left != right {
                Issue.record("\(role) \(door) seed \(testSeed) pair \(number)\n\(left)\n\(right)")
                return
            }
        }
    }

    /// The control: worlds made for one who may see less are told apart by whoever may see more.
    @Test(
        "whoever may see more tells the worlds apart",
        arguments: [
            (Door.pages, RoleID("school-management"), RoleID("center-staff")),
            (.programmes, "contractor", "center-staff"), (.drawn, "contractor", "center-staff"),
            (.explanation, "contractor", "linkage-officer"), (.review, "contractor", "link-reviewer"),
            (.copyForPerson, "contractor", "privacy-officer"),
            (.copyForGuardian, "contractor", "data-manager"),
            (.copyForAgent, "contractor", "privacy-officer"),
        ] as [(Door, RoleID, RoleID)])
    func theTestCanFail(door: Door, made: RoleID, reader: RoleID) throws {
        let guideline = try guideline()
        var inventor = Inventor(
            guideline: guideline, role: made, door: door, random: SeededGenerator(seed: testSeed))
        let (left, right) = try answers(inventor.pair(people: 9), role: reader, door, guideline)
        #expect(left != right)
    }

    private func answers(
        _ pair: (one: [Townsman], other: [Townsman]), role: RoleID, _ door: Door, _ guideline: Guideline
    ) throws -> (left: [String], right: [String]) {
        let one = try Town(pair.one, role: role, guideline: guideline, twin: nil)
        let other = try Town(pair.other, role: role, guideline: guideline, twin: one)
        return (try one.answers(at: door, about: pair.other), try other.answers(at: door, about: pair.other))
    }
}
