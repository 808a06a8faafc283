import Domain
import Extracts
import Foundation
import Linkage
import TestSupport
import Testing

@testable import Tables

@Suite struct WorkUnitTests {
    private static let levels = """
        { "order": 0, "label": "missing", "kind": "null", "sql": "name_l IS NULL OR name_r IS NULL" },
        { "order": 2, "label": "else", "kind": "else", "sql": "ELSE", "m": 0.1, "u": 0.9 },
        { "order": 1, "label": "exact", "kind": "exact", "sql": "name_l = name_r", "m": 0.9, "u": 0.1,
          "term_frequency_column": "name", "tf_weight": 0.5 }
        """

    private func unit(
        inputs: String = #"{ "b": "b.csv", "a": "$DATA/a.csv" }"#, rule: String = "l.name = r.name",
        training: String = "null", levels: String = Self.levels, more: String = ""
    ) -> String {
        """
        {
          "name": "people", "inputs": \(inputs), "id_column": "id", "truth_column": "person", "link_type": "link_only",
          /* A note for people. */ \(more)
          "blocking_rules": [ { "sql": "\(rule)" } ],
          "comparisons": [ { "name": "name", "levels": [ \(levels) ] } ],
          "probability_two_random_records_match": 0.25,
          "training": \(training)
        }
        """
    }

    private func load(_ text: String, folders: [String: String]? = nil) throws -> WorkUnit {
        let folder = try ScratchFolder()
        try Data("id,person,name\n1,x,anna\n".utf8).write(to: URL(filePath: folder.file("a.csv")))
        try Data("id,person,name\n2,x,anna\n3,,ben\n".utf8).write(to: URL(filePath: folder.file("b.csv")))
        try Data(text.utf8).write(to: URL(filePath: folder.file("unit.json")))
        return try WorkUnit.load(
            path: folder.file("unit.json"), folders: folders ?? ["DATA": folder.path, "DAT": "/nowhere"])
    }

    private func faults(_ text: String) -> [Fault] {
        do {
            _ = try load(text)
            return []
        } catch let fault as Fault {
            return [fault]
        } catch {
            return (error as? Faults)?.all ?? []
        }
    }

    @Test func aUnitIsReadWithItsLevelsInOrderAndItsComments() throws {
        let unit = try load(unit())
        #expect(unit.inputs.map { URL(filePath: $0).lastPathComponent } == ["a.csv", "b.csv"])
        let levels = unit.model.comparisons[0].levels
        #expect(
            levels.map(\.label) == ["missing", "exact", "else"]
                && levels.map(\.isNull) == [true, false, false])
        #expect(levels[1].termFrequencyWeight == 0.5 && unit.model.prior == 0.25 && unit.plan == nil)
    }

    @Test(arguments: [
        (#"l.name = r.name OR l.id = r.id"#, "link.rule", 4), (#"l.name LIKE r.name"#, "link.condition", 4),
    ])
    func aRuleThatIsNotUnderstoodIsToldWithItsLine(rule: String, code: String, line: Int) throws {
        let fault = try #require(faults(unit(rule: rule)).first)
        #expect(fault.code == code && fault.line == line)
        #expect(fault.file?.hasSuffix("unit.json") == true)
    }

    @Test(arguments: [
        #""assumed_recall": 0, "u_random_pairs": 10"#, #""assumed_recall": 2, "u_random_pairs": 10"#,
        #""assumed_recall": 0.5, "u_random_pairs": -1"#, #""assumed_recall": 0.5, "u_random_pairs": 1e300"#,
        #""assumed_recall": 0.5, "u_random_pairs": 0"#,
    ])
    func aPlanThatCannotBeFollowedIsRefused(numbers: String) {
        let plan = #"{ "deterministic_rules_for_prior": [], "em_blocking": [], \#(numbers) }"#
        #expect(faults(unit(training: plan)).map(\.code) == ["link.training"])
    }

    @Test(arguments: ["", "[]", "{", #"{ "name": "x" }"#, #"{ "name": 1 }"#])
    func whatIsNoUnitIsRefusedAndNeverACrash(text: String) { #expect(!faults(text).isEmpty) }

    @Test func columnsWithSeveralValuesAndLargeBlocksAreSetForTheWholeUnit() throws {
        let more =
            #""arrays_to_explode": { "name": "/" }, "block_pairs": 7, "oversized_blocks": "leave_out","#
        let unit = try load(unit(more: more))
        #expect(unit.blockLimit.pairs == 7 && unit.blockLimit.leavesOut)
        var table = RecordTable(columnNames: ["id", "person", "name"])
        for (dataset, record) in [
            ["1", "", "anna/ben"], ["2", "", "[\"carl\", \"ben\"]"], ["3", "", "dora/ anna"],
        ].enumerated() {
            table.append(dataset: dataset) { ArraySlice(record[$0].utf8) }
        }
        let linker = try TableLinker(unit.model, table: &table, threads: 1)
        #expect(try linker.predict(threshold: -100).pairs.map { [$0.left, $0.right] } == [[0, 2], [0, 1]])
    }

    @Test(arguments: [
        (#""arrays_to_explode": { "name": "" },"#, "link.arrays"),
        (#""block_pairs": 0,"#, "link.block_pairs"),
        (#""block_pairs": 1e300,"#, "link.block_pairs"), (#""oversized_blocks": "drop","#, "link.oversized"),
    ])
    func aSettingThatIsNotUnderstoodIsTold(more: String, code: String) {
        #expect(faults(unit(more: more)).map(\.code) == [code])
    }

    @Test(arguments: [
        "", "[]", "{}", #"{ "link_type": "dedupe_only" }"#, #"{ "link_type": "other" }"#,
        #"{ "link_type": "dedupe_only", "probability_two_random_records_match": "x", "blocking_rules_to_generate_predictions": [], "comparisons": [] }"#,
        #"{ "link_type": "dedupe_only", "probability_two_random_records_match": 0.1, "blocking_rules_to_generate_predictions": [ { "blocking_rule": "1 = 1" } ], "comparisons": [] }"#,
        #"{ "link_type": "dedupe_only", "probability_two_random_records_match": 0.1, "blocking_rules_to_generate_predictions": [], "comparisons": [ { "output_column_name": "a", "comparison_levels": [ { "sql_condition": "soundex(a_l) = 1" } ] } ] }"#,
    ])
    func aModelFileOfTheWrongShapeIsRefusedWithWords(text: String) throws {
        let folder = try ScratchFolder()
        try Data(text.utf8).write(to: URL(filePath: folder.file("model.json")))
        #expect {
            _ = try SplinkModel.load(path: folder.file("model.json"))
        } throws: { error in
            let faults = (error as? Fault).map { [$0] } ?? (error as? Faults)?.all ?? []
            return !faults.isEmpty && faults.allSatisfy { !$0.message.isEmpty }
        }
    }

    @Test func recordsWithoutANumberOrWithThatOfAnotherAreCountedAndRefused() throws {
        var table = RecordTable(columnNames: ["id"])
        for (dataset, id) in [(0, "secret"), (1, "secret"), (0, "2")] {
            table.append(dataset: dataset) { _ in ArraySlice(id.utf8) }
        }
        try RecordNumbers.check("id", of: table)
        for id in ["secret", "", "2", ""] { table.append(dataset: 0) { _ in ArraySlice(id.utf8) } }
        #expect {
            try RecordNumbers.check("id", of: table)
        } throws: { error in
            let text = "\(error)"
            return (error as? Fault)?.code == "link.ids" && text.contains("2行") && !text.contains("secret")
        }
    }

    @Test func moreInputsThanARecordCanNameAreRefused() {
        let inputs = (0..<256).map { "\"i\($0)\": \"b.csv\"" }.joined(separator: ",")
        #expect(faults(unit(inputs: "{ \(inputs) }")).map(\.code) == ["link.inputs"])
    }

    @Test(arguments: [
        (#""uniqe": ["a"],"#, "unique"), (#""oversized_block": "refuse","#, "oversized_blocks"),
        (#""arrays_to_explod": { "name": ";" },"#, "arrays_to_explode"),
    ])
    func aWordThatIsNotKnownIsRefusedWithTheNearest(more: String, near: String) {
        let found = faults(unit(more: more))
        #expect(found.map(\.code) == ["configuration.unknown-key"] && found[0].fix.contains("「\(near)」"))
        #expect(found[0].line == 3)
    }

    /// Units say more, for people and for other engines that run the same work.
    @Test func whatDescribesAUnitIsPassedOver() throws {
        let level =
            #"{ "order": 0, "label": "near", "kind": "levenshtein", "column": "name", "max": 1, "sql": "levenshtein(name_l, name_r) <= 1" }, "#
        let rest = #"{ "order": 1, "label": "b", "kind": "else", "sql": "ELSE" }"#
        let read = try load(
            unit(
                levels: level + rest,
                more: #""format": { "separator": "," }, "measured": { "pairs": 3 }, "level_rule": "","#))
        #expect(read.model.comparisons[0].levels.count == 2)
    }

    @Test(arguments: [
        (#""tf_colum": "name""#, "configuration.unknown-key"),
        (#""order": 1"#, "configuration.duplicate-key"),
    ])
    func aSlipInALevelIsTold(more: String, code: String) {
        let level =
            #"{ "order": 0, "label": "a", "kind": "exact", "sql": "name_l = name_r", \#(more) }, "#
        let rest = #"{ "order": 1, "label": "b", "kind": "else", "sql": "ELSE" }"#
        #expect(faults(unit(levels: level + rest)).map(\.code) == [code])
    }

    @Test(arguments: [
        ("nul", "ELSE", "configuration.value"), ("bogus", "ELSE", "configuration.value"),
        ("exact", "ELSE", "link.kind"), ("else", "name_l = name_r", "link.kind"),
    ])
    func aKindThatIsNoneIsTold(kind: String, sql: String, code: String) {
        let found = faults(
            unit(levels: #"{ "order": 0, "label": "a", "kind": "\#(kind)", "sql": "\#(sql)" }"#))
        #expect(found.map(\.code) == [code])
        if code == "configuration.value" { #expect(found[0].fix.contains("null、exact、sql、else")) }
    }

    @Test func twoLevelsOfOnePlaceAndTwoComparisonsOfOneNameAreRefused() throws {
        let level = #"{ "order": 1, "label": "a", "kind": "exact", "sql": "name_l = name_r" }"#
        #expect(
            faults(unit(levels: level + ", " + level.replacingOccurrences(of: "exact", with: "sql"))).map(
                \.code)
                == ["link.order"])
        var model = try load(unit()).model
        model.comparisons.append(model.comparisons[0])
        #expect(model.faults().map(\.field) == ["name"])
    }

    @Test func anInputMaySayItsEncoding() throws {
        let read = try load(unit(inputs: #"{ "a": { "file": "a.csv", "encoding": "cp932" }, "b": "b.csv" }"#))
        #expect(read.encodings == [.cp932, nil])
        for inputs in [
            "{}", #"{ "a": { "file": "a.csv", "encoding": "sjis" } }"#, #"{ "a": 1 }"#,
            #"{ "a": { "fil": "a.csv" } }"#,
        ] {
            let found = faults(unit(inputs: inputs))
            #expect(!found.isEmpty && found.allSatisfy { $0.line == 2 && $0.kind == .configuration })
        }
    }

    @Test func columnsThatTheUnitNamesMustBeThere() throws {
        let read = try load(unit(more: #""arrays_to_explode": { "naem": ";" },"#))
        func fault(_ columns: [String]) -> Fault? {
            do {
                try read.check(columns: columns)
                return nil
            } catch { return error }
        }
        let list = fault(["id", "person", "name"])
        #expect(list?.line == 3 && list?.fix.contains("「name」") == true)
        #expect(fault(["ID", "person", "naem"])?.field == "id_column")
        #expect(fault(["id", "naem"])?.field == "truth_column")
        #expect(fault(["id", "person", "naem"]) == nil)
    }

    @Test(arguments: [
        (TableModel.LinkType.link, 1, false), (.link, 2, true), (.dedupe, 1, true), (.dedupe, 2, false),
        (.linkAndDedupe, 1, true), (.linkAndDedupe, 2, true),
    ])
    func theKindOfLinkageMustFitTheInputs(linkType: TableModel.LinkType, inputs: Int, fits: Bool) throws {
        let read = try load(
            unit(inputs: inputs == 1 ? #"{ "a": "a.csv" }"# : #"{ "a": "a.csv", "b": "b.csv" }"#))
        if fits {
            try read.check(linkType, of: "model.json")
        } else {
            let fault = #expect(throws: Fault.self) { try read.check(linkType, of: "model.json") }
            #expect(fault?.file == "model.json" && fault?.kind == .configuration)
        }
    }

    @Test func aModelWithoutProbabilitiesIsToldLevelByLevel() throws {
        var model = try load(unit()).model
        #expect(model.untrained().isEmpty)
        model.comparisons[0].levels[1].m = nil
        #expect(model.untrained().map(\.field) == ["name / exact"])
        // Training met it in no pair and said so.
        model.unseen = ["name / exact"]
        #expect(model.untrained().isEmpty)
        model.unseen = []
        for level in 1...2 {
            (model.comparisons[0].levels[level].m, model.comparisons[0].levels[level].u) = (nil, nil)
        }
        #expect(model.untrained().map(\.field) == [nil])
    }

    @Test func anInputThatIsNotThereIsTold() {
        #expect(faults(unit(inputs: #"{ "a": "c.csv" }"#)).map(\.code) == ["link.input"])
        #expect(faults(unit(inputs: #"{ "a": "$NOBODY/a.csv" }"#)).map(\.code) == ["link.input"])
    }

    @Test func aModelThatSplinkSavedIsRead() throws {
        let folder = try ScratchFolder()
        let text = """
            { "link_type": "dedupe_only", "sql_dialect": "duckdb", "linker_uid": "x",
              "probability_two_random_records_match": 0.001,
              "blocking_rules_to_generate_predictions": [ { "blocking_rule": "l.\\"a\\" = r.\\"a\\"", "sql_dialect": "duckdb" } ],
              "comparisons": [ { "output_column_name": "a", "comparison_description": "…", "comparison_levels": [
                { "sql_condition": "\\"a_l\\" IS NULL OR \\"a_r\\" IS NULL", "is_null_level": true },
                { "sql_condition": "\\"a_l\\" = \\"a_r\\"", "label_for_charts": "equal", "m_probability": 0.9,
                  "u_probability": 0.1, "tf_adjustment_column": "a", "tf_minimum_u_value": 0.01 },
                { "sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9 } ] } ] }
            """
        try Data(text.utf8).write(to: URL(filePath: folder.file("model.json")))
        let model = try SplinkModel.load(path: folder.file("model.json"))
        #expect(model.linkType == .dedupe && model.rules.count == 1)
        let level = model.comparisons[0].levels[1]
        #expect((level.label, level.m, level.u, level.termFrequencyFloor) == ("equal", 0.9, 0.1, 0.01))
        for (word, slip) in [("m_probability", "m_probabilty"), ("linker_uid", "linker_id")] {
            let changed = text.replacingOccurrences(of: "\"\(word)\"", with: "\"\(slip)\"")
            try Data(changed.utf8).write(to: URL(filePath: folder.file("model.json")))
            let faults = #expect(throws: Faults.self) {
                try SplinkModel.load(path: folder.file("model.json"))
            }
            #expect(faults?.all.allSatisfy { $0.code == "configuration.unknown-key" } == true)
        }
    }

    /// What Splink 5.0.0 takes for m of a level that training did not reach: 0.0125 at one of five. Two levels, and u, after its own
    /// default values.
    @Test func aLevelThatSplinkNeverTrainedHasSplinksDefaults() throws {
        func model(_ levels: [String], more: String = "") throws -> [TableModel.Level] {
            let text = """
                { "link_type": "dedupe_only", "probability_two_random_records_match": 0.001\(more),
                  "blocking_rules_to_generate_predictions": [ { "blocking_rule": "l.a = r.a" } ],
                  "comparisons": [ { "output_column_name": "a", "comparison_levels": [
                    { "sql_condition": "a_l IS NULL OR a_r IS NULL", "is_null_level": true },
                    \(levels.joined(separator: ",\n")) ] } ] }
                """
            return try SplinkModel.read(text, name: "model.json").comparisons[0].levels
        }
        func near(_ found: [Double?], _ expected: [Double]) -> Bool {
            found.count == expected.count
                && zip(found, expected).allSatisfy { abs(($0 ?? 0) / $1 - 1) < 1e-12 }
        }
        let trained = #"{ "sql_condition": "a_l = a_r", "m_probability": 0.7, "u_probability": 0.01 }"#
        let bare = (1...3).map { #"{ "sql_condition": "levenshtein(a_l, a_r) <= \#($0)" }"# }
        let last = #"{ "sql_condition": "ELSE", "m_probability": 0.2, "u_probability": 0.9 }"#
        let five = try model([trained] + bare + [last])
        #expect(near(five.dropFirst().map(\.m), [0.7, 0.0125, 0.0125, 0.0125, 0.2]))
        let steps = [3, -5 + 16.0 / 3, -5 + 8.0 / 3]
        #expect(near(five[2...4].map(\.u), steps.map { 0.0125 / exp2($0) }))
        #expect(five[0].m == nil && five[0].u == nil)
        let two = try model([#"{ "sql_condition": "a_l = a_r" }"#, #"{ "sql_condition": "ELSE" }"#])
        #expect(near(two.dropFirst().map(\.m), [0.95, 0.05]))
        #expect(near(two.dropFirst().map(\.u), [0.95 / 1024, 0.05 * 32]))
        // In renkei's own files a level without m was never seen.
        let own = try model([trained] + bare + [last], more: #", "renkei": {}"#)
        #expect(own[2...4].allSatisfy { $0.m == nil && $0.u == nil })
    }

    @Test func pairsAreWrittenInSplinksColumnsAndWhoIsUnknownIsNobodysPair() throws {
        let unit = try load(unit())
        let folder = try ScratchFolder()
        for (name, text) in [("a", "id,person,name\n\"1,x\",,anna\n"), ("b", "id,person,name\n2,,anna\n")] {
            try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
        }
        var table = try TableFile.read([folder.file("a"), folder.file("b")])
        let linker = try TableLinker(unit.model, table: &table, threads: 1)
        let truth = try table.terms(of: "person")
        let prediction = try linker.predict(threshold: -100, truth: truth)
        #expect(TruePairs.count(truth, linkType: .link, datasets: table.datasets) == 0)
        #expect(prediction.curve.points(actual: 0).last?.matches == 0)
        let written = try PairFile.write(
            linker, threshold: -100, truth: truth, ids: table.texts(of: "id"), to: folder.file("pairs.csv"))
        #expect(written.kept == 1 && written.pairs.isEmpty && written.curve == prediction.curve)
        let lines = try String(contentsOfFile: folder.file("pairs.csv"), encoding: .utf8).split(
            separator: "\n")
        #expect(lines.first == "id_l,id_r,match_weight,match_probability,match_key,gamma_name")
        #expect(lines.count == 2 && lines[1].hasPrefix("\"1,x\",2,") && lines[1].hasSuffix(",0,1"))
        let labels = WeightCalibration([.init(weight: -50, matches: 3, others: 1)])
        _ = try PairFile.write(
            linker, threshold: -100, truth: nil, ids: table.texts(of: "id"), calibration: labels,
            to: folder.file("calibrated.csv"))
        let calibrated = try String(contentsOfFile: folder.file("calibrated.csv"), encoding: .utf8)
            .split(separator: "\n")
        #expect(calibrated[0] == lines[0] + ",calibrated_probability" && calibrated[1] == lines[1] + ",0.75")
        #expect(throws: Fault.self) {
            try PairFile.write(
                linker, threshold: 0, truth: nil, ids: [], to: folder.file("nowhere/pairs.csv"))
        }
    }
}
