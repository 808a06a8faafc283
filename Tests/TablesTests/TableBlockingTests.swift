import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct TableBlockingTests {
    private static let columns = ["name", "other", "phones", "day"]

    private static func records(_ count: Int, _ random: inout SeededGenerator) -> [[String]] {
        let names = ["", "anna", "ann", "hanna", "ben", "benn", "若葉", "若菜"]
        let phones = ["", "1", "2", "1;2", "3; 1", "[\"2\",\"3\",null]", ";;", "2;2"]
        let days = ["", "2020-01-01", "2020-01-02", "2019-12-31"]
        return (0..<count).map { _ in
            [names, names, phones, days].map { $0.randomElement(using: &random) ?? "" }
        }
    }

    private static func table(_ records: [[String]]) -> RecordTable {
        var table = RecordTable(columnNames: columns)
        for (place, record) in records.enumerated() {
            table.append(dataset: place % 2) { ArraySlice(record[$0].utf8) }
        }
        return table
    }

    private static func rules() throws -> [TableModel.Rule] {
        try [
            "l.name = r.name AND levenshtein(l.other, r.other) <= 1",
            "l.phones = r.phones",
            "l.name = r.other AND l.day = r.day",
            "l.phones = r.phones AND l.day = r.day",
            "l.day = r.day AND l.name <> r.name AND l.other = r.other",
            "l.other = r.name AND l.phones = r.phones AND jaro_winkler_similarity(l.other, r.other) > 0.5",
            "l.day = r.day",
        ].map { try TableModel.Rule($0, lists: ["phones": ";"]) }
    }

    private static func model(_ rules: [TableModel.Rule], _ linkType: TableModel.LinkType = .dedupe) throws
        -> TableModel
    {
        TableModel(
            linkType: linkType, rules: rules,
            comparisons: [
                TableModel.Comparison(name: "c", levels: [try TableModel.Level(label: "else", sql: "ELSE")])
            ], prior: 0.1)
    }

    private static func phones(_ cell: String) -> Set<String> {
        var expression = TextExpression(column: "phones")
        expression.list = ";"
        return Set(expression.values(of: cell))
    }

    /// Whether a rule holds of two records in this order: every part by itself, lists where any value is equal.
    private static func holds(_ condition: Condition, _ l: [String], _ r: [String]) -> Bool {
        switch condition {
        case .and(let parts): return parts.allSatisfy { holds($0, l, r) }
        case .equal(let a, _) where a.expression.column == "phones":
            return !phones(l[2]).isDisjoint(with: phones(r[2]))
        default:
            let pair = NaivePair(
                left: Dictionary(uniqueKeysWithValues: zip(columns, l)),
                right: Dictionary(uniqueKeysWithValues: zip(columns, r)))
            return pair.truth(of: condition) == true
        }
    }

    @Test(arguments: [TableModel.LinkType.dedupe, .link])
    func conditionsListsAndEqualTextsMakeEachPairOnceByTheFirstRule(linkType: TableModel.LinkType) throws {
        for round in 0..<UInt64(caseCount(10)) {
            let seed = testSeed &+ round
            var random = SeededGenerator(seed: seed)
            let records = Self.records(60, &random)
            let rules = try Self.rules()
            var expected: [[UInt32]: Int] = [:]
            for i in records.indices {
                for j in records.indices where i < j && (linkType != .link || i % 2 != j % 2) {
                    let first = rules.firstIndex { rule in
                        Self.holds(rule.condition, records[i], records[j])
                            || Self.holds(rule.condition, records[j], records[i])
                    }
                    if let first { expected[[UInt32(i), UInt32(j)]] = first }
                }
            }
            var table = Self.table(records)
            let linker = try TableLinker(Self.model(rules, linkType), table: &table, threads: 2)
            let found = try linker.predict(threshold: -1_000).pairs
            #expect(found.count == expected.count, "seed \(seed)")
            for pair in found {
                #expect(expected[[pair.left, pair.right]] == Int(pair.rule), "\(pair), seed \(seed)")
            }
        }
    }

    @Test func blocksLargerThanATileGiveEveryPairOnce() throws {
        let count = 3 * BlockTile.side + 17
        var table = RecordTable(columnNames: Self.columns)
        for record in 0..<count {
            let record = ["same", record % 2 == 0 ? "same" : "else", "", ""]
            table.append(dataset: 0) { ArraySlice(record[$0].utf8) }
        }
        for (sql, expected) in [
            ("l.name = r.name", count * (count - 1) / 2),
            // Of every pair one at least is even.
            ("l.name = r.other", count * (count - 1) / 2 - (count / 2) * (count / 2 - 1) / 2),
        ] {
            let linker = try TableLinker(Self.model([TableModel.Rule(sql)]), table: &table, threads: 2)
            let pairs = try linker.predict(threshold: -1_000).pairs
            #expect(pairs.count == expected && Set(pairs.map { [$0.left, $0.right] }).count == expected)
            #expect(pairs.allSatisfy { $0.left < $0.right })
        }
    }

    // MARK: Oversized blocks

    /// A block of a hundred, ten of whom lack a day, the others with three days; and one of two.
    private static func crowd() -> RecordTable {
        var records = (0..<100).map { ["crowd", "x", "", $0 < 10 ? "" : "2020-01-0\($0 % 3 + 1)"] }
        records += [["few", "x", "", ""], ["few", "x", "", ""]]
        return table(records)
    }

    private static func limits(_ pairs: Int, leavesOut: Bool = false) -> LinkageLimits {
        var limits = LinkageLimits()
        limits.block.pairs = pairs
        limits.block.leavesOut = leavesOut
        return limits
    }

    @Test func aBlockTooLargeIsSplitByTheOtherRulesKeysAndTold() throws {
        var table = Self.crowd()
        let rules = try ["l.name = r.name", "l.day = r.day AND l.other = r.other"].map {
            try TableModel.Rule($0)
        }
        let linker = try TableLinker(Self.model(rules), table: &table, threads: 1, limits: Self.limits(1_000))
        let told = try #require(linker.forecast.oversized.first)
        #expect(linker.forecast.oversized.count == 1)
        #expect(told.records == 100 && told.pairs == 4_950 && told.splitBy == ["day"])
        #expect(told.pairsKept == 3 * 30 * 29 / 2)
        #expect(try linker.predict(threshold: -1_000).pairsByRule == [told.pairsKept + 1, 0])
    }

    @Test func aBlockThatNothingSplitsIsRefusedOrLeftOutByName() throws {
        var table = Self.crowd()
        let model = try Self.model([TableModel.Rule("l.name = r.name")])
        #expect {
            try TableLinker(model, table: &table, threads: 1, limits: Self.limits(1_000))
        } throws: { error in
            (error as? Fault)?.code == "link.block" && !"\(error)".contains("crowd")
        }
        let linker = try TableLinker(
            model, table: &table, threads: 1, limits: Self.limits(1_000, leavesOut: true))
        #expect(linker.forecast.oversized.map(\.pairsKept) == [0])
        #expect(try linker.predict(threshold: -1_000).pairsByRule == [1])
    }

    @Test func aHundredThousandEqualRecordsAreAnsweredWithWords() throws {
        var table = RecordTable(columnNames: Self.columns)
        let cells = Self.columns.map { ArraySlice("the same \($0)".utf8) }
        for _ in 0..<100_000 { table.append(dataset: 0) { cells[$0] } }
        let model = try Self.model(Self.rules())
        #expect {
            try TableLinker(model, table: &table, threads: 2)
        } throws: { ($0 as? Fault)?.code == "link.block" }
        let linker = try TableLinker(
            model, table: &table, threads: 2, limits: Self.limits(50_000_000, leavesOut: true))
        #expect(linker.forecast.oversized.allSatisfy { $0.records >= 100_000 && $0.pairsKept == 0 })
        #expect(try linker.predict(threshold: -1_000).pairCount == 0)
    }

    @Test func moreMemoryThanAllowedIsRefusedBeforeAnythingIsCompared() throws {
        var table = Self.crowd()
        var limits = LinkageLimits()
        limits.bytes = 1_000
        #expect {
            try TableLinker(
                Self.model([TableModel.Rule("l.name = r.name")]), table: &table, threads: 1, limits: limits)
        } throws: { ($0 as? Fault)?.code == "link.memory" }
    }

    // MARK: Drawing pairs

    @Test func drawnPairsAreSpreadEvenlyHoweverTheChunksAreCut() throws {
        let pairs = 100_000
        let straight = try #require(PairDraw(1_000, of: pairs, seed: testSeed))
        func drawn(_ cuts: [Int]) -> [Int] {
            var numbers: [Int] = []
            for (first, next) in zip(cuts, cuts.dropFirst()) {
                var draw = straight
                draw.begin(at: first)
                while let number = draw.next(below: next) { numbers.append(number) }
            }
            return numbers
        }
        let all = drawn([0, pairs])
        #expect(abs(all.count - 1_000) <= 1 && Set(all).count == all.count && all == all.sorted())
        #expect(drawn([0, 7, 8, 4_321, 60_000, pairs]) == all, "seed \(testSeed)")
        #expect(all.count { $0 < pairs / 2 } >= 499)
        #expect(PairDraw(1_000, of: 1_000, seed: 1) == nil)
    }

    @Test func aCellOfTooManyValuesIsRefusedWithColumnsAndCounts() throws {
        let values = (0..<200).map { "v\($0)" }.joined(separator: ";")
        var table = Self.table([["anna", values, values, ""], ["ben", "v1", "v1", ""]])
        let rule = try TableModel.Rule(
            "l.phones = r.phones AND l.other = r.other", lists: ["phones": ";", "other": ";"])
        #expect {
            try TableLinker(Self.model([rule]), table: &table, threads: 1)
        } throws: { error in
            let text = "\(error)"
            return (error as? Fault)?.code == "link.values" && text.contains("phonesに200、otherに200")
                && !text.contains("v1")
        }
        #expect {
            try RecordIndex.make(&table, model: Self.model([rule]), idColumn: "name")
        } throws: {
            ($0 as? Fault)?.code == "link.values"
        }
        // One column of them is no harm; ten thousand and one is.
        let one = try TableModel.Rule("l.phones = r.phones", lists: ["phones": ";"])
        let pairs = try TableLinker(Self.model([one]), table: &table, threads: 1).predict(threshold: -100)
        #expect(pairs.pairCount == 1)
        table = Self.table([["", "", (0...10_000).map { "\($0)" }.joined(separator: ";"), ""]])
        #expect {
            try TableLinker(Self.model([one]), table: &table, threads: 1)
        } throws: {
            ($0 as? Fault)?.code == "link.values"
        }
    }
}
