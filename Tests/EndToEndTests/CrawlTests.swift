import Foundation
import TestSupport
import Testing

/// Every page, answer, command, report, log and database of a city with protected families, searched for what protection hides.
///
/// The strings are in every notation, also those that nobody wrote (`Tests/Crawl/city.py`); pages and commands are found by links,
/// by the served OpenAPI document and by the program's own help, so that a new one is searched without a change here. `RENKEI_CASES=1000` types
/// every option with every id.
@Suite struct CrawlTests {
    /// Whose work it is to see what is hidden (`Guidelines/policies/protection.json5`).
    private static let handlingUnit = "protection-unit"

    @Test func whatProtectionHidesIsFoundNowhereByAnybodyElse() throws {
        // Who declares emergencies first, so that those who oversee find them.
        let (all, first) = (try CrawledCity.roles(), ["center-staff", "council-coordinator"])
        let roles = first + all.filter { $0 != Self.handlingUnit && !first.contains($0) }
        #expect(roles.count >= 11 && Set(roles).count == roles.count)
        #expect(Set(CrawledCity.scopes.keys) == Set(try CrawledCity.roles(ofRange: true)))
        let crawled = try CrawledCity.made(roles: roles)
        let told = try crawled.browse()

        // A night that leaves much to people, so that there is something to review; then every command.
        let model = crawled.city.path + "/Guidelines/linkage/model.json"
        try String(contentsOfFile: model, encoding: .utf8).replacing(
            "\"automatic\" : 7", with: "\"automatic\" : 22"
        ).write(toFile: model, atomically: true, encoding: .utf8)
        try crawled.city.set("identityChurn: 0.01", to: "identityChurn: 1")
        try crawled.city.set("flagGrowth: 3.0", to: "flagGrowth: 100")
        let night = try crawled.city.run()
        try Data((night.output + night.errors).utf8).write(
            to: URL(filePath: crawled.folder("answers/night.log")))
        let commands = try crawled.type()

        // Everything that was answered, said or written; and all the night left, databases and their journals byte by byte.
        var places = [
            crawled.folder("answers"), crawled.folder("commands"), crawled.city.path + ".checkpoints",
        ]
        places += try FileManager.default.contentsOfDirectory(atPath: crawled.city.path).filter {
            $0 != "inbox"
        }.map { "\(crawled.city.path)/\($0)" }
        let search = try Search(places)
        for hit in search.hits.prefix(20) { Issue.record("\(hit)") }
        #expect(search.hits.isEmpty, "\(search.hits.count) places")
        #expect(search.needles > 5000 && search.bytes > 10_000_000)

        // It went everywhere, and would have found: the family whose measure was ended lies open.
        #expect(Set(search.ofReleased.keys) == ["address", "phone", "guardian", "school"])
        let statuses = try #require(told["center-staff"]?["statuses"] as? [String: Int])
        for status in ["200", "303", "400", "401", "403", "404", "405", "412", "415", "422", "428"] {
            #expect(statuses[status] ?? 0 > 0, "no answer \(status)")
        }
        #expect(Set(told.keys) == Set(roles))
        let children = try #require(try CrawledCity.script("city", ["children"]) as? [String: [String]])
        #expect(children.count == 9)
        for (form, names) in children {
            #expect(
                try crawled.isPage("/cases/C-", of: "center-staff", holding: names[0]), "no page of \(form)")
            #expect(
                try crawled.isPage("/declarations/", of: "center-staff", holding: names[0]),
                "no emergency about \(form)")
        }
        #expect(try crawled.isPage("/declarations", of: "privacy-officer", holding: "K-1"))
        // Those who are bound to a range saw the protected in it.
        let head = try #require(children["household until decided"]?.last)
        #expect(try crawled.isPage("/cases/C-", of: "school-management", holding: head))
        let infant = try #require(children["provisional"]?.first)
        #expect(try crawled.isPage("/cases/C-", of: "public-health-nurse", holding: infant))
        #expect(try crawled.isPage("/extracts", of: "department-staff", holding: "hoiku_20261001.csv"))
        #expect(night.code == 0, "\(night.errors)")
        #expect(commands["unanswered"] as? [String] == [], "give them words in Tests/Crawl/commands.py")
        #expect(commands["crashed"] as? [String] == [])
        #expect(commands["wrong"] as? [String] == [], "lines that ended otherwise than they should")
        #expect(commands["typed"] as? Int ?? 0 > 100)
    }

    /// A guideline that forgets to mask lays nothing open: the store hides by the person's standing as well.
    @Test func aGuidelineThatForgetsToMaskLaysNothingOpen() throws {
        let crawled = try CrawledCity.made(roles: ["center-staff"]) { workspace in
            let path = workspace + "/Guidelines/policies/protection.json5"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let forgetful = text.replacing(
                "roles: { except: [\"protection-unit\"] }",
                with: "roles: { except: [\"protection-unit\", \"center-staff\"] }")
            try #require(forgetful != text)
            try forgetful.write(toFile: path, atomically: true, encoding: .utf8)
        }
        _ = try crawled.browse("links")
        let search = try Search([crawled.folder("answers")])
        #expect(search.hits.isEmpty, "\(search.hits.prefix(9))")
        #expect(search.ofReleased.count == 4)
    }

    /// The search can find: every family and every kind, in the extracts and, where the measures were ended, on the pages.
    @Test func theSearchFindsEveryFamilyWhereNothingIsHidden() throws {
        let crawled = try CrawledCity.made(roles: ["center-staff"], isEnded: true)
        let children = try CrawledCity.script("city", ["children"])
        let forms = Set(children.keys.filter { $0 != "ended" })
        _ = try crawled.browse("links")
        let onPages = try Search([crawled.folder("answers")]).kinds
        #expect(Set(onPages.keys) == forms)
        for (form, kinds) in onPages {
            #expect(kinds == ["address", "phone", "guardian", "school"], "\(form): \(kinds.sorted())")
        }
        let inExtracts = try Search([crawled.city.inbox]).kinds
        #expect(Set(inExtracts.keys) == forms)
        #expect(inExtracts.values.allSatisfy { $0.count == 5 })
    }
}
