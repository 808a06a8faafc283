import Domain
import TestSupport
import Testing

@testable import Policy

@Suite("Decisions")
struct DecisionTests {
    @Test func emptyPolicySetDenies() {
        let empty = guideline([])
        for request in empty.everyRequest() {
            #expect(empty.decide(request).grant == nil)
        }
        #expect(empty.decide(request()).denial?.ground == .notPermitted)
    }

    @Test func forbidBeatsPermit() {
        let permit = statement(.permit)
        #expect(guideline([permit]).decide(request()).items == ["X1", "X2", "X3"])
        let denial = guideline([permit, statement(.forbid, id: "no")]).decide(request()).denial
        #expect(denial?.ground == .forbidden)
        #expect(denial?.statements == ["no"])
        #expect(denial?.revision == "r1")
    }

    @Test(
        "what two decisions both give is neither more than the one nor than the other, and a denial of either denies"
    )
    func narrowedToBoth() throws {
        let wide = guideline([statement(.permit, id: "wide")])
        let narrow = guideline([
            statement(.permit, id: "narrow", items: .only(["X1", "X2"])),
            statement(.forbid, id: "no", when: Condition(protected: true)),
        ])
        func decisions(_ guideline: Guideline) -> Decisions {
            Decisions(for: "help") { standing in guideline.decide(request(standing: standing)) }
        }
        for (one, other) in [(wide, narrow), (narrow, wide)] {
            let both = decisions(one).narrowed(to: decisions(other))
            let grant = try #require(both(PersonStanding()).grant)
            #expect(grant.items == ["X1", "X2"] && grant.statements == ["narrow", "wide"])
            #expect(both(PersonStanding(isProtected: true)).denial?.statements == ["no"])
        }
    }

    /// Ways in which a statement cannot be evaluated: its names mean nothing, or the request does not tell.
    static let undecidable: [(title: String, make: @Sendable (Effect) -> Statement)] = [
        ("unknown role", { statement($0, roles: .only(["stuff"])) }),
        ("unknown role left out", { statement($0, roles: .except(["stuff"])) }),
        ("unknown item", { statement($0, items: .only(["X9"])) }),
        ("unknown item left out", { statement($0, items: .except(["X9"])) }),
        ("unknown purpose", { statement($0, purposes: .only(["halp"])) }),
        ("unknown purpose left out", { statement($0, purposes: .except(["halp"])) }),
        ("protected", { statement($0, when: Condition(protected: true)) }),
        ("not protected", { statement($0, when: Condition(protected: false)) }),
    ]

    @Test(arguments: undecidable.indices)
    func aForbidThatCannotBeEvaluatedDenies(_ index: Int) {
        let (title, make) = Self.undecidable[index]
        let policy = guideline([statement(.permit, id: "yes"), make(.forbid)])
        #expect(policy.decide(request(standing: nil)).denial?.ground == .forbidden, "\(title)")
    }

    @Test(arguments: undecidable.indices)
    func aPermitThatCannotBeEvaluatedDoesNotPermit(_ index: Int) {
        let (title, make) = Self.undecidable[index]
        #expect(guideline([make(.permit)]).decide(request(standing: nil)).grant == nil, "\(title)")
    }

    @Test(arguments: undecidable.indices)
    func anObligationThatCannotBeEvaluatedIsLaidOn(_ index: Int) throws {
        let (title, make) = Self.undecidable[index]
        let made = make(.oblige)
        let oblige = Statement(
            id: made.id, effect: .oblige, reason: made.reason, roles: made.roles, actions: made.actions,
            items: made.items, sensitivities: nil, purposes: made.purposes, condition: made.condition,
            obligations: [.maskAddress])
        let grant = try #require(
            guideline([statement(.permit), oblige]).decide(request(standing: nil)).grant, "\(title)")
        #expect(grant.visibility(of: .address) == .masked, "\(title)")
        #expect(grant.visibility(of: .name) == .shown)
        #expect(grant.visibility(of: .phone) == .withheld)
    }

    @Test func aStatementThatCertainlyMeansSomethingElseIsNoMatter() {
        let forbid = statement(
            .forbid, actions: [.list], items: .only(["X9"]), when: Condition(protected: true))
        #expect(
            guideline([statement(.permit), forbid]).decide(request(.read, standing: nil)).items.count == 3)
    }

    @Test func theGrantCoversThePermittedPartOfTheItems() throws {
        let policy = guideline([
            statement(.permit, items: .only(["X1", "X3"])), statement(.forbid, sensitivities: [.tax]),
        ])
        let grant = try #require(policy.decide(request()).grant)
        #expect(grant.items == ["X1"])
        #expect(grant.permits("X1") && !grant.permits("X2") && !grant.permits("X3"))
        #expect(grant.visibility(of: .name) == .shown)
        #expect(grant.visibility(of: .address) == .withheld)
        #expect(grant.statements == ["the-forbid", "the-permit"])
        #expect(policy.decide(request(items: ["X2"])).denial?.ground == .notPermitted)
        #expect(policy.decide(request(items: ["X3"])).denial?.ground == .forbidden)
    }

    @Test func whatTheRequestNamesMustBeKnown() {
        let policy = guideline([statement(.permit)])
        #expect(policy.decide(request(roles: ["staff", "stuff"])).denial?.ground == .unknownRole)
        #expect(policy.decide(request(roles: [])).grant == nil)
        #expect(policy.decide(request(purpose: "halp")).denial?.ground == .unknownPurpose)
        #expect(policy.decide(request(items: ["X9"])).denial?.ground == .unknownItem)
        #expect(policy.decide(request(items: [])).denial?.ground == .unknownItem)
        #expect(policy.decide(request(items: ["X9", "X1"])).items == ["X1"])
        #expect(policy.decide(request(items: ["X2"], purpose: "else")).denial?.ground == .itemNotInPurpose)
        #expect(policy.decide(request(purpose: "else")).items == ["X1"])
    }

    @Test func anActionThatNoStatementNamesIsDenied() {
        let policy = guideline([statement(.permit, actions: [.read])])
        for action in Action.allCases where action != .read {
            #expect(policy.decide(request(action)).grant == nil)
        }
    }

    @Test(arguments: LegalBasis.allCases)
    func anAdHocBasisIsRefusedForAScheduledRequest(_ basis: LegalBasis) {
        let policy = guideline(
            [statement(.permit)], purposes: [purpose("help", basis: basis, to: today)])
        let byClock = policy.decide(
            request(roles: ["night"], actor: .system("nightly"), isScheduled: true))
        let byHand = policy.decide(request())
        switch basis {
        case .originalPurpose, .changedPurpose, .law:
            #expect(byClock.grant != nil && byHand.grant != nil)
        case .adHocInternal, .adHocOtherBody:
            #expect(byClock.denial?.ground == .adHocBasis)
            #expect(byHand.grant != nil)
        case .consent:
            #expect(byClock.denial?.ground == .consentNotRecorded)
            #expect(byHand.denial?.ground == .consentNotRecorded)
        }
    }

    @Test func aPurposeHoldsFromItsFirstDayToItsLast() {
        let policy = guideline(
            [statement(.permit)], purposes: [purpose("help", from: today, to: today.adding(days: 2))])
        let granted = (-1...3).map { policy.decide(request(on: today.adding(days: $0))).grant != nil }
        #expect(granted == [false, true, true, true, false])
        #expect(policy.decide(request(on: today.adding(days: 3))).denial?.ground == .purposeNotActive)
    }

    @Test func theMachinesRoleIsNotForPeopleNorTheirsForTheMachine() {
        let policy = guideline([statement(.permit)])
        #expect(policy.decide(request(roles: ["night"])).denial?.ground == .roleNotForActor)
        #expect(policy.decide(request(actor: .system("nightly"))).denial?.ground == .roleNotForActor)
        #expect(policy.decide(request(roles: ["night"], actor: .system("nightly"))).grant != nil)
    }

    @Test(arguments: Action.allCases.filter { !$0.concernsItems })
    func anActionWithoutItemsGrantsNone(_ action: Action) throws {
        let policy = guideline([statement(.permit), statement(.forbid, items: .only(["X1"]))])
        let grant = try #require(policy.decide(request(action)).grant)
        #expect(grant.items.isEmpty)
        #expect(IdentifierPart.allCases.allSatisfy { grant.visibility(of: $0) == .withheld })
        let forbidden = guideline([statement(.permit), statement(.forbid)])
        #expect(forbidden.decide(request(action)).denial?.ground == .forbidden)
    }

    @Test func aSecondRoleNeverLiftsAForbidOrAnObligation() {
        let policy = guideline([
            statement(.permit), statement(.forbid, roles: .except(["other"]), items: .only(["X1"])),
            statement(.oblige, roles: .except(["other"]), obligations: [.maskAddress]),
        ])
        #expect(policy.decide(request(roles: ["other"])).grant?.obligations.all.isEmpty == true)
        let both = policy.decide(request(roles: ["other", "staff"])).grant
        #expect(both?.items == ["X2", "X3"])
        #expect(both?.visibility(of: .address) == .masked)
    }

    @Test func decisionsMadeOnceEqualDecisionsMadeEachTime() {
        let policy = guideline([
            statement(.permit), statement(.forbid, items: .only(["X1"]), when: Condition(protected: true)),
        ])
        let made = policy.decisions(for: request(standing: nil))
        for standing in [PersonStanding(), PersonStanding(isProtected: true)] {
            #expect(made(standing).grant == policy.decide(request(standing: standing)).grant)
        }
        #expect(made(PersonStanding(isProtected: true)).items == ["X2", "X3"])
    }

    @Test func theOrderOfStatementsIsNoMatter() throws {
        let statements = [
            statement(.permit, id: "a", items: .only(["X1", "X2"])), statement(.permit, id: "b", items: .all),
            statement(.forbid, id: "c", items: .only(["X2"])),
            statement(.oblige, id: "d", obligations: [.maskPhone]),
        ]
        let first = try #require(guideline(statements).decide(request()).grant)
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(20) {
            let again = guideline(statements.shuffled(using: &generator)).decide(request()).grant
            #expect(again == first, "seed \(testSeed)")
        }
    }

    @Test func aStatementAppliesOrNotOrCannotBeTold() {
        let policy = guideline([
            statement(.permit, id: "a", roles: .only(["staff"])),
            statement(.permit, id: "b", roles: .only(["other"])),
            statement(.forbid, id: "c", items: .only(["X3"]), when: Condition(protected: true)),
            statement(.forbid, id: "d", actions: [.list]),
            statement(.forbid, id: "e", purposes: .only(["else"])),
            statement(.forbid, id: "f", when: Condition(scheduled: true)),
        ])
        let why = policy.statements.map {
            $0.verdict(on: request(standing: nil), candidates: ["X1", "X2", "X3"])
        }
        #expect(why.map(\.statement) == ["a", "b", "c", "d", "e", "f"])
        #expect(
            why.map(\.verdict) == [
                .applies, .doesNotApply, .undecidable, .doesNotApply, .doesNotApply, .doesNotApply,
            ])
        #expect(why[2].items == ["X3"])
    }
}
