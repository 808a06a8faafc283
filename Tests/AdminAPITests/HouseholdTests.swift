import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("The household around a case")
struct HouseholdTests {
    /// みのり's household: an adult, a sister with a case, and a brother, who may be under 支援措置.
    private func world(brother isProtected: Bool = false, twin: World? = nil) throws -> (
        world: World, id: String
    ) {
        func person(_ name: String, _ birth: Day?, relation: String, school: String?) -> Identifiers {
            var person = Identifiers(
                names: [NameForm(kind: .legal, written: name, writtenKana: "")],
                birth: birth.map(PartialDate.day), school: school)
            person.relation = relation
            return person
        }
        let world = try World(
            "center", "school", "officer", more: [Self.truant("P-SISTER"), Self.truant("P-OPEN")],
            home: [
                .init("P-ADULT", person("若葉　はる", Day(1990, 1, 2), relation: "世帯主", school: nil), false),
                .init("P-SISTER", person("若葉　ゆい", Day(2017, 5, 1), relation: "子", school: "みなみ小学校"), false),
                .init(
                    "P-BROTHER", person("若葉　そら", Day(2015, 5, 1), relation: "子", school: "ひみつ小学校"),
                    isProtected),
            ], twin: twin)
        return (world, world.cases[0])
    }

    private static func truant(_ person: PersonID) -> Flag {
        Flag(
            rule: "S1", version: 1, title: "欠席が増えています", person: person, urgency: .normal,
            difficulties: [.truancy],
            reasons: [Reason(sentence: "理由", facts: [], items: ["F03"], sources: [])], confirm: [],
            since: World.day)
    }

    @Test(
        "tells of each member relation, age, school and an open case, each as the reader may see that member")
    func members() throws {
        let (world, id) = try world()
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(center.get("/cases/\(id)").text.contains("href=\"/cases/\(id)/household\""))
        let page = center.get("/cases/\(id)/household")
        for text in [
            World.openName, "若葉　はる", "世帯主", "若葉　ゆい", "9歳", "みなみ小学校", "若葉　そら", "ひみつ小学校",
            "このケースのこども", "（候補）",
        ] {
            #expect(page.status == 200 && page.text.contains(text), "\(text)")
        }
        let answer = center.get("/api/v1/cases/\(id)/household")
        #expect(Schema.named("Household").mismatch(answer.json) == nil, "\(answer.text)")
        #expect(answer.text.matches(of: /"queue":"candidates"/).count == 1)
        let trail = try world.store.exclusively {
            try $0.statement("SELECT event FROM audit_event ORDER BY sequence DESC LIMIT 1").first {
                $0.text(0)
            }
        }
        let event = try JSONDecoder().decode(JSON.self, from: Data((trail ?? "").utf8))
        #expect(event["what"] == "case.read" && event["references"]?["part"] == "household")
        #expect(event["counts"]?["household"] == 3 && event["counts"]?["cases"] == 2)
    }

    @Test(
        "says of a member under 支援措置 no more than the case's page: where school or case would be, it is as if there were none"
    )
    func protected() throws {
        let open = try world()
        let hidden = try world(brother: true, twin: open.world)
        func told(_ world: (world: World, id: String)) throws -> (page: String, api: String) {
            let center = try Browser(world.world.service, as: "center", token: world.world.session)
            return (
                center.get("/cases/\(world.id)/household").text,
                center.get("/api/v1/cases/\(world.id)/household").text
            )
        }
        let (known, masked) = (try told(open), try told(hidden))
        for text in [masked.page, masked.api] {
            #expect(text.contains("若葉　そら") && !text.contains("ひみつ小学校") && !text.contains("支援措置"))
        }
        #expect(known.api.replacing("\"school\":\"ひみつ小学校\"", with: "\"school\":null") == masked.api)
    }

    @Test("is told to who may see the case alone; out of range, a member's school and case are not told")
    func range() throws {
        let (world, id) = try world()
        let officer = try Browser(world.service, as: "officer", token: world.session)
        for path in ["/cases/\(id)/household", "/api/v1/cases/\(id)/household"] {
            #expect(officer.get(path).status == 403)
        }
        let school = try Browser(world.service, as: "school", token: world.session)
        #expect(school.get("/cases/C-NONE/household").status == 404)
        try world.store.setRoles(
            ["school-management"], scopes: [.school("みなみ小学校")], of: "school", by: .user("cli:root"),
            at: World.night + 3600)
        let own = school.get("/cases/\(id)/household")
        #expect(own.status == 200 && own.text.contains("みなみ小学校") && !own.text.contains("ひみつ小学校"))
        try world.store.setRoles(
            ["school-management"], scopes: [.school("きた小学校")], of: "school", by: .user("cli:root"),
            at: World.night + 3600)
        #expect(school.get("/cases/\(id)/household").status == 404)
    }

    @Test(
        "a member's case that is open for flags alone which the reader may not see is as if there were none")
    func openForOthers() throws {
        let (world, id) = try world()
        // What this reader could see of it is gone, and the case still stands in the queue.
        let found = try world.store.exclusively { database in
            try database.execute(
                "UPDATE case_flag SET is_gone = 1 WHERE case_id IN (SELECT id FROM cases WHERE person = 'P-SISTER')"
            )
            return try database.statement("SELECT id FROM queue WHERE person = 'P-SISTER'").first {
                $0.text(0)
            }
        }
        let sister = try #require(found)
        let center = try Browser(world.service, as: "center", token: world.session)
        let answer = center.get("/api/v1/cases/\(id)/household")
        #expect(answer.status == 200 && !answer.text.contains(sister))
        #expect(!center.get("/cases/\(id)/household").text.contains(sister))
    }
}
