import Domain
import Testing

@testable import Nightly

private struct Stop: Error, Equatable { let number: Int }

@Test("What is put on the conveyor comes off in order, on one thread or two", arguments: [1, 2])
func conveyorKeepsOrder(threads: Int) throws {
    var taken: [Int] = []
    try Conveyor.run(
        threads: threads,
        make: { put in for first in stride(from: 0, to: 3000, by: 30) { try put(Array(first..<first + 30)) } }
    ) { taken.append($0) }
    #expect(taken == Array(0..<3000))
}

@Test("What the maker throws comes after everything it had made", arguments: [1, 2])
func makersErrorComesLast(threads: Int) {
    var taken = 0
    #expect(throws: Stop(number: 1)) {
        try Conveyor<Int>.run(
            threads: threads,
            make: { put in
                try put([1, 2, 3])
                throw Stop(number: 1)
            }
        ) { _ in taken += 1 }
    }
    #expect(taken == 3)
}

@Test("A taker that throws stops the maker, however much it has still to make", arguments: [1, 2])
func takersErrorStopsTheMaker(threads: Int) {
    #expect(throws: Stop(number: 7)) {
        try Conveyor.run(threads: threads, make: { put in while true { try put([7]) } }) {
            throw Stop(number: $0)
        }
    }
}
