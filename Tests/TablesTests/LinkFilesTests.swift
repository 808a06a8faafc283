import Domain
import Extracts
import Foundation
import TestSupport
import Testing

@testable import Linkage
@testable import Tables

@Suite struct LinkFilesTests {
    private let columns = ["id", "name", "town"]

    private func table(_ rows: [[String]], dataset: Int = 0) -> RecordTable {
        var table = RecordTable(columnNames: columns)
        for row in rows { table.append(dataset: dataset) { ArraySlice(row[$0].utf8) } }
        return table
    }

    private func model() throws -> TableModel {
        var exact = try TableModel.Level(
            label: "同じ", sql: "name_l = name_r", m: 0.9, u: 0.01, termFrequencyColumn: "name")
        exact.termFrequencyFloor = 0.001
        return TableModel(
            linkType: .dedupe, rules: [try TableModel.Rule("l.town = r.town")],
            comparisons: [
                TableModel.Comparison(
                    name: "name",
                    levels: [
                        try TableModel.Level(
                            label: "なし", sql: "name_l IS NULL OR name_r IS NULL", isNull: true), exact,
                        try TableModel.Level(label: "ほか", sql: "ELSE", m: 0.1, u: 0.99),
                    ])
            ], prior: 0.001)
    }

    private let rows = [
        ["1", "若葉", "a"], ["2", "若葉", "a"], ["3", "花子", "a"], ["4", "", "b"], ["5", "太郎", "b"],
    ]

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let fault as Fault { return fault.code } catch { return "\(error)" }
    }

    @Test func aWrittenModelIsReadBackAndScoresTheSame() throws {
        let folder = try ScratchFolder()
        var table = table(rows)
        var model = try model()
        // Never seen, and so it stays.
        model.comparisons[0].levels[1].m = nil
        try TableModelFile.text(model, idColumn: "id", provenance: nil).write(
            toFile: folder.file("model.json"), atomically: true, encoding: .utf8)
        let back = try SplinkModel.load(path: folder.file("model.json"))
        let first = try TableLinker(model, table: &table, threads: 1).predict(threshold: -100).pairs
        let second = try TableLinker(back, table: &table, threads: 1).predict(threshold: -100).pairs
        #expect(first == second && first.count == 4)
    }

    @Test(arguments: [";", "/"])
    func aWrittenModelKeepsWhatStandsBetweenTheValuesOfACell(separator: String) throws {
        let folder = try ScratchFolder()
        var table = table([
            ["1", "若葉", "a\(separator)b"], ["2", "若葉", "b"], ["3", "花子", "c\(separator)a"], ["4", "花子", "d"],
        ])
        var model = try model()
        model.rules = [try TableModel.Rule("l.town = r.town", lists: ["town": separator, "other": ","])]
        try TableModelFile.text(model, idColumn: "id", provenance: nil).write(
            toFile: folder.file("model.json"), atomically: true, encoding: .utf8)
        let back = try SplinkModel.load(path: folder.file("model.json"))
        #expect(back.rules[0].lists == ["town": separator])
        let pairs = try TableLinker(back, table: &table, threads: 1).predict(threshold: -100).pairs
        #expect(pairs.map { [$0.left, $0.right] }.sorted { $0[1] < $1[1] } == [[0, 1], [0, 2]])
    }

    @Test func numbersOfRecordsMustBeThereAndDifferent() throws {
        #expect(
            code { _ = try RecordNames(table([["1", "", ""], ["1", "", ""]]), column: "id") } == "link.id")
        #expect(code { _ = try RecordNames(table([["", "", ""]]), column: "id") } == "link.id")
        let names = try RecordNames(table(rows), column: "id")
        #expect(try names.place(of: "3") == 2)
        #expect(code { _ = try names.place(of: "9") } == "link.record")
    }

    @Test(arguments: [
        ("id_l,id_r,label\n1,2,同じ\n2,3,別\n4,5,\n", nil), ("番号1,番号2,判断\n1,2,1\n3,2,0\n", nil),
        ("id_l,id_r,label\n1,2,たぶん\n", "link.labels"), ("id_l,id_r,label\n1,1,同じ\n", "link.labels"),
        ("id_l,id_r,label\n1,9,同じ\n", "link.record"), ("id_l,label\n1,同じ\n", "link.labels"),
        ("id_l,id_r,label\n1,2,同じ\n2,1,別\n", "link.labels"),
    ])
    func labelsAreReadOrRefusedWithTheirLine(text: String, fault: String?) throws {
        let folder = try ScratchFolder()
        let path = try folder.write(Array(text.utf8), to: "labels.csv")
        let names = try RecordNames(table(rows), column: "id")
        var verdicts = PairVerdicts()
        #expect(code { verdicts = try PairLabels.read(path, names: names) } == fault)
        if fault == nil { #expect(verdicts.same == [.init(0, 1)] && verdicts.different == [.init(1, 2)]) }
    }

    @Test func clustersAreReadBackAsTheyWereWritten() throws {
        let folder = try ScratchFolder()
        let table = table(rows.reversed())
        let pairs = [(0, 3, 6.0), (3, 4, 7.0)].map {
            TablePair(
                left: UInt32($0.0), right: UInt32($0.1), rule: 0, weight: $0.2, pattern: TablePattern())
        }
        let names = try RecordNames(table, column: "id")
        let clustering = TableClustering(
            pairs, plan: TableClustering.Plan(threshold: 5), linkType: .dedupe, datasets: table.datasets,
            names: names.ids)
        let path = folder.file("clusters.csv")
        try ClusterFile.write(clustering, ids: names.ids, table: table, datasets: ["people"], to: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            text == """
                record,cluster,dataset,size,edges,density,bridges,lowest_weight,suspicions
                5,1,people,3,2,0.6667,2,6.0,
                2,1,people,3,2,0.6667,2,6.0,
                1,1,people,3,2,0.6667,2,6.0,
                4,4,people,1,0,1.0000,0,,
                3,3,people,1,0,1.0000,0,,

                """)
        #expect(try Set(ClusterFile.read(path, names: names)) == Set(clustering.clusters))
        try folder.write(Array("record,cluster\n1,a\n1,b\n".utf8), to: "twice.csv")
        #expect(code { _ = try ClusterFile.read(folder.file("twice.csv"), names: names) } == "link.clusters")
        let short = folder.file("short.csv")
        try ClusterFile.write(
            clustering, ids: names.ids, table: table, datasets: ["people"], onlySuspicious: true, to: short)
        #expect(try String(contentsOfFile: short, encoding: .utf8).split(separator: "\n").count == 1)
    }

    @Test func aLatinTableInUTF8IsNotTakenForShiftJIS() throws {
        let folder = try ScratchFolder()
        let names = ["colomiès", "armand “bé” ö", "łukasz", "paul"]
        let text = "id,name,town\n" + (0..<400).map { "\($0),\(names[$0 % 4]),á\n" }.joined()
        let path = try folder.write(Array(text.utf8), to: "people.csv")
        #expect(try TableFile.read([path]).texts(of: "name") == (0..<400).map { names[$0 % 4] })
    }

    @Test func anIndexIsReadBackAndWhatIsNoneIsRefused() throws {
        let folder = try ScratchFolder()
        let path = folder.file("people.index")
        var table = table(rows)
        _ = try IndexFile.write(
            &table, model: model(), idColumn: "id", datasets: ["people"], source: "model.json",
            engine: "test", to: path)
        let (index, head) = try IndexFile.open(path)
        let found = try index.search(["name": "若葉", "town": "a"], threshold: -100)
        #expect(found.hits.map(\.id) == ["1", "2", "3"] && head.datasets == ["people"])
        let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(300) {
            var bytes = whole
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            let damaged = try folder.write(bytes, to: "damaged.index")
            // Refused, or what was changed decides nothing (a name in the head).
            do {
                let again = try IndexFile.open(damaged).index.search(
                    ["name": "若葉", "town": "a"], threshold: -100)
                #expect(again.compared == 3, "seed \(testSeed)")
            } catch let fault as Fault {
                #expect(["link.index", "link.column"].contains(fault.code) || fault.kind == .configuration)
            } catch { #expect(error is Faults) }
        }
        for text in [
            "", "renkei index 9\n\0", "id,name\n",
            "renkei index 1\n\0\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}",
        ] {
            let other = try folder.write(Array(text.utf8), to: "other.index")
            #expect(code { _ = try IndexFile.open(other) } == "link.index")
        }
        #expect(code { _ = try IndexFile.open(folder.file("nowhere")) } == "link.index")
    }

    /// What the checksum does not cover.
    @Test func anIndexWhoseHeadSaysWhatIsNotSoIsRefused() throws {
        let folder = try ScratchFolder()
        let path = folder.file("people.index")
        var table = table(rows)
        _ = try IndexFile.write(
            &table, model: model(), idColumn: "id", datasets: ["people"], source: "model.json",
            engine: "test", to: path)
        let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let size = whole[16..<24].reversed().reduce(0) { $0 << 8 | Int($1) }
        let head = String(decoding: whole[24..<24 + size], as: UTF8.self)
        let body = whole[(24 + size + (8 - (24 + size) % 8) % 8)...]
        /// The file with another head.
        func written(_ head: String, body: some Collection<UInt8>, pads: Bool = true) -> Data {
            var file = Data(whole[..<16])
            withUnsafeBytes(of: UInt64(head.utf8.count).littleEndian) { file.append(contentsOf: $0) }
            file.append(contentsOf: head.utf8)
            if pads { file.append(Data(count: (8 - file.count % 8) % 8)) }
            file.append(contentsOf: body)
            return file
        }
        func search(_ file: Data) throws -> [RecordIndex.Hit] {
            try IndexFile.read(file, name: "x").index.search(["name": "若葉", "town": "a"], threshold: -100)
                .hits
        }
        #expect(try search(written(head, body: body)).count == 3)
        let end = #"-9223372036854775808,9223372036854775807"#
        for (pattern, lie) in [
            (#""records":[0-9]+"#, #""records":4611686018427387904"#),
            (#""records":[0-9]+"#, #""records":-1"#), (#""datasets":\["people"\]"#, #""datasets":[]"#),
            (#""termEnds":\[[0-9,]+\]"#, #""termEnds":[\#(end)]"#),
            (#""slots":\[[0-9,]+\]"#, #""slots":[0,12]"#),
            (#""termBytes":\[[0-9,]+\]"#, #""termBytes":[0,9999999]"#),
            (#""known":[0-9]+"#, #""known":-4"#), (#""known":[0-9]+"#, #""known":99"#),
        ] {
            let changed = head.replacing(try Regex(pattern), with: lie)
            #expect(
                changed != head && code { _ = try search(written(changed, body: body)) } == "link.index",
                "\(lie)")
        }
        // A file that ends where the filling begins.
        for missing in 1...7 {
            let changed = head.replacing(try Regex(#""bytes":[0-9]+"#), with: #""bytes":-\#(missing)"#)
            #expect(code { _ = try search(written(changed, body: [], pads: false)) } == "link.index")
        }
        // A model that is none.
        let unsound = head.replacing(#"\"m_probability\" : 0.9"#, with: #"\"m_probability\" : 9"#)
        #expect(unsound != head)
        #expect(throws: Faults.self) { try search(written(unsound, body: body)) }
    }

    @Test func anIndexHoldsOnlyWhatASearchReadsAndIsReadByItsOwnerAlone() throws {
        let folder = try ScratchFolder()
        let path = folder.file("people.index")
        var table = RecordTable(columnNames: columns + ["秘密"])
        for row in rows { table.append(dataset: 0) { ArraySlice(($0 < 3 ? row[$0] : "誰にも言わない").utf8) } }
        _ = try IndexFile.write(
            &table, model: model(), idColumn: "id", datasets: ["people"], source: "m", engine: "test",
            to: path)
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes.range(of: Data("誰にも言わない".utf8)) == nil && bytes.range(of: Data("花子".utf8)) != nil)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // A record may say more than the index asks.
        let found = try IndexFile.open(path).index.search(
            ["name": "花子", "town": "a", "秘密": "x"], threshold: -100)
        #expect(found.compared == 3)
    }

    @Test func whatWritingWouldDestroyIsRefused() throws {
        let folder = try ScratchFolder()
        for name in ["in.csv", "old.csv"] { try folder.write(Array("a\n".utf8), to: name) }
        let (input, old) = (folder.file("in.csv"), folder.file("old.csv"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.csv"), withDestinationPath: old)
        #expect(link(input, folder.file("same.csv")) == 0 && mkfifo(folder.file("pipe"), 0o600) == 0)
        func refused(_ outputs: [String]) -> String? {
            code { try OutputFile.check(outputs.map { ("out", $0) }, inputs: [input]) }
        }
        #expect(refused([old]) == nil && refused([folder.file("new.csv")]) == nil)
        for name in ["in.csv", "same.csv", "link.csv", "pipe", "./in.csv", "."] {
            #expect(refused([folder.file(name)]) == "link.output", "\(name)")
        }
        #expect(refused(["/dev/full"]) == "link.output")
        #expect(refused([folder.file("x"), folder.file("./x")]) == "link.output")
        #expect(refused([folder.file("nowhere/x")]) == "link.unwritable")
    }

    @Test func afterAFailureThereIsWhatWasThereBeforeAndNothingElse() throws {
        struct Stop: Error {}
        let folder = try ScratchFolder()
        let path = try folder.write(Array("old".utf8), to: "out.csv")
        // What a process left that is no more, and what others call their own.
        for name in ["out.csv.\(Int32.max).part", "out.csv.1.part", "out.csv.x.part"] {
            try folder.write([], to: name)
        }
        #expect(
            code {
                try OutputFile.write(to: path) { line in
                    try line("new")
                    throw Stop()
                }
            } == "link.unwritable")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(left == ["out.csv", "out.csv.1.part", "out.csv.x.part"])
        try OutputFile.write(to: path) { line in try line("new") }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new\n")
    }

    private static let noTables: [(bytes: [UInt8]?, code: String)] = [
        (nil, "extract.missing"), ([], "extract.empty"), ([0x50, 0x4B, 0x03, 0x04, 0x14], "extract.kind"),
        ([0x1F, 0x8B, 0x08], "extract.kind"), (Array("id,name\n\"x".utf8), "extract.truncated"),
        (Array("id,name\n1,".utf8) + [0xB1, 0xB2, 0xC1] + Array("\n".utf8), "extract.encoding"),
    ]

    @Test(arguments: noTables)
    func whatIsWrongWithATableIsToldToWhoHasNoMapping(bytes: [UInt8]?, code: String) throws {
        let folder = try ScratchFolder()
        if let bytes { try folder.write(bytes, to: "people.csv") }
        for isInput in [true, false] {
            let fault = #expect(throws: Fault.self) {
                _ = try TableFile.read([folder.file("people.csv")], isInput: isInput)
            }
            #expect(fault?.code == code && fault?.kind == (bytes == nil ? .notFound : .gate))
            let text = fault.map { "\($0)" } ?? ""
            for word in ["マッピング", "受入", "担当課", "抽出"] { #expect(!text.contains(word), "\(text)") }
        }
    }

    @Test func aTableIsReadInTheEncodingThatTheUnitSays() throws {
        let folder = try ScratchFolder()
        let path = try folder.write(
            Array("id,name\n1,".utf8) + [0xB1, 0xB2, 0xC1] + Array("\n".utf8), to: "people.csv")
        #expect(try TableFile.read([path], encodings: [.cp932]).texts(of: "name") == ["ｱｲﾁ"])
    }

    @Test func aModelForSplinkLacksOnlyWhatSplinkRefuses() throws {
        let text = try TableModelFile.text(model(), idColumn: "id", provenance: nil)
        var listed = try model()
        listed.rules = [try TableModel.Rule("l.town = r.town", lists: ["town": "/"])]
        let own = try TableModelFile.text(listed, idColumn: "id", provenance: nil)
        let splink = try TableModelFile.text(listed, idColumn: "id", provenance: nil, isForSplink: true)
        #expect(own.contains("\"renkei\"") && !splink.contains("\"renkei\""))
        #expect(splink.contains("arrays_to_explode") && !text.contains("arrays_to_explode"))
    }
}
