import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

@Suite("Cases opened by hand, by page and API")
struct CaseOpeningTests {
    private let json: [Request.Field] = [
        .init("sec-fetch-site", "same-origin"), .init("content-type", "application/json"),
    ]

    @Test("form and API open a case; what is wrong comes back with what was typed")
    func opens() throws {
        let world = try World("center", "officer", kin: [("P-KIN", Day(number: 19_500))])
        let center = try Browser(world.service, as: "center", token: { try world.session($0) })
        let form = center.get("/open-case?person=P-KIN")
        #expect(form.status == 200 && form.text.contains("value=\"P-KIN\""))
        #expect(center.get("/cases").text.contains("/open-case"))
        func post(_ person: String, _ difficulty: String, _ reason: String) -> Response {
            center.post(
                "/open-case",
                ["person": person, "difficulty": difficulty, "reason": reason, "csrf": center.csrf])
        }
        let nobody = post("P-NOBODY", "不登校", "架空の<b>気付き</b>")
        #expect(nobody.status == 404 && nobody.text.contains("架空の&lt;b&gt;気付き&lt;/b&gt;"))
        #expect(post("だれか", "不登校", "理由").status == 422)
        #expect(post("P-KIN", "ほか", "理由").status == 422)
        #expect(post("P-KIN", "不登校", "　").status == 422)
        let opened = post("P-KIN", "不登校", "架空の気付き")
        let place = try #require(opened.header("location"))
        #expect(opened.status == 303 && place.hasPrefix("/cases/C-"))
        #expect(center.get(place).text.contains("架空の気付き"))
        #expect(center.get(place).text.contains("判定規則によらず"))
        let again = post("P-KIN", "不登校", "架空の気付き")
        #expect(again.status == 409 && again.text.contains(String(place.dropFirst("/cases/".count))))
        func send(_ text: String) -> Response { center.send("/api/v1/cases", Array(text.utf8), json) }
        #expect(send(#"{"person":"P-KIN","difficulty":"不登校","reason":"x"}"#).status == 409)
        #expect(send(#"{"person":"P-NOBODY","difficulty":"不登校","reason":"x"}"#).status == 404)
        let quiet = send(#"{"person":"P-QUIET","difficulty":"貧困","reason":"架空の気付き"}"#)
        #expect(quiet.status == 200, "\(quiet.text)")
        #expect(Schema.named("OpenedCase").mismatch(quiet.json) == nil)
        let officer = try Browser(world.service, as: "officer", token: { try world.session($0) })
        #expect(officer.get("/open-case").status == 403)
        #expect(!officer.get("/cases").text.contains("/open-case"))
    }
}
