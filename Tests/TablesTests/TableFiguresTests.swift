import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct PairExplanationTests {
    @Test func theLinesOfAPairAddUpToItsWeight() throws {
        var town = InventedHouseholds(30, twinShare: 0.3, m: 0.8, seed: testSeed)
        var model = try InventedHouseholds.model(joint: false)
        for place in model.comparisons.indices {
            model.comparisons[place].levels[0].m = 0.8
            model.comparisons[place].levels[0].u = 0.05
            model.comparisons[place].levels[1].m = 0.2
            model.comparisons[place].levels[1].u = 0.95
            if place < 2 {
                model.comparisons[place].levels[0].termFrequencyColumn = model.comparisons[place].name
                model.comparisons[place].levels[0].termFrequencyWeight = 0.5
            }
        }
        let linker = try TableLinker(model, table: &town.table, threads: 1)
        var comparer = linker.comparer()
        for i in 0..<20 {
            for j in (i + 1)..<40 {
                let pair = comparer.pair(i, j)
                #expect(pair == comparer.pair(j, i))
                let lines = linker.explain(pair)
                #expect(abs(lines.reduce(0) { $0 + $1.weight } - pair.weight) < 1e-9)
            }
        }
    }

    @Test func thePairsOfARuleAreThoseThatPredictGivesIt() throws {
        var town = InventedHouseholds(20, twinShare: 0.3, m: 0.8, seed: testSeed)
        let linker = try TableLinker(InventedHouseholds.model(joint: false), table: &town.table, threads: 1)
        var rules: [[UInt32]: UInt8] = [:]
        for pair in try linker.predict(threshold: -1_000).pairs {
            rules[[pair.left, pair.right]] = pair.rule
        }
        for i in 0..<town.table.count {
            for j in (i + 1)..<max(i + 1, town.table.count) {
                let expected = rules[[UInt32(i), UInt32(j)]].map { linker.model.rules[Int($0)].sql }
                #expect(linker.firstRule(making: i, j)?.sql == expected)
            }
        }
    }
}

@Suite struct TableFiguresTests {
    @Test func aProfileCountsWhatAColumnHolds() throws {
        var table = RecordTable(columnNames: ["name", "town", "day"])
        for (name, town, day) in [
            ("若葉", "a", "2020-04-01"), ("若葉", "a", "1900-01-01"), ("花子さん", "", "0000"),
        ] {
            let cells = [name, town, day]
            table.append(dataset: 0) { ArraySlice(cells[$0].utf8) }
        }
        let profiles = try table.profiles()
        #expect(profiles.map(\.filled) == [3, 2, 3] && profiles.map(\.distinct) == [2, 1, 3])
        #expect(profiles.map(\.mostFrequent) == [2, 2, 1] && profiles.map(\.pairs) == [1, 1, 0])
        let lengths = profiles[0].lengths
        #expect(lengths.least == 2 && lengths.median == 2 && lengths.most == 4)
        #expect(abs(profiles[1].filledShare - 2.0 / 3) < 1e-12 && profiles[0].mostFrequentText == "若葉")
    }

    @Test func aProfileTellsTheSuspectsOfItsColumn() throws {
        var table = RecordTable(columnNames: ["phone"])
        for number in 0..<2_000 {
            let cell = number.isMultiple(of: 20) ? "0120-000-001" : "03-\(number)"
            table.append(dataset: 0) { _ in ArraySlice(cell.utf8) }
        }
        let profile = try table.profiles()[0]
        #expect(profile.suspects.map(\.reason) == [.farMore] && profile.suspects[0].records == 100)
        #expect(try RecordTable(columnNames: ["empty"]).profiles()[0].suspects.isEmpty)
    }

    @Test func theForecastOfRulesCountsThePairsThatTheyMake() throws {
        var town = InventedHouseholds(40, twinShare: 0.3, m: 0.8, seed: testSeed)
        var model = try InventedHouseholds.model(joint: false)
        model.rules.append(try TableModel.Rule("l.first = r.last"))
        let forecast = try TableLinker(model, table: &town.table, threads: 1).forecast
        for (place, rule) in model.rules.enumerated() {
            let columns = try rule.keys.map {
                (try town.table.terms(of: $0.left.column), try town.table.terms(of: $0.right.column))
            }
            var pairs = 0
            for i in 0..<town.table.count {
                for j in 0..<town.table.count where i != j && (!rule.isSymmetric || i < j) {
                    if columns.allSatisfy({ $0.0[i] != 0 && $0.0[i] == $0.1[j] }) { pairs += 1 }
                }
            }
            #expect(forecast.rules[place].pairs == pairs, "\(rule.sql), seed \(testSeed)")
        }
        let post = try town.table.terms(of: "post")
        let sizes = post.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        #expect(forecast.rules[2].largest == sizes.values.max())
    }
}

@Suite struct RecordIndexTests {
    private func model(_ linkType: TableModel.LinkType) throws -> TableModel {
        var model = try InventedHouseholds.model(joint: false)
        model.linkType = linkType
        model.rules += [
            try TableModel.Rule("l.first = r.last"),
            try TableModel.Rule("substring(l.last, 1, 2) = substring(r.last, 1, 2) AND l.first = r.first"),
            try TableModel.Rule(
                "l.mark = r.mark AND levenshtein(l.first, r.last) <= 2"
            ),
        ]
        model.comparisons.append(
            try InventedHouseholds.comparison(
                "cut",
                [
                    "last_l IS NULL OR last_r IS NULL", "substring(last_l, 1, 2) = substring(last_r, 1, 2)",
                    "jaro_winkler_similarity(first_l, first_r) >= 0.8 AND NOT day_l = day_r",
                    "levenshtein(upper(post_l), upper(post_r)) <= 1", "ELSE",
                ]))
        model.comparisons[5].levels[0].isNull = true
        for comparison in model.comparisons.indices {
            let count = model.comparisons[comparison].levels.count
            for level in 0..<count {
                model.comparisons[comparison].levels[level].m = 0.9 / Double(level + 1)
                model.comparisons[comparison].levels[level].u = 0.1 + 0.7 * Double(level) / Double(count)
            }
        }
        for place in 0..<2 {
            model.comparisons[place].levels[0].termFrequencyColumn = model.comparisons[place].name
            model.comparisons[place].levels[0].termFrequencyFloor = 0.02
        }
        return model
    }

    @Test(arguments: [TableModel.LinkType.dedupe, .link])
    func aSearchGivesThePairsAndWeightsOfPredict(linkType: TableModel.LinkType) throws {
        var town = InventedHouseholds(15, twinShare: 0.3, m: 0.7, seed: testSeed)
        var random = SeededGenerator(seed: testSeed)
        let columns = InventedHouseholds.columns + ["tags"]
        var table = RecordTable(columnNames: columns)
        let texts = try InventedHouseholds.columns.map { try town.table.texts(of: $0) }
        for record in 0..<town.table.count {
            // Two data sets, some cells empty.
            var cells = texts.enumerated().map { column, values in
                column > 0 && Int.random(in: 0..<8, using: &random) == 0 ? "" : values[record]
            }
            let tags = (0..<3).map { _ in "m\(Int.random(in: 0..<60, using: &random))" }
            cells.append(tags.prefix(record % 4).joined(separator: ";"))
            table.append(dataset: record % 2) { ArraySlice(cells[$0].utf8) }
        }
        town.table = table
        var model = try model(linkType)
        model.rules += [
            try TableModel.Rule("l.tags = r.tags", lists: ["tags": ";"]),
            try TableModel.Rule(
                "l.tags = r.mark AND levenshtein(l.first, r.last) <= 2", lists: ["tags": ";"]),
        ]
        let linker = try TableLinker(model, table: &table, threads: 1)
        var expected: [Int: [Int: TablePair]] = [:]
        for pair in try linker.predict(threshold: -1_000).pairs {
            expected[Int(pair.left), default: [:]][Int(pair.right)] = pair
            expected[Int(pair.right), default: [:]][Int(pair.left)] = pair
        }
        let (bytes, layout) = try RecordIndex.make(&town.table, model: model, idColumn: "id")
        let index = try RecordIndex(bytes, layout: layout, model: model)
        var found = 0
        for record in 0..<table.count {
            let cells = Dictionary(
                uniqueKeysWithValues: try columns.map {
                    ($0, try town.table.texts(of: $0)[record])
                })
            let hits = try index.search(
                cells, threshold: -1_000, dataset: linkType == .link ? record % 2 : nil
            ).hits.filter { $0.record != record }
            #expect(
                Set(hits.map(\.record)) == Set((expected[record] ?? [:]).keys),
                "\(record), seed \(testSeed)")
            for hit in hits {
                let pair = expected[record]?[hit.record]
                #expect(hit.weight == pair?.weight && hit.rule == pair.map { Int($0.rule) })
                #expect(hit.id == "\(hit.record)" && hit.dataset == hit.record % 2)
                found += 1
            }
            #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.weight >= $1.weight })
        }
        #expect(found > 100)
    }

    @Test func aRecordOfUnknownTextsFindsNobodyAndAnUnknownColumnIsRefused() throws {
        var town = InventedHouseholds(5, twinShare: 0, m: 1, seed: testSeed)
        let model = try model(.dedupe)
        let (bytes, layout) = try RecordIndex.make(&town.table, model: model, idColumn: "id")
        let index = try RecordIndex(bytes, layout: layout, model: model)
        #expect(try index.search(["first": "nobody", "post": ""], threshold: -1_000).hits.isEmpty)
        #expect(try index.search([:], threshold: -1_000).compared == 0)
        #expect(throws: Fault.self) { try index.search(["given": "x"], threshold: 0) }
        // Another model's index.
        #expect(throws: Fault.self) {
            try RecordIndex(bytes, layout: layout, model: InventedHouseholds.model(joint: true))
        }
    }
}
