import Domain
import Foundation
import TestSupport
import Testing

@Suite struct LinkageChartTests {
    /// What the night's summary says, of a city of eighty children.
    private func summary(of city: borrowing CityWorkspace) throws -> RunSummary {
        let status = try Program.run("status", "--workspace", city.path, "--json").json["publication"]
        let data = try JSONSerialization.data(withJSONObject: try #require(status))
        return try JSONDecoder().decode(RunSummary.self, from: data)
    }

    @Test func whatTheChartsShowAddsUpToWhatTheNightCounted() throws {
        let city = try CityWorkspace(published: true)
        let summary = try summary(of: city)
        let (linkage, report) = (summary.linkage, try #require(summary.linkage.report))
        #expect(report.weights.reduce(0) { $0 + $1.pairs } == linkage.candidatePairs)
        #expect(report.blocking.reduce(0) { $0 + $1.first } == linkage.candidatePairs)
        #expect(report.clusterSizes.reduce(0) { $0 + $1.persons } == summary.persons.total)
        #expect(report.clusterSizes.reduce(0) { $0 + $1.persons * $1.records } == linkage.records)
        #expect(report.reach.reduce(0) { $0 + $1.share.all.most } >= linkage.records)
        #expect(Set(report.examples.map(\.kind)).count == report.examples.count && !report.examples.isEmpty)
        for example in report.examples {
            #expect(abs(example.lines.reduce(0) { $0 + $1.weight } - example.weight) < 0.01)
            #expect(example.left.file.contains("_2026") && example.left.line > 1)
        }
        for point in report.thresholds {
            #expect(point.expectedSame <= Double(point.pairs) && point.expectedSame <= report.expectedSame)
        }
    }

    @Test func theFileIsThePageOfTheRunAndNamesNobody() throws {
        let city = try CityWorkspace(published: true)
        let file = city.scratch.file("linkage.html")
        let ending = try Program.run("report", "--workspace", city.path, "--linkage", file, "--json")
        #expect(ending.code == 0 && ending.json["file"] as? String == file, "\(ending.errors)")
        let page = try String(contentsOfFile: file, encoding: .utf8)
        let run = try #require(ending.json["run"] as? String)
        #expect(
            try String(contentsOfFile: city.path + "/runs/\(run)/linkage.html", encoding: .utf8) == page)
        var names = 0
        for (extract, column) in [("seiho", 2), ("ninsanpu", 1), ("soudan", 2)] {
            let text = String(decoding: try city.bytes("\(extract)_20261001.csv"), as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                guard cells.count > column, cells[column].contains("\u{3000}") else { continue }
                names += 1
                for part in cells[column].split(separator: "\u{3000}") where part.count > 1 {
                    #expect(!page.contains(part), "\(extract)")
                }
            }
        }
        #expect(names > 5)
    }

    @Test func theSameNightGivesTheSameFiguresOnAnyNumberOfThreads() throws {
        let city = try CityWorkspace(published: false)
        var reports: Set<LinkageReport> = []
        for threads in ["1", "4"] {
            for name in ["copy", "copy.checkpoints"] {
                try? FileManager.default.removeItem(atPath: city.scratch.file(name))
            }
            try FileManager.default.copyItem(atPath: city.path, toPath: city.scratch.file("copy"))
            let ending = try Program.run(
                "run", "--workspace", city.scratch.file("copy"), "--json", "--threads", threads)
            let data = try JSONSerialization.data(withJSONObject: try #require(ending.json["summary"]))
            reports.insert(
                try #require(try JSONDecoder().decode(RunSummary.self, from: data).linkage.report))
        }
        #expect(reports.count == 1)
    }

    @Test func withoutAFileOrAPublicationItSaysWhatToDo() throws {
        let city = try CityWorkspace(published: false)
        #expect(try Program.run("report", "--workspace", city.path).code == 64)
        let nothing = try Program.run(
            "report", "--workspace", city.path, "--linkage", city.scratch.file("x.html"), "--json")
        #expect(nothing.code == 66 && nothing.faultCodes == ["publication.none"])
    }
}
