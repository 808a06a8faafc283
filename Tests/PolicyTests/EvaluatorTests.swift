import Domain
import TestSupport
import Testing

@testable import Policy

/// The table that decides, its second opinion, and the laws both keep.
@Suite("Two evaluators")
struct EvaluatorTests {
    @Test func theyAgreeOnTheShippedGuidelineOverTheWholeSpace() throws {
        let guideline = try shipped()
        let actions = Action.allCases.count { $0.concernsItems }
        let points = try guideline.compareEvaluators()
        #expect(
            points
                == guideline.roles.count * guideline.purposes.count * Situation.count
                * (actions * guideline.catalogue.items.count + Action.allCases.count - actions))
    }

    @Test func theyAgreeOnWhateverOneMayWrite() throws {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(40) {
            let policy = invented(&generator)
            do {
                try policy.compareEvaluators()
            } catch {
                Issue.record("\(error) seed \(testSeed)")
            }
        }
    }

    @Test func theDecisionOfSeveralRolesIsTheReferenceOfThemTakenTogether() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(200) {
            let policy = invented(&generator)
            let roles: [RoleID] =
                [["staff", "other"], ["staff", "pupil"]].randomElement(using: &generator) ?? []
            let asked = request(
                Action.allCases.randomElement(using: &generator) ?? .read, roles: roles,
                standing: Situation.standings.randomElement(using: &generator) ?? nil,
                isDeclared: Bool.random(using: &generator), hasReason: true, second: .user("suzuki"),
                remit: Remit.allCases.randomElement(using: &generator) ?? .unknown)
            let expected = together(policy, roles, asked)
            let decision = policy.decide(asked)
            let seen = (decision.grant?.items ?? []).union(decision.grant?.bandedItems ?? [])
            if asked.action.concernsItems {
                #expect(seen == expected.items, "seed \(testSeed)")
            } else {
                #expect((decision.grant != nil) == expected.isPermitted, "seed \(testSeed)")
            }
            #expect((decision.grant?.obligations.all ?? []) == expected.obligations, "seed \(testSeed)")
        }
    }

    @Test func aTableThatErrsIsFoundAndItsGuidelineRefused() throws {
        let good = guideline([statement(.permit), statement(.forbid, id: "z-no", items: .only(["X3"]))])
        let lenient = guideline([statement(.permit)])
        let fault = #expect(throws: Fault.self) { _ = try good.compare(lenient.table) }
        #expect(fault?.code == "policy.mismatch" && fault?.kind == .configuration)
        #expect(fault?.message.contains("項目 X3") == true)
    }

    @Test func lessConsentAndLessKnowledgeNeverGrantMore() throws {
        var generator = SeededGenerator(seed: testSeed)
        let guidelines = try [shipped()] + (0..<caseCount(20)).map { _ in invented(&generator) }
        for policy in guidelines {
            var violations = 0
            eachPoint(of: policy, in: Situation.allCases.filter { $0.standing == nil }) { point in
                func grants(_ standing: PersonStanding?) -> Bool {
                    var situation = Situation.allCases[point.situation]
                    situation.standing = standing
                    var point = point
                    point.situation = situation.position
                    return policy.table.grants(point)
                }
                for isProtected in [false, true] {
                    let given = Consent.allCases.map {
                        grants(PersonStanding(isProtected: isProtected, consent: $0))
                    }
                    if given[0] && !given[1] || given[1] && !given[2] || grants(nil) && !given[0] {
                        violations += 1
                    }
                }
            }
            #expect(violations == 0, "seed \(testSeed)")
        }
    }

    @Test func anotherForbidNeverGrantsAnyPoint() throws {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(20) {
            let policy = invented(&generator)
            let more = policy.adding(anyStatement(.forbid, "added", &generator))
            var granted = 0
            eachPoint(of: policy, in: Situation.allCases) { point in
                if more.table.grants(point) && !policy.table.grants(point) { granted += 1 }
            }
            #expect(granted == 0, "seed \(testSeed)")
        }
    }

    @Test func positionsOfSituationsAreTheirPlacesInTheList() {
        #expect(Situation.allCases.map(\.position) == Array(0..<Situation.count))
    }

    // MARK: What obligations demand

    @Test func whoGivesNoReasonGetsNothingThatDemandsOne() {
        let policy = guideline([
            statement(.permit),
            statement(.oblige, id: "why", items: .only(["X2"]), obligations: [.reason]),
        ])
        #expect(policy.decide(request()).items == ["X1", "X3"])
        #expect(policy.decide(request(items: ["X2"])).denial?.ground == .reasonRequired)
        #expect(policy.decide(request(hasReason: true)).items == ["X1", "X2", "X3"])
    }

    @Test func aSecondPersonIsSomebodyElse() {
        let policy = guideline([
            statement(.permit), statement(.oblige, id: "two", obligations: [.secondPerson]),
        ])
        #expect(policy.decide(request()).denial?.ground == .secondPersonRequired)
        #expect(policy.decide(request(second: .user("tanaka"))).denial?.ground == .secondPersonRequired)
        #expect(policy.decide(request(second: .system("nightly"))).denial?.ground == .secondPersonRequired)
        #expect(policy.decide(request(second: .user("suzuki"))).items.count == 3)
        #expect(policy.decide(request(.record)).denial?.ground == .secondPersonRequired)
        #expect(policy.decide(request(.record, second: .user("suzuki"))).grant != nil)
    }

    @Test func bandedItemsAreNotAmongTheOthers() throws {
        let policy = guideline([
            statement(.permit), statement(.oblige, id: "band", items: .only(["X3"]), obligations: [.band]),
        ])
        let grant = try #require(policy.decide(request()).grant)
        #expect(grant.items == ["X1", "X2"] && grant.bandedItems == ["X3"])
        #expect(!grant.permits("X3"))
        #expect(policy.decide(request(items: ["X3"])).grant?.bandedItems == ["X3"])
        // Nobody can show an address in bands.
        let contact = guideline([
            statement(.permit), statement(.oblige, id: "band", items: .only(["X2"]), obligations: [.band]),
        ])
        #expect(contact.decide(request()).grant?.visibility(of: .address) == .withheld)
        #expect(contact.decide(request()).grant?.visibility(of: .name) == .shown)
    }

    @Test func smallGroupsAreNotToldAsANumber() throws {
        let policy = guideline([
            statement(.permit, actions: [.aggregate], obligations: [.suppressSmallCounts]),
            statement(.permit, id: "reads", actions: [.read]),
        ])
        let grant = try #require(policy.decide(request(.aggregate)).grant)
        #expect([0, 1, 9, 10].map(grant.told) == [.exact(0), .small, .small, .exact(10)])
        #expect(policy.decide(request()).grant?.told(3) == .exact(3))
    }

    @Test func coarseIsShownCoarselyAndMaskedIsMasked() throws {
        func visibility(_ obligations: Set<Obligation>) -> Visibility? {
            guideline([statement(.permit, obligations: obligations)]).decide(request()).grant?
                .visibility(of: .address)
        }
        #expect(visibility([]) == .shown)
        #expect(visibility([.generaliseAddress]) == .generalised)
        #expect(visibility([.generaliseAddress, .maskAddress]) == .masked)
    }

    @Test func anEmergencyIsForWhoDeclaredIt() {
        let policy = guideline([statement(.permit)], purposes: [purpose("help", isEmergency: true)])
        #expect(policy.decide(request()).denial?.ground == .emergencyNotDeclared)
        #expect(policy.decide(request(isDeclared: true)).items.count == 3)
        // Elsewhere the declaration opens nothing.
        let other = guideline([statement(.permit, roles: .only(["other"]))])
        #expect(other.decide(request(isDeclared: true)).grant == nil)
    }

    @Test func consentIsAskedForWhereItIsTheBasis() {
        let policy = guideline([statement(.permit)], purposes: [purpose("help", basis: .consent)])
        for standing in Situation.standings {
            let decision = policy.decide(request(standing: standing))
            #expect((decision.grant != nil) == (standing?.consent == .given))
        }
    }

    // MARK: Inventing

    private func eachPoint(
        of policy: Guideline, in situations: [Situation], _ body: (DecisionTable.Point) -> Void
    ) {
        for role in policy.table.roles.indices {
            for (action, word) in Action.allCases.enumerated() {
                for purpose in policy.table.purposes.indices {
                    let items =
                        word.concernsItems ? Array(policy.table.items.indices) : [policy.table.items.count]
                    for item in items {
                        for situation in situations.map(\.position) {
                            body(
                                .init(
                                    role: role, action: action, purpose: purpose, item: item,
                                    situation: situation))
                        }
                    }
                }
            }
        }
    }

    private func together(
        _ policy: Guideline, _ roles: [RoleID], _ asked: AccessRequest
    ) -> (items: Set<ItemCode>, isPermitted: Bool, obligations: Set<Obligation>) {
        let reference = ReferenceEvaluator(policy)
        let items: [ItemCode?] = asked.action.concernsItems ? asked.items.sorted() : [nil]
        var granted: Set<ItemCode> = []
        var isPermitted = false
        var obligations: Set<Obligation> = []
        for item in items {
            let bearing = roles.flatMap { role in
                reference.narrowed(
                    reference.bearing(role: role, action: asked.action, purpose: asked.purpose), to: item)
            }
            let answer = reference.answer(bearing, item: item, purpose: asked.purpose, in: asked.situation)
            guard answer.isPermitted,
                roles.allSatisfy({ reference.reaches($0, action: asked.action, in: asked.situation) })
            else { continue }
            isPermitted = true
            if let item { granted.insert(item) }
            obligations.formUnion(answer.obligations)
        }
        return (granted, isPermitted, obligations)
    }

    private func invented(_ generator: inout SeededGenerator) -> Guideline {
        let statements = (0..<Int.random(in: 1...9, using: &generator)).map { index in
            anyStatement(Effect.allCases.randomElement(using: &generator) ?? .permit, "s\(index)", &generator)
        }
        let bases = LegalBasis.allCases
        return guideline(
            statements,
            purposes: [
                purpose(
                    "help", basis: bases.randomElement(using: &generator) ?? .law,
                    isEmergency: Bool.random(using: &generator)),
                purpose("else", items: ["X1"]),
            ])
    }

    private func anyStatement(
        _ effect: Effect, _ id: String, _ generator: inout SeededGenerator
    ) -> Statement {
        func some<Name: Hashable & Sendable>(_ all: [Name]) -> Selector<Name> {
            let part = Set(all.filter { _ in Bool.random(using: &generator) })
            return [Selector.all, .only(part), .except(part)].randomElement(using: &generator) ?? .all
        }
        let consent: Consent? =
            Int.random(in: 0..<3, using: &generator) == 0 ? (effect == .permit ? .given : .refused) : nil
        return statement(
            effect, id: id, roles: some(["staff", "other", "night", "pupil", "nobody"]),
            actions: Set(Action.allCases.filter { _ in Bool.random(using: &generator) }),
            items: some(["X1", "X2", "X3", "X9"]),
            sensitivities: Bool.random(using: &generator) ? nil : [.normal, .tax],
            purposes: some(["help", "else", "gone"]),
            when: Condition(
                protected: ([nil, true, false] as [Bool?]).randomElement(using: &generator) ?? nil,
                scheduled: ([nil, true, false] as [Bool?]).randomElement(using: &generator) ?? nil,
                consent: consent),
            obligations: effect == .forbid
                ? [] : Set(Obligation.allCases.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }))
    }
}
