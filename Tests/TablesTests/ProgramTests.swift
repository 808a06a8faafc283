import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct ProgramTests {
    private static let columns = ["name", "other", "dob", "size"]

    /// Every kind of step, alone and joined.
    private static let ladders = [
        [
            "name_l IS NULL OR name_r IS NULL", "name_l = name_r",
            "jaro_winkler_similarity(name_l, name_r) >= 0.92",
            "jaro_winkler_similarity(name_l, name_r) >= 0.88",
            "jaro_winkler_similarity(name_l, name_r) > 0.7",
        ],
        [
            "name_l IS NULL", "name_r IS NULL", "jaro_similarity(name_l, other_r) >= 0.9",
            "levenshtein(name_l, name_r) < 2", "levenshtein(name_l, name_r) <= 3",
            "levenshtein(name_l, name_r) = 4",
            "damerau_levenshtein(name_l, name_r) <= 5",
        ],
        [
            "try_strptime(dob_l, '%Y-%m-%d') IS NULL OR try_strptime(dob_r, '%Y-%m-%d') IS NULL",
            "dob_l = dob_r",
            "damerau_levenshtein(dob_l, dob_r) <= 1",
            "abs(epoch(try_strptime(dob_l, '%Y-%m-%d')) - epoch(try_strptime(dob_r, '%Y-%m-%d'))) <= 2629800",
            "abs(epoch(try_strptime(dob_l, '%Y-%m-%d')) - epoch(try_strptime(dob_r, '%Y-%m-%d'))) < 315576000",
        ],
        [
            "(name_l IS NULL OR name_r IS NULL) AND (other_l IS NULL OR other_r IS NULL)",
            "name_l = other_r AND other_l = name_r", "name_l <> name_r AND NOT (other_l = other_r)",
            "jaro_winkler_similarity(name_l, name_r) >= 0.8 OR jaro_winkler_similarity(other_l, other_r) >= 0.8",
        ],
        [
            "cast(size_l as double) IS NULL", "abs(cast(size_l as double) - cast(size_r as double)) > 10",
            "abs(length(name_l) - length(name_r)) >= 3",
            "substring(lower(name_l), 1, 2) = substring(lower(name_r), 1, 2)",
        ],
    ]

    private static func model() throws -> TableModel {
        var levels: [[TableModel.Level]] = []
        for ladder in ladders {
            levels.append(
                try (ladder + ["ELSE"]).enumerated().map { place, sql in
                    try TableModel.Level(
                        label: sql, sql: sql, m: 0.9 / Double(place + 1), u: 0.05 * Double(place + 1),
                        termFrequencyColumn: place == 1 ? "name" : nil)
                })
        }
        return TableModel(
            linkType: .dedupe, rules: [try TableModel.Rule("l.name = r.name")],
            comparisons: levels.enumerated().map { TableModel.Comparison(name: "c\($0)", levels: $1) },
            prior: 0.01)
    }

    private static func record(_ random: inout SeededGenerator) -> [String] {
        let names = [
            "", "martha", "marhta", "Martha", "dwayne", "duane", "dixon", "dicksonx", "jellyfish",
            "smellyfish", "若葉",
            "若菜", "若葉子", "O'Hara", "smith street 12 upper", "smith street 21 uper", "é",
            String(repeating: "ab", count: 40),
        ]
        let days = ["", "2020-01-01", "2020-01-02", "2020-10-01", "1999-12-31", "2021-02-29", "不明"]
        let sizes = ["", "1", "12.5", "100", "x"]
        return [names, names, days, sizes].map { $0.randomElement(using: &random) ?? "" }
    }

    @Test func theProgramSaysOfEveryPairWhatItsConditionsMean() throws {
        var random = SeededGenerator(seed: testSeed)
        let records = (0..<400).map { _ in Self.record(&random) }
        var table = RecordTable(columnNames: Self.columns)
        for record in records { table.append(dataset: 0) { ArraySlice(record[$0].utf8) } }
        let model = try Self.model()
        var evaluator = PairEvaluator(try ComparisonProgram(model, table: &table))
        let scorer = TableScorer(model, evaluator.program)
        let named = records.map { Dictionary(uniqueKeysWithValues: zip(Self.columns, $0)) }
        let known = records.filter { !$0[0].isEmpty }
        for _ in 0..<10_000 {
            let (i, j) = (Int.random(in: 0..<400, using: &random), Int.random(in: 0..<400, using: &random))
            if i == j { continue }
            let pair = NaivePair(left: named[i], right: named[j])
            let pattern = evaluator.pattern(i, j)
            var weight = log2Odds(model.prior)
            var rarity = 0.0
            for (place, comparison) in model.comparisons.enumerated() {
                let level = comparison.levels.firstIndex { pair.truth(of: $0.condition) == true } ?? -1
                #expect(
                    pattern[place] == level, "\(records[i]) and \(records[j]): c\(place), seed \(testSeed)")
                guard level >= 0 else { continue }
                let (m, u) = (comparison.levels[level].m ?? 1, comparison.levels[level].u ?? 1)
                weight += matchWeight(m: m, u: u)
                guard level == 1 else { continue }
                let shares = [i, j].compactMap { record in
                    records[record][0].isEmpty
                        ? nil : Double(known.count { $0[0] == records[record][0] }) / Double(known.count)
                }
                // The column's equality is level 1 of the first comparison alone.
                if let share = shares.max() { rarity += log2OrZero(u) - log2OrZero(share) }
            }
            let scored = scorer.weight(pattern, evaluator.rows, left: 0, right: 1)
            #expect(abs(scored - weight - rarity) < 1e-9, "seed \(testSeed)")
        }
    }

    @Test func aShapeNeverRulesOutATestThatHolds() {
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("aab0159 -若葉ßé".unicodeScalars.map(\.value))
        func text() -> [UInt32] {
            (0..<Int.random(in: 1...(Bool.random(using: &random) ? 8 : 70), using: &random)).map { _ in
                letters.randomElement(using: &random) ?? 97
            }
        }
        for _ in 0..<caseCount(20_000) {
            let a = text()
            var b = Bool.random(using: &random) ? text() : a
            if Bool.random(using: &random) { b[Int.random(in: 0..<b.count, using: &random)] = 97 }
            let (x, y) = (TermShape(a.span), TermShape(b.span))
            let (jaro, winkler) = (
                StringSimilarity.jaro(a.span, b.span),
                StringSimilarity.jaroWinkler(a.span, b.span, above: 0.7)
            )
            let (edits, exchanges) = (
                Double(EditDistance.levenshtein(a.span, b.span)),
                Double(EditDistance.damerauLevenshtein(a.span, b.span))
            )
            let ruledOut = [
                TermShape.excludes(.jaro, x, y, jaro), TermShape.excludes(.jaroWinkler, x, y, winkler),
                TermShape.excludes(.levenshtein, x, y, edits),
                TermShape.excludes(.damerauLevenshtein, x, y, exchanges),
            ]
            #expect(ruledOut == [false, false, false, false], "seed \(testSeed)")
        }
        let (a, b) = (
            Array("abcdef".unicodeScalars.map(\.value)), Array("ghijkl".unicodeScalars.map(\.value))
        )
        let (x, y) = (TermShape(a.span), TermShape(b.span))
        let areRuledOut =
            TermShape.excludes(.jaroWinkler, x, y, 0.7) && TermShape.excludes(.levenshtein, x, y, 5)
        #expect(areRuledOut)
    }

    @Test func numbersByPlacesOfASCIICharactersAreThoseOfTheTexts() {
        var random = SeededGenerator(seed: testSeed)
        var matcher = ASCIIMatcher()
        for _ in 0..<caseCount(20_000) {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 1...(Bool.random(using: &random) ? 9 : 64), using: &random)).map { _ in
                    UInt8.random(in: 97...(Bool.random(using: &random) ? 100 : 122), using: &random)
                }
            }
            let (a, b) = (texts[0], texts[1])
            let (c, d) = (a.map { UInt32($0) }, b.map { UInt32($0) })
            let jaro = matcher.jaro(a.span, b.span)
            let plainJaro = StringSimilarity.jaro(c.span, d.span)
            #expect(jaro == plainJaro, "\(texts), seed \(testSeed)")
            let distance = matcher.levenshtein(a.span, b.span)
            let plainDistance = EditDistance.levenshtein(c.span, d.span)
            #expect(distance == plainDistance, "\(texts), seed \(testSeed)")
        }
    }

    @Test func distancesByAFewRowsAreThoseOfTheWholeTable() {
        var random = SeededGenerator(seed: testSeed)
        func text(_ lengths: ClosedRange<Int>) -> [UInt32] {
            let letters = UInt32.random(in: 98...102, using: &random)
            return (0..<Int.random(in: lengths, using: &random)).map { _ in
                UInt32.random(in: 97..<letters, using: &random)
            }
        }
        for _ in 0..<caseCount(5_000) {
            let (a, b) = (text(0...9), text(0...9))
            #expect(
                EditDistance.damerauLevenshtein(a.span, b.span) == NaivePair.editsWithExchange(a, b),
                "\(a) \(b), seed \(testSeed)")
        }
        for _ in 0..<caseCount(100) {
            let (a, b) = (text(60...130), text(60...130))
            #expect(
                EditDistance.levenshtein(a.span, b.span) == NaivePair.edits(a, b), "seed \(testSeed)")
        }
    }
}
