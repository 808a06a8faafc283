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

    @Test(arguments: ["a date", "a field too many", "a byte"])
    func aRegisterOfWhichEveryRowOfAChildIsRejectedTakesNobodyOutOfTheQueue(defect: String) throws {
        let city = try CityWorkspace(published: true)
        try city.set("rejectedShare: 0.05", to: "rejectedShare: 1")
        try city.set("protectionFall: 0.1", to: "protectionFall: 0.5")
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        let cases = try city.caseIDs()
        try rewrite("jumin_20261001.csv", in: city) { _, header, cells in
            func place(_ name: String) -> Int? { header.firstIndex { $0.contains(name) } }
            guard let birth = place("生年月日"), let relation = place("続柄表記") else { return "" }
            var cells = cells
            guard cells[relation].contains("子") else { return cells.joined(separator: ",") }
            switch defect {
            case "a date": cells[birth] = "\"読めない日\""
            case "a byte": cells[birth] = "\"@\""
            default: cells.append("余り")
            }
            return cells.joined(separator: ",")
        }
        if defect == "a byte" {
            // 0x80 begins no character of CP932.
            let bytes = Array(try city.bytes("jumin_20261001.csv"))
            try city.write(
                Data(bytes.replacing([0x22, 0x40, 0x22], with: [0x22, 0x80, 0x22])), to: "jumin_20261001.csv")
        }
        // A gate lets through only what a run was stopped with.
        var ending = try city.run()
        if ending.code != 0 {
            ending = try city.run("--accept-gate", "unlinked-protection", "--reason", "試験のため確かめた")
        }
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let rejected = (summary["extracts"] as? [[String: Any]])?.compactMap {
            ($0["ledger"] as? [String: Int])?["rejected"]
        }
        #expect((rejected?.max() ?? 0) > 50)
        #expect((summary["cases"] as? [String: Int])?["withdrawn"] == 0, "\(summary["cases"] ?? "")")
        #expect(try Set(city.caseIDs()).isSuperset(of: cases))
    }

    /// The measure is the mother's, and only the register says that the child lives with her.
    @Test(arguments: [true, false])
    func aChildWhoseRowWasRejectedStaysProtectedThroughTheHousehold(isWholeRow: Bool) throws {
        let city = try CityWorkspace(published: true)
        try city.set("protectionFall: 0.1", to: "protectionFall: 0.5")
        var (homes, mother): (Set<String>, [String]) = ([], [])
        try rewrite("jumin_20261001.csv", in: city) { _, _, cells in
            if cells[15].contains("子") { homes.insert(cells[1]) }
            return cells.joined(separator: ",")
        }
        try rewrite("jumin_20261001.csv", in: city) { _, _, cells in
            if cells[15].contains("妻") && homes.contains(cells[1]) { mother = cells }
            return cells.joined(separator: ",")
        }
        try #require(!mother.isEmpty)
        let header = "宛名番号,氏名,フリガナ,生年月日,措置区分,申出者宛名番号,支援措置開始年月日,支援措置終了年月日,解除年月日,相手方氏名"
        let measure = "\(mother[0]),\(mother[6]),\(mother[7]),\(mother[14]),本措置,,2026-04-01,,,"
        try city.write(
            try #require("\(header)\r\n\(measure)\r\n".data(using: .shiftJIS)), to: "shien_20261001.csv")
        func protected(_ ending: Ending) throws -> Int {
            let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
            return try #require((summary["persons"] as? [String: Int])?["protected"])
        }
        let before = try protected(city.run())
        #expect(before > 1)
        var isDone = false
        try rewrite("jumin_20261001.csv", in: city) { _, _, cells in
            guard !isDone, cells[1] == mother[1], cells[15].contains("子") else {
                return cells.joined(separator: ",")
            }
            isDone = true
            var cells = cells
            if isWholeRow { cells.append("余り") } else { cells[14] = "\"読めない日\"" }
            return cells.joined(separator: ",")
        }
        let ending = try city.run()
        #expect(try protected(ending) == before, "\(ending.errors)")
        if isWholeRow {
            #expect(ending.errors.contains("前回のまま支援措置の対象とします"), "\(ending.errors)")
        }
    }
}
