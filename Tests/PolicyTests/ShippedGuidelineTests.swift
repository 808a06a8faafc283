import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite("The shipped guideline")
struct ShippedGuidelineTests {
    let guideline: Guideline

    init() throws { guideline = try shipped() }

    // MARK: Protection

    @Test func whereSomebodyCanBeFoundIsMaskedForEverybodyButTheHandlingUnit() {
        var seen = 0
        for request in guideline.everyRequest() {
            guard let grant = guideline.decide(request).grant else { continue }
            seen += 1
            let isHandlingUnit = request.roles == ["protection-unit"]
            let mayBeProtected = request.standing?.isProtected != false
            for part in [IdentifierPart.address, .phone, .guardians, .school] {
                let visibility = grant.visibility(of: part)
                if mayBeProtected, !isHandlingUnit {
                    #expect(visibility != .shown, "\(request)")
                }
                if isHandlingUnit { #expect(visibility != .masked) }
            }
            let masks = grant.obligations.all.contains { $0.part != nil }
            #expect(masks == (mayBeProtected && !isHandlingUnit))
        }
        #expect(seen > 50)
    }

    @Test func noSecondRoleUnmasks() {
        let people = guideline.roles.values.filter { !$0.isSystem }.map(\.id).sorted()
        for request in guideline.everyRequest()
        where request.standing?.isProtected == true && request.action.concernsItems {
            for second in people where request.roles != ["protection-unit"] && request.roles != ["nightly"] {
                var both = request
                both.roles.append(second)
                guard let grant = guideline.decide(both).grant else { continue }
                #expect(grant.visibility(of: .address) != .shown)
            }
        }
    }

    @Test func onlyTheHandlingUnitReadsTheProtectionRegisterAndNoRuleUsesIt() {
        for request in guideline.everyRequest() where guideline.decide(request).items.contains("A06") {
            switch request.action {
            case .collect, .join: #expect(request.roles == ["nightly"])
            case .read: #expect(request.roles == ["protection-unit"])
            case .flag, .list, .aggregate, .record, .review, .explain, .audit, .operate, .mend, .register,
                .disclose, .discloseToGuardian, .discloseToAgent, .rectify, .propose, .approve, .export:
                Issue.record("\(request.action) of A06 by \(request.roles)")
            }
        }
    }

    // MARK: Laws over the whole space

    @Test func addingAForbidNeverGrantsAndAddingAnObligationNeverShows() throws {
        var generator = SeededGenerator(seed: testSeed)
        let requests = guideline.everyRequest()
        let before = requests.map { guideline.decide($0).grant }
        for _ in 0..<caseCount(6) {
            for effect in [Effect.forbid, .oblige] {
                let more = guideline.adding(randomStatement(effect, &generator))
                for (request, old) in zip(requests, before) {
                    guard let new = more.decide(request).grant else { continue }
                    let old = try #require(old, "seed \(testSeed)")
                    #expect(new.items.isSubset(of: old.items), "seed \(testSeed)")
                    #expect(new.obligations.all.isSuperset(of: old.obligations.all), "seed \(testSeed)")
                }
            }
        }
    }

    @Test func everyItemIsDecidedOnItsOwn() {
        var generator = SeededGenerator(seed: testSeed)
        let all = guideline.catalogue.items.keys.sorted()
        for request in guideline.everyRequest().shuffled(using: &generator).prefix(caseCount(60))
        where request.action.concernsItems {
            let alone = all.filter { item in
                var single = request
                single.items = [item]
                return guideline.decide(single).items == [item]
            }
            #expect(Set(alone) == guideline.decide(request).items, "\(request) seed \(testSeed)")
        }
    }

    @Test func everyDecisionSaysWhichStatementsDecidedAndUnderWhichRevision() {
        for request in guideline.everyRequest() {
            switch guideline.decide(request) {
            case .permit(let grant):
                #expect(!grant.statements.isEmpty && grant.revision == guideline.revision)
                #expect(request.action.concernsItems != grant.items.union(grant.bandedItems).isEmpty)
            case .deny(let denial):
                #expect(!denial.message.isEmpty && denial.revision == guideline.revision)
                #expect(denial.fault.kind == .denied)
                #expect((denial.ground == .forbidden) != denial.statements.isEmpty)
            }
        }
    }

    // MARK: Landing

    @Test func theNightTakesInWhatStandingPurposesNeedAndNothingElse() {
        let night = Actor.system("nightly")
        let active = guideline.activeItems(for: night, roles: ["nightly"], on: today)
        let withoutPurpose: Set<ItemCode> = ["A05", "D08", "E01", "E02", "E03", "F06", "F10", "G01"]
        let own: Set<ItemCode> = [.findings, .casework, .readings, .wishes, .spotChecks, .supportOutcomes]
        #expect(active == Set(guideline.catalogue.items.keys).subtracting(withoutPurpose).subtracting(own))
        let after = Day(number: 40_000)
        #expect(guideline.activeItems(for: night, roles: ["nightly"], on: after).isEmpty)
        #expect(guideline.activeItems(for: .user("tanaka"), roles: ["center-staff"], on: today).isEmpty)
    }

    @Test func nobodySeesATaxItemEvenIfAPurposeNamesIt() throws {
        let folder = try ScratchFolder()
        let copy = folder.file("Guidelines")
        try FileManager.default.copyItem(atPath: shippedFolder, toPath: copy)
        for name in ["support", "programmes"] {
            let path = "Guidelines/purposes/\(name).json5"
            let text = try String(contentsOfFile: folder.file(path), encoding: .utf8)
            try folder.write(Array(text.replacing("\"A01\",", with: "\"A01\", \"E01\",").utf8), to: path)
        }
        let taxed = try Guideline.load(folder: copy, digest: checksum)
        #expect(taxed.purposes["support"]?.items.contains("E01") == true)
        for request in taxed.everyRequest() {
            #expect(!taxed.decide(request).items.contains("E01"))
        }
    }

    private func randomStatement(_ effect: Effect, _ generator: inout SeededGenerator) -> Statement {
        func some<Member: Hashable & Sendable & Comparable>(_ all: [Member]) -> Selector<Member> {
            let part = Set(all.sorted().filter { _ in Bool.random(using: &generator) })
            return [Selector.all, .only(part), .except(part)].randomElement(using: &generator) ?? .all
        }
        let protected = [nil, true, false].randomElement(using: &generator) ?? nil
        return statement(
            effect, id: "added", roles: some(Array(guideline.roles.keys)),
            actions: Set(Action.allCases.filter { _ in Bool.random(using: &generator) }),
            items: some(Array(guideline.catalogue.items.keys) + ["Z9"]),
            purposes: some(Array(guideline.purposes.keys)), when: Condition(protected: protected),
            obligations: effect == .oblige
                ? [Obligation.allCases.randomElement(using: &generator) ?? .maskPhone] : [])
    }
}
