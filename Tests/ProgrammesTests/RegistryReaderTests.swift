import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Programmes

private func read(_ text: String) throws -> RegistryReading {
    try RegistryReader.read(text, name: "seido.json", table: shippedTable())
}

/// A record with some of its parts replaced.
private func record(_ parts: String, psid: String = "p1", area: String = "\"999016;若葉野市\"") -> String {
    """
    [{ "basicInformation": { "psid": "\(psid)" }, "institutionName": { "canonicalName": "制度" },
       "area": { "areaCode": \(area) }, \(parts) }]
    """
}

@Test func theSampleRegistryIsReadAndEveryTrapTold() throws {
    let reading = try read(sampleRegistry())
    let lines =
        ["records \(reading.records) programmes \(reading.programmes.count)"]
        + reading.remarks.map {
            "\($0.kind.rawValue) \($0.code) L\($0.line) \($0.psid) \($0.field): \($0.message) → \($0.fix)"
        }
        + reading.programmes.map { programme in
            "\(programme.name): \(programme.age.basis.rawValue) \(programme.age.from.map(String.init) ?? "-")..<\(programme.age.below.map(String.init) ?? "-") \(programme.age.grades.map { "\($0)" } ?? "") \(programme.targets) \(programme.categories) \(programme.area?.code ?? "?") \(programme.period.from?.description ?? "-")〜\(programme.period.to?.description ?? "-") \(programme.period.isAnytime) \(programme.period.words) \(programme.links.map(\.address))"
        }
    let actual = lines.joined(separator: "\n") + "\n"
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "report.txt").path
    #expect(try actual == golden(actual, path))
    // Nothing goes without a word: what is no programme was told as rejected.
    #expect(reading.programmes.count + reading.count(.rejected) == reading.records)
}

@Test(
    "Codes are read in the notations that occur",
    arguments: [
        ("002，003", ["002", "003"]), ("027 ", ["027"]), ("86", ["086"]), ("８６", ["086"]),
        ("002,003、4", ["002", "003", "004"]),
        ("", []), ("\t088\t", ["088"]), ("ひとり親", ["ひとり親"]), ("1234", ["1234"]),
    ] as [(String, [String])])
func codes(written: String, read: [String]) {
    #expect(RegistryText.codes(written) == read)
}

@Test(
    "Days are read in three notations and nothing is made of others",
    arguments: [
        ("2024-04-01", Day(2024, 4, 1)), ("2024/04/01", Day(2024, 4, 1)), ("2024/4/1", Day(2024, 4, 1)),
        ("20240401", Day(2024, 4, 1)), ("2024-04-01T00:00:00", Day(2024, 4, 1)), ("随時", nil),
        ("2024-02-30", nil), ("令和6年", nil), ("", nil), ("99999999999", nil),
    ] as [(String, Day?)])
func days(written: String, day: Day?) {
    #expect(RegistryText.day(written) == day)
}

@Test func addressesInTextBecomeLinksWithTheirTitles() {
    let (text, links) = RegistryText.links(in: "くわしくは 案内ページ;https://a.example/b?c=1。\n申込は;http://d.example/")
    #expect(
        links == [
            .init(title: "案内ページ", address: "https://a.example/b?c=1"),
            .init(title: "申込は", address: "http://d.example/"),
        ])
    #expect(text == "くわしくは 案内ページ。\n申込は")
}

@Test(
    "Bounds of age mean what the law means: 以下 in years lasts to the day before the next birthday",
    arguments: [
        (#""lessThanOrEqualTo": { "targetAge": 6 }"#, nil, 84), (#""lessThan": { "targetAge": 6 }"#, nil, 72),
        (#""lessThanOrEqualTo": { "targetAgeOfMonths": 3 }"#, nil, 4),
        (
            #""greaterThanOrEqualTo": { "targetAge": "３" }, "lessThan": { "targetAgeOfMonths": "48か月" }"#, 36,
            48
        ),
        (#""greaterThan": { "targetAge": 5 }"#, 72, nil),
        (#""lessThan": { "targetAge": 1, "targetAgeOfMonths": 6 }"#, nil, 18),
        (#""lessThan": { "targetAge": 3, "targetAgeOfMonths": 36 }"#, nil, 36),
        (#""lessThan": { "targetAge": null, "targetAgeOfMonths": 0 }"#, nil, 0),
    ] as [(String, Int?, Int?)])
func ages(written: String, from: Int?, below: Int?) throws {
    let age = try #require(try read(record(#""target": { \#(written) }"#)).programmes.first).age
    #expect(age == AgeBounds(basis: .explicit, from: from, below: below))
}

@Test(
    "An age that contradicts itself is unknown, and told",
    arguments: [
        #""greaterThanOrEqualTo": { "targetAge": 12 }, "lessThan": { "targetAge": 3 }"#,
        #""lessThan": { "targetAge": 6, "targetAgeOfMonths": 80 }"#, #""lessThan": { "targetAge": -1 }"#,
        #""lessThan": { "targetAge": "六" }"#, #""lessThan": 6"#, #""lessThan": { "targetAge": 1e300 }"#,
        #""lessThan": { "targetAge": 2.5 }"#,
    ])
func contradictions(written: String) throws {
    let reading = try read(record(#""target": { "targetPersons": "小学生", \#(written) }"#))
    #expect(reading.programmes.first?.age == .unknown)
    #expect(
        reading.remarks.contains {
            $0.kind == .open && !$0.message.isEmpty && !$0.fix.isEmpty && $0.psid == "p1"
        })
}

@Test func anAgeIsInferredOnlyWhereThereIsNoNumberAndIsCalledSo() throws {
    let inferred = try #require(
        try read(record(#""target": { "targetPersons": "小学生と中学生" }"#)).programmes.first)
    #expect(inferred.age == AgeBounds(basis: .inferred, grades: 1...9))
    let none = try #require(try read(record(#""target": { "targetPersons": "どなたでも" }"#)).programmes.first)
    #expect(none.age == .unknown)
}

@Test(
    "A word that something moves or turns round says no age",
    arguments: [
        "中学生まで", "小学生以下", "高校生世代まで", "小学生以上", "未就学児を除く", "小学生から高校生", "未就学児のいない世帯", "中学生 まで", "小学生以外",
    ])
func movedBounds(text: String) throws {
    let age = try #require(
        try read(record(#""target": { "targetPersons": "\#(text)" }"#)).programmes.first
    ).age
    #expect(age == .unknown, "\(text)")
}

@Test(
    "What limits for whom a programme is and cannot be read becomes a question, and is told",
    arguments: [
        (#""target": { "conditions": { "text": "所得制限" } }"#, "target.conditions"),
        (#""target": { "incomeLimit": 300 }"#, "target.incomeLimit"),
        (#""target": ["こども"]"#, "target"),
        (#""target": { "targetPersons": true, "conditions": [[1]] }"#, "target.conditions[0]"),
        (#""tag": { "targetCode": { "code": "088" } }"#, "tag.targetCode"),
        (#""tag": { "targetCode": ["087", { "code": "088" }] }"#, "tag.targetCode[1]"),
        (#""tag": { "targetCodes": ["088"] }"#, "tag.targetCodes"), (#""tag": "088""#, "tag"),
        (#""conditions": "所得制限""#, "conditions"),
        (#""procedurePeriod": { "toYMD": "令和7年3月31日" }"#, "procedurePeriod"),
        (#""procedurePeriod": { "toYMD": { "day": 1 } }"#, "procedurePeriod.toYMD"),
        (#""procedurePeriod": { "fromYMD": "2026-05-01", "toYMD": "2026-04-01" }"#, "procedurePeriod"),
    ])
func unreadLimits(written: String, field: String) throws {
    let reading = try read(record(written))
    #expect(
        reading.programmes.first?.unread?.contains(field) == true,
        "\(String(describing: reading.programmes.first?.unread))")
    #expect(reading.remarks.contains { $0.kind == .open && $0.field.hasPrefix(field) })
}

@Test(
    "Nothing that is blank or of no consequence opens a question",
    arguments: [
        #""target": { "conditions": null, "incomeLimit": "" }"#, #""tag": { "targetCode": ["087", null] }"#,
        #""capacity": {}"#,
        #""procedurePeriod": { "fromYMD": "随時", "toYMD": "" }"#, #""priority": 1"#,
    ])
func noQuestions(written: String) throws {
    #expect(try read(record(written)).programmes.first?.unread == nil)
}

@Test("A key of an age that nobody knows makes the age unknown, and is told")
func unknownAgeKeys() throws {
    let reading = try read(
        record(
            #""target": { "lessThan": { "targetAgeOfDays": 28 }, "greaterThanOrEqualTo": { "targetAge": 0 } }"#
        ))
    #expect(reading.programmes.first?.age == .unknown)
    #expect(reading.remarks.map(\.code).contains("age.key"))
    let years = try read(record(#""target": { "lessThan": { "targetAge": 151 } }"#))
    #expect(years.programmes.first?.age == .unknown && years.remarks.map(\.code).contains("age.unreadable"))
}

@Test(
    "Where nothing is said of applying, the end of the programme is the end, and its beginning no bar",
    arguments: [
        (
            #"{ "fromYMD": "", "toYMD": "", "conditions": "" }"#, #"{ "toYMD": "2025-03-31" }"#,
            Day(2025, 3, 31), true
        ),
        ("null", #"{ "fromYMD": "2027-04-01", "toYMD": null }"#, nil, true),
        (#"{ "toYMD": "随時" }"#, #"{ "toYMD": "2025-03-31" }"#, nil, nil),
        (#"{ "toYMD": "2026-12-31" }"#, #"{ "toYMD": "2025-03-31" }"#, Day(2026, 12, 31), nil),
        (#"{ "toYMD": "" }"#, #"{ "toYMD": "" }"#, nil, nil),
    ] as [(String, String, Day?, Bool?)])
func periods(applying: String, running: String, to: Day?, isOfRunning: Bool?) throws {
    let programme = try #require(
        try read(record(#""procedurePeriod": \#(applying), "implementationPeriod": \#(running)"#)).programmes
            .first)
    #expect(
        programme.period.to == to && programme.period.isOfRunning == isOfRunning
            && programme.period.from == nil)
}

@Test(
    "A table that fits every programme or none is refused at its line",
    arguments: [
        (#"names: ["就学援助"]"#, #"names: [""]"#, "matching.names"),
        (#"received: ["受給中"]"#, "received: []", "matching.value"),
        (#"received: ["受給中"]"#, #"received: ["もらっている"]"#, "matching.value"),
        ("grade: { to: 0 }", "grade: { from: 3, to: 0 }", "matching.age-span"),
        ("grade: { from: 1, to: 6 }", "", "matching.age-span"),
        ("grade: { from: 1, to: 6 }", "grade: { to: 6 }, months: { below: 1 }", "matching.age-span"),
        (#"code: "088", title"#, #"code: "087", title"#, "matching.code-twice"),
        (#"code: "999016""#, #"code: "若葉野""#, "matching.area-code"),
        (#"except: ["認可外","#, #"except: ["","#, "matching.names"),
    ])
func tables(from: String, to: String, code: String) throws {
    let folder = try ScratchFolder()
    let text = try String(contentsOfFile: root + "/Guidelines/programmes/matching.json5", encoding: .utf8)
    try #require(text.contains(from))
    let place = try #require(text.range(of: from))
    let line = text[..<place.lowerBound].count { $0 == "\n" } + 1
    try folder.write(Array(text.replacing(from, with: to, maxReplacements: 1).utf8), to: "m.json5")
    let guideline = try Guideline.load(folder: root + "/Guidelines", digest: { "\($0.count)" })
    func load(_ path: String) throws {
        _ = try MatchingTable.load(path, name: "m", catalogue: guideline.catalogue, permits: { _ in true })
    }
    try load(root + "/Guidelines/programmes/matching.json5")
    let faults = #expect(throws: Faults.self) { try load(folder.file("m.json5")) }
    #expect(faults?.all.map(\.code) == [code], "\(String(describing: faults))")
    #expect(abs((faults?.all.first?.line ?? 0) - line) <= 3)
}

@Test(
    "A file that is no registry is refused with the place and what to do",
    arguments: [
        "", "{}", "[", #"[{ "basicInformation": { "psid": "p1" "#, "null", "[1 2]",
        String(repeating: "[", count: 100_000),
        #"[{ "a": 1, "a": 2 }]"#,
    ])
func refused(text: String) throws {
    let fault = #expect(throws: Fault.self) { try read(text) }
    #expect(fault?.file == "seido.json" && fault?.kind == .configuration && fault?.fix.isEmpty == false)
}

@Test func aSecondRecordOfOneNumberIsRejectedAndTheFirstStays() throws {
    let one = record(#""summary": "初め""#).dropLast(1)
    let reading = try read("\(one), \(record(#""summary": "次""#).dropFirst(1))")
    #expect(reading.programmes.map(\.summary) == ["初め"])
    #expect(reading.remarks.map(\.code).contains("psid.duplicate"))
}

@Test func aKeyThatNobodyKnowsIsToldOnce() throws {
    let records = (1...5).map { record(#""priority": 1"#, psid: "p\($0)").dropFirst(1).dropLast(1) }
    let reading = try read("[\(records.joined(separator: ","))]")
    #expect(reading.remarks.filter { $0.code == "key.unknown" }.count == 1 && reading.programmes.count == 5)
}

@Test("No mutation of a registry ends the process: it is refused, or read and told")
func mutations() throws {
    let table = try shippedTable()
    let bytes = Array(try sampleRegistry().utf8)
    var random = SeededGenerator(seed: testSeed)
    let marks = Array("{}[]\",:0129-eE.\\u\t\n ;/nulltrue".utf8)
    var read = 0
    for place in 0..<caseCount(10_000) {
        // A window keeps each case small; whole files are cut, doubled and overwritten alike.
        let start = Int.random(in: 0..<bytes.count - 1200, using: &random)
        var piece = Array("[{".utf8) + bytes[start..<start + 1200]
        if Bool.random(using: &random) { piece = Array(bytes[0..<Int.random(in: 0..<6000, using: &random)]) }
        for _ in 0..<Int.random(in: 1...6, using: &random) where !piece.isEmpty {
            let at = Int.random(in: 0..<piece.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: piece[at] = marks.randomElement(using: &random) ?? 0x30
            case 1: piece.removeSubrange(at..<min(piece.count, at + Int.random(in: 1...40, using: &random)))
            case 2: piece.insert(contentsOf: piece[at..<min(piece.count, at + 60)], at: at)
            default: piece.insert(marks.randomElement(using: &random) ?? 0x30, at: at)
            }
        }
        // What the cut left open is closed now and then, so that readers of fields are reached.
        if Bool.random(using: &random) { piece += Array("\"}]".utf8) }
        guard let text = String(validating: piece, as: UTF8.self) else { continue }
        do {
            let reading = try RegistryReader.read(text, name: "x.json", table: table)
            read += 1
            #expect(
                reading.programmes.count + reading.count(.rejected) == reading.records,
                "seed \(testSeed) case \(place)")
        } catch {
            #expect(!error.message.isEmpty && !error.fix.isEmpty, "seed \(testSeed) case \(place)")
        }
    }
    // Values of other types where they are not expected, in otherwise whole files.
    let values = ["null", "1", "-1", "1e308", "\"\"", "\"；，\\t\"", "[]", "{}", "[null,[],{}]", "true"]
    let lines = try sampleRegistry().split(separator: "\n", omittingEmptySubsequences: false).prefix(500)
        .map(String.init)
    for place in 0..<caseCount(10_000) / 20 {
        var changed = lines
        for _ in 0..<3 {
            let at = Int.random(in: 0..<changed.count, using: &random)
            guard let colon = changed[at].firstIndex(of: ":"), !changed[at].hasSuffix("{"),
                !changed[at].hasSuffix("[")
            else { continue }
            let comma = changed[at].hasSuffix(",") ? "," : ""
            changed[at] =
                String(changed[at][...colon]) + (values.randomElement(using: &random) ?? "1") + comma
        }
        guard let end = changed.lastIndex(where: { $0 == " }," }) else { continue }
        let text = (changed[..<end] + [" }]"]).joined(separator: "\n")
        let reading = try RegistryReader.read(text, name: "x.json", table: table)
        read += 1
        #expect(
            reading.programmes.count + reading.count(.rejected) == reading.records,
            "seed \(testSeed) case \(place)")
        #expect(reading.remarks.allSatisfy { !$0.message.isEmpty && !$0.fix.isEmpty && $0.line > 0 })
    }
    #expect(read > 0, "seed \(testSeed): no case was read at all")
}
