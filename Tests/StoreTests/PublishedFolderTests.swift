import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

/// What the night must know of the publications before it.
@Suite struct PublishedFolderTests {
    @Test func foldersAreListedOnceTheNewestPublicationsFirst() throws {
        let world = try World()
        #expect(try world.service.publishedFolders() == [])
        for name in ["a", "b", "c"] {
            try world.run(name, [])
            try world.publish(name, [])
        }
        try world.publish("a", [])
        #expect(try world.service.publishedFolders() == ["a", "c", "b"])
    }

    @Test func aRunThatIsBuiltAnewInAnotherFolderReplacesTheLostOne() throws {
        let world = try World()
        try world.run("a", [])
        try world.publish("a", [])
        let lost = try #require(try world.service.currentPublication())
        try FileManager.default.removeItem(atPath: world.folder.file("runs/a"))
        let fault = #expect(throws: Fault.self) {
            _ = try RunStore.open(published: lost, in: world.folder.file("runs"), keys: world.keys)
        }
        #expect(fault?.code == "publication.lost" && fault?.fix.contains("--rebuild") == true)
        try world.run("a-2", [])
        var summary = RunSummary(run: "a", asOf: today)
        summary.publicationHash = "anew"
        _ = try world.service.publish(
            NewPublication(summary: summary, folder: "a-2", flags: [], standings: [:]), at: noon)
        let current = try #require(try world.service.currentPublication())
        #expect(current.run == "a" && current.folder == "a-2" && current.sequence == lost.sequence + 1)
    }

    @Test(arguments: [(2, "--rebuild"), (99, "新しい版")])
    func aRunOfAnotherFormIsToldAsSuchAndNotAsLost(form: Int, fix: String) throws {
        let world = try World()
        try world.run("a", [])
        try world.publish("a", [])
        for file in ["facts", "vault"] {
            let path = world.folder.file("runs/a/\(file).sqlite")
            try Database(path: path, mode: .durable).execute("UPDATE marker SET form = \(form)")
        }
        let published = try #require(try world.service.currentPublication())
        let fault = #expect(throws: Fault.self) {
            _ = try RunStore.open(published: published, in: world.folder.file("runs"), keys: world.keys)
        }
        #expect(fault?.code == "publication.other-form" && fault?.fix.contains(fix) == true)
        #expect(fault?.message.contains("壊れてはいません") == true)
        // It is whole, and nothing is built over it.
        #expect(throws: Fault.self) {
            _ = try RunStore.create(folder: world.folder.file("runs/a"), keys: world.keys)
        }
    }

    /// For the night that comes after one on which somebody stayed away.
    @Test func protectionIsKnownOfThoseWhoStayAway() throws {
        let world = try World()
        let run = try world.run(
            "a", [Invented("P-1", isProtected: true), Invented("P-2")], finished: false)
        try run.addAbsent(key: "k3", person: "P-3", isProtected: true)
        try run.addAbsent(key: "k4", person: "P-4")
        try run.finish()
        #expect(try run.protectedPersons() == ["P-1", "P-3"])
    }

    @Test func flagsStandWhereTheirRuleIsUndecidedAndDidNotFindThePersonAgain() throws {
        let world = try World()
        let people = ["P-1", "P-2", "P-3"].map { Invented($0) }
        try world.run("a", people)
        let flags = people.flatMap { [flag($0.id, "U1"), flag($0.id, "S1")] }
        try world.publish("a", flags)
        #expect(try world.service.standingFlags(undecided: [:], besides: [], aliases: [:]) == [:])
        let standing = try world.service.standingFlags(
            undecided: ["P-1": ["U1", "S1"], "P-9": ["U1"], "P-2": ["U1", "H1"]],
            besides: [flag("P-1", "S1")], aliases: ["P-3": "P-9"])
        // P-1 and P-2 by themselves, P-3 as who it now is; S1 found P-1 again.
        #expect(standing == ["U1": 3])
    }
}
