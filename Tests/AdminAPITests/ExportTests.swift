import Domain
import Foundation
import HTTP
import Policy
import TestSupport
import Testing

@testable import AdminAPI
@testable import Store

@Suite("The list as a file")
struct ExportTests {
    /// As shipped, but that the center may take lists out, of those not under 支援措置.
    ///
    /// - Parameter more: what else the statement says.
    private func permitting(_ more: String = "") throws -> Guideline {
        let folder = try ScratchFolder()
        let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Guidelines").path
        try FileManager.default.copyItem(atPath: shipped, toPath: folder.file("Guidelines"))
        let roles = try World.shipped.get().roles.keys.map { "\"\($0)\"" }.sorted().joined(separator: ", ")
        try folder.write(
            Array("{ secondFactor: { except: [\(roles)] } }".utf8),
            to: "Guidelines/log-in/second-factor.json5")
        try folder.write(
            Array(
                """
                { statements: [
                  { id: "center-exports", effect: "permit", reason: "会議の資料を作るためです。",
                    roles: ["center-staff"], actions: ["export"], items: "all", purposes: ["support"],
                    when: { protected: false }, \(more) },
                ] }
                """.utf8), to: "Guidelines/policies/export.json5")
        return try Guideline.load(folder: folder.file("Guidelines"), digest: { Digest.sha256($0) })
    }

    private func count(_ what: String, _ world: World) throws -> Int {
        try world.store.exclusively {
            try $0.statement("SELECT count(*) FROM audit_event WHERE event ->> '$.what' = ?").first(what) {
                $0.int(0)
            } ?? 0
        }
    }

    @Test("is refused by the shipped guideline, which the trail knows, and no page offers it")
    func refused() throws {
        let world = try World("center")
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(!center.get("/cases").text.contains("/exports/"))
        let answer = center.get("/exports/cases.csv")
        #expect(answer.status == 403 && !answer.text.contains(World.openName))
        #expect(try count("page.refuse", world) == 1 && count("cases.export", world) == 0)
    }

    @Test("holds what the list shows and the guideline lets out, safe for spreadsheets")
    func exported() throws {
        let evil = Flag(
            rule: "X1", version: 1, title: "=HYPERLINK(\"http://x\")", person: "P-OPEN", urgency: .normal,
            difficulties: [.poverty],
            reasons: [Reason(sentence: "理由", facts: [], items: ["B06"], sources: [])],
            confirm: [], since: World.day)
        let rule = Flag(
            rule: "A0", version: 1, title: "=1+1", person: "P-OPEN", urgency: .normal,
            difficulties: [.poverty],
            reasons: evil.reasons, confirm: [], since: World.day)
        let world = try World("center", more: [evil, rule], guideline: permitting())
        let center = try Browser(world.service, as: "center", token: world.session)
        #expect(
            center.get("/cases?queue=candidates").text.contains(
                "href=\"/exports/cases.csv?queue=candidates\""))
        let answer = center.get("/exports/cases.csv")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/csv; charset=utf-8")
        #expect(answer.header("Content-Disposition") == "attachment; filename=\"cases-2026-10-01.csv\"")
        #expect(Array(answer.body.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let lines = answer.text.components(separatedBy: "\r\n")
        #expect(lines.count == 3 && lines[2].isEmpty, "\(answer.text)")
        #expect(
            lines[1].contains(World.openName)
                && lines[1].contains("\"'=1+1、3歳児健診の記録がありません、=HYPERLINK(\"\"http://x\"\")\""))
        #expect(!answer.text.contains(World.protectedName))
        for secret in World.secrets { #expect(!answer.text.contains(secret)) }
        #expect(try count("cases.export", world) == 1)
        #expect(center.get("/exports/cases.csv?queue=x").status == 400)
    }

    @Test("withholds and coarsens what either the list or the export does, and tells both statements")
    func narrowed() throws {
        let world = try World("center", guideline: permitting("obligations: [\"generaliseBirth\"]"))
        let center = try Browser(world.service, as: "center", token: world.session)
        let lines = center.get("/exports/cases.csv").text.components(separatedBy: "\r\n")
        let cells = try #require(lines.dropFirst().first).components(separatedBy: ",")
        #expect(cells[1] == World.openName && cells[3].hasSuffix("月"), "\(cells[3])")
        let told = try world.store.exclusively {
            try $0.statement(
                "SELECT event ->> '$.statements' FROM audit_event WHERE event ->> '$.what' = 'cases.export'"
            ).first { $0.text(0) }
        }
        #expect(try #require(told).contains("center-exports") && #require(told).contains("center-reads"))
    }

    @Test("one that would not hold all is not made, which the trail knows")
    func tooLong() throws {
        let flags = (0..<2000).map { number in
            Flag(
                rule: "H1", version: 1, title: "規則", person: PersonID("P-\(number)"), urgency: .normal,
                difficulties: [.poverty],
                reasons: [Reason(sentence: "理由", facts: [], items: ["B06"], sources: [])],
                confirm: [], since: World.day)
        }
        let world = try World("center", more: flags, guideline: permitting())
        let center = try Browser(world.service, as: "center", token: world.session)
        let answer = center.get("/exports/cases.csv")
        #expect(answer.status == 422 && answer.text.contains("範囲を狭めて"))
        #expect(try count("cases.export", world) == 1)
    }
}
