import Domain
import Foundation
import HTTP
import Policy
import Synchronization
import Testing

@testable import AdminAPI
@testable import Store

/// Rows that a night did not accept, as `serve` gets them from the night's room.
struct InventedRows: RejectedRows {
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

    func lapsed() -> [LapsedCorrections] {
        [LapsedCorrections(source: "kenshin", title: "乳幼児健診", file: "file1.csv", count: 3)]
    }
    /// Of the row that `row` gives, what a correction changes.
    var changes: [RejectedRow.Change] = []

    func isCorrected(_ file: RejectedFile, line: Int) -> Bool { line == 5 || !changes.isEmpty && line == 2 }
    func changed(_ file: RejectedFile, lines: [Int]) throws -> [Int: [String]] {
        Dictionary(uniqueKeysWithValues: lines.map { ($0, ["生年月日", "住所"]) })
    }

    /// What was asked to be kept.
    let asked = Asked()

    final class Asked: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock(\.self) }
        func add(_ word: String) { words.withLock { $0.append(word) } }
    }

    func mend(
        file name: String, line: Int, cells: [Int: String], allowsOtherPersons: Bool
    ) throws -> ReturnedRow {
        asked.add(
            "\(line) \(cells.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) \(allowsOtherPersons)"
        )
        let outcome: ReturnedRow.Outcome =
            switch cells[0] {
            case nil: .unchanged(restored: [])
            case "2020-01-01": .kept(changed: ["生年月日"], restored: [], shortened: [])
            case "2021-01-01" where !allowsOtherPersons:
                .refused(
                    code: ReturnedRow.otherPerson, column: "生年月日", message: "別の人の行になります。", fix: "確かめてください。")
            case "2021-01-01": .known
            default:
                .refused(code: "date.unreadable", column: "生年月日", message: "日付を読み取れません。", fix: "書き直してください。")
            }
        return ReturnedRow(line: line, file: name, row: line, outcome: outcome)
    }

    func sheet(of file: RejectedFile) throws -> RejectedSheet {
        RejectedSheet(
            file: file, name: "行_rejected.csv", bytes: [0xEF, 0xBB, 0xBF, 0x31], rows: 2, withoutContent: 0)
    }

    func reload(_ bytes: [UInt8], allowsOtherPersons: Bool) throws -> [ReturnedRow] {
        asked.add("\(String(decoding: bytes, as: UTF8.self)) \(allowsOtherPersons)")
        guard bytes != Array("bad".utf8) else {
            throw Fault(
                .gate, code: "returned.columns", message: "列が違います。", line: 1, field: "行", fix: "戻してください。")
        }
        let outcomes: [ReturnedRow.Outcome] = [
            .kept(changed: ["生年月日"], restored: ["宛名番号"], shortened: []), .known,
            .refused(code: "x", column: "性別", message: "コードにありません。", fix: "直してください。"), .lapsed,
        ]
        return outcomes.enumerated().map {
            ReturnedRow(line: $0 + 2, file: "file1.csv", row: $0 + 2, outcome: $1)
        }
    }

    func waiting() throws -> [WaitingRows] { [WaitingRows(file: files[1], code: "date.unreadable", rows: 2)] }

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
                ], gap: nil, unreadable: [.init(offset: 12, byte: 0x8F)]), columns: ["生年月日", "住所"],
            changes: changes)
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
            "file1.csv", "date.unreadable", "row.columns", "公開されていない実行", "受け取り済み", "直した列: 「生年月日」「住所」",
            "「乳幼児健診」に新しい抽出（file1.csv）が届いたため、前の抽出の行の直し3件は終わりました",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        // What only who runs the machine knows is no word for a department.
        for words in ["renkei rejected", "Mappings", "inbox", "--other-person"] {
            #expect(!page.text.contains(words), "\(words)")
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

    private static let id = "\(String(repeating: "1a", count: 6))-2"

    @Test("a row whose correction waits shows what it will say, and names masked columns alone")
    func corrected() throws {
        var rows = InventedRows()
        rows.changes = [
            .init(index: 0, column: "生年月日", shown: "2020-02-16"), .init(index: 1, column: "住所", shown: nil),
        ]
        let world = try World("officer", rejected: { [rows] _, _ in rows })
        let officer = try officer(world)
        let page = officer.get("/rejected/\(Self.id)").text
        #expect(page.contains("aria-describedby=\"c0-why\" name=\"c0\" value=\"2020-02-16\""), "\(page)")
        #expect(page.contains("もとの値: R99.1.1") && !page.contains("aria-invalid") && !page.contains("← ここ"))
        #expect(page.contains("直した列: 「生年月日」「住所」") && page.contains("受け取った直しのまま使います"))
        let answer = officer.get("/api/v1/rejected/\(Self.id)")
        #expect(Schema.named("RejectedRow").mismatch(answer.json) == nil, "\(answer.text)")
        #expect(answer.json["changed"] == .strings(["生年月日", "住所"]))
        for text in [page, answer.text] { #expect(!text.contains("秘密野")) }
        // What is typed anew stands above what was kept.
        let again = officer.post(
            "/rejected/\(Self.id)", ["csrf": officer.csrf, "c0": "R98.1.1"]
        )
        #expect(again.status == 422 && again.text.contains("value=\"R98.1.1\""))
        #expect(again.text.contains("前に受け取った直しは、そのままです") && !again.text.contains("直しを受け取りました。"))
    }

    @Test("a row is mended by its form: taken, or back with what was typed and why")
    func mend() throws {
        let rows = InventedRows()
        let world = try World("officer", rejected: { _, _ in rows })
        let officer = try officer(world)
        func send(_ fields: [String: String]) -> Response {
            officer.post("/rejected/\(Self.id)", fields.merging(["csrf": officer.csrf]) { $1 })
        }
        let form = officer.get("/rejected/\(Self.id)").text
        #expect(form.contains("name=\"c0\"") && form.contains("aria-describedby=\"c0-why\""))
        #expect(!form.contains("name=\"c1\"") && form.contains("readonly") && form.contains("もとの値のまま使います"))
        let refused = send(["c0": "R98.1.1", "c1": "書けない列", "c7": "ない列"])
        #expect(refused.status == 422 && refused.text.contains("value=\"R98.1.1\""))
        #expect(refused.text.contains("href=\"#c0\"") && !refused.text.contains("otherPerson"))
        #expect(rows.asked.all == ["2 [\"0=R98.1.1\"] false"], "a masked cell is not written by the page")
        #expect(send([:]).text.contains("どの列も変わっていません"))
        let other = send(["c0": "2021-01-01"])
        #expect(other.status == 422 && other.text.contains("name=\"otherPerson\""))
        #expect(send(["c0": "2021-01-01", "otherPerson": "yes"]).status == 303)
        let taken = send(["c0": "2020-01-01"])
        #expect(taken.status == 303 && taken.header("Location") == "/rejected/\(Self.id)")
        #expect(officer.get("/rejected/\(Self.id.dropLast())5").text.contains("直しを受け取りました"))
        #expect(officer.post("/rejected/\(Self.id)", ["c0": "2020-01-01"]).status == 403, "no form of ours")
        #expect(
            send(["c0": "x"]).status == 422
                && officer.post("/rejected/x-1", ["csrf": officer.csrf]).status == 404)
    }

    private func upload(_ browser: Browser, _ file: String?, _ fields: [String: String] = [:]) -> Response {
        browser.upload("/rejected/corrections", file, fields)
    }

    @Test("a file goes out, and one comes back: each row of it is told")
    func files() throws {
        let rows = InventedRows()
        let world = try World("officer", "center", rejected: { _, _ in rows })
        let officer = try officer(world)
        let list = officer.get("/rejected?source=jumin").text
        #expect(list.contains("/rejected/sheet?file=2a2a2a2a2a2a") && !list.contains("file=1a1a"))
        let sheet = officer.get("/rejected/sheet?file=2a2a2a2a2a2a")
        #expect(sheet.status == 200 && sheet.body.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(
            sheet.header("Content-Disposition")?.hasPrefix(
                "attachment; filename=\"rejected.csv\"; filename*=UTF-8''%E8") == true)
        #expect(
            officer.get("/rejected/sheet?file=x").status == 404
                && officer.get("/rejected/sheet").status == 404)

        let taken = upload(officer, "1,2\r\n", ["otherPerson": "yes"])
        #expect(taken.status == 200 && rows.asked.all == ["1,2\r\n true"])
        for words in [
            "受け取った直し 1行、受け取れない行 1行、そのほか 2行", "コードにありません。", "対処: 直してください。", "「宛名番号」", "いまは却下されていません",
            "file2.csv: date.unreadable 2行",
        ] {
            #expect(taken.text.contains(words), "\(words)")
        }
        let bad = upload(officer, "bad")
        #expect(bad.status == 422 && bad.text.contains("1行目 列「行」: 列が違います。"))
        for nothing in [upload(officer, nil), upload(officer, "")] {
            #expect(nothing.status == 422 && nothing.text.contains("ファイルが選ばれていないか"))
        }
        #expect(upload(officer, "1", ["csrf": "another"]).status == 403)
        #expect(upload(try self.officer(world, "center"), "1").status == 403)
        let own: [Request.Field] = [
            .init("sec-fetch-site", "same-origin"), .init("content-type", "multipart/form-data; boundary=b"),
        ]
        let malformed = officer.send("/rejected/corrections", Array("--b\r\n".utf8), own)
        #expect(malformed.status == 400 && malformed.text.contains("途中で切れています"))
        #expect(officer.send("/rejected/corrections", [], [own[1]]).status == 403, "from nowhere")
        #expect(rows.asked.all.count == 2)
    }

    @Test("a file that is too large is refused on the page of who is logged in")
    func tooLarge() throws {
        let world = try World("officer")
        let officer = try officer(world)
        #expect(
            world.service.bodies == [
                "/rejected/corrections": 4 << 20, "/api/v1/rejected/corrections": 4 << 20,
            ])
        func ask(_ path: String, _ cookie: String?) -> Response {
            world.service.refuse(
                tooLarge: Request(
                    method: "POST", path: path, headers: cookie.map { [.init("cookie", $0)] } ?? []))
        }
        let page = ask("/rejected/corrections", officer.cookie)
        #expect(page.status == 413 && page.text.contains("4 MBまで") && page.text.contains("ログアウト"))
        let stranger = ask("/rejected/corrections", nil)
        #expect(stranger.status == 413 && !stranger.text.contains("ログアウト"))
        #expect(ask("/api/v1/rejected/corrections", nil).json["status"] == .integer(413))
    }

    @Test("programs mend a row by its columns, and many by a file, once under a key")
    func correct() throws {
        let rows = InventedRows()
        let world = try World("officer", rejected: { _, _ in rows })
        let officer = try officer(world)
        let site: [Request.Field] = [.init("sec-fetch-site", "same-origin")]
        func send(_ body: String, key: String? = nil) -> Response {
            officer.send(
                "/api/v1/rejected/\(Self.id)/correction", Array(body.utf8),
                site + [.init("content-type", "application/json")]
                    + (key.map { [.init("idempotency-key", $0)] } ?? []))
        }
        let sound = #"{"fields":[{"column":"生年月日","value":"2020-01-01"}]}"#
        for _ in 0..<2 {
            let taken = send(sound, key: "k")
            #expect(
                taken.status == 200 && Schema.named("Correction").mismatch(taken.json) == nil, "\(taken.text)"
            )
        }
        #expect(rows.asked.all.count == 1)
        let refused = send(sound.replacing("2020", with: "x"))
        #expect(refused.status == 422 && refused.text.contains("「生年月日」"))
        #expect(send(sound.replacing("2020", with: "2021")).json["type"] == "urn:renkei:problem:other-person")
        #expect(send(#"{"fields":[{"column":"蛸","value":"1"}]}"#).status == 422)
        let asked = rows.asked.all.count
        #expect(send(#"{"fields":[{"column":"住所","value":"架空町1"}]}"#).status == 422)
        #expect(rows.asked.all.count == asked)

        func take(
            _ body: String, _ query: [Request.Field] = [], type: String = "text/csv; charset=utf-8",
            key: String = "f"
        ) -> Response {
            officer.send(
                "/api/v1/rejected/corrections", Array(body.utf8),
                site + [.init("content-type", type), .init("idempotency-key", key)], query: query)
        }
        for _ in 0..<2 {
            let taken = take("1,2", [.init("otherPerson", "yes")])
            #expect(
                taken.status == 200 && Schema.named("Corrections").mismatch(taken.json) == nil,
                "\(taken.text)")
        }
        #expect(rows.asked.all.last == "1,2 true" && rows.asked.all.count == 4)
        // Another question under a key is not answered by what the first was told.
        #expect(take("1,2").status == 422 && rows.asked.all.count == 4)
        let unusable = take("bad", key: "g")
        #expect(unusable.status == 422 && unusable.text.contains("行目"), "\(unusable.text)")
        #expect(take("1", type: "application/json", key: "h").status == 415)
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
