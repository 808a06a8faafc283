import Domain
import Foundation
import HTTP
import Policy
import Testing

@testable import AdminAPI
@testable import Store

/// Rows that a night did not accept, as `serve` gets them from the night's room.
private struct InventedRows: RejectedRows {
    let name = "r-night"
    let isInService = false
    var files: [RejectedFile] = [1, 2].map { number in
        RejectedFile(
            number: number, source: number == 1 ? "kenshin" : "jumin", title: number == 1 ? "乳幼児健診" : "住民記録",
            file: "file\(number).csv", sha256: String(repeating: "\(number)a", count: 32), asOf: World.day,
            rows: [2, 5, 9].map { line in
                Rejection(
                    position: RowPosition(
                        source: "kenshin", file: "file\(number).csv", line: line, offset: line * 10),
                    code: line == 9 ? "row.columns" : "date.unreadable", column: line == 9 ? nil : "生年月日",
                    message: "日付を読み取れません。", fix: "年月日を書き直してください。")
            }, corrected: [], refused: [:])
    }

    func isCorrected(_ file: RejectedFile, line: Int) -> Bool { line == 5 }

    func row(file name: String, line: Int) throws -> RejectedRow {
        RejectedRow(
            file: files[0], rejection: files[0].rows[0],
            content: RejectedContent(
                fields: [
                    .init(
                        column: "生年月日", shown: "R99.1.1", isFaulty: true, isMasked: false, isDamaged: false,
                        original: "R99.1.1"),
                    .init(
                        column: "住所", shown: RejectedContent.mask, isFaulty: false, isMasked: true,
                        isDamaged: false, original: "秘密野三丁目"),
                ], gap: nil, unreadable: [.init(offset: 12, byte: 0x8F)]))
    }
}

@Suite("Rejected rows, by page and API")
struct RejectedTests {
    private func officer(_ world: World, _ user: UserID = "officer") throws -> Browser {
        try Browser(world.service, as: user, token: world.session)
    }

    @Test("files and reasons with their counts come first, then the places, page by page, and what to do")
    func list() throws {
        let world = try World("officer", rejected: { _, _ in InventedRows() })
        let officer = try officer(world)
        let page = officer.get("/rejected")
        #expect(page.status == 200)
        for words in [
            "file1.csv", "date.unreadable", "row.columns", "公開されていない実行", "renkei rejected export", "受け取り済み",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(officer.get("/runs/latest").text.contains("href=\"/rejected\""))
        let list = officer.get("/api/v1/rejected")
        #expect(Schema.named("RejectedList").mismatch(list.json) == nil, "\(list.text)")
        #expect(list.json["total"] == .integer(6))
        let some = officer.get("/api/v1/rejected?source=jumin&code=date.unreadable&limit=1")
        guard some.json["total"] == .integer(2), case .string(let next)? = some.json["next"] else {
            Issue.record("\(some.text)")
            return
        }
        let rest = officer.get("/api/v1/rejected?source=jumin&code=date.unreadable&limit=1&after=\(next)")
        #expect(rest.json["next"] == .null && rest.text.contains("\"line\":5"))
        #expect(officer.get("/api/v1/rejected?after=nowhere").status == 400)
    }

    @Test("a row shows what may be seen of it and nothing of what is masked")
    func row() throws {
        let world = try World("officer", rejected: { _, _ in InventedRows() })
        let officer = try officer(world)
        let id = "\(String(repeating: "1a", count: 6))-2"
        let page = officer.get("/rejected/\(id)")
        #expect(
            page.status == 200 && page.text.contains("R99.1.1") && page.text.contains(RejectedContent.mask))
        let answer = officer.get("/api/v1/rejected/\(id)")
        #expect(Schema.named("RejectedRow").mismatch(answer.json) == nil, "\(answer.text)")
        for text in [page.text, answer.text] { #expect(!text.contains("秘密野")) }
        for path in ["/rejected/x-2", "/api/v1/rejected/\(id)9"] {
            #expect(officer.get(path).status == 404, "\(path)")
        }
    }

    @Test("before a night has ended there are none; who may not mend is refused")
    func none() throws {
        let world = try World(
            "officer", "center",
            rejected: { _, _ in
                throw Fault(.notFound, code: "run.unknown", message: "終わった実行がまだありません。", fix: "")
            })
        let officer = try officer(world)
        #expect(officer.get("/rejected").text.contains("終わった夜間処理がまだありません"))
        #expect(officer.get("/api/v1/rejected").json["run"] == .null)
        let center = try self.officer(world, "center")
        for path in ["/rejected", "/rejected/1a-2", "/api/v1/rejected", "/api/v1/rejected/1a-2"] {
            #expect(center.get(path).status == 403, "\(path)")
        }
    }
}
