import Domain
import TestSupport
import Testing

@testable import Identity

@Suite struct IdentityStateTests {
    @Test func theFirstNightMintsFromTheSmallestKey() {
        let first = IdentityState().night("b a | c")
        #expect(first.persons == ["P-a", "P-c"])
        #expect(first.changes == [.new("P-a"), .new("P-c")])
        #expect(first.newcomers == ["P-a", "P-c"])
    }

    @Test func anUnchangedNightHasNoEvents() {
        let second = IdentityState(after: "a b | c").night("c | b a")
        #expect(second.persons == ["P-c", "P-a"] && second.events.isEmpty)
    }

    @Test func aMergeKeepsTheLargerAndLeavesAnAlias() {
        let merged = IdentityState(after: "a b | c d e").night("a b c d e")
        #expect(merged.events == [.merged(survivor: "P-c", absorbed: "P-a")])
        #expect(merged.state.person(now: "P-a") == "P-c" && merged.state.person(of: "a") == "P-c")
        let tie = IdentityState(after: "c | a").night("a c")
        #expect(tie.events == [.merged(survivor: "P-a", absorbed: "P-c")])
    }

    @Test func aSplitKeepsTheIdWithTheMajority() {
        let split = IdentityState(after: "a b c").night("a | b c")
        #expect(split.persons == ["P-a#1", "P-a"])
        #expect(split.changes == [.new("P-a#1"), .split(from: "P-a", to: "P-a#1")])
        #expect(split.newcomers.isEmpty)
    }

    /// Whichever side is larger or smaller, and whoever came in between.
    @Test(arguments: [
        ("a | b", "a b"), ("a b | c d e", "a b c d e"), ("b | a c", "a b c"), ("b c | a d", "a b c d"),
    ])
    func aMergeTakenBackGivesBothIdsAgain(apart: String, together: String) {
        let first = IdentityState(after: apart)
        let merged = first.night(together)
        let again = merged.state.night(apart)
        #expect(again.persons == first.night(apart).persons)
        #expect(again.state == first && again.changes.count == 1)
        let later = merged.state.night(together + " new").state.night(apart)
        #expect(Set(later.persons) == Set(first.night(apart).persons))
    }

    /// While half of the absorbed stayed away, the other was the larger.
    @Test func recordsThatWereAwayDuringAMergeDoNotTakeTheSurvivorsId() {
        let state = IdentityState(after: "a b c | d e", "a d e")
        #expect(state.person(of: "b") == "P-d")
        #expect(state.night("a b c | d e").persons == ["P-a", "P-d"])
    }

    @Test func ofSeveralMergesEachIsTakenBackByItself() {
        let state = IdentityState(after: "a | b | c d", "a b | c d", "a b c d")
        #expect(state.person(now: "P-b") == "P-c" && state.person(now: "P-a") == "P-c")
        #expect(state.night("a b | c d").persons == ["P-a", "P-c"])
        #expect(state.night("a | b | c d").persons == ["P-a", "P-b", "P-c"])
        // Nothing came apart: the id goes with most of its records.
        #expect(state.night("c | b a d").persons == ["P-c#1", "P-c"])
    }

    @Test func aRecordThatMovesIsASplitToItsNewPerson() {
        let moved = IdentityState(after: "a b c | d").night("a b | c d")
        #expect(moved.persons == ["P-a", "P-d"])
        #expect(
            moved.events == [.split(from: "P-a", to: "P-d"), .moved("c", from: "P-a", to: "P-d")])
    }

    @Test func whoStaysAwayIsAbsentOnceAndReturnsOnce() {
        let state = IdentityState(after: "a | b")
        let gone = state.night("a")
        #expect(gone.events == [.absent("P-b")])
        #expect(gone.state.night("a").events.isEmpty)
        let back = gone.state.night("a | b")
        #expect(back.events == [.returned("P-b")] && back.state == state)
        #expect(
            gone.state.night("a b").events == [.returned("P-b"), .merged(survivor: "P-a", absorbed: "P-b")])
    }

    @Test func aKeptStateIsReadAsItWas() {
        let state = IdentityState(after: "a | b | c", "a b | c", "a b", "a | b d")
        let read = IdentityState(
            homes: state.homes, aliases: state.aliases, present: ["P-a", "P-b"], given: state.spent)
        #expect(read == state && read.canonicalBytes == state.canonicalBytes)
    }

    @Test func clustersThatGoAgainstAVerdictAreTold() throws {
        var state = IdentityState(after: "a b | c")
        let (apart, together) = (
            try #require(RecordPair("b", "a")), try #require(RecordPair("a", "c"))
        )
        state.apply(state.deciding(apart, .different) + state.deciding(together, .same))
        #expect(state.night("a b | c").unheeded == [apart, together])
        #expect(state.night("a c | b").unheeded.isEmpty)
        #expect(state.night("b | c").unheeded.isEmpty)
        #expect(state.deciding(apart, .different).isEmpty)
        #expect(state.deciding(apart, .same) == [.withdrawn(apart, .different), .decided(apart, .same)])
    }
}
