import Domain
import Testing

@testable import Nightly

@Suite struct RulebookTests {
    /// An edit between the hash and the reading must not give the run another one's id.
    @Test(arguments: [
        // What the files are at each look, what was read, and how often.
        (["a", "a"], "a", 1), (["a", "b", "b", "b"], "b", 2), (["a", "b", "b", "c", "c", "c"], "c", 3),
    ])
    func whatIsHashedIsWhatWasRead(looks: [String], read: String, times: Int) throws {
        var (left, count) = (looks, 0)
        let value = try Rulebook.settled(
            revision: { left.removeFirst() },
            read: { revision in
                count += 1
                return revision
            })
        #expect(value == read && count == times && left.isEmpty)
    }

    @Test func filesThatKeepChangingAreNotRead() {
        var number = 0
        let fault = #expect(throws: Fault.self) {
            _ = try Rulebook.settled(
                revision: {
                    number += 1
                    return String(number)
                }, read: { $0 })
        }
        #expect(fault?.code == "rulebook.changing" && fault?.kind == .configuration)
    }
}
