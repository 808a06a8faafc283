import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct TableTrainingTests {
    /// Two records a person; each copy keeps a field with probability m, and two persons agree by chance.
    private func table(persons: Int, m: Double, values: Int) -> (table: RecordTable, u: Double) {
        var random = SeededGenerator(seed: testSeed)
        let columns = ["a", "b", "c", "d"]
        var table = RecordTable(columnNames: columns)
        for _ in 0..<persons {
            let person = columns.map { _ in Int.random(in: 0..<values, using: &random) }
            for copy in 0..<2 {
                let record = person.map { value in
                    copy == 1 && Double.random(in: 0..<1, using: &random) > m
                        ? Int.random(in: 0..<values, using: &random) : value
                }
                table.append(dataset: 0) { ArraySlice("v\(record[$0])".utf8) }
            }
        }
        return (table, 1 / Double(values))
    }

    private func model() throws -> TableModel {
        TableModel(
            linkType: .dedupe, rules: [try TableModel.Rule("l.a = r.a")],
            comparisons: try ["a", "b", "c", "d"].map { column in
                TableModel.Comparison(
                    name: column,
                    levels: [
                        try TableModel.Level(
                            label: "missing", sql: "\(column)_l IS NULL OR \(column)_r IS NULL", isNull: true),
                        try TableModel.Level(label: "exact", sql: "\(column)_l = \(column)_r"),
                        try TableModel.Level(label: "else", sql: "ELSE"),
                    ])
            }, prior: 0.001)
    }

    @Test func trainingGivesBackTheProbabilitiesTheDataWasMadeWith() throws {
        let m = 0.9
        var (table, u) = table(persons: 3_000, m: m, values: 60)
        var plan = TableTraining.Plan(
            deterministicRules: [try TableModel.Rule("l.a = r.a AND l.b = r.b AND l.c = r.c")],
            assumedRecall: m * m * m, randomPairs: 400_000,
            rules: [
                try TableModel.Rule("l.a = r.a AND l.b = r.b"),
                try TableModel.Rule("l.c = r.c AND l.d = r.d"),
            ])
        plan.seed = testSeed
        let training = try TableTraining.train(model(), plan: plan, table: &table, threads: 2)
        // A copy also agrees by chance after it was changed.
        let expected = m + (1 - m) * u
        for comparison in training.model.comparisons {
            let exact = comparison.levels[1]
            #expect(abs((exact.m ?? 0) - expected) < 0.03, "\(comparison.name), seed \(testSeed)")
            #expect(abs((exact.u ?? 0) - u) < 0.002, "\(comparison.name), seed \(testSeed)")
        }
        let prior = 3_000.0 / (6_000.0 * 5_999 / 2)
        #expect(abs(training.model.prior / prior - 1) < 0.15)
        for pass in training.passes {
            #expect(pass.converged && pass.leftOut.count == 2)
            for (before, after) in zip(pass.likelihoods, pass.likelihoods.dropFirst()) {
                #expect(after >= before - 1e-9, "the likelihood fell, seed \(testSeed)")
            }
        }
    }

    @Test func aModelThatCannotBeTrainedIsRefused() throws {
        var (table, _) = table(persons: 20, m: 0.9, values: 5)
        let plan = TableTraining.Plan(
            deterministicRules: [], assumedRecall: 0.8, randomPairs: 1_000,
            rules: [try TableModel.Rule("l.a = r.a")])
        var model = try model()
        model.comparisons = Array(repeating: model.comparisons[0], count: 17)
        #expect(throws: Faults.self) {
            try TableTraining.train(model, plan: plan, table: &table, threads: 1)
        }
        model.comparisons = []
        #expect(throws: Faults.self) {
            try TableTraining.train(model, plan: plan, table: &table, threads: 1)
        }
    }

    /// A rule that makes far more pairs than training looks at, in one block: a few of them are drawn.
    @Test func ofAHugeBlockSomePairsAreDrawn() throws {
        var (table, u) = table(persons: 3_000, m: 0.9, values: 10)
        var model = try model()
        let same = try TableModel.Rule("substring(l.d, 1, 1) = substring(r.d, 1, 1)")
        model.rules = [same]
        var plan = TableTraining.Plan(
            deterministicRules: [], assumedRecall: 0.8, randomPairs: 100_000, rules: [same])
        (plan.maxPairs, plan.seed) = (40_000, testSeed)
        let training = try TableTraining.train(model, plan: plan, table: &table, threads: 2)
        let pass = try #require(training.passes.first)
        #expect(abs(pass.pairs - 40_000) <= 1 && pass.leftOut == ["d"])
        #expect(abs((training.model.comparisons[0].levels[1].u ?? 0) - u) < 0.01, "seed \(testSeed)")
    }

    @Test func theSameModelComesOnAnyNumberOfThreads() throws {
        var models: [[Double]] = []
        for threads in [1, 3] {
            var (table, _) = table(persons: 500, m: 0.9, values: 30)
            let plan = TableTraining.Plan(
                deterministicRules: [try TableModel.Rule("l.a = r.a AND l.b = r.b")], assumedRecall: 0.8,
                randomPairs: 120_000, rules: [try TableModel.Rule("l.a = r.a AND l.b = r.b")])
            let trained = try TableTraining.train(model(), plan: plan, table: &table, threads: threads).model
            models.append(trained.comparisons.flatMap { $0.levels.flatMap { [$0.m ?? -1, $0.u ?? -1] } })
        }
        #expect(models[0] == models[1])
    }

    private func plan(_ rules: [String]) throws -> TableTraining.Plan {
        var plan = TableTraining.Plan(
            deterministicRules: [try TableModel.Rule("l.a = r.a AND l.b = r.b AND l.c = r.c")],
            assumedRecall: 0.9, randomPairs: 100_000, rules: try rules.map { try TableModel.Rule($0) })
        plan.seed = testSeed
        return plan
    }

    @Test func ofAComparisonThatNoPairCouldMakeNothingIsInvented() throws {
        let (source, _) = table(persons: 500, m: 0.9, values: 40)
        var model = try model()
        var table = RecordTable(columnNames: ["a", "b", "c", "d", "e"])
        let texts = try ["a", "b", "c", "d"].map { try source.texts(of: $0) }
        for record in 0..<source.count {
            table.append(dataset: 0) { $0 == 4 ? [] : ArraySlice(texts[$0][record].utf8) }
        }
        model.comparisons.append(
            TableModel.Comparison(
                name: "e",
                levels: [
                    try TableModel.Level(label: "missing", sql: "e_l IS NULL OR e_r IS NULL", isNull: true),
                    try TableModel.Level(label: "exact", sql: "e_l = e_r"),
                    try TableModel.Level(label: "else", sql: "ELSE"),
                ]))
        let training = try TableTraining.train(
            model, plan: plan(["l.a = r.a AND l.b = r.b", "l.c = r.c AND l.d = r.d"]), table: &table,
            threads: 1)
        #expect(training.model.comparisons[4].levels.map(\.m) == [nil, nil, nil])
        #expect(training.unseen == ["e / exact", "e / else"])
    }

    @Test func aLevelThatNoPairOfOnePersonHasIsToldAndCountsAsHalfAPair() throws {
        // All copies agree in everything.
        var (table, _) = table(persons: 400, m: 1, values: 40)
        let training = try TableTraining.train(
            model(), plan: plan(["l.a = r.a AND l.b = r.b"]), table: &table, threads: 1)
        for comparison in training.model.comparisons[2...] {
            let m = try #require(comparison.levels[2].m)
            #expect(m > 0.4 / 401 && m < 0.6 / 401, "\(comparison.name) \(m), seed \(testSeed)")
        }
        #expect(Set(training.unseen).isSuperset(of: ["c / else", "d / else"]))
        #expect(!training.unseen.contains("c / exact"))
    }

    @Test func aPriorThatNoRuleFindsStaysAndIsTold() throws {
        var (table, _) = table(persons: 100, m: 0.9, values: 20)
        var plan = try plan(["l.a = r.a AND l.b = r.b"])
        let found = try TableTraining.train(model(), plan: plan, table: &table, threads: 1)
        #expect(!found.unseen.contains(TableTraining.unseenPrior) && found.model.prior != 0.001)
        // None, and one that makes no pair: no value of one column is one of the other.
        let upper = try TableModel.Rule("upper(l.a) = r.a")
        for rules in [[], [upper]] {
            plan.deterministicRules = rules
            let training = try TableTraining.train(model(), plan: plan, table: &table, threads: 1)
            #expect(training.unseen.contains(TableTraining.unseenPrior) && training.model.prior == 0.001)
        }
        // Counted of all pairs of one person, it is found.
        let pairs = stride(from: 0, to: table.count, by: 2).map { PairVerdicts.Pair($0, $0 + 1) }
        let counted = try TableTraining.train(
            model(), plan: plan, matches: pairs, isComplete: true, table: &table, threads: 1)
        #expect(!counted.unseen.contains(TableTraining.unseenPrior))
    }
}
