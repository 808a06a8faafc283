import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Test func keysAreCreatedForTheOwnerOnlyAndLoadAgain() throws {
    let folder = try ScratchFolder()
    let created = try WorkspaceKeys.create(folder: folder.file("keys"))
    let attributes = FileManager.default
    #expect(try attributes.attributesOfItem(atPath: folder.file("keys"))[.posixPermissions] as? Int == 0o700)
    for name in try attributes.contentsOfDirectory(atPath: folder.file("keys")) {
        let mode =
            try attributes.attributesOfItem(atPath: folder.file("keys/\(name)"))[.posixPermissions] as? Int
        #expect(mode == 0o600, "\(name)")
    }
    let loaded = try WorkspaceKeys.load(folder: folder.file("keys"))
    #expect(loaded.personID(founding: "x", attempt: 0) == created.personID(founding: "x", attempt: 0))
    #expect(fault { try WorkspaceKeys.create(folder: folder.file("keys")) }?.code == "keys.exist")
}

@Test(
    "A key file that others could read is refused by name",
    arguments: [0o640, 0o604, 0o644, 0o400, 0o700, 0o4600])
func modesAreRefused(mode: Int) throws {
    let folder = try ScratchFolder()
    try WorkspaceKeys.create(folder: folder.file("keys"))
    try #require(chmod(folder.file("keys/pseudonym.key"), mode_t(mode)) == 0)
    let fault = try #require(fault { _ = try WorkspaceKeys.load(folder: folder.file("keys")) })
    #expect(fault.code == "keys.mode")
    #expect(fault.file == folder.file("keys/pseudonym.key"))
    #expect(fault.fix.contains("chmod 0600"))
}

@Test func everythingWrongWithTheKeysIsToldAtOnce() throws {
    let folder = try ScratchFolder()
    try WorkspaceKeys.create(folder: folder.file("keys"))
    try #require(chmod(folder.file("keys"), 0o755) == 0)
    try FileManager.default.removeItem(atPath: folder.file("keys/audit.key"))
    try Data("short\n".utf8).write(to: URL(filePath: folder.file("keys/linkage.key")))
    try #require(symlink("/dev/null", folder.file("keys/audit.key")) == 0)
    do {
        _ = try WorkspaceKeys.load(folder: folder.file("keys"))
        Issue.record("the keys were loaded")
    } catch let faults as Faults {
        #expect(faults.all.map(\.code) == ["keys.mode", "keys.content", "keys.unreadable"])
    }
}

@Test func noKeyFolderIsAFault() throws {
    let folder = try ScratchFolder()
    let fault = fault { _ = try WorkspaceKeys.load(folder: folder.file("keys")) }
    #expect(fault?.code == "keys.missing" && fault?.file == folder.file("keys"))
}

@Test func idsAndPseudonymsHaveTheirShapeAndDomainsDoNotMeet() throws {
    let folder = try ScratchFolder()
    let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
    let person = keys.personID(founding: "k", attempt: 0)
    #expect(person.rawValue.wholeMatch(of: /P-[0-9A-HJKMNP-TV-Z]{13}/) != nil)
    #expect(
        keys.caseID(person: person, sequence: 1).rawValue.wholeMatch(of: /C-[0-9A-HJKMNP-TV-Z]{13}/) != nil)
    #expect(keys.personID(founding: "k", attempt: 1) != person)
    #expect(keys.pseudonym(of: person, domain: "a") != keys.pseudonym(of: person, domain: "b"))
    #expect(keys.recordKey(source: "ab", canonical: "c") != keys.recordKey(source: "a", canonical: "bc"))
    let others = try WorkspaceKeys.create(folder: folder.file("other"))
    #expect(others.personID(founding: "k", attempt: 0) != person)
}

@Test func theKeyedHashIsHMACSHA256OverPartsWithTheirLengths() throws {
    let key = try SecretKey(Array(1...32))
    #expect(
        hexadecimal(key.mac("label", ["a", "若葉"]))
            == "fb13d53a5c1d37d0722a078d6beeae3ac6e4586c05dbea45fc7d987258aa9b0d")
    #expect(Digest.sha256("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
}

@Test func aFilesDigestIsThatOfItsBytes() throws {
    let folder = try ScratchFolder()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = try folder.write(bytes, to: "x")
    #expect(try Digest.sha256(file: path) == Digest.sha256(bytes))
    #expect(fault { _ = try Digest.sha256(file: folder.file("none")) }?.code == "file.unreadable")
}

@Test func aSealedValueOpensInItsOwnCellOnly() throws {
    let key = try SecretKey.random()
    let cell = SealedCell(table: "person", row: 7, column: "display")
    let sealed = key.seal(Array("若葉".utf8), in: cell)
    #expect(try key.open(sealed, in: cell) == Array("若葉".utf8))
    #expect(key.seal(Array("若葉".utf8), in: cell) != sealed)
    for other in [
        SealedCell(table: "person", row: 8, column: "display"),
        SealedCell(table: "person", row: 7, column: "identifiers"),
        SealedCell(table: "entity", row: 7, column: "display"),
    ] {
        #expect(throws: Fault.self) { try key.open(sealed, in: other) }
    }
    let another = try SecretKey.random()
    #expect(throws: Fault.self) { try another.open(sealed, in: cell) }
    for index in sealed.indices {
        var changed = sealed
        changed[index] ^= 1
        #expect(throws: Fault.self) { try key.open(changed, in: cell) }
    }
    #expect(throws: Fault.self) { try key.open(Array(sealed.prefix(20)), in: cell) }
    #expect(try key.open(key.seal([], in: cell), in: cell).isEmpty)
}
