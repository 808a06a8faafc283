import Domain
import TestSupport
import Testing

@testable import Linkage

/// Households that share a name and a postcode, twins a day besides; of every person two records, each cell kept with
/// probability `m`.
struct InventedHouseholds {
    static let columns = ["id", "person", "first", "mark", "last", "day", "post"]
    var table = RecordTable(columnNames: columns)
    var truth: [Int] = []

    init(_ households: Int, twinShare: Double, m: Double, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func one(_ name: String, of count: Int) -> String {
            "\(name)\(Int.random(in: 0..<count, using: &random))"
        }
        func kept(_ value: String, _ kind: String, _ count: Int) -> String {
            Double.random(in: 0..<1, using: &random) < m ? value : one(kind, of: count)
        }
        var person = 0
        for household in 0..<households {
            let (last, post) = (one("l", of: 400), "p\(household / 3)")
            var day = one("d", of: 9_000)
            for _ in 0..<3 {
                let (first, mark) = (one("f", of: 300), one("m", of: 60))
                for _ in 0..<2 {
                    let cells = [
                        "\(truth.count)", "\(person)", kept(first, "f", 300), kept(mark, "m", 60),
                        kept(last, "l", 400),
                        kept(day, "d", 9_000), kept(post, "p", households / 3),
                    ]
                    table.append(dataset: 0) { ArraySlice(cells[$0].utf8) }
                    truth.append(person)
                }
                person += 1
                if Double.random(in: 0..<1, using: &random) >= twinShare { day = one("d", of: 9_000) }
            }
        }
    }

    static func comparison(_ name: String, _ levels: [String]) throws -> TableModel.Comparison {
        TableModel.Comparison(
            name: name, levels: try levels.map { try TableModel.Level(label: $0, sql: $0) })
    }

    static func model(joint: Bool) throws -> TableModel {
        let (l, d, p) = ("last_l = last_r", "day_l = day_r", "post_l = post_r")
        let plain = try ["first", "mark", "last", "day", "post"].map {
            try comparison($0, ["\($0)_l = \($0)_r", "ELSE"])
        }
        return TableModel(
            linkType: .dedupe,
            rules: [
                try TableModel.Rule("l.last = r.last AND l.post = r.post"),
                try TableModel.Rule("l.day = r.day"), try TableModel.Rule("l.post = r.post"),
            ],
            comparisons: joint
                ? [
                    plain[0], plain[1],
                    try comparison(
                        "household",
                        [
                            "\(l) AND \(d) AND \(p)", "\(d) AND \(p)", "\(l) AND \(d)", "\(l) AND \(p)", d, p,
                            "ELSE",
                        ]),
                ] : plain, prior: 0.0001)
    }

    static func plan(joint: Bool) throws -> TableTraining.Plan {
        var plan = TableTraining.Plan(
            deterministicRules: [
                try TableModel.Rule("l.first = r.first AND l.last = r.last AND l.day = r.day")
            ], assumedRecall: 0.7, randomPairs: 300_000,
            rules: [
                try TableModel.Rule("l.last = r.last AND l.day = r.day"),
                try TableModel.Rule("l.first = r.first AND l.mark = r.mark"),
            ])
        plan.seed = testSeed
        if joint { plan.joint = ["household"] }
        return plan
    }
}

@Suite struct JointTrainingTests {
    /// What a comparison's levels are among pairs of one person and of two, counted by asking every pair.
    private func counted(_ town: InventedHouseholds) throws -> (matches: [Double], others: [Double]) {
        let columns = try ["last", "day", "post"].map { try town.table.terms(of: $0) }
        var (matches, others) = ([Double](repeating: 0, count: 7), [Double](repeating: 0, count: 7))
        for i in 0..<town.truth.count {
            for j in (i + 1)..<max(i + 1, town.truth.count) {
                let same = columns.map { $0[i] == $0[j] }
                let level =
                    switch (same[0], same[1], same[2]) {
                    case (true, true, true): 0
                    case (false, true, true): 1
                    case (true, true, false): 2
                    case (true, false, true): 3
                    case (false, true, false): 4
                    case (false, false, true): 5
                    default: 6
                    }
                if town.truth[i] == town.truth[j] { matches[level] += 1 } else { others[level] += 1 }
            }
        }
        return (matches, others)
    }

    @Test func aJointComparisonIsLearntWithoutLabelsAsLabelsWouldCountIt() throws {
        var town = InventedHouseholds(400, twinShare: 0.2, m: 0.9, seed: testSeed)
        let (matches, others) = try counted(town)
        let training = try TableTraining.train(
            InventedHouseholds.model(joint: true), plan: InventedHouseholds.plan(joint: true),
            table: &town.table, threads: 2)
        let levels = training.model.comparisons[2].levels
        let (all, different) = (matches.reduce(0, +), others.reduce(0, +))
        for (place, level) in levels.enumerated() where place < 6 {
            let m = try #require(level.m)
            // What no rule makes, one in twenty-five, is missing from all levels' sum.
            #expect(abs(m - matches[place] / all) < 0.05, "\(level.label), seed \(testSeed)")
            // Levels that a rule makes whole, and that enough pairs of two persons have.
            guard others[place] >= 100 else { continue }
            let u = try #require(level.u)
            #expect(
                abs(u * different / others[place] - 1) < 0.1,
                "\(level.label): \(u * different) for \(others[place]), seed \(testSeed)")
        }
        #expect(abs(training.model.prior * (all + different) / all - 1) < 0.1, "seed \(testSeed)")
    }

    /// m and u are shares of one and the same: of the pairs that have all the values.
    @Test func missingValuesMakeAJointLevelNoStronger() throws {
        let source = InventedHouseholds(400, twinShare: 0.2, m: 0.9, seed: testSeed)
        let texts = try InventedHouseholds.columns.map { try source.table.texts(of: $0) }
        let post = InventedHouseholds.columns.count - 1
        var random = SeededGenerator(seed: testSeed)
        var table = RecordTable(columnNames: InventedHouseholds.columns)
        let isFilled = (0..<source.truth.count).map { _ in Bool.random(using: &random) }
        for record in 0..<source.truth.count {
            table.append(dataset: 0) {
                $0 == post && !isFilled[record] ? [] : ArraySlice(texts[$0][record].utf8)
            }
        }
        var model = try InventedHouseholds.model(joint: true)
        var missing = try TableModel.Level(label: "missing", sql: "post_l IS NULL OR post_r IS NULL")
        missing.isNull = true
        model.comparisons[2].levels.insert(missing, at: 0)
        let training = try TableTraining.train(
            model, plan: InventedHouseholds.plan(joint: true), table: &table, threads: 2)
        // Name and postcode alike, the day not: counted among the pairs with both postcodes.
        var (pairs, alike) = (0.0, 0.0)
        for i in 0..<source.truth.count where isFilled[i] {
            for j in (i + 1)..<max(i + 1, source.truth.count)
            where isFilled[j] && source.truth[i] != source.truth[j] {
                pairs += 1
                let same = [4, 5, 6].map { texts[$0][i] == texts[$0][j] }
                if same == [true, false, true] { alike += 1 }
            }
        }
        let level = training.model.comparisons[2].levels[4]
        let u = try #require(level.u)
        #expect(alike >= 100 && abs(u * pairs / alike - 1) < 0.1, "\(level.label) \(u), seed \(testSeed)")
    }

    @Test func twinsWeighLessThanTheSumOfIndependentComparisonsSays() throws {
        var weights: [Double] = []
        for joint in [false, true] {
            var town = InventedHouseholds(400, twinShare: 0.2, m: 0.9, seed: testSeed)
            let training = try TableTraining.train(
                InventedHouseholds.model(joint: joint), plan: InventedHouseholds.plan(joint: joint),
                table: &town.table, threads: 2)
            // All of the household equal, the given name not.
            let model = training.model
            let agreed = model.comparisons.map { $0.levels[["first", "mark"].contains($0.name) ? 1 : 0] }
            weights.append(
                log2Odds(model.prior)
                    + agreed.reduce(0) { $0 + matchWeight(m: $1.m ?? 1, u: $1.u ?? 1) })
        }
        #expect(weights[0] > 0 && weights[1] < 0, "\(weights), seed \(testSeed)")
    }

    @Test func oneOtherComparisonDoesNotSuffice() throws {
        var town = InventedHouseholds(5, twinShare: 0, m: 1, seed: testSeed)
        var model = try InventedHouseholds.model(joint: true)
        model.comparisons.remove(at: 1)
        #expect(throws: Fault.self) {
            try TableTraining.train(
                model, plan: InventedHouseholds.plan(joint: true), table: &town.table, threads: 1)
        }
    }

    @Test func aJointComparisonThatIsNotThereIsRefused() throws {
        var town = InventedHouseholds(5, twinShare: 0, m: 1, seed: testSeed)
        #expect(throws: Fault.self) {
            try TableTraining.train(
                InventedHouseholds.model(joint: false), plan: InventedHouseholds.plan(joint: true),
                table: &town.table, threads: 1)
        }
    }
}

@Suite struct LabelTrainingTests {
    @Test func mIsTheShareAmongLabelledPairs() throws {
        var town = InventedHouseholds(300, twinShare: 0, m: 0.9, seed: testSeed)
        let pairs = stride(from: 0, to: town.truth.count, by: 2).map { PairVerdicts.Pair($0, $0 + 1) }
        let training = try TableTraining.train(
            InventedHouseholds.model(joint: false), plan: InventedHouseholds.plan(joint: false),
            matches: pairs, isComplete: true, table: &town.table, threads: 1)
        for comparison in training.model.comparisons {
            let terms = try town.table.terms(of: comparison.name)
            let equal = Double(pairs.count { terms[$0.left] == terms[$0.right] })
            let m = try #require(comparison.levels[0].m)
            #expect(abs(m - (equal + 0.5) / (Double(pairs.count) + 1)) < 1e-12)
        }
        let all = Double(town.truth.count * (town.truth.count - 1) / 2)
        #expect(abs(training.model.prior - Double(pairs.count) / all) < 1e-12)
    }

    @Test func aModelOrPlanThatDoesNotFitIsRefusedWithLabelsToo() throws {
        var town = InventedHouseholds(5, twinShare: 0, m: 1, seed: testSeed)
        var (model, plan) = (
            try InventedHouseholds.model(joint: true), try InventedHouseholds.plan(joint: true)
        )
        let pairs = [PairVerdicts.Pair(0, 1)]
        let training = try TableTraining.train(
            model, plan: plan, matches: pairs, isComplete: false, table: &town.table, threads: 1)
        #expect(training.unseen.contains { $0.hasPrefix("household のまとめた u") })
        plan.joint = ["nonsense"]
        #expect(throws: Fault.self) {
            try TableTraining.train(
                model, plan: plan, matches: pairs, isComplete: false, table: &town.table, threads: 1)
        }
        plan.joint = []
        model.comparisons = Array(repeating: model.comparisons[0], count: 18)
        #expect(throws: Faults.self) {
            try TableTraining.train(
                model, plan: plan, matches: pairs, isComplete: true, table: &town.table, threads: 1)
        }
    }

    @Test func withoutALabelledPairNothingIsLearnt() throws {
        var town = InventedHouseholds(3, twinShare: 0, m: 1, seed: testSeed)
        #expect(throws: Fault.self) {
            try TableTraining.train(
                InventedHouseholds.model(joint: false), plan: InventedHouseholds.plan(joint: false),
                matches: [], isComplete: false, table: &town.table, threads: 1)
        }
    }
}

@Suite struct ComparisonDependenceTests {
    @Test func nameAndPostcodeOfAHouseholdAreNamedAndOthersNot() throws {
        var town = InventedHouseholds(600, twinShare: 0, m: 0.9, seed: testSeed)
        let model = try TableTraining.train(
            InventedHouseholds.model(joint: false), plan: InventedHouseholds.plan(joint: false),
            table: &town.table, threads: 2
        ).model
        let (found, leftOut, untold) = try TableTraining.dependences(model, table: &town.table, threads: 2)
        #expect(found.count == 10 && leftOut.isEmpty && untold.isEmpty)
        for pair in found {
            #expect(
                pair.isStrong == (Set([pair.first, pair.second]) == ["last", "post"]),
                "\(pair.first) \(pair.second) \(pair.excess), seed \(testSeed)")
        }
        let few = try TableTraining.dependences(model, table: &town.table, threads: 1, mostPairs: 1)
        #expect(few.found.isEmpty && few.leftOut.count == 10)
    }

    @Test func withoutAThirdComparisonNothingIsMadeUp() throws {
        var town = InventedHouseholds(600, twinShare: 0, m: 0.9, seed: testSeed)
        var model = try TableTraining.train(
            InventedHouseholds.model(joint: false), plan: InventedHouseholds.plan(joint: false),
            table: &town.table, threads: 2
        ).model
        // Name and postcode, and a third of which nothing is known; then without it.
        model.comparisons = [model.comparisons[2], model.comparisons[4], model.comparisons[0]]
        for level in model.comparisons[2].levels.indices { model.comparisons[2].levels[level].m = nil }
        for _ in 0..<2 {
            let (found, leftOut, untold) = try TableTraining.dependences(
                model, table: &town.table, threads: 1)
            #expect(!found.contains { $0.first == "last" && $0.second == "post" } && leftOut.isEmpty)
            #expect(untold.contains { $0 == ("last", "post") })
            model.comparisons.removeLast()
        }
    }
}
