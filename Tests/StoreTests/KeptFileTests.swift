import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite struct KeptFileTests {
    private let pieces: [[UInt8]] = [Array("佐藤".utf8), [], Array(repeating: 7, count: 70_000)]

    @Test func piecesComeBackOneByOneAndNothingIsReadable() throws {
        let world = try World()
        let folder = try world.runFolder("r")
        #expect(try KeptFile.open(.comparisons, folder: folder, keys: world.keys) == nil)
        try KeptFile.write(pieces, .comparisons, program: "abc", folder: folder, keys: world.keys)
        let file = try #require(try KeptFile.open(.comparisons, folder: folder, keys: world.keys))
        #expect(file.program == "abc" && file.count == 3)
        #expect((0..<3).map { file.piece($0) } == pieces)
        let path = folder + "/comparisons.sealed"
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes.range(of: Data("佐藤".utf8)) == nil && bytes.range(of: Data("abc".utf8)) == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }

    @Test func anyChangedOrMissingByteIsFoundOut() throws {
        let world = try World()
        let folder = try world.runFolder("r")
        try KeptFile.write(pieces, .comparisons, program: "abc", folder: folder, keys: world.keys)
        let path = folder + "/comparisons.sealed"
        let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
        func isWhole() -> Bool {
            guard let file = try? KeptFile.open(.comparisons, folder: folder, keys: world.keys) else {
                return false
            }
            return (0..<file.count).allSatisfy { file.piece($0) != nil }
        }
        #expect(isWhole())
        var random = SeededGenerator(seed: testSeed)
        for number in 0..<caseCount(300) {
            var bytes = whole
            if number.isMultiple(of: 3) {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                // Among the first bytes as often as among all others.
                let place = Int.random(
                    in: 0..<(Bool.random(using: &random) ? 200 : bytes.count), using: &random)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try Data(bytes).write(to: URL(filePath: path))
            #expect(!isWhole(), "seed \(testSeed), case \(number)")
        }
    }

    @Test func piecesOfAnotherFileOrAnotherKeyDoNotOpen() throws {
        let world = try World()
        let (one, two) = (try world.runFolder("one"), try world.runFolder("two"))
        for folder in [one, two] {
            try KeptFile.write([[1, 2, 3]], .comparisons, program: "abc", folder: folder, keys: world.keys)
        }
        let path = { (folder: String) in URL(filePath: folder + "/comparisons.sealed") }
        let (first, second) = (try Data(contentsOf: path(one)), try Data(contentsOf: path(two)))
        #expect(first.count == second.count)
        let length = 3 + Seal.length
        try (first.dropLast(length) + second.suffix(length)).write(to: path(one))
        #expect(try KeptFile.open(.comparisons, folder: one, keys: world.keys)?.piece(0) == nil)
        let other = try World()
        #expect(
            fault { _ = try KeptFile.open(.comparisons, folder: two, keys: other.keys) }?.code == "vault.seal"
        )
    }
}
