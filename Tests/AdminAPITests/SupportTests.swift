import Domain
import Foundation
import HTTP
import Policy
import Programmes
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Support programmes")
struct SupportTests {
    private static let psid = "psid3.0+1+UM1"

    /// - Parameter misses: a child of six, of whom a current extract says nothing of the programme.
    private static func world(_ users: UserID..., misses: PersonID? = nil) throws -> World {
        let kin = misses.map { [(id: $0, birth: Day(2020, 6, 1))] } ?? []
        let world =
            switch users.count {
            case 1: try World(users[0], kin: kin)
            case 2: try World(users[0], users[1], kin: kin)
            default: try World(users[0], users[1], users[2], kin: kin)
            }
        if misses != nil {
            var summary = RunSummary(run: "r-later", asOf: World.day)
            var extract = ExtractSummary(
                source: "kenshin", title: "乳幼児健診", file: "kenshin_20261001.csv", sha256: "ab",
                asOf: World.day, ledger: RowLedger(), rejections: [])
            (extract.items, extract.freshnessDays) = (["C01"], 40)
            summary.extracts = [extract]
            _ = try world.store.publish(
                NewPublication(summary: summary, folder: "night", flags: [], standings: [:]), at: World.night)
        }
        let table: MatchingTable = try ConfigurationFile.read(
            """
            { areas: [{ code: "999016", name: "若葉野市" }], targets: [{ code: "087", title: "子育て中", everyone: true }],
              ages: [], receipts: [
                { title: "預かり", names: ["預かり"], of: "child", item: "C01", kind: "status", received: ["受給中"] }] }
            """, name: "matching.json5"
        ).decode()
        let decision = world.guideline.decide(
            AccessRequest(
                actor: .user("center"), roles: ["center-staff"], action: .record, items: [],
                purpose: "programmes", standing: PersonStanding(), on: World.day))
        _ = try world.store.importRegistry(
            Registry(
                source: "見本のレジストリ", asOf: World.day, attribution: "出典: 見本（CC BY 4.0）", sha256: "ab",
                programmes: [
                    Programme(
                        psid: psid, name: "<b>一時預かり</b>", summary: "こどもを預かります。",
                        area: .init(code: "999016", name: "若葉野市"),
                        age: AgeBounds(basis: .explicit, below: 96),
                        targets: ["087"])
                ]), table: table, actor: .user("center"), decision: decision, at: World.night)
        return world
    }

    private static let letter = "/letter?programme=\(psid)"

    @Test("a case's page tells of programmes to whom policy lets read for that purpose, and to nobody else")
    func section() throws {
        let world = try Self.world("center", "school")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let page = center.get("/cases/\(world.cases[0])").text
        #expect(page.contains("使える可能性のある支援制度") && page.contains("&lt;b&gt;一時預かり&lt;/b&gt;"))
        #expect(page.contains("出典: 見本（CC BY 4.0）"))
        let school = try Browser(world.service, as: "school", token: { try world.session($0) })
        let seen = school.get("/cases/\(world.cases[0])").text
        #expect(!seen.contains("一時預かり") && !seen.contains("/support"))
        for path in ["/support", "/support/P-OPEN", "/support/P-OPEN\(Self.letter)", "/api/v1/support"] {
            #expect(school.get(path).status == 403, "\(path)")
        }
    }

    @Test("a letter goes to an address that may be seen, and to none of a protected household")
    func letters() throws {
        let world = try Self.world("center")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let open = center.get("/support/P-OPEN\(Self.letter)")
        #expect(open.status == 200 && open.text.contains("若葉台二丁目3-4"))
        // What is on the paper goes to the family: no name, no case, no rule, no user.
        for text in ["若葉　みのり", "H1", "健診", "架空 center", world.cases[0]] {
            #expect(!open.text.contains(text), "\(text)")
        }
        let hidden = center.get("/support/P-HIDDEN\(Self.letter)")
        #expect(hidden.status == 409)
        let page = center.get("/support/P-HIDDEN")
        #expect(page.status == 200 && page.text.contains("住所あての手紙は作りません") && !page.text.contains("手紙を印刷する"))
        for secret in World.secrets where secret != World.protectedName {
            #expect(!hidden.text.contains(secret) && !page.text.contains(secret), "\(secret)")
        }
    }

    @Test("what became of an offer is recorded by form and API, and an answer ends the offer")
    func outcomes() throws {
        let world = try Self.world("center", "officer")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let path = "/support/P-OPEN"
        let form = ["csrf": center.csrf, "programme": Self.psid, "outcome": "sent", "channel": "letter"]
        #expect(center.post(path, form).status == 303)
        #expect(center.get(path).text.contains("案内を送った"))
        let json = [
            Request.Field("content-type", "application/json"), .init("sec-fetch-site", "same-origin"),
        ]
        let answer = center.send(
            "/api/v1/support/P-OPEN/outcomes",
            Array(#"{"programme":"\#(Self.psid)","outcome":"declined"}"#.utf8), json)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(Schema.named("Support").mismatch(center.get("/api/v1/support/P-OPEN").json) == nil)
        #expect(answer.json["child"]?["offers"] == [] && answer.json["registry"]?["attribution"] != nil)
        #expect(
            center.post(path, ["csrf": center.csrf, "programme": Self.psid, "outcome": "x"]).status == 422)
        #expect(
            center.post(path, ["csrf": center.csrf, "programme": "none", "outcome": "sent"]).status == 422)
        let officer = try Browser(world.service, as: "officer", token: { try world.session($0) })
        #expect(
            officer.post(path, ["csrf": officer.csrf, "programme": Self.psid, "outcome": "sent"]).status
                == 403)
    }

    @Test(
        "the list shows what is missed, in words for people and for machines, and names nobody in its cursor")
    func missed() throws {
        let world = try Self.world("center", misses: "P-SIX")
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let page = center.get("/support").text
        #expect(page.contains("/support/P-SIX") && page.contains("&lt;b&gt;一時預かり&lt;/b&gt;"))
        let list = center.get("/api/v1/support")
        #expect(Schema.named("SupportList").mismatch(list.json) == nil)
        #expect(list.text.contains("P-SIX") && list.text.contains(#""standing":"missed""#))
        #expect(list.json["next"] == .null)
        let first = center.get("/api/v1/support?limit=1")
        #expect(Schema.named("SupportList").mismatch(first.json) == nil)
        if case .string(let next)? = first.json["next"] {
            #expect(next.count == 32 && next.allSatisfy(\.isHexDigit))
            #expect(center.get("/api/v1/support?limit=1&after=\(next)").status == 200)
        }
    }

    @Test("a form tells nobody without the right whether there is such a person")
    func oracle() throws {
        let world = try Self.world("center", "officer")
        for user in ["center", "officer"] as [UserID] {
            let browser = try Browser(world.service, as: user, token: { try world.session($0) })
            func post(_ person: String) -> (status: Int, text: String) {
                let answer = browser.post(
                    "/support/\(person)", ["csrf": browser.csrf, "programme": Self.psid, "outcome": "sent"])
                return (answer.status, answer.text.replacing(person, with: "P"))
            }
            let (nobody, somebody) = (post("P-NOBODY"), post("P-OPEN"))
            #expect(nobody.status == (user == "center" ? 404 : 403))
            if user == "officer" {
                #expect(somebody.status == 403 && somebody.text == nobody.text)
            }
        }
    }

    @Test(
        "the list says so before anything was imported, and its cursor is refused where nobody is called so")
    func list() throws {
        let bare = try World("center")
        let center = try Browser(bare.service, as: "center", token: { try bare.session($0) })
        #expect(center.get("/support").text.contains("まだ取り込まれていません"))
        let world = try Self.world("center")
        let reader = try Browser(world.service, as: "center", token: { try world.session($0) })
        #expect(reader.get("/api/v1/support?after=P-NOBODY").status == 400)
        #expect(reader.get("/api/v1/support").json["items"] == [])
        #expect(reader.get("/support/P-NOBODY").status == 404)
    }
}
