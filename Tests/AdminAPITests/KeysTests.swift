import Domain
import Foundation
import HTTP
import Store
import Testing

@testable import AdminAPI

@Suite("Keys on pages")
struct KeysTests {
    @Test("who switches them off has none in any log-in, until they switch them on; nobody else is meant")
    func switched() throws {
        let world = try World("center", "other")
        let center = try Browser(world.service, as: "center", token: world.session)
        let other = try Browser(world.service, as: "other", token: world.session)
        func set(_ word: String) -> Int {
            center.post("/keyboard", ["csrf": center.csrf, "keys": word]).status
        }
        let script = "src=\"/assets/keys.js\""
        for path in ["/cases", "/cases/\(world.cases[0])"] { #expect(center.get(path).text.contains(script)) }
        #expect(set("off") == 303 && set("off") == 303)
        let again = try Browser(world.service, as: "center", token: world.session)
        #expect(!again.get("/cases").text.contains(script) && other.get("/cases").text.contains(script))
        #expect(again.get("/sessions").text.contains("キーボードの操作を使う"))
        #expect(set("on") == 303 && center.get("/cases").text.contains(script) && set("") == 400)
        #expect(Browser(world.service).get("/assets/keys.js").status == 200)
    }
}
