import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite struct DeclarationTests {
    private static let noon = Date(timeIntervalSince1970: 1_790_823_600)

    private func declaration(
        _ kind: Declaration.Kind = .emergency, minutes: Int = 60, needsSecond: Bool = false,
        steps: [Declaration.Step] = []
    ) -> Declaration {
        Declaration(
            number: 7, kind: kind, user: "tanaka", session: [1, 2], person: "P-1", typed: "P-1",
            reason: "所在を確かめる",
            minutes: minutes, askedAt: Self.noon, needsSecond: needsSecond, overrides: [], steps: steps)
    }

    @Test func nothingRunsBeforeAfterOrForAnybodyElseWhateverTheClocks() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(2000) {
            func minutes(_ range: ClosedRange<Int>) -> Double {
                Double(Int.random(in: range, using: &generator)) / 10
            }
            let needsSecond = Bool.random(using: &generator)
            let kind: Declaration.Kind = Bool.random(using: &generator) ? .emergency : .unlock
            let length = Int.random(in: 1...120, using: &generator)
            var steps: [Declaration.Step] = []
            let confirmed = minutes(0...100)
            if Bool.random(using: &generator) {
                steps.append(
                    .init(what: .confirmed, user: "suzuki", at: Self.noon + confirmed * 60, words: ""))
            }
            let ended = minutes(0...900)
            let isEnded = Bool.random(using: &generator)
            if isEnded {
                steps.append(.init(what: .ended, user: "tanaka", at: Self.noon + ended * 60, words: ""))
            }
            let one = declaration(kind, minutes: length, needsSecond: needsSecond, steps: steps)
            let at = minutes(-200...1000)
            let ahead = minutes(0...300)
            let user: UserID = Bool.random(using: &generator) ? "tanaka" : "suzuki"
            let session: [UInt8] = Bool.random(using: &generator) ? [1, 2] : [3]
            let running = one.running(
                user: user, session: session, at: Self.noon + at * 60,
                latest: Self.noon + max(at, at + ahead - 15) * 60)
            let isConfirmed = steps.contains { $0.what == .confirmed }
            let begin = needsSecond ? (isConfirmed ? confirmed : .infinity) : 0
            let end = min(
                begin + Double(min(length, kind == .emergency ? 60 : 10)), isEnded ? ended : .infinity)
            let expected =
                user == "tanaka" && session == [1, 2] && begin <= at && at < end
                && max(at, at + ahead - 15) < end
            #expect((running != nil) == expected, "seed \(testSeed) \(one) at \(at)")
            if let running {
                #expect(running.person == "P-1" && running.actor == .user("tanaka"))
                #expect((running.second != nil) == isConfirmed)
            }
        }
    }

    @Test func aQuestionWhatWouldBeOpensNobody() throws {
        let policy = guideline([statement(.permit)], purposes: [purpose("emergency", isEmergency: true)])
        let asked = request(purpose: "emergency", isDeclared: true)
        let grant = try #require(policy.decide(asked).grant)
        #expect(grant.declared?.person == nil && !grant.unlocks("P-1"))
        #expect(policy.decide(request(purpose: "emergency")).denial?.ground == .emergencyNotDeclared)
    }

    @Test func aDeclarationCountsForItsActorAndItsPurposeAlone() throws {
        let policy = guideline(
            [statement(.permit)],
            purposes: [purpose("emergency", isEmergency: true), purpose("help"), purpose("safety")])
        let running = try #require(
            declaration().running(user: "tanaka", session: [1, 2], at: Self.noon, latest: Self.noon))
        var asked = request(purpose: "emergency")
        asked.declared = running
        #expect(policy.decide(asked).grant?.declared == running)
        asked.actor = .user("suzuki")
        #expect(policy.decide(asked).grant == nil)
        asked.actor = .user("tanaka")
        asked.purpose = "help"
        #expect(policy.decide(asked).grant?.declared == nil)
    }

    @Test func addressesUnderProtectionAreOpenedByTwoWhateverTheGuidelineForgets() {
        let policy = guideline(
            [statement(.permit)], purposes: [purpose("safety"), purpose("emergency", isEmergency: true)])
        func admission(_ kind: Declaration.Kind, _ policy: Guideline) -> (
            decision: Decision, needsSecond: Bool
        ) {
            kind.admission(of: "tanaka", standing: PersonStanding(isProtected: true), remit: \.inside) {
                running in
                policy.decisions(
                    for: AccessRequest(
                        actor: .user("tanaka"), roles: ["staff"], action: .read, items: ["X1"],
                        purpose: running.purpose, standing: nil, on: today, declared: running))
            }
        }
        #expect(admission(.unlock, policy).needsSecond && admission(.unlock, policy).decision.grant != nil)
        #expect(!admission(.emergency, policy).needsSecond)
        let two = policy.adding(statement(.oblige, id: "two", obligations: [.secondPerson]))
        #expect(admission(.emergency, two).needsSecond && admission(.emergency, two).decision.grant != nil)
        let none = policy.adding(statement(.forbid, id: "none"))
        #expect(admission(.unlock, none).decision.grant == nil)
    }
}
