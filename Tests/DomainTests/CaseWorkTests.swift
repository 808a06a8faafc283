import Domain
import TestSupport
import Testing

private let today = Day(number: 20_727)

@Suite("Work on cases")
struct CaseWorkTests {
    private static let people: [UserID] = ["sato", "tanaka", "ito"]

    private func after(
        _ work: CaseWork, _ steps: [(CaseStep, UserID)], needsSecond: Bool = true
    ) throws -> CaseWork {
        try steps.reduce(work) { work, step in
            try work.after(step.0, by: step.1, reason: "理由", on: today, needsSecond: needsSecond)
        }
    }

    private static func draw(_ generator: inout SeededGenerator) -> CaseStep {
        func person() -> UserID { people.randomElement(using: &generator) ?? "sato" }
        func state() -> CaseState { CaseState.allCases.randomElement(using: &generator) ?? .candidate }
        func day() -> Day? {
            Bool.random(using: &generator)
                ? nil : today.adding(days: Int.random(in: -9...400, using: &generator))
        }
        return switch Int.random(in: 0...12, using: &generator) {
        case 0: .claim
        case 1: .release
        case 2: .assign(person())
        case 3: .offer(person())
        case 4: .accept
        case 5: .decline
        case 6, 7: .move(state())
        case 8: .setDue(day())
        case 9:
            .propose(
                state(), why: Bool.random(using: &generator) ? .explained : nil, quietUntil: day())
        case 10: .approve
        case 11: .reject
        default: .reopen
        }
    }

    @Test(
        "after a million random steps an open case is in exactly one queue, a closed one in none, and nobody ends it alone"
    )
    func queues() {
        var generator = SeededGenerator(seed: testSeed)
        var work = CaseWork()
        var (done, ended, reached) = (0, 0, Set<CaseState>())
        for _ in 0..<1_000_000 {
            let person = Self.people.randomElement(using: &generator) ?? "sato"
            let step = Self.draw(&generator)
            // Not `try #require`: a million refusals are data here, not failures.
            guard
                let next = try? work.after(
                    step, by: person, reason: "理由", on: today, needsSecond: true)
            else { continue }
            done += 1
            reached.insert(next.state)
            if next.state.isOpen != (next.queue != nil) { Issue.record("\(step) seed \(testSeed)") }
            if work.state.isOpen, !next.state.isOpen {
                ended += 1
                if work.closing == nil || work.closing?.proposer == person {
                    Issue.record("\(step) seed \(testSeed)")
                }
                if next.closing != nil || next.offeredTo != nil { Issue.record("\(step) seed \(testSeed)") }
            }
            // What waits for an answer has somebody who can give or take it back.
            if next.offeredTo != nil, next.holder == nil { Issue.record("\(step) seed \(testSeed)") }
            work = next
        }
        #expect(done > 50_000 && ended > 500, "seed \(testSeed)")
        // The night alone withdraws.
        #expect(
            reached.union([.candidate, .withdrawn]) == Set(CaseState.allCases)
                && !reached.contains(.withdrawn))
    }

    @Test("a candidate passes on only with a holder and a reason")
    func reasons() throws {
        let candidate = CaseWork()
        #expect(throws: Fault.self) { try after(candidate, [(.move(.awaitingAssessment), "sato")]) }
        let claimed = try after(candidate, [(.claim, "sato")])
        #expect(claimed.holder == "sato" && claimed.queue == .candidates)
        #expect(throws: Fault.self) {
            try claimed.after(
                .move(.awaitingAssessment), by: "sato", reason: "", on: today, needsSecond: true)
        }
        #expect(throws: Fault.self) { try after(claimed, [(.move(.awaitingAssessment), "tanaka")]) }
        #expect(try after(claimed, [(.move(.awaitingAssessment), "sato")]).queue == .assessment)
    }

    @Test("an end waits for another person, unless the municipality decided otherwise")
    func ends() throws {
        let checking = try after(
            CaseWork(), [(.claim, "sato"), (.move(.awaitingAssessment), "sato"), (.move(.checking), "sato")])
        let end = CaseStep.propose(
            .notApplicable, why: .explained, quietUntil: today.adding(days: 90))
        let proposed = try after(checking, [(end, "sato")])
        #expect(proposed.queue == .approval && proposed.state == .checking)
        #expect(throws: Fault.self) { try after(proposed, [(.approve, "sato")]) }
        #expect(throws: Fault.self) { try after(proposed, [(.move(.watching), "sato")]) }
        #expect(try after(proposed, [(.reject, "tanaka")]) == checking)
        let closed = try after(proposed, [(.approve, "tanaka")])
        #expect(closed.state == .notApplicable && closed.queue == nil)
        #expect(closed.quietUntil == today.adding(days: 90) && closed.closing == nil)
        #expect(closed.endReason == .explained && proposed.endReason == nil)
        #expect(try after(checking, [(end, "sato")], needsSecond: false).state == .notApplicable)
        let reopened = try after(closed, [(.reopen, "ito")])
        #expect(reopened.state == .checking && reopened.holder == "ito" && reopened.quietUntil == nil)
        #expect(reopened.endReason == nil)
    }

    @Test(
        "対象外 has a reason of the list, その他 has words too, and no other end has one",
        arguments: [
            (CaseState.notApplicable, nil, "理由", "why"), (.notApplicable, nil, "", "reason"),
            (.notApplicable, .other, "", "reason"), (.notApplicable, .other, "理由", nil),
            (.notApplicable, .wrongData, "", nil), (.notApplicable, .anotherChild, "理由", nil),
            (.supported, .explained, "理由", "why"), (.supported, nil, "理由", nil),
            (.supported, nil, "", "reason"),
        ] as [(CaseState, NotApplicableReason?, String, String?)])
    func coded(end: CaseState, why: NotApplicableReason?, words: String, missing: String?) throws {
        let checking = try after(
            CaseWork(), [(.claim, "sato"), (.move(.awaitingAssessment), "sato"), (.move(.checking), "sato")])
        func closed() throws -> CaseWork {
            try checking.after(
                .propose(end, why: why), by: "sato", reason: words, on: today, needsSecond: false)
        }
        guard let missing else {
            #expect(try closed().endReason == why)
            return
        }
        let refused = #expect(throws: Fault.self) { try closed() }
        #expect(refused?.field == missing && refused?.code == "case.incomplete")
    }

    @Test(
        "a quiet time belongs to 対象外 and lasts a year at most",
        arguments: [
            (CaseState.supported, 30), (.notApplicable, 0), (.notApplicable, -1), (.notApplicable, 366),
        ])
    func quiet(state: CaseState, days: Int) throws {
        let checking = try after(
            CaseWork(), [(.claim, "sato"), (.move(.awaitingAssessment), "sato"), (.move(.checking), "sato")])
        #expect(throws: Fault.self) {
            try after(
                checking,
                [
                    (
                        .propose(
                            state, why: state == .notApplicable ? .explained : nil,
                            quietUntil: today.adding(days: days)), "sato"
                    )
                ])
        }
    }

    @Test("a case stays its holder's until the other accepts; both can say no")
    func handover() throws {
        let offered = try after(CaseWork(), [(.claim, "sato"), (.offer("tanaka"), "sato")])
        #expect(offered.holder == "sato" && offered.queue == .handover)
        #expect(throws: Fault.self) { try after(offered, [(.accept, "ito")]) }
        #expect(throws: Fault.self) { try after(offered, [(.decline, "ito")]) }
        #expect(try after(offered, [(.accept, "tanaka")]).holder == "tanaka")
        #expect(try after(offered, [(.decline, "sato")]).queue == .candidates)
        #expect(try after(offered, [(.decline, "tanaka")]).holder == "sato")
        #expect(try after(offered, [(.assign("ito"), "ito")]).offeredTo == nil)
    }
}
