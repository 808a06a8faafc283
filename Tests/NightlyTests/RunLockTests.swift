import Domain
import Nightly
import TestSupport
import Testing

@Suite struct RunLockTests {
    @Test func onlyOneRunHoldsTheWorkspaceAndTheNextMayHaveItAfterwards() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("renkei.lock")
        do {
            let first = try RunLock(path: path)
            let refused = #expect(throws: Fault.self) { _ = try RunLock(path: path) }
            #expect(refused?.kind == .busy)
            withExtendedLifetime(first) {}
        }
        _ = try RunLock(path: path)
    }
}
