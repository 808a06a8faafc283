import Foundation
import TestSupport
import Testing

// Rows whose fault shows only beside other rows.
extension RejectedTests {
    private static let register = "jumin_20261001.csv"

    /// Appends the register's first row once more, born on another day.
    private func double(in city: borrowing CityWorkspace) throws -> (line: Int, number: String) {
        let bytes = try city.bytes(Self.register)
        let lines = try #require(String(data: bytes, encoding: .shiftJIS)).split(separator: "\r\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields[try #require(header.firstIndex(of: "\"生年月日\""))] = "2019-02-03"
        let row = try #require((fields.joined(separator: ",") + "\r\n").data(using: .shiftJIS))
        try city.write(bytes + row, to: Self.register)
        let number = fields[try #require(header.firstIndex(of: "\"宛名番号\""))]
        return (lines.count + 1, number.replacing("\"", with: ""))
    }

    /// What is wrong may be known only from other rows.
    @Test func aRowThatIsRejectedForWhatAnotherOneSaysIsCorrectedToo() throws {
        let city = try CityWorkspace(published: false)
        let (line, number) = try double(in: city)
        #expect(try city.run().code == 0)
        let list = try rejected(city, "list", "--code", "number.doubled")
        #expect(list.output.contains("\"line\":\(line)"), "\(list.output)")
        #expect(
            try rejected(city, "export", "--source", "jumin", "--output", city.scratch.file("j.csv")).code
                == 0)
        let text = try String(contentsOfFile: city.scratch.file("j.csv"), encoding: .utf8)
        let returned = try reload(city, Data(text.replacing(number, with: "0099999999").utf8))
        #expect(returned.json["kept"] as? Int == 1, "\(returned.output)\(returned.errors)")
        #expect(try city.run().code == 0)
        let fate = try Program.run(
            "explain", "row", "\(Self.register):\(line)", "--workspace", city.path, "--json")
        #expect(
            fate.json["fate"] as? String == "受付" && fate.json["correctedBy"] as? String != nil,
            "\(fate.output)")
    }

    /// What the mapping accepts alone the night may reject all the same; the row must not be stuck then.
    @Test func aCorrectionThatTheNightRejectsGoesBackOnceMore() throws {
        let city = try CityWorkspace(published: false)
        let (_, number) = try double(in: city)
        #expect(try city.run().code == 0)
        let first = try export(city)
        let wrong = first.replacing("2019-02-03", with: "2019-02-04")
        #expect(try reload(city, Data(wrong.utf8)).json["kept"] as? Int == 1)
        #expect(try rejected(city, "list").output.contains("\"isCorrected\":true"))
        #expect(try city.run().code == 0)

        let list = try rejected(city, "list")
        #expect(list.output.contains("\"isCorrected\":false") && list.output.contains("直された行も受け付けられません"))
        let again = try export(city, "again.csv")
        #expect(again.contains("number.doubled") && again.contains("直された行も受け付けられません"))
        #expect(try reload(city, Data(wrong.utf8)).faultCodes == ["returned.refused"])
        let right = again.replacing(number, with: "0099999999")
        #expect(try reload(city, Data(right.utf8)).json["kept"] as? Int == 1)
        #expect(try rejected(city, "export", "--output", city.scratch.file("none.csv")).code == 66)
        #expect(try city.run().code == 0)
        #expect((try rejected(city, "list").json["extracts"] as? [Any])?.isEmpty == true)
    }
}
