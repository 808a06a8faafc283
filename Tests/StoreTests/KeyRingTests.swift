import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Suite struct KeyTreeTests {
    private func key(_ name: String, _ tree: KeyTree) -> [UInt8]? {
        tree.withKey(of: name) { Array(UnsafeBufferPointer(start: $0, count: 32)) }
    }

    @Test func everyNameHasAKeyOfItsOwnAndAlwaysTheSame() throws {
        let tree = try KeyTree.random()
        let names = (0..<2_000).map { "record \($0)" }
        let keys = names.map { key($0, tree) }
        #expect(Set(keys).count == names.count && !keys.contains(nil))
        #expect(names.map { key($0, tree) } == keys)
        #expect(key("record 1", try .random()) != keys[1])
    }

    /// Beside a naive twin: a table of all keys from which some are deleted.
    @Test func whatIsTakenAwayIsGoneAndEverythingElseStays() throws {
        var random = SeededGenerator(seed: testSeed)
        for round in 0..<caseCount(4) {
            var tree = try KeyTree.random()
            let names = (0..<300).map { "\(round)-\($0)" }
            var twin = Dictionary(uniqueKeysWithValues: names.map { ($0, key($0, tree)) })
            for _ in 0..<3 {
                let gone = names.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
                tree = try tree.without(Array(gone))
                for name in gone { twin[name] = .some(nil) }
                for name in names {
                    #expect(key(name, tree) == twin[name, default: nil], "seed \(testSeed), \(name)")
                    #expect(tree.holds(name) == (twin[name, default: nil] != nil))
                }
            }
            var writer = ByteWriter()
            tree.write(to: &writer)
            var reader = ByteReader(writer.bytes)
            let read = try KeyTree(from: &reader)
            #expect(reader.isAtEnd && names.allSatisfy { key($0, read) == twin[$0, default: nil] })
        }
    }

    @Test func whatIsLeftHoldsNoSeedThatLeadsToWhatIsGone() throws {
        let tree = try KeyTree.random()
        #expect(tree.count == 1)
        let without = try tree.without(["record x"])
        // 63 beside the way at each of 8 levels; the root is gone.
        #expect(without.count == 8 * 63)
        #expect(try without.without(["record x"]).count == without.count)
    }
}

@Suite struct KeyRingFileTests {
    private let cell = SealedCell(table: "entity", row: 1, column: "identifiers")

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    @Test func aRotationChangesKeyAndRingAndNothingThatWasSealed() throws {
        let folder = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
        let sealed = try keys.ring.seal(Array("若葉".utf8), in: cell, by: .record("a"))
        let before = (try bytes(folder.file("keys/ring.key")), try bytes(folder.file("keys/ring.sealed")))
        try keys.ringFile.replace { $0.next() }
        #expect(try bytes(folder.file("keys/ring.key")) != before.0)
        #expect(try bytes(folder.file("keys/ring.sealed")) != before.1)
        let loaded = try WorkspaceKeys.load(folder: folder.file("keys"))
        #expect(loaded.ring.serial == 2 && loaded.ring.id == keys.ring.id)
        #expect(try loaded.ring.open(sealed, in: cell, by: .record("a")) == Array("若葉".utf8))
        // The key of before opens neither ring.
        try Data(before.0).write(to: URL(filePath: folder.file("keys/ring.key")))
        #expect(chmod(folder.file("keys/ring.key"), 0o600) == 0)
        #expect(fault { _ = try WorkspaceKeys.load(folder: folder.file("keys")) }?.code == "keys.ring")
    }

    /// Every state of the two files that a stop can leave, made by hand: the ring before with its key, or the ring after with its.
    @Test func aStopAtAnyMomentLeavesARingWithItsKey() throws {
        let folder = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
        let (key, ring) = (folder.file("keys/ring.key"), folder.file("keys/ring.sealed"))
        let before = (try bytes(key), try bytes(ring))
        try keys.ringFile.replace { $0.next() }
        let after = (try bytes(key), try bytes(ring))
        typealias State = (key: [UInt8], ring: [UInt8], newKey: [UInt8]?, newRing: [UInt8]?, serial: Int)
        let states: [State] = [
            (before.0, before.1, after.0, nil, 1), (before.0, before.1, after.0, after.1, 1),
            (before.0, before.1, nil, after.1, 1), (before.0, after.1, after.0, nil, 2),
            (after.0, after.1, nil, nil, 2), (after.0, after.1, before.0, before.1, 2),
            // A key or a ring that was not written to its end.
            (before.0, before.1, [], nil, 1), (before.0, before.1, Array(after.0.prefix(9)), nil, 1),
            (before.0, before.1, after.0, Array(after.1.prefix(30)), 1),
        ]
        for (number, state) in states.enumerated() {
            let files: [(String, [UInt8]?)] = [
                (key, state.key), (ring, state.ring), (key + ".new", state.newKey),
                (ring + ".new", state.newRing),
            ]
            for (path, content) in files {
                unlink(path)
                guard let content else { continue }
                try Data(content).write(to: URL(filePath: path))
                #expect(chmod(path, 0o600) == 0)
            }
            let loaded = try WorkspaceKeys.load(folder: folder.file("keys"))
            #expect(loaded.ring.serial == state.serial, "\(number)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("keys")).sorted()
            #expect(
                names == ["audit.key", "linkage.key", "pseudonym.key", "ring.key", "ring.sealed"], "\(number)"
            )
        }
    }

    /// Stopped between its two renames, seen by a process that loaded before: the only key of the ring has another name.
    @Test func aProcessThatLoadedBeforeAStopFindsTheKeyThatTheStopLeft() throws {
        let folder = try ScratchFolder()
        let one = try WorkspaceKeys.create(folder: folder.file("keys"))
        let other = try WorkspaceKeys.load(folder: folder.file("keys"))
        let key = folder.file("keys/ring.key")
        let before = try bytes(key)
        try one.ringFile.replace { $0.next() }
        try #require(rename(key, key + ".new") == 0)
        try KeyFile(path: key).create(content: before)
        try other.ringFile.replace { $0.next() }
        #expect(try WorkspaceKeys.load(folder: folder.file("keys")).ring.serial == 3)
    }

    @Test func whatIsReplacedIsOverwrittenAlsoAfterAStop() throws {
        let folder = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
        let (key, ring) = (folder.file("keys/ring.key"), folder.file("keys/ring.sealed"))
        // Another name holds on to what the file was.
        for path in [key, ring] { try #require(link(path, folder.file(path == key ? "key" : "ring")) == 0) }
        try keys.ringFile.replace { $0.next() }
        for name in ["key", "ring"] { #expect(try bytes(folder.file(name)).allSatisfy { $0 == 0 }) }
        // Stopped when the new ring had its name and the old one was not overwritten yet.
        let after = (try bytes(key), try bytes(ring))
        for (path, name) in [(key, "key"), (ring, "ring")] {
            try #require(unlink(folder.file(name)) == 0)
            try #require(link(path, folder.file(name)) == 0)
            try #require(rename(path, path + ".old") == 0)
        }
        for (path, content) in [(key, after.0), (ring, after.1)] {
            try KeyFile(path: path).create(content: content)
        }
        #expect(try WorkspaceKeys.load(folder: folder.file("keys")).ring.serial == 2)
        for name in ["key", "ring"] { #expect(try bytes(folder.file(name)).allSatisfy { $0 == 0 }) }
        #expect(access(key + ".old", F_OK) != 0 && access(ring + ".old", F_OK) != 0)
        // Stopped before: the second name is that of the ring in use.
        for path in [key, ring] { try #require(link(path, path + ".old") == 0) }
        #expect(try WorkspaceKeys.load(folder: folder.file("keys")).ring.serial == 2)
        #expect(access(key + ".old", F_OK) != 0)
    }

    @Test func aDatabaseThatKnowsARingTakesNoOtherAndNoFreshOne() throws {
        let world = try World()
        let folder = world.folder.file("keys")
        let service = world.folder.file("service.sqlite")
        for name in ["ring.key", "ring.sealed"] { try #require(unlink(folder + "/" + name) == 0) }
        try KeyFile(path: folder + "/vault.key").create(Array(1...32))
        #expect(
            fault { _ = try WorkspaceKeys.load(folder: folder, service: service) }?.code == "keys.ring-lost")
        #expect(access(folder + "/vault.key", F_OK) == 0 && access(folder + "/ring.sealed", F_OK) != 0)
        let other = try WorkspaceKeys.load(folder: folder)
        let refused = fault {
            _ = try ServiceStore(path: service, keys: other, runsFolder: world.folder.file("runs"))
        }
        #expect(refused?.code == "keys.ring-other" && refused?.kind == .configuration)
    }

    @Test func anotherProcessSeesTheNewRing() throws {
        let folder = try ScratchFolder()
        let one = try WorkspaceKeys.create(folder: folder.file("keys"))
        let other = try WorkspaceKeys.load(folder: folder.file("keys"))
        try one.ringFile.replace { $0.next() }
        #expect(other.ring.serial == 1)
        try other.ringFile.renew()
        #expect(other.ring.serial == 2)
    }

    @Test func aMissingOrDamagedRingIsAFaultThatSaysWhatToDo() throws {
        let folder = try ScratchFolder()
        try WorkspaceKeys.create(folder: folder.file("keys"))
        let ring = folder.file("keys/ring.sealed")
        var content = try bytes(ring)
        func loading() -> Fault? { fault { _ = try WorkspaceKeys.load(folder: folder.file("keys")) } }
        for place in [0, 20, content.count - 1] {
            content[place] ^= 1
            try Data(content).write(to: URL(filePath: ring))
            try #require(chmod(ring, 0o600) == 0)
            let fault = try #require(loading())
            #expect(["keys.content", "keys.ring"].contains(fault.code) && fault.file == ring, "\(place)")
            content[place] ^= 1
        }
        try Data(content).write(to: URL(filePath: ring))
        try #require(chmod(ring, 0o640) == 0)
        #expect(loading()?.code == "keys.mode")
        try #require(unlink(ring) == 0)
        #expect(loading()?.code == "keys.missing" && loading()?.fix.contains("バックアップ") == true)
        #expect(access(ring, F_OK) != 0)
    }

    @Test func aWorkspaceOfOneKeyGetsARingThatKnowsIt() throws {
        let folder = try ScratchFolder()
        try WorkspaceKeys.create(folder: folder.file("keys"))
        let (key, ring) = (folder.file("keys/ring.key"), folder.file("keys/ring.sealed"))
        for path in [key, ring] { try #require(unlink(path) == 0) }
        let former = try SecretKey(Array(1...32))
        let sealed = former.seal(Array("若葉".utf8), in: cell)
        try KeyFile(path: folder.file("keys/vault.key")).create(Array(1...32))
        let keys = try WorkspaceKeys.load(folder: folder.file("keys"))
        #expect(try keys.ring.former?.open(sealed, in: cell) == Array("若葉".utf8))
        #expect(access(folder.file("keys/vault.key"), F_OK) != 0)
        #expect(try WorkspaceKeys.load(folder: folder.file("keys")).ring.former?.id == former.id)
        // Once somebody is shredded, nothing knows that key any more.
        let person = ShreddedPerson(number: 1, persons: ["P-1"], records: [KeptRecord(key: "a", number: nil)])
        try keys.ringFile.replace { try $0.without(person) }
        try KeyFile(path: folder.file("keys/vault.key")).create(Array(1...32))
        #expect(try WorkspaceKeys.load(folder: folder.file("keys")).ring.former == nil)
    }

    @Test func whatIsSealedForSeveralRecordsOpensForAllOfThemAlone() throws {
        let ring = try KeyRing.random()
        let sealed = try #require(
            try ring.withKey(ofRecords: "a b c") {
                Seal.seal(Array("若葉".utf8), in: cell, keyName: "a b c", key: $0)
            })
        func open(_ records: String, _ ring: KeyRing) throws -> [UInt8]? {
            try ring.withKey(ofRecords: records) {
                try Seal.open(sealed, in: cell, keyName: records, key: $0)
            }
        }
        #expect(try open("a b c", ring) == Array("若葉".utf8))
        for other in ["a b", "c b a", "a"] { #expect(throws: Fault.self) { try open(other, ring) } }
        #expect(throws: Fault.self) { try open("", ring) }
        let gone = try ring.without(
            ShreddedPerson(number: 1, persons: [], records: [KeptRecord(key: "b", number: nil)]))
        #expect(try open("a b c", gone) == nil)
        #expect(fault { _ = try gone.seal([1], in: cell, by: .record("b")) }?.code == "vault.shredded")
        #expect(try gone.open(ring.seal([1], in: cell, by: .record("a")), in: cell, by: .record("a")) == [1])
    }
}
