import Domain
import Foundation
import TestSupport
import Testing

@testable import HTTP

@Suite("A form with a file is read strictly")
struct MultipartFormTests {
    private static let disposition = "Content-Disposition: form-data; name="
    private static let valid =
        "--b-1\r\n\(disposition)\"csrf\"\r\n\r\nabc\r\n--b-1\r\n"
        + "\(disposition)\"file\"; filename=\"行 %22.csv\"\r\nContent-Type: text/csv\r\n\r\n1,2\r\n--b\r\n\r\n--b-1--\r\n"

    private func read(_ body: String, type: String = "multipart/form-data; boundary=b-1") throws
        -> MultipartForm
    {
        try MultipartForm(
            Request(method: "POST", path: "/", headers: [.init("content-type", type)], body: Array(body.utf8))
        )
    }

    @Test("fields and the file's bytes come out as they were sent")
    func parts() throws {
        for type in ["multipart/form-data; boundary=b-1", "Multipart/Form-Data;boundary=\"b-1\""] {
            let form = try read(Self.valid, type: type)
            #expect(form.fields == [.init("csrf", "abc")] && form.field("file") == nil)
            #expect(form.file == .init(name: "file", bytes: Array("1,2\r\n--b\r\n".utf8)))
        }
        #expect(try read("--b-1--").fields.isEmpty)
        let empty = try read("--b-1\r\n\(Self.disposition)\"file\"; filename=\"\"\r\n\r\n\r\n--b-1--\r\n")
        #expect(empty.file?.bytes == [])
    }

    private static func part(_ head: String, _ text: String = "x") -> String {
        "--b-1\r\n\(head)\r\n\r\n\(text)\r\n--b-1--\r\n"
    }

    /// A part with the head of a field, and more behind it.
    private static func field(_ name: String, _ more: String = "", _ text: String = "x") -> String {
        part(disposition + name + more, text)
    }

    /// Parts that another part follows.
    private static func open(_ names: [String]) -> String {
        names.map { "--b-1\r\n" + disposition + $0 + "\r\n\r\nx\r\n" }.joined()
    }

    private static let malformed: [MultipartForm.Trouble: [String]] = [
        .beginning: ["", "x", "\r\n" + valid, "--b-2\r\n"],
        .end: [
            "--b-1", "--b-1-", "--b-1\r", "--b-1\r\n", "--b-1--x", "--b-1--\r\n\r\n", valid + "x",
            String(valid.utf8.dropLast(4)) ?? "",
        ],
        .boundary: ["--b-1 \r\n", "--b-11\r\n\r\n", "--b-1\nContent-Type: text/csv\n\nx\n--b-1--\n"],
        .head: [
            part(""), part("Content-Type: text/plain"), field("a"), field("\"\""),
            field("\"a\"", "; x=\"b\""),
            field("\"a\"", "; filename*=UTF-8''b"), field("\"a\\\"b\""), field("\"a\"", "\n"),
            part("Content-Disposition: attachment; name=\"a\""),
            field("\"a\"", "\r\n" + disposition + "\"b\""),
            field("\"a\"", "\r\nX: y"), field("\"a\u{0}\""), field("\"a\"", "\r\n folded"),
            field("\"" + String(repeating: "a", count: 3000) + "\""),
        ],
        .nested: [field("\"a\"", "\r\nContent-Type: multipart/mixed; boundary=c")],
        .transferEncoding: [field("\"a\"", "\r\nContent-Transfer-Encoding: base64")],
        .secondField: [
            open(["\"a\""]) + field("\"a\""), open(["\"a\"; filename=\"\""]) + field("\"a\""),
            open(["\"a\""]) + field("\"a\"; filename=\"\""),
        ],
        .secondFile: [open(["\"a\"; filename=\"\""]) + field("\"b\"; filename=\"c\"")],
        .tooManyParts: [open((0..<9).map { "\"a\($0)\"" }) + "--b-1--\r\n"],
        .text: [field("\"a\"", "", String(repeating: "x", count: 8193))],
    ]

    @Test("what is malformed is refused by its name", arguments: MultipartForm.Trouble.allCases)
    func malformed(_ trouble: MultipartForm.Trouble) {
        for body in Self.malformed[trouble] ?? [] {
            #expect(throws: trouble, "\(body.prefix(200))") { try read(body) }
        }
        #expect(trouble == .type || Self.malformed[trouble] != nil)
    }

    @Test("a text that is no UTF-8 is refused, a file may be any bytes")
    func bytes() throws {
        let raw = Array(Self.part("\(Self.disposition)\"a\"", "\u{1}").utf8).map { $0 == 1 ? 0xFF : $0 }
        #expect(throws: MultipartForm.Trouble.text) { try MultipartForm(raw, boundary: Array("b-1".utf8)) }
        let file = Array(Self.part("\(Self.disposition)\"a\"; filename=\"b\"", "\u{1}").utf8).map {
            $0 == 1 ? 0xFF : $0
        }
        #expect(try MultipartForm(file, boundary: Array("b-1".utf8)).file?.bytes == [0xFF])
    }

    @Test(
        "a type without one plain boundary is refused",
        arguments: [
            ("", MultipartForm.Trouble.type), ("text/csv", .type), ("multipart/mixed; boundary=b-1", .type),
            ("multipart/form-data", .boundary), ("multipart/form-data; boundary=", .boundary),
            ("multipart/form-data; boundary=\"\"", .boundary),
            ("multipart/form-data; boundary=b-1; x=y", .boundary),
            ("multipart/form-data; charset=utf-8; boundary=b-1", .boundary),
            ("multipart/form-data; boundary=b 1", .boundary),
            ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", .boundary),
        ])
    func types(_ type: String, _ trouble: MultipartForm.Trouble) {
        #expect(throws: trouble) { try read(Self.valid, type: type) }
    }

    @Test("what was changed on the way never traps, and what comes out was sent")
    func mutations() {
        var random = SeededGenerator(seed: testSeed)
        let interesting: [UInt8] = Array("\r\n-b1\";= :".utf8) + [0, 0xFF]
        for _ in 0..<caseCount(10_000) {
            var bytes = Array(Self.valid.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = interesting.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let form = try? MultipartForm(bytes, boundary: Array("b-1".utf8)) else { continue }
            let sum = form.fields.reduce(form.file?.bytes.count ?? 0) { $0 + $1.value.utf8.count }
            #expect(sum < bytes.count, "seed \(testSeed): \(bytes)")
            #expect(Set(form.fields.map(\.name)).count == form.fields.count, "seed \(testSeed): \(bytes)")
        }
    }

    @Test("a path with a limit of its own takes that much, and answers for itself where it is more")
    func limitOfAPath() throws {
        var limits = Limits()
        (limits.body, limits.bodies) = (10, ["/file": 20])
        let parser = RequestParser(limits: limits)
        func parse(_ path: String, _ length: String) -> RequestParser.Outcome {
            parser.parse(
                Array(
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n\(String(repeating: "x", count: 25))"
                        .utf8)[...])
        }
        #expect(parse("/", "11") == .reject(413) && parse("/file", "99999999999999999999") == .reject(413))
        guard case .request(let request, _) = parse("/file", "20"),
            case .tooLarge(let large) = parse("/file", "21")
        else {
            Issue.record("\(parse("/file", "20")) \(parse("/file", "21"))")
            return
        }
        #expect(request.body.count == 20 && large.body.isEmpty && large.path == "/file")
        try withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            client.send(
                "POST /file HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(String(repeating: "x", count: 1000))"
            )
            let answer = client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("Connection: close"), "\(answer)")
        }
    }
}
