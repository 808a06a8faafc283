import Domain
import TestSupport
import Testing

@testable import Audit

/// A trail as it lies in a database, and what an attacker who holds database and key can make it look like.
private struct Trail {
    static let origin = "renkei/audit"
    var rows: [(sequence: Int, event: [UInt8])]
    let signer: CheckpointSigner

    init(_ count: Int) throws {
        signer = try #require(CheckpointSigner(name: "renkei-test", seed: Array(repeating: 3, count: 32)))
        rows = (0..<count).map { place in
            var event = AuditEvent(
                place % 3 == 0 ? .casesList : .caseRead, actor: "user:u\(place % 5)",
                at: 1_790_877_600_000 + place * 1000)
            event.subjects = [Pseudonym("p\(place % 7)")]
            event.counts = ["cases": place]
            return (place, Array(event.canonical(sequence: place).utf8))
        }
    }

    func range(_ count: Int) -> CompactRange {
        var range = CompactRange()
        for row in rows.prefix(count) { range.append(leaf: MerkleHash.leaf(row.event)) }
        return range
    }

    func note(of count: Int) -> String {
        let range = range(count)
        return signer.sign(Checkpoint(origin: Self.origin, size: range.size, root: range.root))
    }

    /// Everything in the database made to fit the rows again; only the checkpoints outside are as they were.
    func problems(outside: [String]) -> [TrailCheck.Problem] {
        let notes =
            [TrailCheck.Note(place: "inside", text: note(of: rows.count), isOutside: false)]
            + outside.map { TrailCheck.Note(place: "outside", text: $0, isOutside: true) }
        var check = TrailCheck(
            notes: notes, key: signer.key, origin: Self.origin, stored: range(rows.count))
        for row in rows { check.add(sequence: row.sequence, event: row.event) }
        return check.outcome().problems
    }

    /// The rows numbered anew, as a careful attacker would.
    mutating func renumber() { for place in rows.indices { rows[place].sequence = place } }
}

/// One change of the past: a flipped bit, an event deleted, inserted, two swapped, or the end cut off.
private func tamper(_ trail: inout Trail, before signed: Int, using generator: inout SeededGenerator)
    -> String
{
    let place = Int.random(in: 0..<signed, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0:
        let byte = Int.random(in: 0..<trail.rows[place].event.count, using: &generator)
        let bit = UInt8.random(in: 0..<8, using: &generator)
        trail.rows[place].event[byte] ^= 1 << bit
        return "bit \(bit) of byte \(byte) of event \(place)"
    case 1:
        trail.rows.remove(at: place)
        trail.renumber()
        return "event \(place) deleted"
    case 2:
        let other = trail.rows[Int.random(in: 0..<trail.rows.count, using: &generator)]
        trail.rows.insert(other, at: place)
        trail.renumber()
        return "an event inserted at \(place)"
    case 3:
        let other = (place + Int.random(in: 1..<signed, using: &generator)) % signed
        trail.rows.swapAt(place, other)
        trail.renumber()
        return "events \(place) and \(other) swapped"
    default:
        trail.rows.removeSubrange(place...)
        return "the end cut off from \(place) on"
    }
}

@Suite struct TamperTests {
    @Test func everyRandomTamperBeforeTheLastCheckpointOutsideIsFound() throws {
        let honest = try Trail(40)
        let signed = 33
        let outside = [honest.note(of: 7), honest.note(of: signed)]
        #expect(honest.problems(outside: outside).isEmpty)
        var generator = SeededGenerator(seed: testSeed)
        var found = 0
        let count = caseCount(500)
        for number in 0..<count {
            var trail = honest
            let what = tamper(&trail, before: signed, using: &generator)
            if trail.problems(outside: outside).isEmpty {
                Issue.record("not found: \(what) (seed \(testSeed), number \(number))")
            } else {
                found += 1
            }
        }
        #expect(found == count)
    }

    @Test func whatTheLastCheckpointOutsideDoesNotCoverIsSaid() throws {
        let trail = try Trail(12)
        let note = TrailCheck.Note(place: "outside", text: trail.note(of: 9), isOutside: true)
        var check = TrailCheck(notes: [note], key: trail.signer.key, origin: Trail.origin, stored: nil)
        for row in trail.rows { check.add(sequence: row.sequence, event: row.event) }
        let outcome = check.outcome()
        #expect(outcome.covered == 9 && outcome.events == 12 && outcome.problems.isEmpty)
    }

    @Test func everyProblemIsNamed() throws {
        let trail = try Trail(9)
        let stranger = try #require(CheckpointSigner(name: "x", seed: Array(repeating: 1, count: 32)))
        let foreign = stranger.sign(Checkpoint(origin: Trail.origin, size: 3, root: MerkleHash.empty))
        let other = trail.signer.sign(Checkpoint(origin: "renkei/other", size: 3, root: MerkleHash.empty))
        var cut = trail
        cut.rows.removeLast(4)
        var gap = trail
        gap.rows.remove(at: 2)
        var forged = trail
        forged.rows[1].event = Array(#"{"actor":"x","what":"case.read"}"#.utf8)
        #expect(trail.problems(outside: [foreign, other]).count == 2)
        #expect(cut.problems(outside: [trail.note(of: 9)]) == [.truncated(size: 9, place: "outside")])
        #expect(
            gap.problems(outside: [trail.note(of: 8)]) == [
                .misplaced(2), .rewritten(size: 8, place: "outside"),
            ])
        #expect(forged.problems(outside: []) == [.misplaced(1)])
    }
}
