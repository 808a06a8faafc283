import Domain
import Foundation
import TestSupport
import Testing

@Suite struct ConfigurationFileTests {
    private struct Shop: Codable, Equatable {
        var title: String
        var open: Bool?
        var urgency: Urgency?
        var since: Day?
        var floors: [Floor]?
        var stock: [String: Int]?
    }
    private struct Floor: Codable, Equatable {
        var number: Int
        var area: Double?
    }
    private struct Words: Decodable {
        var placed: Placed<Urgency>?
        var optional: [String: Urgency?]?
    }
    private struct Parts: Decodable {
        var head: Placed<ItemCode>
        var body: [String: ConfigurationNode]
    }

    private func faults<T: Decodable>(_ text: String, as type: T.Type = Shop.self) -> [Fault] {
        do {
            _ = try ConfigurationFile.read(text, name: "x.json5").decode(type)
            return []
        } catch let faults as Faults {
            return faults.all
        } catch {
            return [error as? Fault].compactMap(\.self)
        }
    }

    @Test func aCommentedFileIsReadAsItsTypes() throws {
        let text = """
            // 見出し
            {
              title: "若\\u8449\\n野", /* 途中 */ 'open': true,
              urgency: "offer", since: "2026-10-01",
              floors: [{ number: -1, area: 12.5 }, { number: 0x10, }],　// 全角の空白も空白
              stock: { りんご: 3, "$x": +4 },
            }
            """
        let shop = try ConfigurationFile.read(text, name: "x.json5").decode(Shop.self)
        #expect(
            shop
                == Shop(
                    title: "若葉\n野", open: true, urgency: .offer, since: Day(2026, 10, 1),
                    floors: [Floor(number: -1, area: 12.5), Floor(number: 16)], stock: ["りんご": 3, "$x": 4]))
    }

    /// Text, code, line and key path of the fault.
    @Test(arguments: [
        ("{ title: 'a',\n urgnecy: 'normal' }", "configuration.unknown-key", 2, "urgnecy"),
        (
            "{ title: 'a', floors: [\n{ number: 1,\n size: 2 }] }", "configuration.unknown-key", 3,
            "floors[0].size"
        ),
        ("{ titel: 'a' }", "configuration.missing-key", 1, nil),
        ("{ title: 'a', floors: [\n{ }] }", "configuration.missing-key", 2, "floors[0]"),
        ("{ title:\n 1 }", "configuration.type", 1, "title"),
        ("{ title: 'a', floors: { } }", "configuration.type", 1, "floors"),
        ("{ title: 'a', floors: [{ number: 1.5 }] }", "configuration.type", 1, "floors[0].number"),
        ("{ title: 'a', stock: {\n\n b: true } }", "configuration.type", 3, "stock.b"),
        ("{ title: 'a', urgency: 'later' }", "configuration.value", 1, "urgency"),
        ("{ title: 'a', since: '2026-02-30' }", "configuration.value", 1, "since"),
        ("{ title: 'a',\n title: 'b' }", "configuration.duplicate-key", 2, "title"),
        ("{ title: 'a'\n open: true }", "configuration.syntax", 2, nil),
        ("{ title： 'a' }", "configuration.syntax", 1, nil),
        ("{ title: 'a\n' }", "configuration.syntax", 1, nil),
        ("{ title: 'a' /* \n\n }", "configuration.syntax", 3, nil),
        ("{ title: 'a' } {", "configuration.syntax", 1, nil),
        ("{ title: 'a', floors: [{ number: 01 }] }", "configuration.syntax", 1, nil),
        ("{ title: 'a', floors: [{ number: NaN }] }", "configuration.syntax", 1, nil),
        ("[]", "configuration.type", 1, nil), ("", "configuration.syntax", 1, nil),
        (String(repeating: "[", count: 100_000), "configuration.syntax", 1, nil),
    ])
    func aMistakeIsToldWithLineAndKey(text: String, code: String, line: Int, field: String?) throws {
        let found = faults(text)
        try #require(found.count == 1)
        #expect(found[0].code == code && found[0].line == line && found[0].field == field)
        #expect(found[0].file == "x.json5" && found[0].kind == .configuration)
    }

    @Test func allUnknownKeysAreToldAtOnceWithTheNearestKnownOne() {
        let found = faults("{ title: 'a',\n opne: true,\n stcok: {} }")
        #expect(found.map(\.line) == [2, 3])
        #expect(found[0].fix.contains("open") && found[1].fix.contains("stock"))
        #expect(faults("{ titel: 'a' }")[0].fix.contains("titel"))
        #expect(faults("{ title: 'a', urgency: 'later' }")[0].fix.contains("immediate、soon、normal、offer"))
        for text in ["{ placed: 'later' }", "{ optional: { a: 'later' } }"] {
            #expect(
                faults(text, as: Words.self).map { $0.fix.contains("immediate、soon、normal、offer") } == [true])
        }
    }

    @Test(arguments: [("rnu", "run"), ("statsu", "status"), ("serv", "serve"), ("xyz", nil)])
    func twoLettersSwappedAreOneSlip(word: String, meant: String?) {
        #expect(nearest(word, in: ["status", "run", "serve"]) == meant)
    }

    @Test func aPartIsDecodedLaterFromItsOwnPlace() throws {
        let text = "{ head: 'B06',\n body: {\n a: { number: 1 },\n b: { nmber: 2 } } }"
        let parts = try ConfigurationFile.read(text, name: "x.json5").decode(Parts.self)
        #expect(parts.head.value == "B06" && parts.head.node.line == 1)
        #expect(try parts.body["a"]?.decode(Floor.self) == Floor(number: 1))
        #expect(throws: Faults.self) { try parts.body["b"]?.decode(Floor.self) }
        #expect(parts.body["b"]?.path == "body.b" && parts.body["b"]?.line == 4)
    }

    @Test func aFileThatIsNotThereOrNotUTF8IsAFault() throws {
        let folder = try ScratchFolder()
        let path = try folder.write([0x7B, 0x88, 0x7D], to: "sjis.json5")
        for path in [path, folder.file("none.json5")] {
            #expect(throws: Fault.self) { try ConfigurationFile.load(path) }
        }
    }

    /// Foundation's own JSON5 reader is the other witness, over random documents and random damage to them.
    @Test func readingAgreesWithFoundation() throws {
        var random = SeededGenerator(seed: testSeed)
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        for _ in 0..<caseCount(2_000) {
            var text = Array(Self.document(&random, depth: 0).unicodeScalars)
            if Bool.random(using: &random) {
                text.remove(at: Int.random(in: 0..<text.count, using: &random))
            }
            let document = String(String.UnicodeScalarView(text))
            let ours = try? ConfigurationFile.read(document, name: "x").decode(Tree.self)
            let theirs = try? decoder.decode(Tree.self, from: Data(document.utf8))
            // A repeated key is the one thing Foundation accepts and we do not; the documents have none by making.
            #expect(ours == theirs, "seed \(testSeed): \(document)")
        }
    }

    private enum Tree: Decodable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([Tree])
        case object([String: Tree])

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                self = .null
            } else if let flag = try? single.decode(Bool.self) {
                self = .bool(flag)
            } else if let number = try? single.decode(Double.self) {
                self = .number(number)
            } else if let text = try? single.decode(String.self) {
                self = .string(text)
            } else if let array = try? single.decode([Tree].self) {
                self = .array(array)
            } else {
                self = .object(try single.decode([String: Tree].self))
            }
        }
    }

    private static func document(_ random: inout SeededGenerator, depth: Int) -> String {
        let blank = ["", " ", "\n", "/* x */", "// y\n"].randomElement(using: &random) ?? ""
        let choice = Int.random(in: 0..<(depth < 3 ? 8 : 6), using: &random)
        let count = Int.random(in: 0..<4, using: &random)
        let comma = Bool.random(using: &random) && count > 0 ? "," : ""
        switch choice {
        case 0: return blank + "null"
        case 1: return blank + (Bool.random(using: &random) ? "true" : "false")
        case 2: return blank + String(Int.random(in: -999...999, using: &random))
        case 3:
            return (["1.5", "-0.25", ".5", "1e3", "0x1F", "+7"].randomElement(using: &random) ?? "0") + blank
        case 4:
            return blank
                + (["'a b'", "\"児童\"", "'it\"s'", "'\\u8449'", "\"\\n\\t\\\\\""].randomElement(using: &random)
                    ?? "''")
        case 5: return "''" + blank
        case 6:
            return "[" + (0..<count).map { _ in document(&random, depth: depth + 1) }.joined(separator: ",")
                + comma + "]"
        default:
            let members = (0..<count).map { index in
                let key = ["k\(index)", "'k\(index)'", "\"児\(index)\"", "児童\(index)", "$\(index)"]
                    .randomElement(using: &random)
                return (key ?? "k") + blank + ":" + document(&random, depth: depth + 1)
            }
            return "{" + members.joined(separator: ",") + comma + blank + "}"
        }
    }
}
