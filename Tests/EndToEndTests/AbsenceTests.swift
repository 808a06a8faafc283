import Foundation
import TestSupport
import Testing

/// No rule speaks of what a rejected row may hold.
@Suite struct AbsenceTests {
    private static let roster = "gakurei_20261001.csv"

    private func rule(_ id: String, in ending: Ending) throws -> [String: Any] {
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        return try #require(
            (summary["flags"] as? [[String: Any]])?.first { $0["rule"] as? String == id })
    }

    /// Replaces the rows of a CP932 file behind its header.
    private func rewrite(
        _ name: String, in city: borrowing CityWorkspace, _ row: (Int, [String], [String]) -> String
    ) throws {
        let text = try #require(String(data: try city.bytes(name), encoding: .shiftJIS))
        let lines = text.components(separatedBy: "\r\n")
        let header = lines[0].components(separatedBy: ",")
        let rows = lines.dropFirst().enumerated().map { index, line in
            line.isEmpty ? line : row(index, header, line.components(separatedBy: ","))
        }
        let joined = ([lines[0]] + rows).joined(separator: "\r\n")
        try city.write(try #require(joined.data(using: .shiftJIS)), to: name)
    }

    @Test func aChildWhoseRowWasRejectedIsNotSaidToBeMissing() throws {
        let city = try CityWorkspace(published: true)
        let before = try rule("U3", in: try city.run())
        try rewrite(Self.roster, in: city) { index, header, cells in
            var cells = cells
            if index == 0, let status = header.firstIndex(of: "就学区分") { cells[status] = "不明な値" }
            return cells.joined(separator: ",")
        }
        let ending = try city.run()
        let after = try rule("U3", in: ending)
        #expect(after["count"] as? Int == before["count"] as? Int)
        #expect((after["gaps"] as? [String: Int])?["rejected-rows", default: 0] ?? 0 > 0, "\(after)")
        #expect(!ending.errors.contains("だれの記録か分かりません"))
    }

    @Test func rowsThatLeadToNobodyAreToldInTheReportAndInTheReason() throws {
        let city = try CityWorkspace(published: true)
        let before = try rule("U3", in: try city.run())
        try rewrite(Self.roster, in: city) { index, _, cells in
            cells.joined(separator: ",") + (index == 0 ? ",余り" : "")
        }
        let ending = try city.run()
        // Nobody knows whose the row is: the child's absence is told, with what speaks against it.
        let after = try rule("U3", in: ending)
        #expect(after["count"] as? Int == (before["count"] as? Int).map { $0 + 1 })
        let summary = try #require(ending.json["summary"] as? [String: Any])
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        #expect(extracts.compactMap { $0["unplaced"] as? Int } == [1])
        let notices = try #require(summary["notices"] as? [String])
        #expect(notices.contains { $0.contains("学齢簿") && $0.contains("だれの記録か分かりません") })
    }

    @Test func aRegisterOfWhichEveryRowOfAChildIsRejectedTakesNobodyOutOfTheQueue() throws {
        let city = try CityWorkspace(published: true)
        try city.set("rejectedShare: 0.05", to: "rejectedShare: 1")
        try city.set("protectionFall: 0.1", to: "protectionFall: 1")
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        let cases = try city.caseIDs()
        try rewrite("jumin_20261001.csv", in: city) { _, header, cells in
            func place(_ name: String) -> Int? { header.firstIndex { $0.contains(name) } }
            guard let birth = place("生年月日"), let relation = place("続柄表記") else { return "" }
            var cells = cells
            if cells[relation].contains("子") { cells[birth] = "\"読めない日\"" }
            return cells.joined(separator: ",")
        }
        let ending = try city.run()
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let rejected = (summary["extracts"] as? [[String: Any]])?.compactMap {
            ($0["ledger"] as? [String: Int])?["rejected"]
        }
        #expect((rejected?.max() ?? 0) > 50)
        #expect((summary["cases"] as? [String: Int])?["withdrawn"] == 0, "\(summary["cases"] ?? "")")
        #expect(try Set(city.caseIDs()).isSuperset(of: cases))
    }
}
