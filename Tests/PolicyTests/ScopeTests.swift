import Domain
import TestSupport
import Testing

@testable import Policy

/// Ranges (範囲) that users are bound to.
@Suite("Scopes")
struct ScopeTests {
    static let texts: [(String, Scope?)] = [
        ("school:若葉野市立朝露町小学校", .school("若葉野市立朝露町小学校")), ("department:学務課", .department("学務課")),
        ("age:0-6", .age(0...6)), ("age:3", .age(3...3)), ("school:a:b", .school("a:b")), ("school:", nil),
        ("school", nil), ("", nil), ("age:6-0", nil), ("age:-1", nil), ("age:0-999", nil), ("age:x", nil),
        ("city:all", nil), ("学校:朝露町", nil), ("age:1-2-3", nil),
    ]

    @Test(arguments: texts)
    func aScopeReadsAsItIsWritten(_ text: String, _ scope: Scope?) {
        #expect(Scope(text: text) == scope)
        if let scope { #expect(Scope(text: scope.text) == scope) }
    }

    private func reach(_ required: Set<ScopeKind>, _ given: Scope...) -> Reach {
        Reach(required: required, given: Set(given), tellers: [:])
    }

    private func place(
        _ schools: Set<String> = [], age: Int? = nil, isMother: Bool = false
    ) -> PersonPlace {
        PersonPlace(
            schools: schools, birth: age.map { .day(today.adding(months: -12 * $0 - 3)) }, isMother: isMother,
            asOf: today)
    }

    @Test func aPupilIsOfTheOneSchoolThatTheRecordsName() {
        let head = reach([.school], .school("東小"))
        #expect(head.remit(of: place(["東小"])) == .within)
        #expect(head.remit(of: place(["西小"])) == .outside)
        #expect(head.remit(of: place(["東小", "西小"])) == .unknown)
        #expect(head.remit(of: place()) == .unknown)
        #expect(head.remit(of: nil) == .unknown)
        #expect(reach([.school], .school("東小"), .school("西小")).remit(of: place(["西小"])) == .within)
    }

    @Test func whoLacksARangeReachesNobody() {
        for other in [Scope.department("学務課"), .age(0...99)] {
            let head = reach([.school], other)
            #expect(head.missing == [.school] && head.inside == .unknown)
            #expect(head.remit(of: place(["東小"], age: 7)) == .unknown)
        }
        #expect(reach([.school]).remit(of: place(["東小"])) == .unknown)
        #expect(Reach.city.inside == .within && Reach.city.remit(of: nil) == .within)
    }

    @Test func anAgeMustBeSureAndWhoHasInfantsHasTheirMothers() {
        let nurse = reach([.age], .age(0...6))
        #expect([0, 6, 7].map { nurse.remit(of: place(age: $0)) } == [.within, .within, .outside])
        #expect(nurse.remit(of: place()) == .unknown)
        #expect(nurse.remit(of: place(age: 31, isMother: true)) == .within)
        #expect(reach([.age], .age(3...6)).remit(of: place(age: 31, isMother: true)) == .outside)
        // Six or seven: nobody can tell.
        var vague = place()
        vague.birth = .year(today.year - 7)
        #expect(nurse.remit(of: vague) == .unknown)
        vague.birth = .year(today.year - 3)
        #expect(nurse.remit(of: vague) == .within)
    }

    @Test func rowsAreOfDepartmentsAndPersonsAreNot() {
        let clerk = reach([.department], .department("学務課"))
        #expect(clerk.remit(ofDepartment: "学務課") == .within)
        #expect(clerk.remit(ofDepartment: "健康課") == .outside)
        #expect(clerk.remit(ofDepartment: nil) == .unknown)
        #expect(clerk.remit(of: place(["東小"], age: 7)) == .unknown)
        #expect(reach([.school], .school("東小")).remit(ofDepartment: "学務課") == .unknown)
    }

    @Test func twoRangesHoldTogether() {
        let both = reach([.school, .age], .school("東小"), .age(6...9))
        #expect(both.remit(of: place(["東小"], age: 7)) == .within)
        #expect(both.remit(of: place(["東小"], age: 11)) == .outside)
        #expect(both.remit(of: place(["西小"], age: 7)) == .outside)
    }

    @Test func aSecondRoleNeverWidensTheRangeOfAnother() {
        let policy = guideline([statement(.permit)])
        for remit in [Remit.outside, .unknown] {
            for roles in [["pupil"], ["staff", "pupil"], ["pupil", "staff"]] as [[RoleID]] {
                let decision = policy.decide(request(roles: roles, scopes: [.school("東小")], remit: remit))
                #expect(decision.denial?.ground == .outsideScope)
            }
            #expect(policy.decide(request(remit: remit)).items.count == 3)
        }
        #expect(policy.decide(request(roles: ["staff", "pupil"])).items.count == 3)
    }

    @Test func whatNoRangeTellsApartIsNothingForARoleOfOne() {
        let policy = guideline([statement(.permit)])
        for action in Action.allCases {
            let decision = policy.decide(request(action, roles: ["pupil"], scopes: [.school("東小")]))
            #expect(
                (decision.grant != nil) == [.list, .read, .record, .mend, .export].contains(action),
                "\(action)")
        }
    }

    @Test func theDenialSaysWhatIsMissing() throws {
        let policy = guideline([statement(.permit)])
        let decide = policy.decisions(for: request(roles: ["pupil"]))
        #expect(decide.denial?.ground == .outsideScope && decide.denial?.message.contains("範囲（学校）") == true)
        let head = policy.decisions(for: request(roles: ["pupil"], scopes: [.school("東小")]))
        #expect(head.denial == nil && head(PersonStanding(), .within).grant != nil)
        #expect(head(PersonStanding(), .outside).denial?.message == "この利用者の範囲の外です。")
        #expect(head(PersonStanding()).grant == nil)
    }

    @Test func theShippedRolesOfPartsOfTheCityAreBound() throws {
        let shipped = try shipped()
        let bound = shipped.roles.values.filter { $0.scope != .city }.map { "\($0.id) \($0.scope)" }.sorted()
        #expect(
            bound == ["department-staff department", "public-health-nurse age", "school-management school"])
        #expect(shipped.tellers == ["F01": .school, "B01": .age, "B02": .age, "B03": .age, "B04": .age])
        for request in shipped.everyRequest()
        where bound.contains(where: { $0.hasPrefix("\(request.roles[0]) ") }) {
            for remit in [Remit.outside, .unknown] {
                var other = request
                other.remit = remit
                #expect(shipped.decide(other).grant == nil)
            }
        }
    }
}
