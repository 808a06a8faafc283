import Foundation
import TestSupport
import Testing

/// Cases opened by hand, through the real program.
@Suite struct CasesCommandTests {
    @Test func aCaseOpenedByHandOutlastsTheNightAndIsInTheTrail() throws {
        let city = try CityWorkspace(published: true)
        func open(_ person: String, _ words: String...) throws -> Ending {
            try Program.run(
                ["cases", "open", person, "--user", "center", "--workspace", city.path, "--json"] + words,
                input: city.password("center"))
        }
        let why = ["--difficulty", "不登校", "--reason", "架空の保健師から"]
        let everybody = try city.rows(
            "SELECT person FROM person WHERE household IS NOT NULL ORDER BY person", in: "vault.sqlite")
        let known = Set(try city.rows("SELECT person FROM cases"))
        var opened: String?
        // The first of those without a case who is a child.
        for person in everybody where opened == nil && !known.contains(person) {
            let ending = try open(person, why[0], why[1], why[2], why[3])
            if ending.code == 0 {
                opened = ending.json["id"] as? String
                let again = try open(person, why[0], why[1], why[2], why[3])
                #expect(again.code == 64 && again.faultCodes == ["case.open"], "\(again.errors)")
            } else {
                // An adult, told in the words for nobody.
                #expect(ending.code == 66 && ending.faultCodes == ["case.nobody"], "\(ending.errors)")
            }
        }
        let id = try #require(opened)
        #expect(try open("P-0000000000000", why[0], why[1], why[2], why[3]).faultCodes == ["case.nobody"])
        #expect(try open("だれか", why[0], why[1], why[2], why[3]).code == 64)
        #expect(try open(everybody[0], "--difficulty", "ほか", "--reason", "x").code == 64)
        #expect(try city.run("--date", "2026-10-02").code == 0)
        #expect(try city.rows("SELECT state FROM queue WHERE id = '\(id)'") == ["候補"])
        let lineage = try Program.run("explain", "case", id, "--workspace", city.path)
        #expect(lineage.output.contains("職員が登録しました"), "\(lineage.errors)")
        let verified = try Program.run("audit", "verify", "--workspace", city.path)
        #expect(verified.code == 0, "\(verified.errors)")
    }
}
