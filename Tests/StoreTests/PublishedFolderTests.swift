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
