import Foundation
import TestSupport
import Testing

/// What an officer does with emergencies, through the real program.
@Suite struct EmergencyCommandTests {
    private func emergency(
        _ city: borrowing CityWorkspace, _ words: [String], by user: String
    ) throws -> Ending {
        try Program.run(
            ["emergency"] + words + ["--user", user, "--workspace", city.path, "--json"],
            input: city.password(user))
    }

    @Test func whatWasDeclaredIsToldAndReviewedByWhoOversees() throws {
        let city = try CityWorkspace(published: true)
        #expect(try emergency(city, ["list"], by: "privacy").json["declarations"] as? [String] == [])
        // One of yesterday week, as the pages keep it.
        let at = Int(Date().timeIntervalSince1970 * 1000) - 9 * 86_400_000
        try city.sql(
            """
            INSERT INTO declaration(kind, user, session, person, reason, minutes, at, needs_second, overrides)
            VALUES ('emergency', 'center', x'00', 'P-1', '所在を確かめる', 60, \(at), 0, '["support"]')
            """, in: "service.sqlite")
        let status = try Program.run("status", "--workspace", city.path, "--json")
        let counts = try #require(status.json["emergencies"] as? [String: Int])
        #expect(counts == ["running": 0, "awaitingReview": 1, "overdue": 1])
        #expect(try Program.run("status", "--workspace", city.path).output.contains("期限を過ぎたもの 1件"))

        let denied = try emergency(city, ["list"], by: "center")
        #expect(denied.code == 77, "\(denied.output)")
        let list = try emergency(city, ["list"], by: "privacy")
        let one = try #require((list.json["declarations"] as? [[String: Any]])?.first)
        #expect(one["declaration"] as? String == "K-1" && one["isOverdue"] as? Bool == true)
        #expect(one["stopped"] as? [String] == ["support"] && one["state"] as? String == "ended")

        let review = ["review", "K-1", "--finding", "appropriate", "--words"]
        #expect(try emergency(city, review + ["はい"], by: "privacy").code == 64)
        #expect(try emergency(city, review + ["通報の受付簿と照らした"], by: "center").code == 77)
        #expect(
            try emergency(city, ["review", "K-9"] + review[2...] + ["受付簿と照らした"], by: "privacy").code == 66)
        let done = try emergency(city, review + ["通報の受付簿と照らした"], by: "privacy")
        #expect(done.code == 0 && done.json["finding"] as? String == "appropriate", "\(done.output)")
        let again = try emergency(city, review + ["通報の受付簿と照らした"], by: "manager")
        #expect(again.code == 64 && again.faultCodes == ["declaration.reviewed"], "\(again.output)")
        // The declaration itself was written beside the trail, by this test.
        let verified = try Program.run("audit", "verify", "--workspace", city.path, "--json")
        #expect(verified.code == 65 && verified.output.contains("K-1"), "\(verified.output)")
    }
}
