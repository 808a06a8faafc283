import Domain
import TestSupport
import Testing

@testable import Linkage

/// Invented records with few values, so that blocks, missing cells and ties are frequent.
private func inventedTable(_ count: Int, datasets: Int = 1, seed: UInt64) -> RecordTable {
    var random = SeededGenerator(seed: seed)
    let names = ["", "anna", "ann", "hanna", "ben", "benn", "若葉", "若菜"]
    let days = ["", "2020-01-01", "2020-01-02", "2019-12-31", "2021-02-29"]
    var table = RecordTable(columnNames: ["first", "last", "day"])
    for _ in 0..<count {
        let record = [names, names, days].map { $0.randomElement(using: &random) ?? "" }
        table.append(dataset: Int.random(in: 0..<datasets, using: &random)) { ArraySlice(record[$0].utf8) }
    }
    return table
}

private func inventedModel(_ linkType: TableModel.LinkType) throws -> TableModel {
    func ladder(_ column: String) throws -> TableModel.Comparison {
        TableModel.Comparison(
            name: column,
            levels: [
                try TableModel.Level(
                    label: "missing", sql: "\(column)_l IS NULL OR \(column)_r IS NULL", isNull: true),
                try TableModel.Level(
                    label: "exact", sql: "\(column)_l = \(column)_r", m: 0.8, u: 0.1,
                    termFrequencyColumn: column),
                try TableModel.Level(
                    label: "close", sql: "jaro_winkler_similarity(\(column)_l, \(column)_r) >= 0.8", m: 0.15,
                    u: 0.05),
                try TableModel.Level(label: "else", sql: "ELSE", m: 0.05, u: 0.85),
            ])
    }
    return TableModel(
        linkType: linkType,
        rules: [
            try TableModel.Rule("l.first = r.first AND l.day = r.day"),
            try TableModel.Rule("l.first = r.last AND l.last = r.first"),
            try TableModel.Rule("substring(l.last, 1, 3) = substring(r.last, 1, 3)"),
            try TableModel.Rule("l.first = r.last"),
        ], comparisons: [try ladder("first"), try ladder("last")], prior: 0.01)
}

@Suite struct TableLinkerTests {
    /// What the rules mean, asked of every pair of records by itself.
    private func naivePairs(_ table: RecordTable, _ linkType: TableModel.LinkType) throws -> [[UInt32]: Int] {
        let first = try table.texts(of: "first")
        let last = try table.texts(of: "last")
        let day = try table.texts(of: "day")
        func same(_ a: String, _ b: String) -> Bool { !a.isEmpty && a == b }
        func cut(_ text: String) -> String { String(text.unicodeScalars.prefix(3)) }
        var pairs: [[UInt32]: Int] = [:]
        for i in 0..<table.count {
            for j in (i + 1)..<max(i + 1, table.count) {
                if linkType == .link, table.datasets[i] == table.datasets[j] { continue }
                let rules = [
                    same(first[i], first[j]) && same(day[i], day[j]),
                    same(first[i], last[j]) && same(last[i], first[j]),
                    same(cut(last[i]), cut(last[j])),
                    same(first[i], last[j]) || same(first[j], last[i]),
                ]
                if let rule = rules.firstIndex(of: true) { pairs[[UInt32(i), UInt32(j)]] = rule }
            }
        }
        return pairs
    }

    @Test(arguments: [TableModel.LinkType.dedupe, .link, .linkAndDedupe])
    func everyPairIsMadeOnceByTheFirstRuleThatMakesIt(linkType: TableModel.LinkType) throws {
        for round in 0..<UInt64(caseCount(10)) {
            let seed = testSeed &+ round
            var table = inventedTable(60, datasets: 2, seed: seed)
            let expected = try naivePairs(table, linkType)
            let linker = try TableLinker(inventedModel(linkType), table: &table, threads: 2)
            let found = try linker.predict(threshold: -1_000).pairs
            #expect(found.count == expected.count, "seed \(seed)")
            for pair in found {
                #expect(expected[[pair.left, pair.right]] == Int(pair.rule), "seed \(seed)")
            }
        }
    }

    @Test func theSamePairsComeInTheSameOrderOnAnyNumberOfThreadsEveryTime() throws {
        var first: [TablePair] = []
        for round in 0..<20 {
            var table = inventedTable(1_000, seed: testSeed)
            let linker = try TableLinker(
                inventedModel(.dedupe), table: &table, threads: [1, 2, 4][round % 3])
            let pairs = try linker.predict(threshold: -20).pairs
            if round == 0 { first = pairs }
            #expect(pairs == first && !pairs.isEmpty, "round \(round), seed \(testSeed)")
        }
    }

    @Test func theOrderOfTheRecordsChangesNeitherPairsNorWeights() throws {
        let records = 400
        let model = try inventedModel(.dedupe)
        /// Weights by the numbers of the records as the first table has them.
        func weights(_ order: [Int]) throws -> [[Int]: Double] {
            let source = inventedTable(records, seed: testSeed)
            let texts = try ["first", "last", "day"].map { try source.texts(of: $0) }
            var table = RecordTable(columnNames: ["first", "last", "day"])
            for record in order { table.append(dataset: 0) { ArraySlice(texts[$0][record].utf8) } }
            let pairs = try TableLinker(model, table: &table, threads: 2).predict(threshold: -1_000).pairs
            return Dictionary(
                uniqueKeysWithValues: pairs.map {
                    ([order[Int($0.left)], order[Int($0.right)]].sorted(), $0.weight)
                })
        }
        var random = SeededGenerator(seed: testSeed)
        let straight = try weights(Array(0..<records))
        for _ in 0..<3 {
            #expect(try weights((0..<records).shuffled(using: &random)) == straight, "seed \(testSeed)")
        }
    }

    @Test func aSinkIsHandedThePairsThatAreKeptInMemory() throws {
        var table = inventedTable(700, seed: testSeed)
        let linker = try TableLinker(inventedModel(.dedupe), table: &table, threads: 2)
        let kept = try linker.predict(threshold: 0)
        var handed: [TablePair] = []
        let streamed = linker.predict(threshold: 0) { handed.append($0) }
        #expect(handed == kept.pairs && streamed.kept == handed.count && streamed.pairs.isEmpty)
        #expect(streamed.pairsByRule == kept.pairsByRule)
    }

    @Test func aPairWeighsTheSameFromEitherSide() throws {
        var table = inventedTable(80, seed: testSeed)
        var comparer = try TableLinker(inventedModel(.dedupe), table: &table, threads: 1).comparer()
        for i in 0..<80 {
            for j in 0..<80 where i != j { #expect(comparer.pair(i, j) == comparer.pair(j, i)) }
        }
    }

    @Test func tooManyPairsAreRefusedBeforeAnythingIsCompared() throws {
        var table = inventedTable(500, seed: testSeed)
        var limits = LinkageLimits()
        limits.pairs = 100
        #expect(throws: Fault.self) {
            try TableLinker(inventedModel(.dedupe), table: &table, threads: 1, limits: limits)
        }
    }

    @Test func pairsThatAreKeptInMemoryAreCountedAgainstItsLimit() throws {
        var table = inventedTable(1_000, seed: testSeed)
        var limits = LinkageLimits()
        limits.bytes =
            try TableLinker(inventedModel(.dedupe), table: &table, threads: 1).forecast.bytes + 4_096
        let linker = try TableLinker(inventedModel(.dedupe), table: &table, threads: 1, limits: limits)
        #expect {
            try linker.predict(threshold: -1_000)
        } throws: {
            ($0 as? Fault)?.code == "link.memory"
        }
        // Those that are handed on take nothing.
        var handed = 0
        _ = linker.predict(threshold: -1_000) { _ in handed += 1 }
        #expect(handed > 10_000)
        #expect(try linker.predict(threshold: 1_000).pairs.isEmpty)
    }

    @Test func theCurveOfAGroupHasThePairsWithARecordOfIt() throws {
        var table = inventedTable(200, seed: testSeed)
        let linker = try TableLinker(inventedModel(.dedupe), table: &table, threads: 2)
        let truth = (0..<200).map { UInt32($0 % 50) }
        let groups = [
            (0..<200).map { $0 % 7 == 0 }, (0..<200).map { _ in false }, (0..<200).map { _ in true },
        ]
        let pairs = try linker.predict(threshold: -1_000).pairs
        for (group, curve) in zip(groups, linker.curves(of: groups, truth: truth)) {
            let within = pairs.filter { group[Int($0.left)] || group[Int($0.right)] }
            let right = within.count {
                truth[Int($0.left)] != 0 && truth[Int($0.left)] == truth[Int($0.right)]
            }
            let lowest = curve.points(actual: 0).last
            #expect((lowest?.matches ?? 0) + (lowest?.others ?? 0) == within.count, "seed \(testSeed)")
            #expect(lowest?.matches ?? 0 == right, "seed \(testSeed)")
        }
    }

    @Test func aTextForWhichThereIsNoRoomIsToldAndNotLost() throws {
        var table = RecordTable(columnNames: ["first"], mostBytes: 10)
        for text in ["anna", "ben", "anna", "小"] { table.append(dataset: 0) { _ in ArraySlice(text.utf8) } }
        try table.checkRoom()
        table.append(dataset: 0) { _ in ArraySlice("x".utf8) }
        #expect {
            try table.checkRoom()
        } throws: {
            ($0 as? Fault)?.code == "table.texts"
        }
    }

    @Test(arguments: [(0.0, 0.5), (0.5, 0.0)])
    func aProbabilityOfNoughtIsRefusedWhereItIsGiven(m: Double, u: Double) throws {
        var table = inventedTable(10, seed: testSeed)
        var model = try inventedModel(.dedupe)
        (model.comparisons[0].levels[2].m, model.comparisons[0].levels[2].u) = (m, u)
        #expect {
            try TableLinker(model, table: &table, threads: 1)
        } throws: {
            ($0 as? Faults)?.all.map(\.field) == ["first / close"]
        }
        // Of the missing level nothing is read.
        model = try inventedModel(.dedupe)
        (model.comparisons[0].levels[0].m, model.comparisons[0].levels[0].u) = (m, u)
        _ = try TableLinker(model, table: &table, threads: 1)
    }

    @Test func aModelThatDoesNotFitIsRefused() throws {
        var table = inventedTable(10, seed: testSeed)
        var model = try inventedModel(.dedupe)
        model.prior = 1
        #expect(throws: Faults.self) { try TableLinker(model, table: &table, threads: 1) }
        model = try inventedModel(.dedupe)
        model.comparisons[0].levels.removeLast()
        #expect(throws: Fault.self) { try TableLinker(model, table: &table, threads: 1) }
        model = try inventedModel(.dedupe)
        model.rules = [try TableModel.Rule("l.nobody = r.nobody")]
        #expect(throws: Fault.self) { try TableLinker(model, table: &table, threads: 1) }
        #expect(throws: Fault.self) { try TableModel.Rule("l.first = r.first OR l.last = r.last") }
        #expect(throws: Fault.self) { try TableModel.Rule("levenshtein(l.first, r.first) <= 1") }
    }

    @Test(arguments: [0, 1, 2])
    func emptyAndTinyTablesAreLinkedWithoutPairs(count: Int) throws {
        var table = RecordTable(columnNames: ["first", "last", "day"])
        for _ in 0..<count { table.append(dataset: 0) { _ in [] } }
        let linker = try TableLinker(inventedModel(.dedupe), table: &table, threads: 2)
        #expect(try linker.predict(threshold: -1_000).pairs.isEmpty)
    }
}
