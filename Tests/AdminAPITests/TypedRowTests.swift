import Domain
import HTTP
import Pages
import Policy
import Store
import Synchronization
import Testing

@testable import AdminAPI

@Suite("What was typed into a rejected row, where it cannot be taken")
struct TypedRowTests {
    private static let id = "\(String(repeating: "1a", count: 6))-2"
    private static let origin =
        #"{"source":"kenshin","title":"乳幼児健診","file":"file1.csv","line":2,"columns":["生年月日","住所"]}"#

    private func form(_ csrf: String, writer: String = "officer", _ value: String = "2<0>20") -> [String:
        String]
    {
        ["csrf": csrf, "c0": value, "writer": writer, "origin": Self.origin]
    }

    @Test("the form says who has it and whence its row came, and holds nothing of what is masked")
    func form() throws {
        let world = try World("officer", rejected: { _, _ in InventedRows() })
        let officer = try Browser(world.service, as: "officer", token: world.session)
        let page = officer.get("/rejected/\(Self.id)").text
        #expect(page.contains(#"name="writer" value="officer""#))
        let origin = try #require(page.firstMatch(of: /name="origin" value="([^"]*)"/)?.1)
        #expect(origin.contains("file1.csv") && origin.contains("住所") && !page.contains("秘密野"))
    }

    @Test(
        "sent when the log-in was over, it stands in the form again behind it, to be sent; only to its writer"
    )
    func expired() throws {
        let rows = InventedRows()
        let world = try World("officer", "other", rejected: { _, _ in rows })
        let page = Browser(world.service).post("/rejected/\(Self.id)", form("over"))
        #expect(page.status == 401 && page.text.contains("まだ記録していません"))
        let other = try Browser(world.service).logIn(from: page, as: "other")
        #expect(other.status == 303 && other.header("Location") == "/")
        var back = Browser(world.service)
        let answer = try back.logIn(from: page, as: "officer")
        #expect(answer.status == 200 && answer.text.contains("value=\"2&lt;0&gt;20\""), "\(answer.text)")
        #expect(answer.text.contains("書いたものはまだ送られていません") && !answer.text.contains("秘密野"))
        #expect(rows.asked.all.isEmpty, "nothing is kept before it is sent again")
        // The page works: its token is that of the new log-in.
        back.cookie = answer.header("Set-Cookie")?.split(separator: ";").first.map(String.init)
        let csrf = String(try #require(answer.text.firstMatch(of: /name="csrf" value="([^"]*)"/)?.1))
        #expect(back.post("/rejected/\(Self.id)", form(csrf, "2020-01-01")).status == 303)
        // Another site's form is not taken into the log-in, nor one without a cell.
        let foreign = Browser(world.service).post(
            "/rejected/\(Self.id)", form("x"),
            headers: [
                .init("sec-fetch-site", "cross-site"),
                .init("content-type", "application/x-www-form-urlencoded"),
            ])
        #expect(foreign.status == 303 && foreign.header("Location") == "/login")
        #expect(Browser(world.service).post("/rejected/\(Self.id)", ["writer": "officer"]).status == 303)
    }

    @Test(
        "from a page of an earlier log-in of the same person it comes back; another person's page is refused")
    func earlierLogIn() throws {
        let rows = InventedRows()
        let world = try World("officer", rejected: { _, _ in rows })
        let officer = try Browser(world.service, as: "officer", token: world.session)
        let again = officer.post("/rejected/\(Self.id)", form("earlier"))
        #expect(again.status == 403 && again.text.contains("value=\"2&lt;0&gt;20\""), "\(again.text)")
        let strange = officer.post("/rejected/\(Self.id)", form("earlier", writer: "other"))
        #expect(strange.status == 403 && !strange.text.contains("2&lt;0&gt;20"))
        #expect(rows.asked.all.isEmpty)
    }

    @Test(
        "of a row that a new night has put away it is told by column, with the way to the rows there are now")
    func gone() throws {
        let first = Mutex(true)
        let world = try World(
            "officer",
            rejected: { _, _ in
                var rows = InventedRows()
                if !first.withLock(\.self) { rows.files.removeFirst() }
                return rows
            })
        let officer = try Browser(world.service, as: "officer", token: world.session)
        let gone = "\(Self.id)77"
        let there = officer.post("/rejected/\(gone)", form(officer.csrf))
        #expect(
            there.status == 404 && there.text.contains("href=\"/rejected?source=kenshin\""), "\(there.text)")
        for words in ["生年月日", "2&lt;0&gt;20", "乳幼児健診 file1.csv 2行", "いまは却下されていません"] {
            #expect(there.text.contains(words), "\(words)")
        }
        #expect(!there.text.contains("name=\"c0\"") && !there.text.contains("秘密野"))
        first.withLock { $0 = false }
        let none = officer.post("/rejected/\(Self.id)", form(officer.csrf))
        #expect(
            none.status == 404 && none.text.contains("2&lt;0&gt;20") && !none.text.contains("source=kenshin"))
        // Behind the log-in too.
        let page = Browser(world.service).post("/rejected/\(Self.id)", form("over"))
        let back = try Browser(world.service).logIn(from: page, as: "officer")
        #expect(back.status == 404 && back.text.contains("2&lt;0&gt;20") && back.header("Set-Cookie") != nil)
        // Where the form says nothing of its row, the columns are counted.
        let bare = officer.post("/rejected/\(Self.id)", ["csrf": officer.csrf, "c1": "見本"])
        #expect(bare.status == 404 && bare.text.contains("2番目の列") && bare.text.contains("見本"))
    }

    @Test("where the extract's columns cannot be read now it is told too")
    func misfit() throws {
        struct Broken: RejectedRows {
            private let rows = InventedRows()
            var name: String { rows.name }
            var isInService: Bool { rows.isInService }
            var files: [RejectedFile] { rows.files }
            func lapsed() -> [LapsedCorrections] { [] }
            func isCorrected(_ file: RejectedFile, line: Int) -> Bool { false }
            func changed(_ file: RejectedFile, lines: [Int]) throws -> [Int: [String]] { [:] }
            func sheet(of file: RejectedFile) throws -> RejectedSheet { try rows.sheet(of: file) }
            func reload(_ bytes: [UInt8], allowsOtherPersons: Bool) throws -> [ReturnedRow] { [] }
            func waiting() throws -> [WaitingRows] { [] }
            func row(file name: String, line: Int) throws -> RejectedRow {
                throw Fault(.configuration, code: "mapping.gone", message: "対応づけがありません。", fix: "")
            }
            func mend(
                file name: String, line: Int, cells: [Int: String], allowsOtherPersons: Bool
            ) throws -> ReturnedRow { throw Fault(.notFound, code: "x", message: "", fix: "") }
        }
        let world = try World("officer", rejected: { _, _ in Broken() })
        let officer = try Browser(world.service, as: "officer", token: world.session)
        let answer = officer.post("/rejected/\(Self.id)", form(officer.csrf))
        #expect(answer.status == 409 && answer.text.contains("2&lt;0&gt;20"), "\(answer.text)")
        #expect(answer.text.contains("データ連携担当に知らせてください"))
        #expect(officer.get("/rejected/\(Self.id)").status == 409)
        #expect(officer.get("/api/v1/rejected/\(Self.id)").status == 409)
        let corrected = officer.send(
            "/api/v1/rejected/\(Self.id)/correction",
            Array(#"{"fields":[{"column":"生年月日","value":"2020-02-16"}]}"#.utf8),
            [.init("sec-fetch-site", "same-origin"), .init("content-type", "application/json")])
        #expect(corrected.status == 409, "\(corrected.text)")
    }

    @Test("columns that no extract can have are left out, whoever sends them")
    func impossiblePlaces() throws {
        let world = try World("officer", rejected: { _, _ in InventedRows() })
        let officer = try Browser(world.service, as: "officer", token: world.session)
        var typed = form(officer.csrf)
        for place in ["\(Int.max)", "-1", "10000", "99999999999999999999"] { typed["c\(place)"] = "見本の外" }
        let gone = officer.post("/rejected/\(Self.id)77", typed)
        #expect(gone.status == 404 && gone.text.contains("2&lt;0&gt;20") && !gone.text.contains("見本の外"))
        // Anybody may write what the log-in's form brings back.
        let row = try #require(
            Unsent(
                text:
                    #"{"id":"x","cells":{"\#(Int.max)":"外","-5":"外","0":"内"},"isOtherPerson":false,"writer":"officer"}"#
            ))
        guard case .row(let kept) = row else {
            Issue.record("no row")
            return
        }
        #expect(kept.told.map(\.value) == ["内"])
    }
}
