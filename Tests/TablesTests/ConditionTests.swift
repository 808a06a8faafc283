import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct ConditionTests {
    /// Two records of a table with columns `name`, `other`, `dob`, and what a condition says of them.
    private func truth(_ sql: String, _ left: [String], _ right: [String]) throws -> Int {
        var table = RecordTable(columnNames: ["name", "other", "dob"])
        for record in [left, right] { table.append(dataset: 0) { ArraySlice(record[$0].utf8) } }
        let model = TableModel(
            linkType: .dedupe, rules: [try TableModel.Rule("l.name = r.name")],
            comparisons: [
                TableModel.Comparison(
                    name: "c",
                    levels: [
                        try TableModel.Level(label: "asked", sql: sql),
                        try TableModel.Level(label: "else", sql: "ELSE"),
                    ])
            ], prior: 0.01)
        let linker = try TableLinker(model, table: &table, threads: 1)
        var comparer = linker.comparer()
        return comparer.pair(0, 1).pattern[0]
    }

    @Test(arguments: [
        ("\"name_l\" = \"name_r\"", ["anna", "", ""], ["anna", "", ""], true),
        ("\"name_l\" = \"name_r\"", ["", "", ""], ["", "", ""], false),
        ("name_l = other_r AND other_l = name_r", ["a", "b", ""], ["b", "a", ""], true),
        ("\"name_l\" IS NULL OR \"name_r\" IS NULL", ["", "", ""], ["x", "", ""], true),
        (
            "(name_l is null or name_r is null) and (other_l is null or other_r is null)", ["", "b", ""],
            ["", "b", ""], false
        ),
        (
            "jaro_winkler_similarity(\"name_l\", \"name_r\") >= 0.92", ["martha", "", ""],
            ["marhta", "", ""], true
        ),
        (
            "jaro_winkler_similarity(\"name_l\", \"name_r\") >= 0.97", ["martha", "", ""],
            ["marhta", "", ""], false
        ),
        ("levenshtein(name_l, name_r) <= 1", ["kitten", "", ""], ["mitten", "", ""], true),
        ("damerau_levenshtein(name_l, name_r) <= 1", ["ab", "", ""], ["ba", "", ""], true),
        ("levenshtein(name_l, name_r) <= 1", ["ab", "", ""], ["ba", "", ""], false),
        (
            "ABS(EPOCH(try_strptime(\"dob_l\", '%Y-%m-%d')) - EPOCH(try_strptime(\"dob_r\", '%Y-%m-%d'))) <= 86400.0",
            ["", "", "2020-02-28"], ["", "", "2020-02-29"], true
        ),
        (
            "try_strptime(\"dob_l\", '%Y-%m-%d') IS NULL OR try_strptime(\"dob_r\", '%Y-%m-%d') IS NULL",
            ["", "", "2021-02-29"], ["", "", "2020-02-29"], true
        ),
        ("SUBSTRING(name_l, 1, 3) = SUBSTRING(name_r, 1, 3)", ["martin", "", ""], ["martha", "", ""], true),
        (
            "NULLIF(regexp_extract(\"name_l\", '^[^@]+', 0), '') = NULLIF(regexp_extract(\"name_r\", '^[^@]+', 0), '')",
            ["a@x", "", ""], ["a@y", "", ""], true
        ),
        ("NOT (name_l = name_r)", ["a", "", ""], ["b", "", ""], true),
        ("NOT (name_l = name_r)", ["", "", ""], ["b", "", ""], false),
        ("(name_l = name_r) OR other_l = other_r", ["a", "x", ""], ["b", "x", ""], true),
        ("name_l = 'anna'", ["anna", "", ""], ["", "", ""], true),
        ("'anna' = name_r", ["", "", ""], ["ben", "", ""], false),
        ("name_l = 'it''s'", ["it's", "", ""], ["", "", ""], true),
        ("\"name_l\" = '花' AND \"name_r\" = '花'", ["花", "", ""], ["花", "", ""], true),
        ("name_l <> 'anna'", ["ben", "", ""], ["", "", ""], true),
        // What is not known is neither this text nor another one.
        ("name_l <> 'anna'", ["", "", ""], ["", "", ""], false),
        ("NOT (name_l = 'anna')", ["", "", ""], ["", "", ""], false),
        ("name_l = 'anna' OR name_r = 'anna'", ["", "", ""], ["anna", "", ""], true),
        ("name_l in ('anna', 'ben')", ["ben", "", ""], ["", "", ""], true),
        ("(name_l) not in ('anna', 'ben')", ["carl", "", ""], ["", "", ""], true),
        ("length(name_l) = 2", ["花子", "", ""], ["", "", ""], true),
        ("length(name_l) >= 3", ["花子", "", ""], ["", "", ""], false),
        ("length(name_l) <> 2", ["花子", "", ""], ["", "", ""], false),
        ("length(name_l) = length(name_r)", ["花子", "", ""], ["ab", "", ""], true),
        ("cast(other_l as double) < 10", ["", "9.5", ""], ["", "", ""], true),
        ("NOT (cast(other_l as double) < 10)", ["", "x", ""], ["", "", ""], false),
        ("trim(name_l) = trim(name_r)", ["  a b ", "", ""], ["a b", "", ""], true),
        (
            "replace(name_l, '-', '') = replace(name_r, '-', '')", ["090-1", "", ""], ["0901", "", ""], true
        ),
    ])
    func conditionsMeanWhatSQLMeans(sql: String, left: [String], right: [String], isTrue: Bool) throws {
        #expect(try truth(sql, left, right) == (isTrue ? 0 : 1))
    }

    @Test(arguments: [
        "", "name_l", "name = other", "name_l = ", "\"name_l = name_r", "frobnicate(name_l, name_r) > 1",
        "name_l = name_r)",
        "levenshtein(name_l, name_r)", "name_l = name_r name_l", "1 = 1", "name_l LIKE name_r",
        "regexp_extract(name_l, '[') = regexp_extract(name_r, '[')",
        "regexp_extract(name_l, 'a', 1) = regexp_extract(name_r, 'a', 1)",
        "name_l = 5", "name_l < 'a'", "jaro_similarity(name_l, name_r) = 'a'", "name_l in ()",
        "name_l in (1)",
        "length(name_l) in ('a')", "replace(name_l, '', 'a') = name_r", "name_l not null",
        "try_strptime(dob_l, '%d %b %Y') IS NULL", String(repeating: "(", count: 100_000),
        Array(repeating: "name_l = name_r", count: 400).joined(separator: " OR "),
    ])
    func whatIsNotUnderstoodIsRefused(sql: String) {
        #expect(throws: Fault.self) { try ConditionParser.parse(sql) }
    }

    @Test(arguments: ["name_l = 5", "name_l < 'a'", "length(name_l) = 'a'"])
    func whatMayStandBesideASignIsTold(sql: String) throws {
        let fault = #expect(throws: Fault.self) { try ConditionParser.parse(sql) }
        #expect(fault?.fix.contains("比べられるのは") == true)
    }

    @Test func aColumnsNameMayHoldQuotes() throws {
        let condition = try ConditionParser.parse(#""na""me_l" = "na""me_r""#)
        #expect(condition.columns == [#"na"me"#])
        #expect(throws: Fault.self) { try ConditionParser.parse(#""na"me_l" = "na""me_r""#) }
    }

    @Test func aPatternThatFindsNoEndIsRefusedWithoutTheValue() throws {
        let sql = "regexp_extract(name_l, '(a+)+$', 0) = regexp_extract(name_r, '(a+)+$', 0)"
        #expect(try truth(sql, ["xaa", "", ""], ["yaa", "", ""]) == 0)
        let long = String(repeating: "a", count: 60) + "b"
        let fault = #expect(throws: Fault.self) { _ = try truth(sql, [long, "", ""], ["yaa", "", ""]) }
        #expect(fault?.code == "link.pattern" && fault?.field == "(a+)+$")
        #expect(fault.map { !"\($0)".contains("aaa") } == true)
    }

    @Test func aTextOfOneRecordIsNoKeyOfARule() throws {
        #expect(throws: Fault.self) { try TableModel.Rule("l.name = 'anna'") }
        let rule = try TableModel.Rule("l.dob = r.dob AND l.name = 'anna'")
        #expect(rule.keys.count == 1 && rule.filter != nil)
    }
}
